//! What every durable ledger goes through: races between processes, series under fire, crashes, a bench.
//!
//! A trial is given the ledger and a way to run tasks at once ([`Run`]); it panics where the ledger is wrong. Those that need a second
//! process say so: the test target starts itself again.
#![allow(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "a panic is how a trial reports"
)]

mod bench;
mod crash;
mod given;
mod race;
mod step;

use std::pin::Pin;

pub use bench::{Measured, Report};
pub use crash::{Crash, Worked};
pub use given::{at_minute, claim, key, numbered, stamp, write};
pub use race::{Contest, draw_with_refusals};
pub use step::Step;

/// A piece of work.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs tasks at once and waits for all; a panic of one is passed on.
pub type Run<'a> = &'a dyn Fn(Vec<Task>);
