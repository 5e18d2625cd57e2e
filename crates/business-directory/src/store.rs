//! Where a register is kept: bulk import as one transaction, and reads.

use std::{collections::BTreeMap, fmt};

use async_trait::async_trait;
use chrono::NaiveDate;
use communes_civil::EnterpriseNumber;
use communes_ledger::{Cursor, Page, StoreError};

use crate::{
    kbo::Checkpoint,
    register::{CodeTable, EntityKey, Part, RegisterChange, RegisterRecord},
};

/// A register: whole, of no tenant, the same for every commune that reads it.
///
/// # The implementor guarantees
/// - **Atomic imports.** What a [`RegisterImport`] applies is seen by readers only after [`RegisterImport::finish`], and then all
///   at once with its checkpoint. An import that is dropped, or whose process dies, leaves no trace.
/// - **One import at a time**: [`begin`](Self::begin) while another is open fails with the code [`code::IMPORT_RUNNING`], or waits.
/// - **Reads go on** during an import and see the state before it.
/// - Texts, dates and codes come back as they were given, byte for byte. Rows of a record come back sorted (`Ord`), each once.
///
/// # The caller may assume
/// A store handle is cheap to share; calls may come from any task at once. Cancelling a read has no effect.
#[async_trait]
pub trait RegisterStore: fmt::Debug + Send + Sync {
    /// Opens an import. With `replace`, the register begins empty but for its tombstones (see [`ImportMode::Replace`]).
    ///
    /// # Errors
    /// The store can't be written, or another import is open.
    async fn begin(&self, mode: ImportMode) -> Result<Box<dyn RegisterImport>, StoreError>;

    /// What the last finished import left; `None` before the first.
    ///
    /// # Errors
    /// The store can't be read.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError>;

    /// The records of these keys, in this order; `None` where the store has no row about one.
    ///
    /// # Errors
    /// The store can't be read.
    async fn records(&self, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, StoreError>;

    /// A page of all records that have an own row or a tombstone, in the order of their digits: at most `limit` (1 or more).
    ///
    /// # Errors
    /// The store can't be read, or the cursor is not this store's (`cursor-unknown`).
    async fn scan(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<RegisterRecord>, StoreError>;

    /// A page of the establishments and branches of an enterprise that the register holds, in the order of their digits.
    ///
    /// # Errors
    /// As [`scan`](Self::scan).
    async fn establishments(
        &self,
        enterprise: EnterpriseNumber,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<EntityKey>, StoreError>;

    /// The labels of codes.
    ///
    /// # Errors
    /// The store can't be read.
    async fn codes(&self) -> Result<CodeTable, StoreError>;
}

/// An open import: one transaction.
#[async_trait]
pub trait RegisterImport: fmt::Debug + Send {
    /// Applies a step, after all those before it. A step may be queued: its error then comes from a later call.
    ///
    /// # Errors
    /// The store can't be written; the import is then lost as a whole.
    async fn apply(&mut self, change: RegisterChange) -> Result<(), StoreError>;

    /// Of these keys, in this order, which the import's own state has any row about, tombstones among them.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    async fn known(&mut self, keys: &[EntityKey]) -> Result<Vec<bool>, StoreError>;

    /// Writes the checkpoint and commits.
    ///
    /// # Errors
    /// Nothing was written.
    async fn finish(self: Box<Self>, checkpoint: Checkpoint) -> Result<ImportTotals, StoreError>;
}

/// How an import begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMode {
    /// On top of what is there.
    Update {
        /// The extract's day: what it removes becomes a tombstone of this day.
        snapshot: NaiveDate,
    },
    /// A whole register: every entity becomes a tombstone until its row comes again; all names, addresses, contacts and
    /// activities go. The labels of codes stay, and are replaced as they come.
    Replace {
        /// The extract's day.
        snapshot: NaiveDate,
        /// Whether tombstones go too: the register begins anew, with another scope.
        forget: bool,
    },
}

impl ImportMode {
    /// The extract's day.
    #[must_use]
    pub fn snapshot(self) -> NaiveDate {
        match self {
            Self::Update { snapshot } | Self::Replace { snapshot, .. } => snapshot,
        }
    }
}

/// What the store holds after an import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportTotals {
    /// Entities that the register holds now, without tombstones.
    pub entities: u64,
    /// Tombstones.
    pub gone: u64,
    /// By part, entities that have rows of it and no own row, nor a tombstone.
    pub orphans: BTreeMap<Part, u64>,
}

/// The codes of [`StoreError`] that every implementation gives.
pub mod code {
    /// Another import is open.
    pub const IMPORT_RUNNING: &str = "import-running";
    /// The cursor is not this store's.
    pub use communes_ledger::code::CURSOR_UNKNOWN;
}

macro_rules! forward {
    ($($wrapper:ty),*) => {$(
        #[async_trait]
        impl<T: RegisterStore + ?Sized> RegisterStore for $wrapper {
            async fn begin(&self, mode: ImportMode) -> Result<Box<dyn RegisterImport>, StoreError> {
                (**self).begin(mode).await
            }

            async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
                (**self).checkpoint().await
            }

            async fn records(&self, keys: &[EntityKey]) -> Result<Vec<Option<RegisterRecord>>, StoreError> {
                (**self).records(keys).await
            }

            async fn scan(&self, after: Option<&Cursor>, limit: usize) -> Result<Page<RegisterRecord>, StoreError> {
                (**self).scan(after, limit).await
            }

            async fn establishments(
                &self,
                enterprise: EnterpriseNumber,
                after: Option<&Cursor>,
                limit: usize,
            ) -> Result<Page<EntityKey>, StoreError> {
                (**self).establishments(enterprise, after, limit).await
            }

            async fn codes(&self) -> Result<CodeTable, StoreError> {
                (**self).codes().await
            }
        }
    )*};
}

forward!(&T, Box<T>, std::sync::Arc<T>);
