use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::clock::random;

/// 32 random bytes that only one browser knows: the id of a session, the token of its forms. 64 hexadecimal digits outside.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret([u8; 32]);

/// The SHA-256 of a [`Secret`]: what is stored in its place, so that a copy of the database opens no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SecretHash(pub(crate) [u8; 32]);

impl Secret {
    pub(crate) fn new() -> Self {
        Self(random())
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    pub(crate) fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether a text is this secret, in a time that tells nothing about it.
    pub(crate) fn is(&self, text: &str) -> bool {
        Self::parse(text).is_some_and(|given| given.0.ct_eq(&self.0).into())
    }

    pub(crate) fn to_text(&self) -> String {
        hex::encode(self.0)
    }
}

impl SecretHash {
    pub(crate) fn to_text(self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_itself_alone() {
        let (one, other) = (Secret::new(), Secret::new());
        assert!(one.is(&one.to_text()) && !one.is(&other.to_text()) && !one.is("") && !one.is("zz"));
        assert_eq!(Secret::parse(&one.to_text()), Some(one.clone()));
        assert_eq!(format!("{one:?}"), "Secret(…)");
    }
}
