use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    AggregateKey, Change, CommandId, CommandStamp, Record, SeriesKey, StoreError, Stored, Version, forward::forward,
};

/// The outcome of a command, which is kept: the same command sent again gets it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// The command.
    pub command: CommandId,
    /// The new version of each aggregate that was written, by key.
    pub versions: Vec<(AggregateKey, Version)>,
    /// The numbers that were drawn, by series.
    pub numbers: BTreeMap<SeriesKey, Vec<u64>>,
    /// Whether this is the outcome of an earlier commit of the same command.
    #[serde(skip)]
    pub replayed: bool,
}

impl Committed {
    /// The number drawn from a series; the first, when there are several.
    #[must_use]
    pub fn number(&self, series: &SeriesKey) -> Option<u64> {
        self.numbers.get(series)?.first().copied()
    }

    /// The new version of an aggregate; `None` when the commit did not write it.
    #[must_use]
    pub fn version(&self, key: &AggregateKey) -> Option<Version> {
        self.versions.iter().find(|(written, _)| written == key).map(|(_, version)| *version)
    }
}

/// Where changes become durable: the one port through which every capability writes.
///
/// **The implementor guarantees:**
/// - *Atomicity.* All changes of a commit are written, or none; a dropped future leaves all or none.
/// - *Durability.* What was answered survives the end of the process.
/// - *Versions.* A change is written only if every aggregate is as it was decided on; of several that race on one version, one
///   wins and the others get [`VERSION_CONFLICT`](crate::code::VERSION_CONFLICT).
/// - *Idempotency.* The command id is looked up inside the transaction, before any version. A repetition gets the first outcome,
///   with `replayed` set; of two at once the second gets the first's. Another fingerprint gets
///   [`COMMAND_REUSED`](crate::code::COMMAND_REUSED). Only committed outcomes are kept.
/// - *Numbers.* A series gives 1, 2, 3 … without gap or repetition, whatever fails.
/// - *Chain.* The history of an aggregate is in order and tied by [`Record::link`].
///
/// [`Batch`](crate::Batch) does the thinking of a commit, so that an implementor only reads and writes.
///
/// **The caller may assume** nothing about an answer of kind `Unavailable` except that sending the same command again is safe.
#[async_trait]
pub trait Ledger: std::fmt::Debug + Send + Sync {
    /// Commits the changes of one command.
    async fn commit(&self, stamp: CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError>;

    /// The outcome of a command that was committed before; for a facade that must answer a repetition before it decides anew.
    ///
    /// Another fingerprint under the same id gets [`COMMAND_REUSED`](crate::code::COMMAND_REUSED).
    async fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError>;

    /// An aggregate as it is now; `None` when it was never written.
    async fn load(&self, key: &AggregateKey) -> Result<Option<Stored>, StoreError>;

    /// The records of an aggregate after number `after` (0: from the first), at most `limit`, in order.
    async fn history(&self, key: &AggregateKey, after: u64, limit: u32) -> Result<Vec<Record>, StoreError>;
}

forward! { Ledger {
    commit(stamp: CommandStamp, changes: Vec<Change>) -> Committed;
    outcome(stamp: &CommandStamp) -> Option<Committed>;
    load(key: &AggregateKey) -> Option<Stored>;
    history(key: &AggregateKey, after: u64, limit: u32) -> Vec<Record>;
} }
