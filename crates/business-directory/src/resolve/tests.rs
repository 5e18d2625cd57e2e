use communes_civil::{EnterpriseNumber, Texts};

use super::*;
use crate::{
    place::{Place, PlaceSource, Precision},
    register::{
        Address, AddressKind, Entity, EntityKey, LegalForm, NaceCode, NaceVersion, Name, NameKind, Parent, Situation,
    },
};

const CANARIES: [&str; 5] = ["Dupont, Jeanne", "Rue Cachée", "0475 12 34 56", "jeanne@example.be", "1999-04-03"];

fn enterprise() -> EnterpriseNumber {
    "0403.449.823".parse().unwrap()
}

fn owner(person: PersonKind) -> Entity {
    Entity {
        key: EntityKey::Enterprise(enterprise()),
        enterprise: None,
        person,
        form: Some(LegalForm { code: "015".to_owned(), read_as: Some("610".to_owned()) }),
        situation: Some(Situation::new("050")),
        started: "1999-04-03".parse().ok(),
    }
}

fn name(kind: NameKind, language_code: &str, text: &str) -> Name {
    Name { kind, language_code: language_code.to_owned(), text: text.to_owned() }
}

/// A shop with a trade name, whose enterprise has a person's name.
fn shop(person: PersonKind) -> RegisterRecord {
    let key: EntityKey = "2.377.470.790".parse().unwrap();
    let mut record = RegisterRecord::empty(key);
    record.presence = Presence::Active;
    record.entity = Some(Entity {
        key,
        enterprise: Some(enterprise()),
        person: PersonKind::Unknown,
        form: None,
        situation: None,
        started: "1999-04-03".parse().ok(),
    });
    record.parent = Some(Parent {
        number: enterprise(),
        entity: (person != PersonKind::Unknown).then(|| owner(person)),
        names: vec![name(NameKind::Legal, "0", "Dupont, Jeanne")],
    });
    record.names = vec![name(NameKind::Trade, "1", "Boulangerie  du Coin")];
    record.addresses = vec![Address {
        kind: AddressKind::Establishment,
        country_nl: String::new(),
        country_fr: String::new(),
        postcode: "5300".to_owned(),
        municipality_nl: "Andenne".to_owned(),
        municipality_fr: "Andenne".to_owned(),
        street_nl: String::new(),
        street_fr: "Rue Cachée(A)".to_owned(),
        house_number: "7".to_owned(),
        box_number: String::new(),
        extra: String::new(),
        struck_off: None,
    }];
    record.contacts = vec![
        Contact { kind: ContactKind::Telephone, value: "0475 12 34 56".to_owned() },
        Contact { kind: ContactKind::Email, value: "jeanne@example.be".to_owned() },
    ];
    record.activities = vec![Activity {
        nace: NaceCode::new(NaceVersion::V2025, "10711").unwrap(),
        class: ActivityClass::Main,
        groups: Default::default(),
    }];
    record
}

fn marker() -> Field<Place> {
    Field::Set(Place::new(50.489, 5.095, Precision::Address, PlaceSource::Commune).unwrap())
}

fn see(record: &RegisterRecord, overlay: &Overlay, sole_traders: SoleTraders) -> Result<PublicEntry, Withheld> {
    let date = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    resolve(record, overlay, &PrivacyPolicy::new(sole_traders), Lang::FR, date, &CodeTable::default())
}

fn shown(record: &RegisterRecord, overlay: &Overlay) -> PublicEntry {
    see(record, overlay, SoleTraders::Withhold).unwrap()
}

#[test]
fn a_sole_trader_is_withheld_by_default_and_so_is_whoever_may_be_one() {
    for person in [PersonKind::Natural, PersonKind::Unknown] {
        let overlay = Overlay { place: marker(), ..Overlay::default() };
        assert_eq!(see(&shop(person), &overlay, SoleTraders::Withhold), Err(Withheld::NaturalPerson));
    }
    let mut own = RegisterRecord::empty(EntityKey::Enterprise(enterprise()));
    own.presence = Presence::Active;
    own.entity = Some(owner(PersonKind::Natural));
    own.names = vec![name(NameKind::Legal, "0", "Dupont, Jeanne"), name(NameKind::Trade, "1", "Chez Jeanne")];
    for policy in [SoleTraders::Withhold, SoleTraders::TradeNameOnly] {
        assert_eq!(see(&own, &Overlay::default(), policy), Err(Withheld::NaturalPerson));
    }
    assert_eq!(see(&own, &Overlay::default(), SoleTraders::AsLegalPersons).unwrap().name.value, "Dupont, Jeanne");
}

#[test]
fn a_trade_name_alone_shows_nothing_of_the_person() {
    let mut record = shop(PersonKind::Natural);
    record.names.push(name(NameKind::Legal, "1", "Dupont, Jeanne"));
    let overlay = Overlay {
        place: marker(),
        telephone: Field::Set("0475 12 34 56".to_owned()),
        street: Field::Set(Texts::new(Lang::FR, "Rue Cachée 7").unwrap()),
        ..Overlay::default()
    };
    let entry = see(&record, &overlay, SoleTraders::TradeNameOnly).unwrap();
    let text = serde_json::to_string(&entry).unwrap();
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {text}");
    }
    assert_eq!((entry.name.value.as_str(), entry.enterprise, &entry.place), ("Boulangerie du Coin", None, &None));
    let address = entry.address.unwrap().value;
    assert_eq!(
        (address.postcode.as_deref(), address.locality.as_deref(), address.street),
        (Some("5300"), Some("Andenne"), None)
    );
    record.names.retain(|name| name.kind == NameKind::Legal);
    assert_eq!(
        see(&record, &overlay, SoleTraders::TradeNameOnly),
        Err(Withheld::NaturalPerson),
        "no name over the door"
    );
}

#[test]
fn who_agreed_is_shown_but_for_what_is_hidden() {
    let overlay = Overlay { person_agreed: true, telephone: Field::Hide, place: marker(), ..Overlay::default() };
    let entry = shown(&shop(PersonKind::Natural), &overlay);
    assert_eq!(entry.telephone, None);
    assert_eq!(entry.email.unwrap().source, Source::Register);
    assert_eq!(entry.address.unwrap().value.street.as_deref(), Some("Rue Cachée"));
    assert_eq!(entry.place.unwrap().source, Source::Commune);
    assert_eq!(entry.other_names[0].text, "Dupont, Jeanne");
    assert_eq!(entry.enterprise, Some(enterprise()));
}

#[test]
fn the_commune_sets_hides_and_withholds() {
    let record = shop(PersonKind::Legal);
    let texts = Texts::new(Lang::FR, "Le Fournil").unwrap().with(Lang::NL, "De Oven").unwrap();
    let overlay = Overlay { name: Field::Set(texts), email: Field::Hide, street: Field::Hide, ..Overlay::default() };
    let entry = shown(&record, &overlay);
    assert_eq!((entry.name.value.as_str(), entry.name.source), ("Le Fournil", Source::Commune));
    assert_eq!((entry.email, entry.address), (None, None));
    assert_eq!(entry.other_names[0].text, "Boulangerie du Coin", "what the register says finds it still");
    let hidden = shown(&record, &Overlay { name: Field::Hide, ..Overlay::default() });
    assert_eq!((hidden.name.value.as_str(), hidden.other_names.len()), ("2.377.470.790", 0));
    let withheld = Overlay { withheld: true, ..Overlay::default() };
    assert_eq!(see(&record, &withheld, SoleTraders::AsLegalPersons), Err(Withheld::ByCommune));
}

#[test]
fn a_seat_tells_a_legal_person_of_unknown_type() {
    let mut record = RegisterRecord::empty(EntityKey::Enterprise(enterprise()));
    record.presence = Presence::Active;
    record.entity = Some(owner(PersonKind::Unknown));
    assert_eq!(see(&record, &Overlay::default(), SoleTraders::Withhold), Err(Withheld::NaturalPerson));
    record.addresses = shop(PersonKind::Legal).addresses;
    record.addresses[0].kind = AddressKind::Seat;
    let entry = shown(&record, &Overlay::default());
    assert_eq!(entry.name.value, "0403.449.823", "without a name, its number");
    assert_eq!(entry.form.unwrap().code, "610", "what the form is to be read as");
    assert_eq!(entry.situation.unwrap().code, "050");
    record.presence = Presence::Unregistered;
    assert_eq!(see(&record, &Overlay::default(), SoleTraders::AsLegalPersons), Err(Withheld::Unregistered));
}

#[test]
fn the_language_chooses_among_names_and_streets() {
    let mut record = shop(PersonKind::Legal);
    record.names = vec![
        name(NameKind::Trade, "2", "Bakkerij"),
        name(NameKind::Trade, "0", "Boulangerie-Bakkerij"),
        name(NameKind::Abbreviation, "1", "BB"),
    ];
    record.addresses[0].street_nl = "Verborgenstraat".to_owned();
    let see = |language| {
        let date = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
        let entry =
            resolve(&record, &Overlay::default(), &PrivacyPolicy::default(), language, date, &CodeTable::default());
        let entry = entry.unwrap();
        (entry.name.value, entry.address.unwrap().value.street.unwrap())
    };
    assert_eq!(see(Lang::NL), ("Bakkerij".to_owned(), "Verborgenstraat".to_owned()));
    // A name of no known language before one of another.
    assert_eq!(see(Lang::FR), ("Boulangerie-Bakkerij".to_owned(), "Rue Cachée".to_owned()));
}

#[test]
fn an_address_struck_off_is_not_current() {
    let mut record = shop(PersonKind::Legal);
    record.addresses[0].struck_off = NaiveDate::from_ymd_opt(2026, 1, 5);
    assert_eq!(shown(&record, &Overlay::default()).address, None);
    record.addresses[0].struck_off = NaiveDate::from_ymd_opt(2026, 1, 6);
    assert!(shown(&record, &Overlay::default()).address.is_some(), "the day before, it holds");
}
