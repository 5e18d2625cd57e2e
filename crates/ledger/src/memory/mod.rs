//! The ledger in memory: for tests, demonstrations, and as the reference of what the contract means.

mod book;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

pub(crate) use self::book::Book;
use crate::{
    Actor, AggregateKey, AggregateKind, Batch, Change, ClaimRequest, ClaimedEffect, ClaimedTimer, CommandStamp,
    Committed, Cursor, DeadLetter, EffectKey, Failure, Feed, FencingToken, Ledger, Outbox, Page, PendingTimer, Record,
    StoreError, Stored, TenantId, Timers, WorkerId,
};

/// A database in memory: a ledger for each tenant.
#[derive(Debug, Clone, Default)]
pub struct MemoryDatabase {
    tenants: Arc<Mutex<BTreeMap<TenantId, MemoryLedger>>>,
}

impl MemoryDatabase {
    /// An empty database.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The ledger of a tenant; handles of the same tenant share it.
    #[must_use]
    pub fn tenant(&self, tenant: &TenantId) -> MemoryLedger {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant.clone()).or_default().clone()
    }
}

/// The ledger of one tenant in memory, with its outbox, timers and feed. Clones share what they hold; nothing outlives them.
///
/// ```
/// use communes_ledger::{
///     Actor, ActorKind, AggregateKey, AggregateKind, Change, CommandId, CommandStamp, Envelope, Expected, Fingerprint, Ledger,
///     MemoryLedger, Rows,
/// };
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// const NOTE: AggregateKind = AggregateKind::from_static("notes/note");
/// let ledger = MemoryLedger::new();
/// let key = AggregateKey::new(NOTE, uuid::Uuid::from_u128(1));
/// let rows = Rows::new().state(key.clone(), Envelope::new("notes/note", 1, json!("milk")));
/// let stamp = CommandStamp::new(
///     CommandId::derived("first"),
///     Fingerprint::of(&json!({"write": "milk"}))?,
///     chrono::DateTime::UNIX_EPOCH,
///     Actor::new(ActorKind::Staff, "clerk-1")?,
/// );
/// let committed = pollster::block_on(ledger.commit(stamp, vec![Change::finished([(key.clone(), Expected::New)], rows)]))?;
/// assert_eq!(committed.version(&key).map(|version| version.number()), Some(1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryLedger {
    book: Arc<Mutex<Book>>,
}

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All aggregates of a kind, by id: for the in-memory reads of a capability.
    #[must_use]
    pub fn aggregates(&self, kind: &AggregateKind) -> Vec<(AggregateKey, Stored)> {
        self.lock().aggregates(kind)
    }

    /// All timers that wait, the earliest first: for the in-memory reads of a capability.
    #[must_use]
    pub fn all_timers(&self) -> Vec<PendingTimer> {
        self.lock().all_timers()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Book> {
        // A panic can't leave the book half-written: it is changed only after everything is worked out.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn commit(&self, stamp: CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let batch = Batch::new(stamp, changes)?;
        self.lock().commit(&batch)
    }

    async fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        self.lock().outcome(stamp)
    }

    async fn load(&self, key: &AggregateKey) -> Result<Option<Stored>, StoreError> {
        Ok(self.lock().load(key))
    }

    async fn history(&self, key: &AggregateKey, after: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        Ok(self.lock().history(key, after, limit))
    }
}

#[async_trait]
impl Outbox for MemoryLedger {
    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedEffect>, StoreError> {
        Ok(self.lock().claim_effects(request))
    }

    async fn acknowledge(&self, key: &EffectKey, fence: FencingToken) -> Result<(), StoreError> {
        self.lock().acknowledge(key, fence)
    }

    async fn fail(
        &self,
        key: &EffectKey,
        fence: FencingToken,
        failure: Failure,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.lock().fail(key, fence, &failure, reason)
    }

    async fn skip(&self, key: &EffectKey, by: &Actor, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
        self.lock().skip(key, by, at, reason)
    }

    async fn dead_letters(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<DeadLetter>, StoreError> {
        self.lock().dead_letters(after, limit)
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        Ok(self.lock().release_effects(worker))
    }
}

#[async_trait]
impl Timers for MemoryLedger {
    async fn claim_due(&self, request: &ClaimRequest) -> Result<Vec<ClaimedTimer>, StoreError> {
        Ok(self.lock().claim_timers(request))
    }

    async fn pending(&self, aggregate: &AggregateKey) -> Result<Vec<PendingTimer>, StoreError> {
        Ok(self.lock().pending(aggregate))
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        Ok(self.lock().release_timers(worker))
    }
}

#[async_trait]
impl Feed for MemoryLedger {
    async fn read(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Record>, StoreError> {
        self.lock().read(after, limit)
    }
}
