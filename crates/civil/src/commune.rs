//! Belgian communes by their code, and which code stands for which over time. The list is data that the user gives.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::text;

/// The code of a commune in the list of Statbel (NIS or INS code, REFNIS): five digits.
///
/// Whether a commune has it at a date is for [`CommuneHistory`] to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NisCode(u32);

/// Why a text is no commune's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NisCodeError {
    /// Not five digits, the first of them 1 to 9.
    #[error("a commune's NIS code has five digits, the first of them not 0")]
    Form,
    /// The code of a district (arrondissement) or province.
    #[error("this NIS code is a district's or province's, not a commune's")]
    NotCommune,
}

impl NisCodeError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "nis-code-form",
            Self::NotCommune => "nis-code-not-commune",
        }
    }
}

impl FromStr for NisCode {
    type Err = NisCodeError;

    fn from_str(text: &str) -> Result<Self, NisCodeError> {
        let code = match text::digits::<5>(text.trim(), |_| false) {
            Ok((digits, 5)) if digits[0] != 0 => text::number(&digits),
            _ => return Err(NisCodeError::Form),
        };
        // Three zeros at the end: a district or province. The two provinces of Brabant have codes of their own.
        if code % 1000 == 0 || matches!(code, 20_001 | 20_002) {
            return Err(NisCodeError::NotCommune);
        }
        Ok(Self(u32::try_from(code).expect("five digits fit")))
    }
}

impl TryFrom<String> for NisCode {
    type Error = NisCodeError;

    fn try_from(text: String) -> Result<Self, NisCodeError> {
        text.parse()
    }
}

impl From<NisCode> for String {
    fn from(code: NisCode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for NisCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:05}", self.0)
    }
}

/// When a code stands for a commune, and which ones take its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommuneRecord {
    /// The code.
    pub nis: NisCode,
    /// The first day on which it stands; `None`: since before the list begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The first day on which it no longer stands; `None`: it still does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// The codes that take its place on that day: several where a commune is divided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<NisCode>,
}

impl CommuneRecord {
    fn stands_on(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date < until)
    }
}

/// The codes of the communes over time, from the user's list.
///
/// ```
/// use communes_civil::commune::CommuneHistory;
/// // Borsbeek joined Antwerp on 1 January 2025.
/// let history = CommuneHistory::new(serde_json::from_str::<Vec<_>>(
///     r#"[{"nis": "11002"}, {"nis": "11007", "until": "2025-01-01", "successors": ["11002"]}]"#,
/// )?)?;
/// let today = "2026-11-25".parse()?;
/// assert_eq!(history.codes_for("11007".parse()?, today)?, [ "11002".parse()? ].into());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommuneHistory {
    records: BTreeMap<NisCode, CommuneRecord>,
}

impl CommuneHistory {
    /// A history of records, in any order.
    ///
    /// # Errors
    /// A code stands twice or ends before it begins; or a successor is not in the list, does not stand on the day of
    /// the succession, or follows a code that still stands. The error names the codes.
    pub fn new(records: impl IntoIterator<Item = CommuneRecord>) -> Result<Self, CommuneHistoryError> {
        let mut history = Self::default();
        for record in records {
            let nis = record.nis;
            if record.from.zip(record.until).is_some_and(|(from, until)| until <= from) {
                return Err(CommuneHistoryError::Order { nis });
            }
            if history.records.insert(nis, record).is_some() {
                return Err(CommuneHistoryError::Twice { nis });
            }
        }
        // A successor that stands on the day of the succession ends later than what it follows: chains cannot be
        // circles.
        for record in history.records.values() {
            for &successor in &record.successors {
                let nis = record.nis;
                let on = record.until.ok_or(CommuneHistoryError::StillStands { nis, successor })?;
                if !history.stands_on(successor, on) {
                    return Err(CommuneHistoryError::Successor { nis, successor, on });
                }
            }
        }
        Ok(history)
    }

    /// Whether a code stands for a commune on a day.
    #[must_use]
    pub fn stands_on(&self, nis: NisCode, date: NaiveDate) -> bool {
        self.records.get(&nis).is_some_and(|record| record.stands_on(date))
    }

    /// The codes that stand on a day, in order.
    pub fn codes_on(&self, date: NaiveDate) -> impl Iterator<Item = NisCode> + '_ {
        self.records.values().filter(move |record| record.stands_on(date)).map(|record| record.nis)
    }

    /// The codes that stand on a day for what a code stood for: itself, or what followed it. Empty if nothing did.
    ///
    /// # Errors
    /// The code is not in the list, or begins after that day.
    pub fn codes_for(&self, nis: NisCode, date: NaiveDate) -> Result<BTreeSet<NisCode>, CommuneHistoryError> {
        let record = self.records.get(&nis).ok_or(CommuneHistoryError::Unknown { nis })?;
        if let Some(from) = record.from.filter(|&from| date < from) {
            return Err(CommuneHistoryError::NotYet { nis, from });
        }
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![nis];
        while let Some(nis) = open.pop() {
            let Some(record) = self.records.get(&nis).filter(|_| seen.insert(nis)) else {
                continue;
            };
            if record.stands_on(date) {
                found.insert(nis);
            } else {
                open.extend(&record.successors);
            }
        }
        Ok(found)
    }
}

/// Why a list is no history, or a code has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommuneHistoryError {
    /// A code has two records.
    #[error("{nis} is in the list twice")]
    Twice {
        /// The code.
        nis: NisCode,
    },
    /// A code ends on or before the day on which it begins.
    #[error("{nis} ends before it begins")]
    Order {
        /// The code.
        nis: NisCode,
    },
    /// A successor is not in the list, or does not stand on the day on which it follows.
    #[error("{successor}, which follows {nis}, does not stand on {on}")]
    Successor {
        /// The code that ends.
        nis: NisCode,
        /// The code that follows it.
        successor: NisCode,
        /// The day.
        on: NaiveDate,
    },
    /// A code has a successor and no end.
    #[error("{nis} has no end, and yet {successor} follows it")]
    StillStands {
        /// The code.
        nis: NisCode,
        /// The code that follows it.
        successor: NisCode,
    },
    /// The code is not in the list.
    #[error("{nis} is not in the list of communes")]
    Unknown {
        /// The code.
        nis: NisCode,
    },
    /// The code begins later.
    #[error("{nis} begins on {from}")]
    NotYet {
        /// The code.
        nis: NisCode,
        /// Its first day.
        from: NaiveDate,
    },
}

impl CommuneHistoryError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Twice { .. } => "commune-twice",
            Self::Order { .. } => "commune-order",
            Self::Successor { .. } => "commune-successor",
            Self::StillStands { .. } => "commune-still-stands",
            Self::Unknown { .. } => "commune-unknown",
            Self::NotYet { .. } => "commune-not-yet",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nis(code: &str) -> NisCode {
        code.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn record(code: &str, from: Option<&str>, until: Option<&str>, successors: &[&str]) -> CommuneRecord {
        CommuneRecord {
            nis: nis(code),
            from: from.map(day),
            until: until.map(day),
            successors: successors.iter().copied().map(nis).collect(),
        }
    }

    #[test]
    fn codes() {
        assert_eq!(nis("54007").to_string(), "54007");
        for wrong in ["", "5400", "540070", "5400x", "04007", "-4007", "٥٤٠٠٧"] {
            assert_eq!(wrong.parse::<NisCode>(), Err(NisCodeError::Form), "{wrong}");
        }
        // Province of Namur, district of Mouscron, Flemish Brabant.
        for wrong in ["90000", "54000", "20001"] {
            assert_eq!(wrong.parse::<NisCode>(), Err(NisCodeError::NotCommune), "{wrong}");
        }
        assert_eq!(serde_json::to_string(&nis("54007")).unwrap(), r#""54007""#);
    }

    #[test]
    fn a_code_is_followed_through_time() {
        // Invented: A is renamed on 1 January 2019, and divided in 2025 between B and an older C.
        let history = CommuneHistory::new([
            record("50001", None, Some("2019-01-01"), &["50002"]),
            record("50002", Some("2019-01-01"), Some("2025-01-01"), &["50003", "50004"]),
            record("50003", Some("2025-01-01"), None, &[]),
            record("50004", None, None, &[]),
        ])
        .unwrap();
        let on = |code, date| history.codes_for(nis(code), day(date));
        assert_eq!(on("50001", "2018-12-31"), Ok([nis("50001")].into()));
        assert_eq!(on("50001", "2019-01-01"), Ok([nis("50002")].into()));
        assert_eq!(on("50001", "2025-01-01"), Ok([nis("50003"), nis("50004")].into()));
        assert_eq!(
            on("50003", "2024-12-31").unwrap_err(),
            CommuneHistoryError::NotYet { nis: nis("50003"), from: day("2025-01-01") }
        );
        assert_eq!(on("50009", "2025-01-01").unwrap_err().code(), "commune-unknown");
        assert_eq!(history.codes_on(day("2020-01-01")).collect::<Vec<_>>(), [nis("50002"), nis("50004")]);
    }

    #[test]
    fn lists_that_contradict_themselves_are_refused() {
        let code = |records: Vec<CommuneRecord>| CommuneHistory::new(records).unwrap_err().code();
        assert_eq!(code(vec![record("50001", None, None, &[]), record("50001", None, None, &[])]), "commune-twice");
        assert_eq!(code(vec![record("50001", Some("2019-01-01"), Some("2019-01-01"), &[])]), "commune-order");
        assert_eq!(code(vec![record("50001", None, Some("2019-01-01"), &["50002"])]), "commune-successor");
        assert_eq!(
            code(vec![record("50001", None, None, &["50002"]), record("50002", None, None, &[])]),
            "commune-still-stands"
        );
        // A circle, and a code that follows itself.
        assert_eq!(
            code(vec![
                record("50001", None, Some("2019-01-01"), &["50002"]),
                record("50002", None, Some("2019-01-01"), &["50001"]),
            ]),
            "commune-successor"
        );
        assert_eq!(code(vec![record("50001", None, Some("2019-01-01"), &["50001"])]), "commune-successor");
    }
}
