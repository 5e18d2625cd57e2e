//! Issuing: who makes the document, where its file is kept, and the code by which anybody checks it.

mod blob;
#[cfg(feature = "blob-folder")]
mod folder;
mod issuer;
mod verification;

#[cfg(feature = "typst")]
pub mod typst;

pub use blob::{BlobId, BlobIdError, BlobStore, MemoryBlobs};
#[cfg(feature = "blob-folder")]
pub use folder::FolderBlobs;
pub use issuer::{DocumentIssuer, IssueError, IssueOutcome, IssueRequest, MadeFile};
pub use verification::{CodeHash, CodeHashError, Verdict, VerificationCode, VerificationCodeError, Verified, verify};
