use async_trait::async_trait;

use crate::{Cursor, Page, Record, StoreError, forward::forward};

/// All records of a tenant, for those who keep something derived from them: a search index, a tenant-wide chain.
///
/// **The implementor guarantees:** a reader that goes on from the cursor it got misses no record, however late its transaction
/// commits, and sees each once; records of one aggregate come in their order. **The caller may not assume** that records of two
/// aggregates come in the order of their times.
#[async_trait]
pub trait Feed: std::fmt::Debug + Send + Sync {
    /// Reads on after a cursor, from the beginning without one.
    ///
    /// `next` is where to go on, now or later: it is `None` only while nothing has ever been read. An unknown cursor gives
    /// [`CURSOR_UNKNOWN`](crate::code::CURSOR_UNKNOWN).
    async fn read(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Record>, StoreError>;
}

forward! { Feed {
    read(after: Option<&Cursor>, limit: u32) -> Page<Record>;
} }
