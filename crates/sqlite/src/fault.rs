use communes_ledger::StoreError;
use rusqlite::ErrorCode;

/// Another process holds the database longer than the store waits.
pub const DATABASE_BUSY: &str = "database-busy";
/// The disk is full.
pub const DISK_FULL: &str = "disk-full";
/// The file can't be opened, read or written.
pub const DATABASE_IO: &str = "database-io";
/// The file is damaged, or is no database.
pub const DATABASE_CORRUPT: &str = "database-corrupt";
/// A row does not hold what this crate writes.
pub const ROW_UNREADABLE: &str = "row-unreadable";
/// SQLite refused a statement for another reason.
pub const DATABASE_REFUSED: &str = "database-refused";

/// A [`StoreError`] on its way out: `?` makes it of SQLite's errors.
#[derive(Debug)]
pub(crate) struct Fault(StoreError);

impl Fault {
    /// A stored value that can't be read; `what` names the column, never the value.
    pub(crate) fn unreadable(what: &'static str) -> Self {
        Self(StoreError::corrupt(ROW_UNREADABLE, format!("{what} holds what this program can't read")))
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        fault.0
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(cause: rusqlite::Error) -> Self {
        let error = match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                StoreError::unavailable(DATABASE_BUSY, "the database is busy")
            }
            Some(ErrorCode::DiskFull) => StoreError::unavailable(DISK_FULL, "the disk is full"),
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
                | ErrorCode::OperationAborted
                | ErrorCode::OperationInterrupted,
            ) => StoreError::unavailable(DATABASE_IO, "the database can't be read or written"),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::corrupt(DATABASE_CORRUPT, "the database is damaged, or is none")
            }
            Some(_) => StoreError::unsupported(DATABASE_REFUSED, "SQLite refused a statement"),
            None => StoreError::corrupt(ROW_UNREADABLE, "a row holds what this program can't read"),
        };
        Self(error.caused_by(cause))
    }
}
