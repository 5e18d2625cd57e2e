//! The file, the queue, the application's own tables.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
};

use communes_ledger::{Feed, Ledger, Outbox, StoreErrorKind, TenantId, Timers, code, verify_chain};
use communes_sqlite::{
    CLOSED, DATABASE_CORRUPT, DATABASE_IO, Database, Options, PANICKED, SCHEMA_NEWER, SCHEMA_OLDER, SqliteLedger,
    WORK_REFUSED, migrations,
};
use communes_suite::durable::{claim, key, numbered, stamp, write};
use pollster::block_on;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

fn fresh() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("commune.db");
    (folder, path)
}

fn open(path: &Path) -> SqliteLedger {
    Database::open(path, &Options::default()).unwrap().tenant(&TenantId::new("62063").unwrap())
}

#[test]
fn a_folder_that_is_not_there_and_a_file_that_is_no_database_are_named() {
    let (folder, path) = fresh();
    let error = Database::open(folder.path().join("no/commune.db"), &Options::default()).unwrap_err();
    assert_eq!((error.code(), error.kind()), (DATABASE_IO, StoreErrorKind::Unavailable));
    assert!(error.to_string().contains("no/commune.db"), "{error}");
    std::fs::write(&path, "this is a letter to the mayor, and not a database at all".repeat(100)).unwrap();
    let error = Database::open(&path, &Options::default()).unwrap_err();
    assert_eq!((error.code(), error.kind()), (DATABASE_CORRUPT, StoreErrorKind::Corrupt));
}

#[test]
fn an_older_program_refuses_a_newer_schema() {
    let (_folder, path) = fresh();
    drop(open(&path));
    Connection::open(&path)
        .unwrap()
        .execute("INSERT INTO communes_ledger_migration (number, name) VALUES (999, 'later')", [])
        .unwrap();
    for migrate in [true, false] {
        let error = Database::open(&path, &Options::default().migrate(migrate)).unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (SCHEMA_NEWER, false));
    }
}

#[test]
fn migrations_may_be_run_apart_and_printed() {
    let (_folder, path) = fresh();
    let options = Options::default().migrate(false);
    assert_eq!(Database::open(&path, &options).unwrap_err().code(), SCHEMA_OLDER);
    // What is printed does what is run.
    let connection = Connection::open(&path).unwrap();
    for step in migrations() {
        connection.execute_batch(&step.script()).unwrap();
    }
    drop(connection);
    Database::open(&path, &options).unwrap();
    assert_eq!(Database::migrate(&path, &options).unwrap(), []);
}

#[test]
fn the_tables_of_an_application_are_left_alone_and_join_a_commit() {
    let (_folder, path) = fresh();
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE migration (number INTEGER PRIMARY KEY); INSERT INTO migration VALUES (41);
             CREATE TABLE aggregate (own TEXT); CREATE TABLE visit (number INTEGER PRIMARY KEY)",
        )
        .unwrap();
    let ledger = open(&path);
    let visit = |name: &str, own: u128, fail: bool| {
        let work = move |connection: &Connection, done: &communes_ledger::Committed| {
            let series = communes_ledger::SeriesKey::new("visit")?;
            let number = i64::try_from(done.number(&series).ok_or("no number")?)?;
            connection.execute("INSERT INTO visit (number) VALUES (?1)", [number])?;
            if fail { Err("the application thinks better of it".into()) } else { Ok(number) }
        };
        block_on(ledger.commit_with(stamp(name), vec![numbered(&key(own), "visit")], work))
    };
    assert_eq!(visit("one", 1, false).unwrap().1, Some(1));
    let (again, work) = visit("one", 1, false).unwrap();
    assert!(again.replayed && work.is_none(), "the work was done twice");
    let error = visit("two", 2, true).unwrap_err();
    assert_eq!(error.code(), WORK_REFUSED);
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("thinks better"));
    assert_eq!(block_on(ledger.load(&key(2))).unwrap(), None);
    assert_eq!(visit("three", 3, false).unwrap().1, Some(2), "the refused one took a number");
    let own: Vec<i64> =
        ["SELECT max(number) FROM migration", "SELECT count(*) FROM aggregate", "SELECT count(*) FROM visit"]
            .map(|sql| connection.query_row(sql, [], |row| row.get(0)).unwrap())
            .into();
    assert_eq!(own, [41, 0, 2]);
}

#[test]
fn a_panic_ends_one_command_and_not_the_writer() {
    let (_folder, path) = fresh();
    let ledger = open(&path);
    let panics = ledger.commit_with(stamp("panics"), vec![numbered(&key(1), "order")], |_, _| -> Result<(), _> {
        panic!("a fault in the application")
    });
    assert_eq!(block_on(panics).unwrap_err().code(), PANICKED);
    assert_eq!(block_on(ledger.load(&key(1))).unwrap(), None);
    let done = block_on(ledger.commit(stamp("next"), vec![numbered(&key(1), "order")])).unwrap();
    assert_eq!(done.numbers.into_values().collect::<Vec<_>>(), [[1]]);
}

#[test]
fn what_is_too_much_for_the_queue_is_told_at_once_and_what_was_taken_is_done() {
    let (_folder, path) = fresh();
    let database = Database::open(&path, &Options::default().queue(2)).unwrap();
    let ledger = database.tenant(&TenantId::new("62063").unwrap());
    let (go, wait) = mpsc::channel::<()>();
    let (started, begun) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            block_on(ledger.commit_with(stamp("slow"), vec![write(&key(1), 0, json!(1))], move |_, _| {
                started.send(())?;
                wait.recv()?;
                Ok(())
            }))
            .unwrap();
        });
        begun.recv().unwrap();
        // The writer is busy: two wait, the third is too much. A future that nobody polls is not sent: poll each once.
        let mut waiting: Vec<_> = (2..=4_u128)
            .map(|own| Box::pin(ledger.commit(stamp(&own.to_string()), vec![write(&key(own), 0, json!(1))])))
            .collect();
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let answers: Vec<_> = waiting.iter_mut().map(|commit| commit.as_mut().poll(&mut context)).collect();
        assert!(answers[0].is_pending() && answers[1].is_pending());
        let std::task::Poll::Ready(Err(error)) = &answers[2] else { panic!("the third was taken: {answers:?}") };
        assert_eq!((error.code(), error.is_retryable()), (code::QUEUE_FULL, true));
        // Nobody waits for those two any more; they are done all the same, and a stop waits for them.
        drop(waiting);
        go.send(()).unwrap();
        database.close();
    });
    assert_eq!(block_on(ledger.commit(stamp("late"), vec![write(&key(9), 0, json!(1))])).unwrap_err().code(), CLOSED);
    let again = open(&path);
    let there: Vec<_> = (1..=4_u128).map(|own| block_on(again.load(&key(own))).unwrap().is_some()).collect();
    assert_eq!(there, [true, true, true, false]);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half_done() {
    let (_folder, path) = fresh();
    let ledger = open(&path);
    let limit = |name: &str, own: u128, pages: &str| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        let set = ledger.commit_with(stamp(name), vec![write(&key(own), 0, json!(1))], move |connection, _| {
            Ok(connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?)
        });
        block_on(set).unwrap()
    };
    // SQLite raises the limit to what there is already.
    limit("tighten", 1, "1");
    let large = json!("x".repeat(1_000_000));
    let error = block_on(ledger.commit(stamp("large"), vec![write(&key(2), 0, large.clone())])).unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (StoreErrorKind::Unavailable, true), "{error}");
    assert_eq!(block_on(ledger.load(&key(2))).unwrap(), None);
    assert_eq!(block_on(ledger.outcome(&stamp("large"))).unwrap(), None);
    // The limit is the connection's: opened anew, there is room.
    ledger.database().close();
    let ledger = open(&path);
    assert!(!block_on(ledger.commit(stamp("large"), vec![write(&key(2), 0, large)])).unwrap().replayed);
}

/// The database of this landing, with what [`fill`] writes.
///
/// `COMMUNES_WRITE_GOLDEN=1 cargo test -p communes-sqlite --test database golden` writes the one of the newest schema anew: only before it is
/// released, afterwards the next schema gets a file of its own.
#[test]
fn a_golden_database_opens_and_goes_on() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    if std::env::var_os("COMMUNES_WRITE_GOLDEN").is_some() {
        let (_folder, path) = fresh();
        let ledger = open(&path);
        fill(&ledger);
        ledger.database().close();
        drop(ledger);
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM").unwrap();
        std::fs::create_dir_all(&golden).unwrap();
        std::fs::copy(&path, golden.join("0001.db")).unwrap();
    }
    // One a landing.
    const LANDINGS: &[&str] = &["0001.db"];
    for name in LANDINGS {
        let (_folder, path) = fresh();
        std::fs::copy(golden.join(name), &path).unwrap();
        let ledger = open(&path);
        check(&ledger);
        ledger.database().close();
    }
}

fn fill(ledger: &SqliteLedger) {
    for own in 1..=3_u128 {
        block_on(ledger.commit(stamp(&own.to_string()), vec![numbered(&key(own), "order/2026")])).unwrap();
    }
    block_on(ledger.commit(stamp("on"), vec![write(&key(1), 1, json!({"é": [1.5, null]}))])).unwrap();
    let claimed = block_on(ledger.claim(&claim("w", 0, 1))).unwrap();
    block_on(ledger.acknowledge(&claimed[0].effect.key, claimed[0].fence)).unwrap();
}

fn check(ledger: &SqliteLedger) {
    let stored = block_on(ledger.load(&key(1))).unwrap().unwrap();
    assert_eq!((stored.head.version.number(), stored.state.data()), (2, &json!({"é": [1.5, null]})));
    let history = block_on(ledger.history(&key(1), 0, 10)).unwrap();
    assert_eq!(verify_chain(&history).unwrap(), stored.head.hash);
    assert_eq!(block_on(ledger.read(None, 10)).unwrap().items.len(), 4);
    assert!(block_on(ledger.commit(stamp("2"), vec![numbered(&key(2), "order/2026")])).unwrap().replayed);
    let next = block_on(ledger.commit(stamp("4"), vec![numbered(&key(4), "order/2026")])).unwrap();
    assert_eq!(next.numbers.into_values().collect::<Vec<_>>(), [[4]]);
    let left: Vec<_> = block_on(ledger.claim(&claim("w", 60, 10))).unwrap();
    assert_eq!(left.iter().map(|claimed| claimed.effect.aggregate.clone()).collect::<Vec<_>>(), [2, 3, 4].map(key));
    assert_eq!(block_on(ledger.claim_due(&claim("w", 5, 10))).unwrap().len(), 4);
    block_on(ledger.commit(stamp("further"), vec![write(&key(1), 2, json!("further"))])).unwrap();
    verify_chain(&block_on(ledger.history(&key(1), 0, 10)).unwrap()).unwrap();
}
