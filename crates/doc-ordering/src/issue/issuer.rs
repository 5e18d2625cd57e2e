use std::{error::Error, fmt};

use chrono::{DateTime, NaiveDate, Utc};
use communes_ledger::async_trait;

use super::VerificationCode;
use crate::{catalogue::DocumentType, order::Order};

/// What an issuer is asked for.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct IssueRequest<'a> {
    /// The order.
    pub order: &'a Order,
    /// Its document type, in the version that the order pins.
    pub document: &'a DocumentType,
    /// The day that stands on the document.
    pub day: NaiveDate,
    /// The last day on which the document is valid.
    pub valid_until: Option<NaiveDate>,
    /// The code that the document carries.
    pub code: &'a VerificationCode,
    /// The address of the public page that proves the document, its code included.
    pub check_at: &'a str,
}

/// It shows the order's id only: the code is the key to the document.
impl fmt::Debug for IssueRequest<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IssueRequest")
            .field("order", &self.order.id)
            .field("day", &self.day)
            .finish_non_exhaustive()
    }
}

impl<'a> IssueRequest<'a> {
    /// A request for a document.
    #[must_use]
    pub const fn new(
        order: &'a Order,
        document: &'a DocumentType,
        day: NaiveDate,
        code: &'a VerificationCode,
        check_at: &'a str,
    ) -> Self {
        Self { order, document, day, valid_until: None, code, check_at }
    }

    /// For a document that ends being valid.
    #[must_use]
    pub const fn valid_until(mut self, day: Option<NaiveDate>) -> Self {
        self.valid_until = day;
        self
    }
}

/// A file that an issuer made.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by issuers")]
pub struct MadeFile {
    /// Its bytes; those of a register are passed on unchanged.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: String,
    /// Whether it bears an electronic seal.
    pub is_sealed: bool,
}

/// It shows no byte of the document.
impl fmt::Debug for MadeFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, media_type, is_sealed } = self;
        let mut shown = formatter.debug_struct("MadeFile");
        shown
            .field("size", &bytes.len())
            .field("media_type", media_type)
            .field("is_sealed", is_sealed)
            .finish_non_exhaustive()
    }
}

/// What an issuer answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssueOutcome {
    /// The document is there.
    Ready(MadeFile),
    /// It comes later.
    Later {
        /// By what the register recognises the request.
        reference: String,
        /// Not before when to ask again.
        poll_after: DateTime<Utc>,
    },
    /// The register has no such document.
    NotFound,
    /// It can't be issued.
    Impossible {
        /// Why: a stable code, without personal data.
        code: String,
    },
}

/// Why an issuer gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The issuer can't be reached; trying again may help.
    #[error("the issuer can't be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// What came back is not a document: an error page under the name of a PDF, usually.
    #[error("the issuer gave something that is no document")]
    NotADocument,
    /// The issuer doesn't make this type of document.
    #[error("the issuer doesn't make this type of document")]
    Unsupported,
    /// The template fails; the source says where.
    #[error("the template of the document fails")]
    Template(#[source] Box<dyn Error + Send + Sync>),
}

impl IssueError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "issue-unavailable",
            Self::NotADocument => "issue-not-a-document",
            Self::Unsupported => "issue-unsupported",
            Self::Template(_) => "issue-template",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Who makes documents: the commune itself from a template, or a register that is asked.
///
/// **The implementor guarantees:** asking again for the same order does no harm; of a register, the reference it gave is in
/// [`Order::awaited`] when it is asked again; no personal data in codes and errors. **The caller may not assume** that two
/// answers have the same bytes: he keeps the first that he committed.
#[async_trait]
pub trait DocumentIssuer: fmt::Debug + Send + Sync {
    /// Makes the document of an order, or says when to ask again, or why not.
    async fn issue(&self, request: &IssueRequest<'_>) -> Result<IssueOutcome, IssueError>;
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        #[async_trait]
        impl<T: DocumentIssuer + ?Sized> DocumentIssuer for $pointer {
            async fn issue(&self, request: &IssueRequest<'_>) -> Result<IssueOutcome, IssueError> {
                (**self).issue(request).await
            }
        }
    )* };
}
forward!(&T, Box<T>, std::sync::Arc<T>);
