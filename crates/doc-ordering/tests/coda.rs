//! CODA files of our own making: what the standard's layout says, byte by byte.

use communes_doc_ordering::bank::{self, Direction};

/// A line of 128 blanks with texts at their places.
fn line(parts: &[(usize, &str)]) -> Vec<u8> {
    let mut line = vec![b' '; 128];
    for (at, text) in parts {
        // One byte a character: ISO 8859-1.
        for (offset, character) in text.chars().enumerate() {
            line[at + offset] = u8::try_from(character).expect("ISO 8859-1");
        }
    }
    line.extend(b"\r\n");
    line
}

fn header(version: &str) -> Vec<u8> {
    line(&[(0, "0000025112672505"), (127, version)])
}

/// 100.000 in, 106.500 out: one credit of 6.500 with a communication.
fn statement(number: &str, communication: &[(usize, &str)]) -> Vec<u8> {
    let mut file =
        line(&[(0, "12"), (2, number), (5, "BE72000000001616"), (39, "EUR"), (42, "0000000000100000241126")]);
    let mut movement = vec![(0, "2100010000"), (10, "BANKREF"), (31, "0000000000006500251126"), (115, "251126")];
    movement.extend_from_slice(communication);
    file.extend(line(&movement));
    file.extend(line(&[(0, "2300010000"), (10, "BE68539007547034"), (47, "Andr\u{e9} \u{c9}toile")]));
    file.extend(line(&[(0, "8"), (1, number), (4, "BE72000000001616"), (38, "EUR"), (41, "0000000000106500251126")]));
    file
}

fn trailer(count: &str, last: &str) -> Vec<u8> {
    line(&[(0, "9"), (16, count), (22, "000000000000000000000000006500"), (127, last)])
}

const OGM: &[(usize, &str)] = &[(61, "1101123456789002")];

#[test]
fn a_file_that_adds_up_has_no_warning() {
    let file = [header("2"), statement("001", OGM), trailer("000004", "2")].concat();
    let file = bank::read(&file).unwrap();
    assert!(file.warnings.is_empty(), "{:?}", file.warnings);
    let movement = file.payments().next().unwrap();
    assert_eq!(movement.direction, Direction::Credit);
    assert_eq!(movement.amount.to_string(), "6.500 EUR");
    assert_eq!(movement.communication.ogm().unwrap().to_string(), "+++123/4567/89002+++");
    assert_eq!(movement.counterparty.name.as_deref(), Some("André Étoile"));
    assert_eq!(movement.bank_reference.as_deref(), Some("BANKREF"));
    assert_eq!(file.statements[0].account, "BE72000000001616");
}

#[test]
fn a_file_may_hold_several_statements() {
    let one = [header("2"), statement("001", OGM), trailer("000004", "1")].concat();
    let two = [header("2"), statement("002", OGM), trailer("000004", "2")].concat();
    let file = bank::read(&[one, two].concat()).unwrap();
    assert!(file.warnings.is_empty(), "{:?}", file.warnings);
    let keys: Vec<&str> = file.movements().map(|movement| movement.key.as_str()).collect();
    assert_eq!(file.statements.len(), 2);
    assert_ne!(keys[0], keys[1], "two statements, two movements");
}

#[test]
fn a_communication_in_words_is_found_when_it_is_printed_as_one() {
    let words = &[(61, "0"), (62, "caf\u{e9} +++123/4567/89002+++")];
    let file = bank::read(&[header("2"), statement("001", words), trailer("000004", "2")].concat()).unwrap();
    let communication = &file.payments().next().unwrap().communication;
    assert_eq!(communication.free, ["café +++123/4567/89002+++"]);
    assert_eq!(communication.ogm().unwrap().digits(), "123456789002");
}

#[test]
fn what_does_not_add_up_is_said_and_everything_else_read() {
    let codes = |file: &[u8]| -> Vec<&'static str> {
        bank::read(file).unwrap().warnings.iter().map(bank::BankWarning::code).collect()
    };
    let good = statement("001", OGM);
    assert_eq!(codes(&[header("2"), good.clone(), trailer("000005", "2")].concat()), ["record-count"]);
    assert_eq!(codes(&[header("2"), good.clone()].concat()), ["statement-unfinished"]);
    let wrong = statement("001", &[(61, "1101123456789003")]);
    assert_eq!(codes(&[header("2"), wrong, trailer("000004", "2")].concat()), ["reference-check-digits"]);
    let duplicate = line(&[(0, "0000025112672505D"), (127, "2")]);
    assert_eq!(codes(&[duplicate, good.clone(), trailer("000004", "2")].concat()), ["file-duplicate"]);
    let refused = line(&[(0, "2100020000"), (31, "0ABC")]);
    let mut lines = good.clone();
    lines.splice(390..390, refused);
    // The refused movement is in line 5; it counts as a record.
    let file = bank::read(&[header("2"), lines, trailer("000005", "2")].concat()).unwrap();
    assert_eq!(file.warnings.len(), 1, "{:?}", file.warnings);
    assert_eq!((file.warnings[0].code(), file.warnings[0].line), ("record-refused", 5));
    assert_eq!(file.movements().count(), 1);
}

#[test]
fn what_is_no_coda_is_refused() {
    let code = |file: &[u8]| bank::read(file).unwrap_err().code();
    assert_eq!(code(b""), "bank-unknown-format");
    assert_eq!(code(b"hello\n"), "bank-unknown-format");
    assert_eq!(code(&[header("5"), statement("001", OGM)].concat()), "coda-version");
    assert_eq!(code(&header("2")), "bank-no-statement");
    assert_eq!(code(&[b'0'; 129]), "coda-line-length");
    let other = line(&[(0, "12001"), (5, "BE72000000001616"), (39, "EU?")]);
    let error = bank::read(&[header("2"), other].concat()).unwrap_err();
    assert_eq!((error.code(), error.line), ("bank-currency", 2));
}

#[test]
fn no_name_or_account_stands_in_debug_output() {
    let file = bank::read(&[header("2"), statement("001", OGM), trailer("000004", "2")].concat()).unwrap();
    let text = format!("{file:?}");
    for secret in ["André", "BE68539007547034", "BE72000000001616", "123456789002"] {
        assert!(!text.contains(secret), "{text}");
    }
}
