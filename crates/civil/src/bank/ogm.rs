use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text::{self, DigitsError};

/// The Belgian structured communication of a transfer (OGM, VCS): ten digits and two check digits.
///
/// Read as `+++123/4567/89002+++`, `***123/4567/89002***` or the twelve digits that a bank statement carries, spaces
/// anywhere. Printed with plus signs; stored (`serde`, [`digits`](Self::digits)) as twelve digits.
///
/// ```
/// use communes_civil::Ogm;
/// let reference = Ogm::from_base(1_234_567_890)?;
/// assert_eq!(reference.to_string(), "+++123/4567/89002+++");
/// assert_eq!("***123/4567/89002***".parse(), Ok(reference));
/// # Ok::<(), communes_civil::bank::OgmError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ogm {
    base: u64,
}

impl Ogm {
    /// The largest base: ten digits, so that an account has 10^10 references.
    pub const LARGEST_BASE: u64 = 9_999_999_999;

    /// The communication of a base number, its check digits computed. Give each base once.
    ///
    /// # Errors
    /// The base has more than ten digits.
    pub fn from_base(base: u64) -> Result<Self, OgmError> {
        if base > Self::LARGEST_BASE {
            return Err(OgmError::Length);
        }
        Ok(Self { base })
    }

    /// The number before the check digits, at most [`LARGEST_BASE`](Self::LARGEST_BASE).
    #[must_use]
    pub fn base(self) -> u64 {
        self.base
    }

    /// The twelve digits, as a bank statement carries them.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:010}{:02}", self.base, check_digits(self.base))
    }
}

/// Why a text is no structured communication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OgmError {
    /// Nothing was given.
    #[error("no structured communication was given")]
    Empty,
    /// Something else than digits between plus signs or asterisks.
    #[error("a structured communication has digits between +++ or ***, such as +++123/4567/89002+++")]
    Form,
    /// Not twelve digits.
    #[error("a structured communication has twelve digits")]
    Length,
    /// The last two digits do not follow from the others.
    #[error("the check digits of the structured communication are wrong")]
    CheckDigits,
}

impl OgmError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "ogm-empty",
            Self::Form => "ogm-form",
            Self::Length => "ogm-length",
            Self::CheckDigits => "ogm-check-digits",
        }
    }
}

impl FromStr for Ogm {
    type Err = OgmError;

    fn from_str(text: &str) -> Result<Self, OgmError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(OgmError::Empty);
        }
        let inner = ["+++", "***"].into_iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark));
        let separator = |character: char| character == '/' || character.is_whitespace();
        let digits = match text::digits::<12>(inner.unwrap_or(text), separator) {
            Ok((digits, 12)) => digits,
            Ok(_) | Err(DigitsError::TooMany) => return Err(OgmError::Length),
            Err(DigitsError::Character) => return Err(OgmError::Form),
        };
        let base = text::number(&digits[..10]);
        if check_digits(base) == text::number(&digits[10..]) { Ok(Self { base }) } else { Err(OgmError::CheckDigits) }
    }
}

impl TryFrom<String> for Ogm {
    type Error = OgmError;

    fn try_from(text: String) -> Result<Self, OgmError> {
        text.parse()
    }
}

impl From<Ogm> for String {
    fn from(ogm: Ogm) -> Self {
        ogm.digits()
    }
}

impl fmt::Display for Ogm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        write!(formatter, "+++{}/{}/{}+++", &digits[..3], &digits[3..7], &digits[7..])
    }
}

/// The rest by 97, written 97 when nothing is left: 01 to 97, never 00.
pub(super) fn check_digits(base: u64) -> u64 {
    match base % 97 {
        0 => 97,
        rest => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, OgmError> {
        text.parse().map(Ogm::digits)
    }

    #[test]
    fn every_way_to_write_one() {
        // 0108068171 = 97 * 1114104 + 83.
        for text in [
            "+++010/8068/17183+++",
            "***010/8068/17183***",
            "010/8068/17183",
            "010806817183",
            " +++ 010 / 8068 / 17183 +++ ",
        ] {
            assert_eq!(read(text).as_deref(), Ok("010806817183"), "{text}");
        }
    }

    #[test]
    fn nothing_left_is_written_97() {
        assert_eq!(Ogm::from_base(0).unwrap().to_string(), "+++000/0000/00097+++");
        assert_eq!(Ogm::from_base(97).unwrap().digits(), "000000009797");
        assert_eq!(read("000000009700"), Err(OgmError::CheckDigits));
        // 9999999999 = 97 * 103092783 + 48.
        assert_eq!(Ogm::from_base(Ogm::LARGEST_BASE).unwrap().digits(), "999999999948");
    }

    #[test]
    fn refusals() {
        assert_eq!(read(" "), Err(OgmError::Empty));
        assert_eq!(read("++++++"), Err(OgmError::Length));
        assert_eq!(read("+++"), Err(OgmError::Form));
        assert_eq!(read("+++010/8068/17183***"), Err(OgmError::Form));
        assert_eq!(read("+++010/8068/1718+++"), Err(OgmError::Length));
        assert_eq!(read("+++010/8068/171833+++"), Err(OgmError::Length));
        assert_eq!(read("01O806817183"), Err(OgmError::Form));
        assert_eq!(read("010806817184"), Err(OgmError::CheckDigits));
        assert_eq!(Ogm::from_base(10_000_000_000), Err(OgmError::Length));
    }

    #[test]
    fn json_has_the_digits() {
        let ogm: Ogm = serde_json::from_str(r#""+++010/8068/17183+++""#).unwrap();
        assert_eq!(serde_json::to_string(&ogm).unwrap(), r#""010806817183""#);
    }
}
