//! The kit on the register in memory, and on registers that lie.

use std::panic::{AssertUnwindSafe, catch_unwind};

use communes_business_directory::{
    MemoryRegister,
    testkit::{Harness, Lie, LyingRegister, run},
};

struct InMemory;

impl Harness for InMemory {
    type Store = MemoryRegister;

    async fn fresh(&self) -> MemoryRegister {
        MemoryRegister::new()
    }

    async fn reopen(&self, _: MemoryRegister) -> Option<MemoryRegister> {
        None
    }

    fn block_on(&self, case: impl Future<Output = ()>) {
        pollster::block_on(case);
    }
}

mod conformance {
    communes_business_directory::register_kit!(super::InMemory);
}

struct Lying(Lie);

impl Harness for Lying {
    type Store = LyingRegister;

    async fn fresh(&self) -> LyingRegister {
        LyingRegister::new(self.0)
    }

    async fn reopen(&self, store: LyingRegister) -> Option<LyingRegister> {
        Some(store.reopen())
    }

    fn block_on(&self, case: impl Future<Output = ()>) {
        pollster::block_on(case);
    }
}

#[test]
fn every_lie_is_caught_by_its_case() {
    for (lie, case) in Lie::ALL {
        let caught = catch_unwind(AssertUnwindSafe(|| run(&Lying(lie), case))).is_err();
        assert!(caught, "{lie:?} passes {case}");
    }
}
