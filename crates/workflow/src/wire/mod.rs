//! What is stored, one module a version of the format.

pub(crate) mod v1;
