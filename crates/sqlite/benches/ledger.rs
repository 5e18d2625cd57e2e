//! Durable commands a second, of raw driver code and of the ledger, with the same rows, in one run.
//!
//! `cargo bench -p communes-sqlite --bench ledger`; `COMMUNES_BENCH_COMMANDS` says how many commands each line takes (20000).

#![allow(clippy::unwrap_used, reason = "a panic ends the bench")]

use communes_ledger::{Ledger, TenantId, testkit::on_threads};
use communes_sqlite::{Database, Options, SqliteLedger};
use communes_suite::durable::{Measured, Report, Step, Task};
use pollster::block_on;
use rusqlite::{Connection, params};

fn main() {
    let commands = std::env::var("COMMUNES_BENCH_COMMANDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().unwrap();
    let mut report = Report::new("SQLite, WAL, synchronous=FULL: aggregate, record, effect and command a command");
    let path = folder.path().join("raw.db");
    drop(open(&path));
    let raw = raw(&path, commands);
    report.line("raw rusqlite, one caller", raw);
    for (callers, goal) in [(1, 0.6), (8, 1.8), (64, 3.5)] {
        let ledger = open(&folder.path().join(format!("{callers}.db")));
        let measured = Measured::run(callers, commands, &run, |caller, call| {
            let ledger = ledger.clone();
            async move {
                let (stamp, change) = Step::of(caller, call).command();
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

/// What somebody writes by hand: the same rows, one transaction a command, prepared statements.
fn raw(path: &std::path::Path, commands: u64) -> Measured {
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "synchronous", "full").unwrap();
    let state = "x".repeat(300);
    Measured::timed(commands, || {
        for call in 0..commands {
            let step = Step::of(0, call);
            let (dossier, before, after) = (step.dossier.id(), step.before as i64, step.before as i64 + 1);
            let command = step.command.as_uuid();
            let transaction = connection.transaction().unwrap();
            let sql = if before == 0 {
                "INSERT INTO communes_ledger_aggregate (tenant, kind, id, version, records, hash, state)
                 SELECT ?1, 'suite/thing', ?2, ?4, ?4, ?5, ?6 WHERE ?3 = 0"
            } else {
                "UPDATE communes_ledger_aggregate SET version = ?4, records = ?4, hash = ?5, state = ?6
                 WHERE tenant = ?1 AND kind = 'suite/thing' AND id = ?2 AND version = ?3"
            };
            let changed = transaction
                .prepare_cached(sql)
                .unwrap()
                .execute(params!["62063", dossier.as_bytes(), before, after, [7_u8; 32], state])
                .unwrap();
            assert_eq!(changed, 1);
            transaction
                .prepare_cached(
                    "INSERT INTO communes_ledger_record
                     (tenant, kind, aggregate_id, number, name, payload, at, actor, command, hash)
                     VALUES (?1, 'suite/thing', ?2, ?3, 'written', ?4, 0, 'clerk-1', ?5, ?6)",
                )
                .unwrap()
                .execute(params!["62063", dossier.as_bytes(), after, state, command.as_bytes(), [7_u8; 32]])
                .unwrap();
            transaction
                .prepare_cached(
                    "INSERT INTO communes_ledger_effect
                     (tenant, key, kind, aggregate_kind, aggregate_id, payload, state)
                     VALUES (?1, ?2, 'mail', 'suite/thing', ?3, ?4, 'waiting')",
                )
                .unwrap()
                .execute(params!["62063", step.effect, dossier.as_bytes(), "{}"])
                .unwrap();
            transaction
                .prepare_cached(
                    "INSERT INTO communes_ledger_command (tenant, id, fingerprint, outcome) VALUES (?1, ?2, ?3, ?4)",
                )
                .unwrap()
                .execute(params!["62063", command.as_bytes(), [7_u8; 32], state])
                .unwrap();
            transaction.commit().unwrap();
        }
    })
}
