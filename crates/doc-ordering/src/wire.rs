//! What is stored, one module a version: envelopes `communes/order` and `communes/order-movement`.

pub(crate) mod v1;
