//! The conformance kits of [`OrderStore`] and [`BlobStore`]: what an implementor
//! runs to know that he is right.
//!
//! An implementor describes his store by a [`Harness`] (or [`BlobHarness`]) and expands one test a case with
//! [`order_store_kit!`](crate::order_store_kit) or [`blob_store_kit!`](crate::blob_store_kit); a suite with a main of its own takes the
//! tables [`order_store`] and [`blob_store`]. New cases arrive with a new version of this crate: they may turn a wrong store red. Each
//! kit is itself tested against stores that lie, one a rule.
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a kit reports")]

mod blob_cases;
mod case;
mod liars;
pub mod sample;
mod store_cases;

use std::sync::Arc;

use communes_ledger::Ledger;

use crate::{issue::BlobStore, store::OrderStore};

pub use self::{
    case::{BlobCase, Case, blob_store, order_store, run, run_blob},
    liars::{BlobLie, Lie, LyingBlobs, LyingOrders},
};

/// A ledger and the store that reads what it commits.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a harness builds it")]
pub struct Pair {
    /// Where orders are written.
    pub ledger: Arc<dyn Ledger>,
    /// Where they are read.
    pub store: Arc<dyn OrderStore>,
}

/// An implementor's store of orders, and how its futures run.
pub trait Harness: Sync {
    /// An empty ledger and its store.
    fn fresh(&self) -> impl Future<Output = Pair>;

    /// Two tenants of one database, both empty; `None` where the store knows no tenants.
    fn tenants(&self) -> impl Future<Output = Option<[Pair; 2]>>;

    /// Runs a case on the executor that the store needs.
    fn block_on(&self, task: impl Future<Output = ()>);
}

/// An implementor's store of files, and how its futures run.
pub trait BlobHarness: Sync {
    /// An empty store.
    fn fresh(&self) -> impl Future<Output = Arc<dyn BlobStore>>;

    /// The same files through a store opened anew.
    fn reopen(&self, store: Arc<dyn BlobStore>) -> impl Future<Output = Arc<dyn BlobStore>>;

    /// Runs a case on the executor that the store needs.
    fn block_on(&self, task: impl Future<Output = ()>);
}
