use chrono::NaiveDate;

use super::LONGEST_TERM;
use crate::holiday::YearOutOfRange;

/// Why a day could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// The law of a year on the way is not known.
    #[error(transparent)]
    Year(#[from] YearOutOfRange),
    /// The term is longer than [`LONGEST_TERM`].
    #[error("a term of {length} is longer than {LONGEST_TERM}")]
    TermTooLong {
        /// The length asked for, in the term's own unit.
        length: u32,
    },
    /// No such date can be written.
    #[error("the date is beyond the calendar")]
    BeyondCalendar,
    /// A whole year without a day that counts.
    #[error("no working day within a year after {from}")]
    NoWorkingDay {
        /// Where the search began.
        from: NaiveDate,
    },
}

impl CalendarError {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Year(error) => error.code(),
            Self::TermTooLong { .. } => "calendar-term-too-long",
            Self::BeyondCalendar => "calendar-beyond",
            Self::NoWorkingDay { .. } => "calendar-no-working-day",
        }
    }
}
