//! The conformance kit of [`WorkflowStore`]: what an implementor runs to know that it is right.
//!
//! An implementor describes its store by a [`Harness`] and expands one test a case with
//! [`workflow_store_kit!`](crate::workflow_store_kit); a suite with a main of its own takes the table [`cases`]. New cases arrive
//! with a new version of this crate: they may turn a wrong store red. The kit is itself tested against stores that lie, one a rule.
//!
//! A case asks for a fresh ledger and the store that reads it. It panics where the store is wrong.
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a kit reports")]

mod case;
mod given;
mod liars;
mod store_cases;

use std::sync::Arc;

use communes_ledger::Ledger;

use crate::WorkflowStore;

pub use self::{
    case::{Case, cases, run},
    liars::{Lie, LyingStore},
};

/// A ledger and the store that reads what it commits.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a harness builds it")]
pub struct Pair {
    /// Where instances are written.
    pub ledger: Arc<dyn Ledger>,
    /// Where they are read.
    pub store: Arc<dyn WorkflowStore>,
}

/// An implementor's store, and how its futures run.
pub trait Harness: Sync {
    /// An empty ledger and its store.
    fn fresh(&self) -> impl Future<Output = Pair>;

    /// Two tenants of one database, both empty; `None` where the store knows no tenants.
    fn tenants(&self) -> impl Future<Output = Option<[Pair; 2]>>;

    /// Runs a case on the executor that the store needs.
    fn block_on(&self, task: impl Future<Output = ()>);
}
