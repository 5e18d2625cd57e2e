use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{ExtractKind, Meta};
use crate::scope::Scope;

/// What a register's store was loaded from, written in the transaction that loaded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The number of the last extract; `None` when only updates without `meta.csv` were loaded.
    pub extract: Option<u32>,
    /// The day that the register's data are of.
    pub snapshot: NaiveDate,
    /// Which part of the country was kept.
    pub scope: Scope,
    /// How many imports there were: it tells an index that it is behind.
    pub sequence: u64,
}

/// What a checkpoint says to an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admission {
    /// It comes next.
    Next,
    /// It may be loaded, but that many extracts before it were not: what only they changed stays as it was.
    Gap {
        /// How many.
        missing: u32,
    },
    /// It is loaded already, or something newer is.
    Old,
    /// It is an update and says no number: whether it comes next is not known.
    Unnumbered,
}

impl Checkpoint {
    /// Whether an extract may be loaded on top of this.
    ///
    /// A full extract may be loaded again; an update may not, nor anything older.
    #[must_use]
    pub fn admits(&self, meta: &Meta) -> Admission {
        let (Some(loaded), Some(number)) = (self.extract, meta.number) else {
            return if meta.number.is_none() { Admission::Unnumbered } else { Admission::Next };
        };
        match meta.kind {
            ExtractKind::Full if number >= loaded => Admission::Next,
            ExtractKind::Update if number == loaded + 1 => Admission::Next,
            ExtractKind::Update if number > loaded => Admission::Gap { missing: number - loaded - 1 },
            ExtractKind::Full | ExtractKind::Update => Admission::Old,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_extracts_are_old_and_gaps_are_counted() {
        let snapshot = NaiveDate::from_ymd_opt(2025, 5, 30).unwrap();
        let loaded = Checkpoint { extract: Some(136), snapshot, scope: Scope::everything(), sequence: 1 };
        let meta = |kind, number| Meta { kind, number, snapshot: Some(snapshot) };
        for (kind, number, admission) in [
            (ExtractKind::Update, Some(137), Admission::Next),
            (ExtractKind::Update, Some(147), Admission::Gap { missing: 10 }),
            (ExtractKind::Update, Some(136), Admission::Old),
            (ExtractKind::Update, None, Admission::Unnumbered),
            (ExtractKind::Full, Some(136), Admission::Next),
            (ExtractKind::Full, Some(140), Admission::Next),
            (ExtractKind::Full, Some(135), Admission::Old),
        ] {
            assert_eq!(loaded.admits(&meta(kind, number)), admission, "{kind:?} {number:?}");
        }
    }
}
