use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use async_trait::async_trait;
use communes_ledger::StoreError;

use super::Overlay;
use crate::register::EntityKey;

/// Reads one commune's overlays. An implementation is opened *for* a commune and can't reach another's.
///
/// The implementor guarantees that an overlay is given as it was last written, or not at all: never half of it.
#[async_trait]
pub trait EntryOverlays: std::fmt::Debug + Send + Sync {
    /// The overlays of those of these entities that have one.
    ///
    /// # Errors
    /// The store can't be reached, or what it holds can't be read.
    async fn overlays(&self, keys: &[EntityKey]) -> Result<BTreeMap<EntityKey, Overlay>, StoreError>;
}

/// One commune's overlays in memory.
#[derive(Debug, Default)]
pub struct MemoryOverlays {
    overlays: RwLock<BTreeMap<EntityKey, Overlay>>,
}

impl MemoryOverlays {
    /// No overlay yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes the whole overlay of an entity.
    pub fn put(&self, key: EntityKey, overlay: Overlay) {
        self.overlays.write().unwrap_or_else(PoisonError::into_inner).insert(key, overlay);
    }
}

#[async_trait]
impl EntryOverlays for MemoryOverlays {
    async fn overlays(&self, keys: &[EntityKey]) -> Result<BTreeMap<EntityKey, Overlay>, StoreError> {
        let overlays = self.overlays.read().unwrap_or_else(PoisonError::into_inner);
        Ok(keys.iter().filter_map(|key| Some((*key, overlays.get(key)?.clone()))).collect())
    }
}
