//! The store in memory keeps the contract, and the kit finds out every liar.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use communes_ledger::{MemoryDatabase, MemoryLedger, TenantId};
use communes_workflow::{
    MemoryWorkflows, WorkflowStore,
    testkit::{self, Harness, Lie, LyingStore, Pair},
};

fn honest(ledger: &MemoryLedger) -> MemoryWorkflows {
    MemoryWorkflows::new(ledger.clone())
}

/// The store in memory, or what a lie makes of it.
#[derive(Debug)]
struct Memory(Option<Lie>);

impl Memory {
    fn pair(&self, ledger: MemoryLedger) -> Pair {
        let store: Arc<dyn WorkflowStore> = match self.0 {
            None => Arc::new(honest(&ledger)),
            Some(lie) => LyingStore::new(honest(&ledger), lie),
        };
        Pair { ledger: Arc::new(ledger), store }
    }
}

impl Harness for Memory {
    async fn fresh(&self) -> Pair {
        self.pair(MemoryLedger::new())
    }

    async fn tenants(&self) -> Option<[Pair; 2]> {
        let database = MemoryDatabase::new();
        Some(["62063", "21004"].map(|name| self.pair(database.tenant(&TenantId::new(name).unwrap()))))
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }
}

mod memory {
    communes_workflow::workflow_store_kit!(super::Memory(None));
}

#[test]
fn every_lie_is_found_out() {
    for lie in Lie::ALL {
        let found = testkit::cases()
            .iter()
            .filter(|case| catch_unwind(AssertUnwindSafe(|| testkit::run(**case, &Memory(Some(lie))))).is_err())
            .count();
        assert!(found > 0, "{lie:?} passes the kit");
    }
}
