use std::fmt;

/// Something that a reader could not take as it stands. The rest of the file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    code: WarningCode,
    location: Location,
    pub(crate) feature: Option<String>,
    detail: String,
}

/// Where in a file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The line.
    pub line: u64,
    /// The character of that line.
    pub column: u64,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What kind of thing it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum WarningCode {
            $($(#[$doc])* $variant,)*
        }

        impl WarningCode {
            /// The stable code for machines.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }
    };
}

codes! {
    /// The file ends in the middle, or is not well formed: what came before was kept.
    Malformed = "malformed",
    /// The bytes are not what the declaration says.
    Encoding = "encoding",
    /// A document type declaration; its entities are not used.
    DocumentType = "document-type",
    /// A reference to an entity that XML does not have: kept as it is written, never expanded.
    Entity = "entity",
    /// A coordinate that is no finite number: its position was left out.
    BadCoordinate = "bad-coordinate",
    /// A position that is not on the earth: left out.
    OutOfRange = "out-of-range",
    /// Longitude and latitude look swapped; they were kept as they are.
    Swapped = "swapped",
    /// Coordinates separated in another way than the standard's, and clear all the same.
    CoordinateSyntax = "coordinate-syntax",
    /// No position at all: the place was kept without geometry.
    NoCoordinates = "no-coordinates",
    /// Too few positions for a line or a ring: the geometry was left out.
    ShortGeometry = "short-geometry",
    /// A ring that its source did not close: closed.
    OpenRing = "open-ring",
    /// A style that is not in the file.
    StyleNotFound = "style-not-found",
    /// A style or schema of another file: never fetched.
    RemoteReference = "remote-reference",
    /// A link to another file: never followed.
    NetworkLink = "network-link",
    /// A colour that is not one: left out.
    BadColour = "bad-colour",
    /// A number that is not one: left out.
    BadNumber = "bad-number",
    /// A time that is not one: left out.
    BadTime = "bad-time",
    /// A link that is not safe: left out.
    UnsafeLink = "unsafe-link",
    /// Two values under one name: the last one was kept.
    DuplicateName = "duplicate-name",
    /// A value that is not of its declared type: kept as text.
    BadValue = "bad-value",
    /// Coordinates of another reference system than WGS 84: read as they stand.
    CoordinateSystem = "coordinate-system",
    /// A part of the file that is not what it must be: left out.
    BadStructure = "bad-structure",
    /// Nested deeper, or longer, than the reader's limits: left out.
    Limit = "limit",
}

impl Warning {
    pub(crate) fn new(code: WarningCode, location: Location, detail: impl Into<String>) -> Self {
        Self { code, location, feature: None, detail: detail.into() }
    }

    /// Its kind.
    #[must_use]
    pub fn code(&self) -> WarningCode {
        self.code
    }

    /// Where it is in the file.
    #[must_use]
    pub fn location(&self) -> Location {
        self.location
    }

    /// The name or id of the feature it is about, where there is one.
    #[must_use]
    pub fn feature(&self) -> Option<&str> {
        self.feature.as_deref()
    }

    /// What was found and what became of it, in English, for the person who keeps the file.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: ", self.location, self.code.as_str())?;
        if let Some(feature) = &self.feature {
            write!(formatter, "{feature}: ")?;
        }
        formatter.write_str(&self.detail)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}
