//! Forms, blocks, cards, data sources, workflows and mail templates of w.c.s., the form engine of Publik, from `.wcs` files.
//!
//! Every dialect met in the field is read: with or without an XML declaration, `required` as `True`, `False`, `required` or
//! `optional`, typed and untyped text, `block` and `block:SLUG`. What has no meaning here stays in the file's tree, so that
//! [`WcsFile::write`] loses nothing.

mod choices;
mod fields;
mod workflow;

use serde::Serialize;

pub use workflow::{Status, Workflow};

use crate::{
    form::{Block, Choices, Field, FieldKind, Form, FormError, PrefillSource, ValidationRule},
    xml::{self, Element, XmlError},
};

/// A `.wcs` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WcsFile {
    name: String,
    slug: String,
    definition: Definition,
    root: Element,
}

/// What a `.wcs` file defines.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Definition {
    /// A form that citizens fill in.
    Form(Form),
    /// A card: a form of the office's own data.
    Card(Form),
    /// A group of fields that forms use.
    Block(Block),
    /// A named list of choices.
    DataSource(Choices),
    /// What is done with forms that were sent.
    Workflow(Workflow),
    /// A mail.
    MailTemplate {
        /// The template of its subject.
        subject: String,
        /// The template of its body.
        body: String,
    },
}

/// What a file holds, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Fields, pages included.
    pub fields: usize,
    /// Pages.
    pub pages: usize,
    /// Fields and pages with a condition.
    pub conditions: usize,
    /// Required fields.
    pub required: usize,
    /// Fields filled in from the signed-in person.
    pub prefill_user: usize,
    /// Fields checked as a Belgian national number.
    pub niss: usize,
    /// Fields checked by a regular expression.
    pub regex: usize,
    /// Conditions at the end of pages.
    pub post_conditions: usize,
    /// Statuses of a workflow.
    pub statuses: usize,
}

impl WcsFile {
    /// Reads a file. Nothing that it names is opened.
    ///
    /// # Errors
    /// XML that can't be read, another root than the six kinds, a field without id or type; each with its line.
    pub fn read(bytes: &[u8]) -> Result<Self, WcsError> {
        let root = xml::read(bytes)?;
        let missing = |what| WcsError::Missing { what, line: root.line() };
        let name = root.text_at(&["name"]).ok_or_else(|| missing("name"))?;
        let slug = root
            .text_at(&["url_name"])
            .or_else(|| root.text_at(&["slug"]))
            .ok_or_else(|| missing("url_name or slug"))?;
        let form = || -> Result<Form, WcsError> {
            let workflow = root.first("workflow").and_then(|workflow| workflow.attribute("slug")).map(str::to_owned);
            Ok(Form::new(name.as_str(), slug.as_str(), workflow, fields::pages(&root)?)?)
        };
        let definition = match root.name() {
            "formdef" => Definition::Form(form()?),
            "carddef" => Definition::Card(form()?),
            "block" => Definition::Block(Block::new(name.as_str(), slug.as_str(), fields::of_block(&root)?)?),
            "datasource" => Definition::DataSource(choices::of_source(&root)),
            "workflow" => Definition::Workflow(Workflow::read(&root)),
            "mail-template" => Definition::MailTemplate {
                subject: root.text_at(&["subject"]).unwrap_or_default(),
                body: root.text_at(&["body"]).unwrap_or_default(),
            },
            other => {
                return Err(WcsError::UnknownRoot { name: other.to_owned(), line: root.line() });
            }
        };
        Ok(Self { name, slug, definition, root })
    }

    /// The root element: `formdef`, `carddef`, `block`, `datasource`, `workflow` or `mail-template`.
    #[must_use]
    pub fn root(&self) -> &str {
        self.root.name()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name in addresses and references.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// What it defines.
    #[must_use]
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The form or card that it defines.
    #[must_use]
    pub const fn form(&self) -> Option<&Form> {
        match &self.definition {
            Definition::Form(form) | Definition::Card(form) => Some(form),
            _ => None,
        }
    }

    /// The same, taken out.
    #[must_use]
    pub fn into_form(self) -> Option<Form> {
        match self.definition {
            Definition::Form(form) | Definition::Card(form) => Some(form),
            _ => None,
        }
    }

    /// What it holds, counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        match &self.definition {
            Definition::Form(form) | Definition::Card(form) => {
                let mut counts = fields_counted(form.fields());
                counts.pages = form.pages().iter().filter(|page| page.id.is_some()).count();
                counts.fields += counts.pages;
                counts.conditions += form.pages().iter().filter(|page| page.condition.is_some()).count();
                counts.post_conditions = form.pages().iter().map(|page| page.post_conditions.len()).sum();
                counts
            }
            Definition::Block(block) => fields_counted(block.fields.iter()),
            Definition::Workflow(workflow) => Counts { statuses: workflow.statuses().len(), ..Counts::default() },
            Definition::DataSource(_) | Definition::MailTemplate { .. } => Counts::default(),
        }
    }

    /// The file again, as UTF-8 with an XML declaration: the same elements, attributes, texts and comments in the same order.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.root.write(&mut text);
        text.push('\n');
        text
    }

    pub(crate) const fn tree(&self) -> &Element {
        &self.root
    }
}

fn fields_counted<'a>(fields: impl Iterator<Item = &'a Field>) -> Counts {
    let mut counts = Counts::default();
    for field in fields {
        let rule = field.validation().map(|validation| &validation.rule);
        counts.fields += 1;
        counts.conditions += usize::from(field.condition().is_some());
        counts.required += usize::from(field.is_required());
        counts.prefill_user +=
            usize::from(matches!(field.prefill().map(|prefill| &prefill.source), Some(PrefillSource::User(_))));
        counts.niss += usize::from(matches!(rule, Some(ValidationRule::NationalNumber)));
        counts.regex += usize::from(matches!(rule, Some(ValidationRule::Pattern(_))));
    }
    counts
}

/// The names of blocks that a form uses.
#[must_use]
pub fn blocks_of(form: &Form) -> Vec<&str> {
    let mut slugs: Vec<&str> = form
        .fields()
        .filter_map(|field| match field.kind() {
            FieldKind::Block { slug, .. } => Some(slug.as_str()),
            _ => None,
        })
        .collect();
    slugs.sort_unstable();
    slugs.dedup();
    slugs
}

/// Why a file is no `.wcs` file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WcsError {
    /// Its XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Another root element.
    #[error("line {line}: unknown root element {name:?}")]
    UnknownRoot {
        /// Its name.
        name: String,
        /// Where, from 1.
        line: usize,
    },
    /// An element that must be there.
    #[error("line {line}: no {what}")]
    Missing {
        /// Which.
        what: &'static str,
        /// Where, from 1.
        line: usize,
    },
    /// Fields that are no form.
    #[error(transparent)]
    Form(#[from] FormError),
}

impl WcsError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Xml(error) => error.code(),
            Self::UnknownRoot { .. } => "wcs-unknown-root",
            Self::Missing { .. } => "wcs-missing",
            Self::Form(error) => error.code(),
        }
    }
}
