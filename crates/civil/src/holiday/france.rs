use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{Holiday, HolidayCalendar, HolidayDate, LAST_YEAR, Rule, YearOutOfRange, dates};

/// The legal holidays of France: Code du travail, article L3133-1, and for Alsace and Moselle article L3134-13.
///
/// Known from 1982, the first year in which 8 May is again one of them (law of 2 October 1981). Those of overseas
/// departments and territories (the abolition of slavery) are not covered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum France {
    /// The eleven holidays of the whole country.
    #[default]
    National,
    /// Bas-Rhin, Haut-Rhin and Moselle: 26 December too, and Good Friday in some of their communes.
    #[serde(rename_all = "kebab-case")]
    AlsaceMoselle {
        /// Whether the commune has a Protestant church or one shared by both confessions (`église mixte`): only there
        /// is Good Friday a holiday.
        good_friday: bool,
    },
}

impl France {
    /// The years that it knows.
    pub const YEARS: RangeInclusive<i32> = 1982..=LAST_YEAR;
}

impl HolidayCalendar for France {
    fn holidays(&self, year: i32) -> Result<Vec<HolidayDate>, YearOutOfRange> {
        let local = match self {
            Self::National => &[],
            Self::AlsaceMoselle { good_friday: false } => &LOCAL[..1],
            Self::AlsaceMoselle { good_friday: true } => &LOCAL[..],
        };
        dates(year, &Self::YEARS, NATIONAL.iter().chain(local).copied())
    }
}

const NATIONAL: [(Holiday, Rule); 11] = [
    (Holiday::NewYear, Rule::Fixed { month: 1, day: 1 }),
    (Holiday::EasterMonday, Rule::Easter { days_after: 1 }),
    (Holiday::LabourDay, Rule::Fixed { month: 5, day: 1 }),
    (Holiday::VictoryDay, Rule::Fixed { month: 5, day: 8 }),
    (Holiday::Ascension, Rule::Easter { days_after: 39 }),
    (Holiday::WhitMonday, Rule::Easter { days_after: 50 }),
    (Holiday::FrenchNationalDay, Rule::Fixed { month: 7, day: 14 }),
    (Holiday::Assumption, Rule::Fixed { month: 8, day: 15 }),
    (Holiday::AllSaints, Rule::Fixed { month: 11, day: 1 }),
    (Holiday::Armistice, Rule::Fixed { month: 11, day: 11 }),
    (Holiday::Christmas, Rule::Fixed { month: 12, day: 25 }),
];

/// Good Friday last: only some communes have it.
const LOCAL: [(Holiday, Rule); 2] = [
    (Holiday::SaintStephen, Rule::Fixed { month: 12, day: 26 }),
    (Holiday::GoodFriday, Rule::Easter { days_after: -2 }),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn days(france: France, year: i32) -> Vec<String> {
        france.holidays(year).unwrap().iter().map(|holiday| holiday.date.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn the_eleven_of_2026() {
        // As service-public.fr lists them; Easter 2026 is 5 April.
        assert_eq!(
            days(France::National, 2026),
            ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]
        );
    }

    #[test]
    fn alsace_moselle_is_a_choice() {
        // Good Friday 2022 was 15 April, two days before Easter Sunday 17 April.
        let national = days(France::National, 2022);
        let without = days(France::AlsaceMoselle { good_friday: false }, 2022);
        let with = days(France::AlsaceMoselle { good_friday: true }, 2022);
        assert_eq!((national.len(), without.len(), with.len()), (11, 12, 13));
        assert!(!national.contains(&"12-26".to_owned()) && without.contains(&"12-26".to_owned()));
        assert!(!without.contains(&"04-15".to_owned()) && with.contains(&"04-15".to_owned()));
        assert_eq!(with[1], "04-15", "in order of date");
    }

    #[test]
    fn ascension_on_8_may_is_one_date_with_two_names() {
        // Easter 1997 was 30 March; 39 days later it was 8 May.
        let holidays = France::National.holidays(1997).unwrap();
        let names: Vec<Holiday> = holidays
            .iter()
            .filter(|holiday| holiday.date.to_string() == "1997-05-08")
            .map(|holiday| holiday.holiday)
            .collect();
        assert_eq!(names, [Holiday::VictoryDay, Holiday::Ascension]);
    }

    #[test]
    fn years_of_another_law_are_refused() {
        assert!(France::National.holidays(1981).is_err());
        assert!(France::National.holidays(2200).is_err());
    }

    #[test]
    fn it_is_a_setting() {
        let setting: France = serde_json::from_str(r#"{"alsace-moselle":{"good-friday":true}}"#).unwrap();
        assert_eq!(setting, France::AlsaceMoselle { good_friday: true });
        assert_eq!(serde_json::from_str::<France>(r#""national""#).unwrap(), France::National);
    }
}
