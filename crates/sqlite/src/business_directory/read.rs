use std::collections::BTreeMap;

use chrono::NaiveDate;
use communes_business_directory::{
    kbo::Checkpoint,
    register::{
        Activity, Address, CodeCategory, CodeLabel, CodeTable, Contact, Entity, EntityKey, GroupSet, LegalForm,
        NaceCode, Name, Parent, PersonKind, Presence, RegisterRecord, Situation,
    },
};
use communes_civil::EnterpriseNumber;
use communes_ledger::{Cursor, Envelope, Page};
use rusqlite::{Connection, Row};

use crate::{
    codec::{self, collect, first, text},
    fault::Fault,
};

const ENTITY: &str = "entity, enterprise, person, form, read_as, situation, started, gone_on";

pub(super) fn checkpoint(connection: &Connection) -> Result<Option<Checkpoint>, Fault> {
    let mut statement = connection.prepare_cached("SELECT state FROM communes_register_checkpoint")?;
    first(&mut statement, [], |row| {
        let envelope: Envelope = codec::envelope(row, 0)?;
        envelope.open(super::import::CHECKPOINT, 1).map_err(|_| Fault::unreadable("the checkpoint"))
    })
}

pub(super) fn records(connection: &Connection, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, Fault> {
    let mut reader = Reader { connection, parents: BTreeMap::new() };
    keys.iter()
        .map(|key| {
            let number = key.to_integer();
            let entity = entity(connection, number)?;
            let mut rows = Rows::between(connection, number, number)?;
            let record = reader.record(*key, entity, &mut rows)?;
            let empty = record.names.is_empty()
                && record.addresses.is_empty()
                && record.contacts.is_empty()
                && record.activities.is_empty();
            Ok(Some(record).filter(|record| record.entity.is_some() || !empty))
        })
        .collect()
}

pub(super) fn scan(connection: &Connection, after: i64, limit: usize) -> Result<Page<RegisterRecord>, Fault> {
    let sql = format!("SELECT {ENTITY} FROM communes_register_entity WHERE entity > ?1 ORDER BY entity LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = collect(&mut statement, (after, count(limit)), read_entity)?;
    let next = next(&mut found, limit, |(entity, _)| entity.key);
    let (Some(low), Some(high)) = (found.first(), found.last()) else {
        return Ok(Page::default());
    };
    let mut rows = Rows::between(connection, low.0.key.to_integer(), high.0.key.to_integer())?;
    let mut reader = Reader { connection, parents: BTreeMap::new() };
    let items = found.into_iter().map(|found| reader.record(found.0.key, Some(found), &mut rows));
    Ok(Page { items: items.collect::<Result<_, _>>()?, next })
}

pub(super) fn establishments(
    connection: &Connection,
    enterprise: EnterpriseNumber,
    after: i64,
    limit: usize,
) -> Result<Page<EntityKey>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT entity FROM communes_register_entity WHERE enterprise = ?1 AND gone_on IS NULL AND entity > ?2 \
         ORDER BY entity LIMIT ?3",
    )?;
    let number = EntityKey::Enterprise(enterprise).to_integer();
    let mut items = collect(&mut statement, (number, after, count(limit)), |row| key(row, 0))?;
    let next = next(&mut items, limit, |key| *key);
    Ok(Page { items, next })
}

pub(super) fn codes(connection: &Connection) -> Result<CodeTable, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT category, code, language, text FROM communes_register_code")?;
    let labels = collect(&mut statement, [], |row| {
        Ok(CodeLabel {
            category: CodeCategory::from_word(text(row, 0)?).ok_or_else(|| Fault::unreadable("category"))?,
            code: row.get(1)?,
            language: text(row, 2)?.parse().map_err(|_| Fault::unreadable("language"))?,
            text: row.get(3)?,
        })
    })?;
    Ok(labels.into_iter().collect())
}

/// An entity's own row, and since when it is gone.
type Found = (Entity, Option<NaiveDate>);

/// Makes records, and reads each enterprise that stands behind several of them once.
struct Reader<'a> {
    connection: &'a Connection,
    parents: BTreeMap<i64, Parent>,
}

impl Reader<'_> {
    fn record(&mut self, key: EntityKey, found: Option<Found>, rows: &mut Rows) -> Result<RegisterRecord, Fault> {
        let number = key.to_integer();
        let presence = match &found {
            None => Presence::Unregistered,
            Some((_, None)) => Presence::Active,
            Some((_, Some(seen_on))) => Presence::Gone { seen_on: *seen_on },
        };
        let entity = found.map(|(entity, _)| entity);
        let parent = match entity.as_ref().and_then(|entity| entity.enterprise) {
            Some(number) => Some(self.parent(number)?),
            None => None,
        };
        Ok(RegisterRecord {
            key,
            presence,
            entity,
            parent,
            names: take(&mut rows.names, number),
            addresses: take(&mut rows.addresses, number),
            contacts: take(&mut rows.contacts, number),
            activities: take(&mut rows.activities, number),
        })
    }

    fn parent(&mut self, number: EnterpriseNumber) -> Result<Parent, Fault> {
        let key = EntityKey::Enterprise(number).to_integer();
        if let Some(parent) = self.parents.get(&key) {
            return Ok(parent.clone());
        }
        let parent = Parent {
            number,
            entity: entity(self.connection, key)?.map(|(entity, _)| entity),
            names: take(&mut names(self.connection, key, key)?, key),
        };
        self.parents.insert(key, parent.clone());
        Ok(parent)
    }
}

/// The rows of all entities between two numbers.
struct Rows {
    names: BTreeMap<i64, Vec<Name>>,
    addresses: BTreeMap<i64, Vec<Address>>,
    contacts: BTreeMap<i64, Vec<Contact>>,
    activities: BTreeMap<i64, Vec<Activity>>,
}

impl Rows {
    fn between(connection: &Connection, low: i64, high: i64) -> Result<Self, Fault> {
        Ok(Self {
            names: names(connection, low, high)?,
            addresses: between(
                connection,
                "SELECT entity, kind, country_nl, country_fr, postcode, municipality_nl, municipality_fr, street_nl, street_fr, \
                 house_number, box_number, extra, struck_off FROM communes_register_address WHERE entity BETWEEN ?1 AND ?2",
                (low, high),
                |row| {
                    Ok(Address {
                        kind: row.get::<_, String>(1)?.into(),
                        country_nl: row.get(2)?,
                        country_fr: row.get(3)?,
                        postcode: row.get(4)?,
                        municipality_nl: row.get(5)?,
                        municipality_fr: row.get(6)?,
                        street_nl: row.get(7)?,
                        street_fr: row.get(8)?,
                        house_number: row.get(9)?,
                        box_number: row.get(10)?,
                        extra: row.get(11)?,
                        struck_off: Some(text(row, 12)?).filter(|text| !text.is_empty()).map(date).transpose()?,
                    })
                },
            )?,
            contacts: between(
                connection,
                "SELECT entity, kind, value FROM communes_register_contact WHERE entity BETWEEN ?1 AND ?2",
                (low, high),
                |row| Ok(Contact { kind: row.get::<_, String>(1)?.into(), value: row.get(2)? }),
            )?,
            activities: between(
                connection,
                "SELECT entity, version, code, class, groups FROM communes_register_activity WHERE entity BETWEEN ?1 AND ?2",
                (low, high),
                |row| {
                    let version = row.get::<_, u16>(1)?.try_into().map_err(|_| Fault::unreadable("version"))?;
                    Ok(Activity {
                        nace: NaceCode::new(version, text(row, 2)?).map_err(|_| Fault::unreadable("code"))?,
                        class: row.get::<_, String>(3)?.into(),
                        groups: GroupSet::from_bits(row.get::<_, i64>(4)?.cast_unsigned()),
                    })
                },
            )?,
        })
    }
}

fn names(connection: &Connection, low: i64, high: i64) -> Result<BTreeMap<i64, Vec<Name>>, Fault> {
    between(
        connection,
        "SELECT entity, kind, language, text FROM communes_register_name WHERE entity BETWEEN ?1 AND ?2",
        (low, high),
        |row| Ok(Name { kind: row.get::<_, String>(1)?.into(), language_code: row.get(2)?, text: row.get(3)? }),
    )
}

fn between<T>(
    connection: &Connection,
    sql: &str,
    range: (i64, i64),
    read: impl Fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<BTreeMap<i64, Vec<T>>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(range)?;
    let mut by_entity: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        by_entity.entry(row.get(0)?).or_default().push(read(row)?);
    }
    Ok(by_entity)
}

fn take<T: Ord>(rows: &mut BTreeMap<i64, Vec<T>>, entity: i64) -> Vec<T> {
    let mut rows = rows.remove(&entity).unwrap_or_default();
    // The order of the types: codes that this program does not know come last.
    rows.sort();
    rows
}

fn entity(connection: &Connection, number: i64) -> Result<Option<Found>, Fault> {
    let sql = format!("SELECT {ENTITY} FROM communes_register_entity WHERE entity = ?1");
    first(&mut connection.prepare_cached(&sql)?, [number], read_entity)
}

fn read_entity(row: &Row<'_>) -> Result<Found, Fault> {
    let enterprise = match row.get::<_, Option<i64>>(1)? {
        Some(number) => Some(format!("{number:010}").parse().map_err(|_| Fault::unreadable("enterprise"))?),
        None => None,
    };
    let entity = Entity {
        key: key(row, 0)?,
        enterprise,
        person: match row.get(2)? {
            1 => PersonKind::Natural,
            2 => PersonKind::Legal,
            _ => PersonKind::Unknown,
        },
        form: row
            .get::<_, Option<String>>(3)?
            .map(|code| Ok::<_, Fault>(LegalForm { code, read_as: row.get(4)? }))
            .transpose()?,
        situation: row.get::<_, Option<String>>(5)?.map(Situation::new),
        started: row.get::<_, Option<String>>(6)?.as_deref().map(date).transpose()?,
    };
    Ok((entity, row.get::<_, Option<String>>(7)?.as_deref().map(date).transpose()?))
}

fn key(row: &Row<'_>, column: usize) -> Result<EntityKey, Fault> {
    EntityKey::from_integer(row.get(column)?).map_err(|_| Fault::unreadable("entity"))
}

fn date(text: &str) -> Result<NaiveDate, Fault> {
    text.parse().map_err(|_| Fault::unreadable("a date"))
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
