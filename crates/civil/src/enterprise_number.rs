//! Numbers of the Crossroads Bank for Enterprises (KBO/BCE): of an enterprise, and of one of its establishment units.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text::{self, DigitsError};

/// The number of an enterprise: ten digits of which the first is 0 or 1, the last two check digits.
///
/// Read as `0403.449.823`, with or without points, dashes and spaces; in the old form of nine digits; with the zero in
/// brackets; and with the `BE` of the VAT number, which is the same number. Printed with points, as the register does;
/// stored (`serde`, [`digits`](Self::digits)) as ten digits.
///
/// ```
/// use communes_civil::EnterpriseNumber;
/// let number: EnterpriseNumber = "BE 403.449.823".parse()?;
/// assert_eq!(number.to_string(), "0403.449.823");
/// assert_eq!(number.digits(), "0403449823");
/// # Ok::<(), communes_civil::enterprise_number::EnterpriseNumberError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EnterpriseNumber(u64);

/// The number of an establishment unit: ten digits of which the first is 2 to 8, the last two check digits.
///
/// Read as `2.377.470.790`, with or without points, dashes and spaces. Printed with points, as the register does;
/// stored (`serde`, [`digits`](Self::digits)) as ten digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EstablishmentNumber(u64);

/// Why a text is no number of an enterprise or establishment unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnterpriseNumberError {
    /// Nothing was given.
    #[error("no number was given")]
    Empty,
    /// Something else than digits and separators.
    #[error("the number has digits, points, dashes and spaces only")]
    Character,
    /// Not ten digits (for an enterprise: nor the nine of the old form).
    #[error("the number has ten digits")]
    Length,
    /// The first digit belongs to another kind of number.
    #[error("the first digit is {found}: enterprises have 0 or 1, establishment units 2 to 8")]
    FirstDigit {
        /// The first digit.
        found: u8,
    },
    /// The last two digits do not follow from the others.
    #[error("the check digits of the number are wrong")]
    CheckDigits,
    /// Nothing but zeros before the check digits.
    #[error("the number has only zeros")]
    Zero,
}

impl EnterpriseNumberError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "enterprise-number-empty",
            Self::Character => "enterprise-number-character",
            Self::Length => "enterprise-number-length",
            Self::FirstDigit { .. } => "enterprise-number-first-digit",
            Self::CheckDigits => "enterprise-number-check-digits",
            Self::Zero => "enterprise-number-zero",
        }
    }
}

impl EnterpriseNumber {
    /// The ten digits.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:010}", self.0)
    }
}

impl FromStr for EnterpriseNumber {
    type Err = EnterpriseNumberError;

    fn from_str(text: &str) -> Result<Self, EnterpriseNumberError> {
        let text = text.trim();
        let text = match text.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("be") => text[2..].trim_start(),
            _ => text,
        };
        let (text, bracketed) = match text.strip_prefix("(0)") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let number = match read(text)? {
            // The old form: its leading zero is given back.
            (digits, 9) => text::number(&digits[..9]),
            (digits, 10) if !bracketed => text::number(&digits),
            _ => return Err(EnterpriseNumberError::Length),
        };
        first_digit(number, 0..=1)?;
        check_digits(number).map(Self)
    }
}

impl fmt::Display for EnterpriseNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.0;
        let (first, second, third) = (number / 1_000_000, number / 1_000 % 1_000, number % 1_000);
        write!(formatter, "{first:04}.{second:03}.{third:03}")
    }
}

impl EstablishmentNumber {
    /// The ten digits.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:010}", self.0)
    }
}

impl FromStr for EstablishmentNumber {
    type Err = EnterpriseNumberError;

    fn from_str(text: &str) -> Result<Self, EnterpriseNumberError> {
        let (digits, count) = read(text)?;
        if count != 10 {
            return Err(EnterpriseNumberError::Length);
        }
        let number = text::number(&digits);
        first_digit(number, 2..=8)?;
        check_digits(number).map(Self)
    }
}

impl fmt::Display for EstablishmentNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.0;
        let (million, thousand, rest) = (number / 1_000_000 % 1_000, number / 1_000 % 1_000, number % 1_000);
        write!(formatter, "{}.{million:03}.{thousand:03}.{rest:03}", number / 1_000_000_000)
    }
}

macro_rules! stored_as_digits {
    ($($number:ty),*) => {$(
        impl TryFrom<String> for $number {
            type Error = EnterpriseNumberError;

            fn try_from(text: String) -> Result<Self, EnterpriseNumberError> {
                text.parse()
            }
        }

        impl From<$number> for String {
            fn from(number: $number) -> Self {
                number.digits()
            }
        }
    )*};
}

stored_as_digits!(EnterpriseNumber, EstablishmentNumber);

fn read(text: &str) -> Result<([u8; 10], usize), EnterpriseNumberError> {
    let separator = |character: char| matches!(character, '.' | '-') || character.is_whitespace();
    match text::digits(text, separator) {
        Ok((_, 0)) => Err(EnterpriseNumberError::Empty),
        Ok(read) => Ok(read),
        Err(DigitsError::TooMany) => Err(EnterpriseNumberError::Length),
        Err(DigitsError::Character) => Err(EnterpriseNumberError::Character),
    }
}

fn first_digit(number: u64, allowed: std::ops::RangeInclusive<u8>) -> Result<(), EnterpriseNumberError> {
    let found = u8::try_from(number / 1_000_000_000).expect("ten digits divided by 10^9 leave one");
    if allowed.contains(&found) { Ok(()) } else { Err(EnterpriseNumberError::FirstDigit { found }) }
}

/// 97 less the rest of the first eight digits by 97: 01 to 97, never 00.
fn check_digits(number: u64) -> Result<u64, EnterpriseNumberError> {
    let (base, check) = (number / 100, number % 100);
    if base == 0 {
        Err(EnterpriseNumberError::Zero)
    } else if 97 - base % 97 == check {
        Ok(number)
    } else {
        Err(EnterpriseNumberError::CheckDigits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enterprise(text: &str) -> Result<String, EnterpriseNumberError> {
        text.parse().map(EnterpriseNumber::digits)
    }

    fn establishment(text: &str) -> Result<String, EnterpriseNumberError> {
        text.parse().map(EstablishmentNumber::digits)
    }

    #[test]
    fn every_way_to_write_one() {
        // 04034498 leaves 74, 97 - 74 = 23.
        for text in [
            "0403.449.823",
            "0403449823",
            "403449823",
            "403.449.823",
            "BE0403449823",
            "be 0403 449 823 ",
            "BE 403.449.823",
            "(0)403449823",
            "BE (0)403.449.823",
            "0403-449-823",
            "0403\u{a0}449\u{a0}823",
        ] {
            assert_eq!(enterprise(text).as_deref(), Ok("0403449823"), "{text}");
        }
    }

    #[test]
    fn the_series_that_begins_with_1() {
        // 10290252 leaves 7 (97 * 106085 = 10290245): 90.
        assert_eq!("1029025290".parse::<EnterpriseNumber>().unwrap().to_string(), "1029.025.290");
        // Nine digits are the old form, whose first digit was 0: 00290252 leaves 28, and asks for 69.
        assert_eq!(enterprise("029025290"), Err(EnterpriseNumberError::CheckDigits));
    }

    #[test]
    fn check_digits_run_from_01_to_97() {
        // 04000086 = 97 * 41238 leaves nothing: 97, and never 00.
        assert_eq!(enterprise("0400008697").as_deref(), Ok("0400008697"));
        assert_eq!(enterprise("0400008600"), Err(EnterpriseNumberError::CheckDigits));
        assert_eq!(enterprise("0403449824"), Err(EnterpriseNumberError::CheckDigits));
    }

    #[test]
    fn establishment_units() {
        // 20000003 leaves 58: 39. 23774707 leaves 7: 90.
        assert_eq!("2000000339".parse::<EstablishmentNumber>().unwrap().to_string(), "2.000.000.339");
        assert_eq!(establishment("2.377.470.790").as_deref(), Ok("2377470790"));
        assert_eq!(establishment("2377470791"), Err(EnterpriseNumberError::CheckDigits));
        assert_eq!(establishment("377470790"), Err(EnterpriseNumberError::Length));
    }

    #[test]
    fn kinds_are_not_mixed_up() {
        assert_eq!(enterprise("2.000.000.339"), Err(EnterpriseNumberError::FirstDigit { found: 2 }));
        assert_eq!(establishment("0403.449.823"), Err(EnterpriseNumberError::FirstDigit { found: 0 }));
        // A branch has 9: no official number, neither of the two.
        assert_eq!(enterprise("9.000.006.626"), Err(EnterpriseNumberError::FirstDigit { found: 9 }));
        assert_eq!(establishment("9.000.006.626"), Err(EnterpriseNumberError::FirstDigit { found: 9 }));
    }

    #[test]
    fn refusals() {
        assert_eq!(enterprise(""), Err(EnterpriseNumberError::Empty));
        assert_eq!(enterprise("BE"), Err(EnterpriseNumberError::Empty));
        assert_eq!(enterprise("(0)"), Err(EnterpriseNumberError::Empty));
        assert_eq!(enterprise("0403.449.82x"), Err(EnterpriseNumberError::Character));
        assert_eq!(enterprise("FR0403449823"), Err(EnterpriseNumberError::Character));
        assert_eq!(enterprise("04034498"), Err(EnterpriseNumberError::Length));
        assert_eq!(enterprise("04034498233"), Err(EnterpriseNumberError::Length));
        assert_eq!(enterprise("(0)0403449823"), Err(EnterpriseNumberError::Length));
        assert_eq!(enterprise("0000000000"), Err(EnterpriseNumberError::Zero));
        // Right by its check digits (97 - 0), and still nobody's.
        assert_eq!(enterprise("0000000097"), Err(EnterpriseNumberError::Zero));
        // Two bytes that are not the boundary of a character.
        assert_eq!(enterprise("é403449823"), Err(EnterpriseNumberError::Character));
    }

    #[test]
    fn json_has_the_digits() {
        let number: EnterpriseNumber = serde_json::from_str(r#""BE 0403.449.823""#).unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), r#""0403449823""#);
    }
}
