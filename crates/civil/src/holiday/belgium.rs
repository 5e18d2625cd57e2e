use std::ops::RangeInclusive;

use super::{Holiday, HolidayCalendar, HolidayDate, LAST_YEAR, Rule, YearOutOfRange, dates};

/// The ten legal holidays of Belgium: law of 4 January 1974 on holidays and royal decree of 18 April 1974, article 1.
///
/// Known from 1975. Feasts of a community or region (11 July, 27 September, 15 November), Easter Sunday, Whit Sunday
/// and the days on which banks close are not among them. Where two fall on one date (Ascension and 1 May, in 2008) that
/// year has nine dates: the day that replaces a holiday for employees (2 May 2008) is not a legal holiday and moves no
/// term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Belgium;

impl Belgium {
    /// The years that it knows.
    pub const YEARS: RangeInclusive<i32> = 1975..=LAST_YEAR;
}

impl HolidayCalendar for Belgium {
    fn holidays(&self, year: i32) -> Result<Vec<HolidayDate>, YearOutOfRange> {
        dates(year, &Self::YEARS, RULES)
    }
}

const RULES: [(Holiday, Rule); 10] = [
    (Holiday::NewYear, Rule::Fixed { month: 1, day: 1 }),
    (Holiday::EasterMonday, Rule::Easter { days_after: 1 }),
    (Holiday::LabourDay, Rule::Fixed { month: 5, day: 1 }),
    (Holiday::Ascension, Rule::Easter { days_after: 39 }),
    (Holiday::WhitMonday, Rule::Easter { days_after: 50 }),
    (Holiday::BelgianNationalDay, Rule::Fixed { month: 7, day: 21 }),
    (Holiday::Assumption, Rule::Fixed { month: 8, day: 15 }),
    (Holiday::AllSaints, Rule::Fixed { month: 11, day: 1 }),
    (Holiday::Armistice, Rule::Fixed { month: 11, day: 11 }),
    (Holiday::Christmas, Rule::Fixed { month: 12, day: 25 }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_of_2026() {
        // Easter 2026 is 5 April: + 1, + 39 and + 50 days are 6 April, 14 May and 25 May.
        let found: Vec<String> = Belgium
            .holidays(2026)
            .unwrap()
            .iter()
            .map(|holiday| format!("{} {}", holiday.date, holiday.holiday.code()))
            .collect();
        assert_eq!(
            found,
            [
                "2026-01-01 new-year",
                "2026-04-06 easter-monday",
                "2026-05-01 labour-day",
                "2026-05-14 ascension",
                "2026-05-25 whit-monday",
                "2026-07-21 belgian-national-day",
                "2026-08-15 assumption",
                "2026-11-01 all-saints",
                "2026-11-11 armistice",
                "2026-12-25 christmas",
            ]
        );
    }

    #[test]
    fn ascension_on_labour_day_is_one_date_with_two_names() {
        // Easter 2008 is 23 March, and 39 days later it is 1 May.
        let holidays = Belgium.holidays(2008).unwrap();
        let on_may_day: Vec<Holiday> = holidays
            .iter()
            .filter(|holiday| holiday.date.to_string() == "2008-05-01")
            .map(|holiday| holiday.holiday)
            .collect();
        assert_eq!(on_may_day, [Holiday::LabourDay, Holiday::Ascension]);
        assert!(holidays.iter().all(|holiday| holiday.date.to_string() != "2008-05-02"));
    }

    #[test]
    fn years_of_another_law_are_refused() {
        for year in [i32::MIN, 1974, 2200, i32::MAX] {
            let error = Belgium.holidays(year).unwrap_err();
            assert_eq!((error.year, error.first, error.last), (year, 1975, 2199));
        }
    }
}
