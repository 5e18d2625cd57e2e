//! Forms: pages of fields with conditions, and answers checked against them on the server.
//!
//! A form is read from a file ([`crate::wcs`]); [`Form::check`] turns what a person sent into [`CheckedAnswers`], or into the
//! [`FieldError`]s in document order.

mod answer_value;
mod answers;
mod check;
mod condition;
mod context;
mod expression;
mod fault;
mod field;
mod format;
mod pattern;
mod visibility;

pub use answers::{Answer, Answers, CheckedAnswer, CheckedAnswers};
pub use condition::{Condition, PostCondition};
pub use context::Context;
pub use expression::{Expression, ExpressionError, Filter, Scope, Value};
pub use fault::{FieldError, FieldFault, FormError};
pub use field::{
    Anonymise, Block, Choice, Choices, DateRule, Field, FieldKind, FieldParts, Prefill, PrefillSource, Template,
    Validation, ValidationRule,
};
pub use pattern::Pattern;

pub(crate) use expression::{Comparison, Node};

/// A page of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its id in the file; none for the one page of a form without pages.
    pub id: Option<String>,
    /// Its title.
    pub label: String,
    /// When it is shown; always, where absent.
    pub condition: Option<Condition>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// What must hold before the next page.
    pub post_conditions: Vec<PostCondition>,
}

/// A form: a name, and fields on pages.
///
/// Field keys ([`Field::key`]) are unique in it: the varname, or the field's id where there is none or another field has the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    name: String,
    slug: String,
    workflow: Option<String>,
    pages: Vec<Page>,
}

impl Form {
    /// A form of these pages.
    ///
    /// # Errors
    /// Two fields have one id, or there are more than 5,000 fields.
    pub fn new(
        name: impl Into<String>,
        slug: impl Into<String>,
        workflow: Option<String>,
        mut pages: Vec<Page>,
    ) -> Result<Self, FormError> {
        field::assign_keys(pages.iter_mut().flat_map(|page| &mut page.fields))?;
        Ok(Self { name: name.into(), slug: slug.into(), workflow, pages })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name in addresses.
    #[must_use]
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// The slug of the workflow that handles what is sent.
    #[must_use]
    pub fn workflow(&self) -> Option<&str> {
        self.workflow.as_deref()
    }

    /// Its pages, at least one.
    #[must_use]
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Every field, in document order.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.pages.iter().flat_map(|page| &page.fields)
    }

    /// The field of a key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields().find(|field| field.key() == key)
    }

    /// Every condition: of pages, fields and post-conditions.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.pages.iter().flat_map(|page| {
            let own = page.condition.iter().chain(page.post_conditions.iter().map(|post| &post.condition));
            own.chain(page.fields.iter().filter_map(Field::condition))
        })
    }

    /// Conditions that could not be read. A form with any of them should not be published: its field is shown and its page
    /// is refused.
    #[must_use]
    pub fn unread_conditions(&self) -> Vec<&Condition> {
        self.conditions().filter(|condition| condition.expression().is_err()).collect()
    }

    /// Puts the fields of blocks where the form names them. Returns the slugs that it names and nobody gave.
    pub fn resolve_blocks(&mut self, blocks: &[Block]) -> Vec<String> {
        let mut missing = Vec::new();
        for field in self.pages.iter_mut().flat_map(|page| &mut page.fields) {
            if let FieldKind::Block { slug, fields, .. } = field.kind_mut() {
                match blocks.iter().find(|block| block.slug == *slug) {
                    Some(block) => *fields = Some(block.fields.clone()),
                    None if !missing.contains(slug) => missing.push(slug.clone()),
                    None => {}
                }
            }
        }
        missing
    }

    /// Checks answers on the server: which fields are visible, what is required, whether each answer fits its field.
    ///
    /// A hidden field is never required and its answer never kept. A locked field takes its value from the context alone.
    ///
    /// # Errors
    /// Every error, in document order; the errors of a page's post-conditions follow those of its fields and are only
    /// looked for when its fields have none.
    pub fn check(&self, answers: &Answers, context: &Context<'_>) -> Result<CheckedAnswers, Vec<FieldError>> {
        check::form(self, answers, context)
    }

    /// The fields that a person would see with these answers, in document order: what a page without scripts shows next.
    #[must_use]
    pub fn visible<'a>(&'a self, answers: &Answers, context: &Context<'_>) -> Vec<&'a Field> {
        check::visible(self, answers, context)
    }
}
