//! The QR code of a SEPA credit transfer (EPC069-12): what a banking app reads from a page or a document.
//!
//! ```
//! use communes_civil::{Iban, Ogm};
//! use communes_doc_ordering::{epc::{EpcTransfer, ReferencePlace}, money::Money};
//!
//! let account: Iban = "BE72 0000 0000 1616".parse()?;
//! let transfer = EpcTransfer::new("Commune de Malvaux", account, Money::euro_cents(650))?
//!     .with_ogm(Ogm::from_base(1_234_567_890)?, ReferencePlace::Text);
//! assert!(transfer.payload()?.ends_with("EUR6.50\n\n\n+++123/4567/89002+++"));
//! assert!(transfer.svg()?.starts_with("<svg"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use communes_civil::{Iban, Ogm};
use fast_qr::{
    ECL, QRBuilder, Version,
    convert::{Builder, svg::SvgBuilder},
};

use crate::money::{Currency, Money};

const MOST_BYTES: usize = 331;
const MOST_CENTS: i64 = 99_999_999_999;

/// A credit transfer as a QR code carries it.
#[derive(Clone, PartialEq, Eq)]
pub struct EpcTransfer {
    version: EpcVersion,
    bic: String,
    name: String,
    iban: Iban,
    amount: Option<Money>,
    purpose: String,
    remittance: Remittance,
    information: String,
}

/// It shows no name, account or words.
impl fmt::Debug for EpcTransfer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EpcTransfer")
            .field("version", &self.version)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

/// The version of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpcVersion {
    /// `001`: with a BIC.
    First,
    /// `002`: the BIC may be absent in the European Economic Area.
    Second,
}

/// What the transfer is for.
#[derive(Clone, PartialEq, Eq)]
enum Remittance {
    Nothing,
    Structured(String),
    Text(String),
}

/// Where a Belgian structured communication goes. The guideline names ISO 11649 references for the structured element; banks
/// differ on what they do with a Belgian one there, so this is a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReferencePlace {
    /// Into the text element, as `+++123/4567/89002+++`: what Belgian banking apps recognise.
    #[default]
    Text,
    /// Into the structured element, as twelve digits.
    Structured,
}

impl EpcTransfer {
    /// A transfer of an amount in euro to an account.
    ///
    /// # Errors
    /// A name that is empty or of more than 70 characters; an amount below 0.01 or above 999,999,999.99 euro.
    pub fn new(name: impl Into<String>, iban: Iban, amount: Money) -> Result<Self, EpcError> {
        let transfer = Self {
            version: EpcVersion::Second,
            bic: String::new(),
            name: line("name", name.into(), 70)?,
            iban,
            amount: Some(checked_amount(amount)?),
            purpose: String::new(),
            remittance: Remittance::Nothing,
            information: String::new(),
        };
        if transfer.name.is_empty() { Err(EpcError::Missing("name")) } else { Ok(transfer) }
    }

    /// With the BIC of the account's bank.
    ///
    /// # Errors
    /// Not 8 or 11 capital letters and digits.
    pub fn with_bic(mut self, bic: impl Into<String>) -> Result<Self, EpcError> {
        self.bic = checked_bic(bic.into())?;
        Ok(self)
    }

    /// With a Belgian structured communication.
    #[must_use]
    pub fn with_ogm(mut self, ogm: Ogm, place: ReferencePlace) -> Self {
        self.remittance = match place {
            ReferencePlace::Text => Remittance::Text(ogm.to_string()),
            ReferencePlace::Structured => Remittance::Structured(ogm.digits()),
        };
        self
    }

    /// With a text of at most 140 characters.
    ///
    /// # Errors
    /// A longer one, or one of several lines.
    pub fn with_text(mut self, text: impl Into<String>) -> Result<Self, EpcError> {
        self.remittance = Remittance::Text(line("text", text.into(), 140)?);
        Ok(self)
    }

    /// With a structured reference of at most 35 characters, e.g. of ISO 11649.
    ///
    /// # Errors
    /// A longer one, or one of several lines.
    pub fn with_reference(mut self, reference: impl Into<String>) -> Result<Self, EpcError> {
        self.remittance = Remittance::Structured(line("reference", reference.into(), 35)?);
        Ok(self)
    }

    /// Reads the text of a code.
    ///
    /// # Errors
    /// Anything that EPC069-12 doesn't allow; the element is named.
    pub fn parse(payload: &str) -> Result<Self, EpcError> {
        if payload.len() > MOST_BYTES {
            return Err(EpcError::TooLong("payload"));
        }
        let lines: Vec<&str> = payload.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        if lines.len() > 12 {
            return Err(EpcError::Malformed("payload"));
        }
        let element = |index: usize| lines.get(index).copied().unwrap_or("");
        if element(0) != "BCD" || element(3) != "SCT" {
            return Err(EpcError::Malformed("header"));
        }
        let version = match element(1) {
            "001" => EpcVersion::First,
            "002" => EpcVersion::Second,
            _ => return Err(EpcError::Malformed("version")),
        };
        // What it says about bytes is over once they are text.
        if !matches!(element(2).as_bytes(), [b'1'..=b'8']) {
            return Err(EpcError::Malformed("character set"));
        }
        let bic = if element(4).is_empty() { String::new() } else { checked_bic(element(4).to_owned())? };
        if bic.is_empty() && version == EpcVersion::First {
            return Err(EpcError::Missing("BIC"));
        }
        let name = line("name", element(5).to_owned(), 70)?;
        if name.is_empty() {
            return Err(EpcError::Missing("name"));
        }
        let remittance = match (element(9), element(10)) {
            ("", "") => Remittance::Nothing,
            (reference, "") => Remittance::Structured(line("reference", reference.to_owned(), 35)?),
            ("", text) => Remittance::Text(line("text", text.to_owned(), 140)?),
            _ => return Err(EpcError::TwoRemittances),
        };
        Ok(Self {
            version,
            bic,
            name,
            iban: element(6).parse().map_err(|_| EpcError::Malformed("IBAN"))?,
            amount: amount(element(7))?,
            purpose: line("purpose", element(8).to_owned(), 4)?,
            remittance,
            information: line("information", element(11).to_owned(), 70)?,
        })
    }

    /// The amount, where it has one.
    #[must_use]
    pub const fn amount(&self) -> Option<Money> {
        self.amount
    }

    /// The account.
    #[must_use]
    pub const fn iban(&self) -> &Iban {
        &self.iban
    }

    /// The text of the code: elements on lines of their own, nothing after the last filled one. In UTF-8.
    ///
    /// # Errors
    /// More than 331 bytes.
    pub fn payload(&self) -> Result<String, EpcError> {
        let amount = self.amount.map_or_else(String::new, |amount| format!("EUR{}", amount.to_decimal()));
        let (reference, text) = match &self.remittance {
            Remittance::Nothing => ("", ""),
            Remittance::Structured(reference) => (reference.as_str(), ""),
            Remittance::Text(text) => ("", text.as_str()),
        };
        let version = if self.version == EpcVersion::First { "001" } else { "002" };
        let elements = [
            "BCD",
            version,
            "1",
            "SCT",
            &self.bic,
            &self.name,
            self.iban.electronic(),
            &amount,
            &self.purpose,
            reference,
            text,
            &self.information,
        ];
        let payload = elements.join("\n").trim_end_matches('\n').to_owned();
        if payload.len() > MOST_BYTES { Err(EpcError::TooLong("payload")) } else { Ok(payload) }
    }

    /// The code as an SVG picture of its own, error correction level M, with its quiet zone.
    ///
    /// # Errors
    /// More than 331 bytes.
    pub fn svg(&self) -> Result<String, EpcError> {
        let payload = self.payload()?;
        // 331 bytes are what version 13 holds at level M.
        let code = QRBuilder::new(payload).ecl(ECL::M).build().map_err(|_| EpcError::TooLong("payload"))?;
        debug_assert!(code.size <= 4 * (Version::V13 as usize + 1) + 17);
        Ok(SvgBuilder::default().margin(4).to_str(&code))
    }
}

fn line(element: &'static str, text: String, most: usize) -> Result<String, EpcError> {
    if text.chars().any(char::is_control) {
        return Err(EpcError::Malformed(element));
    }
    if text.chars().count() > most { Err(EpcError::TooLong(element)) } else { Ok(text) }
}

fn checked_bic(bic: String) -> Result<String, EpcError> {
    let is_bic = matches!(bic.len(), 8 | 11)
        && bic.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && bic.bytes().take(6).skip(4).all(|byte| byte.is_ascii_uppercase());
    if is_bic { Ok(bic) } else { Err(EpcError::Malformed("BIC")) }
}

fn checked_amount(amount: Money) -> Result<Money, EpcError> {
    if amount.currency() != Currency::EUR || !(1..=MOST_CENTS).contains(&amount.minor()) {
        return Err(EpcError::Amount);
    }
    Ok(amount)
}

fn amount(text: &str) -> Result<Option<Money>, EpcError> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.strip_prefix("EUR").filter(|number| !number.contains(',')).ok_or(EpcError::Amount)?;
    let amount = Money::parse(number, Currency::EUR).map_err(|_| EpcError::Amount)?;
    checked_amount(amount).map(Some)
}

/// Why there is no code. It never repeats what was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EpcError {
    /// An element that must be there.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// An element that isn't what it has to be.
    #[error("the {0} is malformed")]
    Malformed(&'static str),
    /// An element, or the whole, is too long.
    #[error("the {0} is too long")]
    TooLong(&'static str),
    /// Not an amount in euro from 0.01 to 999,999,999.99 with a point.
    #[error("the amount is not in euro from 0.01 to 999999999.99")]
    Amount,
    /// A structured reference and a text.
    #[error("a structured reference and a text exclude each other")]
    TwoRemittances,
}

impl EpcError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing(_) => "epc-missing",
            Self::Malformed(_) => "epc-malformed",
            Self::TooLong(_) => "epc-too-long",
            Self::Amount => "epc-amount",
            Self::TwoRemittances => "epc-two-remittances",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer() -> EpcTransfer {
        EpcTransfer::new("Commune", "BE72000000001616".parse().unwrap(), Money::euro_cents(650)).unwrap()
    }

    #[test]
    fn limits_count_characters_and_the_payload_bytes() {
        let iban: Iban = "BE72000000001616".parse().unwrap();
        assert!(EpcTransfer::new("é".repeat(70), iban, Money::euro_cents(1)).is_ok());
        assert_eq!(EpcTransfer::new("é".repeat(71), iban, Money::euro_cents(1)), Err(EpcError::TooLong("name")));
        assert!(transfer().with_reference("R".repeat(35)).is_ok());
        assert_eq!(transfer().with_reference("R".repeat(36)), Err(EpcError::TooLong("reference")));
        assert_eq!(transfer().with_text("t".repeat(141)), Err(EpcError::TooLong("text")));
        assert_eq!(transfer().with_text("a\nb"), Err(EpcError::Malformed("text")));
        // 140 characters of two bytes each, and a name likewise: 331 bytes are exceeded.
        let long =
            EpcTransfer::new("é".repeat(70), iban, Money::euro_cents(1)).unwrap().with_text("é".repeat(140)).unwrap();
        assert_eq!(long.payload(), Err(EpcError::TooLong("payload")));
        assert!(transfer().with_text("é".repeat(120)).unwrap().svg().is_ok());
        for bad in [0, -1, MOST_CENTS + 1] {
            assert_eq!(EpcTransfer::new("Commune", iban, Money::euro_cents(bad)), Err(EpcError::Amount));
        }
    }

    #[test]
    fn the_reference_goes_where_it_is_set() {
        let ogm = Ogm::from_base(1).unwrap(); // 1 mod 97 = 1
        let payload = |place| transfer().with_ogm(ogm, place).payload().unwrap();
        assert_eq!(payload(ReferencePlace::Text).lines().nth(10), Some("+++000/0000/00101+++"));
        assert_eq!(payload(ReferencePlace::Structured).lines().nth(9), Some("000000000101"));
        assert_eq!(payload(ReferencePlace::Structured).lines().count(), 10);
        assert_eq!(transfer().payload().unwrap(), "BCD\n002\n1\nSCT\n\nCommune\nBE72000000001616\nEUR6.50");
    }
}
