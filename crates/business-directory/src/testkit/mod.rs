//! The conformance kit of [`RegisterStore`](crate::RegisterStore): what an implementor runs to know that it is right.
//!
//! An implementor describes its store by a [`Harness`] and expands one test a case with
//! [`register_kit!`](crate::register_kit); a suite with a main of its own takes the table [`cases`]. New cases arrive with a new
//! version of this crate: they may turn a wrong store red. The kit is itself tested against stores that lie, one a rule.
//!
//! ```
//! use communes_business_directory::{MemoryRegister, testkit::Harness};
//!
//! struct InMemory;
//!
//! impl Harness for InMemory {
//!     type Store = MemoryRegister;
//!
//!     async fn fresh(&self) -> MemoryRegister {
//!         MemoryRegister::new()
//!     }
//!
//!     async fn reopen(&self, _: MemoryRegister) -> Option<MemoryRegister> {
//!         None
//!     }
//!
//!     fn block_on(&self, case: impl Future<Output = ()>) {
//!         pollster::block_on(case);
//!     }
//! }
//!
//! mod conformance {
//!     communes_business_directory::register_kit!(super::InMemory);
//! }
//! ```
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a kit reports")]

mod given;
mod harness;
mod import_cases;
mod liars;
mod read_cases;

pub use self::{
    harness::{Case, Harness, cases, run},
    liars::{Lie, LyingRegister},
};
