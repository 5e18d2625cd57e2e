//! Durable commands a second, of raw driver code and of the ledger, with the same rows, in one run.
//!
//! `cargo bench -p communes-postgres --bench ledger`; `COMMUNES_BENCH_COMMANDS` says how many commands each line takes (20000). It starts
//! a server of its own, with fsync.

#![allow(clippy::unwrap_used, reason = "a panic ends the bench")]

use std::sync::Arc;

use communes_ledger::{Ledger, TenantId};
use communes_postgres::{Database, Options, PostgresLedger};
use communes_suite::{
    Postgres,
    durable::{Measured, Report, Step, Task},
};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, Statement};

fn main() {
    let commands = std::env::var("COMMUNES_BENCH_COMMANDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let runtime = Runtime::new().unwrap();
    let run = |tasks: Vec<Task>| {
        runtime.block_on(async {
            let tasks: Vec<_> = tasks.into_iter().map(|task| runtime.spawn(task)).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    };
    let server = Postgres::start().unwrap();
    let mut report = Report::new("PostgreSQL, fsync: aggregate, record, effect, series and command a command");

    let raw_eight = {
        let url = fresh(&runtime, &server);
        let callers = runtime.block_on(Raw::connect_all(&url, 8));
        Measured::run(8, commands, &run, |caller, call| {
            let raw = Arc::clone(&callers[caller as usize]);
            async move { raw.command(caller, call, &format!("series/{caller}")).await }
        })
    };
    report.line("raw pipelined, 8 connections, 8 series", raw_eight);
    let raw_one = {
        let url = fresh(&runtime, &server);
        let callers = runtime.block_on(Raw::connect_all(&url, 1));
        Measured::run(1, commands / 4, &run, |caller, call| {
            let raw = Arc::clone(&callers[0]);
            async move { raw.command(caller, call, "series").await }
        })
    };
    report.line("raw pipelined, one connection", raw_one);

    for (callers, one_series) in [(8, false), (64, true)] {
        let url = fresh(&runtime, &server);
        let ledger = runtime.block_on(open(&url));
        let measured = Measured::run(callers, commands, &run, |caller, call| {
            let ledger = ledger.clone();
            async move {
                let series = if one_series { "series".to_owned() } else { format!("series/{caller}") };
                let (stamp, change) = Step::of(caller, call).command_with_number(&series);
                ledger.commit(stamp, vec![change]).await.unwrap();
            }
        });
        if one_series {
            report.compare("ledger, 64 callers on one series, beside one connection", measured, raw_one, 2.0);
        } else {
            report.compare("ledger, 8 callers on 8 series, beside 8 connections", measured, raw_eight, 0.5);
        }
    }
    let url = fresh(&runtime, &server);
    let ledger = runtime.block_on(open(&url));
    let unnumbered = Measured::run(8, commands, &run, |caller, call| {
        let ledger = ledger.clone();
        async move {
            let (stamp, change) = Step::of(caller, call).command();
            ledger.commit(stamp, vec![change]).await.unwrap();
        }
    });
    report.line("ledger, 8 callers, no number drawn", unnumbered);
    assert!(report.is_reached(), "a goal was missed");
}

async fn open(url: &str) -> PostgresLedger {
    let database = Database::open(url, &Options::default()).await.unwrap();
    database.tenant(&TenantId::new("62063").unwrap())
}

/// The URL of a database with the ledger's tables.
fn fresh(runtime: &Runtime, server: &Postgres) -> String {
    let url = server.fresh().unwrap();
    runtime.block_on(async { open(&url).await.database().close().await });
    url
}

/// What somebody writes by hand: the same rows, one transaction a command, prepared statements, all sent at once.
struct Raw {
    client: Client,
    insert: Statement,
    update: Statement,
    record: Statement,
    effect: Statement,
    series: Statement,
    command: Statement,
}

impl Raw {
    async fn connect_all(url: &str, count: usize) -> Vec<Arc<Self>> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(Arc::new(Self::connect(url).await));
        }
        all
    }

    async fn connect(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let prepare = async |sql: &str| client.prepare(sql).await.unwrap();
        let insert = prepare(
            "INSERT INTO communes_ledger.aggregate (tenant, kind, id, version, records, hash, state)
             SELECT '62063', 'suite/thing', $1, $3, $3, $4, $5 WHERE $2 = 0::bigint",
        )
        .await;
        let update = prepare(
            "UPDATE communes_ledger.aggregate SET version = $3, records = $3, hash = $4, state = $5
             WHERE tenant = '62063' AND kind = 'suite/thing' AND id = $1 AND version = $2",
        )
        .await;
        let record = prepare(
            "INSERT INTO communes_ledger.record (epoch, transaction, tenant, kind, aggregate_id, name, number, payload,
                 at, actor, command, hash)
             VALUES (1, pg_current_xact_id()::text::bigint, '62063', 'suite/thing', $1, 'written', $2, $3,
                 '2026-01-01', 'clerk-1', $4, $5)",
        )
        .await;
        let effect = prepare(
            "INSERT INTO communes_ledger.effect (tenant, aggregate_kind, aggregate_id, kind, key, payload)
             VALUES ('62063', 'suite/thing', $1, 'mail', $2, '{}')",
        )
        .await;
        let series = prepare(
            "INSERT INTO communes_ledger.series (tenant, series, last) VALUES ('62063', $1, 1)
             ON CONFLICT (tenant, series) DO UPDATE SET last = communes_ledger.series.last + 1 RETURNING last",
        )
        .await;
        let command = prepare(
            "INSERT INTO communes_ledger.command (tenant, id, fingerprint, outcome) VALUES ('62063', $1, $2, $3)",
        )
        .await;
        Self { client, insert, update, record, effect, series, command }
    }

    async fn command(&self, caller: u64, call: u64, series: &str) {
        let step = Step::of(caller, call);
        let (dossier, id, effect) = (step.dossier.id(), step.command.as_uuid(), step.effect);
        let (before, after) = (step.before as i64, step.before as i64 + 1);
        let (state, hash) = ("x".repeat(300), vec![7_u8; 32]);
        let row = if before == 0 { &self.insert } else { &self.update };
        let client = &self.client;
        let (begun, changed, record, effect, drawn, command, committed) = tokio::join!(
            biased;
            client.batch_execute("BEGIN"),
            async { client.execute(row, &[&dossier, &before, &after, &hash, &state]).await },
            async { client.execute(&self.record, &[&dossier, &after, &state, &id, &hash]).await },
            async { client.execute(&self.effect, &[&dossier, &effect]).await },
            async { client.query_one(&self.series, &[&series]).await },
            async { client.execute(&self.command, &[&id, &hash, &state]).await },
            client.batch_execute("COMMIT"),
        );
        begun.unwrap();
        assert_eq!(changed.unwrap(), 1);
        record.unwrap();
        effect.unwrap();
        drawn.unwrap();
        command.unwrap();
        committed.unwrap();
    }
}
