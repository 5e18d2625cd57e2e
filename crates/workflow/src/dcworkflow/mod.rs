//! DCWorkflow's files: `definition.xml` in and out, `rolemap.xml` in.
//!
//! The format has no schema; this is the grammar of its reference importer and exporter (Products.DCWorkflow 4.0), with what
//! that reads wrongly put right: text in a guard that it would overlook is an error, never an open door.

mod error;
mod model;
mod part;
mod read;
mod rolemap;
mod write;
mod xml;

pub use self::{
    error::{Place, ReadError},
    read::{Mode, Reading, read},
    rolemap::read_rolemap,
    write::write,
    xml::{MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS},
};
