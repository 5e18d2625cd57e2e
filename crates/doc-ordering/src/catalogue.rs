//! What a commune offers: document types as data, versioned, immutable once published.

mod document_type;
mod id;

use std::{collections::BTreeMap, sync::Arc};

pub use document_type::{DeliveryMode, DocumentType, LegalReference, PaymentTiming, Questions};
pub use id::{DocumentRef, DocumentTypeId, DocumentTypeIdError};

use crate::form::Form;

/// A published version of a document type, with the form that asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The type.
    pub document: DocumentType,
    /// Its form.
    pub form: Form,
}

/// The document types of a commune: every published version, and the one that new orders get.
///
/// An order pins the version it was made under, so a version stays for as long as orders of it are open.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    versions: BTreeMap<DocumentTypeId, BTreeMap<u32, Arc<Published>>>,
}

impl Catalogue {
    /// No document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Publishes a version of a type with its form; new orders get the highest version.
    ///
    /// Publishing the same again changes nothing.
    ///
    /// # Errors
    /// The version was published with another content; the form is not the one that the type names, has a condition that can't
    /// be read, or lacks a question that the price is computed from; the type offers no way of delivery.
    pub fn publish(mut self, document: DocumentType, form: Form) -> Result<Self, CatalogueError> {
        let reference = document.reference();
        check(&document, &form)?;
        let published = Arc::new(Published { document, form });
        let versions = self.versions.entry(reference.id.clone()).or_default();
        match versions.get(&reference.version) {
            Some(before) if *before != published => return Err(CatalogueError::Immutable(reference)),
            Some(_) => {}
            None => {
                versions.insert(reference.version, published);
            }
        }
        Ok(self)
    }

    /// The version of a type that new orders get.
    #[must_use]
    pub fn current(&self, id: &DocumentTypeId) -> Option<&Arc<Published>> {
        self.versions.get(id)?.values().next_back()
    }

    /// A version, for an order that pins it.
    #[must_use]
    pub fn version(&self, reference: &DocumentRef) -> Option<&Arc<Published>> {
        self.versions.get(&reference.id)?.get(&reference.version)
    }

    /// The current version of every type, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.versions.values().filter_map(|versions| versions.values().next_back())
    }
}

fn check(document: &DocumentType, form: &Form) -> Result<(), CatalogueError> {
    let reference = document.reference();
    if document.form != form.slug() {
        return Err(CatalogueError::OtherForm {
            reference,
            named: document.form.clone(),
            given: form.slug().to_owned(),
        });
    }
    if document.deliveries.is_empty() {
        return Err(CatalogueError::NoDelivery(reference));
    }
    if let Some(condition) = form.unread_conditions().first() {
        return Err(CatalogueError::Condition { reference, condition: condition.source().to_owned() });
    }
    let named = |name: &str| form.fields().any(|field| field.key() == name || field.varname() == Some(name));
    match document.questions.names().find(|name| !named(name)) {
        Some(question) => Err(CatalogueError::Question { reference, question: question.to_owned() }),
        None => Ok(()),
    }
}

/// Why a document type can't be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The version is published already, with another content.
    #[error("{0} is published and can't change: publish a higher version")]
    Immutable(DocumentRef),
    /// The form given is not the form named.
    #[error("{reference} is ordered by form {named:?}, not {given:?}")]
    OtherForm {
        /// The type.
        reference: DocumentRef,
        /// The slug that it names.
        named: String,
        /// The slug of the form given.
        given: String,
    },
    /// A condition of the form can't be read, so nobody can tell what it asks.
    #[error("the form of {reference} has a condition that can't be read: {condition}")]
    Condition {
        /// The type.
        reference: DocumentRef,
        /// The condition as it stands in the form.
        condition: String,
    },
    /// The form lacks a question that the price is computed from.
    #[error("the form of {reference} has no field {question:?}")]
    Question {
        /// The type.
        reference: DocumentRef,
        /// The varname or key that the type names.
        question: String,
    },
    /// There is no way of delivery.
    #[error("{0} has no way of delivery")]
    NoDelivery(DocumentRef),
}

impl CatalogueError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Immutable(_) => "document-type-immutable",
            Self::OtherForm { .. } => "document-type-other-form",
            Self::Condition { .. } => "document-type-condition",
            Self::Question { .. } => "document-type-question",
            Self::NoDelivery(_) => "document-type-no-delivery",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::sample;

    #[test]
    fn a_published_version_never_changes() {
        let (document, form) = (sample::document(), sample::form());
        let catalogue = Catalogue::new().publish(document.clone(), form.clone()).unwrap();
        let catalogue = catalogue.publish(document.clone(), form.clone()).unwrap();
        let mut changed = document.clone();
        changed.pay_within_days += 1;
        let error = catalogue.clone().publish(changed.clone(), form.clone()).unwrap_err();
        assert_eq!(error.code(), "document-type-immutable");
        changed.version = 2;
        let catalogue = catalogue.publish(changed, form).unwrap();
        assert_eq!(catalogue.current(&document.id).unwrap().document.version, 2);
        assert_eq!(catalogue.version(&document.reference()).unwrap().document, document);
        assert_eq!(catalogue.iter().count(), 1);
    }

    #[test]
    fn a_type_that_could_not_be_ordered_is_not_published() {
        let code = |change: fn(&mut DocumentType)| {
            let mut document = sample::document();
            change(&mut document);
            Catalogue::new().publish(document, sample::form()).unwrap_err().code()
        };
        assert_eq!(code(|document| document.form = "other".to_owned()), "document-type-other-form");
        assert_eq!(code(|document| document.deliveries.clear()), "document-type-no-delivery");
        assert_eq!(code(|document| document.questions.motive = Some("why".to_owned())), "document-type-question");
    }
}
