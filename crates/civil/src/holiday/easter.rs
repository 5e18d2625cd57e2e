use chrono::NaiveDate;

/// Easter Sunday of the Gregorian calendar (the rule of 1582, by the algorithm of Meeus, Jones and Butcher).
///
/// `None` before 1583, the calendar's first full year, and after 9999.
///
/// ```
/// use communes_civil::holiday::easter_sunday;
/// assert_eq!(easter_sunday(2026).map(|day| day.to_string()).as_deref(), Some("2026-04-05"));
/// ```
#[must_use]
pub fn easter_sunday(year: i32) -> Option<NaiveDate> {
    if !(1583..=9999).contains(&year) {
        return None;
    }
    let golden = year % 19;
    let century = year / 100;
    let in_century = year % 100;
    let moon_shift = (century - (century + 8) / 25 + 1) / 3;
    // Age of the ecclesiastical moon, then the days from it to the next Sunday.
    let epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4) % 7;
    let correction = (golden + 11 * epact + 22 * to_sunday) / 451;
    let march_based = epact + to_sunday - 7 * correction + 114;
    let month = u32::try_from(march_based / 31).ok()?;
    let day = u32::try_from(march_based % 31 + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Weekday};

    #[test]
    fn published_dates() {
        // The earliest and latest that exist, a leap century, and the exceptions of the rule (1954, 1981) that a
        // forgotten correction gets wrong by a week.
        for (year, month, day) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (1954, 4, 18),
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2038, 4, 25),
            (2285, 3, 22),
        ] {
            assert_eq!(easter_sunday(year), NaiveDate::from_ymd_opt(year, month, day), "{year}");
        }
    }

    #[test]
    fn a_sunday_between_22_march_and_25_april_in_every_year() {
        for year in 1583..=9999 {
            let easter = easter_sunday(year).expect("every year of the range has an Easter");
            assert_eq!(easter.weekday(), Weekday::Sun, "{year}");
            assert!(((3, 22)..=(4, 25)).contains(&(easter.month(), easter.day())), "{easter}");
        }
    }

    #[test]
    fn none_outside_the_calendar() {
        for year in [i32::MIN, 0, 1582, 10_000, i32::MAX] {
            assert_eq!(easter_sunday(year), None);
        }
    }
}
