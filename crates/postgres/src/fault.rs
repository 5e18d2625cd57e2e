use communes_ledger::StoreError;
use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

/// The server can't be reached, or ended the connection.
pub const SERVER_UNREACHABLE: &str = "server-unreachable";
/// The server is short of something: connections, memory, disk.
pub const SERVER_SHORT: &str = "server-short";
/// No connection became free in time.
pub const POOL_EXHAUSTED: &str = "pool-exhausted";
/// Other transactions were in the way, again and again.
pub const CONTENDED: &str = "contended";
/// The server refused a statement for another reason: often a right that is missing.
pub const SERVER_REFUSED: &str = "server-refused";
/// A row does not hold what this crate writes.
pub const ROW_UNREADABLE: &str = "row-unreadable";

/// An error on its way out: `?` makes it of the driver's errors.
#[derive(Debug)]
pub(crate) struct Fault {
    error: StoreError,
    state: Option<SqlState>,
    constraint: Option<String>,
}

/// What the server said, without its DETAIL: that shows the values of rows.
#[derive(Debug, thiserror::Error)]
#[error("{code} {message}{place}")]
struct ServerError {
    code: String,
    message: String,
    place: String,
}

impl Fault {
    /// A stored value that can't be read; `what` names the column, never the value.
    pub(crate) fn unreadable(what: &'static str) -> Self {
        StoreError::corrupt(ROW_UNREADABLE, format!("{what} holds what this program can't read")).into()
    }

    /// Whether another transaction was in the way: the same work, begun anew, sees what it has left.
    pub(crate) fn is_contention(&self) -> bool {
        let contention = [
            SqlState::UNIQUE_VIOLATION,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            // How the guard of a commit fails.
            SqlState::DIVISION_BY_ZERO,
        ];
        self.state.as_ref().is_some_and(|state| contention.contains(state))
    }

    /// Whether an effect has the key of one that is there already.
    pub(crate) fn is_effect_key(&self) -> bool {
        self.constraint.as_deref() == Some("effect_key")
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self { error, state: None, constraint: None }
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        fault.error
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(cause: tokio_postgres::Error) -> Self {
        let Some(server) = cause.as_db_error() else {
            let by_io = std::error::Error::source(&cause).is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
            let error = if cause.is_closed() || by_io {
                StoreError::unavailable(SERVER_UNREACHABLE, "PostgreSQL can't be reached")
            } else {
                StoreError::corrupt(ROW_UNREADABLE, "a value can't be read from a row, or not be written to one")
            };
            return error.caused_by(cause).into();
        };
        let state = server.code().clone();
        // The class of the code: PostgreSQL's manual, appendix A.
        let error = match state.code().get(..2) {
            Some("08" | "57") => StoreError::unavailable(SERVER_UNREACHABLE, "PostgreSQL is not available"),
            Some("53" | "55" | "58") => StoreError::unavailable(SERVER_SHORT, "PostgreSQL is short of something"),
            Some("40") => StoreError::unavailable(CONTENDED, "another transaction was in the way"),
            Some("XX") => StoreError::corrupt(SERVER_REFUSED, "PostgreSQL found its data damaged"),
            _ => StoreError::unsupported(SERVER_REFUSED, "PostgreSQL refused a statement"),
        };
        let place = server.table().map(|table| format!(" ({table})")).unwrap_or_default();
        let said = ServerError { code: state.code().to_owned(), message: server.message().to_owned(), place };
        Self { constraint: server.constraint().map(str::to_owned), state: Some(state), error: error.caused_by(said) }
    }
}

impl From<PoolError> for Fault {
    fn from(cause: PoolError) -> Self {
        match cause {
            PoolError::Backend(cause) => {
                // A connection that can't be made is an outage, whatever its reason.
                let inner = StoreError::from(Self::from(cause));
                StoreError::unavailable(SERVER_UNREACHABLE, "no connection to PostgreSQL").caused_by(inner).into()
            }
            PoolError::Timeout(_) => {
                StoreError::unavailable(POOL_EXHAUSTED, "no connection became free in time").into()
            }
            other => StoreError::unavailable(SERVER_UNREACHABLE, "no connection to PostgreSQL").caused_by(other).into(),
        }
    }
}
