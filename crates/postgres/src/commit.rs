//! One transaction for a group of commands: lock and read, settle each in memory, write all. A command that draws no number is settled before its
//! transaction, which then is one round trip: what was read is guarded in it.
//!
//! Members of a group touch different aggregates and have different ids, so that what one of them is refused for leaves the others alone,
//! and numbers are given to those only that are written: no savepoint is needed, and no number is lost.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
};

use communes_ledger::{
    AggregateKey, Batch, CommandStamp, Committed, Expected, Fingerprint, Head, SeriesKey, Settled, StoreError,
    TenantId, TimerChange, code,
};
use sha2::{Digest, Sha256};
use tokio_postgres::{Client, Row, types::Type};
use uuid::Uuid;

use crate::{
    codec, crash_points,
    fault::{CONTENDED, Fault},
    statement::{Statement, pipeline},
    write::Writes,
};

/// Code of the application panicked while it made the rows of a command: nothing of it was written.
pub const PANICKED: &str = "command-panicked";

/// A command of a tenant.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) tenant: TenantId,
    pub(crate) batch: Batch,
}

/// What came of each member of a group, in their order.
pub(crate) type Outcomes = Vec<Result<Committed, StoreError>>;

/// Commands that touch different things.
#[derive(Debug, Default)]
pub(crate) struct Group {
    members: Vec<Member>,
    keys: BTreeSet<(TenantId, AggregateKey)>,
    ids: BTreeSet<(TenantId, Uuid)>,
}

impl Group {
    /// Takes a command in; gives it back when it touches what one of the group touches.
    pub(crate) fn admit(&mut self, member: Box<Member>) -> Result<(), Box<Member>> {
        let id = (member.tenant.clone(), member.batch.stamp().id.as_uuid());
        let keys: Vec<_> = member.batch.expected().keys().map(|key| (member.tenant.clone(), key.clone())).collect();
        if self.ids.contains(&id) || keys.iter().any(|key| self.keys.contains(key)) {
            return Err(member);
        }
        self.ids.insert(id);
        self.keys.extend(keys);
        self.members.push(*member);
        Ok(())
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }
}

// How often the work of one command is begun anew when others are in the way.
const TRIES: u32 = 10;

/// Commits a group. When something is in its way, each member is tried alone, so that only the one at fault fails.
pub(crate) async fn commit_group(client: &Client, members: &[Member]) -> Outcomes {
    if members.len() > 1
        && let Ok(outcomes) = try_commit(client, members).await
    {
        return outcomes;
    }
    let mut outcomes = Vec::with_capacity(members.len());
    for member in members {
        outcomes.push(commit_one(client, member).await);
    }
    outcomes
}

async fn commit_one(client: &Client, member: &Member) -> Result<Committed, StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_commit(client, std::slice::from_ref(member)).await {
            Ok(mut outcomes) => return outcomes.pop().unwrap_or_else(|| Err(lost())),
            // The first time, it may be the same command in another process: then its outcome is there now.
            Err(fault) if fault.is_effect_key() && tries > 1 => return Err(effect_exists()),
            Err(fault) if fault.is_contention() && tries < TRIES => {}
            Err(fault) if fault.is_contention() => {
                return Err(
                    StoreError::unavailable(CONTENDED, "others were in the way").caused_by(StoreError::from(fault))
                );
            }
            Err(fault) => return Err(fault.into()),
        }
    }
}

async fn try_commit(client: &Client, members: &[Member]) -> Result<Outcomes, Fault> {
    let result = begin_to_end(client, members).await;
    if result.is_err() {
        // After a COMMIT that failed there is none; if the connection is gone, so is the transaction.
        drop(client.batch_execute("ROLLBACK").await);
    }
    result
}

async fn begin_to_end(client: &Client, members: &[Member]) -> Result<Outcomes, Fault> {
    let begin = Statement::new("START TRANSACTION ISOLATION LEVEL READ COMMITTED");
    let draws = members.iter().any(|member| !member.batch.draws().is_empty());
    let (outcomes, mut statements) = if draws {
        locked(client, Some(begin), members).await?
    } else {
        let (outcomes, writes) = settle(client, Read::now(client, members).await?, members).await?;
        if writes.is_empty() {
            return Ok(outcomes);
        }
        // Nobody waits for this process while the locks are held: they are taken, checked, used and given back at one go.
        let mut statements = vec![begin, lock(members), guard(members)];
        statements.extend(writes);
        (outcomes, statements)
    };
    crash_points::pass("group-settled");
    if crash_points::is_armed() {
        pipeline(client, &statements).await?;
        statements.clear();
        crash_points::pass("group-written");
    }
    statements.push(Statement::new("COMMIT"));
    pipeline(client, &statements).await?;
    crash_points::pass("group-committed");
    Ok(outcomes)
}

/// Locks what the members were decided on, reads it, and works out what is to be written. The rest of the transaction is the caller's.
pub(crate) async fn locked(
    client: &Client,
    begin: Option<Statement>,
    members: &[Member],
) -> Result<(Outcomes, Vec<Statement>), Fault> {
    let read = Read::lock(client, begin, members).await?;
    settle(client, read, members).await
}

async fn settle(client: &Client, mut read: Read, members: &[Member]) -> Result<(Outcomes, Vec<Statement>), Fault> {
    crash_points::pass("group-read");
    let mut writes = Writes::default();
    let mut outcomes = Vec::with_capacity(members.len());
    for member in members {
        match read.settle(client, member).await? {
            Ok(Decided::Before(outcome)) => outcomes.push(Ok(outcome)),
            Ok(Decided::Now(settled)) => {
                writes.add(&member.tenant, member.batch.stamp(), &settled)?;
                outcomes.push(Ok(settled.outcome));
            }
            Err(refusal) => outcomes.push(Err(refusal)),
        }
    }
    writes.numbers(read.drawn());
    Ok((outcomes, writes.into_statements()))
}

type Id = (TenantId, Uuid);
type Outcome = (Fingerprint, Committed);

/// What a group has read and locked.
struct Read {
    heads: HashMap<(TenantId, AggregateKey), Head>,
    outcomes: HashMap<Id, Outcome>,
    series: BTreeMap<(TenantId, SeriesKey), Series>,
}

struct Series {
    last: u64,
    read: u64,
}

enum Decided {
    Before(Committed),
    Now(Settled),
}

impl Read {
    /// Reads without locks, one after the other: the outcomes after the heads, so that what moved a head is known.
    async fn now(client: &Client, members: &[Member]) -> Result<Self, Fault> {
        let answers = pipeline(client, &[read_heads(members), find_outcomes(members)]).await?;
        let [heads, outcomes] = answers.as_slice() else {
            return Err(Fault::unreadable("an answer"));
        };
        Ok(Self {
            heads: heads.iter().map(read_head).collect::<Result<_, _>>()?,
            outcomes: outcomes.iter().map(read_outcome).collect::<Result<_, _>>()?,
            series: BTreeMap::new(),
        })
    }

    async fn lock(client: &Client, begin: Option<Statement>, members: &[Member]) -> Result<Self, Fault> {
        let mut statements: Vec<_> = begin.into_iter().collect();
        // What is read after the locks is what those before have left.
        statements.extend([lock(members), read_heads(members), find_outcomes(members)]);
        let wanted: BTreeSet<_> = members
            .iter()
            .flat_map(|member| member.batch.draws().keys().map(|series| (member.tenant.clone(), series.clone())))
            .collect();
        if !wanted.is_empty() {
            statements.push(lock_series(&wanted));
        }
        let mut answers = pipeline(client, &statements).await?;
        let series = if wanted.is_empty() { Vec::new() } else { answers.pop().unwrap_or_default() };
        let outcomes = answers.pop().unwrap_or_default();
        let heads = answers.pop().unwrap_or_default();
        let mut read = Self {
            heads: heads.iter().map(read_head).collect::<Result<_, _>>()?,
            outcomes: outcomes.iter().map(read_outcome).collect::<Result<_, _>>()?,
            series: series.iter().map(read_series).collect::<Result<_, _>>()?,
        };
        if read.series.len() < wanted.len() {
            let statements = [begin_series(&wanted), lock_series(&wanted)];
            let series = pipeline(client, &statements).await?.pop().unwrap_or_default();
            read.series = series.iter().map(read_series).collect::<Result<_, _>>()?;
        }
        Ok(read)
    }

    async fn settle(&mut self, client: &Client, member: &Member) -> Result<Result<Decided, StoreError>, Fault> {
        let Member { tenant, batch } = member;
        match self.outcome(tenant, batch.stamp()) {
            Ok(None) => {}
            Ok(Some(outcome)) => return Ok(Ok(Decided::Before(outcome))),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let heads: BTreeMap<AggregateKey, Head> = batch
            .expected()
            .keys()
            .filter_map(|key| Some((key.clone(), *self.heads.get(&(tenant.clone(), key.clone()))?)))
            .collect();
        if let Err(refusal) = batch.check(&heads) {
            return Ok(Err(refusal));
        }
        let mut first_numbers = BTreeMap::new();
        for series in batch.draws().keys() {
            let known =
                self.series.get(&(tenant.clone(), series.clone())).ok_or_else(|| Fault::unreadable("series"))?;
            first_numbers.insert(series.clone(), known.last + 1);
        }
        // What makes the rows is the application's: its panic must not end the task that commits for everybody.
        let settled = catch_unwind(AssertUnwindSafe(|| batch.settle(&heads, &first_numbers)))
            .unwrap_or_else(|_| Err(StoreError::unsupported(PANICKED, "the command panicked")));
        let settled = match settled {
            Ok(settled) => settled,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Err(refusal) = check_timers(client, tenant, &settled).await? {
            return Ok(Err(refusal));
        }
        // From here on the command is written: now the numbers are its own.
        for (series, count) in batch.draws() {
            if let Some(known) = self.series.get_mut(&(tenant.clone(), series.clone())) {
                known.last += count;
            }
        }
        Ok(Ok(Decided::Now(settled)))
    }

    fn outcome(&self, tenant: &TenantId, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        let known = self.outcomes.get(&(tenant.clone(), stamp.id.as_uuid()));
        known.map(|(fingerprint, outcome)| replay(stamp, *fingerprint, outcome.clone())).transpose()
    }

    fn drawn(&self) -> impl Iterator<Item = (&TenantId, &SeriesKey, u64)> {
        self.series
            .iter()
            .filter(|(_, series)| series.last != series.read)
            .map(|((tenant, key), series)| (tenant, key, series.last))
    }
}

/// The outcome that a command had, unless its id was another's.
pub(crate) fn replay(
    stamp: &CommandStamp,
    fingerprint: Fingerprint,
    outcome: Committed,
) -> Result<Committed, StoreError> {
    if fingerprint == stamp.fingerprint {
        return Ok(Committed { replayed: true, ..outcome });
    }
    Err(StoreError::conflict(code::COMMAND_REUSED, format!("command {} was another command", stamp.id)))
}

// Locks the commands and the aggregates, which need not be there. These locks leave the transaction without a number until all of them are
// held: so numbers grow along the history of each aggregate, and the feed can go by them. (To lock a row numbers the transaction.)
fn lock(members: &[Member]) -> Statement {
    let mut locks = BTreeSet::new();
    for Member { tenant, batch } in members {
        locks.insert(lock_number(&["command", tenant.as_str(), &batch.stamp().id.to_string()]));
        for key in batch.expected().keys() {
            locks.insert(lock_number(&["aggregate", tenant.as_str(), &key.to_string()]));
        }
    }
    // In one order everywhere, so that no two wait for each other.
    Statement::new("SELECT pg_advisory_xact_lock(wanted) FROM unnest($1) AS wanted")
        .with(locks.into_iter().collect::<Vec<_>>(), Type::INT8_ARRAY)
}

// Fails when an aggregate is no longer at the version that was read; one that was not there is guarded by its key, as is the command.
fn guard(members: &[Member]) -> Statement {
    let versions = || {
        members.iter().flat_map(|member| {
            member.batch.expected().iter().filter_map(move |(key, expected)| match expected {
                Expected::At(version) => Some((&member.tenant, key, codec::signed(version.number()))),
                Expected::New => None,
            })
        })
    };
    Statement::new(
        "SELECT 1 / (count(*) = cardinality($3))::integer FROM unnest($1, $2, $3, $4) AS wanted (tenant, kind, id, version)
         JOIN communes_ledger.aggregate AS a USING (tenant, kind, id, version)",
    )
    .with(versions().map(|(tenant, ..)| tenant.to_string()).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(versions().map(|(_, key, _)| key.kind().to_string()).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(versions().map(|(_, key, _)| key.id()).collect::<Vec<_>>(), Type::UUID_ARRAY)
    .with(versions().map(|(.., version)| version).collect::<Vec<_>>(), Type::INT8_ARRAY)
}

// Two keys with one number only wait for each other in vain.
fn lock_number(parts: &[&str]) -> i64 {
    let mut digest = Sha256::new_with_prefix("communes_ledger");
    for part in parts {
        digest.update([0]);
        digest.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&digest.finalize()[..8]);
    i64::from_be_bytes(first)
}

fn read_heads(members: &[Member]) -> Statement {
    let keys =
        || members.iter().flat_map(|member| member.batch.expected().keys().map(move |key| (&member.tenant, key)));
    Statement::new(
        "SELECT a.tenant, a.kind, a.id, a.version, a.records, a.hash
         FROM unnest($1, $2, $3) AS wanted (tenant, kind, id)
         JOIN communes_ledger.aggregate AS a USING (tenant, kind, id)",
    )
    .with(keys().map(|(tenant, _)| tenant.to_string()).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(keys().map(|(_, key)| key.kind().to_string()).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(keys().map(|(_, key)| key.id()).collect::<Vec<_>>(), Type::UUID_ARRAY)
}

fn find_outcomes(members: &[Member]) -> Statement {
    Statement::new(
        "SELECT c.tenant, c.id, c.fingerprint, c.outcome FROM unnest($1, $2) AS wanted (tenant, id)
         JOIN communes_ledger.command AS c USING (tenant, id)",
    )
    .with(members.iter().map(|member| member.tenant.to_string()).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(members.iter().map(|member| member.batch.stamp().id.as_uuid()).collect::<Vec<_>>(), Type::UUID_ARRAY)
}

fn lock_series(wanted: &BTreeSet<(TenantId, SeriesKey)>) -> Statement {
    with_series(
        Statement::new(
            "SELECT s.tenant, s.series, s.last FROM unnest($1, $2) AS wanted (tenant, series)
             JOIN communes_ledger.series AS s USING (tenant, series)
             ORDER BY s.tenant, s.series FOR UPDATE OF s",
        ),
        wanted,
    )
}

fn begin_series(wanted: &BTreeSet<(TenantId, SeriesKey)>) -> Statement {
    with_series(
        Statement::new(
            "INSERT INTO communes_ledger.series (tenant, series, last)
             SELECT tenant, series, 0 FROM unnest($1, $2) AS wanted (tenant, series)
             ON CONFLICT (tenant, series) DO NOTHING",
        ),
        wanted,
    )
}

fn with_series(statement: Statement, wanted: &BTreeSet<(TenantId, SeriesKey)>) -> Statement {
    statement
        .with(wanted.iter().map(|(tenant, _)| tenant.to_string()).collect::<Vec<_>>(), Type::TEXT_ARRAY)
        .with(wanted.iter().map(|(_, series)| series.to_string()).collect::<Vec<_>>(), Type::TEXT_ARRAY)
}

fn tenant(row: &Row) -> Result<TenantId, Fault> {
    TenantId::new(codec::text(row, 0)?).map_err(|_| Fault::unreadable("tenant"))
}

fn read_head(row: &Row) -> Result<((TenantId, AggregateKey), Head), Fault> {
    Ok(((tenant(row)?, codec::aggregate_key(row, 1)?), codec::head(row, 3)?))
}

fn read_outcome(row: &Row) -> Result<(Id, Outcome), Fault> {
    let outcome = serde_json::from_str(codec::text(row, 3)?).map_err(|_| Fault::unreadable("outcome"))?;
    Ok(((tenant(row)?, codec::value(row, 1)?), (codec::fingerprint(row, 2)?, outcome)))
}

fn read_series(row: &Row) -> Result<((TenantId, SeriesKey), Series), Fault> {
    let key = SeriesKey::new(codec::text(row, 1)?).map_err(|_| Fault::unreadable("series"))?;
    let last = codec::unsigned(row, 2)?;
    Ok(((tenant(row)?, key), Series { last, read: last }))
}

// The timers of an aggregate change with its version alone, which is locked or guarded.
async fn check_timers(client: &Client, tenant: &TenantId, settled: &Settled) -> Result<Result<(), StoreError>, Fault> {
    for (change, _) in &settled.timers {
        let TimerChange::Fire { aggregate, name, set_at } = change else {
            continue;
        };
        let there = Statement::new(
            "SELECT 1 FROM communes_ledger.timer
             WHERE tenant = $1 AND kind = $2 AND aggregate_id = $3 AND name = $4 AND set_at = $5",
        )
        .text(tenant.as_str())
        .text(aggregate.kind().as_str())
        .with(aggregate.id(), Type::UUID)
        .text(name.as_str())
        .with(codec::signed(set_at.number()), Type::INT8)
        .query(client)
        .await?;
        if there.is_empty() {
            let message = format!("timer {name} of {aggregate}, set at version {set_at}, is gone");
            return Ok(Err(StoreError::conflict(code::TIMER_GONE, message)));
        }
    }
    Ok(Ok(()))
}

/// An effect of the command has the key of one that was written before.
pub(crate) fn effect_exists() -> StoreError {
    StoreError::conflict(code::EFFECT_EXISTS, "an effect of the command was written before")
}

fn lost() -> StoreError {
    StoreError::unavailable(CONTENDED, "the command had no outcome")
}
