use std::fmt;

use serde::Serialize;

use crate::{DefinitionError, ExpressionError};

/// A place in a file, both from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "a place has a line and a column")]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a file is no definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Larger than any definition.
    #[error("the file has {bytes} bytes, more than a definition can have")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// Bytes outside its encoding, or an encoding that is not read.
    #[error("byte {at} is not {encoding}, or that encoding is not read; UTF-8 and ISO-8859-1 are")]
    Encoding {
        /// The encoding.
        encoding: String,
        /// The first byte that is wrong.
        at: usize,
    },
    /// No well-formed XML.
    #[error("{place}: {message}")]
    Malformed {
        /// What is wrong.
        message: String,
        /// Where.
        place: Place,
    },
    /// A document type, which could define entities.
    #[error("{place}: a document type is refused")]
    DocType {
        /// Where.
        place: Place,
    },
    /// Nested deeper than the format.
    #[error("{place}: nested deeper than {} elements", super::MAX_DEPTH)]
    TooDeep {
        /// Where.
        place: Place,
    },
    /// More elements than any definition.
    #[error("{place}: more than {} elements", super::MAX_ELEMENTS)]
    TooManyElements {
        /// Where.
        place: Place,
    },
    /// A definition of CPS (Nuxeo), which is another workflow model.
    #[error("a CPS workflow ({id:?}), not a DCWorkflow definition")]
    Cps {
        /// Its id.
        id: String,
    },
    /// GenericSetup's order to remove a workflow; no definition.
    #[error("a removal of workflow {id:?}, not a definition")]
    Removal {
        /// Its id.
        id: String,
    },
    /// Another kind of XML file.
    #[error("the root element is <{found}>, not <{wanted}>")]
    Root {
        /// What was to be read.
        wanted: &'static str,
        /// What is there.
        found: String,
    },
    /// An attribute that has to be there.
    #[error("{place}: <{element}> has no attribute {attribute}")]
    MissingAttribute {
        /// Of this element.
        element: String,
        /// The attribute.
        attribute: String,
        /// Where.
        place: Place,
    },
    /// An element that has to be there.
    #[error("{place}: <{element}> has no <{child}>")]
    MissingElement {
        /// In this element.
        element: String,
        /// The element.
        child: String,
        /// Where.
        place: Place,
    },
    /// An element that the format does not have there.
    #[error("{place}: <{element}> has no place in <{parent}>")]
    UnknownElement {
        /// In this element.
        parent: String,
        /// The element.
        element: String,
        /// Where.
        place: Place,
    },
    /// An element that may stand there once.
    #[error("{place}: a second <{element}> in <{parent}>")]
    Repeated {
        /// In this element.
        parent: String,
        /// The element.
        element: String,
        /// Where.
        place: Place,
    },
    /// Text where the format has none, in a guard: it might be a condition.
    #[error("{place}: text in <{element}> that would be overlooked")]
    StrayText {
        /// In this element.
        element: String,
        /// Where.
        place: Place,
    },
    /// A value that its attribute or type does not have.
    #[error("{place}: {attribute} of <{element}> is no {wanted}")]
    Value {
        /// Of this element.
        element: String,
        /// The attribute, or `text`.
        attribute: String,
        /// What it should be.
        wanted: &'static str,
        /// Where.
        place: Place,
    },
    /// An expression outside the language.
    #[error("{place}: {error}")]
    Expression {
        /// What is wrong.
        error: ExpressionError,
        /// The element that holds it.
        place: Place,
    },
    /// Parts that are no workflow together.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
}

impl ReadError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty-file",
            Self::TooLarge { .. } => "file-too-large",
            Self::Encoding { .. } => "encoding",
            Self::Malformed { .. } => "xml-malformed",
            Self::DocType { .. } => "xml-doctype",
            Self::TooDeep { .. } => "xml-too-deep",
            Self::TooManyElements { .. } => "xml-too-many-elements",
            Self::Cps { .. } => "cps-workflow",
            Self::Removal { .. } => "removal-directive",
            Self::Root { .. } => "root-element",
            Self::MissingAttribute { .. } => "missing-attribute",
            Self::MissingElement { .. } => "missing-element",
            Self::UnknownElement { .. } => "unknown-element",
            Self::Repeated { .. } => "repeated-element",
            Self::StrayText { .. } => "stray-text",
            Self::Value { .. } => "bad-value",
            Self::Expression { error, .. } => error.code(),
            Self::Definition(error) => error.code(),
        }
    }

    /// Where, as far as one place is at fault.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Malformed { place, .. }
            | Self::DocType { place }
            | Self::TooDeep { place }
            | Self::TooManyElements { place }
            | Self::MissingAttribute { place, .. }
            | Self::MissingElement { place, .. }
            | Self::UnknownElement { place, .. }
            | Self::Repeated { place, .. }
            | Self::StrayText { place, .. }
            | Self::Value { place, .. }
            | Self::Expression { place, .. } => Some(*place),
            _ => None,
        }
    }
}
