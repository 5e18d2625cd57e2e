use std::fmt;

use crate::RegisterStore;

/// How the kit gets at a store. The implementor brings the executor.
pub trait Harness: Send + Sync + 'static {
    /// The store.
    type Store: RegisterStore + 'static;

    /// An empty store.
    fn fresh(&self) -> impl Future<Output = Self::Store> + Send;

    /// The same data through a store opened anew; `None` where nothing outlives the process.
    fn reopen(&self, store: Self::Store) -> impl Future<Output = Option<Self::Store>> + Send;

    /// Runs a case to its end.
    fn block_on(&self, case: impl Future<Output = ()>);
}

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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Case").field(&self.name).finish()
    }
}

/// The names of the cases, written once: `$then` is given the arguments and the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __communes_register_cases {
    ([$($then:tt)*] $($args:tt)*) => {
        $($then)*! { $($args)*;
            (import_cases, an_import_is_seen_whole_and_at_its_end) (import_cases, a_dropped_import_leaves_no_trace)
            (import_cases, removing_an_entity_leaves_its_rows) (import_cases, a_tombstone_opens_again)
            (import_cases, rows_are_a_set) (import_cases, deletes_come_before_inserts)
            (import_cases, a_replacement_keeps_tombstones_only) (import_cases, a_replacement_can_forget)
            (import_cases, one_import_at_a_time) (import_cases, known_are_those_with_any_row)
            (import_cases, orphans_are_counted_by_part) (import_cases, labels_are_replaced_one_by_one)
            (read_cases, nothing_before_the_first_import) (read_cases, every_field_comes_back)
            (read_cases, rows_come_sorted) (read_cases, records_come_in_the_order_of_the_keys)
            (read_cases, rows_without_their_entity_are_unregistered) (read_cases, an_establishment_comes_with_its_enterprise)
            (read_cases, a_scan_has_every_record_once) (read_cases, establishments_of_an_enterprise)
            (read_cases, a_foreign_cursor_is_refused) (read_cases, an_import_outlives_the_process)
        }
    };
}

macro_rules! table {
    ($harness:ident; $(($module:ident, $case:ident))*) => {
        vec![$(Case { name: stringify!($case), run: |harness: &$harness| harness.block_on(super::$module::$case(harness)) }),*]
    };
}

/// Every case.
#[must_use]
pub fn cases<H: Harness>() -> Vec<Case<H>> {
    crate::__communes_register_cases!([table] H)
}

/// Runs the case of this name; for the macro.
pub fn run<H: Harness>(harness: &H, name: &str) {
    let cases = cases::<H>();
    let case = cases.iter().find(|case| case.name == name).expect("the macro takes its names from the table");
    case.run(harness);
}

#[doc(hidden)]
#[macro_export]
macro_rules! __communes_register_tests {
    ($harness:expr; $(($module:ident, $case:ident))*) => {
        $(
            #[test]
            fn $case() {
                $crate::testkit::run(&$harness, stringify!($case));
            }
        )*
    };
}

/// One test a rule of [`RegisterStore`](crate::RegisterStore), on the harness that the expression gives.
#[macro_export]
macro_rules! register_kit {
    ($harness:expr) => {
        $crate::__communes_register_cases!([$crate::__communes_register_tests] $harness);
    };
}
