use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Actor, canonical_json};

/// The id of one command: sent again with it, a command has the outcome it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandId(Uuid);

impl CommandId {
    /// Takes an id that the application made; version 7 keeps the index of a database dense.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The id of the command that follows from something that happens once: an effect's key at its receiver, a timer.
    ///
    /// It is the first 16 bytes of the SHA-256 of the seed, marked as UUID version 8 (RFC 9562, section 5.8).
    #[must_use]
    pub fn derived(seed: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(seed).into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The id itself.
    #[must_use]
    pub fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The SHA-256 of a command's DTO, by which a command id that is used for another command is found out.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a DTO, over its [`canonical_json`].
    ///
    /// # Errors
    /// The DTO is no JSON: a map whose keys are not text, usually.
    pub fn of(dto: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self(Sha256::digest(canonical_json(&serde_json::to_value(dto)?)).into()))
    }

    /// A fingerprint that was stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({})", hex::encode(self.0))
    }
}

/// Which command is committed, when and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandStamp {
    /// The id under which a repetition is recognised.
    pub id: CommandId,
    /// What was asked, as a digest.
    pub fingerprint: Fingerprint,
    /// When it was asked, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who asked.
    pub actor: Actor,
}

impl CommandStamp {
    /// A stamp; what is finer than a microsecond is cut off, as no store keeps it.
    #[must_use]
    pub fn new(id: CommandId, fingerprint: Fingerprint, at: DateTime<Utc>, actor: Actor) -> Self {
        Self { id, fingerprint, at: at.trunc_subsecs(6), actor }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_does_not_change_a_fingerprint() {
        let one = Fingerprint::of(&json!({"a": 1, "b": [true]})).unwrap();
        // sha256sum of {"a":1,"b":[true]}
        assert_eq!(hex::encode(one.as_bytes()), "90eddf64b875cb5fa184bb12503cc7309b6ce21b175521a80bd8d83082bae604");
        assert_eq!(one, Fingerprint::of(&json!({"b": [true], "a": 1})).unwrap());
    }

    #[test]
    fn a_derived_id_is_a_version_8_uuid() {
        let id = CommandId::derived("effect/1").as_uuid();
        assert_eq!(id.get_version_num(), 8);
        assert_eq!(id, CommandId::derived("effect/1").as_uuid());
        assert_ne!(id, CommandId::derived("effect/2").as_uuid());
    }
}
