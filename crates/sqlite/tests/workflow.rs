//! The kit of the workflows' reads, on a file.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::sync::Arc;

use communes_ledger::TenantId;
use communes_sqlite::{Database, Options, SqliteLedger};
use communes_workflow::testkit::{Harness, Pair};
use tempfile::TempDir;

/// Each database in a file of its own, in a folder that goes with the harness.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Database {
        Database::open(self.0.path().join("commune.db"), &Options::default()).unwrap()
    }
}

fn pair(ledger: SqliteLedger) -> Pair {
    Pair { ledger: Arc::new(ledger.clone()), store: Arc::new(ledger) }
}

impl Harness for Files {
    async fn fresh(&self) -> Pair {
        pair(self.open().tenant(&TenantId::new("62063").unwrap()))
    }

    async fn tenants(&self) -> Option<[Pair; 2]> {
        let database = self.open();
        Some(["62063", "21004"].map(|name| pair(database.tenant(&TenantId::new(name).unwrap()))))
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }
}

mod kit {
    communes_workflow::workflow_store_kit!(super::Files::new());
}
