use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use communes_civil::WorkingCalendar;

use super::OrderSeries;
use crate::{catalogue::Catalogue, fee::FeeSchedules};

/// What a commune has set: the rules that orders are decided by.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Office {
    /// What can be ordered.
    pub catalogue: Catalogue,
    /// What it costs.
    pub fees: FeeSchedules,
    /// How orders are numbered.
    pub series: Vec<OrderSeries>,
    /// Which days are worked.
    pub calendar: WorkingCalendar,
    /// The zone of its legal dates.
    pub zone: Tz,
}

impl Office {
    /// A Belgian commune: its calendar, Europe/Brussels.
    #[must_use]
    pub fn belgian(catalogue: Catalogue, fees: FeeSchedules, series: Vec<OrderSeries>) -> Self {
        let calendar = WorkingCalendar::belgian();
        Self { catalogue, fees, series, calendar, zone: chrono_tz::Europe::Brussels }
    }

    /// The day of an instant in the commune's zone.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The end of a day in the commune's zone: the next midnight, or the first instant after it where clocks skip midnight.
    #[must_use]
    pub fn end_of_day(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN);
        // A zone that skips midnight has 1 o'clock.
        let local = midnight.and_local_timezone(self.zone).earliest();
        let later = || (midnight + chrono::TimeDelta::hours(1)).and_local_timezone(self.zone).earliest();
        local.or_else(later).map_or_else(|| midnight.and_utc(), |time| time.with_timezone(&Utc))
    }

    /// The series of a code.
    #[must_use]
    pub fn series(&self, code: &str) -> Option<&OrderSeries> {
        self.series.iter().find(|series| series.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_days_are_those_of_the_commune() {
        let office = Office::belgian(Catalogue::new(), FeeSchedules::default(), Vec::new());
        // 31 December 2026, 23:30 UTC, is New Year's Day in Brussels.
        let at = "2026-12-31T23:30:00Z".parse().unwrap();
        assert_eq!(office.day(at).to_string(), "2027-01-01");
        // Clocks go back on 25 October 2026: the day ends at 23:00 UTC, not 22:00.
        let end = office.end_of_day("2026-10-25".parse().unwrap());
        assert_eq!(end, "2026-10-25T23:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let end = office.end_of_day("2026-10-24".parse().unwrap());
        assert_eq!(end, "2026-10-24T22:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
