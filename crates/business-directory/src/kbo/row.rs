//! From the columns of a row to the domain: one function a file, its columns in the order of `KboFile::columns`.

use chrono::NaiveDate;

use super::KboFile;
use crate::register::{
    Activity, Address, CodeCategory, Contact, Entity, EntityKey, EntityKind, GroupSet, LegalForm, NaceCode, Name, Of,
    PersonKind, Situation,
};

/// Longer than any text of the register (320 characters), in bytes.
const MAX_TEXT: usize = 2_000;

/// Why a row is refused: a column and a stable code, never its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) column: &'static str,
    pub(super) code: &'static str,
}

/// A row of one of the files.
#[derive(Debug)]
pub(super) enum Parsed {
    Entity(Entity),
    Name(Of<Name>),
    Address(Of<Address>),
    Contact(Of<Contact>),
    Activity(Of<Activity>),
}

/// The codes of a row that a code table should know.
pub(super) type Codes<'a> = [(CodeCategory, &'a str); 3];

pub(super) fn parse(file: KboFile, values: &[&str]) -> Result<Parsed, Fault> {
    let columns = file.columns();
    if let Some(place) = values.iter().position(|value| value.len() > MAX_TEXT) {
        return Err(Fault { column: columns[place], code: "text-too-long" });
    }
    // No database's text holds it, and no register's either.
    if let Some(place) = values.iter().position(|value| value.contains('\0')) {
        return Err(Fault { column: columns[place], code: "control-character" });
    }
    match file {
        KboFile::Enterprise => enterprise(values).map(Parsed::Entity),
        KboFile::Establishment => unit(values, EntityKind::Establishment, columns).map(Parsed::Entity),
        KboFile::Branch => unit(values, EntityKind::Branch, columns).map(Parsed::Entity),
        KboFile::Denomination => denomination(values).map(Parsed::Name),
        KboFile::Address => address(values).map(Parsed::Address),
        KboFile::Contact => contact(values).map(Parsed::Contact),
        KboFile::Activity => activity(values).map(Parsed::Activity),
    }
}

/// Which codes of a row a code table should know. An empty code is none.
pub(super) fn codes<'a>(file: KboFile, values: &[&'a str]) -> Codes<'a> {
    const NONE: (CodeCategory, &str) = (CodeCategory::Status, "");
    match file {
        KboFile::Enterprise => [
            (CodeCategory::JuridicalSituation, values[1]),
            (CodeCategory::TypeOfEnterprise, values[2]),
            (CodeCategory::JuridicalForm, values[3]),
        ],
        KboFile::Establishment | KboFile::Branch => [NONE, NONE, NONE],
        KboFile::Denomination => {
            [(CodeCategory::Language, values[1]), (CodeCategory::TypeOfDenomination, values[2]), NONE]
        }
        KboFile::Address => [(CodeCategory::TypeOfAddress, values[1]), NONE, NONE],
        KboFile::Contact => [(CodeCategory::ContactType, values[1]), NONE, NONE],
        KboFile::Activity => {
            let nace = match values[2] {
                "2003" => CodeCategory::Nace2003,
                "2008" => CodeCategory::Nace2008,
                _ => CodeCategory::Nace2025,
            };
            [(CodeCategory::ActivityGroup, values[1]), (nace, values[3]), (CodeCategory::Classification, values[4])]
        }
    }
}

/// Codes of the cookbook's short lists, for extracts that come without a code table.
pub(super) fn cookbook_lists(category: CodeCategory) -> Option<&'static [&'static str]> {
    match category {
        CodeCategory::ActivityGroup => Some(&["001", "002", "003", "004", "005", "006", "007"]),
        CodeCategory::Classification => Some(&["MAIN", "SECO", "ANCI"]),
        CodeCategory::ContactType => Some(&["TEL", "EMAIL", "WEB"]),
        CodeCategory::Language => Some(&["0", "1", "2", "3", "4"]),
        CodeCategory::TypeOfAddress => Some(&["REGO", "BAET", "ABBR", "OBAD"]),
        CodeCategory::TypeOfDenomination => Some(&["001", "002", "003", "004"]),
        CodeCategory::TypeOfEnterprise => Some(&["0", "1", "2"]),
        _ => None,
    }
}

/// The key of a row of deletes. An entity's own row is removed by the file of its own kind only.
pub(super) fn key(file: KboFile, text: &str) -> Result<EntityKey, Fault> {
    let column = file.key_column();
    let key: EntityKey = text.parse().map_err(|_| Fault { column, code: "number" })?;
    let kind = match file {
        KboFile::Enterprise => Some(EntityKind::Enterprise),
        KboFile::Establishment => Some(EntityKind::Establishment),
        KboFile::Branch => Some(EntityKind::Branch),
        _ => None,
    };
    if kind.is_some_and(|kind| kind != key.kind()) {
        return Err(Fault { column, code: "number" });
    }
    Ok(key)
}

fn enterprise(values: &[&str]) -> Result<Entity, Fault> {
    let form = values[3].trim();
    let read_as = values[4].trim();
    Ok(Entity {
        key: key(KboFile::Enterprise, values[0])?,
        enterprise: None,
        situation: Some(values[1].trim()).filter(|code| !code.is_empty()).map(Situation::new),
        person: match values[2].trim() {
            "1" => PersonKind::Natural,
            "2" => PersonKind::Legal,
            _ => PersonKind::Unknown,
        },
        form: (!(form.is_empty() && read_as.is_empty())).then(|| LegalForm {
            code: form.to_owned(),
            read_as: Some(read_as).filter(|code| !code.is_empty()).map(str::to_owned),
        }),
        started: dated(values[5], "StartDate")?,
    })
}

fn unit(values: &[&str], kind: EntityKind, columns: &[&'static str]) -> Result<Entity, Fault> {
    let file = if kind == EntityKind::Branch { KboFile::Branch } else { KboFile::Establishment };
    let enterprise = values[2].parse().map_err(|_| Fault { column: columns[2], code: "number" })?;
    Ok(Entity {
        key: key(file, values[0])?,
        enterprise: Some(enterprise),
        person: PersonKind::Unknown,
        form: None,
        situation: None,
        started: dated(values[1], "StartDate")?,
    })
}

fn denomination(values: &[&str]) -> Result<Of<Name>, Fault> {
    let value =
        Name { language_code: values[1].to_owned(), kind: values[2].to_owned().into(), text: values[3].to_owned() };
    Ok(Of { key: key(KboFile::Denomination, values[0])?, value })
}

fn address(values: &[&str]) -> Result<Of<Address>, Fault> {
    let text = |place: usize| values[place].to_owned();
    let value = Address {
        kind: text(1).into(),
        country_nl: text(2),
        country_fr: text(3),
        postcode: text(4),
        municipality_nl: text(5),
        municipality_fr: text(6),
        street_nl: text(7),
        street_fr: text(8),
        house_number: text(9),
        box_number: text(10),
        extra: text(11),
        struck_off: dated(values[12], "DateStrikingOff")?,
    };
    Ok(Of { key: key(KboFile::Address, values[0])?, value })
}

fn contact(values: &[&str]) -> Result<Of<Contact>, Fault> {
    let value = Contact { kind: values[1].to_owned().into(), value: values[2].to_owned() };
    Ok(Of { key: key(KboFile::Contact, values[0])?, value })
}

fn activity(values: &[&str]) -> Result<Of<Activity>, Fault> {
    let key = key(KboFile::Activity, values[0])?;
    let groups = GroupSet::of(values[1]).ok_or(Fault { column: "ActivityGroup", code: "activity-group" })?;
    let version = values[2].parse::<u16>().ok().and_then(|year| year.try_into().ok());
    let version = version.ok_or(Fault { column: "NaceVersion", code: "nace-version" })?;
    let nace = NaceCode::new(version, values[3]).map_err(|error| Fault { column: "NaceCode", code: error.code() })?;
    Ok(Of { key, value: Activity { nace, class: values[4].to_owned().into(), groups } })
}

fn dated(text: &str, column: &'static str) -> Result<Option<NaiveDate>, Fault> {
    date(text).map_err(|()| Fault { column, code: "date" })
}

/// `dd-mm-yyyy`, or nothing.
pub(super) fn date(text: &str) -> Result<Option<NaiveDate>, ()> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Ok(None);
    }
    let digits = |range: std::ops::Range<usize>| -> Result<u32, ()> {
        let part = text.get(range).ok_or(())?;
        if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse().map_err(|_| ()) } else { Err(()) }
    };
    if bytes.len() != 10 || bytes[2] != b'-' || bytes[5] != b'-' {
        return Err(());
    }
    let (day, month, year) = (digits(0..2)?, digits(3..5)?, digits(6..10)?);
    NaiveDate::from_ymd_opt(year.try_into().map_err(|_| ())?, month, day).map(Some).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_one_form() {
        assert_eq!(date("30-05-2025"), Ok(NaiveDate::from_ymd_opt(2025, 5, 30)));
        assert_eq!(date(""), Ok(None));
        for wrong in ["2025-05-30", "30/05/2025", "31-02-2025", "+1-05-2025", "30-05-20255", "éé-05-202"] {
            assert_eq!(date(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn an_enterprise_file_deletes_enterprises_only() {
        assert!(key(KboFile::Enterprise, "0403.449.823").is_ok());
        assert!(key(KboFile::Enterprise, "2.000.000.339").is_err());
        assert!(key(KboFile::Address, "2.000.000.339").is_ok());
    }
}
