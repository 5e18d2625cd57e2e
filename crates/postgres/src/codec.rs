//! How the ledger's types stand in rows.

use communes_ledger::{
    AggregateKey, AggregateKind, ChainHash, CommandId, Envelope, EventName, Fingerprint, Head, Record, Stored, Version,
};
use serde::Serialize;
use tokio_postgres::{Row, types::FromSql};

use crate::fault::Fault;

/// Reads `kind, aggregate_id, number, name, payload, at, actor, command, hash`.
pub(crate) fn record(row: &Row) -> Result<Record, Fault> {
    Ok(Record {
        aggregate: aggregate_key(row, 0)?,
        number: unsigned(row, 2)?,
        name: EventName::new(text(row, 3)?).map_err(|_| Fault::unreadable("name"))?,
        payload: envelope(row, 4)?,
        at: value(row, 5)?,
        actor: serde_json::from_str(text(row, 6)?).map_err(|_| Fault::unreadable("actor"))?,
        command: CommandId::new(value(row, 7)?),
        hash: ChainHash::from_bytes(bytes(row, 8)?),
    })
}

/// Reads `version, records, hash, state` from this column on.
pub(crate) fn stored(row: &Row, column: usize) -> Result<Stored, Fault> {
    Ok(Stored { head: head(row, column)?, state: envelope(row, column + 3)? })
}

/// Reads `version, records, hash` from this column on.
pub(crate) fn head(row: &Row, column: usize) -> Result<Head, Fault> {
    let version = Version::new(unsigned(row, column)?).ok_or_else(|| Fault::unreadable("version"))?;
    let hash = ChainHash::from_bytes(bytes(row, column + 2)?);
    Ok(Head { version, records: unsigned(row, column + 1)?, hash })
}

/// Reads kind and id of an aggregate from two columns.
pub(crate) fn aggregate_key(row: &Row, column: usize) -> Result<AggregateKey, Fault> {
    let kind = AggregateKind::new(text(row, column)?).map_err(|_| Fault::unreadable("kind"))?;
    Ok(AggregateKey::new(kind, value(row, column + 1)?))
}

pub(crate) fn fingerprint(row: &Row, column: usize) -> Result<Fingerprint, Fault> {
    Ok(Fingerprint::from_bytes(bytes(row, column)?))
}

pub(crate) fn bytes(row: &Row, column: usize) -> Result<[u8; 32], Fault> {
    value::<&[u8]>(row, column)?.try_into().map_err(|_| Fault::unreadable("32 bytes"))
}

pub(crate) fn envelope(row: &Row, column: usize) -> Result<Envelope, Fault> {
    serde_json::from_str(text(row, column)?).map_err(|_| Fault::unreadable("envelope"))
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::unreadable("a value to be written"))
}

pub(crate) fn unsigned(row: &Row, column: usize) -> Result<u64, Fault> {
    u64::try_from(value::<i64>(row, column)?).map_err(|_| Fault::unreadable("a count"))
}

/// A count as PostgreSQL keeps it; no table ever reaches the end.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn text(row: &Row, column: usize) -> Result<&str, Fault> {
    value(row, column)
}

pub(crate) fn value<'row, T: FromSql<'row>>(row: &'row Row, column: usize) -> Result<T, Fault> {
    Ok(row.try_get(column)?)
}

/// A text for people as PostgreSQL takes it: without NUL.
pub(crate) fn remark(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
