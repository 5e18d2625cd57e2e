use std::collections::BTreeSet;

use super::analyzer::{fold, terms, whole};
use crate::{
    register::{EntityKey, Postcode, Presence},
    resolve::PublicEntry,
};

/// What an index holds of an entry: terms and filters, from public entries only. What is hidden can't be found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchDocument {
    /// Which entity.
    pub key: EntityKey,
    /// Terms of its names, in every language.
    pub names: BTreeSet<String>,
    /// Its own names, each as one word.
    pub whole_names: BTreeSet<String>,
    /// Terms of its locality and postcode.
    pub places: BTreeSet<String>,
    /// Terms of its street and house number.
    pub streets: BTreeSet<String>,
    /// Terms of the labels of its activities and of the commune's text.
    pub activities: BTreeSet<String>,
    /// Its postcode, if Belgian.
    pub postcode: Option<Postcode>,
    /// Whether the register no longer holds it.
    pub gone: bool,
    /// The order inside a tier, lowest first: normal situation before liquidation, then by name.
    pub tie: u64,
}

impl SearchDocument {
    /// The document of an entry, given in one language and then in others.
    #[must_use]
    pub fn of(entry: &PublicEntry, others: &[PublicEntry]) -> Self {
        let mut document = Self {
            key: entry.key,
            names: BTreeSet::new(),
            whole_names: BTreeSet::new(),
            places: BTreeSet::new(),
            streets: BTreeSet::new(),
            activities: BTreeSet::new(),
            postcode: None,
            gone: matches!(entry.presence, Presence::Gone { .. }),
            tie: tie(entry),
        };
        for entry in std::iter::once(entry).chain(others) {
            document.add(entry);
        }
        document
    }

    fn add(&mut self, entry: &PublicEntry) {
        self.names.extend(terms(&entry.name.value));
        self.whole_names.insert(whole(&entry.name.value));
        for name in &entry.other_names {
            self.names.extend(terms(&name.text));
            // Who looks for a company by its name does not mean each of its shops.
            if !name.of_enterprise {
                self.whole_names.insert(whole(&name.text));
            }
        }
        if let Some(address) = &entry.address {
            let address = &address.value;
            for part in [&address.locality, &address.postcode, &address.country].into_iter().flatten() {
                self.places.extend(terms(part));
            }
            for part in [&address.street, &address.house_number, &address.extra].into_iter().flatten() {
                self.streets.extend(terms(part));
            }
            if address.country.is_none() {
                self.postcode = address.postcode.as_ref().and_then(|postcode| postcode.parse().ok());
            }
        }
        for label in entry.activities.iter().filter_map(|activity| activity.label.as_ref()) {
            self.activities.extend(terms(label));
        }
        if let Some(text) = &entry.description {
            self.activities.extend(terms(&text.value));
        }
    }
}

/// A bit for the situation, then the first seven bytes of the name.
fn tie(entry: &PublicEntry) -> u64 {
    let mut bytes = [0; 8];
    bytes[0] = u8::from(entry.situation.is_some());
    for (byte, of_name) in bytes[1..].iter_mut().zip(fold(&entry.name.value).bytes()) {
        *byte = of_name;
    }
    u64::from_be_bytes(bytes)
}
