//! The kits of the ledger, and of the capabilities, on a file.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use communes_ledger::{
    TenantId,
    testkit::{Capabilities, Harness, Task, on_threads},
};
use communes_sqlite::{Database, Options, SqliteLedger};
use tempfile::TempDir;

/// Each store in a file of its own, in a folder that goes with the harness.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn open(&self) -> Database {
        let number = self.0.path().read_dir().unwrap().count();
        Database::open(self.0.path().join(format!("{number}.db")), &Options::default()).unwrap()
    }
}

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

impl Harness for Files {
    type Store = SqliteLedger;

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().with_durability().with_tenants()
    }

    async fn fresh(&self) -> SqliteLedger {
        self.open().tenant(&tenant("62063"))
    }

    async fn tenants(&self) -> [SqliteLedger; 2] {
        let database = self.open();
        ["62063", "21004"].map(|name| database.tenant(&tenant(name)))
    }

    async fn reopen(&self, store: SqliteLedger) -> SqliteLedger {
        let path = store.database().path().to_owned();
        store.database().close();
        Database::open(path, &Options::default()).unwrap().tenant(&tenant("62063"))
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }

    async fn parallel(&self, tasks: Vec<Task>) {
        on_threads(tasks, pollster::block_on);
    }
}

mod ledger {
    communes_ledger::ledger_kit!(super::Files::new());
}

mod outbox {
    communes_ledger::outbox_kit!(super::Files::new());
}

mod timers {
    communes_ledger::timers_kit!(super::Files::new());
}

mod feed {
    communes_ledger::feed_kit!(super::Files::new());
}

mod challenges {
    communes_eid_verify::challenge_store_kit!(super::Files::new());
}
