use communes_civil::Lang;
use serde::{Deserialize, Serialize};

/// One of the names of an entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name {
    /// What the name is for.
    pub kind: NameKind,
    /// The register's language code, as it stands in the file: `0` unknown, `1` French, `2` Dutch, `3` German, `4` English.
    ///
    /// Not reliable: a quarter of the Belgian names carry `0`, legal persons' among them.
    pub language_code: String,
    /// The name itself, up to 320 characters in the Belgian register.
    pub text: String,
}

impl Name {
    /// The language that the register's code says, if it says one that this program knows.
    #[must_use]
    pub fn language(&self) -> Option<Lang> {
        match self.language_code.as_str() {
            "1" => Some(Lang::FR),
            "2" => Some(Lang::NL),
            "3" => Some(Lang::DE),
            "4" => Some(Lang::EN),
            _ => None,
        }
    }
}

/// What a [`Name`] is for (KBO `TypeOfDenomination`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum NameKind {
    /// `001`: the name in the statutes; of a natural person, surname and first name.
    Legal,
    /// `002`: its abbreviation.
    Abbreviation,
    /// `003`: the name on the shop front.
    Trade,
    /// `004`: the name of a branch of a foreign enterprise.
    Branch,
    /// A code that this program does not know, kept as it came.
    Other(String),
}

impl NameKind {
    /// The register's code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Legal => "001",
            Self::Abbreviation => "002",
            Self::Trade => "003",
            Self::Branch => "004",
            Self::Other(code) => code,
        }
    }
}

impl From<String> for NameKind {
    fn from(code: String) -> Self {
        match code.as_str() {
            "001" => Self::Legal,
            "002" => Self::Abbreviation,
            "003" => Self::Trade,
            "004" => Self::Branch,
            _ => Self::Other(code),
        }
    }
}

impl From<NameKind> for String {
    fn from(kind: NameKind) -> Self {
        kind.code().to_owned()
    }
}
