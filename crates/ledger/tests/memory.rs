//! The ledger in memory keeps the contract, and the kits find out every liar.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use communes_ledger::{
    Feed, Ledger, MemoryDatabase, MemoryLedger, Outbox, TenantId, Timers,
    testkit::{self, Capabilities, Case, Harness, Lie, LyingLedger, Task, on_threads},
};

struct Memory;

impl Harness for Memory {
    type Store = MemoryLedger;

    fn capabilities(&self) -> Capabilities {
        // A clone goes on where the one before it was.
        Capabilities::new().with_tenants().with_durability()
    }

    async fn fresh(&self) -> MemoryLedger {
        MemoryLedger::new()
    }

    async fn tenants(&self) -> [MemoryLedger; 2] {
        let database = MemoryDatabase::new();
        ["62063", "21004"].map(|commune| database.tenant(&TenantId::new(commune).unwrap()))
    }

    async fn reopen(&self, store: MemoryLedger) -> MemoryLedger {
        store
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }

    async fn parallel(&self, tasks: Vec<Task>) {
        on_threads(tasks, pollster::block_on);
    }
}

mod ledger {
    communes_ledger::ledger_kit!(super::Memory);
}

mod outbox {
    communes_ledger::outbox_kit!(super::Memory);
}

mod timers {
    communes_ledger::timers_kit!(super::Memory);
}

mod feed {
    communes_ledger::feed_kit!(super::Memory);
}

#[derive(Debug, Clone, Copy)]
struct Liar(Lie);

impl Harness for Liar {
    type Store = LyingLedger;

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().with_tenants().with_durability()
    }

    async fn fresh(&self) -> LyingLedger {
        LyingLedger::new(self.0)
    }

    async fn tenants(&self) -> [LyingLedger; 2] {
        let one = LyingLedger::new(self.0);
        let two = if self.0 == Lie::MixesTenants { one.clone() } else { LyingLedger::new(self.0) };
        [one, two]
    }

    async fn reopen(&self, store: LyingLedger) -> LyingLedger {
        if self.0 == Lie::ForgetsOnReopening { LyingLedger::new(self.0) } else { store }
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }

    async fn parallel(&self, tasks: Vec<Task>) {
        on_threads(tasks, pollster::block_on);
    }
}

/// The names of the cases that a liar fails.
fn failures(liar: Liar, cases: &[Case<Liar>]) -> Vec<&'static str> {
    let fails = |case: &&Case<Liar>| std::panic::catch_unwind(|| case.run(&liar)).is_err();
    // One is enough, and what comes after it may wait for ever for a liar.
    cases.iter().find(fails).map(Case::name).into_iter().collect()
}

fn each_is_found_out(lies: &[Lie], cases: fn() -> Vec<Case<Liar>>) {
    for lie in lies {
        assert_ne!(failures(Liar(*lie), &cases()), Vec::<&str>::new(), "{lie:?} passed");
    }
}

#[test]
fn every_lie_about_the_ledger_is_found_out() {
    each_is_found_out(Lie::LEDGER, testkit::ledger);
}

#[test]
fn every_lie_about_the_outbox_is_found_out() {
    each_is_found_out(Lie::OUTBOX, testkit::outbox);
}

#[test]
fn every_lie_about_timers_is_found_out() {
    each_is_found_out(Lie::TIMERS, testkit::timers);
}

#[test]
fn every_lie_about_the_feed_is_found_out() {
    each_is_found_out(Lie::FEED, testkit::feed);
}

#[test]
fn the_traits_are_boxed_and_forwarded() {
    fn all<T: Ledger + Outbox + Timers + Feed>(_: &T) {}
    let store = MemoryLedger::new();
    all(&store);
    all(&&store);
    all(&Box::new(store.clone()));
    all(&std::sync::Arc::new(store.clone()));
    let boxed: std::sync::Arc<dyn Ledger> = std::sync::Arc::new(store);
    assert!(pollster::block_on(boxed.history(&key(), 0, 1)).unwrap().is_empty());
}

fn key() -> communes_ledger::AggregateKey {
    communes_ledger::AggregateKey::new(communes_ledger::AggregateKind::from_static("a/b"), uuid::Uuid::from_u128(1))
}
