use std::fmt;

use chrono::{Datelike, NaiveDate};

/// What a number says of the birth date of its holder. Its `Debug` does not say it.
///
/// The century follows from the check digits: 2000 to 2099, or 1900 to 1999. A person born before 1900 is read as born
/// a century later.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Birth {
    /// The whole date.
    Date(NaiveDate),
    /// Year and month: the day was not known.
    Month {
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u32,
    },
    /// The year: month and day were not known, or the serial numbers of that day were used up.
    Year(i32),
    /// Nothing.
    Unknown,
}

impl Birth {
    /// Whether a birth date that somebody states can be this one. A `false` asks for review and refuses nobody: numbers
    /// outlive corrected dates.
    #[must_use]
    pub fn agrees_with(self, stated: NaiveDate) -> bool {
        match self {
            Self::Date(date) => date == stated,
            Self::Month { year, month } => (stated.year(), stated.month()) == (year, month),
            Self::Year(year) => stated.year() == year,
            Self::Unknown => true,
        }
    }
}

impl fmt::Debug for Birth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Date(_) => "Date(**********)",
            Self::Month { .. } => "Month(*******)",
            Self::Year(_) => "Year(****)",
            Self::Unknown => "Unknown",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_birth_date_stated_may_differ() {
        let stated = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert!(Birth::Date(stated(1942, 1, 22)).agrees_with(stated(1942, 1, 22)));
        assert!(!Birth::Date(stated(1942, 1, 22)).agrees_with(stated(1942, 1, 23)));
        assert!(Birth::Month { year: 1981, month: 5 }.agrees_with(stated(1981, 5, 9)));
        assert!(!Birth::Month { year: 1981, month: 5 }.agrees_with(stated(1981, 6, 9)));
        assert!(Birth::Year(1981).agrees_with(stated(1981, 6, 9)));
        assert!(!Birth::Year(1981).agrees_with(stated(1982, 6, 9)));
        assert!(Birth::Unknown.agrees_with(stated(1982, 6, 9)));
    }
}
