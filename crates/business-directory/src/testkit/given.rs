//! What the cases import: invented enterprises with numbers whose check digits are right.

use chrono::NaiveDate;
use communes_civil::EnterpriseNumber;

use crate::{
    RegisterStore, Scope,
    kbo::Checkpoint,
    register::{
        Activity, ActivityClass, Address, AddressKind, Contact, ContactKind, Entity, EntityKey, GroupSet, LegalForm,
        NaceCode, NaceVersion, Name, NameKind, Of, PersonKind, RegisterChange, RegisterRecord, Situation,
    },
    store::{ImportMode, ImportTotals},
};

pub(super) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, day).unwrap()
}

/// The number of any eight digits: 97 less the rest by 97 behind them.
pub(super) fn key(base: u32) -> EntityKey {
    format!("{base:08}{:02}", 97 - base % 97).parse().unwrap()
}

pub(super) fn enterprise_number(base: u32) -> EnterpriseNumber {
    key(base).digits().parse().unwrap()
}

pub(super) fn enterprise(base: u32) -> Entity {
    Entity {
        key: key(base),
        enterprise: None,
        person: PersonKind::Legal,
        form: Some(LegalForm { code: "015".to_owned(), read_as: Some("610".to_owned()) }),
        situation: Some(Situation::new("000")),
        started: NaiveDate::from_ymd_opt(1923, 2, 16),
    }
}

pub(super) fn establishment(base: u32, of: u32) -> Entity {
    Entity {
        key: key(base),
        enterprise: Some(enterprise_number(of)),
        person: PersonKind::Unknown,
        form: None,
        situation: None,
        started: None,
    }
}

pub(super) fn name(base: u32, text: &str) -> Of<Name> {
    let value = Name { kind: NameKind::Legal, language_code: "1".to_owned(), text: text.to_owned() };
    Of { key: key(base), value }
}

pub(super) fn address(base: u32, street: &str) -> Of<Address> {
    let value = Address {
        kind: AddressKind::Seat,
        country_nl: String::new(),
        country_fr: "Belgique".to_owned(),
        postcode: "4790".to_owned(),
        municipality_nl: "Burg-Reuland".to_owned(),
        municipality_fr: "Burg-Reuland (Dürler)".to_owned(),
        street_nl: street.to_owned(),
        street_fr: " Rue  de l’Église ".to_owned(),
        house_number: "1B".to_owned(),
        box_number: "2ét".to_owned(),
        extra: "c/o \"X\", Y".to_owned(),
        struck_off: Some(day(3)),
    };
    Of { key: key(base), value }
}

pub(super) fn contact(base: u32, value: &str) -> Of<Contact> {
    let value = Contact { kind: ContactKind::Other("FAX".to_owned()), value: value.to_owned() };
    Of { key: key(base), value }
}

pub(super) fn activity(base: u32, digits: &str, group: &str) -> Of<Activity> {
    let value = Activity {
        nace: NaceCode::new(NaceVersion::V2025, digits).unwrap(),
        class: ActivityClass::Main,
        groups: GroupSet::of(group).unwrap(),
    };
    Of { key: key(base), value }
}

pub(super) fn checkpoint(sequence: u64) -> Checkpoint {
    Checkpoint { extract: Some(147), snapshot: day(11), scope: Scope::postcodes(["4790".parse().unwrap()]), sequence }
}

pub(super) const UPDATE: fn() -> ImportMode = || ImportMode::Update { snapshot: day(11) };

/// Imports these changes.
pub(super) async fn import(store: &impl RegisterStore, mode: ImportMode, changes: Vec<RegisterChange>) -> ImportTotals {
    let mut import = store.begin(mode).await.unwrap();
    for change in changes {
        import.apply(change).await.unwrap();
    }
    import.finish(checkpoint(1)).await.unwrap()
}

pub(super) async fn record(store: &impl RegisterStore, base: u32) -> Option<RegisterRecord> {
    let mut records = store.records(&[key(base)]).await.unwrap();
    assert_eq!(records.len(), 1, "one answer for one key");
    records.remove(0)
}

/// The names of a record.
pub(super) fn names(record: &RegisterRecord) -> Vec<&str> {
    record.names.iter().map(|name| name.text.as_str()).collect()
}
