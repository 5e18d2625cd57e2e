use std::collections::BTreeMap;

use communes_civil::Lang;

use super::{NaceCode, NaceVersion};

/// A list of codes of the Belgian register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // The names are the register's own.
pub enum CodeCategory {
    ActivityGroup,
    Classification,
    ContactType,
    EntityContact,
    JuridicalForm,
    JuridicalSituation,
    Language,
    Nace2003,
    Nace2008,
    Nace2025,
    Status,
    TypeOfAddress,
    TypeOfDenomination,
    TypeOfEnterprise,
}

impl CodeCategory {
    /// Every category that this program knows.
    pub const ALL: [Self; 14] = [
        Self::ActivityGroup,
        Self::Classification,
        Self::ContactType,
        Self::EntityContact,
        Self::JuridicalForm,
        Self::JuridicalSituation,
        Self::Language,
        Self::Nace2003,
        Self::Nace2008,
        Self::Nace2025,
        Self::Status,
        Self::TypeOfAddress,
        Self::TypeOfDenomination,
        Self::TypeOfEnterprise,
    ];

    /// The register's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ActivityGroup => "ActivityGroup",
            Self::Classification => "Classification",
            Self::ContactType => "ContactType",
            Self::EntityContact => "EntityContact",
            Self::JuridicalForm => "JuridicalForm",
            Self::JuridicalSituation => "JuridicalSituation",
            Self::Language => "Language",
            Self::Nace2003 => "Nace2003",
            Self::Nace2008 => "Nace2008",
            Self::Nace2025 => "Nace2025",
            Self::Status => "Status",
            Self::TypeOfAddress => "TypeOfAddress",
            Self::TypeOfDenomination => "TypeOfDenomination",
            Self::TypeOfEnterprise => "TypeOfEnterprise",
        }
    }

    /// The category of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.word() == word)
    }
}

impl From<NaceVersion> for CodeCategory {
    fn from(version: NaceVersion) -> Self {
        match version {
            NaceVersion::V2003 => Self::Nace2003,
            NaceVersion::V2008 => Self::Nace2008,
            NaceVersion::V2025 => Self::Nace2025,
        }
    }
}

/// What a code means, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLabel {
    /// The list.
    pub category: CodeCategory,
    /// The code, as the register writes it.
    pub code: String,
    /// The language of the text.
    pub language: Lang,
    /// The text, without blanks around it.
    pub text: String,
}

/// The register's own labels of its codes. French and Dutch for all, German for forms and situations, no English.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeTable {
    labels: BTreeMap<CodeCategory, BTreeMap<String, BTreeMap<Lang, String>>>,
}

impl CodeTable {
    /// Adds or replaces a label.
    pub fn insert(&mut self, label: CodeLabel) {
        let languages = self.labels.entry(label.category).or_default().entry(label.code).or_default();
        languages.insert(label.language, label.text);
    }

    /// Whether the table holds any label of this list.
    #[must_use]
    pub fn covers(&self, category: CodeCategory) -> bool {
        self.labels.contains_key(&category)
    }

    /// Whether the list has this code.
    #[must_use]
    pub fn contains(&self, category: CodeCategory, code: &str) -> bool {
        self.labels.get(&category).is_some_and(|codes| codes.contains_key(code))
    }

    /// How many codes the list has.
    #[must_use]
    pub fn count(&self, category: CodeCategory) -> usize {
        self.labels.get(&category).map_or(0, BTreeMap::len)
    }

    /// What the code means: in this language, else in French, else in Dutch. `None` for a code that the table lacks.
    #[must_use]
    pub fn label(&self, category: CodeCategory, code: &str, language: Lang) -> Option<&str> {
        let languages = self.labels.get(&category)?.get(code)?;
        [language, Lang::FR, Lang::NL].iter().find_map(|wanted| languages.get(wanted)).map(String::as_str)
    }

    /// What an activity is, from the list of its own year: never another year's label.
    #[must_use]
    pub fn activity(&self, nace: NaceCode, language: Lang) -> Option<&str> {
        self.label(nace.version().into(), &nace.digits(), language)
    }

    /// Every label.
    pub fn iter(&self) -> impl Iterator<Item = CodeLabel> + '_ {
        self.labels.iter().flat_map(|(category, codes)| {
            codes.iter().flat_map(move |(code, languages)| {
                languages.iter().map(move |(language, text)| CodeLabel {
                    category: *category,
                    code: code.clone(),
                    language: *language,
                    text: text.clone(),
                })
            })
        })
    }
}

impl Extend<CodeLabel> for CodeTable {
    fn extend<T: IntoIterator<Item = CodeLabel>>(&mut self, labels: T) {
        for label in labels {
            self.insert(label);
        }
    }
}

impl FromIterator<CodeLabel> for CodeTable {
    fn from_iter<T: IntoIterator<Item = CodeLabel>>(labels: T) -> Self {
        let mut table = Self::default();
        table.extend(labels);
        table
    }
}
