use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use communes_business_directory::{
    kbo::Checkpoint,
    register::{
        Activity, Address, CodeLabel, Contact, Entity, EntityKey, Name, Of, Part, PersonKind, RegisterChange, Situation,
    },
    store::{self, ImportMode, ImportTotals, RegisterImport},
};
use communes_ledger::{Envelope, StoreError};
use deadpool_postgres::Object;
use tokio_postgres::types::Type;

use super::open::LOCK;
use crate::{Database, SERVER_SHORT, fault::Fault, statement::Statement};

/// The format of a stored checkpoint.
pub(super) const CHECKPOINT: &str = "communes/register-checkpoint";

macro_rules! orphans {
    ($table:literal) => {
        concat!(
            "SELECT count(DISTINCT entity) FROM communes_register.",
            $table,
            " AS row WHERE NOT EXISTS (SELECT 1 FROM communes_register.entity AS own WHERE own.entity = row.entity)"
        )
    };
}

/// An open transaction on a connection of its own.
pub(super) struct Import {
    /// `None` once it has ended.
    connection: Option<Object>,
    mode: ImportMode,
}

impl std::fmt::Debug for Import {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").finish_non_exhaustive()
    }
}

impl Import {
    pub(super) async fn begin(database: &Database, mode: ImportMode) -> Result<Self, StoreError> {
        // From here on the connection does not go back to the pool but by `finish`.
        let import = Self { connection: Some(database.client().await?), mode };
        let client = import.client()?;
        // Another import's connection may be about to close.
        let begin = format!(
            "BEGIN; SET LOCAL lock_timeout = '2s'; SELECT pg_advisory_xact_lock({LOCK}); SET LOCAL lock_timeout = 0"
        );
        client.batch_execute(&begin).await.map_err(Fault::from).map_err(StoreError::from).map_err(
            |error| match error.code() {
                SERVER_SHORT => StoreError::conflict(store::code::IMPORT_RUNNING, "another import is open")
                    .retryable(true)
                    .caused_by(error),
                _ => error,
            },
        )?;
        if let ImportMode::Replace { snapshot, forget } = mode {
            let emptied = "DELETE FROM communes_register.name; DELETE FROM communes_register.address; \
                           DELETE FROM communes_register.contact; DELETE FROM communes_register.activity";
            client.batch_execute(emptied).await.map_err(Fault::from)?;
            let entities = if forget {
                Statement::new("DELETE FROM communes_register.entity")
            } else {
                Statement::new("UPDATE communes_register.entity SET gone_on = $1 WHERE gone_on IS NULL")
                    .with(snapshot, Type::DATE)
            };
            import.run(entities).await?;
        }
        Ok(import)
    }

    fn client(&self) -> Result<&Object, StoreError> {
        self.connection.as_ref().ok_or_else(|| StoreError::unavailable(crate::CLOSED, "the import has ended"))
    }

    async fn run(&self, statement: Statement) -> Result<(), StoreError> {
        statement.execute(self.client()?).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn totals(&self) -> Result<ImportTotals, Fault> {
        let client = self.client()?;
        let counts = "SELECT count(*) FILTER (WHERE gone_on IS NULL), count(*) FILTER (WHERE gone_on IS NOT NULL) \
                      FROM communes_register.entity";
        let mut totals = ImportTotals::default();
        for row in Statement::new(counts).query(client).await? {
            totals.entities = row.try_get::<_, i64>(0)?.unsigned_abs();
            totals.gone = row.try_get::<_, i64>(1)?.unsigned_abs();
        }
        for (part, sql) in [
            (Part::Names, orphans!("name")),
            (Part::Addresses, orphans!("address")),
            (Part::Contacts, orphans!("contact")),
            (Part::Activities, orphans!("activity")),
        ] {
            for row in Statement::new(sql).query(client).await? {
                let orphans = row.try_get::<_, i64>(0)?.unsigned_abs();
                if orphans > 0 {
                    totals.orphans.insert(part, orphans);
                }
            }
        }
        Ok(totals)
    }
}

#[async_trait]
impl RegisterImport for Import {
    async fn apply(&mut self, change: RegisterChange) -> Result<(), StoreError> {
        if change.is_empty() {
            return Ok(());
        }
        let statement = match change {
            RegisterChange::Remove(part, keys) => remove(part, &keys, self.mode.snapshot()),
            RegisterChange::Entities(rows) => entities(rows),
            RegisterChange::Names(rows) => names(&rows),
            RegisterChange::Addresses(rows) => addresses(&rows),
            RegisterChange::Contacts(rows) => contacts(&rows),
            RegisterChange::Activities(rows) => activities(&rows),
            RegisterChange::Codes(labels) => codes(labels),
            _ => return Err(Fault::unreadable("a change of a newer program").into()),
        };
        self.run(statement).await
    }

    async fn known(&mut self, keys: &[EntityKey]) -> Result<Vec<bool>, StoreError> {
        let statement = Statement::new(
            "SELECT EXISTS (SELECT 1 FROM communes_register.entity AS row WHERE row.entity = keys.entity) \
             OR EXISTS (SELECT 1 FROM communes_register.name AS row WHERE row.entity = keys.entity) \
             OR EXISTS (SELECT 1 FROM communes_register.address AS row WHERE row.entity = keys.entity) \
             OR EXISTS (SELECT 1 FROM communes_register.contact AS row WHERE row.entity = keys.entity) \
             OR EXISTS (SELECT 1 FROM communes_register.activity AS row WHERE row.entity = keys.entity) \
             FROM unnest($1::bigint[]) WITH ORDINALITY AS keys (entity, place) ORDER BY keys.place",
        )
        .with(numbers(keys), Type::INT8_ARRAY);
        let rows = statement.query(self.client()?).await.map_err(Fault::from)?;
        let known = rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<Vec<bool>, Fault>>();
        Ok(known?)
    }

    async fn finish(mut self: Box<Self>, checkpoint: Checkpoint) -> Result<ImportTotals, StoreError> {
        let unreadable = || Fault::unreadable("the checkpoint");
        let envelope = Envelope::seal(CHECKPOINT, 1, &checkpoint).map_err(|_| unreadable())?;
        let state = serde_json::to_string(&envelope).map_err(|_| unreadable())?;
        let written = Statement::new(
            "INSERT INTO communes_register.checkpoint (one, state) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET state = excluded.state",
        );
        self.run(written.text(&state)).await?;
        let totals = self.totals().await?;
        self.client()?.batch_execute("COMMIT").await.map_err(Fault::from)?;
        drop(self.connection.take());
        Ok(totals)
    }
}

/// A connection inside a transaction is closed, not given back: the server rolls back.
impl Drop for Import {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(Object::take(connection));
        }
    }
}

/// Touches one table only: nothing cascades.
fn remove(part: Part, keys: &[EntityKey], snapshot: NaiveDate) -> Statement {
    let sql = match part {
        Part::Names => "DELETE FROM communes_register.name WHERE entity = ANY ($1)",
        Part::Addresses => "DELETE FROM communes_register.address WHERE entity = ANY ($1)",
        Part::Contacts => "DELETE FROM communes_register.contact WHERE entity = ANY ($1)",
        Part::Activities => "DELETE FROM communes_register.activity WHERE entity = ANY ($1)",
        _ => {
            return Statement::new(
                "UPDATE communes_register.entity SET gone_on = $2 WHERE entity = ANY ($1) AND gone_on IS NULL",
            )
            .with(numbers(keys), Type::INT8_ARRAY)
            .with(snapshot, Type::DATE);
        }
    };
    Statement::new(sql).with(numbers(keys), Type::INT8_ARRAY)
}

fn entities(rows: Vec<Entity>) -> Statement {
    // A statement may touch a row once: the last one counts.
    let rows: BTreeMap<EntityKey, Entity> = rows.into_iter().map(|row| (row.key, row)).collect();
    let rows: Vec<Entity> = rows.into_values().collect();
    let person = |row: &Entity| match row.person {
        PersonKind::Unknown => 0_i16,
        PersonKind::Natural => 1,
        PersonKind::Legal => 2,
    };
    let enterprise = |row: &Entity| row.enterprise.map(|number| EntityKey::Enterprise(number).to_integer());
    let form = |row: &Entity| row.form.as_ref().map(|form| form.code.clone());
    let read_as = |row: &Entity| row.form.as_ref().and_then(|form| form.read_as.clone());
    let situation = |row: &Entity| row.situation.as_ref().map(Situation::code).map(str::to_owned);
    Statement::new(
        "INSERT INTO communes_register.entity (entity, enterprise, person, form, read_as, situation, started, gone_on) \
         SELECT *, NULL FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::date[]) \
         ON CONFLICT (entity) DO UPDATE SET enterprise = excluded.enterprise, person = excluded.person, form = excluded.form, \
         read_as = excluded.read_as, situation = excluded.situation, started = excluded.started, gone_on = NULL",
    )
    .with(rows.iter().map(|row| row.key.to_integer()).collect::<Vec<_>>(), Type::INT8_ARRAY)
    .with(rows.iter().map(enterprise).collect::<Vec<_>>(), Type::INT8_ARRAY)
    .with(rows.iter().map(person).collect::<Vec<_>>(), Type::INT2_ARRAY)
    .with(rows.iter().map(form).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(rows.iter().map(read_as).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(rows.iter().map(situation).collect::<Vec<_>>(), Type::TEXT_ARRAY)
    .with(rows.iter().map(|row| row.started).collect::<Vec<_>>(), Type::DATE_ARRAY)
}

fn names(rows: &[Of<Name>]) -> Statement {
    let statement = Statement::new(
        "INSERT INTO communes_register.name (entity, kind, language, text) \
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING",
    );
    texts(keyed(statement, rows), rows, &[|row| row.kind.code(), |row| &row.language_code, |row| &row.text])
}

fn addresses(rows: &[Of<Address>]) -> Statement {
    let statement = Statement::new(
        "INSERT INTO communes_register.address (entity, struck_off, kind, country_nl, country_fr, postcode, municipality_nl, \
         municipality_fr, street_nl, street_fr, house_number, box_number, extra) SELECT * FROM unnest($1::bigint[], $2::text[], \
         $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], \
         $13::text[]) ON CONFLICT DO NOTHING",
    );
    let struck_off: Vec<String> =
        rows.iter().map(|row| row.value.struck_off.map(|date| date.to_string()).unwrap_or_default()).collect();
    texts(
        keyed(statement, rows).with(struck_off, Type::TEXT_ARRAY),
        rows,
        &[
            |row| row.kind.code(),
            |row| &row.country_nl,
            |row| &row.country_fr,
            |row| &row.postcode,
            |row| &row.municipality_nl,
            |row| &row.municipality_fr,
            |row| &row.street_nl,
            |row| &row.street_fr,
            |row| &row.house_number,
            |row| &row.box_number,
            |row| &row.extra,
        ],
    )
}

fn contacts(rows: &[Of<Contact>]) -> Statement {
    let statement = Statement::new(
        "INSERT INTO communes_register.contact (entity, kind, value) \
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING",
    );
    texts(keyed(statement, rows), rows, &[|row| row.kind.code(), |row| &row.value])
}

fn activities(rows: &[Of<Activity>]) -> Statement {
    let statement = Statement::new(
        "INSERT INTO communes_register.activity AS kept (entity, version, code, class, groups) \
         SELECT entity, version, code, class, bit_or(groups) \
         FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[], $5::text[]) \
         AS row (entity, version, groups, code, class) GROUP BY entity, version, code, class \
         ON CONFLICT (entity, version, code, class) DO UPDATE SET groups = kept.groups | excluded.groups",
    );
    let version = |row: &Of<Activity>| row.value.nace.version().year().cast_signed();
    let digits: Vec<String> = rows.iter().map(|row| row.value.nace.digits()).collect();
    let statement = keyed(statement, rows)
        .with(rows.iter().map(version).collect::<Vec<_>>(), Type::INT2_ARRAY)
        .with(rows.iter().map(|row| row.value.groups.bits().cast_signed()).collect::<Vec<_>>(), Type::INT8_ARRAY)
        .with(digits, Type::TEXT_ARRAY);
    texts(statement, rows, &[|row| row.class.code()])
}

fn codes(labels: Vec<CodeLabel>) -> Statement {
    // A statement may touch a row once: the last one counts.
    let labels: BTreeMap<_, _> =
        labels.into_iter().map(|label| ((label.category, label.code, label.language), label.text)).collect();
    let column = |of: fn((&str, &str, &str)) -> String| -> Vec<String> {
        labels.keys().map(|(category, code, language)| of((category.word(), code, language.as_str()))).collect()
    };
    Statement::new(
        "INSERT INTO communes_register.code (category, code, language, text) \
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) \
         ON CONFLICT (category, code, language) DO UPDATE SET text = excluded.text",
    )
    .with(column(|(category, _, _)| category.to_owned()), Type::TEXT_ARRAY)
    .with(column(|(_, code, _)| code.to_owned()), Type::TEXT_ARRAY)
    .with(column(|(_, _, language)| language.to_owned()), Type::TEXT_ARRAY)
    .with(labels.into_values().collect::<Vec<_>>(), Type::TEXT_ARRAY)
}

fn keyed<T>(statement: Statement, rows: &[Of<T>]) -> Statement {
    statement.with(rows.iter().map(|row| row.key.to_integer()).collect::<Vec<_>>(), Type::INT8_ARRAY)
}

fn texts<T>(statement: Statement, rows: &[Of<T>], columns: &[fn(&T) -> &str]) -> Statement {
    columns.iter().fold(statement, |statement, column| {
        let values: Vec<String> = rows.iter().map(|row| column(&row.value).to_owned()).collect();
        statement.with(values, Type::TEXT_ARRAY)
    })
}

fn numbers(keys: &[EntityKey]) -> Vec<i64> {
    keys.iter().map(EntityKey::to_integer).collect()
}
