//! The Belgian national number: that of the National Register, and the bis number of the Crossroads Bank.

mod birth;

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};

pub use birth::Birth;

use crate::{
    purpose::Purpose,
    text::{self, DigitsError},
};

/// A Belgian national number (NISS, INSZ, SSIN): eleven digits with right check digits and a birth date that can be
/// one.
///
/// Royal decrees of 3 April 1984 (National Register) and 8 February 1991 (bis numbers). Read from the digits with or
/// without points, dashes and spaces (`85.07.30-033.28`).
///
/// What it says is personal data: the number and the birth date are readable only with a stated [`Purpose`]; there is
/// no `Display` and no `Serialize`, so that it enters no page, log or stored file unless a line of code says so;
/// `Debug` shows a constant.
///
/// ```
/// use communes_civil::{NationalNumber, national_number::NumberKind};
/// # use communes_civil::purpose::{LegalBasis, Purpose};
/// # let purpose = Purpose::new("Example", LegalBasis::PublicTask, "Loi du 8 août 1983, art. 5").unwrap();
/// // The example of the National Register's own instructions (information type 000).
/// let number: NationalNumber = "42.01.22-051.81".parse()?;
/// assert_eq!(number.kind(), NumberKind::Register);
/// assert_eq!(number.expose(&purpose), "42012205181");
/// assert_eq!(format!("{number:?}"), "NationalNumber(***********)");
/// # Ok::<(), communes_civil::national_number::NationalNumberError>(())
/// ```
///
/// Neither of these compiles:
///
/// ```compile_fail,E0277
/// # let number: communes_civil::NationalNumber = "42.01.22-051.81".parse().unwrap();
/// println!("{number}");
/// ```
///
/// ```compile_fail,E0277
/// # let number: communes_civil::NationalNumber = "42.01.22-051.81".parse().unwrap();
/// serde_json::to_string(&number);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct NationalNumber {
    /// Eleven ASCII digits.
    digits: String,
    kind: NumberKind,
    birth: Birth,
}

impl NationalNumber {
    /// Reads a number as [`FromStr`] does, and also those of test cards ([`NumberKind::Test`]), which no person ever
    /// has.
    ///
    /// # Errors
    /// As for [`FromStr`], but the birth date may be impossible and the serial number 000.
    pub fn from_test_card(text: &str) -> Result<Self, NationalNumberError> {
        let digits = read(text)?;
        match interpret(&digits) {
            Err(NationalNumberError::BirthDate | NationalNumberError::Serial) => {
                Ok(Self { digits: ascii(&digits), kind: NumberKind::Test, birth: Birth::Unknown })
            }
            result => result,
        }
    }

    /// Which kind of number it is.
    #[must_use]
    pub fn kind(&self) -> NumberKind {
        self.kind
    }

    /// The eleven digits, for a stated purpose.
    #[must_use]
    pub fn expose(&self, _purpose: &Purpose) -> &str {
        &self.digits
    }

    /// The number as it is printed, `85.07.30-033.28`, for a stated purpose.
    #[must_use]
    pub fn expose_printed(&self, _purpose: &Purpose) -> String {
        let digits = &self.digits;
        format!("{}.{}.{}-{}.{}", &digits[..2], &digits[2..4], &digits[4..6], &digits[6..9], &digits[9..])
    }

    /// What the number says of the birth date, for a stated purpose.
    #[must_use]
    pub fn birth(&self, _purpose: &Purpose) -> Birth {
        self.birth
    }
}

/// Which kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NumberKind {
    /// Of the National Register.
    Register,
    /// Of the Crossroads Bank for Social Security, for a person outside the National Register: the month is 20 or 40
    /// too high.
    Bis,
    /// Of a test card: right check digits over a date or serial number that no person can have.
    Test,
}

impl NumberKind {
    /// The stable code, the same as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Bis => "bis",
            Self::Test => "test",
        }
    }
}

/// Why a text is no national number. Never repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NationalNumberError {
    /// Nothing was given.
    #[error("no national number was given")]
    Empty,
    /// Something else than digits, points, dashes and spaces.
    #[error("a national number has digits only")]
    Character,
    /// Not eleven digits.
    #[error("a national number has eleven digits")]
    Length,
    /// The last two digits do not follow from the others.
    #[error("the check digits of the national number are wrong")]
    CheckDigits,
    /// The first six digits can be no birth date, whole or in part.
    #[error("the birth date in the national number does not exist")]
    BirthDate,
    /// The serial number is 000.
    #[error("the serial number in the national number does not exist")]
    Serial,
}

impl NationalNumberError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "national-number-empty",
            Self::Character => "national-number-character",
            Self::Length => "national-number-length",
            Self::CheckDigits => "national-number-check-digits",
            Self::BirthDate => "national-number-birth-date",
            Self::Serial => "national-number-serial",
        }
    }
}

impl FromStr for NationalNumber {
    type Err = NationalNumberError;

    fn from_str(text: &str) -> Result<Self, NationalNumberError> {
        interpret(&read(text)?)
    }
}

impl TryFrom<String> for NationalNumber {
    type Error = NationalNumberError;

    fn try_from(text: String) -> Result<Self, NationalNumberError> {
        text.parse()
    }
}

impl fmt::Debug for NationalNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NationalNumber(***********)")
    }
}

impl<'de> Deserialize<'de> for NationalNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize_private(deserializer, "a national number as text")
    }
}

type Digits = [u8; 11];

fn read(text: &str) -> Result<Digits, NationalNumberError> {
    let separator = |character: char| matches!(character, '.' | '-') || character.is_whitespace();
    match text::digits(text, separator) {
        Ok((digits, 11)) => Ok(digits),
        Ok((_, 0)) => Err(NationalNumberError::Empty),
        Ok(_) | Err(DigitsError::TooMany) => Err(NationalNumberError::Length),
        Err(DigitsError::Character) => Err(NationalNumberError::Character),
    }
}

fn ascii(digits: &Digits) -> String {
    digits.iter().map(|&digit| char::from(b'0' + digit)).collect()
}

fn interpret(digits: &Digits) -> Result<NationalNumber, NationalNumberError> {
    let century = century(digits).ok_or(NationalNumberError::CheckDigits)?;
    let (kind, birth) = meaning(digits, century)?;
    Ok(NationalNumber { digits: ascii(digits), kind, birth })
}

/// 97 less the rest of the first nine digits by 97; for births from 2000 the nine digits are preceded by a 2.
///
/// Both can never fit: 2 000 000 000 leaves 68, so that the two rests differ.
fn century(digits: &Digits) -> Option<i32> {
    let base = text::number(&digits[..9]);
    let check = text::number(&digits[9..]);
    [(1900, base), (2000, 2_000_000_000 + base)]
        .into_iter()
        .find_map(|(century, base)| (97 - base % 97 == check).then_some(century))
}

fn meaning(digits: &Digits, century: i32) -> Result<(NumberKind, Birth), NationalNumberError> {
    let two = |at: usize| u32::from(digits[at]) * 10 + u32::from(digits[at + 1]);
    let (year_digits, month_digits, day) = (two(0), two(2), two(4));
    // Bis: 20 more if the sex was not known when the number was given, 40 more if it was.
    let (kind, month) = match month_digits {
        0..=12 => (NumberKind::Register, month_digits),
        20..=32 => (NumberKind::Bis, month_digits - 20),
        40..=52 => (NumberKind::Bis, month_digits - 40),
        _ => return Err(NationalNumberError::BirthDate),
    };
    // 999 is beyond the published range (001 to 998), but the National Register's own cards carry it.
    if digits[6..9] == [0; 3] {
        return Err(NationalNumberError::Serial);
    }
    let year = century + i32::try_from(year_digits).expect("two digits fit");
    let birth = match (month, day) {
        // 00.00.01 stands for a birth date of which nothing is known, and 00.00.02 and so on when its serial numbers
        // are used up.
        (0, 1..) if year_digits == 0 => Birth::Unknown,
        // Without a month the day only counts how often the serial numbers of that year were used up: it may pass 31.
        (0, _) => Birth::Year(year),
        (month, 0) => Birth::Month { year, month },
        (month, day) => Birth::Date(NaiveDate::from_ymd_opt(year, month, day).ok_or(NationalNumberError::BirthDate)?),
    };
    Ok((kind, birth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::purpose::LegalBasis;

    fn purpose() -> Purpose {
        Purpose::new("Test", LegalBasis::PublicTask, "Loi du 8 août 1983, art. 5").unwrap()
    }

    fn day(year: i32, month: u32, day: u32) -> Birth {
        Birth::Date(NaiveDate::from_ymd_opt(year, month, day).unwrap())
    }

    fn read(text: &str) -> (NumberKind, Birth) {
        let number: NationalNumber = text.parse().unwrap();
        (number.kind(), number.birth(&purpose()))
    }

    fn refused(text: &str) -> NationalNumberError {
        text.parse::<NationalNumber>().unwrap_err()
    }

    #[test]
    fn born_before_2000() {
        // Published example: 420122051 leaves 16, 97 - 16 = 81.
        assert_eq!(read("42012205181"), (NumberKind::Register, day(1942, 1, 22)));
        // 850730033 leaves 69, 97 - 69 = 28.
        assert_eq!(read(" 85.07.30-033 28 "), (NumberKind::Register, day(1985, 7, 30)));
    }

    #[test]
    fn born_from_2000() {
        // 2010503998 leaves 33, 97 - 33 = 64. Without the 2 the rest is 62 and the check digits are 35: born in 1901.
        assert_eq!(read("01050399864"), (NumberKind::Register, day(2001, 5, 3)));
        assert_eq!(read("01050399835"), (NumberKind::Register, day(1901, 5, 3)));
        // 2080229999 belongs to a leap year.
        assert_eq!(read("08222999934"), (NumberKind::Bis, day(2008, 2, 29)));
    }

    #[test]
    fn bis_numbers() {
        // Sex unknown (+ 20): 882229999 leaves 61, 97 - 61 = 36. Sex known (+ 40): 884229999 leaves 18, 97 - 18 = 79.
        assert_eq!(read("88222999936"), (NumberKind::Bis, day(1988, 2, 29)));
        assert_eq!(read("88422999979"), (NumberKind::Bis, day(1988, 2, 29)));
    }

    #[test]
    fn unknown_parts_and_used_up_serial_numbers() {
        // Real forms published by the federal validator's authors (belgif), the check digits of the 1900s.
        assert_eq!(read("10000100182"), (NumberKind::Register, Birth::Year(1910)));
        assert_eq!(read("10200100128"), (NumberKind::Bis, Birth::Year(1910)));
        assert_eq!(read("10400100171"), (NumberKind::Bis, Birth::Year(1910)));
        assert_eq!(read("00003241778"), (NumberKind::Register, Birth::Unknown), "day 32");
        // 000001001 leaves 31: 66. 2000001001 leaves 2: 95.
        assert_eq!(read("00000100166"), (NumberKind::Register, Birth::Unknown));
        assert_eq!(read("00000100195"), (NumberKind::Register, Birth::Unknown));
        // 730000012 leaves 31: 66.
        assert_eq!(read("73000001266"), (NumberKind::Register, Birth::Year(1973)));
        // 810500035 leaves 45 (97 * 8355670 = 810499990): 52. The month is known, the day is not.
        assert_eq!(read("81050003552"), (NumberKind::Register, Birth::Month { year: 1981, month: 5 }));
    }

    #[test]
    fn check_digits_keep_their_zero() {
        // 717151062 leaves 89, 97 - 89 = 8, written 08. The month makes it a test number.
        assert_eq!(NationalNumber::from_test_card("71715106208").unwrap().kind(), NumberKind::Test);
        assert_eq!(refused("7171510628"), NationalNumberError::Length);
    }

    #[test]
    fn test_cards_are_asked_for() {
        assert_eq!(refused("71715100070"), NationalNumberError::BirthDate);
        let number = NationalNumber::from_test_card("71715100070").unwrap();
        assert_eq!((number.kind(), number.birth(&purpose())), (NumberKind::Test, Birth::Unknown));
        // What a person can have stays what it is.
        assert_eq!(NationalNumber::from_test_card("42012205181").unwrap().kind(), NumberKind::Register);
        assert_eq!(NationalNumber::from_test_card("71715100071").unwrap_err(), NationalNumberError::CheckDigits);
    }

    #[test]
    fn refusals() {
        assert_eq!(refused(""), NationalNumberError::Empty);
        assert_eq!(refused(" .-"), NationalNumberError::Empty);
        assert_eq!(refused("42.01.22-051.8I"), NationalNumberError::Character);
        assert_eq!(refused("4201220518"), NationalNumberError::Length);
        assert_eq!(refused("420122051811"), NationalNumberError::Length);
        assert_eq!(refused("42012205180"), NationalNumberError::CheckDigits);
        // Zeros all over: 97 - 0 = 97, never 00.
        assert_eq!(refused("00000000000"), NationalNumberError::CheckDigits);
        // 850730000 leaves 36 (the 69 of 850730033, less 33): 61. The serial number is 000.
        assert_eq!(refused("85073000061"), NationalNumberError::Serial);
    }

    #[test]
    fn impossible_dates() {
        // Right check digits (97 less the rest: 850231001 leaves 5, 851301001 leaves 95, 853301001 leaves 52, 855301001
        // leaves 9): 31 February, month 13, bis months 13 (33 - 20 and 53 - 40).
        for text in ["85023100192", "85130100102", "85330100145", "85530100188"] {
            assert_eq!(refused(text), NationalNumberError::BirthDate, "{text}");
        }
        // 29 February existed in 2000 (2000229001 leaves 52: 45) and not in 1900 (229001 leaves 81: 16).
        assert_eq!(read("00022900145"), (NumberKind::Register, day(2000, 2, 29)));
        assert_eq!(refused("00022900116"), NationalNumberError::BirthDate);
    }

    #[test]
    fn exposed_for_a_purpose() {
        let number: NationalNumber = "42012205181".parse().unwrap();
        assert_eq!(number.expose(&purpose()), "42012205181");
        assert_eq!(number.expose_printed(&purpose()), "42.01.22-051.81");
    }

    /// Nothing that is printed, logged or answered shows the canary, its birth date or a part of it.
    #[test]
    fn the_canary_is_never_seen() {
        const CANARY: &str = "42012205181";
        let number: NationalNumber = CANARY.parse().unwrap();
        let mut seen = vec![
            format!("{number:?}"),
            format!("{number:#?}"),
            format!("{:?}", Some(&number)),
            format!("{:?}", number.birth(&purpose())),
            format!("{:?}", NationalNumber::from_test_card("71715100070").unwrap()),
        ];
        // Every way to fail, with the canary in the input.
        for wrong in ["4201220518", "42012205182", "420122051811", "42012205181x", "42x012205181"] {
            let error = wrong.parse::<NationalNumber>().unwrap_err();
            seen.push(format!("{error} {error:?} {}", error.code()));
            let json = serde_json::to_string(wrong).unwrap();
            seen.push(serde_json::from_str::<NationalNumber>(&json).unwrap_err().to_string());
        }
        // Every type that JSON has in the place of the text.
        for json in [
            "42012205181",
            "-42012205181",
            "42012205181.5",
            "[42012205181]",
            r#"{"42012205181":42012205181}"#,
            "true",
            "null",
            r#"["42012205181"]"#,
        ] {
            seen.push(serde_json::from_str::<NationalNumber>(json).unwrap_err().to_string());
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            seen.push(serde_json::from_value::<NationalNumber>(value).unwrap_err().to_string());
        }
        for text in seen {
            // Positions in JSON are short; no run of digits may be.
            let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
            assert!(longest <= 2, "{text}");
            assert!(!text.contains("1942"), "{text}");
        }
    }

    #[test]
    fn it_is_read_from_json() {
        let number: NationalNumber = serde_json::from_str(r#""42.01.22-051.81""#).unwrap();
        assert_eq!(number.expose(&purpose()), "42012205181");
    }
}
