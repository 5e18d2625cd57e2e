//! The facade on small extracts of our own: refused rows, scopes, updates, privacy in search.
#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use std::sync::Arc;

use chrono::NaiveDate;
use communes_business_directory::{
    Directory, MemoryOverlays, MemoryRegister, Overlay, PrivacyPolicy, Query, RegisterStore, Scope, SoleTraders,
    entry::Field,
    kbo::{Extract, ImportReport, KboFile, MemoryFiles, WarningCode},
    place::{Place, PlaceSource, Precision},
    register::{EntityKey, Presence},
    search::{TantivyIndex, Tier},
};
use communes_civil::{Lang, Texts};

/// A company with two shops, one of them elsewhere; a sole trader with a shop.
const ENTERPRISES: &str = "EnterpriseNumber,Status,JuridicalSituation,TypeOfEnterprise,JuridicalForm,JuridicalFormCAC,StartDate\n\
    0403.449.823,AC,000,2,014,,01-01-1968\n\
    0400.008.697,AC,000,1,,,01-01-1990\n";
const ESTABLISHMENTS: &str = "EstablishmentNumber,StartDate,EnterpriseNumber\n\
    2.000.000.339,01-01-1970,0403.449.823\n\
    2.000.000.438,01-01-1970,0403.449.823\n\
    2.000.001.032,01-01-1990,0400.008.697\n";
const NAMES: &str = "EntityNumber,Language,TypeOfDenomination,Denomination\n\
    0403.449.823,1,001,Total Énergies SA\n\
    2.000.000.339,1,003,Station de l'Étoile\n\
    0400.008.697,0,001,\"Dupont, Jeanne\"\n\
    2.000.001.032,1,003,Aux Doigts de Fée\n";
const ADDRESSES: &str = "EntityNumber,TypeOfAddress,CountryNL,CountryFR,Zipcode,MunicipalityNL,MunicipalityFR,StreetNL,StreetFR,HouseNumber,\
    Box,ExtraAddressInfo,DateStrikingOff\n\
    0403.449.823,REGO,,,1000,Brussel,Bruxelles,Wetstraat,Rue de la Loi,1,,,\n\
    2.000.000.339,BAET,,,5300,Andenne,Andenne,Rue Brun,Rue Brun,2,,,\n\
    2.000.000.438,BAET,,,4000,Luik,Liège,Rue Étoile,Rue Étoile,3,,,\n\
    2.000.001.032,BAET,,,5300,Andenne,Andenne,Rue Cachée,Rue Cachée,4,,,\n";
const CONTACTS: &str = "EntityNumber,EntityContact,ContactType,Value\n";
const ACTIVITIES: &str = "EntityNumber,ActivityGroup,NaceVersion,NaceCode,Classification\n\
    2.000.001.032,001,2025,96021,MAIN\n";

fn meta(kind: &str, number: u32) -> String {
    format!("Variable,Value\nExtractType,{kind}\nExtractNumber,{number}\nSnapshotDate,{number:02}-10-2025\n")
}

fn full() -> MemoryFiles {
    MemoryFiles::new()
        .with("meta.csv", meta("full", 10))
        .with("enterprise.csv", ENTERPRISES)
        .with("establishment.csv", ESTABLISHMENTS)
        .with("branch.csv", "Id,StartDate,EnterpriseNumber\n")
        .with("denomination.csv", NAMES)
        .with("address.csv", ADDRESSES)
        .with("contact.csv", CONTACTS)
        .with("activity.csv", ACTIVITIES)
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, 20).unwrap()
}

struct Town {
    store: Arc<MemoryRegister>,
    overlays: Arc<MemoryOverlays>,
    directory: Directory,
}

impl Town {
    fn new(sole_traders: SoleTraders) -> Self {
        let store = Arc::new(MemoryRegister::new());
        let overlays = Arc::new(MemoryOverlays::new());
        let index = Arc::new(TantivyIndex::in_memory());
        let directory = Directory::new(Arc::clone(&store) as Arc<dyn RegisterStore>, Arc::clone(&overlays) as _, index);
        Self { store, overlays, directory: directory.with_privacy(PrivacyPolicy::new(sole_traders)) }
    }

    fn import(&self, files: &MemoryFiles, scope: Option<Scope>) -> ImportReport {
        let extract = Extract::open(files).unwrap();
        let report = pollster::block_on(self.directory.import(&extract, scope)).unwrap();
        self.reindex();
        report
    }

    fn reindex(&self) -> usize {
        pollster::block_on(self.directory.reindex(today(), false)).unwrap()
    }

    fn search(&self, text: &str) -> Vec<(String, Tier)> {
        let hits = pollster::block_on(self.directory.search(&Query::new(text, Lang::FR, today()))).unwrap();
        hits.hits.into_iter().map(|hit| (hit.entry.name.value, hit.why.tier)).collect()
    }

    fn presence(&self, number: &str) -> Option<Presence> {
        let key: EntityKey = number.parse().unwrap();
        pollster::block_on(self.store.records(&[key])).unwrap().remove(0).map(|record| record.presence)
    }
}

fn found(name: &str, tier: Tier) -> Vec<(String, Tier)> {
    vec![(name.to_owned(), tier)]
}

#[test]
fn a_refused_row_is_located_and_the_import_goes_on() {
    let names = "Denomination,TypeOfDenomination,Language,EntityNumber\n\
        Gardé,001,1,0403.449.823\n\
        \"Dupont, Jeanne\",001,1,0403.449.824\n\
        trop,001,1\n\
        \"ouvert,001,1,0403.449.823\n\
        nul\0,001,1,0403.449.823\n\
        Aussi gardé,999,9,2.000.000.339\n";
    let activities = "EntityNumber,ActivityGroup,NaceVersion,NaceCode,Classification\n\
        2.000.000.339,001,1999,96021,MAIN\n\
        2.000.000.339,001,2025,x,MAIN\n";
    let addresses = ADDRESSES.replace(",4,,,\n", ",4,,,31-02-2025\n");
    let files = full().with("denomination.csv", names).with("activity.csv", activities).with("address.csv", addresses);
    let report = Town::new(SoleTraders::Withhold).import(&files, None);
    let refused: Vec<(&str, u64, Option<&str>, &str)> =
        report.refused.iter().map(|row| (row.file.as_str(), row.line, row.column, row.code)).collect();
    assert_eq!(
        refused,
        [
            ("denomination.csv", 3, Some("EntityNumber"), "number"),
            ("denomination.csv", 4, None, "column-count"),
            ("denomination.csv", 5, None, "open-quote"),
            ("denomination.csv", 6, Some("Denomination"), "control-character"),
            ("address.csv", 5, Some("DateStrikingOff"), "date"),
            ("activity.csv", 2, Some("NaceVersion"), "nace-version"),
            ("activity.csv", 3, Some("NaceCode"), "nace-digits"),
        ]
    );
    assert_eq!(
        (report.refused_total, report.counts[&KboFile::Denomination], report.counts[&KboFile::Address]),
        (7, 2, 3)
    );
    let unknown: Vec<&str> = report
        .warnings
        .iter()
        .filter(|warning| warning.code == WarningCode::UnknownCode)
        .map(|warning| warning.subject.as_str())
        .collect();
    assert_eq!(unknown, ["Language 9", "TypeOfDenomination 999"], "kept, and said");
    let text = format!("{report:?}");
    assert!(!text.contains("Dupont") && !text.contains("ouvert"), "a report repeats nothing: {text}");
}

#[test]
fn an_extract_that_is_not_whole_is_refused_whole() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    let broken = MemoryFiles::new().with("meta.csv", meta("full", 11)).with("enterprise.csv", ENTERPRISES);
    let extract = Extract::open(&broken).unwrap();
    let error = pollster::block_on(town.directory.import(&extract, None)).unwrap_err();
    assert_eq!(error.code(), "missing-file");
    let column = full().with("meta.csv", meta("full", 11)).with("contact.csv", "EntityNumber,Value\n");
    let extract = Extract::open(&column).unwrap();
    let error = pollster::block_on(town.directory.import(&extract, None)).unwrap_err();
    assert_eq!(error.code(), "missing-column");
    assert_eq!(town.search("total energies").len(), 3, "nothing was written");
    assert_eq!(Extract::open(&MemoryFiles::new()).unwrap_err().code(), "missing-file");
    let wrong = MemoryFiles::new().with("meta.csv", "Variable,Value\nExtractType,whole\n");
    assert_eq!(Extract::open(&wrong).unwrap_err().to_string(), "meta.csv: ExtractType can't be used");
}

#[test]
fn a_scope_brings_the_enterprise_of_its_shops_and_not_their_sisters() {
    let town = Town::new(SoleTraders::AsLegalPersons);
    let report = town.import(&full(), Some(Scope::postcodes(["5300".parse().unwrap()])));
    // Two shops in 5300 and their two enterprises; all names of the four, the seat in 1000 with them; not the shop in 4000.
    let counts: Vec<u64> = KboFile::ALL.iter().map(|file| report.counts[file]).collect();
    assert_eq!(counts, [2, 2, 0, 4, 3, 0, 1]);
    assert_eq!(town.presence("2.000.000.438"), None);
    assert_eq!(town.presence("0403.449.823"), Some(Presence::Active));
}

#[test]
fn a_scoped_update_keeps_what_is_known_or_inside() {
    let town = Town::new(SoleTraders::AsLegalPersons);
    town.import(&full(), Some(Scope::postcodes(["5300".parse().unwrap()])));
    let update = MemoryFiles::new()
        .with("meta.csv", meta("update", 11))
        // The company is taken out and put back; its names are in no file.
        .with("enterprise_delete.csv", "EnterpriseNumber\n0403.449.823\n0876.543.232\n")
        .with("enterprise_insert.csv", ENTERPRISES.replace("0400.008.697,AC,000,1,", "1029.025.290,AC,000,2,610"))
        // A shop that opens inside, one that opens outside.
        .with(
            "establishment_insert.csv",
            "EstablishmentNumber,StartDate,EnterpriseNumber\n2.377.470.790,11-10-2025,1029.025.290\n2.000.002.022,11-10-2025,1029.025.290\n",
        )
        .with("denomination_delete.csv", "EntityNumber\n2.000.000.339\n")
        .with(
            "denomination_insert.csv",
            "EntityNumber,Language,TypeOfDenomination,Denomination\n2.000.000.339,1,003,Station neuve\n1029.025.290,1,001,Neuf\n0401.729.854,1,001,Ailleurs\n",
        )
        .with(
            "address_insert.csv",
            format!(
                "{}\n2.377.470.790,BAET,,,5300,Andenne,Andenne,Rue Brun,Rue Brun,9,,,\n2.000.002.022,BAET,,,4000,Luik,Liège,Rue,Rue,9,,,\n",
                ADDRESSES.lines().next().unwrap()
            ),
        );
    let report = town.import(&update, None);
    // The company and the new one; the shop inside; the names of the two known.
    assert_eq!(report.counts[&KboFile::Enterprise], 2);
    assert_eq!(report.counts[&KboFile::Establishment], 1);
    assert_eq!(report.counts[&KboFile::Denomination], 2);
    assert_eq!(report.removed[&KboFile::Enterprise], 1, "what was never here is not taken out");
    assert_eq!(town.presence("0403.449.823"), Some(Presence::Active));
    assert_eq!(town.search("total energies")[0], ("Total Énergies SA".to_owned(), Tier::ExactName));
    assert_eq!(town.search("station neuve"), found("Station neuve", Tier::ExactName));
    assert!(town.search("station etoile").is_empty());
    assert!(town.search("ailleurs").is_empty());
}

#[test]
fn what_closes_is_left_out_of_search_and_answers_by_its_number() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    let update = MemoryFiles::new()
        .with("meta.csv", meta("update", 11))
        .with("establishment_delete.csv", "EstablishmentNumber\n2.000.000.339\n");
    town.import(&update, None);
    assert!(town.search("station").is_empty());
    let seen_on = NaiveDate::from_ymd_opt(2025, 10, 11).unwrap();
    assert_eq!(town.presence("2.000.000.339"), Some(Presence::Gone { seen_on }));
    assert_eq!(town.search("2.000.000.339"), found("Station de l'Étoile", Tier::Number));
    let query = Query::new("station", Lang::FR, today()).with_gone();
    assert_eq!(pollster::block_on(town.directory.search(&query)).unwrap().total, 1);
    // It opens again.
    let update = MemoryFiles::new().with("meta.csv", meta("update", 12)).with(
        "establishment_insert.csv",
        "EstablishmentNumber,StartDate,EnterpriseNumber\n2.000.000.339,01-01-1970,0403.449.823\n",
    );
    town.import(&update, None);
    assert_eq!(town.search("station")[0].0, "Station de l'Étoile");
}

#[test]
fn a_sole_trader_is_found_by_nothing_that_is_hidden() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    for text in ["dupont", "jeanne", "doigts", "cachee", "2.000.001.032", "0400.008.697", "andenne fee"] {
        assert!(town.search(text).is_empty(), "{text}");
    }
    let town = Town::new(SoleTraders::TradeNameOnly);
    town.import(&full(), None);
    assert_eq!(town.search("doigts de fee"), found("Aux Doigts de Fée", Tier::ExactName));
    assert_eq!(town.search("doigts andenne"), found("Aux Doigts de Fée", Tier::NameAndMore));
    for text in ["dupont", "jeanne", "cachee", "0400.008.697"] {
        assert!(town.search(text).is_empty(), "{text}");
    }
}

#[test]
fn what_became_hidden_is_not_shown_by_an_old_index() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    assert_eq!(town.search("station").len(), 1);
    town.overlays.put("2.000.000.339".parse().unwrap(), Overlay { withheld: true, ..Overlay::default() });
    assert!(town.search("station").is_empty(), "before the index is built again");
    assert_eq!(town.reindex(), 2, "the company and its other shop");
}

#[test]
fn the_commune_s_names_and_markers_are_found_and_shown() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    let place = Place::new(50.489, 5.095, Precision::Address, PlaceSource::Commune).unwrap();
    let names = Texts::new(Lang::FR, "La Pompe").unwrap().with(Lang::NL, "De Pomp").unwrap();
    let overlay = Overlay { name: Field::Set(names), place: Field::Set(place.clone()), ..Overlay::default() };
    town.overlays.put("2.000.000.339".parse().unwrap(), overlay);
    town.reindex();
    assert_eq!(town.search("de pomp"), found("La Pompe", Tier::ExactName), "in Dutch, shown in French");
    assert_eq!(town.search("station etoile")[0].0, "La Pompe", "by the register's name too");
    let hits = pollster::block_on(town.directory.search(&Query::new("la pompe", Lang::FR, today()))).unwrap();
    assert_eq!(hits.hits[0].entry.place.as_ref().unwrap().value, place);
}

#[test]
fn a_name_beats_an_address_and_spaces_do_not_count() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    // One has it in its name, the other in its street.
    assert_eq!(
        town.search("étoile"),
        [("Station de l'Étoile".to_owned(), Tier::Name), ("Total Énergies SA".to_owned(), Tier::Address)]
    );
    // The company, its shop without a name, and last the shop with one of its own.
    assert_eq!(town.search("total energies")[2], ("Station de l'Étoile".to_owned(), Tier::Name));
    for text in ["totalenergies", "total energies", "Total-Énergies", "TOTAL ENERGIES NV", "total energies sa"] {
        assert_eq!(town.search(text)[0].0, "Total Énergies SA", "{text}");
    }
}

#[test]
fn pages_do_not_overlap() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    let page = |offset| {
        let query = Query::new("total", Lang::FR, today()).part(offset, 1);
        let hits = pollster::block_on(town.directory.search(&query)).unwrap();
        (hits.total, hits.hits.first().map(|hit| hit.entry.key))
    };
    // The company, and its two shops, which have its name too.
    let keys: Vec<_> = (0..4).map(page).collect();
    assert!(keys.iter().all(|(total, _)| *total == 3));
    assert_eq!(keys[3].1, None);
    assert!(keys[0].1 != keys[1].1 && keys[1].1 != keys[2].1 && keys[0].1 != keys[2].1);
}

#[test]
fn establishments_come_in_pages_and_only_public_ones() {
    let town = Town::new(SoleTraders::Withhold);
    town.import(&full(), None);
    let page = |number: &str, after: Option<&communes_ledger::Cursor>| {
        let number = number.parse().unwrap();
        pollster::block_on(town.directory.establishments(number, Lang::FR, today(), after, 1)).unwrap()
    };
    let first = page("0403.449.823", None);
    assert_eq!(first.items[0].name.value, "Station de l'Étoile");
    let second = page("0403.449.823", first.next.as_ref());
    assert_eq!((second.items[0].name.value.as_str(), second.next), ("Total Énergies SA", None));
    assert!(page("0400.008.697", None).items.is_empty());
}
