use std::error::Error;

use communes_ledger::{Actor, Feed, Ledger, Outbox, Record, SeriesKey, StoreErrorKind, code};
use communes_postgres::{
    CLOSED, Database, Options, PANICKED, PostgresLedger, SCHEMA_NEWER, SCHEMA_OLDER, SERVER_REFUSED,
    SERVER_UNREACHABLE, TLS_UNAVAILABLE, URL_UNREADABLE, WORK_REFUSED, migrations,
};
use communes_suite::{
    Suite,
    durable::{at_minute, claim, key, numbered, stamp, write},
};
use serde_json::json;

use crate::server::{block_on, connect, open, tenant, test};

pub(crate) fn add(suite: &mut Suite) {
    add_one(suite, "an_unreadable_url_is_told_without_its_password", unreadable_urls);
    add_one(suite, "a_server_that_is_not_there_is_unavailable", no_server);
    add_one(suite, "an_older_program_refuses_a_newer_schema", newer_schema);
    add_one(suite, "migrations_may_be_run_apart", migrations_apart);
    add_one(suite, "rights_on_rows_are_enough_to_run", rows_only);
    add_one(suite, "the_tables_of_an_application_join_a_commit", own_tables);
    add_one(suite, "a_slow_committer_loses_no_record", slow_committer);
    add_one(suite, "records_of_one_aggregate_stay_in_order", crossing);
    add_one(suite, "a_restored_dump_goes_on", restored);
    add_one(suite, "a_caller_who_stops_waiting_leaves_all_or_nothing", dropped);
    add_one(suite, "a_panic_ends_one_command", panicking);
    add_one(suite, "a_stop_does_what_was_taken", closing);
}

/// Adds a test that is given the URL of an empty database.
fn add_one(suite: &mut Suite, name: &str, run: impl AsyncFnOnce(&str) + Send + 'static) {
    test(suite, &format!("database::{name}"), |server| {
        block_on(run(&server.fresh()));
    });
}

async fn ledger(url: &str) -> PostgresLedger {
    open(url).await.tenant(&tenant("62063"))
}

async fn unreadable_urls(_: &str) {
    for url in ["", "http://commune:geheim@host/x", "postgres://commune:geheim@host:port/x", "host=x port=geheim"] {
        let error = Database::open(url, &Options::default()).await.unwrap_err();
        if error.code() == SERVER_UNREACHABLE {
            // No host at all: the driver only finds out when it connects.
            continue;
        }
        assert_eq!((error.code(), error.is_retryable()), (URL_UNREADABLE, false), "{url:?}");
        assert!(!format!("{error:?} {error}").contains("geheim"), "{error:?}");
    }
    if !cfg!(feature = "tls") {
        let url = "postgres://127.0.0.1/x?sslmode=require";
        let error = Database::open(url, &Options::default()).await.unwrap_err();
        assert_eq!(error.code(), TLS_UNAVAILABLE);
    }
}

async fn no_server(_: &str) {
    // Port 1 is nobody's.
    let url = "postgres://commune:geheim@127.0.0.1:1/commune?sslmode=disable";
    let error = Database::open(url, &Options::default()).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (SERVER_UNREACHABLE, StoreErrorKind::Unavailable));
    assert!(error.is_retryable() && !format!("{error:?}").contains("geheim"), "{error:?}");
}

async fn newer_schema(url: &str) {
    drop(open(url).await);
    let later = "INSERT INTO communes_ledger.migration (number, name) VALUES (999, 'later')";
    connect(url).await.batch_execute(later).await.unwrap();
    for migrate in [true, false] {
        let error = Database::open(url, &Options::default().migrate(migrate)).await.unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (SCHEMA_NEWER, false));
    }
}

async fn migrations_apart(url: &str) {
    let options = Options::default().migrate(false);
    assert_eq!(Database::open(url, &options).await.unwrap_err().code(), SCHEMA_OLDER);
    // What is printed does what is run.
    let client = connect(url).await;
    for step in migrations() {
        client.batch_execute(&step.script()).await.unwrap();
    }
    Database::open(url, &options).await.unwrap();
    assert_eq!(Database::migrate(url, &options).await.unwrap(), []);
}

async fn rows_only(url: &str) {
    assert_eq!(Database::migrate(url, &Options::default()).await.unwrap(), migrations());
    let client = connect(url).await;
    client.batch_execute("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN").await.unwrap();
    let schemas: std::collections::BTreeSet<_> =
        migrations().iter().map(|step| format!("communes_{}", step.capability.replace('-', "_"))).collect();
    for schema in schemas {
        let grant = format!(
            "GRANT USAGE ON SCHEMA {schema} TO clerk; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO clerk;
             GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO clerk"
        );
        client.batch_execute(&grant).await.unwrap();
    }
    let ledger = ledger(&url.replace("postgres@", "clerk@")).await;
    ledger.commit(stamp("make"), vec![numbered(&key(1), "order")]).await.unwrap();
    assert_eq!(ledger.claim(&claim("w", 0, 9)).await.unwrap().len(), 1);
    // What it may not do, it is told, without a value of the row.
    client.batch_execute("REVOKE INSERT ON communes_ledger.command FROM clerk").await.unwrap();
    let error = ledger.commit(stamp("not"), vec![write(&key(2), 0, json!("85073003328"))]).await.unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), (SERVER_REFUSED, false));
    assert!(!format!("{error:?} {:?}", error.source()).contains("85073003328"), "{error:?}");
    assert_eq!(ledger.load(&key(2)).await.unwrap(), None);
}

async fn own_tables(url: &str) {
    let client = connect(url).await;
    let own = "CREATE TABLE migration (number integer); INSERT INTO migration VALUES (41);
               CREATE TABLE visit (number bigint PRIMARY KEY)";
    client.batch_execute(own).await.unwrap();
    let ledger = ledger(url).await;
    let visit = async |name: &str, own: u128, fail: bool| {
        let changes = vec![numbered(&key(own), "visit")];
        ledger.commit_with(stamp(name), changes, move |transaction, done| write_visit(transaction, done, fail)).await
    };
    assert_eq!(visit("one", 1, false).await.unwrap().1, Some(1));
    let (again, work) = visit("one", 1, false).await.unwrap();
    assert!(again.replayed && work.is_none(), "the work was done twice");
    let error = visit("two", 2, true).await.unwrap_err();
    assert_eq!(error.code(), WORK_REFUSED);
    assert_eq!(ledger.load(&key(2)).await.unwrap(), None);
    assert_eq!(visit("three", 3, false).await.unwrap().1, Some(2), "the refused one took a number");
    let rows: i64 = client.query_one("SELECT count(*) FROM visit", &[]).await.unwrap().get(0);
    let kept: i32 = client.query_one("SELECT max(number) FROM migration", &[]).await.unwrap().get(0);
    assert_eq!((rows, kept), (2, 41));
}

/// Reads the feed to its end.
async fn read_all(feed: &impl Feed, after: &mut Option<communes_ledger::Cursor>) -> Vec<Record> {
    let mut all = Vec::new();
    loop {
        let page = feed.read(after.as_ref(), 7).await.unwrap();
        *after = page.next;
        if page.items.is_empty() {
            return all;
        }
        all.extend(page.items);
    }
}

async fn slow_committer(url: &str) {
    let ledger = ledger(url).await;
    ledger.commit(stamp("first"), vec![write(&key(1), 0, json!(1))]).await.unwrap();
    let (started, begun) = tokio::sync::oneshot::channel();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    // It has its number and its row, and takes its time.
    let slow = tokio::spawn({
        let ledger = ledger.clone();
        async move {
            ledger
                .commit_with(stamp("slow"), vec![write(&key(2), 0, json!(2))], |_, _| {
                    Box::pin(async move {
                        started.send(()).map_err(|()| "nobody waits")?;
                        wait.await?;
                        Ok(())
                    })
                })
                .await
        }
    });
    begun.await.unwrap();
    let mut cursor = None;
    let mut seen = Vec::new();
    for number in 3..6_u128 {
        ledger.commit(stamp(&number.to_string()), vec![write(&key(number), 0, json!(0))]).await.unwrap();
        seen.extend(read_all(&ledger, &mut cursor).await);
    }
    assert_eq!(seen.len(), 1, "what is read past an open transaction is missed when it commits");
    go.send(()).unwrap();
    slow.await.unwrap().unwrap();
    seen.extend(read_all(&ledger, &mut cursor).await);
    let keys: Vec<_> = seen.iter().map(|record| record.aggregate.clone()).collect();
    assert_eq!(keys, [1, 2, 3, 4, 5].map(key));
}

// A transaction that is numbered early and waits for a second aggregate would write its record after one with a greater number.
async fn crossing(url: &str) {
    let ledger = ledger(url).await;
    let changes = |version| vec![write(&key(1), version, json!("both")), write(&key(2), version, json!("both"))];
    ledger.commit(stamp("make"), changes(0)).await.unwrap();
    let mut writers = Vec::new();
    for writer in 0..8 {
        let ledger = ledger.clone();
        writers.push(tokio::spawn(async move {
            for round in 0..40 {
                let own = [1, 2][writer % 2];
                let mut tries = 0;
                loop {
                    tries += 1;
                    assert!(tries < 5_000, "conflict upon conflict");
                    let [one, two] = [1, 2].map(|number| {
                        let ledger = ledger.clone();
                        async move { ledger.load(&key(number)).await.unwrap().unwrap().head.version.number() }
                    });
                    let name = format!("{writer}/{round}/{tries}");
                    let changes = if writer < 4 {
                        vec![write(&key(1), one.await, json!(name)), write(&key(2), two.await, json!(name))]
                    } else {
                        let version = if own == 1 { one.await } else { two.await };
                        vec![write(&key(own), version, json!(name))]
                    };
                    match ledger.commit(stamp(&name), changes).await {
                        Ok(_) => break,
                        Err(error) => assert_eq!(error.code(), code::VERSION_CONFLICT),
                    }
                }
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let all = read_all(&ledger, &mut None).await;
    for number in [1, 2] {
        let own: Vec<_> = all.iter().filter(|record| record.aggregate == key(number)).cloned().collect();
        assert_eq!(own, ledger.history(&key(number), 0, 10_000).await.unwrap());
        assert_eq!(own.len(), 1 + 4 * 40 + 2 * 40);
    }
}

async fn restored(url: &str) {
    let before = ledger(url).await;
    for number in 1..4_u128 {
        before.commit(stamp(&number.to_string()), vec![write(&key(number), 0, json!(0))]).await.unwrap();
    }
    before.database().close().await;
    // As in a cluster that has had fewer transactions than the one of the dump.
    connect(url)
        .await
        .batch_execute("UPDATE communes_ledger.record SET transaction = transaction + 1000000000")
        .await
        .unwrap();
    let after = ledger(url).await;
    let mut cursor = None;
    assert_eq!(read_all(&after, &mut cursor).await.len(), 3, "the records of the dump are hidden");
    after.commit(stamp("4"), vec![write(&key(4), 0, json!(0))]).await.unwrap();
    assert_eq!(read_all(&after, &mut cursor).await.len(), 1, "what came after the dump is missed");
    // Opened again, it is the same epoch.
    let again = ledger(url).await;
    again.commit(stamp("5"), vec![write(&key(5), 0, json!(0))]).await.unwrap();
    assert_eq!(read_all(&again, &mut cursor).await.len(), 1);
    assert_eq!(read_all(&again, &mut None).await.len(), 5);
}

async fn dropped(url: &str) {
    let ledger = ledger(url).await;
    for own in 1..=60_u128 {
        let change = if own % 2 == 0 { numbered(&key(own), "order") } else { write(&key(own), 0, json!(0)) };
        let commit = ledger.commit(stamp(&own.to_string()), vec![change]);
        // From "not sent" to "on its way".
        drop(tokio::time::timeout(std::time::Duration::from_micros(50 * own as u64), commit).await);
    }
    // The connections are sound, and everything is there or not.
    let mut numbers = Vec::new();
    for own in 1..=60_u128 {
        let change = if own % 2 == 0 { numbered(&key(own), "order") } else { write(&key(own), 0, json!(0)) };
        let done = ledger.commit(stamp(&own.to_string()), vec![change]).await.unwrap();
        numbers.extend(done.number(&SeriesKey::new("order").unwrap()));
        assert_eq!(ledger.history(&key(own), 0, 9).await.unwrap().len(), 1);
    }
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=30));
}

async fn panicking(url: &str) {
    let ledger = ledger(url).await;
    for series in [None, Some(SeriesKey::new("order").unwrap())] {
        let change =
            communes_ledger::Change::drawing([(key(1), communes_ledger::Expected::New)], series.clone(), |_| {
                panic!("a fault in the application")
            });
        let error = ledger.commit(stamp("panics"), vec![change]).await.unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (PANICKED, false));
    }
    let done = ledger.commit(stamp("next"), vec![numbered(&key(1), "order")]).await.unwrap();
    assert_eq!(done.number(&SeriesKey::new("order").unwrap()), Some(1));
}

async fn closing(url: &str) {
    let ledger = ledger(url).await;
    let commits: Vec<_> = (1..=100_u128)
        .map(|own| {
            let ledger = ledger.clone();
            tokio::spawn(
                async move { ledger.commit(stamp(&own.to_string()), vec![numbered(&key(own), "order")]).await },
            )
        })
        .collect();
    tokio::task::yield_now().await;
    ledger.database().close().await;
    let mut done = 0;
    for commit in commits {
        match commit.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert_eq!((error.code(), error.is_retryable()), (CLOSED, false)),
        }
    }
    assert_eq!(ledger.load(&key(1)).await.unwrap_err().code(), CLOSED);
    let ledger = open(url).await.tenant(&tenant("62063"));
    let next = ledger.commit(stamp("next"), vec![numbered(&key(101), "order")]).await.unwrap();
    assert_eq!(next.number(&SeriesKey::new("order").unwrap()), Some(done + 1));
    // Who skipped what, when and why stays in the store.
    let claimed = ledger.claim(&claim("w", 0, 1)).await.unwrap();
    let effect = &claimed[0].effect.key;
    let why = "no such\0address";
    ledger.fail(effect, claimed[0].fence, communes_ledger::Failure::Dead, why).await.unwrap();
    let by: Actor = stamp("").actor;
    ledger.skip(effect, &by, at_minute(3), "told by telephone").await.unwrap();
    let row = connect(url)
        .await
        .query_one("SELECT skipped_by, skip_reason, reason FROM communes_ledger.effect WHERE state = 'skipped'", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>(0), r#"{"id":"clerk-1","kind":"staff"}"#);
    assert_eq!((row.get::<_, &str>(1), row.get::<_, &str>(2)), ("told by telephone", "no such\u{fffd}address"));
}

fn write_visit<'a>(
    transaction: &'a tokio_postgres::Transaction<'_>,
    done: &'a communes_ledger::Committed,
    fail: bool,
) -> communes_postgres::Work<'a, i64> {
    Box::pin(async move {
        let number = i64::try_from(done.number(&SeriesKey::new("visit")?).ok_or("no number")?)?;
        transaction.execute("INSERT INTO visit (number) VALUES ($1)", &[&number]).await?;
        if fail { Err("the application thinks better of it".into()) } else { Ok(number) }
    })
}
