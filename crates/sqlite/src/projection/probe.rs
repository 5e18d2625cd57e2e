//! A capability of these tests: what the way in [`super`] promises, each capability gets.

use communes_ledger::{
    Actor, ActorKind, AggregateKey, AggregateKind, Change, CommandId, CommandStamp, Envelope, Expected, Fingerprint,
    Ledger, Rows, SettledRow, StoreError, TenantId, Version,
};
use pollster::block_on;
use rusqlite::{Connection, params};
use serde_json::json;
use uuid::Uuid;

use super::{Capability, Projection};
use crate::{Database, Options, SqliteLedger, fault::Fault};

const THING: AggregateKind = AggregateKind::from_static("probe/thing");
const OTHER: AggregateKind = AggregateKind::from_static("probe/other");

#[derive(Debug)]
struct Words;

pub(super) const CAPABILITY: Capability = Capability {
    name: "probe",
    migrations: &[(
        "words",
        "CREATE TABLE communes_probe_word (tenant TEXT NOT NULL, id BLOB NOT NULL, word TEXT NOT NULL, PRIMARY KEY (tenant, id)) STRICT;",
    )],
    projection: Some(&Words),
};

impl Projection for Words {
    fn kinds(&self) -> &'static [AggregateKind] {
        const KINDS: &[AggregateKind] = &[THING];
        KINDS
    }

    fn project(&self, connection: &Connection, tenant: &TenantId, row: &SettledRow) -> Result<(), Fault> {
        let word = row.state.data().as_str().ok_or_else(|| StoreError::unsupported("no-word", "no word"))?;
        connection
            .prepare_cached("INSERT OR REPLACE INTO communes_probe_word (tenant, id, word) VALUES (?1, ?2, ?3)")?
            .execute(params![tenant.as_str(), row.key.id().as_bytes(), word])?;
        Ok(())
    }
}

fn write(ledger: &SqliteLedger, kind: AggregateKind, version: u64, word: serde_json::Value) -> Result<(), StoreError> {
    let key = AggregateKey::new(kind, Uuid::from_u128(1));
    let expected = Version::new(version).map_or(Expected::New, Expected::At);
    let stamp = CommandStamp::new(
        CommandId::derived(&format!("{key} {version} {word}")),
        Fingerprint::from_bytes([0; 32]),
        chrono::DateTime::UNIX_EPOCH,
        Actor::new(ActorKind::System, "probe").unwrap(),
    );
    let rows = Rows::new().state(key.clone(), Envelope::new("probe", 1, word));
    block_on(ledger.commit(stamp, vec![Change::finished([(key, expected)], rows)])).map(drop)
}

fn words(database: &Database) -> Vec<(String, String)> {
    let read = database.read(|connection| {
        let mut statement = connection.prepare("SELECT tenant, word FROM communes_probe_word ORDER BY tenant")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    });
    block_on(read).unwrap()
}

fn pair(tenant: &str, word: &str) -> (String, String) {
    (tenant.to_owned(), word.to_owned())
}

#[test]
fn columns_are_written_with_the_aggregate_and_with_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path().join("probe.db"), &Options::default()).unwrap();
    let ledger = database.tenant(&TenantId::new("one").unwrap());
    write(&ledger, THING, 0, json!("first")).unwrap();
    write(&database.tenant(&TenantId::new("two").unwrap()), THING, 0, json!("beside")).unwrap();
    write(&ledger, OTHER, 0, json!("of another kind")).unwrap();
    assert_eq!(words(&database), [pair("one", "first"), pair("two", "beside")]);
    write(&ledger, THING, 1, json!("second")).unwrap();
    // A projection that refuses, and a commit that is refused, leave both as they were.
    assert_eq!(write(&ledger, THING, 2, json!(7)).unwrap_err().code(), "no-word");
    write(&ledger, THING, 7, json!("never")).unwrap_err();
    assert_eq!(words(&database), [pair("one", "second"), pair("two", "beside")]);
}

#[test]
fn a_capability_that_comes_later_finds_what_was_written_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("probe.db");
    let database = Database::open(&path, &Options::default()).unwrap();
    write(&database.tenant(&TenantId::new("one").unwrap()), THING, 0, json!("first")).unwrap();
    drop(database);
    // As a build without the capability would have left it.
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("DROP TABLE communes_probe_word; DROP TABLE communes_probe_migration;").unwrap();
    drop(connection);
    let refused = Database::open(&path, &Options::default().migrate(false)).unwrap_err();
    assert_eq!(refused.code(), crate::SCHEMA_OLDER);
    let applied = Database::migrate(&path, &Options::default()).unwrap();
    assert_eq!(applied.iter().map(|step| step.capability).collect::<Vec<_>>(), ["probe"]);
    assert_eq!(words(&Database::open(&path, &Options::default()).unwrap()), [pair("one", "first")]);
}
