//! Legal holidays: days on which the law of a country lets no term end.
//!
//! Each country is a type that implements [`HolidayCalendar`]; an application adds its own (a Luxembourg commune, an
//! overseas department) by implementing it too. Days on which one town hall is closed are no holidays: see
//! [`ClosingDays`](crate::working_day::ClosingDays).

mod belgium;
mod easter;
mod france;
mod name;

use std::{fmt, ops::RangeInclusive, sync::Arc};

use chrono::NaiveDate;

pub use belgium::Belgium;
pub use easter::easter_sunday;
pub use france::France;
pub use name::Holiday;

/// The last year that the calendars of this crate answer for. The rules are those in force today; the bound keeps
/// arithmetic on dates finite and promises nothing about later laws.
pub const LAST_YEAR: i32 = 2199;

/// One legal holiday of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolidayDate {
    /// The day, in the country's own time.
    pub date: NaiveDate,
    /// Which holiday it is.
    pub holiday: Holiday,
}

/// The legal holidays of a country, or of a part of it.
///
/// The implementor guarantees that the same year always gives the same answer, in order of date, each date within that
/// year, and that a year whose law it does not know is an error and never an empty list. Two holidays may fall on one
/// date.
pub trait HolidayCalendar: fmt::Debug + Send + Sync {
    /// The legal holidays of a year.
    ///
    /// # Errors
    /// The law of that year is not known to this calendar.
    fn holidays(&self, year: i32) -> Result<Vec<HolidayDate>, YearOutOfRange>;
}

impl<T: HolidayCalendar + ?Sized> HolidayCalendar for &T {
    fn holidays(&self, year: i32) -> Result<Vec<HolidayDate>, YearOutOfRange> {
        (**self).holidays(year)
    }
}

impl<T: HolidayCalendar + ?Sized> HolidayCalendar for Box<T> {
    fn holidays(&self, year: i32) -> Result<Vec<HolidayDate>, YearOutOfRange> {
        (**self).holidays(year)
    }
}

impl<T: HolidayCalendar + ?Sized> HolidayCalendar for Arc<T> {
    fn holidays(&self, year: i32) -> Result<Vec<HolidayDate>, YearOutOfRange> {
        (**self).holidays(year)
    }
}

/// A year for which a calendar does not know the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the legal holidays of {year} are not known, only those of {first} to {last}")]
pub struct YearOutOfRange {
    /// The year asked for.
    pub year: i32,
    /// The first year that is known.
    pub first: i32,
    /// The last year that is known.
    pub last: i32,
}

impl YearOutOfRange {
    /// The stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "holiday-year-out-of-range"
    }

    /// An error unless `known` holds the year.
    ///
    /// # Errors
    /// The year is outside.
    pub fn check(year: i32, known: &RangeInclusive<i32>) -> Result<(), Self> {
        if known.contains(&year) { Ok(()) } else { Err(Self { year, first: *known.start(), last: *known.end() }) }
    }
}

/// When in a year a holiday falls.
#[derive(Debug, Clone, Copy)]
enum Rule {
    Fixed { month: u32, day: u32 },
    Easter { days_after: i64 },
}

/// The dates that rules give in one year, in order.
fn dates(
    year: i32,
    known: &RangeInclusive<i32>,
    rules: impl IntoIterator<Item = (Holiday, Rule)>,
) -> Result<Vec<HolidayDate>, YearOutOfRange> {
    YearOutOfRange::check(year, known)?;
    let easter = easter_sunday(year).ok_or(YearOutOfRange { year, first: *known.start(), last: *known.end() })?;
    let mut dates: Vec<HolidayDate> = rules
        .into_iter()
        .map(|(holiday, rule)| {
            let date = match rule {
                Rule::Fixed { month, day } => {
                    NaiveDate::from_ymd_opt(year, month, day).expect("the rules name days that every year has")
                }
                Rule::Easter { days_after } => easter + chrono::Duration::days(days_after),
            };
            HolidayDate { date, holiday }
        })
        .collect();
    dates.sort_unstable();
    Ok(dates)
}
