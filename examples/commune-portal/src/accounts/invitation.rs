use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Role;
use crate::{clock::random, security::SecretHash};

/// Capitals and digits that nobody takes for another; 32, so that five bits are one character.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A code that gives one account, once: 20 characters, 100 bits, in four groups.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OneTimeCode(String);

/// What a one-time code is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    pub(crate) code: SecretHash,
    pub(crate) roles: Vec<Role>,
    /// Good only while the commune has no account at all: the code printed at the first start.
    pub(crate) is_first: bool,
    pub(crate) ends_at: DateTime<Utc>,
}

impl OneTimeCode {
    pub(crate) fn new() -> Self {
        let letters = random::<20>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        Self(letters.iter().collect())
    }

    /// Reads a code as people type it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let typed = text.chars().filter(|character| !character.is_whitespace() && *character != '-');
        let code: String = typed.take(21).map(|character| character.to_ascii_uppercase()).collect();
        let is_code = code.len() == 20 && code.bytes().all(|byte| ALPHABET.contains(&byte));
        is_code.then_some(Self(code))
    }

    pub(crate) fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(&self.0).into())
    }
}

/// As people read it: `ABCDE-FGHJK-…`.
impl fmt::Display for OneTimeCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, letter) in self.0.chars().enumerate() {
            if place > 0 && place % 5 == 0 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimeCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = OneTimeCode::new();
        assert_eq!(code.to_string().len(), 23);
        assert_eq!(OneTimeCode::parse(&code.to_string().to_lowercase().replace('-', " ")), Some(code.clone()));
        assert_eq!(OneTimeCode::parse(&format!("{code}2")), None);
        assert_eq!(OneTimeCode::parse("0OI1"), None);
        assert_eq!(format!("{code:?}"), "OneTimeCode(…)");
    }
}
