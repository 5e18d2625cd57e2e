use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The register's own id of a Belgian branch of a foreign enterprise: ten digits of which the first is 9, the last two check
/// digits.
///
/// Not an official number: it is stored, and neither shown nor searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BranchId(u64);

/// A text that is no [`BranchId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a branch id has ten digits, begins with 9 and ends with its check digits")]
pub struct BranchIdError;

impl BranchIdError {
    /// The stable code: `branch-id`.
    #[must_use]
    pub fn code(self) -> &'static str {
        "branch-id"
    }
}

impl BranchId {
    /// The ten digits.
    #[must_use]
    pub fn digits(self) -> String {
        self.0.to_string()
    }
}

impl FromStr for BranchId {
    type Err = BranchIdError;

    fn from_str(text: &str) -> Result<Self, BranchIdError> {
        let mut number: u64 = 0;
        let mut count = 0;
        for character in text.chars().filter(|character| !matches!(character, '.' | '-' | ' ')) {
            count += 1;
            if count > 10 {
                return Err(BranchIdError);
            }
            number = number * 10 + u64::from(character.to_digit(10).ok_or(BranchIdError)?);
        }
        let (base, check) = (number / 100, number % 100);
        if count == 10 && number / 1_000_000_000 == 9 && 97 - base % 97 == check {
            Ok(Self(number))
        } else {
            Err(BranchIdError)
        }
    }
}

impl TryFrom<String> for BranchId {
    type Error = BranchIdError;

    fn try_from(text: String) -> Result<Self, BranchIdError> {
        text.parse()
    }
}

impl From<BranchId> for String {
    fn from(id: BranchId) -> Self {
        id.digits()
    }
}

impl fmt::Display for BranchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_begins_with_nine() {
        // 90000066 = 97 * 927835 + 71, and 97 - 71 = 26.
        assert_eq!("9.000.006.626".parse::<BranchId>().map(BranchId::digits).as_deref(), Ok("9000006626"));
        for wrong in ["", "9.000.006.627", "0403.449.823", "2000000339", "90000066261", "9000006x26"] {
            assert_eq!(wrong.parse::<BranchId>(), Err(BranchIdError), "{wrong}");
        }
    }
}
