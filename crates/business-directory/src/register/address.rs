use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An address as the register writes it: both national languages, empty where the register has nothing.
///
/// In a commune with one language both columns hold the same text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// What is at the address.
    pub kind: AddressKind,
    /// The country in Dutch; empty in Belgium.
    pub country_nl: String,
    /// The country in French; empty in Belgium.
    pub country_fr: String,
    /// The postcode; often empty abroad.
    pub postcode: String,
    /// The municipality in Dutch.
    pub municipality_nl: String,
    /// The municipality in French.
    pub municipality_fr: String,
    /// The street in Dutch, with the register's municipal suffix: `Budastraat(Kor)`.
    pub street_nl: String,
    /// The street in French.
    pub street_fr: String,
    /// The house number: `1B`, `17A`, `s/n`.
    pub house_number: String,
    /// The box: `3`, `2ét`, `RDC`.
    pub box_number: String,
    /// Anything else.
    pub extra: String,
    /// When the register struck the address off ex officio: from then on it is not current.
    pub struck_off: Option<NaiveDate>,
}

impl Address {
    /// Whether the address holds on this day.
    #[must_use]
    pub fn is_current(&self, date: NaiveDate) -> bool {
        self.struck_off.is_none_or(|struck_off| date < struck_off)
    }

    /// Whether the register names a country, which it does abroad only.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        !(self.country_nl.is_empty() && self.country_fr.is_empty())
    }
}

/// What is at an [`Address`] (KBO `TypeOfAddress`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum AddressKind {
    /// `REGO`: the seat. Natural persons never have one in the open data.
    Seat,
    /// `BAET`: an establishment.
    Establishment,
    /// `ABBR`: a branch.
    Branch,
    /// `OBAD`: the oldest active establishment.
    OldestEstablishment,
    /// A code that this program does not know, kept as it came.
    Other(String),
}

impl AddressKind {
    /// The register's code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Seat => "REGO",
            Self::Establishment => "BAET",
            Self::Branch => "ABBR",
            Self::OldestEstablishment => "OBAD",
            Self::Other(code) => code,
        }
    }
}

impl From<String> for AddressKind {
    fn from(code: String) -> Self {
        match code.as_str() {
            "REGO" => Self::Seat,
            "BAET" => Self::Establishment,
            "ABBR" => Self::Branch,
            "OBAD" => Self::OldestEstablishment,
            _ => Self::Other(code),
        }
    }
}

impl From<AddressKind> for String {
    fn from(kind: AddressKind) -> Self {
        kind.code().to_owned()
    }
}

/// A Belgian postcode: four digits, the first not 0.
///
/// A postcode is no commune: 1040, 1050 and 1804 each lie in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Postcode(u16);

/// A text that is no Belgian postcode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a Belgian postcode has four digits and does not begin with 0")]
pub struct PostcodeError;

impl PostcodeError {
    /// The stable code: `postcode`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "postcode"
    }
}

impl FromStr for Postcode {
    type Err = PostcodeError;

    fn from_str(text: &str) -> Result<Self, PostcodeError> {
        let text = text.trim();
        if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) || text.starts_with('0') {
            return Err(PostcodeError);
        }
        text.parse().map(Self).map_err(|_| PostcodeError)
    }
}

impl TryFrom<String> for Postcode {
    type Error = PostcodeError;

    fn try_from(text: String) -> Result<Self, PostcodeError> {
        text.parse()
    }
}

impl From<Postcode> for String {
    fn from(postcode: Postcode) -> Self {
        postcode.to_string()
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_has_four_digits_and_no_leading_zero() {
        assert_eq!("5300".parse::<Postcode>().map(|code| code.to_string()), Ok("5300".to_owned()));
        for wrong in ["", "530", "53000", "0530", "53o0", "٥٣٠٠", "-530"] {
            assert_eq!(wrong.parse::<Postcode>(), Err(PostcodeError), "{wrong}");
        }
    }
}
