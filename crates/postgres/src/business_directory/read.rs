use communes_business_directory::{
    kbo::Checkpoint,
    register::{
        CodeCategory, CodeLabel, CodeTable, Entity, EntityKey, LegalForm, Parent, PersonKind, Presence, RegisterRecord,
        Situation,
    },
};
use communes_civil::EnterpriseNumber;
use communes_ledger::{Cursor, Envelope, Page};
use serde::de::DeserializeOwned;
use tokio_postgres::{Row, types::Type};

use crate::{Database, fault::Fault, statement::Statement};

/// Records as one statement, which sees one state: the rows of each part come as JSON in the form of the domain's own types.
macro_rules! records_of {
    ($asked:literal) => {
        concat!(
            "WITH asked AS (",
            $asked,
            ") SELECT asked.entity, own.entity IS NOT NULL, own.enterprise, own.person, own.form, own.read_as, own.situation, own.started, \
             own.gone_on, parent.entity IS NOT NULL, parent.enterprise, parent.person, parent.form, parent.read_as, parent.situation, \
             parent.started, parent.gone_on, \
             (SELECT json_agg(json_build_object('kind', kind, 'language_code', language, 'text', text))::text \
              FROM communes_register.name WHERE entity = own.enterprise), \
             (SELECT json_agg(json_build_object('kind', kind, 'language_code', language, 'text', text))::text \
              FROM communes_register.name WHERE entity = asked.entity), \
             (SELECT json_agg(json_build_object('kind', kind, 'country_nl', country_nl, 'country_fr', country_fr, 'postcode', postcode, \
              'municipality_nl', municipality_nl, 'municipality_fr', municipality_fr, 'street_nl', street_nl, 'street_fr', street_fr, \
              'house_number', house_number, 'box_number', box_number, 'extra', extra, 'struck_off', nullif(struck_off, '')))::text \
              FROM communes_register.address WHERE entity = asked.entity), \
             (SELECT json_agg(json_build_object('kind', kind, 'value', value))::text \
              FROM communes_register.contact WHERE entity = asked.entity), \
             (SELECT json_agg(json_build_object('nace', json_build_object('version', version::text, 'code', code), 'class', class, \
              'groups', groups))::text FROM communes_register.activity WHERE entity = asked.entity) \
             FROM asked LEFT JOIN communes_register.entity AS own ON own.entity = asked.entity \
             LEFT JOIN communes_register.entity AS parent ON parent.entity = own.enterprise ORDER BY asked.place"
        )
    };
}

pub(super) async fn checkpoint(database: &Database) -> Result<Option<Checkpoint>, Fault> {
    let rows = database.query(Statement::new("SELECT state FROM communes_register.checkpoint")).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let envelope: Envelope = json(row, 0)?.ok_or_else(|| Fault::unreadable("the checkpoint"))?;
    envelope.open(super::import::CHECKPOINT, 1).map(Some).map_err(|_| Fault::unreadable("the checkpoint"))
}

pub(super) async fn records(database: &Database, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, Fault> {
    let numbers: Vec<i64> = keys.iter().map(EntityKey::to_integer).collect();
    let statement = Statement::new(records_of!(
        "SELECT entity, place FROM unnest($1::bigint[]) WITH ORDINALITY AS keys (entity, place)"
    ))
    .with(numbers, Type::INT8_ARRAY);
    let rows = database.query(statement).await?;
    rows.iter().map(|row| Ok(Some(record(row)?).filter(has_rows))).collect()
}

pub(super) async fn scan(database: &Database, after: i64, limit: usize) -> Result<Page<RegisterRecord>, Fault> {
    let statement = Statement::new(records_of!(
        "SELECT entity, entity AS place FROM communes_register.entity WHERE entity > $1 ORDER BY entity LIMIT $2"
    ))
    .with(after, Type::INT8)
    .with(count(limit), Type::INT8);
    let rows = database.query(statement).await?;
    let mut items = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    let next = next(&mut items, limit, |record| record.key);
    Ok(Page { items, next })
}

pub(super) async fn establishments(
    database: &Database,
    enterprise: EnterpriseNumber,
    after: i64,
    limit: usize,
) -> Result<Page<EntityKey>, Fault> {
    let statement = Statement::new(
        "SELECT entity FROM communes_register.entity WHERE enterprise = $1 AND gone_on IS NULL AND entity > $2 \
         ORDER BY entity LIMIT $3",
    )
    .with(EntityKey::Enterprise(enterprise).to_integer(), Type::INT8)
    .with(after, Type::INT8)
    .with(count(limit), Type::INT8);
    let rows = database.query(statement).await?;
    let mut items = rows.iter().map(|row| key(row, 0)).collect::<Result<Vec<_>, _>>()?;
    let next = next(&mut items, limit, |key| *key);
    Ok(Page { items, next })
}

pub(super) async fn codes(database: &Database) -> Result<CodeTable, Fault> {
    let rows =
        database.query(Statement::new("SELECT category, code, language, text FROM communes_register.code")).await?;
    let label = |row: &Row| {
        Ok(CodeLabel {
            category: CodeCategory::from_word(row.try_get(0)?).ok_or_else(|| Fault::unreadable("category"))?,
            code: row.try_get(1)?,
            language: row.try_get::<_, &str>(2)?.parse().map_err(|_| Fault::unreadable("language"))?,
            text: row.try_get(3)?,
        })
    };
    rows.iter().map(label).collect()
}

fn record(row: &Row) -> Result<RegisterRecord, Fault> {
    let key = key(row, 0)?;
    let entity = entity(row, 1, key)?;
    let presence = match (&entity, row.try_get(8)?) {
        (None, _) => Presence::Unregistered,
        (Some(_), None) => Presence::Active,
        (Some(_), Some(seen_on)) => Presence::Gone { seen_on },
    };
    let parent = match entity.as_ref().and_then(|entity| entity.enterprise) {
        None => None,
        Some(number) => Some(Parent {
            number,
            entity: self::entity(row, 9, EntityKey::Enterprise(number))?,
            names: sorted(row, 17)?,
        }),
    };
    Ok(RegisterRecord {
        key,
        presence,
        entity,
        parent,
        names: sorted(row, 18)?,
        addresses: sorted(row, 19)?,
        contacts: sorted(row, 20)?,
        activities: sorted(row, 21)?,
    })
}

/// An own row, whose columns begin with whether it is there.
fn entity(row: &Row, column: usize, key: EntityKey) -> Result<Option<Entity>, Fault> {
    if !row.try_get::<_, bool>(column)? {
        return Ok(None);
    }
    let enterprise = match row.try_get::<_, Option<i64>>(column + 1)? {
        Some(number) => Some(format!("{number:010}").parse().map_err(|_| Fault::unreadable("enterprise"))?),
        None => None,
    };
    let (code, read_as) = (row.try_get::<_, Option<String>>(column + 3)?, row.try_get(column + 4)?);
    Ok(Some(Entity {
        key,
        enterprise,
        person: match row.try_get::<_, i16>(column + 2)? {
            1 => PersonKind::Natural,
            2 => PersonKind::Legal,
            _ => PersonKind::Unknown,
        },
        form: code.map(|code| LegalForm { code, read_as }),
        situation: row.try_get::<_, Option<String>>(column + 5)?.map(Situation::new),
        started: row.try_get(column + 6)?,
    }))
}

fn has_rows(record: &RegisterRecord) -> bool {
    record.entity.is_some()
        || !(record.names.is_empty()
            && record.addresses.is_empty()
            && record.contacts.is_empty()
            && record.activities.is_empty())
}

fn sorted<T: DeserializeOwned + Ord>(row: &Row, column: usize) -> Result<Vec<T>, Fault> {
    let mut rows: Vec<T> = json(row, column)?.unwrap_or_default();
    // The order of the types, not of a collation.
    rows.sort();
    Ok(rows)
}

fn json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<Option<T>, Fault> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| serde_json::from_str(text).map_err(|_| Fault::unreadable("rows of a register"))).transpose()
}

fn key(row: &Row, column: usize) -> Result<EntityKey, Fault> {
    EntityKey::from_integer(row.try_get(column)?).map_err(|_| Fault::unreadable("entity"))
}

/// One more than the page, to know whether it is the last.
fn count(limit: usize) -> i64 {
    i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX)
}

fn next<T>(items: &mut Vec<T>, limit: usize, key: impl Fn(&T) -> EntityKey) -> Option<Cursor> {
    let more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| more).map(|last| Cursor::new(key(last).digits()))
}
