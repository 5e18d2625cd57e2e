use super::{Harness, store_cases as cases_of};

/// Makes the enum of the cases, their table, their runner, and the macro that expands one test a case.
macro_rules! table {
    ($($(#[$meta:meta])* $variant:ident = $name:ident;)*) => {
        /// A case of the kit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Case {
            $($(#[$meta])* $variant,)*
        }

        impl Case {
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
        pub fn cases() -> &'static [Case] {
            &[$(Case::$variant,)*]
        }

        /// Runs a case; it panics where the store is wrong.
        pub fn run(case: Case, harness: &impl Harness) {
            match case {
                $(Case::$variant => harness.block_on(cases_of::$name(harness)),)*
            }
        }

        /// Expands one test a case of the kit of [`WorkflowStore`](crate::WorkflowStore), for a
        /// [`Harness`](crate::testkit::Harness) that is a constant.
        #[macro_export]
        macro_rules! workflow_store_kit {
            ($harness:expr) => {
                $(
                    #[test]
                    fn $name() {
                        $crate::testkit::run($crate::testkit::Case::$variant, &$harness);
                    }
                )*
            };
        }
    };
}

table! {
    /// An instance is read as it was committed; one that is not there is none.
    Read = an_instance_is_read_as_it_was_committed;
    /// What a move changed is seen by the next read.
    Moved = a_move_is_seen_by_the_next_read;
    /// What was not committed is not seen.
    Conflict = a_commit_that_failed_is_not_seen;
    /// The earliest due first, those without a day last, then by id.
    Order = a_worklist_is_in_its_order;
    /// The day asked for is included.
    DueBy = what_is_due_on_the_day_is_included;
    /// Closed instances are shown on demand only.
    Closed = closed_instances_are_shown_on_demand_only;
    /// Workflows, states and roles choose.
    Chosen = workflow_states_and_roles_choose;
    /// An instance stands once in a worklist, however many of the roles are its candidates.
    Once = an_instance_stands_once_whatever_its_candidates;
    /// Pages join without gap or repetition.
    Pages = pages_join_without_gap_or_repetition;
    /// A cursor of something else is refused.
    Cursor = a_cursor_of_something_else_is_refused;
    /// Two tenants never meet.
    Tenants = two_tenants_never_meet;
}
