//! Names of authorities: when two are the same (RFC 5280 section 7.1), and how one is shown.

use x509_cert::{attr::AttributeTypeAndValue, name::Name};

use crate::{identity::text, oid};

/// Whether two names are the same: attribute by attribute, without regard to case, to spaces around and between words, and to
/// how the text is encoded. The signature decides in the end; this only finds candidates.
pub(super) fn same(left: &Name, right: &Name) -> bool {
    left == right
        || left.len() == right.len()
            && left.iter_rdn().zip(right.iter_rdn()).all(|(left, right)| {
                left.len() == right.len()
                    && left.iter().all(|attribute| right.iter().any(|other| same_attribute(attribute, other)))
            })
}

fn same_attribute(left: &AttributeTypeAndValue, right: &AttributeTypeAndValue) -> bool {
    left.oid == right.oid
        && (left.value == right.value
            || match (text(left.value.to_ref()), text(right.value.to_ref())) {
                (Some(left), Some(right)) => folded(&left) == folded(&right),
                _ => false,
            })
}

fn folded(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Organisation and common name for an operator: at most 100 characters of each, nothing that a terminal would obey, and no
/// row of nine digits or more, which could be somebody's number.
pub(super) fn plain(name: &Name) -> String {
    let parts: Vec<String> = [("O", oid::ORGANIZATION_NAME), ("CN", oid::COMMON_NAME)]
        .into_iter()
        .filter_map(|(label, id)| {
            let attribute = name.iter().find(|attribute| attribute.oid == id)?;
            Some(format!("{label}={}", masked(&text(attribute.value.to_ref())?)))
        })
        .collect();
    if parts.is_empty() { "(neither organisation nor common name)".to_owned() } else { parts.join(", ") }
}

fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut number = String::new();
    for character in text.chars().take(100).chain([' ']) {
        if character.is_ascii_digit() || matches!(character, '.' | '-') {
            number.push(character);
            continue;
        }
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        masked.push_str(if digits < 9 { &number } else { "…" });
        number.clear();
        masked.push(if character.is_control() { '\u{fffd}' } else { character });
    }
    masked.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn case_and_spaces_make_no_difference() {
        assert!(same(&name("CN=Citizen CA,C=BE"), &name("CN=CITIZEN   ca,C=BE")));
        assert!(!same(&name("CN=Citizen CA,C=BE"), &name("CN=CitizenCA,C=BE")));
        assert!(!same(&name("CN=Citizen CA,C=BE"), &name("C=BE,CN=Citizen CA")));
        assert!(!same(&name("CN=Citizen CA,C=BE"), &name("CN=Citizen CA")));
        assert!(!same(&name("CN=Citizen CA"), &name("O=Citizen CA")));
    }

    #[test]
    fn a_shown_name_holds_no_number_of_a_person_and_no_control_character() {
        assert_eq!(plain(&name("CN=Citizen CA 202002,O=Example,C=BE")), "O=Example, CN=Citizen CA 202002");
        assert_eq!(plain(&name("CN=Someone 85073003328")), "CN=Someone …");
        assert_eq!(plain(&name("CN=85.07.30-033.28 Someone")), "CN=… Someone");
        assert_eq!(masked("a\u{1b}[2J"), "a\u{fffd}[2J");
        assert_eq!(masked(&"a".repeat(1000)).len(), 100);
        assert_eq!(plain(&name("C=BE")), "(neither organisation nor common name)");
    }
}
