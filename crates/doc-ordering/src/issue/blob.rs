use std::{
    collections::BTreeMap,
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use communes_ledger::{StoreError, async_trait};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a file, by which it is kept; printed and stored as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobId([u8; 32]);

/// A text that is no [`BlobId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the SHA-256 of a file is 64 hexadecimal digits")]
pub struct BlobIdError;

impl BlobId {
    /// The id of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for BlobId {
    type Err = BlobIdError;

    fn from_str(text: &str) -> Result<Self, BlobIdError> {
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).map_err(|_| BlobIdError)?;
        Ok(Self(digest))
    }
}

impl TryFrom<String> for BlobId {
    type Error = BlobIdError;

    fn try_from(text: String) -> Result<Self, BlobIdError> {
        text.parse()
    }
}

impl From<BlobId> for String {
    fn from(id: BlobId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BlobId({self})")
    }
}

/// Where issued files are kept, by what they hold.
///
/// **The implementor guarantees:** what `put` answered for survives the end of the process; putting the same bytes again changes
/// nothing; `get` gives the bytes of exactly that SHA-256, or an error of kind `Corrupt` (code `blob-changed`), or nothing if they were never put.
/// **The caller may assume** that a file is there once `put` answered, for every handle of the store. He puts a file before he
/// commits what names it: a file without a row is litter, a row without a file is a loss.
#[async_trait]
pub trait BlobStore: fmt::Debug + Send + Sync {
    /// Keeps a file.
    async fn put(&self, bytes: &[u8]) -> Result<BlobId, StoreError>;

    /// The file of an id.
    async fn get(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError>;
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        #[async_trait]
        impl<T: BlobStore + ?Sized> BlobStore for $pointer {
            async fn put(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
                (**self).put(bytes).await
            }

            async fn get(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError> {
                (**self).get(id).await
            }
        }
    )* };
}
forward!(&T, Box<T>, Arc<T>);

/// Files in memory: for tests and demonstrations. Clones share them.
#[derive(Clone, Default)]
pub struct MemoryBlobs {
    files: Arc<Mutex<BTreeMap<BlobId, Vec<u8>>>>,
}

impl MemoryBlobs {
    /// No file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// It shows no file: they are personal data.
impl fmt::Debug for MemoryBlobs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryBlobs").finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn put(&self, bytes: &[u8]) -> Result<BlobId, StoreError> {
        let id = BlobId::of(bytes);
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(id, bytes.to_vec());
        Ok(id)
    }

    async fn get(&self, id: &BlobId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.files.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned())
    }
}
