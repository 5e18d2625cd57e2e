//! How the ledger's types stand in rows.

use chrono::{DateTime, Utc};
use communes_ledger::{
    AggregateKey, AggregateKind, ChainHash, CommandId, Envelope, EventName, Head, Record, Stored, Version,
};
use rusqlite::{CachedStatement, Params, Row};
use serde::Serialize;
use uuid::Uuid;

use crate::fault::Fault;

/// The columns that [`record`] reads.
pub(crate) const RECORD: &str = "kind, aggregate_id, number, name, payload, at, actor, command, hash";

pub(crate) fn record(row: &Row<'_>) -> Result<Record, Fault> {
    Ok(Record {
        aggregate: aggregate_key(row, 0)?,
        number: unsigned(row, 2)?,
        name: EventName::new(row.get::<_, String>(3)?).map_err(|_| Fault::unreadable("name"))?,
        payload: envelope(row, 4)?,
        at: instant(row.get(5)?)?,
        actor: serde_json::from_str(text(row, 6)?).map_err(|_| Fault::unreadable("actor"))?,
        command: CommandId::new(id(row, 7)?),
        hash: ChainHash::from_bytes(row.get(8)?),
    })
}

/// Reads `version, records, hash, state` from the first columns.
pub(crate) fn stored(row: &Row<'_>) -> Result<Stored, Fault> {
    Ok(Stored { head: head(row)?, state: envelope(row, 3)? })
}

/// Reads `version, records, hash` from the first columns.
pub(crate) fn head(row: &Row<'_>) -> Result<Head, Fault> {
    let version = Version::new(unsigned(row, 0)?).ok_or_else(|| Fault::unreadable("version"))?;
    Ok(Head { version, records: unsigned(row, 1)?, hash: ChainHash::from_bytes(row.get(2)?) })
}

/// Reads kind and id of an aggregate from two columns.
pub(crate) fn aggregate_key(row: &Row<'_>, column: usize) -> Result<AggregateKey, Fault> {
    let kind = AggregateKind::new(text(row, column)?).map_err(|_| Fault::unreadable("kind"))?;
    Ok(AggregateKey::new(kind, id(row, column + 1)?))
}

pub(crate) fn id(row: &Row<'_>, column: usize) -> Result<Uuid, Fault> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

pub(crate) fn envelope(row: &Row<'_>, column: usize) -> Result<Envelope, Fault> {
    serde_json::from_str(text(row, column)?).map_err(|_| Fault::unreadable("envelope"))
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::unreadable("a value to be written"))
}

pub(crate) fn unsigned(row: &Row<'_>, column: usize) -> Result<u64, Fault> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| Fault::unreadable("a count"))
}

/// A count as SQLite keeps it; no table ever reaches the end.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn instant(micros: i64) -> Result<DateTime<Utc>, Fault> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| Fault::unreadable("a time"))
}

pub(crate) fn text<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row str, Fault> {
    row.get_ref(column)?.as_str().map_err(|_| Fault::unreadable("a text"))
}

/// All rows of a query.
pub(crate) fn collect<T>(
    statement: &mut CachedStatement<'_>,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut rows = statement.query(params)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// The row of a query that has one or none.
pub(crate) fn first<T>(
    statement: &mut CachedStatement<'_>,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}
