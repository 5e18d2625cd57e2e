use std::{error::Error, fmt};

use async_trait::async_trait;

use super::{SearchDocument, Terms};
use crate::register::{EntityKey, Postcode};

/// An index of public entries: derived data, rebuilt from the store at any time.
///
/// # The implementor guarantees
/// - Searches go on with the current generation while a new one is built, and see the new one as a whole once it is published.
/// - A build that is dropped leaves the current generation as it was.
/// - The order of hits is by [`Tier`](super::Tier), best first, then by [`SearchDocument::tie`].
/// - Nothing is found by a text that the documents do not hold.
#[async_trait]
pub trait SearchIndex: fmt::Debug + Send + Sync {
    /// Begins a new generation. `stamp` tells from which state of the store; [`stamp`](Self::stamp) gives it back.
    ///
    /// # Errors
    /// The index can't be written.
    async fn build(&self, stamp: String) -> Result<Box<dyn IndexBuild>, SearchError>;

    /// The stamp of the current generation; `None` before the first.
    ///
    /// # Errors
    /// The index can't be read.
    async fn stamp(&self) -> Result<Option<String>, SearchError>;

    /// The entries that match. Before the first generation, and for no words: none.
    ///
    /// # Errors
    /// The index can't be read.
    async fn search(&self, query: &IndexQuery) -> Result<Found, SearchError>;
}

/// A generation that is being built.
#[async_trait]
pub trait IndexBuild: fmt::Debug + Send {
    /// Adds documents.
    ///
    /// # Errors
    /// The index can't be written; the build is lost.
    async fn add(&mut self, documents: Vec<SearchDocument>) -> Result<(), SearchError>;

    /// Makes it the current generation.
    ///
    /// # Errors
    /// The index can't be written; the generation before stays.
    async fn publish(self: Box<Self>) -> Result<(), SearchError>;
}

/// What an index is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexQuery {
    /// The analyzed words.
    pub terms: Terms,
    /// Only documents with this postcode.
    pub postcode: Option<Postcode>,
    /// Whether closed entities are found too.
    pub with_gone: bool,
    /// How many hits are left out.
    pub offset: usize,
    /// How many are given, 1 or more.
    pub limit: usize,
}

/// What an index found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// How many documents match in all.
    pub total: usize,
    /// The part that was asked for, best first.
    pub keys: Vec<EntityKey>,
}

/// An index that can't be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SearchError {
    message: &'static str,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

impl SearchError {
    /// An error with its cause.
    pub fn new(message: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { message, source: source.into() }
    }

    /// The stable code: `search-index`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "search-index"
    }
}
