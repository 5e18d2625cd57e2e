use std::collections::BTreeMap;

use communes_ledger::{
    AggregateKey, Batch, CommandStamp, Committed, Effect, Fingerprint, Head, Record, SeriesKey, Settled, SettledRow,
    StoreError, TenantId, TimerChange, Version, code,
};
use rusqlite::{Connection, params};

use crate::{codec, crash_points, fault::Fault, projection};

/// Commits a batch inside the transaction that is open.
pub(crate) fn commit(connection: &Connection, tenant: &TenantId, batch: &Batch) -> Result<Committed, Fault> {
    if let Some(outcome) = outcome(connection, tenant, batch.stamp())? {
        return Ok(outcome);
    }
    let heads = heads(connection, tenant, batch)?;
    batch.check(&heads)?;
    let first_numbers = draw(connection, tenant, batch)?;
    crash_points::pass("commit-drawn");
    let settled = batch.settle(&heads, &first_numbers)?;
    write(connection, tenant, batch.stamp(), &settled)?;
    crash_points::pass("commit-written");
    Ok(settled.outcome)
}

/// The outcome of a command that was committed before.
pub(crate) fn outcome(
    connection: &Connection,
    tenant: &TenantId,
    stamp: &CommandStamp,
) -> Result<Option<Committed>, Fault> {
    let known = codec::first(
        &mut connection
            .prepare_cached("SELECT fingerprint, outcome FROM communes_ledger_command WHERE tenant = ?1 AND id = ?2")?,
        params![tenant.as_str(), stamp.id.as_uuid().as_bytes()],
        |row| {
            let outcome: Committed =
                serde_json::from_str(codec::text(row, 1)?).map_err(|_| Fault::unreadable("outcome"))?;
            Ok((Fingerprint::from_bytes(row.get(0)?), outcome))
        },
    )?;
    match known {
        None => Ok(None),
        Some((fingerprint, outcome)) if fingerprint == stamp.fingerprint => {
            Ok(Some(Committed { replayed: true, ..outcome }))
        }
        Some(_) => {
            Err(StoreError::conflict(code::COMMAND_REUSED, format!("command {} was another command", stamp.id)).into())
        }
    }
}

fn heads(connection: &Connection, tenant: &TenantId, batch: &Batch) -> Result<BTreeMap<AggregateKey, Head>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT version, records, hash FROM communes_ledger_aggregate WHERE tenant = ?1 AND kind = ?2 AND id = ?3",
    )?;
    let mut heads = BTreeMap::new();
    for key in batch.expected().keys() {
        let id = key.id();
        let params = params![tenant.as_str(), key.kind().as_str(), id.as_bytes()];
        if let Some(head) = codec::first(&mut statement, params, codec::head)? {
            heads.insert(key.clone(), head);
        }
    }
    Ok(heads)
}

fn draw(connection: &Connection, tenant: &TenantId, batch: &Batch) -> Result<BTreeMap<SeriesKey, u64>, Fault> {
    let mut first_numbers = BTreeMap::new();
    for (series, count) in batch.draws() {
        let last = connection
            .prepare_cached(
                "INSERT INTO communes_ledger_series (tenant, series, last) VALUES (?1, ?2, ?3)
                 ON CONFLICT (tenant, series) DO UPDATE SET last = last + ?3 RETURNING last",
            )?
            .query_row(params![tenant.as_str(), series.as_str(), codec::signed(*count)], |row| row.get::<_, i64>(0))?;
        let last = u64::try_from(last).map_err(|_| Fault::unreadable("last"))?;
        first_numbers.insert(series.clone(), last + 1 - count);
    }
    Ok(first_numbers)
}

fn write(connection: &Connection, tenant: &TenantId, stamp: &CommandStamp, settled: &Settled) -> Result<(), Fault> {
    for row in &settled.rows {
        write_row(connection, tenant, row)?;
        projection::project(connection, tenant, row)?;
    }
    for record in &settled.records {
        write_record(connection, tenant, record)?;
    }
    for effect in &settled.effects {
        write_effect(connection, tenant, effect)?;
    }
    for (change, version) in &settled.timers {
        change_timer(connection, tenant, change, *version)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO communes_ledger_command (tenant, id, fingerprint, outcome) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            tenant.as_str(),
            stamp.id.as_uuid().as_bytes(),
            stamp.fingerprint.as_bytes(),
            codec::json(&settled.outcome)?,
        ])?;
    Ok(())
}

fn write_row(connection: &Connection, tenant: &TenantId, row: &SettledRow) -> Result<(), Fault> {
    let sql = if row.head.version == Version::FIRST {
        "INSERT INTO communes_ledger_aggregate (tenant, kind, id, version, records, hash, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    } else {
        "UPDATE communes_ledger_aggregate SET version = ?4, records = ?5, hash = ?6, state = ?7
         WHERE tenant = ?1 AND kind = ?2 AND id = ?3"
    };
    connection.prepare_cached(sql)?.execute(params![
        tenant.as_str(),
        row.key.kind().as_str(),
        row.key.id().as_bytes(),
        codec::signed(row.head.version.number()),
        codec::signed(row.head.records),
        row.head.hash.as_bytes(),
        codec::json(&row.state)?,
    ])?;
    Ok(())
}

fn write_record(connection: &Connection, tenant: &TenantId, record: &Record) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO communes_ledger_record
             (tenant, kind, aggregate_id, number, name, payload, at, actor, command, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            tenant.as_str(),
            record.aggregate.kind().as_str(),
            record.aggregate.id().as_bytes(),
            codec::signed(record.number),
            record.name.as_str(),
            codec::json(&record.payload)?,
            record.at.timestamp_micros(),
            codec::json(&record.actor)?,
            record.command.as_uuid().as_bytes(),
            record.hash.as_bytes(),
        ])?;
    Ok(())
}

fn write_effect(connection: &Connection, tenant: &TenantId, effect: &Effect) -> Result<(), Fault> {
    let written = connection
        .prepare_cached(
            "INSERT INTO communes_ledger_effect
             (tenant, key, kind, aggregate_kind, aggregate_id, payload, not_before, due, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 'waiting') ON CONFLICT (tenant, key) DO NOTHING",
        )?
        .execute(params![
            tenant.as_str(),
            effect.key.as_str(),
            effect.kind.as_str(),
            effect.aggregate.kind().as_str(),
            effect.aggregate.id().as_bytes(),
            codec::json(&effect.payload)?,
            effect.not_before.map(|time| time.timestamp_micros()),
        ])?;
    if written == 1 {
        return Ok(());
    }
    Err(StoreError::conflict(code::EFFECT_EXISTS, format!("effect {} was written before", effect.key)).into())
}

fn change_timer(
    connection: &Connection,
    tenant: &TenantId,
    change: &TimerChange,
    version: Version,
) -> Result<(), Fault> {
    let aggregate = change.aggregate();
    let (tenant, kind, id) = (tenant.as_str(), aggregate.kind().as_str(), aggregate.id());
    let (id, name) = (id.as_bytes(), change.name().as_str());
    match change {
        TimerChange::Set(timer) => {
            // In place of the one before, and of the claim on it.
            connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO communes_ledger_timer
                     (tenant, kind, aggregate_id, name, due, payload, set_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    tenant,
                    kind,
                    id,
                    name,
                    timer.due.timestamp_micros(),
                    codec::json(&timer.payload)?,
                    codec::signed(version.number()),
                ])?;
            Ok(())
        }
        TimerChange::Cancel { .. } => {
            connection
                .prepare_cached(
                    "DELETE FROM communes_ledger_timer
                     WHERE tenant = ?1 AND kind = ?2 AND aggregate_id = ?3 AND name = ?4",
                )?
                .execute(params![tenant, kind, id, name])?;
            Ok(())
        }
        TimerChange::Fire { set_at, .. } => {
            let gone = connection
                .prepare_cached(
                    "DELETE FROM communes_ledger_timer
                     WHERE tenant = ?1 AND kind = ?2 AND aggregate_id = ?3 AND name = ?4 AND set_at = ?5",
                )?
                .execute(params![tenant, kind, id, name, codec::signed(set_at.number())])?;
            if gone == 1 {
                return Ok(());
            }
            let message = format!("timer {name} of {aggregate}, set at version {set_at}, is gone");
            Err(StoreError::conflict(code::TIMER_GONE, message).into())
        }
        _ => {
            Err(StoreError::unsupported(code::CHANGE_MALFORMED, "a change to a timer that this store does not know")
                .into())
        }
    }
}
