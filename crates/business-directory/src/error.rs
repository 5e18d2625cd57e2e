use communes_ledger::StoreError;

use crate::{kbo::KboError, search::SearchError};

/// What a [`Directory`](crate::Directory) can't do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The extract can't be used as a whole. Rows that can't be used are in the report instead.
    #[error("the extract can't be used")]
    Extract(#[from] KboError),
    /// The store of the register or of the overlays failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The search index failed.
    #[error("the search index failed")]
    Search(#[from] SearchError),
    /// The register was loaded with another scope: a new full import changes it, an update can't.
    #[error("the register was loaded with another scope, which only a full import changes")]
    ScopeDiffers,
}

impl DirectoryError {
    /// The stable code, the cause's own where there is one.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Extract(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Search(error) => error.code(),
            Self::ScopeDiffers => "scope-differs",
        }
    }
}
