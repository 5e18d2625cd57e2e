//! The commune's own layer over a register: per field, what it inherits, sets or hides.

mod overlay;
mod overlays;

pub use overlay::{Field, Overlay};
pub use overlays::{EntryOverlays, MemoryOverlays};
