use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use tantivy::{
    Index, IndexReader, IndexWriter, Order, ReloadPolicy,
    collector::{
        Count, TopDocs,
        sort_key::{SortBySimilarityScore, SortByStaticFastValue},
    },
};

use super::{
    super::{Found, IndexBuild, IndexQuery, SearchDocument, SearchError},
    Current,
    home::Home,
    schema::Fields,
};
use crate::register::EntityKey;

/// What the writer holds before it writes a segment.
const WRITER_BYTES: usize = 64 * 1024 * 1024;

/// A whole index, which never changes.
#[derive(Debug)]
pub(super) struct Generation {
    reader: Reader,
    fields: Fields,
    stamp: String,
    name: Option<String>,
}

/// tantivy's reader does not print itself.
struct Reader(IndexReader);

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IndexReader")
    }
}

impl Generation {
    pub(super) fn new(index: &Index, stamp: String, name: Option<String>) -> Result<Self, SearchError> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error: tantivy::TantivyError| SearchError::new("the index can't be read", error))?;
        Ok(Self { reader: Reader(reader), fields: Fields::new(), stamp, name })
    }

    pub(super) fn stamp(&self) -> &str {
        &self.stamp
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub(super) fn search(&self, query: &IndexQuery) -> Result<Found, SearchError> {
        let failed = |error: tantivy::TantivyError| SearchError::new("the search failed", error);
        if query.terms.is_empty() {
            return Ok(Found::default());
        }
        let searcher = self.reader.0.searcher();
        let order =
            ((SortBySimilarityScore, Order::Desc), (SortByStaticFastValue::<u64>::for_field(Fields::TIE), Order::Asc));
        let best = TopDocs::with_limit(query.limit.max(1)).and_offset(query.offset).order_by(order);
        let (total, best) = searcher.search(&self.fields.query(query), &(Count, best)).map_err(failed)?;
        let mut keys = Vec::with_capacity(best.len());
        for (_, place) in best {
            let segment = searcher.segment_reader(place.segment_ord);
            let column = segment.fast_fields().u64(Fields::KEY).map_err(failed)?;
            let key = column.first(place.doc_id).and_then(|key| i64::try_from(key).ok());
            keys.extend(key.and_then(|key| EntityKey::from_integer(key).ok()));
        }
        Ok(Found { total, keys })
    }
}

/// A generation that is being written.
pub(super) struct Build {
    home: Home,
    current: Current,
    stamp: String,
    index: Index,
    /// `None` once it is published.
    writer: Option<IndexWriter>,
    fields: Fields,
    name: Option<String>,
}

impl std::fmt::Debug for Build {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Build").field("home", &self.home).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Build {
    pub(super) fn begin(home: Home, current: Current, stamp: String) -> Result<Self, SearchError> {
        let (index, name) = home.make()?;
        let writer = index
            .writer_with_num_threads(1, WRITER_BYTES)
            .map_err(|error| SearchError::new("the index can't be written", error))?;
        Ok(Self { home, current, stamp, index, writer: Some(writer), fields: Fields::new(), name })
    }
}

#[async_trait]
impl IndexBuild for Build {
    async fn add(&mut self, documents: Vec<SearchDocument>) -> Result<(), SearchError> {
        let Some(writer) = &self.writer else { return Ok(()) };
        for document in &documents {
            writer
                .add_document(self.fields.document(document))
                .map_err(|error| SearchError::new("the index can't be written", error))?;
        }
        Ok(())
    }

    async fn publish(mut self: Box<Self>) -> Result<(), SearchError> {
        let failed = |error| SearchError::new("the index can't be written", error);
        let Some(mut writer) = self.writer.take() else {
            return Ok(());
        };
        let written = writer.commit().and_then(|_| writer.wait_merging_threads()).map_err(failed);
        let published = written.and_then(|()| {
            let generation = Generation::new(&self.index, self.stamp.clone(), self.name.clone())?;
            if let Some(name) = &self.name {
                self.home.publish(name, &self.stamp)?;
            }
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(generation));
            Ok(())
        });
        if published.is_err()
            && let Some(name) = &self.name
        {
            self.home.abandon(name);
        }
        published
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        if let (Some(writer), Some(name)) = (self.writer.take(), &self.name) {
            drop(writer);
            self.home.abandon(name);
        }
    }
}
