//! The real files: holidays of 61 years, registers' numbers, lists of communes.

use std::{collections::BTreeSet, error::Error, fs, process::ExitCode};

use chrono::{Datelike, Days, NaiveDate};
use communes_civil::{
    EnterpriseNumber, EstablishmentNumber, LegalBasis, NationalNumber, NisCode, Ogm, Purpose,
    commune::{CommuneHistory, CommuneRecord},
    holiday::{Belgium, HolidayCalendar, easter_sunday},
    national_number::{Birth, NumberKind},
};
use communes_suite::{Need, Suite, fixtures};
use serde_json::Value;

type Outcome = Result<(), Box<dyn Error>>;
type Test = (&'static str, fn() -> Outcome);

fn main() -> ExitCode {
    let tests: [Test; 7] = [
        ("belgian_holidays_2000_to_2060", belgian_holidays),
        ("statutory_rules_of_a_second_source", statutory_rules),
        ("structured_communications", structured_communications),
        ("belgian_register_numbers", register_numbers),
        ("belgian_vat_numbers", vat_numbers),
        ("national_numbers_of_cards", national_numbers),
        ("communes_of_2018_2019_and_2025", communes),
    ];
    let mut suite = Suite::new();
    for (name, test) in tests {
        suite.test(Need::Fixtures, name, move || test().map_err(|error| error.to_string().into()));
    }
    suite.run()
}

fn json(path: &str) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_str(&fs::read_to_string(fixtures().join(path))?)?)
}

fn rows(path: &str) -> Result<Vec<csv::StringRecord>, Box<dyn Error>> {
    Ok(csv::Reader::from_path(fixtures().join(path))?.into_records().collect::<Result<_, _>>()?)
}

fn belgian_holidays() -> Outcome {
    let years = json("workflow/calendar/belgian_legal_holidays_2000_2060.json")?;
    let years = years.as_object().ok_or("no object")?;
    assert_eq!(years.len(), 61);
    for (year, expected) in years {
        let expected: BTreeSet<String> = expected.as_object().ok_or("no object")?.keys().cloned().collect();
        let holidays = Belgium.holidays(year.parse()?)?;
        assert_eq!(holidays.len(), 10, "{year}");
        let found: BTreeSet<String> = holidays.iter().map(|holiday| holiday.date.to_string()).collect();
        assert_eq!(found, expected, "{year}");
    }
    Ok(())
}

/// The rules as another publisher wrote them, applied to every year that both know.
fn statutory_rules() -> Outcome {
    let law = json("business-directory/geo/public-holidays.json")?;
    assert_eq!(law["fromYear"], *Belgium::YEARS.start());
    let rules = law["holidays"].as_array().ok_or("no rules")?;
    for year in Belgium::YEARS {
        let mut expected = BTreeSet::new();
        for rule in rules.iter().map(|holiday| &holiday["rule"]) {
            let number = |key: &str| rule[key].as_u64().ok_or("no number");
            let date = if rule["type"] == "fixed" {
                NaiveDate::from_ymd_opt(year, u32::try_from(number("month")?)?, u32::try_from(number("day")?)?)
            } else {
                easter_sunday(year)
                    .and_then(|easter| easter.checked_add_days(Days::new(number("daysAfterEaster").ok()?)))
            };
            expected.insert(date.ok_or("no such day")?);
        }
        let found: BTreeSet<NaiveDate> = Belgium.holidays(year)?.iter().map(|holiday| holiday.date).collect();
        assert_eq!(found, expected, "{year}");
    }
    Ok(())
}

fn structured_communications() -> Outcome {
    let rows = rows("doc-ordering/vectors/ogm.csv")?;
    assert_eq!(rows.len(), 17);
    for row in rows {
        let read = row[0].parse::<Ogm>();
        assert_eq!(read.is_ok(), &row[1] == "true", "{}: {}", &row[0], &row[3]);
        if let Ok(ogm) = read {
            assert_eq!(ogm.digits(), row[2], "{}", &row[0]);
        }
    }
    Ok(())
}

fn register_numbers() -> Outcome {
    let rows = rows("business-directory/ids/be-numbers.csv")?;
    assert_eq!(rows.len(), 20);
    for row in rows {
        let (input, valid, canonical) = (&row[0], &row[2] == "true", &row[3]);
        let read = match &row[1] {
            "establishment" => input.parse().map(EstablishmentNumber::digits),
            "vat" => input.parse().map(EnterpriseNumber::digits).map(|digits| format!("BE{digits}")),
            "enterprise" => input.parse().map(EnterpriseNumber::digits),
            // No official number: neither type may take it.
            "branch" => {
                assert!(input.parse::<EnterpriseNumber>().is_err());
                assert!(input.parse::<EstablishmentNumber>().is_err());
                continue;
            }
            other => return Err(format!("unknown kind {other}").into()),
        };
        assert_eq!(read.is_ok(), valid, "{input}: {read:?}");
        if let Ok(digits) = read {
            assert_eq!(digits, canonical, "{input}");
        }
    }
    Ok(())
}

fn vat_numbers() -> Outcome {
    let mut seen = 0;
    for row in rows("business-directory/ids/eu-vat.csv")?.iter().filter(|row| row[0].starts_with("BE")) {
        let read = row[0].parse::<EnterpriseNumber>();
        assert_eq!(read.is_ok(), &row[1] == "true", "{}: {read:?}", &row[0]);
        seen += 1;
    }
    assert_eq!(seen, 16);
    Ok(())
}

fn national_numbers() -> Outcome {
    let purpose = Purpose::new("Test", LegalBasis::PublicTask, "Loi du 8 août 1983, art. 5")?;
    let expected = json("eid-verify/be-card/expected.json")?;
    let numbers = expected["national_numbers"].as_array().ok_or("no numbers")?;
    assert_eq!(numbers.len(), 7);
    for pair in numbers {
        let (text, says) = (pair[0].as_str().ok_or("no text")?, pair[1].as_str().ok_or("no text")?);
        let read = NationalNumber::from_test_card(text);
        assert_eq!(read.is_ok(), says.starts_with("valid"), "{text}: {says}");
        // "valid only with the 2 prefix: born 2001".
        if let Some((_, year)) = says.split_once("born ") {
            let Birth::Date(date) = text.parse::<NationalNumber>()?.birth(&purpose) else {
                return Err(format!("{text} has no birth date").into());
            };
            assert_eq!(date.year().to_string(), year, "{text}");
        }
    }
    // The persons of the test cards, whose number says nothing, and those of whom it says what the card says.
    for file in ["id-alice.tlv", "idFile-foreigner.dat", "ec-v17/identity.tlv"] {
        let card = find(&expected, file).ok_or("no such card")?;
        let number = NationalNumber::from_test_card(card["national_number"].as_str().ok_or("no number")?)?;
        let born: NaiveDate = card["birth_date"].as_str().ok_or("no date")?.parse()?;
        match number.kind() {
            NumberKind::Test => assert_eq!((file, number.birth(&purpose)), ("id-alice.tlv", Birth::Unknown)),
            _ => assert_eq!(number.birth(&purpose), Birth::Date(born), "{file}"),
        }
    }
    Ok(())
}

/// The object under a key, at any depth.
fn find<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(key).or_else(|| members.values().find_map(|member| find(member, key))),
        _ => None,
    }
}

fn communes() -> Outcome {
    let list = |path| -> Result<BTreeSet<NisCode>, Box<dyn Error>> {
        rows(path)?.iter().map(|row| Ok(row[0].parse()?)).collect()
    };
    let of_2018 = list("business-directory/geo/municipalities-2018.csv")?;
    let of_2019 = list("business-directory/geo/municipalities-2019.csv")?;
    let of_2025: BTreeSet<NisCode> = json("business-directory/geo/municipalities.json")?
        .as_array()
        .ok_or("no array")?
        .iter()
        .map(|commune| Ok(commune["id"].as_str().ok_or("no code")?.parse()?))
        .collect::<Result<_, Box<dyn Error>>>()?;
    assert_eq!((of_2018.len(), of_2019.len(), of_2025.len()), (589, 581, 565));

    // The history that the three lists make, with the eleven communes that only changed code in 2019.
    let changed = [
        ("52043", "55086"),
        ("52063", "55085"),
        ("54007", "57096"),
        ("54010", "57097"),
        ("55010", "51067"),
        ("55022", "58001"),
        ("55023", "51069"),
        ("55039", "51068"),
        ("56011", "58002"),
        ("56085", "58003"),
        ("56087", "58004"),
    ];
    let (in_2019, in_2025): (NaiveDate, NaiveDate) = ("2019-01-01".parse()?, "2025-01-01".parse()?);
    let all: BTreeSet<NisCode> = of_2018.iter().chain(&of_2019).chain(&of_2025).copied().collect();
    let records = all.into_iter().map(|nis| CommuneRecord {
        nis,
        from: match (of_2018.contains(&nis), of_2019.contains(&nis)) {
            (true, _) => None,
            (false, true) => Some(in_2019),
            (false, false) => Some(in_2025),
        },
        until: match (of_2019.contains(&nis), of_2025.contains(&nis)) {
            (_, true) => None,
            (true, false) => Some(in_2025),
            (false, false) => Some(in_2019),
        },
        successors: changed
            .iter()
            .filter(|(old, _)| nis.to_string() == *old)
            .filter_map(|(_, new)| new.parse().ok())
            .collect(),
    });
    let history = CommuneHistory::new(records)?;
    for (date, expected) in [("2018-12-31", of_2018), ("2019-01-01", of_2019), ("2025-01-01", of_2025)] {
        let found: BTreeSet<NisCode> = history.codes_on(date.parse()?).collect();
        assert_eq!(found, expected, "{date}");
    }
    // Mouscron.
    let codes = |date: &str| -> Result<BTreeSet<NisCode>, Box<dyn Error>> {
        Ok(history.codes_for("54007".parse()?, date.parse()?)?)
    };
    assert_eq!(codes("2018-12-31")?, ["54007".parse()?].into());
    assert_eq!(codes("2026-11-25")?, ["57096".parse()?].into());
    Ok(())
}
