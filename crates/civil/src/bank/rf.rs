use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text;

/// The longest creditor reference of the standard, with `RF` and check digits.
const LONGEST: usize = 25;

/// The structured creditor reference of ISO 11649: `RF`, two check digits and one to twenty-one letters or digits.
///
/// Read in either case, with or without spaces. Printed in groups of four; stored (`serde`, [`as_str`](Self::as_str))
/// without spaces.
///
/// ```
/// use communes_civil::bank::CreditorReference;
/// let reference = CreditorReference::from_reference("539007547034")?;
/// assert_eq!(reference.to_string(), "RF18 5390 0754 7034");
/// # Ok::<(), communes_civil::bank::CreditorReferenceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditorReference(String);

impl CreditorReference {
    /// The creditor reference of one's own reference, its check digits computed.
    ///
    /// # Errors
    /// The reference is empty, longer than twenty-one characters, or has others than letters and digits.
    pub fn from_reference(reference: &str) -> Result<Self, CreditorReferenceError> {
        let reference = text::alphanumerics(reference, LONGEST - 4).ok_or(CreditorReferenceError::Form)?;
        if reference.is_empty() {
            return Err(CreditorReferenceError::Empty);
        }
        Ok(Self(format!("RF{:02}{reference}", check_digits(&reference))))
    }

    /// The whole creditor reference without spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// One's own reference: what follows the check digits.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.0[4..]
    }
}

/// Why a text is no creditor reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CreditorReferenceError {
    /// Nothing was given.
    #[error("no creditor reference was given")]
    Empty,
    /// Not `RF`, two digits and one to twenty-one letters or digits.
    #[error("a creditor reference has RF, two digits and then letters and digits, 25 in all at most")]
    Form,
    /// The check digits do not follow from the rest.
    #[error("the check digits of the creditor reference are wrong")]
    CheckDigits,
}

impl CreditorReferenceError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "creditor-reference-empty",
            Self::Form => "creditor-reference-form",
            Self::CheckDigits => "creditor-reference-check-digits",
        }
    }
}

impl FromStr for CreditorReference {
    type Err = CreditorReferenceError;

    fn from_str(text: &str) -> Result<Self, CreditorReferenceError> {
        let whole = text::alphanumerics(text, LONGEST).ok_or(CreditorReferenceError::Form)?;
        if whole.is_empty() {
            return Err(CreditorReferenceError::Empty);
        }
        let (check, reference) = match whole.strip_prefix("RF") {
            Some(rest) if rest.len() > 2 => rest.split_at(2),
            _ => return Err(CreditorReferenceError::Form),
        };
        if !check.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CreditorReferenceError::Form);
        }
        // Compared, not summed: 98 less the rest is 02 to 98, so that 00, 01 and 99 never pass for 97, 98 and 02.
        if check == format!("{:02}", check_digits(reference)) {
            Ok(Self(whole))
        } else {
            Err(CreditorReferenceError::CheckDigits)
        }
    }
}

impl TryFrom<String> for CreditorReference {
    type Error = CreditorReferenceError;

    fn try_from(text: String) -> Result<Self, CreditorReferenceError> {
        text.parse()
    }
}

impl From<CreditorReference> for String {
    fn from(reference: CreditorReference) -> Self {
        reference.0
    }
}

impl fmt::Display for CreditorReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write_in_fours(&self.0, formatter)
    }
}

/// 98 less the rest by 97 of the reference followed by `RF00`, letters as 10 to 35.
fn check_digits(reference: &str) -> u32 {
    let rest = reference.chars().chain("RF00".chars()).filter_map(|character| character.to_digit(36)).fold(
        0,
        |rest, value| {
            let shift = if value < 10 { 10 } else { 100 };
            (rest * shift + value) % 97
        },
    );
    98 - rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, CreditorReferenceError> {
        text.parse().map(|reference: CreditorReference| reference.as_str().to_owned())
    }

    #[test]
    fn published_examples() {
        assert_eq!(read("RF18 5390 0754 7034").as_deref(), Ok("RF18539007547034"));
        // With a letter: Y is 34.
        assert_eq!(read("rf18 5390 0754 70y").as_deref(), Ok("RF185390075470Y"));
        assert_eq!(read("RF17 5390 0754 7034"), Err(CreditorReferenceError::CheckDigits));
    }

    #[test]
    fn computed() {
        // 1 followed by RF00 is 1271500 = 97 * 13108 + 24: 98 - 24 = 74.
        let reference = CreditorReference::from_reference("1").unwrap();
        assert_eq!((reference.as_str(), reference.reference()), ("RF741", "1"));
    }

    #[test]
    fn check_digits_have_one_form() {
        // 25 followed by 271500 is 25271500 = 97 * 260530 + 90: 98 - 90 = 08.
        assert_eq!(read("RF0825").as_deref(), Ok("RF0825"));
        // The sum modulo 97 is 1 for the second of each pair too. 36271500 leaves 96: 02; 54271500 leaves nothing: 98;
        // 72271500 leaves 1: 97.
        for (right, wrong) in [("RF0236", "RF9936"), ("RF9854", "RF0154"), ("RF9772", "RF0072")] {
            assert_eq!(read(right).as_deref(), Ok(right));
            assert_eq!(read(wrong), Err(CreditorReferenceError::CheckDigits), "{wrong}");
        }
    }

    #[test]
    fn refusals() {
        assert_eq!(read(""), Err(CreditorReferenceError::Empty));
        assert_eq!(read("RF18"), Err(CreditorReferenceError::Form));
        assert_eq!(read("XX18539007547034"), Err(CreditorReferenceError::Form));
        assert_eq!(read("RFA8539007547034"), Err(CreditorReferenceError::Form));
        assert_eq!(read("RF18-5390"), Err(CreditorReferenceError::Form));
        assert_eq!(read(&format!("RF18{}", "1".repeat(22))), Err(CreditorReferenceError::Form));
        assert_eq!(CreditorReference::from_reference(&"1".repeat(22)), Err(CreditorReferenceError::Form));
        assert_eq!(CreditorReference::from_reference(" "), Err(CreditorReferenceError::Empty));
    }
}
