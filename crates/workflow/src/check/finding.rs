use serde::Serialize;

use crate::{Lang, dcworkflow::Place, text};

/// Something wrong with a definition or its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What is wrong.
    pub code: FindingCode,
    /// With what: an id, or `state:permission`, `transition->state`, `element@attribute`.
    pub subject: String,
    /// Where in the file, if the reader found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What is wrong. [`FindingCode::code`] is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingCode {
    /// `dangling-exit`: a state names an exit transition that is not defined. It is ignored.
    DanglingExit,
    /// `orphan-trans`: no state has the transition among its exits.
    OrphanTransition,
    /// `undef-target`: a transition leads to a state that is not defined. It can't be fired.
    UndefinedTarget,
    /// `unreachable`: no transitions lead from the initial state to the state.
    Unreachable,
    /// `dupstate`: a state stands twice. They are merged, the later wins.
    DuplicateState,
    /// `dup-permmap`: a state sets a permission twice. The later wins.
    DuplicatePermissionMap,
    /// `dup-permission-decl`: a permission is declared twice.
    DuplicatePermission,
    /// `perm-undeclared`: a state sets a permission that the workflow does not manage. It has no effect.
    UndeclaredPermission,
    /// `perm-missing-in-states`: a state does not set a permission that the workflow manages. It is acquired from the parent.
    MissingPermission,
    /// `id-mismatch`: the id of the workflow is not the name of its folder.
    IdMismatch,
    /// `unknown-predicate`: a guard asks what the host does not answer. It denies.
    UnknownPredicate,
    /// `unreadable-expression`: an expression is outside the language. It denies.
    UnreadableExpression,
    /// `duplicate-element`: a transition, variable, worklist or script stands twice. The later wins.
    DuplicateElement,
    /// `missing-attribute`: an attribute is missing; read as empty.
    MissingAttribute,
    /// `missing-guard`: a guard is missing; read as open.
    MissingGuard,
    /// `unknown-element`: an element is unknown; not read.
    UnknownElement,
    /// `ignored-attribute`: an attribute is unknown; not read.
    IgnoredAttribute,
}

impl FindingCode {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DanglingExit => "dangling-exit",
            Self::OrphanTransition => "orphan-trans",
            Self::UndefinedTarget => "undef-target",
            Self::Unreachable => "unreachable",
            Self::DuplicateState => "dupstate",
            Self::DuplicatePermissionMap => "dup-permmap",
            Self::DuplicatePermission => "dup-permission-decl",
            Self::UndeclaredPermission => "perm-undeclared",
            Self::MissingPermission => "perm-missing-in-states",
            Self::IdMismatch => "id-mismatch",
            Self::UnknownPredicate => "unknown-predicate",
            Self::UnreadableExpression => "unreadable-expression",
            Self::DuplicateElement => "duplicate-element",
            Self::MissingAttribute => "missing-attribute",
            Self::MissingGuard => "missing-guard",
            Self::UnknownElement => "unknown-element",
            Self::IgnoredAttribute => "ignored-attribute",
        }
    }
}

impl Serialize for FindingCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl Finding {
    pub(crate) fn new(code: FindingCode, subject: impl Into<String>) -> Self {
        Self { code, subject: subject.into(), place: None }
    }

    /// The finding in words, without file and place.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        text::finding(self, lang)
    }
}
