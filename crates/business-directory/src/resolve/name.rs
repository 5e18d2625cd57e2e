use communes_civil::Lang;

use super::{Openness, PublicName, Sourced, Withheld};
use crate::{
    entry::{Field, Overlay},
    register::{EntityKind, Name, NameKind, RegisterRecord},
};

pub(super) struct Names {
    pub(super) shown: Sourced<String>,
    pub(super) others: Vec<PublicName>,
}

/// The name to show and the others. Of a person's business only the names over the shop door.
pub(super) fn names(
    record: &RegisterRecord,
    overlay: &Overlay,
    open: Openness,
    language: Lang,
) -> Result<Names, Withheld> {
    let own = record.names.iter().filter(|name| open == Openness::All || name.kind == NameKind::Trade);
    let of_parent = record.parent.iter().filter(|_| open == Openness::All).flat_map(|parent| &parent.names);
    let kind = record.key.kind();
    let mut ranked: Vec<(bool, (u8, u8), &Name)> = own
        .map(|name| (false, rank(name, kind, language), name))
        .chain(of_parent.map(|name| (true, rank(name, EntityKind::Enterprise, language), name)))
        .filter(|(_, _, name)| !name.text.trim().is_empty())
        .collect();
    ranked.sort();

    let number = || record.key.printed().filter(|_| open == Openness::All);
    let (shown, rest) = match &overlay.name {
        Field::Set(texts) => (Sourced::by_commune(texts.in_language(language).text.to_owned()), ranked.as_slice()),
        Field::Hide => (Sourced::by_register(number().ok_or(Withheld::Nameless)?), [].as_slice()),
        Field::Inherit => match ranked.split_first() {
            Some(((_, _, name), rest)) => (Sourced::by_register(clean(&name.text)), rest),
            None if open == Openness::TradeNameOnly => return Err(Withheld::NaturalPerson),
            None => (Sourced::by_register(number().ok_or(Withheld::Nameless)?), [].as_slice()),
        },
    };
    let mut others: Vec<PublicName> = Vec::new();
    for (of_enterprise, _, name) in rest {
        let text = clean(&name.text);
        if text != shown.value && others.iter().all(|other| other.text != text) {
            others.push(PublicName { kind: name.kind.clone(), text, of_enterprise: *of_enterprise });
        }
    }
    Ok(Names { shown, others })
}

/// Which name comes first: by kind, then by language. The code for an unknown language is not a foreign language.
fn rank(name: &Name, kind: EntityKind, language: Lang) -> (u8, u8) {
    let preferred = match kind {
        EntityKind::Enterprise => NameKind::Legal,
        EntityKind::Establishment => NameKind::Trade,
        EntityKind::Branch => NameKind::Branch,
    };
    let by_kind = match &name.kind {
        kind if *kind == preferred => 0,
        NameKind::Legal => 1,
        NameKind::Trade => 2,
        NameKind::Branch => 3,
        NameKind::Abbreviation => 4,
        NameKind::Other(_) => 5,
    };
    let by_language = match name.language() {
        Some(of_name) if of_name == language => 0,
        None => 1,
        Some(_) => 2,
    };
    (by_kind, by_language)
}

/// Without the double blanks of the register's files.
pub(super) fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
