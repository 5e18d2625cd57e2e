//! The documents that are set from templates.

#![cfg(feature = "typst")]
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::sync::Arc;

use communes_civil::Lang;
use communes_doc_ordering::{
    issue::{DocumentIssuer, IssueOutcome, IssueRequest, VerificationCode, typst::TypstIssuer},
    memory::MemoryOrders,
    order::Order,
    testkit::{
        Pair,
        sample::{document, morning, office, order_id, submit},
    },
};
use communes_ledger::MemoryLedger;

fn order() -> Order {
    let ledger = MemoryLedger::new();
    let pair = Pair { ledger: Arc::new(ledger.clone()), store: Arc::new(MemoryOrders::new(ledger)) };
    pollster::block_on(submit(&pair, &office(), order_id(1), "citizen-1", morning(0)))
}

fn issue(issuer: &TypstIssuer, order: &Order) -> Result<IssueOutcome, communes_doc_ordering::issue::IssueError> {
    let code = VerificationCode::from_random([1; 16]);
    let check_at = format!("https://valmont.example/check/{code}");
    let document = document();
    let request = IssueRequest::new(order, &document, order.submitted_on, &code, &check_at);
    pollster::block_on(issuer.issue(&request))
}

fn pdf(outcome: IssueOutcome) -> Vec<u8> {
    let IssueOutcome::Ready(file) = outcome else { panic!("{outcome:?}") };
    assert_eq!((file.media_type.as_str(), file.is_sealed), ("application/pdf", false));
    file.bytes
}

fn text_of(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    assert_eq!(pages, [1]);
    // A reader breaks lines where it likes.
    document.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_name_comes_back_from_the_document() {
    let issuer = TypstIssuer::new();
    let mut order = order();
    let bytes = pdf(issue(&issuer, &order).unwrap());
    if let Ok(path) = std::env::var("COMMUNES_SHOW_PDF") {
        std::fs::write(path, &bytes).unwrap();
    }
    assert!(bytes.starts_with(b"%PDF-"));
    let text = text_of(&bytes);
    for expected in [
        "Zoë Ślązak-Ķirsone",
        "Fête de la Saint-Éloi à Dvořákovo",
        "Attestation de manifestation",
        "Commune de Valmont",
        "2026/E/00001",
        "25 novembre 2026",
        "ne porte pas de cachet électronique",
        &VerificationCode::from_random([1; 16]).to_string(),
    ] {
        assert!(text.contains(expected), "{expected:?} is not in {text:?}");
    }
    assert!(!text.contains("exemplaires"), "how many were ordered is not what it says");
    order.requester.name =
        "Iñigo Ćosić-Žižek, Đặng Thị Ngọc, Τσίπρας, Чехов, Ștefan Țepeș, Łukasz, Ğül İnönü, Þórr, Ă ă".to_owned();
    order.language = Lang::NL;
    let text = text_of(&pdf(issue(&issuer, &order).unwrap()));
    assert!(text.contains(&order.requester.name), "{text}");
    assert!(text.contains("draagt geen elektronisch zegel") && text.contains("25 november 2026"));
}

#[test]
fn the_document_says_what_it_is_to_machines() {
    let bytes = pdf(issue(&TypstIssuer::new(), &order()).unwrap());
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    let catalogue = document.catalog().unwrap();
    assert_eq!(catalogue.get(b"Lang").unwrap().as_str().unwrap(), b"fr");
    let marked = document.dereference(catalogue.get(b"MarkInfo").unwrap()).unwrap().1.as_dict().unwrap();
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
    let metadata = document.dereference(catalogue.get(b"Metadata").unwrap()).unwrap().1.as_stream().unwrap();
    let metadata = String::from_utf8(metadata.get_plain_content().unwrap()).unwrap();
    for expected in ["pdfaid:part", "pdfuaid:part", "Attestation de manifestation 2026/E/00001"] {
        assert!(metadata.contains(expected), "{expected} is not in {metadata}");
    }
    assert!(!metadata.contains("Zoë"), "no person in the metadata");
}

#[test]
fn a_letter_that_no_font_has_stops_the_issue() {
    let mut order = order();
    // A Chinese name; none of the fonts has its characters.
    order.requester.name = "王小明".to_owned();
    let outcome = issue(&TypstIssuer::new(), &order).unwrap();
    assert_eq!(outcome, IssueOutcome::Impossible { code: "issue-glyph-missing".to_owned() });
}

#[test]
fn a_name_is_never_markup() {
    let mut order = order();
    order.requester.name = "#panic() *fort* $x$ \\ [a] <b> @c".to_owned();
    let text = text_of(&pdf(issue(&TypstIssuer::new(), &order).unwrap()));
    assert!(text.contains(&order.requester.name), "{text}");
}

#[test]
fn a_template_reaches_nothing() {
    for template in [
        "#read(\"/etc/passwd\")",
        "#read(\"../../Cargo.toml\")",
        "#import \"@preview/example:0.1.0\": *",
        "#image(\"https://example.org/a.png\")",
    ] {
        let issuer = TypstIssuer::new().with_template(document().id, template).unwrap();
        assert_eq!(issue(&issuer, &order()).unwrap_err().code(), "issue-template", "{template}");
    }
}

#[test]
fn faults_of_a_template_have_a_line_and_no_person() {
    let error = TypstIssuer::new().with_template(document().id, "= Title\n\n#let x = (").unwrap_err();
    assert!(error.faults[0].starts_with("3: "), "{error}");
    let template = "#let data = json(\"data.json\")\n\n#panic(data.requester)";
    let issuer = TypstIssuer::new().with_template(document().id, template).unwrap();
    let error = issue(&issuer, &order()).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(cause, "3: (it repeats the document)");
    assert!(!format!("{error} {error:?}").contains("Zoë"));
}

#[test]
fn the_clock_of_a_template_is_the_day_of_issue() {
    let template = "#set document(title: \"x\")\n#set text(lang: \"fr\")\n#datetime.today().display()";
    let issuer = TypstIssuer::new().with_template(document().id, template).unwrap();
    assert_eq!(text_of(&pdf(issue(&issuer, &order()).unwrap())), "2026-11-25");
}
