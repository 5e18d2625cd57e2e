use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    register::{Address, Postcode},
    search::fold,
};

/// Which part of a country a directory covers. A register's rows outside it are left out while they stream by.
///
/// An entity is inside when one of its addresses is; the enterprise of an establishment inside comes with it, since it has
/// the name. The usual scope is one commune's postcodes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope {
    /// Empty: everything. A postcode with names: only addresses in a municipality of that name.
    postcodes: BTreeMap<Postcode, BTreeSet<String>>,
}

impl Scope {
    /// The whole register.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    /// The addresses with one of these postcodes; everything if there is none.
    pub fn postcodes(postcodes: impl IntoIterator<Item = Postcode>) -> Self {
        Self { postcodes: postcodes.into_iter().map(|postcode| (postcode, BTreeSet::new())).collect() }
    }

    /// Adds a postcode that lies in several municipalities (1040, 1050, 1804), and the names of those that count, in any
    /// language and spelling. Without a name, all of them count.
    pub fn add(&mut self, postcode: Postcode, municipalities: impl IntoIterator<Item = impl AsRef<str>>) {
        let names: BTreeSet<String> = municipalities.into_iter().map(|name| fold(name.as_ref())).collect();
        match self.postcodes.entry(postcode) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(names);
            }
            // No name means all of them.
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                if names.is_empty() {
                    entry.get_mut().clear();
                } else if !entry.get().is_empty() {
                    entry.get_mut().extend(names);
                }
            }
        }
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.postcodes.is_empty()
    }

    /// Whether an address lies inside.
    #[must_use]
    pub fn contains(&self, address: &Address) -> bool {
        if self.is_everything() {
            return true;
        }
        if address.is_foreign() {
            return false;
        }
        let Some(names) = address.postcode.parse().ok().and_then(|postcode: Postcode| self.postcodes.get(&postcode))
        else {
            return false;
        };
        names.is_empty()
            || names.contains(&fold(&address.municipality_nl))
            || names.contains(&fold(&address.municipality_fr))
    }
}
