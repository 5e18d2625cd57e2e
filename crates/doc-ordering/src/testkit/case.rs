use super::{BlobHarness, Harness, blob_cases, store_cases};

/// Makes the enum of the cases, their table, their runner, and the macro that expands one test a case.
macro_rules! table {
    (
        $case:ident, $table:ident, $run:ident, $harness:ident, $cases:ident, $kit:ident, $dollar:tt,
        $($(#[$meta:meta])* $variant:ident = $name:ident;)*
    ) => {
        /// A case of the kit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $case {
            $($(#[$meta])* $variant,)*
        }

        impl $case {
            /// Its name, as a test's.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($name),)*
                }
            }
        }

        /// All cases.
        #[must_use]
        pub fn $table() -> &'static [$case] {
            &[$($case::$variant,)*]
        }

        /// Runs a case; it panics where the store is wrong.
        pub fn $run(case: $case, harness: &impl $harness) {
            match case {
                $($case::$variant => harness.block_on($cases::$name(harness)),)*
            }
        }

        /// Expands one test a case of a kit, for a harness that is a constant; see [`testkit`](crate::testkit).
        #[macro_export]
        macro_rules! $kit {
            ($dollar harness:expr) => {
                $(
                    #[test]
                    fn $name() {
                        $crate::testkit::$run($crate::testkit::$case::$variant, &$dollar harness);
                    }
                )*
            };
        }
    };
}

table! {
    Case, order_store, run, Harness, store_cases, order_store_kit, $,
    /// An order is read as it was committed, by its id and its number; one that is not there is none.
    Read = an_order_is_read_as_it_was_committed;
    /// What a command changed is seen by the next read.
    Changed = a_command_is_seen_by_the_next_read;
    /// What was not committed is not seen, and takes no number.
    Conflict = a_commit_that_failed_is_not_seen;
    /// References find the orders that have them, and no other.
    References = references_find_their_orders;
    /// A citizen sees his own orders, the latest first.
    Citizen = a_citizen_sees_his_own_orders_the_latest_first;
    /// A worklist shows open orders, the earliest due first, then by id.
    Worklist = a_worklist_shows_open_orders_the_earliest_due_first;
    /// Stages choose.
    Stages = stages_choose;
    /// The day asked for is included; what was answered is not due.
    DueBy = what_is_due_on_the_day_is_included;
    /// Orders of which money is to go back are found in whatever stage.
    RefundDue = money_to_go_back_is_found_in_whatever_stage;
    /// Pages join without gap or repetition, and hold no more than allowed.
    Pages = pages_join_without_gap_or_repetition;
    /// A cursor of something else is refused.
    Cursor = a_cursor_of_something_else_is_refused;
    /// Movements that are no order's are listed, the earliest booked first; the others are not.
    Unmatched = movements_that_are_no_orders_are_listed;
    /// The code of an issued document finds its order; no other does.
    Code = a_code_finds_its_order;
    /// Two tenants never meet.
    Tenants = two_tenants_never_meet;
}

table! {
    BlobCase, blob_store, run_blob, BlobHarness, blob_cases, blob_store_kit, $,
    /// A file comes back as it was put; one that was never put is none.
    Read = a_file_comes_back_as_it_was_put;
    /// Its id is its SHA-256.
    Digest = its_id_is_its_sha_256;
    /// The empty file is a file.
    Empty = the_empty_file_is_a_file;
    /// Putting the same again changes nothing.
    Again = putting_the_same_again_changes_nothing;
    /// Files don't mix.
    Apart = files_do_not_mix;
    /// What was put is there after reopening.
    Durable = what_was_put_is_there_after_reopening;
}
