use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::Value;

use crate::{
    Actor, AggregateKey, Batch, ChainHash, Change, ClaimRequest, ClaimedEffect, ClaimedTimer, CommandId, CommandStamp,
    Committed, Cursor, DeadLetter, EffectKey, Envelope, Expected, Failure, Feed, FencingToken, Fingerprint, Ledger,
    MemoryLedger, Outbox, Page, PendingTimer, Record, Rows, StoreError, Stored, TimerChange, Timers, WorkerId, code,
    memory::Book,
};

/// A way to be wrong. A kit that lets one pass proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named for what it does")]
#[non_exhaustive]
pub enum Lie {
    LosesUpdates,
    RacesOnVersions,
    IgnoresWhatWasOnlyRead,
    ForgetsCommands,
    IgnoresFingerprints,
    LooksUpCommandsLast,
    RemembersRefusals,
    CommitsByHalves,
    BurnsNumbers,
    RepeatsNumbers,
    WritesMalformedChanges,
    CutsChains,
    ReversesHistories,
    ForgetsPrincipals,
    CutsLongTexts,
    RoundsTimes,
    MixesTenants,
    ForgetsOnReopening,
    LetsEffectsOvertake,
    ClaimsTwice,
    NeverEndsClaims,
    IgnoresFences,
    DropsDeadLetters,
    RetriesAtOnce,
    SendsEarly,
    UsesEffectKeysTwice,
    SkipsTheLiving,
    ReleasesNothing,
    FiresTwice,
    FiresEarly,
    FiresLate,
    ForgetsCancelling,
    ClaimsTimersTwice,
    ReversesTimers,
    SkipsRecords,
    RepeatsRecords,
    ReversesRecords,
    LosesThePlace,
    TakesAnyCursor,
    InsertsBehindReaders,
}

impl Lie {
    /// The lies that the cases of [`ledger`](super::ledger) must find out.
    pub const LEDGER: &[Self] = &[
        Self::LosesUpdates,
        Self::RacesOnVersions,
        Self::IgnoresWhatWasOnlyRead,
        Self::ForgetsCommands,
        Self::IgnoresFingerprints,
        Self::LooksUpCommandsLast,
        Self::RemembersRefusals,
        Self::CommitsByHalves,
        Self::BurnsNumbers,
        Self::RepeatsNumbers,
        Self::WritesMalformedChanges,
        Self::CutsChains,
        Self::ReversesHistories,
        Self::ForgetsPrincipals,
        Self::CutsLongTexts,
        Self::RoundsTimes,
        Self::MixesTenants,
        Self::ForgetsOnReopening,
    ];

    /// The lies that the cases of [`outbox`](super::outbox) must find out.
    pub const OUTBOX: &[Self] = &[
        Self::MixesTenants,
        Self::ForgetsOnReopening,
        Self::LetsEffectsOvertake,
        Self::ClaimsTwice,
        Self::NeverEndsClaims,
        Self::IgnoresFences,
        Self::DropsDeadLetters,
        Self::RetriesAtOnce,
        Self::SendsEarly,
        Self::UsesEffectKeysTwice,
        Self::SkipsTheLiving,
        Self::ReleasesNothing,
    ];

    /// The lies that the cases of [`timers`](super::timers) must find out.
    pub const TIMERS: &[Self] = &[
        Self::RoundsTimes,
        Self::MixesTenants,
        Self::ForgetsOnReopening,
        Self::NeverEndsClaims,
        Self::ReleasesNothing,
        Self::FiresTwice,
        Self::FiresEarly,
        Self::FiresLate,
        Self::ForgetsCancelling,
        Self::ClaimsTimersTwice,
        Self::ReversesTimers,
    ];

    /// The lies that the cases of [`feed`](super::feed) must find out.
    pub const FEED: &[Self] = &[
        Self::MixesTenants,
        Self::SkipsRecords,
        Self::RepeatsRecords,
        Self::ReversesRecords,
        Self::LosesThePlace,
        Self::TakesAnyCursor,
        Self::InsertsBehindReaders,
    ];
}

/// A ledger in memory that breaks one rule.
#[derive(Debug, Clone)]
pub struct LyingLedger {
    lie: Lie,
    truth: MemoryLedger,
    refused: Arc<Mutex<BTreeSet<CommandId>>>,
    commits: Arc<AtomicU64>,
}

impl LyingLedger {
    /// An empty ledger with this flaw.
    #[must_use]
    pub fn new(lie: Lie) -> Self {
        Self { lie, truth: MemoryLedger::new(), refused: Arc::default(), commits: Arc::default() }
    }

    fn current(&self, key: &AggregateKey) -> Expected {
        self.truth.lock().load(key).map_or(Expected::New, |stored| Expected::At(stored.head.version))
    }

    fn lie_about(&self, changes: Vec<Change>) -> Vec<Change> {
        changes.into_iter().map(|change| self.lie_about_one(change)).collect()
    }

    fn lie_about_one(&self, change: Change) -> Change {
        match self.lie {
            Lie::LosesUpdates => {
                let decided_on = change.decided_on().iter().map(|(key, _)| (key.clone(), self.current(key))).collect();
                change.decided_otherwise(decided_on)
            }
            Lie::IgnoresWhatWasOnlyRead => {
                // In these kits, what is only read stands before what is written.
                let decided_on = change.decided_on().iter().map(|(key, expected)| {
                    let is_written = change.decided_on().last().is_some_and(|(last, _)| last == key);
                    (key.clone(), if is_written { *expected } else { self.current(key) })
                });
                let decided_on = decided_on.collect();
                change.decided_otherwise(decided_on)
            }
            Lie::CutsLongTexts => change.with_rows(|rows| Rows {
                states: rows.states.into_iter().map(|(key, state)| (key, cut(&state))).collect(),
                ..rows
            }),
            Lie::ForgetsCancelling => change.with_rows(|rows| {
                let is_kept = |timer: &TimerChange| !matches!(timer, TimerChange::Cancel { .. });
                Rows { timers: rows.timers.into_iter().filter(is_kept).collect(), ..rows }
            }),
            Lie::RoundsTimes => {
                change.with_rows(|rows| Rows { timers: rows.timers.into_iter().map(rounded).collect(), ..rows })
            }
            _ => change,
        }
    }

    fn commit_falsely(&self, mut stamp: CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let changes = self.lie_about(changes);
        match self.lie {
            Lie::ForgetsCommands => {
                let number = self.commits.fetch_add(1, Ordering::SeqCst);
                stamp.id = CommandId::derived(&format!("forgotten {number}"));
            }
            Lie::IgnoresFingerprints => stamp.fingerprint = Fingerprint::from_bytes([0; 32]),
            Lie::RoundsTimes => stamp.at = stamp.at.trunc_subsecs(0),
            Lie::RemembersRefusals
                if self.refused.lock().unwrap_or_else(PoisonError::into_inner).contains(&stamp.id) =>
            {
                return Err(StoreError::conflict(code::VERSION_CONFLICT, "it was refused before"));
            }
            Lie::CommitsByHalves if changes.len() > 1 => return self.commit_one_by_one(&stamp, changes),
            _ => {}
        }
        let batch = Batch::new(stamp, changes)?;
        let result = match self.lie {
            Lie::RacesOnVersions => self.commit_with_a_race(&batch),
            Lie::LooksUpCommandsLast => {
                let mut book = self.truth.lock();
                batch.check(&book.heads(&batch)).and_then(|()| book.commit(&batch))
            }
            _ => self.truth.lock().commit(&batch),
        };
        self.after(&batch, result)
    }

    fn commit_one_by_one(&self, stamp: &CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let mut last = None;
        for (number, change) in changes.into_iter().enumerate() {
            let stamp = CommandStamp { id: CommandId::derived(&format!("{} {number}", stamp.id)), ..stamp.clone() };
            last = Some(self.truth.lock().commit(&Batch::new(stamp, vec![change])?)?);
        }
        last.ok_or_else(|| StoreError::unsupported(code::CHANGE_MALFORMED, "no change"))
    }

    fn commit_with_a_race(&self, batch: &Batch) -> Result<Committed, StoreError> {
        let known = self.truth.lock().outcome(batch.stamp())?;
        if let Some(known) = known {
            return Ok(known);
        }
        let heads = self.truth.lock().heads(batch);
        batch.check(&heads)?;
        std::thread::sleep(std::time::Duration::from_micros(50));
        let mut book = self.truth.lock();
        let heads = book.heads(batch);
        book.write(batch, &heads)
    }

    fn after(&self, batch: &Batch, result: Result<Committed, StoreError>) -> Result<Committed, StoreError> {
        let mut book = self.truth.lock();
        match (self.lie, &result) {
            (Lie::RemembersRefusals, Err(_)) => {
                self.refused.lock().unwrap_or_else(PoisonError::into_inner).insert(batch.stamp().id);
            }
            (Lie::BurnsNumbers, Err(_)) => {
                for (series, count) in batch.draws() {
                    *book.series.entry(series.clone()).or_insert(0) += count;
                }
            }
            (Lie::RepeatsNumbers, Ok(_)) => book.series.clear(),
            (Lie::InsertsBehindReaders, Ok(_)) => {
                let end = book.records.len();
                if end > 1 && book.records[end - 1].aggregate != book.records[end - 2].aggregate {
                    book.records.swap(end - 1, end - 2);
                }
            }
            (Lie::WritesMalformedChanges, Err(error)) if error.code() == code::CHANGE_MALFORMED => {
                for (key, expected) in batch.expected() {
                    if *expected == Expected::New {
                        let head = crate::Head { version: crate::Version::FIRST, records: 0, hash: ChainHash::START };
                        let state = Envelope::new("lie", 1, Value::Null);
                        book.aggregates.insert(key.clone(), Stored { head, state });
                    }
                }
            }
            (Lie::FiresTwice, Err(error)) if error.code() == code::TIMER_GONE => {
                return Ok(Committed {
                    command: batch.stamp().id,
                    versions: Vec::new(),
                    numbers: [].into(),
                    replayed: false,
                });
            }
            (Lie::UsesEffectKeysTwice, Err(error)) if error.code() == code::EFFECT_EXISTS => {
                book.effect_keys.clear();
                return book.commit(batch);
            }
            _ => {}
        }
        result
    }
}

fn cut(state: &Envelope) -> Envelope {
    let mut data = state.data().clone();
    if let Value::Object(members) = &mut data {
        for member in members.values_mut() {
            if let Value::String(text) = member {
                text.truncate(text.floor_char_boundary(65_535));
            }
        }
    }
    Envelope::new(state.format(), state.version(), data)
}

fn rounded(timer: TimerChange) -> TimerChange {
    match timer {
        TimerChange::Set(mut timer) => {
            timer.due = timer.due.trunc_subsecs(0);
            TimerChange::Set(timer)
        }
        other => other,
    }
}

fn shifted(request: &ClaimRequest, seconds: i64) -> ClaimRequest {
    ClaimRequest { now: request.now + TimeDelta::seconds(seconds), ..request.clone() }
}

fn endless(request: &ClaimRequest) -> ClaimRequest {
    ClaimRequest { until: DateTime::<Utc>::MAX_UTC, ..request.clone() }
}

fn fence_of(book: &Book, key: &EffectKey, fence: FencingToken) -> FencingToken {
    let queued = book.effect_keys.get(key).and_then(|place| book.outbox.get(place));
    queued.map_or(fence, |queued| FencingToken::new(queued.claims))
}

#[async_trait]
impl Ledger for LyingLedger {
    async fn commit(&self, stamp: CommandStamp, changes: Vec<Change>) -> Result<Committed, StoreError> {
        self.commit_falsely(stamp, changes)
    }

    async fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        let mut stamp = stamp.clone();
        if self.lie == Lie::IgnoresFingerprints {
            stamp.fingerprint = Fingerprint::from_bytes([0; 32]);
        }
        self.truth.outcome(&stamp).await
    }

    async fn load(&self, key: &AggregateKey) -> Result<Option<Stored>, StoreError> {
        let mut stored = self.truth.load(key).await?;
        if let (Lie::CutsChains, Some(stored)) = (self.lie, &mut stored) {
            stored.head.hash = ChainHash::START;
        }
        Ok(stored)
    }

    async fn history(&self, key: &AggregateKey, after: u64, limit: u32) -> Result<Vec<Record>, StoreError> {
        let mut records = self.truth.history(key, after, limit).await?;
        match self.lie {
            Lie::ReversesHistories => records.reverse(),
            Lie::ForgetsPrincipals => {
                for record in &mut records {
                    record.actor = Actor::new(record.actor.kind(), record.actor.id()).expect("it was an id before");
                }
            }
            _ => {}
        }
        Ok(records)
    }
}

#[async_trait]
impl Outbox for LyingLedger {
    async fn claim(&self, request: &ClaimRequest) -> Result<Vec<ClaimedEffect>, StoreError> {
        let mut book = self.truth.lock();
        match self.lie {
            Lie::ClaimsTwice => book.outbox.values_mut().for_each(|queued| queued.claim = None),
            Lie::NeverEndsClaims => return Ok(book.claim_effects(&endless(request))),
            Lie::SendsEarly => return Ok(book.claim_effects(&shifted(request, 60))),
            Lie::LetsEffectsOvertake => {
                let honest = book.claim_effects(request);
                if !honest.is_empty() {
                    return Ok(honest);
                }
                let waiting = book.outbox.values_mut().find(|queued| queued.claims == 0);
                return Ok(waiting.map_or(Vec::new(), |queued| {
                    queued.claims = 1;
                    vec![ClaimedEffect { effect: queued.effect.clone(), fence: FencingToken::new(1) }]
                }));
            }
            _ => {}
        }
        Ok(book.claim_effects(request))
    }

    async fn acknowledge(&self, key: &EffectKey, fence: FencingToken) -> Result<(), StoreError> {
        let mut book = self.truth.lock();
        let fence = if self.lie == Lie::IgnoresFences { fence_of(&book, key, fence) } else { fence };
        book.acknowledge(key, fence)
    }

    async fn fail(
        &self,
        key: &EffectKey,
        fence: FencingToken,
        failure: Failure,
        reason: &str,
    ) -> Result<(), StoreError> {
        let mut book = self.truth.lock();
        match (self.lie, failure) {
            (Lie::DropsDeadLetters, Failure::Dead) => book.acknowledge(key, fence),
            (Lie::RetriesAtOnce, Failure::Retry { .. }) => {
                book.fail(key, fence, &Failure::Retry { at: DateTime::<Utc>::MIN_UTC }, reason)
            }
            (_, failure) => book.fail(key, fence, &failure, reason),
        }
    }

    async fn skip(&self, key: &EffectKey, by: &Actor, at: DateTime<Utc>, reason: &str) -> Result<(), StoreError> {
        let mut book = self.truth.lock();
        if self.lie == Lie::SkipsTheLiving
            && let Some(place) = book.effect_keys.get(key).copied()
        {
            book.outbox.remove(&place);
            return Ok(());
        }
        book.skip(key, by, at, reason)
    }

    async fn dead_letters(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<DeadLetter>, StoreError> {
        self.truth.dead_letters(after, limit).await
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        if self.lie == Lie::ReleasesNothing { Ok(0) } else { Outbox::release(&self.truth, worker).await }
    }
}

#[async_trait]
impl Timers for LyingLedger {
    async fn claim_due(&self, request: &ClaimRequest) -> Result<Vec<ClaimedTimer>, StoreError> {
        let mut book = self.truth.lock();
        let mut claimed = match self.lie {
            Lie::FiresEarly => book.claim_timers(&shifted(request, 1)),
            Lie::FiresLate => book.claim_timers(&shifted(request, -1)),
            Lie::NeverEndsClaims => book.claim_timers(&endless(request)),
            Lie::ClaimsTimersTwice => {
                book.timers.values_mut().for_each(|waiting| waiting.claim = None);
                book.claim_timers(request)
            }
            _ => book.claim_timers(request),
        };
        if self.lie == Lie::ReversesTimers {
            claimed.reverse();
        }
        Ok(claimed)
    }

    async fn pending(&self, aggregate: &AggregateKey) -> Result<Vec<PendingTimer>, StoreError> {
        self.truth.pending(aggregate).await
    }

    async fn release(&self, worker: &WorkerId) -> Result<u64, StoreError> {
        if self.lie == Lie::ReleasesNothing { Ok(0) } else { Timers::release(&self.truth, worker).await }
    }
}

#[async_trait]
impl Feed for LyingLedger {
    async fn read(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Record>, StoreError> {
        let after = after.filter(|cursor| self.lie != Lie::TakesAnyCursor || cursor.as_str().parse::<u64>().is_ok());
        let mut page = self.truth.read(after, limit).await?;
        let moved = |page: &Page<Record>, by: i64| {
            let place = page.next.as_ref().and_then(|cursor| cursor.as_str().parse::<i64>().ok());
            place.map(|place| Cursor::new((place + by).max(0).to_string()))
        };
        match self.lie {
            Lie::SkipsRecords if !page.items.is_empty() => page.next = moved(&page, 1),
            Lie::RepeatsRecords if page.items.len() > 1 => page.next = moved(&page, -1),
            Lie::ReversesRecords => page.items.reverse(),
            Lie::LosesThePlace if page.items.is_empty() => page.next = None,
            _ => {}
        }
        Ok(page)
    }
}
