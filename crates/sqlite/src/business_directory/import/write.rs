use chrono::NaiveDate;
use communes_business_directory::{
    kbo::Checkpoint,
    register::{EntityKey, Part, PersonKind, RegisterChange, Situation},
    store::{ImportMode, ImportTotals},
};
use communes_ledger::Envelope;
use rusqlite::{CachedStatement, Connection};

use crate::{codec, fault::Fault};

/// The format of a stored checkpoint.
pub(in super::super) const CHECKPOINT: &str = "communes/register-checkpoint";

/// Every table of rows about entities, with its part.
const TABLES: [(Part, &str); 4] = [
    (Part::Names, "communes_register_name"),
    (Part::Addresses, "communes_register_address"),
    (Part::Contacts, "communes_register_contact"),
    (Part::Activities, "communes_register_activity"),
];

pub(super) fn prepare(connection: &Connection, mode: ImportMode) -> Result<(), Fault> {
    let ImportMode::Replace { snapshot, forget } = mode else {
        return Ok(());
    };
    for (_, table) in TABLES {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
    }
    if forget {
        connection.execute("DELETE FROM communes_register_entity", [])?;
    } else {
        connection
            .execute("UPDATE communes_register_entity SET gone_on = ?1 WHERE gone_on IS NULL", [date(snapshot)])?;
    }
    Ok(())
}

pub(super) fn apply(connection: &Connection, mode: ImportMode, change: RegisterChange) -> Result<(), Fault> {
    match change {
        RegisterChange::Remove(part, keys) => remove(connection, part, &keys, mode.snapshot()),
        RegisterChange::Entities(rows) => {
            let mut insert = connection.prepare_cached(
                "INSERT OR REPLACE INTO communes_register_entity \
                 (entity, enterprise, person, form, read_as, situation, started, gone_on) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)",
            )?;
            for row in rows {
                let person = match row.person {
                    PersonKind::Unknown => 0,
                    PersonKind::Natural => 1,
                    PersonKind::Legal => 2,
                };
                insert.execute((
                    row.key.to_integer(),
                    row.enterprise.map(|number| EntityKey::Enterprise(number).to_integer()),
                    person,
                    row.form.as_ref().map(|form| &form.code),
                    row.form.as_ref().and_then(|form| form.read_as.as_ref()),
                    row.situation.as_ref().map(Situation::code),
                    row.started.map(date),
                ))?;
            }
            Ok(())
        }
        RegisterChange::Names(rows) => {
            let mut insert = connection.prepare_cached(
                "INSERT OR IGNORE INTO communes_register_name (entity, kind, language, text) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for row in rows {
                insert.execute((
                    row.key.to_integer(),
                    row.value.kind.code(),
                    &row.value.language_code,
                    &row.value.text,
                ))?;
            }
            Ok(())
        }
        RegisterChange::Addresses(rows) => {
            let mut insert = connection.prepare_cached(
                "INSERT OR IGNORE INTO communes_register_address (entity, kind, country_nl, country_fr, postcode, municipality_nl, \
                 municipality_fr, street_nl, street_fr, house_number, box_number, extra, struck_off) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?;
            for row in rows {
                let address = &row.value;
                insert.execute((
                    row.key.to_integer(),
                    address.kind.code(),
                    &address.country_nl,
                    &address.country_fr,
                    &address.postcode,
                    &address.municipality_nl,
                    &address.municipality_fr,
                    &address.street_nl,
                    &address.street_fr,
                    &address.house_number,
                    &address.box_number,
                    &address.extra,
                    address.struck_off.map(date).unwrap_or_default(),
                ))?;
            }
            Ok(())
        }
        RegisterChange::Contacts(rows) => {
            let mut insert = connection.prepare_cached(
                "INSERT OR IGNORE INTO communes_register_contact (entity, kind, value) VALUES (?1, ?2, ?3)",
            )?;
            for row in rows {
                insert.execute((row.key.to_integer(), row.value.kind.code(), &row.value.value))?;
            }
            Ok(())
        }
        RegisterChange::Activities(rows) => {
            let mut insert = connection.prepare_cached(
                "INSERT INTO communes_register_activity (entity, version, code, class, groups) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (entity, version, code, class) DO UPDATE SET groups = groups | excluded.groups",
            )?;
            for row in rows {
                let nace = row.value.nace;
                insert.execute((
                    row.key.to_integer(),
                    nace.version().year(),
                    nace.digits(),
                    row.value.class.code(),
                    row.value.groups.bits().cast_signed(),
                ))?;
            }
            Ok(())
        }
        RegisterChange::Codes(labels) => {
            let mut insert = connection.prepare_cached(
                "INSERT OR REPLACE INTO communes_register_code (category, code, language, text) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for label in labels {
                insert.execute((label.category.word(), &label.code, label.language.as_str(), &label.text))?;
            }
            Ok(())
        }
        _ => Err(Fault::unreadable("a change of a newer program")),
    }
}

/// Touches one table only: nothing cascades.
fn remove(connection: &Connection, part: Part, keys: &[EntityKey], snapshot: NaiveDate) -> Result<(), Fault> {
    let each = |mut statement: CachedStatement<'_>| {
        keys.iter().try_for_each(|key| statement.execute([key.to_integer()]).map(drop)).map_err(Fault::from)
    };
    match TABLES.iter().find(|(of, _)| *of == part) {
        Some((_, table)) => each(connection.prepare_cached(&format!("DELETE FROM {table} WHERE entity = ?1"))?),
        None => {
            let mut close = connection.prepare_cached(
                "UPDATE communes_register_entity SET gone_on = ?2 WHERE entity = ?1 AND gone_on IS NULL",
            )?;
            for key in keys {
                close.execute((key.to_integer(), date(snapshot)))?;
            }
            Ok(())
        }
    }
}

pub(super) fn known(connection: &Connection, keys: &[EntityKey]) -> Result<Vec<bool>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM communes_register_entity WHERE entity = ?1) \
         OR EXISTS (SELECT 1 FROM communes_register_name WHERE entity = ?1) \
         OR EXISTS (SELECT 1 FROM communes_register_address WHERE entity = ?1) \
         OR EXISTS (SELECT 1 FROM communes_register_contact WHERE entity = ?1) \
         OR EXISTS (SELECT 1 FROM communes_register_activity WHERE entity = ?1)",
    )?;
    keys.iter().map(|key| Ok(statement.query_row([key.to_integer()], |row| row.get(0))?)).collect()
}

pub(super) fn finish(connection: &Connection, checkpoint: &Checkpoint) -> Result<ImportTotals, Fault> {
    let envelope = Envelope::seal(CHECKPOINT, 1, checkpoint).map_err(|_| Fault::unreadable("the checkpoint"))?;
    connection.execute(
        "INSERT OR REPLACE INTO communes_register_checkpoint (one, state) VALUES (1, ?1)",
        [codec::json(&envelope)?],
    )?;
    let (entities, gone) = connection.query_row(
        "SELECT count(*) FILTER (WHERE gone_on IS NULL), count(*) FILTER (WHERE gone_on IS NOT NULL) FROM communes_register_entity",
        [],
        |row| Ok((codec::unsigned(row, 0), codec::unsigned(row, 1))),
    )?;
    let mut totals = ImportTotals { entities: entities?, gone: gone?, ..ImportTotals::default() };
    for (part, table) in TABLES {
        let orphans = connection.query_row(
            &format!(
                "SELECT count(DISTINCT entity) FROM {table} AS row \
                 WHERE NOT EXISTS (SELECT 1 FROM communes_register_entity AS own WHERE own.entity = row.entity)"
            ),
            [],
            |row| Ok(codec::unsigned(row, 0)),
        )??;
        if orphans > 0 {
            totals.orphans.insert(part, orphans);
        }
    }
    Ok(totals)
}

fn date(date: NaiveDate) -> String {
    date.to_string()
}
