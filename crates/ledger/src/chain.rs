use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Actor, AggregateKey, CommandId, CommandStamp, Envelope, Head, canonical_json, text::text_key};

text_key! {
    /// What happened, in the words of the capability: `submitted`, `payment-matched`.
    EventName
}

/// What a change says happened to an aggregate. Who and when stand in the command's stamp.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// To what it happened.
    pub aggregate: AggregateKey,
    /// What happened.
    pub name: EventName,
    /// The particulars.
    pub payload: Envelope,
}

/// An event as it stands in the history of its aggregate, tied by its hash to the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// To what it happened.
    pub aggregate: AggregateKey,
    /// Its place in the history, from 1 without gaps.
    pub number: u64,
    /// What happened.
    pub name: EventName,
    /// The particulars.
    pub payload: Envelope,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// By which command.
    pub command: CommandId,
    /// The hash over the record and the hash before it.
    pub hash: ChainHash,
}

/// One link of a hash chain: SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChainHash([u8; 32]);

/// A text that is no [`ChainHash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a chain hash is 64 hexadecimal digits")]
pub struct ChainHashError;

impl ChainHash {
    /// The hash before the first record: 32 zero bytes.
    pub const START: Self = Self([0; 32]);

    /// A hash that was stored.
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

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl TryFrom<String> for ChainHash {
    type Error = ChainHashError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| ChainHashError)?;
        Ok(Self(bytes))
    }
}

impl From<ChainHash> for String {
    fn from(hash: ChainHash) -> Self {
        hash.to_string()
    }
}

impl Record {
    /// The record of an event that follows on the head of its aggregate.
    #[must_use]
    pub fn following(head: Option<&Head>, event: Event, stamp: &CommandStamp) -> Self {
        let mut record = Self {
            aggregate: event.aggregate,
            number: head.map_or(0, |head| head.records) + 1,
            name: event.name,
            payload: event.payload,
            at: stamp.at.trunc_subsecs(6),
            actor: stamp.actor.clone(),
            command: stamp.id,
            hash: ChainHash::START,
        };
        record.hash = record.link(&head.map_or(ChainHash::START, |head| head.hash));
        record
    }

    /// The hash that the record must have after `previous`.
    ///
    /// SHA-256 over `previous` and then, each with its length in bytes as a 64-bit big-endian number before it: kind and id of
    /// the aggregate, number, name, format and version of the payload, its canonical JSON, microseconds since 1970, kind and id of
    /// the actor, for whom he acts (empty when for himself), id of the command. Numbers are 64-bit big-endian, ids 16 bytes.
    #[must_use]
    pub fn link(&self, previous: &ChainHash) -> ChainHash {
        let mut digest = Sha256::new();
        digest.update(previous.as_bytes());
        let mut part = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        part(self.aggregate.kind().as_str().as_bytes());
        part(self.aggregate.id().as_bytes());
        part(&self.number.to_be_bytes());
        part(self.name.as_str().as_bytes());
        part(self.payload.format().as_bytes());
        part(&u64::from(self.payload.version()).to_be_bytes());
        part(canonical_json(self.payload.data()).as_bytes());
        part(&self.at.timestamp_micros().to_be_bytes());
        part(self.actor.kind().word().as_bytes());
        part(self.actor.id().as_bytes());
        part(self.actor.principal().unwrap_or_default().as_bytes());
        part(self.command.as_uuid().as_bytes());
        ChainHash(digest.finalize().into())
    }
}

/// A history that was changed after it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the history of {aggregate} is broken at record {number}")]
pub struct BrokenChain {
    /// Whose history.
    pub aggregate: AggregateKey,
    /// The first record whose number or hash is wrong, by its place in the history.
    pub number: u64,
}

/// Checks the whole history of an aggregate, from its first record on.
///
/// # Errors
/// The first record that is not where or what it was.
pub fn verify_chain(records: &[Record]) -> Result<ChainHash, BrokenChain> {
    let mut previous = ChainHash::START;
    for (number, record) in (1..).zip(records) {
        let same = records[0].aggregate == record.aggregate;
        if !same || record.number != number || record.hash != record.link(&previous) {
            return Err(BrokenChain { aggregate: records[0].aggregate.clone(), number });
        }
        previous = record.hash;
    }
    Ok(previous)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{ActorKind, AggregateKind, Fingerprint, Version};

    fn history() -> Vec<Record> {
        let key = AggregateKey::new(AggregateKind::from_static("doc-ordering/order"), Uuid::from_u128(7));
        let actor = Actor::new(ActorKind::Staff, "clerk-1").unwrap();
        let mut head: Option<Head> = None;
        let mut records = Vec::new();
        for number in 1..=3_u64 {
            let at = DateTime::from_timestamp_micros(1_000_000 * number as i64).unwrap();
            let stamp = CommandStamp::new(
                CommandId::derived(&number.to_string()),
                Fingerprint::from_bytes([0; 32]),
                at,
                actor.clone(),
            );
            let payload = Envelope::new("communes/test", 1, json!({"step": number}));
            let event = Event { aggregate: key.clone(), name: EventName::new("stepped").unwrap(), payload };
            let record = Record::following(head.as_ref(), event, &stamp);
            head = Some(Head { version: Version::FIRST, records: number, hash: record.hash });
            records.push(record);
        }
        records
    }

    #[test]
    fn every_field_is_covered_by_the_hash() {
        let sound = history();
        assert_eq!(verify_chain(&sound), Ok(sound[2].hash));
        let second = sound[1].clone();
        let falsified = [
            Record { number: 7, ..second.clone() },
            Record { name: EventName::new("other").unwrap(), ..second.clone() },
            Record { payload: Envelope::new("communes/test", 1, json!({"step": 3})), ..second.clone() },
            Record { payload: Envelope::new("communes/test", 2, json!({"step": 2})), ..second.clone() },
            Record { payload: Envelope::new("communes/tess", 1, json!({"step": 2})), ..second.clone() },
            Record { at: second.at + chrono::TimeDelta::microseconds(1), ..second.clone() },
            Record { actor: Actor::new(ActorKind::Citizen, "clerk-1").unwrap(), ..second.clone() },
            Record { actor: Actor::new(ActorKind::Staff, "clerk-2").unwrap(), ..second.clone() },
            Record { actor: second.actor.clone().on_behalf_of("x").unwrap(), ..second.clone() },
            Record { command: CommandId::derived("other"), ..second.clone() },
            Record { hash: ChainHash::START, ..second.clone() },
            Record {
                aggregate: AggregateKey::new(second.aggregate.kind().clone(), Uuid::from_u128(8)),
                ..second.clone()
            },
        ];
        for wrong in falsified {
            let records = [sound[0].clone(), wrong, sound[2].clone()];
            assert_eq!(verify_chain(&records).unwrap_err().number, 2, "{records:?}");
        }
    }

    #[test]
    fn a_missing_or_moved_record_is_found() {
        let sound = history();
        assert_eq!(verify_chain(&[sound[0].clone(), sound[2].clone()]).unwrap_err().number, 2);
        assert_eq!(verify_chain(&sound[1..]).unwrap_err().number, 1);
        assert_eq!(verify_chain(&[]), Ok(ChainHash::START));
    }
}
