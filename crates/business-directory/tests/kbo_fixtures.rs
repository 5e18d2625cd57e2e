//! Real extracts of the Belgian register. The expected values are those of the fixtures' PROVENANCE, or were read off the files.
#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use std::{fs::File, path::PathBuf, process::ExitCode, sync::Arc};

use chrono::NaiveDate;
use communes_business_directory::{
    Directory, DirectoryError, MemoryOverlays, MemoryRegister, PublicEntry, Query, RegisterStore, Scope,
    kbo::{Extract, ImportReport, KboFile, KboFolder, WarningCode},
    register::{CodeCategory, EntityKey, Part, Presence},
    search::{TantivyIndex, Tier},
};
use communes_civil::Lang;
use communes_suite::{Need, Suite, fixtures};

fn folder(name: &str) -> PathBuf {
    fixtures().join("business-directory/kbo").join(name)
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, 12).unwrap()
}

fn key(number: &str) -> EntityKey {
    number.parse().unwrap()
}

struct Town {
    store: Arc<MemoryRegister>,
    directory: Directory,
}

impl Town {
    fn new() -> Self {
        let store = Arc::new(MemoryRegister::new());
        let directory = Directory::new(
            Arc::clone(&store) as Arc<dyn RegisterStore>,
            Arc::new(MemoryOverlays::new()),
            Arc::new(TantivyIndex::in_memory()),
        );
        Self { store, directory }
    }

    /// With extract 136 and the real code table.
    fn loaded() -> Self {
        let town = Self::new();
        town.import("full-0136-excerpt", true, None).unwrap();
        town
    }

    fn import(&self, name: &str, codes: bool, scope: Option<Scope>) -> Result<ImportReport, DirectoryError> {
        let files = KboFolder::new(folder(name));
        let mut extract = Extract::open(&files)?;
        if codes {
            extract = extract.with_codes("code.csv", Box::new(File::open(folder("code.csv")).unwrap()))?;
        }
        let report = pollster::block_on(self.directory.import(&extract, scope))?;
        pollster::block_on(self.directory.reindex(today(), false))?;
        Ok(report)
    }

    fn show(&self, number: &str, language: Lang) -> PublicEntry {
        pollster::block_on(self.directory.show(key(number), language, today())).unwrap().unwrap().unwrap()
    }

    fn search(&self, text: &str) -> Vec<(String, Tier)> {
        let query = Query::new(text, Lang::FR, today());
        let hits = pollster::block_on(self.directory.search(&query)).unwrap();
        assert_eq!(hits.total, hits.hits.len(), "{text}");
        hits.hits.into_iter().map(|hit| (hit.entry.key.digits(), hit.why.tier)).collect()
    }

    fn record(&self, number: &str) -> communes_business_directory::register::RegisterRecord {
        pollster::block_on(self.store.records(&[key(number)])).unwrap().remove(0).unwrap()
    }
}

fn counts(report: &ImportReport) -> Vec<(&'static str, u64)> {
    report.counts.iter().map(|(file, count)| (file.word(), *count)).collect()
}

fn warnings(report: &ImportReport) -> Vec<(WarningCode, &str, u64)> {
    report.warnings.iter().map(|warning| (warning.code, warning.subject.as_str(), warning.count)).collect()
}

fn main() -> ExitCode {
    let mut suite = Suite::new();
    let mut test = |name: &str, run: fn()| {
        suite.test(Need::Fixtures, name, move || {
            run();
            Ok(())
        });
    };
    test("the_full_extract_has_the_counts_of_its_provenance", the_full_extract);
    test("an_import_again_changes_nothing", an_import_again);
    test("the_code_table_is_whole", the_code_table);
    test("without_a_code_table_labels_are_missing_and_said_so", without_a_code_table);
    test("update_137_replaces_all_addresses_of_an_entity", update_137);
    test("update_147_does_not_cascade", update_147);
    test("an_older_extract_is_skipped", an_older_extract);
    test("a_scope_keeps_one_postcode", a_scope);
    test("a_struck_off_address_is_not_current", a_struck_off_address);
    test("liquidation_is_a_badge", liquidation);
    test("what_the_register_writes_is_cleaned_for_display", display);
    test("words_prefixes_and_accents_find", words);
    test("activities_find_through_their_labels", activities);
    suite.run()
}

fn the_full_extract() {
    let town = Town::new();
    let report = town.import("full-0136-excerpt", true, None).unwrap();
    assert_eq!(
        counts(&report),
        [
            ("enterprise", 11),
            ("establishment", 4),
            ("branch", 4),
            ("denomination", 14),
            ("address", 19),
            ("contact", 10),
            ("activity", 19),
        ]
    );
    assert_eq!((report.refused_total, report.refused.len()), (0, 0));
    // The file has 21,500 rows and no two for one code and language.
    assert_eq!(report.labels, 21_500);
    let totals = report.totals.clone().unwrap();
    // 11 enterprises, 4 establishments, 4 branches.
    assert_eq!((totals.entities, totals.gone), (19, 0));
    // cut -d, -f1 of each file, without the numbers of enterprise.csv: 8 of 19 addresses (0200.450.005, .762.878, .881.951,
    // .882.050, 0201.105.843, and the branches' enterprises 0400.051.358, .067.095, .357.897); 5 of 7 entities with contacts
    // (0201.105.843, .107.922, .310.929, .400.011, .400.110); no name and no activity.
    assert_eq!(totals.orphans, [(Part::Addresses, 8), (Part::Contacts, 5)].into());
    assert_eq!(
        warnings(&report),
        [
            (WarningCode::UnknownCode, "ContactType FAX", 1),
            (WarningCode::Orphan, "addresses", 8),
            (WarningCode::Orphan, "contacts", 5),
        ]
    );
    assert_eq!(report.warnings[0].first.as_deref(), Some("contact.csv:8"));
    let fax = town.record("0201.310.929").contacts.into_iter().find(|contact| contact.kind.code() == "FAX").unwrap();
    assert_eq!(fax.value, "089/36.17.97");
    let checkpoint = pollster::block_on(town.directory.extract()).unwrap().unwrap();
    assert_eq!((checkpoint.extract, checkpoint.snapshot.to_string().as_str()), (Some(136), "2025-05-30"));
}

fn an_import_again() {
    let town = Town::loaded();
    let before = (town.record("0200.065.765"), town.record("0200.068.636"), town.search("gent"));
    let report = town.import("full-0136-excerpt", true, None).unwrap();
    assert_eq!(report.counts[&KboFile::Address], 19);
    let totals = report.totals.unwrap();
    assert_eq!((totals.entities, totals.gone), (19, 0));
    assert_eq!((town.record("0200.065.765"), town.record("0200.068.636"), town.search("gent")), before);
}

fn the_code_table() {
    let town = Town::loaded();
    let codes = pollster::block_on(town.store.codes()).unwrap();
    for (category, count) in [
        (CodeCategory::Nace2003, 3838),
        (CodeCategory::Nace2008, 3324),
        (CodeCategory::Nace2025, 3276),
        (CodeCategory::JuridicalForm, 146),
        (CodeCategory::JuridicalSituation, 40),
        (CodeCategory::ActivityGroup, 7),
        (CodeCategory::Language, 5),
        (CodeCategory::TypeOfAddress, 4),
        (CodeCategory::TypeOfDenomination, 4),
        (CodeCategory::Classification, 3),
        (CodeCategory::ContactType, 3),
        (CodeCategory::EntityContact, 3),
        (CodeCategory::TypeOfEnterprise, 3),
        (CodeCategory::Status, 1),
    ] {
        assert_eq!(codes.count(category), count, "{category:?}");
    }
    let label = codes.label(CodeCategory::TypeOfDenomination, "004", Lang::FR);
    assert_eq!(label, Some("Dénomination de la succursale"), "without the blank of the file");
    assert_eq!(codes.label(CodeCategory::Language, "3", Lang::EN), Some("allemand"), "no English: French");
}

fn without_a_code_table() {
    let town = Town::new();
    let report = town.import("full-0136-excerpt", false, None).unwrap();
    assert_eq!(report.warnings[0].code, WarningCode::CodeTableMissing);
    assert_eq!(warnings(&report)[1], (WarningCode::UnknownCode, "ContactType FAX", 1), "the cookbook's own list");
    let entry = town.show("0200.065.765", Lang::NL);
    assert!(entry.activities.iter().all(|activity| activity.label.is_none()));
    assert_eq!(entry.form.unwrap().code, "416");
}

fn update_137() {
    let town = Town::loaded();
    let street = |town: &Town| town.show("0220.815.847", Lang::DE).address.unwrap().value;
    assert_eq!(street(&town).street.as_deref(), Some("Bergstraße, Dürler"));
    let report = town.import("update-0137-excerpt", false, None).unwrap();
    assert_eq!((report.removed[&KboFile::Address], report.counts[&KboFile::Address]), (1, 1));
    let codes: Vec<WarningCode> = report.warnings.iter().map(|warning| warning.code).collect();
    assert!(codes.contains(&WarningCode::MetaMissing) && codes.contains(&WarningCode::CodeTableMissing));
    assert_eq!(town.record("0220.815.847").addresses.len(), 1);
    let address = street(&town);
    assert_eq!(
        (address.street.as_deref(), address.house_number.as_deref()),
        (Some("Wallhäuser Straße, Dürler"), Some("31"))
    );
    let entry = town.show("0220.815.847", Lang::DE);
    assert_eq!(entry.name.value, "Kirchenfabrik Sankt-Matthias in Dürler (WL - Burg-Reuland)");
    assert_eq!(town.search("wallhauser strasse durler 31"), [("0220815847".to_owned(), Tier::NameAndMore)]);
    // It has no number: the extract loaded stays the one that is known.
    assert_eq!(pollster::block_on(town.directory.extract()).unwrap().unwrap().extract, Some(136));
}

fn update_147() {
    let town = Town::loaded();
    let report = town.import("update-0147", false, None).unwrap();
    let codes = warnings(&report);
    assert!(codes.contains(&(WarningCode::ExtractGap, "147", 10)), "137 to 146 are missing");
    assert_eq!(
        counts(&report),
        [
            ("enterprise", 10),
            ("establishment", 1),
            ("branch", 0),
            ("denomination", 13),
            ("address", 12),
            ("contact", 3),
            ("activity", 94),
        ]
    );
    assert_eq!(report.removed[&KboFile::Enterprise], 1);
    // Of the enterprise that comes back, neither extract has a name: its number is shown.
    assert_eq!(town.record("0872.480.059").presence, Presence::Active);
    // An establishment without an enterprise's row: whose it is can't be told.
    assert_eq!(town.record("2.377.470.790").names[0].text, "Koninklijke Harmonie Sinte Cecilia Vrij en Blij Lauwe");
    let asse = town.show("1029.028.458", Lang::NL);
    assert_eq!((asse.name.value.as_str(), asse.website.unwrap().value.as_str()), ("BOSOLO NA ASSE", "bosolonasse.org"));
    assert_eq!(town.search("CPTL"), [("1029026379".to_owned(), Tier::ExactName)], "C.P.T.L");
    assert_eq!(town.record("2.130.882.142").activities.len(), 89, "92 rows, some of which differ in their group only");
    // What 136 has and 147 does not touch is still there.
    assert_eq!(town.search("veneco")[0].1, Tier::ExactName);
    assert_eq!(pollster::block_on(town.directory.extract()).unwrap().unwrap().extract, Some(147));
}

fn an_older_extract() {
    let town = Town::loaded();
    town.import("update-0147", false, None).unwrap();
    for name in ["update-0147", "full-0136-excerpt"] {
        let report = town.import(name, false, None).unwrap();
        assert_eq!(report.warnings[0].code, WarningCode::ExtractSkipped, "{name}");
        assert_eq!((report.totals, report.counts.len()), (None, 0));
    }
}

fn a_scope() {
    let town = Town::new();
    let scope = Scope::postcodes(["9000".parse().unwrap()]);
    let report = town.import("full-0136-excerpt", false, Some(scope.clone())).unwrap();
    // grep '"9000"' address.csv: 0200.068.636 and 0200.171.970; the first has 11 activities.
    assert_eq!(
        counts(&report),
        [
            ("enterprise", 2),
            ("establishment", 0),
            ("branch", 0),
            ("denomination", 2),
            ("address", 2),
            ("contact", 0),
            ("activity", 11),
        ]
    );
    assert_eq!(report.outside[&KboFile::Address], 17);
    let update = town.import("update-0147", false, None).unwrap();
    assert_eq!(update.counts.values().sum::<u64>(), 0, "nothing of 147 is in Ghent");
    let other = town.import("update-0147", false, Some(Scope::postcodes(["1000".parse().unwrap()])));
    assert!(other.is_ok(), "147 is loaded already, and skipped");
    let wrong = Town::new();
    wrong.import("full-0136-excerpt", false, Some(scope)).unwrap();
    let error = wrong.import("update-0147", false, Some(Scope::postcodes(["1000".parse().unwrap()]))).unwrap_err();
    assert_eq!(error.code(), "scope-differs");
}

fn a_struck_off_address() {
    let town = Town::loaded();
    let record = town.record("0400.357.897");
    assert_eq!(record.addresses[0].struck_off, NaiveDate::from_ymd_opt(2023, 11, 13));
    assert!(!record.addresses[0].is_current(today()));
}

fn liquidation() {
    let town = Town::loaded();
    let entry = town.show("0200.245.711", Lang::FR);
    let situation = entry.situation.unwrap();
    // grep '"JuridicalSituation","012","FR"' code.csv
    assert_eq!(
        (situation.code.as_str(), situation.label.as_deref()),
        ("012", Some("Dissolution volontaire – liquidation"))
    );
    assert_eq!(entry.presence, Presence::Active);
    assert_eq!(town.show("0200.065.765", Lang::FR).situation, None);
}

fn display() {
    let town = Town::loaded();
    let kortrijk = town.show("0200.448.421", Lang::NL);
    assert_eq!(kortrijk.address.unwrap().value.street.as_deref(), Some("Budastraat"), "Budastraat(Kor)");
    assert_eq!(kortrijk.name.value, "0200.448.421", "it has no name in the excerpt");
    // Five MAIN rows over three nomenclatures: two codes of 2025.
    let veneco = town.show("0200.065.765", Lang::NL);
    let shown: Vec<(String, bool)> =
        veneco.activities.iter().map(|activity| (activity.nace.to_string(), activity.main)).collect();
    assert_eq!(shown, [("2025:68121".to_owned(), true), ("2025:84130".to_owned(), true)]);
    assert_eq!(veneco.other_names[0].text, "Veneco");
}

fn words() {
    let town = Town::loaded();
    let one = |number: &str, tier| vec![(key(number).digits(), tier)];
    for (text, expected) in [
        ("veneco", one("0200.065.765", Tier::ExactName)),
        ("VENECO ", one("0200.065.765", Tier::ExactName)),
        ("vene", one("0200.065.765", Tier::NamePrefix)),
        ("isbw", one("0200.362.408", Tier::ExactName)),
        ("I.S.B.W.", one("0200.362.408", Tier::ExactName)),
        ("in bw", one("0200.362.210", Tier::ExactName)),
        ("intercommunale sociale", one("0200.362.408", Tier::Name)),
        ("durler", one("0220.815.847", Tier::Name)),
        ("Dürler", one("0220.815.847", Tier::Name)),
        ("saint matthias", one("0220.815.847", Tier::Name)),
        ("kirchenfab", one("0220.815.847", Tier::NamePrefix)),
        ("0200.065.765", one("0200.065.765", Tier::Number)),
        ("BE0200065765", one("0200.065.765", Tier::Number)),
        ("farys gent", one("0200.068.636", Tier::NameAndMore)),
        ("stropstraat", one("0200.068.636", Tier::Address)),
        ("rue de la religion", one("0200.362.210", Tier::Address)),
        ("xyzzy", Vec::new()),
        ("", Vec::new()),
        // A branch's id is no number to search; 9.000.006.626 stands in branch.csv.
        ("9.000.006.626", Vec::new()),
    ] {
        assert_eq!(town.search(text), expected, "{text:?}");
    }
}

fn activities() {
    let town = Town::loaded();
    // 36000, French: "Captage, traitement et distribution d’eau", of Farys alone.
    assert_eq!(town.search("distribution d'eau"), [(key("0200.068.636").digits(), Tier::Activity)]);
    assert_eq!(town.search("captage gent"), [(key("0200.068.636").digits(), Tier::Activity)]);
}
