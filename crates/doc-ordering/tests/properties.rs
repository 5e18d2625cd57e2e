//! Readers never panic, whatever they are given, and say no quickly.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use communes_civil::WorkingCalendar;
use communes_doc_ordering::{
    bank,
    epc::EpcTransfer,
    form::{Answer, Answers, Condition, Context, Expression, Pattern},
    lint,
    money::{Currency, Money},
    wcs::WcsFile,
};
use proptest::prelude::*;

const FIELD: &str =
    "<formdef><name>f</name><url_name>f</url_name><fields><field><type>TYPE</type><id>1</id><varname>v</varname>
<required>True</required><condition><type>django</type><value>CONDITION</value></condition>
<validation><type>regex</type><value>PATTERN</value></validation></field></fields></formdef>";

/// Text that looks like a condition more often than chance would have it.
fn condition() -> impl Strategy<Value = String> {
    let words = [
        "form_var_v",
        "not",
        "and",
        "or",
        "in",
        "is",
        "==",
        "<",
        "'a'",
        "\"b",
        "|",
        "x|lower",
        "y|split:','",
        "5",
        "é",
        "|date",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..20).prop_map(|words| words.join(" "))
}

/// Lines of CODA with a few bytes changed.
fn coda() -> impl Strategy<Value = Vec<u8>> {
    let kinds = ["0", "1", "21", "22", "23", "31", "8", "9", "4", "x"];
    let line =
        (proptest::sample::select(kinds.to_vec()), proptest::collection::vec((0_usize..128, any::<u8>()), 0..40));
    proptest::collection::vec(line, 0..20).prop_map(|lines| {
        let mut file = b"0".to_vec();
        file.extend([b'0'; 126]);
        file.extend(b"2\n");
        for (kind, changes) in lines {
            let mut line = [b'0'; 128];
            line[..kind.len()].copy_from_slice(kind.as_bytes());
            for (at, byte) in changes {
                line[at] = byte;
            }
            file.extend(line);
            file.push(b'\n');
        }
        file
    })
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = bank::read(&bytes);
        let _ = WcsFile::read(&bytes);
    }

    #[test]
    fn any_coda(file in coda()) {
        if let Ok(file) = bank::read(&file) {
            // Each amount is counted once: payments never exceed the movements.
            prop_assert!(file.payments().count() <= file.movements().count());
            for movement in file.payments() {
                let _ = (movement.amount.to_money(), movement.communication.ogm(), format!("{movement:?}"));
            }
            for warning in &file.warnings {
                prop_assert!(warning.line > 0 && !warning.to_string().is_empty());
            }
        }
    }

    #[test]
    fn any_condition(text in prop_oneof![condition(), any::<String>()]) {
        let _ = Expression::parse(&text);
        let condition = Condition::django(text.clone());
        prop_assert_eq!(condition.source(), text.as_str());
    }

    #[test]
    fn any_form_and_answer(
        kind in proptest::sample::select(vec!["string", "item", "items", "date", "bool", "file", "map", "computed", "block:x", "email", "odd"]),
        condition in condition(),
        pattern in "[a-z\\[\\](){}|*+?^$0-9]{0,20}",
        answer in any::<String>(),
    ) {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        let text = FIELD.replace("TYPE", kind).replace("CONDITION", &escape(&condition)).replace("PATTERN", &escape(&pattern));
        let file = WcsFile::read(text.as_bytes()).expect("well-formed");
        let _ = lint::lint(&[&file]);
        let calendar = WorkingCalendar::belgian();
        let context = Context::new(NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day"), &calendar);
        let form = file.form().expect("a form");
        let mut many = Answers::new();
        many.insert("v", Answer::Many(vec![answer.clone(), String::new()]));
        for answers in [Answers::new(), Answers::new().with("v", answer.clone()), many] {
            let _ = form.check(&answers, &context);
        }
    }

    #[test]
    fn money_reads_what_it_writes(minor in 0..i64::MAX) {
        let money = Money::euro_cents(minor);
        prop_assert_eq!(Money::parse(&money.to_decimal(), Currency::EUR), Ok(money));
    }

    #[test]
    fn any_payload(text in any::<String>()) {
        let _ = EpcTransfer::parse(&text);
        let _ = EpcTransfer::parse(&format!("BCD\n002\n1\nSCT\n{text}"));
    }
}

#[test]
fn hostile_input_is_refused_quickly() {
    let start = Instant::now();
    let bombs = [
        "<!DOCTYPE a [<!ENTITY b \"cccccccc\"><!ENTITY d \"&b;&b;&b;&b;\">]><formdef>&d;</formdef>".to_owned(),
        format!("<formdef>{}", "<field>".repeat(1_000_000)),
        format!("<formdef {}/>", "a='1' ".repeat(20_000)),
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>".to_owned()
            + &"<Stmt>".repeat(100_000),
    ];
    for bomb in &bombs {
        assert!(WcsFile::read(bomb.as_bytes()).is_err());
        assert!(bank::read(bomb.as_bytes()).is_err());
    }
    // Catastrophic for a backtracking engine; too large to compile for this one.
    assert!(!Pattern::new("(a+)+b").accepts(&"a".repeat(10_000)));
    assert!(!Pattern::new("(((a{1000}){1000}){1000})").is_supported());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
