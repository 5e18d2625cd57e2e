use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The longest term that can be counted, in days, working days or months: no real one comes near, and a number from
/// outside cannot keep a processor busy.
pub const LONGEST_TERM: u32 = 36_525;

/// The length of a term, counted from an act whose own day is never counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Term {
    /// Days of the calendar, the last one counted.
    Days(u32),
    /// `Jours francs`: as many whole days between the act and the end, neither of which is counted.
    ClearDays(u32),
    /// Working days only.
    WorkingDays(u32),
    /// Months, to the same day of the month or else its last.
    Months(u32),
}

/// The end of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TermEnd {
    /// Where counting alone ends. With [`Term::ClearDays`] that is the first day after the clear ones: the earliest day
    /// of a council convened with so many clear days.
    pub counted: NaiveDate,
    /// The last day on which the act can still be done, until midnight: `counted`, moved to the next working day if it
    /// is none.
    pub last_day: NaiveDate,
}
