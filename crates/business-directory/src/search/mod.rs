//! Finding entries: one analyzer for every language and engine, ranking by tiers, and why a hit matched.

mod analyzer;
mod document;
mod index;
mod query;
mod ranking;
#[cfg(feature = "tantivy")]
mod tantivy;

pub use analyzer::{Terms, Word, fold};
pub use document::SearchDocument;
pub use index::{Found, IndexBuild, IndexQuery, SearchError, SearchIndex};
pub use query::{Hit, Hits, MAX_QUERY, Query};
pub use ranking::{Tier, Why, why};

#[cfg(feature = "tantivy")]
pub use self::tantivy::TantivyIndex;
