use chrono::NaiveDate;
use communes_civil::EnterpriseNumber;
use serde::Serialize;

use crate::{
    place::Place,
    register::{EntityKey, EntityKind, NaceCode, NameKind, Presence},
};

/// What the public sees of an entity, in one language on one day. Only [`resolve`](crate::resolve) makes it.
///
/// Register values are those of the extract that the directory's checkpoint names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PublicEntry {
    /// Which entity.
    pub key: EntityKey,
    /// Enterprise, establishment or branch.
    pub kind: EntityKind,
    /// The number with points; a branch has none to show.
    pub number: Option<String>,
    /// The enterprise of an establishment or a branch.
    pub enterprise: Option<EnterpriseNumber>,
    /// Active, or gone.
    pub presence: Presence,
    /// The name to show.
    pub name: Sourced<String>,
    /// Its other names, each once.
    pub other_names: Vec<PublicName>,
    /// The commune's text about it.
    pub description: Option<Sourced<String>>,
    /// Its current address.
    pub address: Option<Sourced<PublicAddress>>,
    /// Where it is.
    pub place: Option<Sourced<Place>>,
    /// A telephone number, as written.
    pub telephone: Option<Sourced<String>>,
    /// An e-mail address, as written.
    pub email: Option<Sourced<String>>,
    /// A website, as written: often without a scheme. Not to be linked without one of `http` or `https`.
    pub website: Option<Sourced<String>>,
    /// What it does, after the latest nomenclature it is classified in; main activities first.
    pub activities: Vec<PublicActivity>,
    /// The legal form.
    pub form: Option<Coded>,
    /// The legal situation, when it is not the normal one: a badge to show.
    pub situation: Option<Coded>,
    /// When it began.
    pub started: Option<NaiveDate>,
}

/// A public value and who says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who says it.
    pub source: Source,
}

impl<T> Sourced<T> {
    pub(crate) fn by_commune(value: T) -> Self {
        Self { value, source: Source::Commune }
    }

    pub(crate) fn by_register(value: T) -> Self {
        Self { value, source: Source::Register }
    }
}

/// Who says a public value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Source {
    /// The register, as of its extract.
    Register,
    /// The commune.
    Commune,
}

/// A name beside the one shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicName {
    /// What it is for, by the register's code.
    pub kind: NameKind,
    /// The name.
    pub text: String,
    /// Whether it is not its own, but that of the enterprise of an establishment.
    pub of_enterprise: bool,
}

/// An address to show, in one language. Empty parts are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PublicAddress {
    /// The street, without the register's municipal suffix; or the commune's own line with the number in it.
    pub street: Option<String>,
    /// The house number.
    pub house_number: Option<String>,
    /// The box.
    pub box_number: Option<String>,
    /// Anything else.
    pub extra: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
    /// The municipality, as the register names it.
    pub locality: Option<String>,
    /// The country, abroad only.
    pub country: Option<String>,
}

/// A code of the register with its label, where the code table has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coded {
    /// The code.
    pub code: String,
    /// What it means.
    pub label: Option<String>,
}

/// What an entity does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicActivity {
    /// Nomenclature and code.
    pub nace: NaceCode,
    /// Whether some administration calls it a main activity.
    pub main: bool,
    /// The label of that code in that nomenclature.
    pub label: Option<String>,
}

/// Why nothing of a record is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Withheld {
    /// The register's own row about it never came.
    Unregistered,
    /// Somebody's own person stands behind it, or may, and did not agree to be listed.
    NaturalPerson,
    /// The commune keeps it out.
    ByCommune,
    /// It has neither a name nor a number that may be shown.
    Nameless,
}

impl Withheld {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unregistered => "unregistered",
            Self::NaturalPerson => "natural-person",
            Self::ByCommune => "by-commune",
            Self::Nameless => "nameless",
        }
    }
}
