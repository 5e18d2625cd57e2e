use std::{error::Error, fmt};

use communes_ledger::async_trait;

use super::Instructions;
use crate::order::Order;

/// What a provider is asked to have paid.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct PaymentRequest<'a> {
    /// The order; its payment says what is due.
    pub order: &'a Order,
}

impl<'a> PaymentRequest<'a> {
    /// A request for what is due of an order.
    #[must_use]
    pub const fn new(order: &'a Order) -> Self {
        Self { order }
    }
}

/// Why a provider gives no way to pay.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// The order has nothing to pay, or no reference to pay it under.
    #[error("there is nothing to pay by this means")]
    NothingToPay,
    /// The order is in a currency that the provider doesn't take.
    #[error("this means of payment doesn't take the currency of the order")]
    Currency,
    /// What the provider was set up with can't be used.
    #[error("the means of payment is not set up right")]
    Settings(#[source] Box<dyn Error + Send + Sync>),
    /// The provider can't be reached; trying again may help.
    #[error("the provider of the payment can't be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl ProviderError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NothingToPay => "payment-nothing-to-pay",
            Self::Currency => "payment-currency",
            Self::Settings(_) => "payment-settings",
            Self::Unavailable(_) => "payment-unavailable",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// A means of payment.
///
/// **The implementor guarantees:** asking twice for the same order and amount gives the same way to pay, never a second payment;
/// nothing is settled by it: money is booked by [`OrderCommand::RecordPayment`](crate::order::OrderCommand::RecordPayment), under
/// a key that the provider's own message has. **The caller may not assume** that a payer who comes back has paid.
#[async_trait]
pub trait PaymentProvider: fmt::Debug + Send + Sync {
    /// How the requester pays what is still missing of an order.
    async fn instructions(&self, request: &PaymentRequest<'_>) -> Result<Instructions, ProviderError>;
}

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        #[async_trait]
        impl<T: PaymentProvider + ?Sized> PaymentProvider for $pointer {
            async fn instructions(&self, request: &PaymentRequest<'_>) -> Result<Instructions, ProviderError> {
                (**self).instructions(request).await
            }
        }
    )* };
}
forward!(&T, Box<T>, std::sync::Arc<T>);
