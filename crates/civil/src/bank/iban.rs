use std::{fmt, str::FromStr};

use iban::{IbanLike, ParseBaseIbanError, ParseIbanError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

/// The longest IBAN of the standard.
const LONGEST: usize = 34;

/// An international bank account number (ISO 13616): right check digits, the length and form of its country in the
/// SWIFT registry, and for Belgium the check digits of the account number itself.
///
/// Read in either case, with or without spaces. Printed in groups of four; stored (`serde`,
/// [`electronic`](Self::electronic)) without spaces. An account number can be a citizen's: `Debug` shows the country
/// only, and no error repeats the text.
///
/// ```
/// use communes_civil::Iban;
/// let iban: Iban = "be68539007547034".parse()?;
/// assert_eq!(iban.to_string(), "BE68 5390 0754 7034");
/// assert_eq!((iban.electronic(), iban.country()), ("BE68539007547034", "BE"));
/// # Ok::<(), communes_civil::bank::IbanError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Iban(iban::Iban);

impl Iban {
    /// The number without spaces.
    #[must_use]
    pub fn electronic(&self) -> &str {
        self.0.electronic_str()
    }

    /// The country, as two upper-case letters (ISO 3166-1).
    #[must_use]
    pub fn country(&self) -> &str {
        self.0.country_code()
    }

    /// The country's own account number (BBAN), without spaces.
    #[must_use]
    pub fn bban(&self) -> &str {
        self.0.bban()
    }
}

/// Why a text is no IBAN. Never repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IbanError {
    /// Nothing was given.
    #[error("no account number was given")]
    Empty,
    /// Not two letters, two digits and at most thirty letters or digits.
    #[error("an IBAN has two letters, two digits and then letters and digits, 34 in all at most")]
    Form,
    /// The check digits do not follow from the rest.
    #[error("the check digits of the IBAN are wrong")]
    CheckDigits,
    /// A country that has no IBAN.
    #[error("the country of the IBAN has none")]
    Country,
    /// Another length or form than the country's.
    #[error("the account number in the IBAN has not the form of its country")]
    Account,
    /// The check digits of the Belgian account number do not follow from the rest.
    #[error("the check digits of the Belgian account number are wrong")]
    AccountCheckDigits,
}

impl IbanError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "iban-empty",
            Self::Form => "iban-form",
            Self::CheckDigits => "iban-check-digits",
            Self::Country => "iban-country",
            Self::Account => "iban-account",
            Self::AccountCheckDigits => "iban-account-check-digits",
        }
    }
}

impl From<ParseIbanError> for IbanError {
    fn from(error: ParseIbanError) -> Self {
        match error {
            ParseIbanError::InvalidBaseIban { source: ParseBaseIbanError::InvalidChecksum } => Self::CheckDigits,
            ParseIbanError::InvalidBaseIban { .. } => Self::Form,
            ParseIbanError::InvalidBban(_) => Self::Account,
            ParseIbanError::UnknownCountry(_) => Self::Country,
        }
    }
}

impl FromStr for Iban {
    type Err = IbanError;

    fn from_str(text: &str) -> Result<Self, IbanError> {
        let electronic = text::alphanumerics(text, LONGEST).ok_or(IbanError::Form)?;
        if electronic.is_empty() {
            return Err(IbanError::Empty);
        }
        let iban: iban::Iban = electronic.parse()?;
        if iban.country_code() == "BE" && !belgian_account_is_right(iban.bban()) {
            return Err(IbanError::AccountCheckDigits);
        }
        Ok(Self(iban))
    }
}

impl TryFrom<String> for Iban {
    type Error = IbanError;

    fn try_from(text: String) -> Result<Self, IbanError> {
        text.parse()
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write_in_fours(self.electronic(), formatter)
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Iban({}**)", self.country())
    }
}

impl Serialize for Iban {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.electronic())
    }
}

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize_private(deserializer, "an IBAN as text")
    }
}

/// Belgian accounts have twelve digits, the last two the rest of the first ten by 97, written 97 when nothing is left.
fn belgian_account_is_right(bban: &str) -> bool {
    match text::digits::<12>(bban, |_| false) {
        Ok((digits, 12)) => super::ogm::check_digits(text::number(&digits[..10])) == text::number(&digits[10..]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, IbanError> {
        text.parse().map(|iban: Iban| iban.electronic().to_owned())
    }

    #[test]
    fn examples_of_the_registry() {
        for text in [
            "BE68 5390 0754 7034",
            "FR14 2004 1010 0505 0001 3M02 606",
            "NL91 ABNA 0417 1643 00",
            "LU28 0019 4006 4475 0000",
            "DE89 3704 0044 0532 0130 00",
        ] {
            let iban: Iban = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(iban.to_string(), text);
            assert_eq!(iban.electronic(), text.replace(' ', ""));
            assert_eq!(text.to_lowercase().parse(), Ok(iban));
        }
    }

    #[test]
    fn refusals() {
        assert_eq!(read(" "), Err(IbanError::Empty));
        assert_eq!(read("BE68-5390-0754-7034"), Err(IbanError::Form));
        assert_eq!(read("68BE539007547034"), Err(IbanError::Form));
        assert_eq!(read(&"B".repeat(35)), Err(IbanError::Form));
        assert_eq!(read("BE69539007547034"), Err(IbanError::CheckDigits));
        // A digit too few, the check digits of what remains: 53900754703 then BE00 = 111400 leaves r, 98 - r.
        assert_eq!(read(&with_check("BE", "53900754703")), Err(IbanError::Account));
        assert_eq!(read(&with_check("XX", "539007547034")), Err(IbanError::Country));
    }

    #[test]
    fn belgian_accounts_have_check_digits_of_their_own() {
        // 5390075470 leaves 34.
        assert_eq!(read(&with_check("BE", "539007547034")).as_deref(), Ok("BE68539007547034"));
        assert_eq!(read(&with_check("BE", "539007547035")), Err(IbanError::AccountCheckDigits));
        // 0000000097 leaves nothing: 97, not 00.
        assert!(read(&with_check("BE", "000000009797")).is_ok());
        assert_eq!(read(&with_check("BE", "000000009700")), Err(IbanError::AccountCheckDigits));
    }

    #[test]
    fn an_account_number_is_not_shown() {
        let iban: Iban = "BE68539007547034".parse().unwrap();
        assert_eq!(format!("{iban:?}"), "Iban(BE**)");
        for json in ["68539007547034", r#""BE69539007547034""#, r#"["BE68539007547034"]"#] {
            let error = serde_json::from_str::<Iban>(json).unwrap_err().to_string();
            assert!(!error.contains("539007547034"), "{error}");
        }
    }

    #[test]
    fn json_has_the_electronic_form() {
        let iban: Iban = serde_json::from_str(r#""BE68 5390 0754 7034""#).unwrap();
        assert_eq!(serde_json::to_string(&iban).unwrap(), r#""BE68539007547034""#);
    }

    /// ISO 13616 in wide integers, apart from the code under test: country and 00 to the end, letters as 10 to 35, 98
    /// less the rest by 97.
    fn with_check(country: &str, bban: &str) -> String {
        let digits: String =
            format!("{bban}{country}00").chars().map(|character| character.to_digit(36).unwrap().to_string()).collect();
        let check = 98 - digits.parse::<u128>().unwrap() % 97;
        format!("{country}{check:02}{bban}")
    }
}
