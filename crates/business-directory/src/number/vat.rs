use std::{fmt, str::FromStr};

use communes_civil::{EnterpriseNumber, enterprise_number::EnterpriseNumberError};

use super::{FrenchNumberError, Siren};

/// A VAT number of Belgium or France, with its country in front.
///
/// Well-formed is not registered: many enterprises have none, and only VIES tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VatNumber(String);

/// Why a text is no VAT number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VatError {
    /// It does not begin with the two letters of a country.
    #[error("a VAT number begins with the two letters of its country")]
    Country,
    /// The rules of that country are not known here: neither right nor wrong.
    #[error("VAT numbers of this country are not checked")]
    CountryNotCovered,
    /// Not the enterprise number that a Belgian VAT number is.
    #[error("the enterprise number is wrong")]
    Belgian(#[source] EnterpriseNumberError),
    /// Not the SIREN that a French VAT number ends with.
    #[error("the SIREN is wrong")]
    French(#[source] FrenchNumberError),
    /// The key in front of a French SIREN does not follow from it.
    #[error("the key of the number is wrong")]
    Key,
}

impl VatError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Country => "vat-country",
            Self::CountryNotCovered => "vat-country-not-covered",
            Self::Belgian(cause) => cause.code(),
            Self::French(cause) => cause.code(),
            Self::Key => "vat-key",
        }
    }
}

impl FromStr for VatNumber {
    type Err = VatError;

    fn from_str(text: &str) -> Result<Self, VatError> {
        let text = text.trim();
        let country = text.get(..2).ok_or(VatError::Country)?.to_ascii_uppercase();
        let rest = &text[2..];
        match country.as_str() {
            "BE" => {
                let number: EnterpriseNumber = rest.parse().map_err(VatError::Belgian)?;
                Ok(Self(format!("BE{}", number.digits())))
            }
            "FR" => french(rest),
            _ if country.bytes().all(|byte| byte.is_ascii_uppercase()) => Err(VatError::CountryNotCovered),
            _ => Err(VatError::Country),
        }
    }
}

impl fmt::Display for VatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Two characters of key, then a SIREN; Monaco has 000 in front of six digits that are no SIREN.
fn french(text: &str) -> Result<VatNumber, VatError> {
    let text: String =
        text.chars().filter(|character| !(character.is_whitespace() || matches!(character, '.' | '-'))).collect();
    let text = text.to_ascii_uppercase();
    let (Some(key), Some(digits)) = (text.get(..2), text.get(2..)) else {
        return Err(VatError::Key);
    };
    if digits.len() != 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(VatError::French(FrenchNumberError::Length));
    }
    if !digits.starts_with("000") {
        digits.parse::<Siren>().map_err(VatError::French)?;
    }
    let siren: u64 = digits.parse().map_err(|_| VatError::Key)?;
    if key_of(key, siren) { Ok(VatNumber(format!("FR{text}"))) } else { Err(VatError::Key) }
}

/// The old key is `(siren · 100 + 12) mod 97`; the new one has a letter, and neither I nor O.
fn key_of(key: &str, siren: u64) -> bool {
    const ALPHABET: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    if let Some(number) = key.parse::<u64>().ok().filter(|_| key.bytes().all(|byte| byte.is_ascii_digit())) {
        return (siren * 100 + 12) % 97 == number;
    }
    let value =
        |place: usize| ALPHABET.iter().position(|letter| *letter == key.as_bytes()[place]).map(|value| value as u64);
    let (Some(first), Some(second)) = (value(0), value(1)) else {
        return false;
    };
    let check = if first < 10 { first * 24 + second - 10 } else { first * 34 + second - 100 };
    (siren + 1 + check / 11) % 11 == check % 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn belgian_and_french() {
        let canonical = |text: &str| text.parse::<VatNumber>().map(|number| number.to_string());
        assert_eq!(canonical("be 0403.449.823 ").as_deref(), Ok("BE0403449823"));
        // 732829320 · 100 + 12 leaves 44 by 97.
        assert_eq!(canonical("FR 44 732 829 320").as_deref(), Ok("FR44732829320"));
        assert_eq!(canonical("FR 45 732 829 320"), Err(VatError::Key));
        assert_eq!(canonical("BE0403449824").unwrap_err().code(), "enterprise-number-check-digits");
        assert_eq!(canonical("DE136695976"), Err(VatError::CountryNotCovered));
        for wrong in ["", "B", "0403449823", "éé1"] {
            assert_eq!(canonical(wrong), Err(VatError::Country), "{wrong}");
        }
    }
}
