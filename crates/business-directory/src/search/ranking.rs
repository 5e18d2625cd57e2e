use std::collections::BTreeSet;

use serde::Serialize;

use super::{SearchDocument, Terms, Word, analyzer};
use crate::resolve::PublicEntry;

/// How well an entry fits a query. A name beats an activity, and both beat an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tier {
    /// The query is its number.
    Number,
    /// The query is one of its names.
    ExactName,
    /// Every word is in its names.
    Name,
    /// Every word is in its names, the last one as the beginning of a word.
    NamePrefix,
    /// Some words are in its names, the others in its address or activities.
    NameAndMore,
    /// Some words are in its activities, the others in its address.
    Activity,
    /// The words are in its address.
    Address,
}

impl Tier {
    /// The stable code: `number`, `exact-name`, `name`, `name-prefix`, `name-and-more`, `activity` or `address`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::ExactName => "exact-name",
            Self::Name => "name",
            Self::NamePrefix => "name-prefix",
            Self::NameAndMore => "name-and-more",
            Self::Activity => "activity",
            Self::Address => "address",
        }
    }
}

/// Why an entry was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Why {
    /// How well it fits.
    pub tier: Tier,
    /// The text that matched, where it is one: a name or an activity.
    pub matched: Option<String>,
}

/// Why an entry fits a query; `None` when it does not.
#[must_use]
pub fn why(terms: &Terms, entry: &PublicEntry) -> Option<Why> {
    let document = SearchDocument::of(entry, &[]);
    let tier = tier(terms, &document)?;
    let names = std::iter::once(&entry.name.value).chain(entry.other_names.iter().map(|name| &name.text));
    let labels = entry.activities.iter().filter_map(|activity| activity.label.as_ref());
    let matched = match tier {
        Tier::ExactName => names.clone().find(|name| analyzer::whole(name) == terms.whole()),
        Tier::Name | Tier::NamePrefix | Tier::NameAndMore => best(terms, names),
        Tier::Activity => best(terms, labels),
        Tier::Number | Tier::Address => None,
    };
    Some(Why { tier, matched: matched.cloned() })
}

/// How well a document fits; `None` when a word is nowhere in it. What an index answers must agree with this.
pub(super) fn tier(terms: &Terms, document: &SearchDocument) -> Option<Tier> {
    if terms.is_empty() {
        return None;
    }
    let words = terms.words();
    let SearchDocument { names, places, streets, activities, .. } = document;
    if !words.iter().all(|word| [names, places, streets, activities].iter().any(|field| begins(word, field))) {
        return None;
    }
    Some(if document.whole_names.contains(&terms.whole()) {
        Tier::ExactName
    } else if words.iter().all(|word| holds(word, names)) {
        Tier::Name
    } else if words.iter().all(|word| begins(word, names)) {
        Tier::NamePrefix
    } else if words.iter().any(|word| begins(word, names)) {
        Tier::NameAndMore
    } else if words.iter().any(|word| begins(word, activities)) {
        Tier::Activity
    } else {
        Tier::Address
    })
}

/// The text with the most words of the query.
fn best<'a>(terms: &Terms, texts: impl Iterator<Item = &'a String>) -> Option<&'a String> {
    let score = |text: &String| {
        let field = analyzer::terms(text);
        let (whole, begun) = terms.words().iter().fold((0, 0), |(whole, begun), word| {
            (whole + usize::from(holds(word, &field)), begun + usize::from(begins(word, &field)))
        });
        (begun, whole)
    };
    let first_of_equals = |best: Option<((usize, usize), &'a String)>, text| {
        let score = score(text);
        if best.is_some_and(|(highest, _)| highest >= score) { best } else { Some((score, text)) }
    };
    texts.fold(None, first_of_equals).map(|(_, text)| text)
}

fn holds(word: &Word, field: &BTreeSet<String>) -> bool {
    word.forms.iter().chain(&word.joined).any(|form| field.contains(form))
}

fn begins(word: &Word, field: &BTreeSet<String>) -> bool {
    holds(word, field)
        || (word.is_prefix && field.range(word.text.clone()..).next().is_some_and(|term| term.starts_with(&word.text)))
}
