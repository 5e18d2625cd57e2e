//! What is wrong with a definition, before anybody runs it.
//!
//! The structure check finds what the definition says of itself; [`host`] what it asks and the host does not answer.

mod finding;
mod host;
mod structure;

pub use self::{
    finding::{Finding, FindingCode},
    host::host,
    structure::{folder_name, structure},
};
