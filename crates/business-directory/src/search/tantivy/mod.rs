//! [`SearchIndex`](super::SearchIndex) on tantivy.

mod generation;
mod home;
mod schema;

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;

use self::{
    generation::{Build, Generation},
    home::Home,
};
use super::{Found, IndexBuild, IndexQuery, SearchError, SearchIndex};

/// A search index on tantivy, in memory or in a folder of its own. One process writes; many may read the same folder.
///
/// A search takes milliseconds and does not wait for anything but the disk; it runs on the caller's thread.
#[derive(Debug)]
pub struct TantivyIndex {
    home: Home,
    current: Current,
}

type Current = Arc<RwLock<Option<Arc<Generation>>>>;

impl TantivyIndex {
    /// An index in memory, empty.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { home: Home::Memory, current: Current::default() }
    }

    /// An index in this folder, which is made if it is not there. It must hold nothing else.
    ///
    /// # Errors
    /// The folder can't be made or read, or what it holds is no index.
    pub fn in_folder(path: impl Into<PathBuf>) -> Result<Self, SearchError> {
        let path = path.into();
        std::fs::create_dir_all(&path).map_err(|error| SearchError::new("the index folder can't be made", error))?;
        let index = Self { home: Home::Folder(path), current: Current::default() };
        index.generation()?;
        Ok(index)
    }

    /// The current generation, which another process may have published.
    fn generation(&self) -> Result<Option<Arc<Generation>>, SearchError> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(name) = self.home.published()? else {
            return Ok(current);
        };
        if current.as_ref().is_some_and(|current| current.name() == Some(name.as_str())) {
            return Ok(current);
        }
        let opened = Arc::new(self.home.open(&name)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&opened));
        Ok(Some(opened))
    }
}

#[async_trait]
impl SearchIndex for TantivyIndex {
    async fn build(&self, stamp: String) -> Result<Box<dyn IndexBuild>, SearchError> {
        Ok(Box::new(Build::begin(self.home.clone(), Arc::clone(&self.current), stamp)?))
    }

    async fn stamp(&self) -> Result<Option<String>, SearchError> {
        Ok(self.generation()?.map(|generation| generation.stamp().to_owned()))
    }

    async fn search(&self, query: &IndexQuery) -> Result<Found, SearchError> {
        match self.generation()? {
            Some(generation) => generation.search(query),
            None => Ok(Found::default()),
        }
    }
}

#[cfg(test)]
mod tests;
