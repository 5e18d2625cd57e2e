use super::{Activity, Address, CodeLabel, Contact, Entity, EntityKey, Name};

/// A row about an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Of<T> {
    /// Which entity.
    pub key: EntityKey,
    /// The row.
    pub value: T,
}

/// A part of a record that a register replaces as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The entity's own row.
    Entity,
    /// All its names.
    Names,
    /// All its addresses.
    Addresses,
    /// All its contacts.
    Contacts,
    /// All its activities.
    Activities,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 5] = [Self::Entity, Self::Names, Self::Addresses, Self::Contacts, Self::Activities];

    /// The word for reports: `entity`, `names`, …
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Names => "names",
            Self::Addresses => "addresses",
            Self::Contacts => "contacts",
            Self::Activities => "activities",
        }
    }
}

/// One step of an import. Steps are applied in order, and each touches one part only: removing an entity leaves its names,
/// addresses, contacts and activities alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterChange {
    /// Removes a part of these entities. The entity's own row becomes a tombstone, the other parts' rows go.
    Remove(Part, Vec<EntityKey>),
    /// Adds or replaces entities' own rows; a tombstone opens again.
    Entities(Vec<Entity>),
    /// Adds names: a set, a name that is there already is not doubled.
    Names(Vec<Of<Name>>),
    /// Adds addresses, as a set.
    Addresses(Vec<Of<Address>>),
    /// Adds contacts, as a set.
    Contacts(Vec<Of<Contact>>),
    /// Adds activities, as a set in which activities that differ in their groups only become one with all the groups.
    Activities(Vec<Of<Activity>>),
    /// Adds or replaces labels of codes.
    Codes(Vec<CodeLabel>),
}

impl RegisterChange {
    /// How many rows or keys it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Remove(_, keys) => keys.len(),
            Self::Entities(rows) => rows.len(),
            Self::Names(rows) => rows.len(),
            Self::Addresses(rows) => rows.len(),
            Self::Contacts(rows) => rows.len(),
            Self::Activities(rows) => rows.len(),
            Self::Codes(rows) => rows.len(),
        }
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
