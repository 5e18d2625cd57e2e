//! Properties of every reader and of the calendar: no text makes one panic, and what is written is read back.

use std::{fmt::Display, str::FromStr};

use chrono::{Days, NaiveDate};
use communes_civil::{
    EnterpriseNumber, EstablishmentNumber, Iban, Lang, LegalBasis, NationalNumber, NisCode, Ogm, Purpose,
    WorkingCalendar,
    bank::CreditorReference,
    holiday::France,
    working_day::{DayKind, Term},
};
use proptest::{prelude::*, string::string_regex};
use serde::{Serialize, de::DeserializeOwned};

/// Any text, and texts near to the numbers.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        string_regex("(BE|be|RF|\\+\\+\\+|\\(0\\))?[0-9 ./*+é-]{0,40}").expect("the pattern is right"),
        string_regex("[A-Z]{2}[0-9]{2}[A-Z0-9]{0,40}").expect("the pattern is right"),
    ]
}

/// Printed and stored forms are both read back.
fn both_forms<T>(value: &T) -> Result<(), TestCaseError>
where
    T: FromStr<Err: Display> + Display + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let printed = value.to_string();
    prop_assert!(printed.parse::<T>().is_ok_and(|read| read == *value), "{printed}");
    let stored = serde_json::to_string(value).expect("numbers are text");
    prop_assert!(serde_json::from_str::<T>(&stored).is_ok_and(|read| read == *value), "{stored}");
    Ok(())
}

fn day() -> impl Strategy<Value = NaiveDate> {
    // 2000-01-01 to 2060-12-31.
    (0u64..22_281)
        .prop_map(|days| NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day of the calendar") + Days::new(days))
}

/// 97 less the rest by 97.
fn check(base: u64) -> u64 {
    97 - base % 97
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in text()) {
        let _ = text.parse::<NationalNumber>();
        let _ = NationalNumber::from_test_card(&text);
        if let Ok(number) = text.parse::<EnterpriseNumber>() { both_forms(&number)?; }
        if let Ok(number) = text.parse::<EstablishmentNumber>() { both_forms(&number)?; }
        if let Ok(iban) = text.parse::<Iban>() { both_forms(&iban)?; }
        if let Ok(ogm) = text.parse::<Ogm>() { both_forms(&ogm)?; }
        if let Ok(reference) = text.parse::<CreditorReference>() { both_forms(&reference)?; }
        if let Ok(lang) = text.parse::<Lang>() { both_forms(&lang)?; }
        if let Ok(code) = text.parse::<NisCode>() { both_forms(&code)?; }
        let _ = Lang::of_tag(&text);
    }

    #[test]
    fn enterprises_and_establishments(base in 1u64..89_999_999) {
        let text = format!("{base:08}{:02}", check(base));
        match base / 10_000_000 {
            0 | 1 => {
                let number: EnterpriseNumber = text.parse().unwrap();
                prop_assert_eq!(number.digits(), text);
                both_forms(&number)?;
            }
            _ => {
                let number: EstablishmentNumber = text.parse().unwrap();
                prop_assert_eq!(number.digits(), text);
                both_forms(&number)?;
            }
        }
    }

    /// One wrong digit is always found: 97 is a prime, and no power of ten is a multiple of it.
    #[test]
    fn a_wrong_digit_is_found(base in 1u64..9_999_999_999, place in 0usize..12, shift in 1u8..10) {
        let ogm = Ogm::from_base(base).unwrap();
        both_forms(&ogm)?;
        prop_assert_eq!(ogm.base(), base);
        let mut digits = ogm.digits().into_bytes();
        digits[place] = b'0' + (digits[place] - b'0' + shift) % 10;
        prop_assert!(String::from_utf8(digits).unwrap().parse::<Ogm>().is_err());
    }

    #[test]
    fn creditor_references(reference in "[A-Z0-9]{1,21}") {
        let whole = CreditorReference::from_reference(&reference).unwrap();
        prop_assert_eq!(whole.reference(), reference);
        both_forms(&whole)?;
    }

    #[test]
    fn national_numbers_of_every_birth_date(born in day(), serial in 1u32..=998, bis in 0u32..3) {
        use chrono::Datelike;
        let base = format!("{:02}{:02}{:02}{serial:03}", born.year() % 100, born.month() + 20 * bis, born.day());
        let text = format!("{base}{:02}", check(format!("2{base}").parse().unwrap()));
        let number: NationalNumber = text.parse().unwrap();
        let purpose = Purpose::new("Test", LegalBasis::PublicTask, "Test").unwrap();
        prop_assert!(number.birth(&purpose).agrees_with(born));
        prop_assert!(!number.birth(&purpose).agrees_with(born + Days::new(1)));
        prop_assert_eq!(number.expose(&purpose), &text);
        let printed = number.expose_printed(&purpose);
        prop_assert!(printed.parse::<NationalNumber>().is_ok_and(|read| read == number));
        let shown = format!("{number:?}");
        prop_assert!(!shown.chars().any(|character| character.is_ascii_digit()));
    }

    #[test]
    fn a_term_ends_on_the_first_working_day(act in day(), days in 0u32..400) {
        let calendar = WorkingCalendar::belgian();
        let end = calendar.end_of_term(act, Term::Days(days)).unwrap();
        prop_assert_eq!(end.counted, act + Days::new(days.into()));
        prop_assert_eq!(calendar.kind(end.last_day), Ok(DayKind::Working));
        // Nothing between is a working day, and no run of days off is longer than five (a weekend with holidays on both
        // sides).
        let between = (end.last_day - end.counted).num_days();
        prop_assert!((0..=5).contains(&between));
        for date in end.counted.iter_days().take(usize::try_from(between).unwrap()) {
            prop_assert_ne!(calendar.kind(date), Ok(DayKind::Working));
        }
        let clear = calendar.end_of_term(act, Term::ClearDays(days)).unwrap();
        prop_assert_eq!(clear.counted, end.counted + Days::new(1));
    }

    #[test]
    fn added_working_days_are_as_many_as_asked(from in day(), count in 1u32..60) {
        let calendar = WorkingCalendar::french(France::AlsaceMoselle { good_friday: true });
        let to = calendar.add_working_days(from, count).unwrap();
        let worked = from.iter_days().skip(1).take_while(|date| *date <= to)
            .filter(|date| calendar.is_working_day(*date).unwrap()).count();
        prop_assert_eq!(worked, count as usize);
        prop_assert_eq!(calendar.is_working_day(to), Ok(true));
    }
}
