//! The conformance kits: what an implementor of [`Ledger`](crate::Ledger), [`Outbox`](crate::Outbox),
//! [`Timers`](crate::Timers) or [`Feed`](crate::Feed) runs to know that it is right.
//!
//! An implementor describes its store by a [`Harness`] and expands one test a case with [`ledger_kit!`](crate::ledger_kit),
//! [`outbox_kit!`](crate::outbox_kit), [`timers_kit!`](crate::timers_kit) and [`feed_kit!`](crate::feed_kit); a suite with a
//! main of its own takes the tables [`ledger`], [`outbox`], [`timers`] and [`feed`]. New cases arrive with a new version of this
//! crate: they may turn a wrong store red. Each kit is itself tested against stores that lie, one a rule.
//!
//! A case asks for a fresh store and assumes nothing of what lies beside it. It panics where the store is wrong.
//!
//! ```
//! use communes_ledger::{MemoryDatabase, MemoryLedger, TenantId, testkit::{Capabilities, Harness, Task, on_threads}};
//!
//! struct InMemory;
//!
//! impl Harness for InMemory {
//!     type Store = MemoryLedger;
//!
//!     fn capabilities(&self) -> Capabilities {
//!         Capabilities::new().with_tenants()
//!     }
//!
//!     async fn fresh(&self) -> MemoryLedger {
//!         MemoryLedger::new()
//!     }
//!
//!     async fn tenants(&self) -> [MemoryLedger; 2] {
//!         let database = MemoryDatabase::new();
//!         ["one", "two"].map(|name| database.tenant(&TenantId::new(name).expect("a short name")))
//!     }
//!
//!     async fn reopen(&self, store: MemoryLedger) -> MemoryLedger {
//!         store
//!     }
//!
//!     fn block_on(&self, task: impl Future<Output = ()>) {
//!         pollster::block_on(task);
//!     }
//!
//!     async fn parallel(&self, tasks: Vec<Task>) {
//!         on_threads(tasks, |task| pollster::block_on(task));
//!     }
//! }
//!
//! mod conformance {
//!     communes_ledger::ledger_kit!(super::InMemory);
//! }
//! ```
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a kit reports")]

mod case;
mod feed_cases;
mod given;
mod harness;
mod ledger_cases;
mod liars;
mod outbox_cases;
mod race_cases;
mod timers_cases;

pub use self::{
    case::{Case, feed, ledger, outbox, run, timers},
    harness::{Capabilities, Harness, Task, on_threads},
    liars::{Lie, LyingLedger},
};
