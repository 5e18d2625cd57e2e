use chrono::NaiveDate;
use communes_civil::EnterpriseNumber;
use serde::{Deserialize, Serialize};

use super::{Activity, Address, AddressKind, Contact, EntityKey, LegalForm, Name, Situation};

/// Everything a register says about one entity. What a store gives back; [`resolve`](crate::resolve) makes it public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRecord {
    /// Which entity.
    pub key: EntityKey,
    /// Whether the register holds it.
    pub presence: Presence,
    /// The entity's own row; `None` when only names, addresses, contacts or activities came.
    pub entity: Option<Entity>,
    /// The enterprise of an establishment or a branch.
    pub parent: Option<Parent>,
    /// Its names, in a stable order.
    pub names: Vec<Name>,
    /// Its addresses, in a stable order, those struck off among them.
    pub addresses: Vec<Address>,
    /// Its contacts, in a stable order.
    pub contacts: Vec<Contact>,
    /// Its activities, in a stable order.
    pub activities: Vec<Activity>,
}

impl RegisterRecord {
    /// A record of which nothing is known yet.
    #[must_use]
    pub fn empty(key: EntityKey) -> Self {
        Self {
            key,
            presence: Presence::Unregistered,
            entity: None,
            parent: None,
            names: Vec::new(),
            addresses: Vec::new(),
            contacts: Vec::new(),
            activities: Vec::new(),
        }
    }

    /// Whether somebody's own person stands behind it, as far as the register lets one know.
    ///
    /// An establishment is its enterprise's. Where the type is not known, a seat tells: only legal persons have one in the
    /// open data. What stays [`PersonKind::Unknown`] is to be treated as a person.
    #[must_use]
    pub fn person(&self) -> PersonKind {
        let owner = match (&self.key, &self.parent) {
            (EntityKey::Enterprise(_), _) => self.entity.as_ref(),
            (_, Some(parent)) => parent.entity.as_ref(),
            (_, None) => None,
        };
        match owner.map(|entity| entity.person) {
            Some(PersonKind::Natural) => PersonKind::Natural,
            Some(PersonKind::Legal) => PersonKind::Legal,
            _ if self.addresses.iter().any(|address| address.kind == AddressKind::Seat) => PersonKind::Legal,
            _ => PersonKind::Unknown,
        }
    }
}

/// The entity's own row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Which entity.
    pub key: EntityKey,
    /// The enterprise of an establishment or a branch, whether or not the register's files hold it.
    pub enterprise: Option<EnterpriseNumber>,
    /// Natural or legal person; unknown for establishments and branches, whose enterprise tells.
    pub person: PersonKind,
    /// The legal form; natural persons have none.
    pub form: Option<LegalForm>,
    /// The legal situation; enterprises only.
    pub situation: Option<Situation>,
    /// When it began.
    pub started: Option<NaiveDate>,
}

/// The enterprise behind an establishment or a branch, as far as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Its number.
    pub number: EnterpriseNumber,
    /// Its own row.
    pub entity: Option<Entity>,
    /// Its names.
    pub names: Vec<Name>,
}

/// Who is behind an enterprise (KBO `TypeOfEnterprise`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    /// `0`, or not said.
    #[default]
    Unknown,
    /// `1`: a sole trader.
    Natural,
    /// `2`: a company, an association, an authority.
    Legal,
}

/// Whether a register holds an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Presence {
    /// The latest extract holds it.
    Active,
    /// It was there once and is no more: the register's open data know closure only by absence.
    Gone {
        /// The day of the extract that no longer held it.
        seen_on: NaiveDate,
    },
    /// Its own row never came, only rows about it.
    Unregistered,
}
