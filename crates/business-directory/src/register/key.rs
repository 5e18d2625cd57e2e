use std::{fmt, str::FromStr};

use communes_civil::{EnterpriseNumber, EstablishmentNumber, enterprise_number::EnterpriseNumberError};
use serde::{Deserialize, Serialize};

use super::BranchId;

/// Which entity: its register and its number there.
///
/// Prints and serialises as the ten digits, whose first tells the kind: 0 or 1 an enterprise, 2 to 8 an establishment, 9 a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum EntityKey {
    /// An enterprise of the Belgian register.
    Enterprise(EnterpriseNumber),
    /// An establishment of the Belgian register.
    Establishment(EstablishmentNumber),
    /// A Belgian branch of a foreign enterprise.
    Branch(BranchId),
}

/// The kind of an [`EntityKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EntityKind {
    /// An enterprise: a legal person, or a natural person in business.
    Enterprise,
    /// A place where an enterprise works.
    Establishment,
    /// A Belgian branch of a foreign enterprise.
    Branch,
}

impl EntityKey {
    /// The kind of entity.
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        match self {
            Self::Enterprise(_) => EntityKind::Enterprise,
            Self::Establishment(_) => EntityKind::Establishment,
            Self::Branch(_) => EntityKind::Branch,
        }
    }

    /// The ten digits.
    #[must_use]
    pub fn digits(&self) -> String {
        match self {
            Self::Enterprise(number) => number.digits(),
            Self::Establishment(number) => number.digits(),
            Self::Branch(id) => id.digits(),
        }
    }

    /// The number with points, as the register prints it; `None` for a branch, whose id is not to be shown.
    #[must_use]
    pub fn printed(&self) -> Option<String> {
        match self {
            Self::Enterprise(number) => Some(number.to_string()),
            Self::Establishment(number) => Some(number.to_string()),
            Self::Branch(_) => None,
        }
    }

    /// The ten digits as an integer, for a store.
    #[must_use]
    pub fn to_integer(&self) -> i64 {
        self.digits().bytes().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
    }

    /// The key that [`EntityKey::to_integer`] gave.
    ///
    /// # Errors
    /// The integer is no number of the register.
    pub fn from_integer(integer: i64) -> Result<Self, EnterpriseNumberError> {
        format!("{integer:010}").parse()
    }
}

impl FromStr for EntityKey {
    type Err = EnterpriseNumberError;

    /// Reads any spelling of a number; its first digit tells the kind.
    fn from_str(text: &str) -> Result<Self, EnterpriseNumberError> {
        match text.parse::<EnterpriseNumber>() {
            Ok(number) => Ok(Self::Enterprise(number)),
            Err(EnterpriseNumberError::FirstDigit { found: 9 }) => {
                text.parse().map(Self::Branch).map_err(|_| EnterpriseNumberError::CheckDigits)
            }
            Err(EnterpriseNumberError::FirstDigit { .. }) => text.parse().map(Self::Establishment),
            Err(error) => Err(error),
        }
    }
}

impl TryFrom<String> for EntityKey {
    type Error = EnterpriseNumberError;

    fn try_from(text: String) -> Result<Self, EnterpriseNumberError> {
        text.parse()
    }
}

impl From<EntityKey> for String {
    fn from(key: EntityKey) -> Self {
        key.digits()
    }
}

impl fmt::Display for EntityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_digit_tells_the_kind() {
        for (text, kind, digits) in [
            ("0403.449.823", EntityKind::Enterprise, "0403449823"),
            ("1029.025.290", EntityKind::Enterprise, "1029025290"),
            ("2.377.470.790", EntityKind::Establishment, "2377470790"),
            ("9.000.006.626", EntityKind::Branch, "9000006626"),
        ] {
            let key: EntityKey = text.parse().unwrap();
            assert_eq!((key.kind(), key.digits().as_str()), (kind, digits));
            assert_eq!(EntityKey::from_integer(key.to_integer()), Ok(key));
        }
        assert!("9.000.006.627".parse::<EntityKey>().is_err());
        assert!(EntityKey::from_integer(-1).is_err());
    }
}
