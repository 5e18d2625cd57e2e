//! Durable commands a second, of raw driver code and of the ledger, with the same rows, in one run.
//!
//! `cargo bench -p communes-sqlite --bench ledger`; `COMMUNES_BENCH_COMMANDS` says how many commands each line takes (20000).

#![allow(clippy::unwrap_used, reason = "a panic ends the bench")]

use communes_ledger::{Ledger, TenantId, testkit::on_threads};
use communes_sqlite::{Database, Options, SqliteLedger};
use communes_suite::durable::{Measured, Report, Task, changed, key, named};
use pollster::block_on;
use rusqlite::{Connection, params};

fn main() {
    let commands = std::env::var("COMMUNES_BENCH_COMMANDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().unwrap();
    let mut report = Report::new("SQLite, WAL, synchronous=FULL: aggregate, record, effect and command a command");
    let path = folder.path().join("raw.db");
    prepare(&open(&path), 1);
    let raw = raw(&path, commands);
    report.line("raw rusqlite, one caller", raw);
    for (callers, goal) in [(1, 0.6), (8, 1.8), (64, 3.5)] {
        let ledger = open(&folder.path().join(format!("{callers}.db")));
        prepare(&ledger, callers);
        let measured = Measured::run(callers, commands, &run, |caller, call| {
            let ledger = ledger.clone();
            async move {
                let (stamp, change) = changed(caller, call);
                ledger.commit(stamp, vec![change]).await.unwrap();
            }
        });
        report.compare(&format!("ledger, {callers} callers"), measured, raw, goal);
    }
    assert!(report.is_reached(), "a goal was missed");
}

fn open(path: &std::path::Path) -> SqliteLedger {
    Database::open(path, &Options::default()).unwrap().tenant(&TenantId::new("62063").unwrap())
}

fn run(tasks: Vec<Task>) {
    on_threads(tasks, block_on);
}

/// Makes one aggregate a caller.
fn prepare(ledger: &SqliteLedger, callers: u64) {
    for caller in 0..callers {
        let (stamp, change) = named(caller);
        block_on(ledger.commit(stamp, vec![change])).unwrap();
    }
}

/// What somebody writes by hand: the same rows, one transaction a command, prepared statements.
fn raw(path: &std::path::Path, commands: u64) -> Measured {
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "synchronous", "full").unwrap();
    let state = "x".repeat(300);
    Measured::timed(commands, || {
        for call in 0..commands {
            let own = key(0).id();
            let command = u128::from(call).to_be_bytes();
            let transaction = connection.transaction().unwrap();
            let changed = transaction
                .prepare_cached(
                    "UPDATE communes_ledger_aggregate SET version = ?4, records = ?4, hash = ?5, state = ?6
                     WHERE tenant = ?1 AND kind = 'suite/thing' AND id = ?2 AND version = ?3",
                )
                .unwrap()
                .execute(params!["62063", own.as_bytes(), call as i64 + 1, call as i64 + 2, [7_u8; 32], state])
                .unwrap();
            assert_eq!(changed, 1);
            transaction
                .prepare_cached(
                    "INSERT INTO communes_ledger_record
                     (tenant, kind, aggregate_id, number, name, payload, at, actor, command, hash)
                     VALUES (?1, 'suite/thing', ?2, ?3, 'written', ?4, 0, 'clerk-1', ?5, ?6)",
                )
                .unwrap()
                .execute(params!["62063", own.as_bytes(), call as i64 + 2, state, command, [7_u8; 32]])
                .unwrap();
            transaction
                .prepare_cached(
                    "INSERT INTO communes_ledger_effect
                     (tenant, key, kind, aggregate_kind, aggregate_id, payload, state)
                     VALUES (?1, ?2, 'mail', 'suite/thing', ?3, ?4, 'waiting')",
                )
                .unwrap()
                .execute(params!["62063", format!("mail/{call}"), own.as_bytes(), "{}"])
                .unwrap();
            transaction
                .prepare_cached(
                    "INSERT INTO communes_ledger_command (tenant, id, fingerprint, outcome) VALUES (?1, ?2, ?3, ?4)",
                )
                .unwrap()
                .execute(params!["62063", command, [7_u8; 32], state])
                .unwrap();
            transaction.commit().unwrap();
        }
    })
}
