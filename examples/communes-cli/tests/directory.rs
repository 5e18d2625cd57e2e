//! `communes directory` on real extracts of the Belgian register. Expected values are PROVENANCE's.
#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode, Output},
};

use communes_suite::{Need, Postgres, Suite, fixtures};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Shell {
    folder: TempDir,
}

impl Shell {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn db(&self) -> PathBuf {
        self.folder.path().join("register.db")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_communes"))
            .env("COMMUNES_DB", format!("sqlite:{}", self.db().display()))
            .args(["--format", "json", "directory"])
            .args(arguments)
            .output()
            .unwrap()
    }

    fn json(&self, status: i32, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn imported() -> Self {
        let shell = Self::new();
        shell.json(0, &["import", &path("kbo/full-0136-excerpt"), "--codes", &path("kbo/code.csv")]);
        shell
    }
}

fn path(name: &str) -> String {
    directory().join(name).display().to_string()
}

fn directory() -> PathBuf {
    fixtures().join("business-directory")
}

fn keys(found: &Value) -> Vec<(&str, &str)> {
    let hits = found["hits"].as_array().unwrap();
    hits.iter().map(|hit| (hit["key"].as_str().unwrap(), hit["why"].as_str().unwrap())).collect()
}

fn main() -> ExitCode {
    let mut suite = Suite::new();
    let mut test = |name: &str, run: fn()| {
        suite.test(Need::Fixtures, name, move || {
            run();
            Ok(())
        });
    };
    test("import_counts_what_it_keeps", import_counts);
    test("import_without_a_code_table_warns", import_without_codes);
    test("update_wants_an_update", update_wants_an_update);
    test("updates_are_applied_and_searched", updates);
    test("search_finds_without_accents_and_by_prefix", search);
    test("a_commune_is_a_scope", a_commune);
    test("show_says_why_nothing_is_shown", show);
    test("belgian_numbers", belgian_numbers);
    test("french_numbers", french_numbers);
    test("unusable_input_is_status_two", unusable);
    suite.test(Need::Postgres, "a_register_on_postgres", || {
        on_postgres();
        Ok(())
    });
    suite.run()
}

fn import_counts() {
    let shell = Shell::new();
    let report = shell.json(0, &["import", &path("kbo/full-0136-excerpt"), "--codes", &path("kbo/code.csv")]);
    let counts = json!({
        "enterprise": 11, "denomination": 14, "address": 19, "contact": 10, "establishment": 4, "branch": 4, "activity": 19,
    });
    assert_eq!(report["counts"], counts);
    assert_eq!((&report["refused"], &report["labels"]), (&json!([]), &json!(21_500)));
    let fax = json!({"code": "unknown-code", "subject": "ContactType FAX", "count": 1, "first": "contact.csv:8"});
    assert_eq!(report["warnings"][0], fax);
    let again = shell.json(0, &["import", &path("kbo/full-0136-excerpt")]);
    assert_eq!((&again["counts"], &again["totals"]), (&counts, &report["totals"]));
}

fn import_without_codes() {
    let report = Shell::new().json(0, &["import", &path("kbo/full-0136-excerpt")]);
    assert_eq!(report["warnings"][0]["code"], "code-table-missing");
}

fn update_wants_an_update() {
    let output = Shell::new().run(&["update", &path("kbo/full-0136-excerpt")]);
    assert_eq!(output.status.code(), Some(2));
}

fn updates() {
    let shell = Shell::imported();
    let report = shell.json(0, &["update", &path("kbo/update-0137-excerpt")]);
    assert_eq!((&report["counts"]["address"], &report["removed"]["address"]), (&json!(1), &json!(1)));
    let entry = shell.json(0, &["show", "0220.815.847", "--lang", "de"]);
    assert_eq!(entry["address"]["value"]["street"], "Wallhäuser Straße, Dürler");
    assert_eq!(entry["address"]["value"]["house_number"], "31");
    assert_eq!(entry["name"]["value"], "Kirchenfabrik Sankt-Matthias in Dürler (WL - Burg-Reuland)");
    let report = shell.json(0, &["update", &path("kbo/update-0147")]);
    assert_eq!(report["counts"]["enterprise"], 10);
    assert_eq!(keys(&shell.json(0, &["search", "pharmaplatel"])), [("1029026082", "exact-name")]);
    // The search index follows without being told.
    assert_eq!(keys(&shell.json(0, &["search", "wallhauser", "strasse"])), [("0220815847", "address")]);
}

fn search() {
    let shell = Shell::imported();
    for (words, expected) in [
        (vec!["veneco"], vec![("0200065765", "exact-name")]),
        (vec!["vene"], vec![("0200065765", "name-prefix")]),
        (vec!["durler"], vec![("0220815847", "name")]),
        (vec!["I.S.B.W."], vec![("0200362408", "exact-name")]),
        (vec!["0200.068.636"], vec![("0200068636", "number")]),
        (vec!["-"], vec![]),
        (vec![""], vec![]),
    ] {
        let found = shell.json(0, &[&["search"], words.as_slice()].concat());
        assert_eq!(keys(&found), expected, "{words:?}");
    }
    let found = shell.json(0, &["search", "farys"]);
    assert_eq!((&found["hits"][0]["name"], &found["facets"]), (&json!("Farys"), &json!({})));
    assert_eq!(keys(&shell.json(0, &["search", "stropstraat", "--postcode", "9000"])), [("0200068636", "address")]);
    assert!(keys(&shell.json(0, &["search", "stropstraat", "--postcode", "1000"])).is_empty());
}

fn a_commune() {
    let shell = Shell::new();
    // Ghent (44021) has 9000 and eight more; of the excerpt, two enterprises lie there.
    let arguments = ["import", &path("kbo/full-0136-excerpt"), "--commune", "44021"];
    let output = shell.run(&arguments);
    assert_eq!(output.status.code(), Some(2), "the list of postcodes is the user's to give");
    let list = path("geo/postal-codes.json");
    let with_list = [&arguments[..], &["--postal-codes", &list]].concat();
    let report = shell.json(0, &with_list);
    assert_eq!((&report["counts"]["enterprise"], &report["counts"]["activity"]), (&json!(2), &json!(11)));
    let report = Shell::new().json(0, &["import", &path("kbo/full-0136-excerpt"), "--postcode", "9070", "3290"]);
    assert_eq!((&report["counts"]["enterprise"], &report["outside"]["address"]), (&json!(2), &json!(17)));
}

fn show() {
    let shell = Shell::imported();
    assert_eq!(shell.json(1, &["show", "0403.449.823"])["withheld"], "unknown");
    // An address without its enterprise's row.
    assert_eq!(shell.json(1, &["show", "0400.357.897"])["withheld"], "unregistered");
    // An establishment whose enterprise is not in the excerpt: a person's, maybe.
    assert_eq!(shell.json(1, &["show", "2.000.000.339"])["withheld"], "natural-person");
    assert_eq!(
        shell.json(0, &["show", "2.000.000.339", "--sole-traders", "as-legal-persons"])["number"],
        "2.000.000.339"
    );
}

fn belgian_numbers() {
    let text = std::fs::read_to_string(directory().join("ids/be-numbers.csv")).unwrap();
    let mut count = 0;
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let (input, kind, valid, canonical) = (columns[0], columns[1], columns[2] == "true", columns[3]);
        let checked = Shell::new().json(i32::from(!valid), &["number", input, "--kind", kind]);
        let checked = &checked[0];
        assert_eq!((&checked["valid"], &checked["kind"]), (&json!(valid), &json!(kind)), "{input:?}");
        assert_eq!(checked["canonical"].as_str().unwrap_or_default(), canonical, "{input:?}");
        assert_eq!(checked["reason"].is_null(), valid, "{input:?}");
        count += 1;
    }
    assert_eq!(count, 20);
}

fn french_numbers() {
    for (file, kind, prefix) in
        [("ids/siret.csv", "siret", ""), ("ids/eu-vat.csv", "vat", "FR"), ("ids/eu-vat.csv", "vat", "BE")]
    {
        let text = std::fs::read_to_string(directory().join(file)).unwrap();
        let lines = text.lines().skip(1).filter(|line| line.starts_with(prefix));
        let (numbers, valid): (Vec<&str>, Vec<bool>) = lines
            .map(|line| {
                let (number, rest) = line.split_once(',').unwrap();
                (number, rest.starts_with("true"))
            })
            .unzip();
        assert!(!numbers.is_empty());
        let all = valid.iter().all(|valid| *valid);
        let checked =
            Shell::new().json(i32::from(!all), &[&["number", "--kind", kind, "--"], numbers.as_slice()].concat());
        for ((number, valid), checked) in numbers.iter().zip(valid).zip(checked.as_array().unwrap()) {
            assert_eq!(checked["valid"], valid, "{number}");
        }
    }
}

fn on_postgres() {
    if !Need::Fixtures.is_met() {
        return;
    }
    let server = Postgres::start().unwrap();
    let url = server.fresh().unwrap();
    let shell = Shell::new();
    let report = shell.json(0, &["import", &path("kbo/full-0136-excerpt"), "--db", &url]);
    assert_eq!(report["counts"]["activity"], 19);
    shell.json(0, &["update", &path("kbo/update-0147"), "--db", &url]);
    assert_eq!(keys(&shell.json(0, &["search", "pharmapl", "--db", &url])), [("1029026082", "name-prefix")]);
    assert!(!shell.db().exists());
}

fn unusable() {
    let shell = Shell::new();
    for arguments in [
        vec!["import", "/nowhere"],
        vec!["search", "word"],
        vec!["show", "not a number"],
        vec!["import", &path("fr")],
        vec!["import", &path("kbo/full-0136-excerpt"), "--postcode", "99"],
    ] {
        assert_eq!(shell.run(&arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert!(!Path::new(&shell.db()).exists(), "what is refused makes no file");
}
