use communes_civil::Texts;
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// What the commune says about one field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field<T> {
    /// As the register has it.
    #[default]
    Inherit,
    /// This instead.
    Set(T),
    /// Nothing: the field is not public.
    Hide,
}

impl<T> Field<T> {
    /// The field's value, where `inherited` is the register's.
    pub fn or_inherited(self, inherited: Option<T>) -> Option<T> {
        match self {
            Self::Inherit => inherited,
            Self::Set(value) => Some(value),
            Self::Hide => None,
        }
    }
}

/// What a commune says about one entity of a register.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overlay {
    /// The name, by language.
    pub name: Field<Texts>,
    /// A text about the entity, by language. No register has one.
    pub description: Field<Texts>,
    /// The address in one line without the postcode and the locality, by language.
    pub street: Field<Texts>,
    /// Where it is. No register has it.
    pub place: Field<Place>,
    /// The telephone number.
    pub telephone: Field<String>,
    /// The e-mail address.
    pub email: Field<String>,
    /// The website.
    pub website: Field<String>,
    /// Whether a natural person agreed to be listed with what the register says, as far as this overlay does not hide it.
    ///
    /// Without it, the [`PrivacyPolicy`](crate::PrivacyPolicy) decides. It does nothing for legal persons.
    pub person_agreed: bool,
    /// Whether the commune keeps the whole entity out of the directory.
    pub withheld: bool,
}
