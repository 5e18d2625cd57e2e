//! The conformance kit: what an implementor of [`ChallengeStore`] runs to know that it is right.
//!
//! An implementor describes its store by a [`Harness`], the same as for the kits of `communes-ledger`, and expands one test a
//! rule with [`challenge_store_kit!`](crate::challenge_store_kit); a suite with a main of its own takes the table
//! [`challenge_store`]. New rules arrive with a new version of this crate: they may turn a wrong store red. The kit is itself
//! tested against stores that lie, one a rule.
//!
//! A case asks for a fresh store and assumes nothing of what lies beside it. It panics where the store is wrong.
//!
//! ```
//! use std::sync::Arc;
//!
//! use communes_eid_verify::{MemoryChallengeStore, testkit::{Capabilities, Harness, Task, on_threads}};
//!
//! struct InMemory;
//!
//! impl Harness for InMemory {
//!     type Store = Arc<MemoryChallengeStore>;
//!
//!     fn capabilities(&self) -> Capabilities {
//!         Capabilities::new()
//!     }
//!
//!     async fn fresh(&self) -> Self::Store {
//!         Arc::default()
//!     }
//!
//!     async fn tenants(&self) -> [Self::Store; 2] {
//!         [Arc::default(), Arc::default()]
//!     }
//!
//!     async fn reopen(&self, store: Self::Store) -> Self::Store {
//!         store
//!     }
//!
//!     fn block_on(&self, task: impl Future<Output = ()>) {
//!         pollster::block_on(task);
//!     }
//!
//!     async fn parallel(&self, tasks: Vec<Task>) {
//!         on_threads(tasks, pollster::block_on);
//!     }
//! }
//!
//! mod conformance {
//!     communes_eid_verify::challenge_store_kit!(super::InMemory);
//! }
//! ```
#![allow(clippy::missing_panics_doc, clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a kit reports")]

mod cases;
mod liars;

use std::fmt;

pub use communes_ledger::testkit::{Capabilities, Harness, Task, on_threads};

pub use self::liars::{Lie, LyingChallengeStore};
use crate::ChallengeStore;

/// One case of the kit.
pub struct Case<H> {
    name: &'static str,
    run: fn(&H),
}

impl<H: Harness> Case<H> {
    /// The name of the rule that it tests.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Runs it; a panic says what the store does wrong.
    pub fn run(&self, harness: &H) {
        (self.run)(harness);
    }
}

impl<H> fmt::Debug for Case<H> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Case").field(&self.name).finish()
    }
}

/// The names of the cases, written once: `$then` is given the arguments and the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __communes_challenge_store_cases {
    ([$($then:tt)*] $($args:tt)*) => {
        $($then)*! { $($args)*;
            what_was_put_is_taken what_was_never_put_is_none every_byte_is_kept the_moment_is_kept_to_the_millisecond
            a_challenge_is_taken_once a_session_takes_only_its_own the_last_put_counts
            sessions_are_compared_byte_by_byte an_ended_challenge_is_never_another_ones putting_forgets_nobody
            of_many_who_take_one_gets_it of_many_who_put_one_is_kept what_was_put_outlives_the_process
            tenants_have_their_own_challenges
        }
    };
}

macro_rules! table {
    ($harness:ident; $($case:ident)*) => {
        vec![$(Case { name: stringify!($case), run: |harness: &$harness| harness.block_on(cases::$case(harness)) }),*]
    };
}

/// The cases of [`ChallengeStore`].
#[must_use]
pub fn challenge_store<H: Harness<Store: ChallengeStore>>() -> Vec<Case<H>> {
    crate::__communes_challenge_store_cases!([table] H)
}

/// Runs the case of this name; for the macro.
#[doc(hidden)]
pub fn run<H: Harness<Store: ChallengeStore>>(harness: &H, name: &str) {
    let cases = challenge_store::<H>();
    cases.iter().find(|case| case.name == name).expect("the macro takes its names from the table").run(harness);
}

#[doc(hidden)]
#[macro_export]
macro_rules! __communes_challenge_store_tests {
    ($harness:expr; $($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                $crate::testkit::run(&$harness, stringify!($case));
            }
        )*
    };
}

/// One test a rule of [`ChallengeStore`](crate::ChallengeStore), on the harness that the expression gives.
#[macro_export]
macro_rules! challenge_store_kit {
    ($harness:expr) => {
        $crate::__communes_challenge_store_cases!([$crate::__communes_challenge_store_tests] $harness);
    };
}
