//! What the reader of `definition.xml` makes of files that nobody meant well.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod common;

use communes_workflow::{
    Expression,
    dcworkflow::{MAX_DEPTH, Mode, ReadError, read, read_rolemap, write},
};
use proptest::prelude::*;

/// The demonstration workflow with one text replaced by another.
fn with(from: &str, to: &str) -> String {
    assert!(common::XML.contains(from), "{from}");
    common::XML.replacen(from, to, 1)
}

fn code(text: &str, mode: Mode) -> &'static str {
    read(text.as_bytes(), mode).map_or_else(|error| error.code(), |_| "read")
}

const MAYOR: &str = "<guard-role>Mayor</guard-role>";

#[test]
fn in_a_guard_nothing_is_overlooked() {
    let cases = [
        (with(MAYOR, "Mayor"), "stray-text"),
        (with(MAYOR, "<guard-rôle>Mayor</guard-rôle>"), "unknown-element"),
        (with(MAYOR, "<role>Mayor</role>"), "unknown-element"),
        (with(MAYOR, "<guard-role><b>Mayor</b></guard-role>"), "unknown-element"),
        (with(MAYOR, "<guard-role/>"), "bad-value"),
        (with(MAYOR, "<guard-role>Mayor;</guard-role>"), "bad-value"),
        (with(MAYOR, "<guard-expression>python:True</guard-expression>"), "repeated-element"),
        (with("<guard/>", "<guard/><guard/>"), "repeated-element"),
        (with(MAYOR, "<![CDATA[Mayor]]>"), "stray-text"),
    ];
    for (text, wanted) in cases {
        assert_eq!(code(&text, Mode::Strict), wanted);
        assert_eq!(code(&text, Mode::Lenient), wanted);
    }
}

#[test]
fn a_condition_in_cdata_is_a_condition() {
    let text = with("here/is_paid", "<![CDATA[here/is_paid]]>");
    assert_eq!(read(text.as_bytes(), Mode::Strict).unwrap().definition, common::definition());
}

#[test]
fn what_strict_refuses_lenient_reports_or_closes() {
    let cases = [
        (with(" title=\"Reçue\"", ""), "missing-attribute", "missing-attribute"),
        (with("<guard/>\n </transition>", "</transition>"), "missing-element", "missing-guard"),
        (with("<permission>View", "<note/><permission>View"), "unknown-element", "unknown-element"),
        (with("here/is_paid", "python:here.x + 1"), "expression-unsupported", "unreadable-expression"),
    ];
    for (text, strict, lenient) in cases {
        assert_eq!(code(&text, Mode::Strict), strict);
        let reading = read(text.as_bytes(), Mode::Lenient).unwrap();
        let found: Vec<_> = reading.findings.iter().map(|finding| finding.code.code()).collect();
        assert_eq!(found, [lenient]);
        assert!(reading.findings[0].place.is_some());
    }
    // What has no harmless reading is refused by both.
    for text in [with("trigger=\"USER\"", "trigger=\"METHOD\""), with(" state_id=\"issued\"", "")] {
        assert_ne!(code(&text, Mode::Lenient), "read");
        assert_ne!(code(&text, Mode::Strict), "read");
    }
}

#[test]
fn an_error_names_its_place() {
    let text = "<dc-workflow workflow_id=\"é\" title=\"\" state_variable=\"s\" initial_state=\"a\">\n \
                <state state_id=\"a\" title=\"\"/>\n  <transition title=\"x\"/>\n</dc-workflow>";
    let error = read(text.as_bytes(), Mode::Strict).unwrap_err();
    assert_eq!(error.to_string(), "line 3, column 3: <transition> has no attribute transition_id");
    assert_eq!(error.place().map(|place| (place.line, place.column)), Some((3, 3)));
}

#[test]
fn hostile_files_are_refused() {
    let bomb = "<!DOCTYPE a [<!ENTITY x \"xxxx\"><!ENTITY y \"&x;&x;&x;\">]><dc-workflow>&y;</dc-workflow>";
    assert_eq!(code(bomb, Mode::Lenient), "xml-doctype");
    assert_eq!(code("<dc-workflow>&y;</dc-workflow>", Mode::Lenient), "xml-malformed");
    assert_eq!(code("<dc-workflow title=\"&y;\"/>", Mode::Lenient), "xml-malformed");
    let deep = "<a>".repeat(100_000);
    assert_eq!(code(&deep, Mode::Lenient), "xml-too-deep");
    let wide = format!("<dc-workflow>{}</dc-workflow>", "<a/>".repeat(200_000));
    assert_eq!(code(&wide, Mode::Lenient), "xml-too-many-elements");
    assert_eq!(code(&" ".repeat(20_000_000), Mode::Lenient), "file-too-large");
    let nested = "<a>".repeat(MAX_DEPTH) + &"</a>".repeat(MAX_DEPTH);
    assert_eq!(code(&nested, Mode::Lenient), "root-element");
    for text in ["", "  \n", "<?xml version=\"1.0\"?>"] {
        assert_eq!(code(text, Mode::Lenient), "empty-file", "{text:?}");
    }
    for text in ["<a", "<a></b>", "<dc-workflow/><dc-workflow/>", "text", "<a b=c/>", "<a>", "<a/>text"] {
        assert_eq!(code(text, Mode::Lenient), "xml-malformed", "{text:?}");
    }
}

#[test]
fn encodings() {
    let text = common::XML.replace("utf-8", "ISO-8859-1");
    // The typographic apostrophe is not in Latin-1.
    let latin: Vec<u8> = text.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?')).collect();
    let reading = read(&latin, Mode::Strict).unwrap();
    assert_eq!(reading.definition.state("received").unwrap().title, "Reçue");
    let marked = [b"\xef\xbb\xbf", common::XML.as_bytes()].concat();
    assert_eq!(read(&marked, Mode::Strict).unwrap().definition, common::definition());
    let crlf = common::XML.replace('\n', "\r\n");
    assert_eq!(read(crlf.as_bytes(), Mode::Strict).unwrap().definition, common::definition());
    let utf16: Vec<u8> = common::XML.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&utf16, Mode::Strict).unwrap_err().code(), "encoding");
    assert_eq!(code(&common::XML.replace("utf-8", "windows-1252"), Mode::Strict), "encoding");
    let broken = [&common::XML.as_bytes()[..300], b"\xff", &common::XML.as_bytes()[300..]].concat();
    assert!(matches!(read(&broken, Mode::Strict), Err(ReadError::Encoding { at: 300, .. })));
}

#[test]
fn repeated_parts_are_merged_and_reported() {
    let twice = with(
        "<state state_id=\"refused\" title=\"Refusée\">",
        "<state state_id=\"received\" title=\"Again\">\n\
         <permission-map name=\"View\" acquired=\"True\"/>\n\
         <permission-map name=\"View\" acquired=\"False\"/></state>\n\
         <state state_id=\"refused\" title=\"Refusée\">",
    );
    let reading = read(twice.as_bytes(), Mode::Strict).unwrap();
    let found: Vec<_> =
        reading.findings.iter().map(|finding| (finding.code.code(), finding.subject.as_str())).collect();
    assert_eq!(found, [("dup-permmap", "received:View"), ("dupstate", "received")]);
    let state = reading.definition.state("received").unwrap();
    // Title and exits of the later, permission maps one by one.
    assert_eq!((state.title.as_str(), state.exits.len(), state.permissions.len()), ("Again", 0, 2));
    assert!(!state.permissions[1].1.acquire && state.permissions[1].1.roles.is_empty());
}

#[test]
fn the_export_escapes_and_keeps_types() {
    let text = with("type=\"bool\">False", "type=\"int\">-5").replace("Noter", "&lt;&amp;&quot; &#10;x");
    let definition = read(text.as_bytes(), Mode::Strict).unwrap().definition;
    assert_eq!(definition.transition("note").unwrap().title, "<&\" \nx");
    let again = read(write(&definition).as_bytes(), Mode::Strict).unwrap();
    assert_eq!((again.definition, again.findings), (definition, vec![]));
}

#[test]
fn a_role_map() {
    let text = "<rolemap><roles><role name=\"Clerk\"/></roles><permissions>\
                <permission name=\"View\" acquire=\"True\"><role name=\"Clerk\"/></permission>\
                <permission name=\"Gone\" remove=\"True\"/></permissions></rolemap>";
    let map = read_rolemap(text.as_bytes()).unwrap();
    assert_eq!(map.roles(), ["Clerk"]);
    assert!(map.permission("View").unwrap().acquire && map.permission("Gone").is_none());
    assert_eq!(read_rolemap(b"<rolemap><roles><role/></roles></rolemap>").unwrap_err().code(), "missing-attribute");
    assert_eq!(read_rolemap(b"<roles/>").unwrap_err().code(), "root-element");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, Mode::Lenient);
        let _ = read_rolemap(&bytes);
    }

    #[test]
    fn a_file_with_a_changed_byte_is_answered(place in 0..common::XML.len(), byte in any::<u8>()) {
        let mut bytes = common::XML.as_bytes().to_vec();
        bytes[place] = byte;
        if let Ok(reading) = read(&bytes, Mode::Lenient) {
            let again = read(write(&reading.definition).as_bytes(), Mode::Lenient);
            prop_assert!(again.is_ok(), "{again:?}");
        }
    }

    #[test]
    fn any_text_is_an_expression_or_an_error_inside_it(text in ".{0,80}") {
        for text in [text.clone(), format!("python:{text}"), format!("not:{text}")] {
            if let Err(error) = Expression::parse(text.as_str()) {
                prop_assert!(error.at <= text.len());
            }
        }
    }

    #[test]
    fn any_python_like_text_is_answered(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "here", ".", "(", ")", "'a'", "and", "or", "not", "in", ",", "[", "]", "==", "user", "x", "1", "-", "True",
            ]),
            0..40,
        ),
    ) {
        let _ = Expression::parse(format!("python:{}", parts.join(" ")));
    }
}
