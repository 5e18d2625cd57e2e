//! The memory store passes the kit, and the kit catches each lie.

use std::{panic, sync::Arc};

use communes_eid_verify::{
    MemoryChallengeStore,
    testkit::{Capabilities, Harness, Lie, LyingChallengeStore, Task, challenge_store, on_threads},
};

struct InMemory;

impl Harness for InMemory {
    type Store = Arc<MemoryChallengeStore>;

    fn capabilities(&self) -> Capabilities {
        Capabilities::new()
    }

    async fn fresh(&self) -> Self::Store {
        Arc::default()
    }

    async fn tenants(&self) -> [Self::Store; 2] {
        [Arc::default(), Arc::default()]
    }

    async fn reopen(&self, store: Self::Store) -> Self::Store {
        store
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }

    async fn parallel(&self, tasks: Vec<Task>) {
        on_threads(tasks, pollster::block_on);
    }
}

mod memory {
    communes_eid_verify::challenge_store_kit!(super::InMemory);
}

struct Liar(Lie);

impl Harness for Liar {
    type Store = LyingChallengeStore;

    fn capabilities(&self) -> Capabilities {
        Capabilities::new().with_durability().with_tenants()
    }

    async fn fresh(&self) -> Self::Store {
        LyingChallengeStore::new(self.0)
    }

    async fn tenants(&self) -> [Self::Store; 2] {
        let one = LyingChallengeStore::new(self.0);
        let two = one.second_tenant();
        [one, two]
    }

    async fn reopen(&self, store: Self::Store) -> Self::Store {
        store.reopened()
    }

    fn block_on(&self, task: impl Future<Output = ()>) {
        pollster::block_on(task);
    }

    async fn parallel(&self, tasks: Vec<Task>) {
        on_threads(tasks, pollster::block_on);
    }
}

#[test]
fn each_lie_is_caught_by_its_case() {
    for (lie, name) in Lie::ALL {
        let cases = challenge_store::<Liar>();
        let case = cases.iter().find(|case| case.name() == name).expect("the case exists");
        let caught = panic::catch_unwind(panic::AssertUnwindSafe(|| case.run(&Liar(lie)))).is_err();
        assert!(caught, "{lie:?} passes {name}");
    }
}

#[test]
fn each_case_catches_a_lie() {
    for case in challenge_store::<Liar>() {
        assert!(Lie::ALL.iter().any(|(_, name)| *name == case.name()), "{} catches nothing", case.name());
    }
}
