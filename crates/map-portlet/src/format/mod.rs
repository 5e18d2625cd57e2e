//! Location files: readers and writers of outside formats.
//!
//! A reader takes bytes and gives a [`Layer`]; what it could not take as it stood is in [`Layer::warnings`]. It opens no file and
//! no URL, expands no entity, and bounds what it nests and keeps ([`ReadOptions`]).

mod encoding;
pub mod geojson;
pub mod kml;
mod sniff;
mod warnings;
mod xml;

use crate::{layer::Layer, warning::Location};

pub use sniff::sniff;

/// A format of location files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// RFC 7946.
    GeoJson,
    /// OGC KML 2.x.
    Kml,
    /// GPS Exchange Format 1.0 and 1.1.
    Gpx,
    /// Comma-separated values.
    Csv,
    /// GeoRSS in RSS or Atom.
    GeoRss,
}

/// The bounds of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Places beyond this number are left out, with a warning.
    pub max_places: usize,
    /// Elements nested deeper are left out, with a warning.
    pub max_depth: usize,
    /// Warnings beyond this number are counted in the last one.
    pub max_warnings: usize,
}

/// Why a file could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// Nothing in the file says which format it has.
    #[error("the file is in no format that is known here")]
    Unknown,
    /// The file is not in the format it was said to have.
    #[error("the file is no {}", .0.name())]
    NotThis(Format),
    /// The file breaks the format's grammar, and nothing of it can be read.
    #[error("the file is no well-formed {}: {message}, at {location}", .format.name())]
    Syntax {
        /// The format.
        format: Format,
        /// Where it breaks.
        location: Location,
        /// How.
        message: String,
    },
    /// No reader or writer for it yet.
    #[error("{} is not {what} yet", .format.name())]
    NotYet {
        /// The format.
        format: Format,
        /// `read` or `written`.
        what: &'static str,
    },
}

impl Format {
    /// Its usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GeoJson => "GeoJSON",
            Self::Kml => "KML",
            Self::Gpx => "GPX",
            Self::Csv => "CSV",
            Self::GeoRss => "GeoRSS",
        }
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { max_places: 1_000_000, max_depth: 64, max_warnings: 1_000 }
    }
}

impl FormatError {
    /// The stable code: `format-unknown`, `format-mismatch`, `format-syntax` or `format-not-yet`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "format-unknown",
            Self::NotThis(_) => "format-mismatch",
            Self::Syntax { .. } => "format-syntax",
            Self::NotYet { .. } => "format-not-yet",
        }
    }
}

/// Reads a file in the format its first bytes show.
///
/// # Errors
/// The format is unknown, has no reader yet, or its grammar is broken.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Layer, FormatError> {
    match sniff(bytes).ok_or(FormatError::Unknown)? {
        Format::Kml => kml::read(bytes, options),
        Format::GeoJson => geojson::read(bytes, options),
        format => Err(FormatError::NotYet { format, what: "read" }),
    }
}

/// Writes a layer.
///
/// # Errors
/// The format has no writer yet.
pub fn write(layer: &Layer, format: Format) -> Result<String, FormatError> {
    match format {
        Format::GeoJson => Ok(geojson::write(layer)),
        format => Err(FormatError::NotYet { format, what: "written" }),
    }
}
