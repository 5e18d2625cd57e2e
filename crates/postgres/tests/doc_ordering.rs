//! The kit of the orders' reads, on a server.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{
    process::ExitCode,
    sync::{Arc, LazyLock},
};

use communes_doc_ordering::testkit::{Harness, Pair, order_store, run};
use communes_ledger::TenantId;
use communes_postgres::{Database, Options, PostgresLedger};
use communes_suite::{Need, Postgres, Suite};
use tokio::runtime::Runtime;

/// One server for all cases, a database of its own for each.
struct Server {
    server: Arc<LazyLock<Postgres>>,
    runtime: Runtime,
}

impl Server {
    async fn open(&self) -> Database {
        Database::open(&self.server.fresh().unwrap(), &Options::default()).await.unwrap()
    }
}

fn pair(ledger: PostgresLedger) -> Pair {
    Pair { ledger: Arc::new(ledger.clone()), store: Arc::new(ledger) }
}

impl Harness for Server {
    async fn fresh(&self) -> Pair {
        pair(self.open().await.tenant(&TenantId::new("62063").unwrap()))
    }

    async fn tenants(&self) -> Option<[Pair; 2]> {
        let database = self.open().await;
        Some(["62063", "21004"].map(|name| pair(database.tenant(&TenantId::new(name).unwrap()))))
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        self.runtime.block_on(task);
    }
}

fn main() -> ExitCode {
    let server: Arc<LazyLock<Postgres>> = Arc::new(LazyLock::new(|| Postgres::start().unwrap()));
    let mut suite = Suite::new();
    for case in order_store() {
        let server = Arc::clone(&server);
        suite.test(Need::Postgres, case.name(), move || {
            run(*case, &Server { server, runtime: Runtime::new().unwrap() });
            Ok(())
        });
    }
    suite.run()
}
