use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::{Condition, Expression, FormError, Pattern};

const MOST_FIELDS: usize = 5_000;

/// A field of a form. [`FieldParts`] makes it; its key is assigned by the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    key: String,
    parts: FieldParts,
}

/// Everything that a field is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldParts {
    /// Its id in the file, unique in a form.
    pub id: String,
    /// The name that conditions and templates use, if any.
    pub varname: Option<String>,
    /// Its label; HTML for a comment.
    pub label: String,
    /// What is said beside it, HTML.
    pub hint: Option<String>,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether an answer is needed where it is visible.
    pub required: bool,
    /// When it is shown; always, where absent.
    pub condition: Option<Condition>,
    /// Where its value comes from at first.
    pub prefill: Option<Prefill>,
    /// How its answer is checked beyond its kind.
    pub validation: Option<Validation>,
    /// What becomes of its answer when the file is anonymised.
    pub anonymise: Anonymise,
    /// Where its answer is shown: `validation`, `summary`, `listings`.
    pub display_locations: Vec<String>,
    /// The line of the file where it begins, from 1; 0 where it came from no file.
    pub line: usize,
}

impl From<FieldParts> for Field {
    fn from(parts: FieldParts) -> Self {
        Self { key: parts.varname.clone().unwrap_or_else(|| parts.id.clone()), parts }
    }
}

impl Field {
    /// The name of its answer, unique in the form.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its id in the file.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.parts.id
    }

    /// The name that conditions use.
    #[must_use]
    pub fn varname(&self) -> Option<&str> {
        self.parts.varname.as_deref()
    }

    /// Its label; HTML for a comment, which an application has to sanitise.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.parts.label
    }

    /// What is said beside it: HTML, which an application has to sanitise.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.parts.hint.as_deref()
    }

    /// What it takes.
    #[must_use]
    pub const fn kind(&self) -> &FieldKind {
        &self.parts.kind
    }

    pub(crate) const fn kind_mut(&mut self) -> &mut FieldKind {
        &mut self.parts.kind
    }

    /// Whether an answer is needed where it is visible.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.parts.required
    }

    /// When it is shown.
    #[must_use]
    pub const fn condition(&self) -> Option<&Condition> {
        self.parts.condition.as_ref()
    }

    /// Where its value comes from at first.
    #[must_use]
    pub const fn prefill(&self) -> Option<&Prefill> {
        self.parts.prefill.as_ref()
    }

    /// How its answer is checked beyond its kind.
    #[must_use]
    pub const fn validation(&self) -> Option<&Validation> {
        self.parts.validation.as_ref()
    }

    /// What becomes of its answer when the file is anonymised.
    #[must_use]
    pub const fn anonymise(&self) -> Anonymise {
        self.parts.anonymise
    }

    /// Where its answer is shown.
    #[must_use]
    pub fn display_locations(&self) -> &[String] {
        &self.parts.display_locations
    }

    /// The line of the file where it begins.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.parts.line
    }

    /// Whether people answer it, rather than read it or have it computed.
    #[must_use]
    pub const fn takes_an_answer(&self) -> bool {
        !matches!(
            self.parts.kind,
            FieldKind::Comment
                | FieldKind::Title
                | FieldKind::Subtitle
                | FieldKind::Computed { .. }
                | FieldKind::Other(_)
        )
    }
}

/// Gives every field its key, unique among them.
pub(super) fn assign_keys<'a>(fields: impl Iterator<Item = &'a mut Field>) -> Result<(), FormError> {
    let mut fields: Vec<&mut Field> = fields.collect();
    if fields.len() > MOST_FIELDS {
        return Err(FormError::TooManyFields);
    }
    let mut ids = BTreeSet::new();
    let mut holders: HashMap<String, usize> = HashMap::new();
    for field in &fields {
        if !ids.insert(field.id().to_owned()) {
            return Err(FormError::DuplicateId(field.id().to_owned()));
        }
        if let Some(varname) = field.varname() {
            *holders.entry(varname.to_owned()).or_default() += 1;
        }
    }
    for field in &mut fields {
        field.key = match field.varname() {
            // A varname that is another field's id would make two equal keys.
            Some(varname) if holders[varname] == 1 && (varname == field.id() || !ids.contains(varname)) => {
                varname.to_owned()
            }
            _ => field.id().to_owned(),
        };
    }
    Ok(())
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// One line of text.
    String {
        /// The most characters.
        most_characters: Option<usize>,
    },
    /// Several lines of text.
    Text {
        /// The most characters.
        most_characters: Option<usize>,
    },
    /// A text to read, HTML.
    Comment,
    /// A heading.
    Title,
    /// A smaller heading.
    Subtitle,
    /// One of several choices.
    Item {
        /// The choices.
        choices: Choices,
        /// How it is shown: `list`, `radio`, `autocomplete` …
        display: Option<String>,
    },
    /// Some of several choices.
    Items {
        /// The choices.
        choices: Choices,
        /// The fewest.
        least: Option<usize>,
        /// The most.
        most: Option<usize>,
    },
    /// A day.
    Date(DateRule),
    /// An e-mail address.
    Email,
    /// Yes or no; required means yes.
    Bool,
    /// A file: the answer is the id under which the application stored it.
    File {
        /// The size limit as the file writes it, e.g. `10M`.
        size_limit: Option<String>,
    },
    /// A place: latitude and longitude in degrees, `50.46;4.86`.
    Map,
    /// A value that the server computes.
    Computed {
        /// From what.
        template: Template,
    },
    /// A group of fields in rows.
    Block {
        /// The name of the block.
        slug: String,
        /// Its fields, once [`super::Form::resolve_blocks`] has put them there.
        fields: Option<Vec<Field>>,
        /// The most rows; a template in some forms, then absent here.
        most_rows: Option<usize>,
    },
    /// A kind that this crate doesn't know, by name: kept, reported, takes no answer.
    Other(String),
}

/// Which days a date field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateRule {
    /// Not before.
    pub least: Option<NaiveDate>,
    /// Not after.
    pub most: Option<NaiveDate>,
    /// Only after today.
    pub future: bool,
    /// Only before today.
    pub past: bool,
    /// Today too, where it is only before or after.
    pub today: bool,
}

impl DateRule {
    /// Whether it takes a day.
    #[must_use]
    pub fn accepts(&self, date: NaiveDate, today: NaiveDate) -> bool {
        let side = (!self.future || date > today) && (!self.past || date < today);
        self.least.is_none_or(|least| date >= least)
            && self.most.is_none_or(|most| date <= most)
            && (side || (self.today && date == today))
    }
}

/// A choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent and stored.
    pub id: String,
    /// What is read.
    pub text: String,
    /// What else is known about it, e.g. `price`: conditions read it as `form_var_VARNAME_price`.
    pub attributes: BTreeMap<String, String>,
}

impl Choice {
    /// A choice without attributes.
    #[must_use]
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), text: text.into(), attributes: BTreeMap::new() }
    }
}

/// Where the choices of a list come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choices {
    /// From the form itself.
    Fixed(Vec<Choice>),
    /// From a data source of that name, which the application knows.
    Source(String),
    /// From a template that this crate doesn't run: the application gives them for the field's key.
    Template(String),
}

/// A template of a computed value or a prefill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// A text without any tag.
    Literal(String),
    /// One expression: `{{ … }}`.
    Expression(String, Expression),
    /// Anything else, kept as it is: the application computes it.
    Opaque(String),
}

impl Template {
    /// Reads a template; it always succeeds.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        if !source.contains("{{") && !source.contains("{%") && !source.contains("{#") {
            return Self::Literal(source.to_owned());
        }
        let inner = source.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        match inner.filter(|inner| !inner.contains("}}")).and_then(|inner| Expression::parse(inner).ok()) {
            Some(expression) => Self::Expression(source.to_owned(), expression),
            None => Self::Opaque(source.to_owned()),
        }
    }

    /// Its text.
    #[must_use]
    pub fn source(&self) -> &str {
        match self {
            Self::Literal(source) | Self::Expression(source, _) | Self::Opaque(source) => source,
        }
    }
}

/// Where the first value of a field comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefill {
    /// Its source.
    pub source: PrefillSource,
    /// Whether the person can't change it.
    pub locked: bool,
    /// Whether the person can change it when the source gave nothing.
    pub unlocked_when_empty: bool,
}

/// What gives the first value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrefillSource {
    /// An attribute of the signed-in person: `_niss`, `_first_name`, `_street` …
    User(String),
    /// A template.
    Template(Template),
    /// A part of the address of the place on the map: `road`, `postcode` …
    Geolocation(String),
    /// Another kind, by its name and value.
    Other(String, String),
}

/// How an answer is checked beyond its kind, and what the form says where it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// The check.
    pub rule: ValidationRule,
    /// The form's own message.
    pub message: Option<String>,
}

/// A check of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidationRule {
    /// A regular expression.
    Pattern(Pattern),
    /// A Belgian national or bis number.
    NationalNumber,
    /// Digits only.
    Digits,
    /// A telephone number.
    Phone,
    /// An IBAN.
    Iban,
    /// A time of day, `09:30`.
    Time,
    /// A condition on `value`.
    Condition(Condition),
    /// A check that this crate doesn't know: nothing can be accepted.
    Other(String),
}

/// What becomes of an answer when its file is anonymised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Anonymise {
    /// It goes, at the end.
    #[default]
    Final,
    /// It stays.
    No,
    /// It goes as soon as it isn't needed for the handling.
    Intermediate,
}

/// A group of fields that forms use by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name.
    pub name: String,
    /// The name that forms use.
    pub slug: String,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

impl Block {
    /// A block of these fields.
    ///
    /// # Errors
    /// Two fields have one id, or there are more than 5,000.
    pub fn new(name: impl Into<String>, slug: impl Into<String>, mut fields: Vec<Field>) -> Result<Self, FormError> {
        assign_keys(fields.iter_mut())?;
        Ok(Self { name: name.into(), slug: slug.into(), fields })
    }
}
