//! Working days, and the day on which a term of the law ends.

mod closing_days;
mod error;
mod term;

use std::sync::Arc;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

pub use closing_days::ClosingDays;
pub use error::CalendarError;
pub use term::{LONGEST_TERM, Term, TermEnd};

use crate::holiday::{Belgium, France, Holiday, HolidayCalendar, HolidayDate};

/// A country's working days: what is neither weekly rest nor legal holiday. Dates are those of the country's own time.
///
/// No method that answers for the law takes the closing days of a town hall: those move no legal date.
///
/// ```
/// use chrono::NaiveDate;
/// use communes_civil::working_day::{Term, WorkingCalendar};
///
/// let day = |text: &str| text.parse::<NaiveDate>().unwrap();
/// let calendar = WorkingCalendar::belgian();
/// // Thirty days after 15 January 2026 it is Saturday 14 February: the term ends on Monday.
/// let end = calendar.end_of_term(day("2026-01-15"), Term::Days(30))?;
/// assert_eq!(end.counted, day("2026-02-14"));
/// assert_eq!(end.last_day, day("2026-02-16"));
/// # Ok::<(), communes_civil::working_day::CalendarError>(())
/// ```
#[derive(Debug, Clone)]
pub struct WorkingCalendar {
    holidays: Arc<dyn HolidayCalendar>,
    rest: WeeklyRest,
}

impl WorkingCalendar {
    /// The calendar of a country's holidays and weekly rest.
    #[must_use]
    pub fn new(holidays: impl HolidayCalendar + 'static, rest: WeeklyRest) -> Self {
        Self { holidays: Arc::new(holidays), rest }
    }

    /// Belgium: Saturday, Sunday and legal holidays do not work (Code judiciaire, article 53).
    #[must_use]
    pub fn belgian() -> Self {
        Self::new(Belgium, WeeklyRest::SaturdayAndSunday)
    }

    /// France: Saturday, Sunday and legal holidays do not work (Code de procédure civile, article 642). For `jours
    /// ouvrables`, which count Saturdays, use [`new`](Self::new) with [`WeeklyRest::Sunday`].
    #[must_use]
    pub fn french(holidays: France) -> Self {
        Self::new(holidays, WeeklyRest::SaturdayAndSunday)
    }

    /// What a day is.
    ///
    /// # Errors
    /// The holidays of its year are not known.
    pub fn kind(&self, date: NaiveDate) -> Result<DayKind, CalendarError> {
        self.walk().kind(date)
    }

    /// Whether a day is neither weekly rest nor legal holiday.
    ///
    /// # Errors
    /// The holidays of its year are not known.
    pub fn is_working_day(&self, date: NaiveDate) -> Result<bool, CalendarError> {
        Ok(self.kind(date)? == DayKind::Working)
    }

    /// The day itself if it is a working day, or the next one that is: where the law moves the end of a term.
    ///
    /// # Errors
    /// The holidays of a year on the way are not known.
    pub fn first_working_day_from(&self, date: NaiveDate) -> Result<NaiveDate, CalendarError> {
        self.walk().first_from(date, None)
    }

    /// The next working day, never the day itself.
    ///
    /// # Errors
    /// The holidays of a year on the way are not known.
    pub fn next_working_day(&self, date: NaiveDate) -> Result<NaiveDate, CalendarError> {
        self.add_working_days(date, 1)
    }

    /// The `count`th working day after a day, which is not counted itself. With 0,
    /// [`first_working_day_from`](Self::first_working_day_from).
    ///
    /// # Errors
    /// `count` is over [`LONGEST_TERM`], or the holidays of a year on the way are not known.
    pub fn add_working_days(&self, date: NaiveDate, count: u32) -> Result<NaiveDate, CalendarError> {
        self.walk().add(date, count, None)
    }

    /// When a term that began with an act ends.
    ///
    /// The day of the act is not counted and the last day is (Code judiciaire, articles 52 to 54; Code de procédure
    /// civile, 641 and 642).
    ///
    /// # Errors
    /// The term is over [`LONGEST_TERM`], or the holidays of its last year are not known.
    pub fn end_of_term(&self, act: NaiveDate, term: Term) -> Result<TermEnd, CalendarError> {
        let counted = match term {
            Term::Days(count) => add_days(act, bounded(count)?)?,
            // Neither end is counted: `count` whole days lie between the act and the day given.
            Term::ClearDays(count) => add_days(act, bounded(count)? + 1)?,
            Term::WorkingDays(count) => self.add_working_days(act, count)?,
            // The same day of a later month, or that month's last.
            Term::Months(count) => {
                act.checked_add_months(Months::new(bounded(count)?)).ok_or(CalendarError::BeyondCalendar)?
            }
        };
        Ok(TermEnd { counted, last_day: self.first_working_day_from(counted)? })
    }

    /// The day itself if the office is open on it, or the next on which it is: working days without the closing days.
    ///
    /// # Errors
    /// The office never opens within a year, or the holidays of a year on the way are not known.
    pub fn first_office_day_from(&self, date: NaiveDate, closed: &ClosingDays) -> Result<NaiveDate, CalendarError> {
        self.walk().first_from(date, Some(closed))
    }

    /// The `count`th day after a day on which the office is open: what it promises to its public, never a legal date.
    ///
    /// # Errors
    /// As for [`add_working_days`](Self::add_working_days), or the office never opens within a year.
    pub fn add_office_days(
        &self,
        date: NaiveDate,
        count: u32,
        closed: &ClosingDays,
    ) -> Result<NaiveDate, CalendarError> {
        self.walk().add(date, count, Some(closed))
    }

    fn walk(&self) -> Walk<'_> {
        Walk { calendar: self, year: None }
    }
}

/// The days of every week on which nobody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeeklyRest {
    /// Saturday and Sunday (in France `jours ouvrés` are the others).
    SaturdayAndSunday,
    /// Sunday (in France `jours ouvrables` are the others).
    Sunday,
}

impl WeeklyRest {
    fn holds(self, weekday: Weekday) -> bool {
        weekday == Weekday::Sun || (weekday == Weekday::Sat && self == Self::SaturdayAndSunday)
    }
}

/// What a day is. A holiday that falls on a day of rest is a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DayKind {
    /// Neither of the others.
    Working,
    /// Weekly rest.
    Rest,
    /// A legal holiday: the first of its names where the day has two.
    Holiday(Holiday),
}

/// One computation, which asks for the holidays of a year once.
struct Walk<'a> {
    calendar: &'a WorkingCalendar,
    year: Option<(i32, Vec<HolidayDate>)>,
}

impl Walk<'_> {
    fn kind(&mut self, date: NaiveDate) -> Result<DayKind, CalendarError> {
        let year = date.year();
        let holidays = match &mut self.year {
            Some((known, holidays)) if *known == year => holidays,
            slot => &mut slot.insert((year, self.calendar.holidays.holidays(year)?)).1,
        };
        if let Some(found) = holidays.iter().find(|holiday| holiday.date == date) {
            return Ok(DayKind::Holiday(found.holiday));
        }
        Ok(if self.calendar.rest.holds(date.weekday()) { DayKind::Rest } else { DayKind::Working })
    }

    fn first_from(&mut self, from: NaiveDate, closed: Option<&ClosingDays>) -> Result<NaiveDate, CalendarError> {
        let mut date = from;
        for _ in 0..=366 {
            let open = closed.is_none_or(|closed| !closed.contains(date));
            if open && self.kind(date)? == DayKind::Working {
                return Ok(date);
            }
            date = add_days(date, 1)?;
        }
        Err(CalendarError::NoWorkingDay { from })
    }

    fn add(&mut self, date: NaiveDate, count: u32, closed: Option<&ClosingDays>) -> Result<NaiveDate, CalendarError> {
        if bounded(count)? == 0 {
            return self.first_from(date, closed);
        }
        let mut date = date;
        for _ in 0..count {
            date = self.first_from(add_days(date, 1)?, closed)?;
        }
        Ok(date)
    }
}

fn bounded(length: u32) -> Result<u32, CalendarError> {
    if length > LONGEST_TERM {
        return Err(CalendarError::TermTooLong { length });
    }
    Ok(length)
}

fn add_days(date: NaiveDate, count: u32) -> Result<NaiveDate, CalendarError> {
    date.checked_add_days(Days::new(count.into())).ok_or(CalendarError::BeyondCalendar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holiday::YearOutOfRange;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn end(act: &str, term: Term) -> String {
        WorkingCalendar::belgian().end_of_term(day(act), term).unwrap().last_day.to_string()
    }

    #[test]
    fn terms_in_days() {
        // Saturday 14 February, to Monday.
        assert_eq!(end("2026-01-15", Term::Days(30)), "2026-02-16");
        // Tuesday.
        assert_eq!(end("2026-01-15", Term::Days(75)), "2026-03-31");
        // Sunday 10 May, to Monday.
        assert_eq!(end("2026-01-15", Term::Days(115)), "2026-05-11");
        // Easter Monday 6 April, to Tuesday.
        assert_eq!(end("2026-03-07", Term::Days(30)), "2026-04-07");
        // Sunday 5 July, to Monday.
        assert_eq!(end("2026-04-21", Term::Days(75)), "2026-07-06");
        // Friday 26 December is no legal holiday in Belgium.
        assert_eq!(end("2025-11-26", Term::Days(30)), "2025-12-26");
    }

    #[test]
    fn clear_days_count_neither_end() {
        // Seven clear days (2 to 8 September 2026) after a convocation of the 1st: the council sits on Wednesday the
        // 9th at the earliest.
        let calendar = WorkingCalendar::belgian();
        let end = calendar.end_of_term(day("2026-09-01"), Term::ClearDays(7)).unwrap();
        assert_eq!(end.counted, day("2026-09-09"));
        assert_eq!(end.last_day, day("2026-09-09"));
        // Of the 5th: 6 to 12 are clear, the day after is a Sunday.
        let end = calendar.end_of_term(day("2026-09-05"), Term::ClearDays(7)).unwrap();
        assert_eq!((end.counted, end.last_day), (day("2026-09-13"), day("2026-09-14")));
    }

    #[test]
    fn terms_in_months_end_with_the_month_at_the_latest() {
        // 28 February 2026 is a Saturday.
        assert_eq!(end("2026-01-31", Term::Months(1)), "2026-03-02");
        assert_eq!(end("2026-01-15", Term::Months(2)), "2026-03-16", "15 March is a Sunday");
    }

    #[test]
    fn working_days_skip_rest_and_holidays() {
        let calendar = WorkingCalendar::belgian();
        // Thursday 2 April 2026: Friday 3 (1), then Easter Monday is skipped: Tuesday 7 (2), Wednesday 8 (3).
        assert_eq!(calendar.add_working_days(day("2026-04-02"), 3), Ok(day("2026-04-08")));
        assert_eq!(calendar.next_working_day(day("2026-04-03")), Ok(day("2026-04-07")));
        assert_eq!(calendar.add_working_days(day("2026-04-04"), 0), Ok(day("2026-04-07")));
        // Over the turn of a year: Thursday 31 December 2026, Friday is New Year's Day, then the weekend.
        assert_eq!(calendar.next_working_day(day("2026-12-31")), Ok(day("2027-01-04")));
    }

    #[test]
    fn what_a_day_is() {
        let calendar = WorkingCalendar::belgian();
        assert_eq!(calendar.kind(day("2026-07-21")), Ok(DayKind::Holiday(Holiday::BelgianNationalDay)));
        // 15 August 2026 is a Saturday.
        assert_eq!(calendar.kind(day("2026-08-15")), Ok(DayKind::Holiday(Holiday::Assumption)));
        assert_eq!(calendar.kind(day("2026-08-16")), Ok(DayKind::Rest));
        assert_eq!(calendar.kind(day("2026-08-17")), Ok(DayKind::Working));
        // Easter Sunday is rest, not a holiday.
        assert_eq!(calendar.kind(day("2026-04-05")), Ok(DayKind::Rest));
    }

    #[test]
    fn saturdays_are_jours_ouvrables() {
        let saturday = day("2026-09-05");
        let ouvrables = WorkingCalendar::new(France::National, WeeklyRest::Sunday);
        assert_eq!(ouvrables.is_working_day(saturday), Ok(true));
        assert_eq!(WorkingCalendar::french(France::National).is_working_day(saturday), Ok(false));
    }

    #[test]
    fn closing_days_move_the_office_and_no_legal_date() {
        let calendar = WorkingCalendar::belgian();
        let closed: ClosingDays = [day("2025-12-26")].into_iter().collect();
        // Friday 26 December closed, then the weekend: the counter opens on Monday 29; the term still ends on the 26th.
        assert_eq!(calendar.first_office_day_from(day("2025-12-26"), &closed), Ok(day("2025-12-29")));
        assert_eq!(calendar.add_office_days(day("2025-12-24"), 1, &closed), Ok(day("2025-12-29")));
        assert_eq!(end("2025-11-26", Term::Days(30)), "2025-12-26");
    }

    #[test]
    fn what_the_law_does_not_know_is_an_error() {
        let calendar = WorkingCalendar::belgian();
        let error = calendar.end_of_term(day("1970-01-01"), Term::Days(1)).unwrap_err();
        assert_eq!(error.code(), "holiday-year-out-of-range");
        // The last day of the last year that is known.
        let error = calendar.next_working_day(day("2199-12-31")).unwrap_err();
        assert_eq!(error.code(), "holiday-year-out-of-range");
        let error = calendar.end_of_term(day("2026-01-01"), Term::WorkingDays(u32::MAX)).unwrap_err();
        assert_eq!(error, CalendarError::TermTooLong { length: u32::MAX });
        let error = calendar.end_of_term(NaiveDate::MAX, Term::ClearDays(LONGEST_TERM)).unwrap_err();
        assert_eq!(error, CalendarError::BeyondCalendar);
    }

    #[test]
    fn a_calendar_without_any_working_day_ends() {
        #[derive(Debug)]
        struct Never;
        impl HolidayCalendar for Never {
            fn holidays(&self, year: i32) -> Result<Vec<HolidayDate>, YearOutOfRange> {
                Ok(NaiveDate::from_ymd_opt(year, 1, 1)
                    .unwrap()
                    .iter_days()
                    .take(366)
                    .map(|date| HolidayDate { date, holiday: Holiday::Other })
                    .collect())
            }
        }
        let calendar = WorkingCalendar::new(Never, WeeklyRest::Sunday);
        let from = day("2026-01-01");
        assert_eq!(calendar.first_working_day_from(from), Err(CalendarError::NoWorkingDay { from }));
    }
}
