//! Paying for an order: the payment's own machine, the transfer, and the bank movements that settle it.

mod machine;
mod movement;
mod provider;
mod transfer;

pub use machine::{Payment, PaymentEvent, PaymentRefusal, PaymentState, Receipt, ReceiptKey, Refund, Standing};
pub use movement::{Credit, ImportedMovement, MOVEMENT, MatchResult, MovementId, settle};
pub use provider::{PaymentProvider, PaymentRequest, ProviderError};
pub use transfer::{BankTransfer, Instructions};
