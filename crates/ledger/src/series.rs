use std::collections::BTreeMap;

use crate::{AggregateKey, Head, text::text_key};

text_key! {
    /// A series of numbers without gaps, from 1: `order/2026`, `receipt/2026`.
    ///
    /// A number is taken inside the transaction that uses it: a commit that fails takes none.
    SeriesKey
}

/// What only the transaction knows, for the function that makes a change's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub(crate) numbers: BTreeMap<SeriesKey, Vec<u64>>,
    pub(crate) heads: BTreeMap<AggregateKey, Head>,
}

impl Drawn {
    /// The number that this change drew from a series; the first, when it drew several.
    ///
    /// `None` when the change did not ask for one.
    #[must_use]
    pub fn number(&self, series: &SeriesKey) -> Option<u64> {
        self.numbers(series).first().copied()
    }

    /// All numbers that this change drew from a series, ascending.
    #[must_use]
    pub fn numbers(&self, series: &SeriesKey) -> &[u64] {
        self.numbers.get(series).map_or(&[], Vec::as_slice)
    }

    /// Where an aggregate of the change stood before it; `None` when it is new.
    #[must_use]
    pub fn head(&self, key: &AggregateKey) -> Option<&Head> {
        self.heads.get(key)
    }
}
