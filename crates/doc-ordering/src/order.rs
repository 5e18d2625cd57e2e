//! An order: its states, the commands that change it, and the decisions. Pure: time, ids and random bytes are arguments.
//!
//! [`decide::submit`] makes an order, [`decide::decide`] changes one; both give a [`Change`](communes_ledger::Change) that an
//! application commits alone (through [`OrderDesk`](crate::desk::OrderDesk)) or together with another capability's.

mod command;
pub mod decide;
mod event;
mod id;
mod number;
mod office;
mod price;
mod progress;
mod refusal;
mod stage;
mod state;
mod text;

pub use command::{Audience, OrderCommand};
pub use decide::{Context, Decided, Submission};
pub use event::HistoryEntry;
pub use id::{CitizenKey, ORDER, OrderId};
pub use number::{NumberFormat, NumberFormatError, OrderNumber, OrderSeries};
pub use office::Office;
pub use price::price;
pub use progress::{Progress, ProgressStep};
pub use refusal::Refusal;
pub use stage::{Stage, StageError};
pub use state::{Issued, IssuedFile, Order, Party, Revocation};

pub(crate) use event::{EVENT_FORMAT, EventV1};
pub(crate) use text::{pick, spoken_date};
