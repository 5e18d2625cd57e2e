use std::fmt;

use crate::{Feed, Ledger, Outbox, Timers, testkit::Harness};

/// One case of a kit.
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Case").field(&self.name).finish()
    }
}

/// Runs the case of this name; for the macros.
pub fn run<H: Harness>(harness: &H, cases: &[Case<H>], name: &str) {
    let case = cases.iter().find(|case| case.name == name).expect("the macro takes its names from the table");
    case.run(harness);
}

/// The names of the cases, written once: `$then` is given the arguments and the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __communes_ledger_cases {
    (ledger, [$($then:tt)*] $($args:tt)*) => {
        $($then)*! { $($args)*;
            (ledger_cases, round_trip) (ledger_cases, what_was_never_written_is_none) (ledger_cases, versions_count_up)
            (ledger_cases, a_stale_decision_writes_nothing) (ledger_cases, what_was_only_read_must_hold)
            (ledger_cases, all_changes_or_none) (ledger_cases, a_repeated_command_has_its_first_outcome)
            (ledger_cases, a_command_id_names_one_command) (ledger_cases, a_refused_command_may_come_again)
            (ledger_cases, numbers_have_no_gaps_after_failures) (ledger_cases, rows_are_made_from_what_was_drawn)
            (ledger_cases, a_malformed_change_is_refused_whole) (ledger_cases, the_history_is_in_order_and_tied)
            (ledger_cases, tenants_never_meet) (ledger_cases, what_was_committed_outlives_the_process)
            (race_cases, of_many_on_one_version_one_wins) (race_cases, of_many_on_one_series_each_has_its_number)
            (race_cases, of_many_with_one_command_id_one_writes) (race_cases, crossing_changes_do_not_lock_each_other_out)
        }
    };
    (outbox, [$($then:tt)*] $($args:tt)*) => {
        $($then)*! { $($args)*;
            (outbox_cases, effects_leave_as_they_were_written) (outbox_cases, effects_of_one_aggregate_leave_in_order)
            (outbox_cases, aggregates_do_not_hold_up_each_other) (outbox_cases, a_claim_lasts_until_its_time)
            (outbox_cases, a_claim_that_passed_on_ends_nothing) (outbox_cases, a_retry_waits_and_holds_up)
            (outbox_cases, nothing_leaves_before_its_time) (outbox_cases, a_dead_letter_blocks_until_it_is_skipped)
            (outbox_cases, a_worker_that_stops_gives_back) (outbox_cases, an_effect_key_is_used_once)
            (outbox_cases, the_outbox_outlives_the_process) (outbox_cases, tenants_have_their_own_outbox)
            (race_cases, many_claimers_keep_the_order)
        }
    };
    (timers, [$($then:tt)*] $($args:tt)*) => {
        $($then)*! { $($args)*;
            (timers_cases, a_timer_is_due_at_its_time) (timers_cases, the_earliest_comes_first)
            (timers_cases, setting_again_replaces) (timers_cases, a_cancelled_timer_is_gone)
            (timers_cases, a_timer_fires_once) (timers_cases, a_claim_on_a_timer_lasts_until_its_time)
            (timers_cases, timers_outlive_the_process) (timers_cases, tenants_have_their_own_timers)
            (race_cases, of_many_who_fire_a_timer_one_does)
        }
    };
    (feed, [$($then:tt)*] $($args:tt)*) => {
        $($then)*! { $($args)*;
            (feed_cases, every_record_once_in_order) (feed_cases, an_empty_page_keeps_its_place)
            (feed_cases, a_foreign_cursor_is_refused) (feed_cases, tenants_have_their_own_feed)
            (race_cases, a_reader_misses_nothing_of_many_writers)
        }
    };
}

macro_rules! table {
    ($harness:ident; $(($module:ident, $case:ident))*) => {
        vec![$(Case { name: stringify!($case), run: |harness: &$harness| harness.block_on(super::$module::$case(harness)) }),*]
    };
}

/// The cases of [`Ledger`].
#[must_use]
pub fn ledger<H: Harness<Store: Ledger>>() -> Vec<Case<H>> {
    crate::__communes_ledger_cases!(ledger, [table] H)
}

/// The cases of [`Outbox`].
#[must_use]
pub fn outbox<H: Harness<Store: Ledger + Outbox>>() -> Vec<Case<H>> {
    crate::__communes_ledger_cases!(outbox, [table] H)
}

/// The cases of [`Timers`].
#[must_use]
pub fn timers<H: Harness<Store: Ledger + Timers>>() -> Vec<Case<H>> {
    crate::__communes_ledger_cases!(timers, [table] H)
}

/// The cases of [`Feed`].
#[must_use]
pub fn feed<H: Harness<Store: Ledger + Feed>>() -> Vec<Case<H>> {
    crate::__communes_ledger_cases!(feed, [table] H)
}

#[doc(hidden)]
#[macro_export]
macro_rules! __communes_ledger_tests {
    ($kit:ident, $harness:expr; $(($module:ident, $case:ident))*) => {
        $(
            #[test]
            fn $case() {
                $crate::testkit::run(&$harness, &$crate::testkit::$kit(), stringify!($case));
            }
        )*
    };
}

/// One test a rule of [`Ledger`](crate::Ledger), on the harness that the expression gives.
#[macro_export]
macro_rules! ledger_kit {
    ($harness:expr) => {
        $crate::__communes_ledger_cases!(ledger, [$crate::__communes_ledger_tests] ledger, $harness);
    };
}

/// One test a rule of [`Outbox`](crate::Outbox), on the harness that the expression gives.
#[macro_export]
macro_rules! outbox_kit {
    ($harness:expr) => {
        $crate::__communes_ledger_cases!(outbox, [$crate::__communes_ledger_tests] outbox, $harness);
    };
}

/// One test a rule of [`Timers`](crate::Timers), on the harness that the expression gives.
#[macro_export]
macro_rules! timers_kit {
    ($harness:expr) => {
        $crate::__communes_ledger_cases!(timers, [$crate::__communes_ledger_tests] timers, $harness);
    };
}

/// One test a rule of [`Feed`](crate::Feed), on the harness that the expression gives.
#[macro_export]
macro_rules! feed_kit {
    ($harness:expr) => {
        $crate::__communes_ledger_cases!(feed, [$crate::__communes_ledger_tests] feed, $harness);
    };
}
