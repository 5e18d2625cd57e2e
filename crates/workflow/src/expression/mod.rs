//! Conditions of guards and values of variables: a small language read from TALES and Python, never executed as code.
//!
//! All expressions of the known definitions are chains of attributes and calls, literals, `and`, `or`, `not`, `in`, `not in`,
//! `==`, `!=`, and the paths of the standard variables. What only the host knows becomes a [`Question`] to its [`Predicates`].

mod ast;
mod evaluate;
mod lower;
mod question;
mod syntax;
mod tales;

use std::fmt;

use serde::{Serialize, Serializer};

pub(crate) use self::evaluate::{Unanswered, evaluate, explain, holds};
pub use self::{
    ast::{Comparison, Expr},
    question::{About, NoPredicates, Predicates, Question},
};

/// The longest expression that is read, in bytes of UTF-8.
pub const MAX_EXPRESSION_BYTES: usize = 4096;
/// How deep an expression may be nested.
pub const MAX_EXPRESSION_DEPTH: usize = 32;

/// An expression: its original text, which is exported, and what it means.
#[derive(Clone, PartialEq)]
pub struct Expression {
    text: String,
    expr: Expr,
}

/// A text that is no expression of the language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {at} of the expression")]
pub struct ExpressionError {
    /// What is wrong.
    pub kind: ExpressionErrorKind,
    /// Where, in bytes from the start of the text.
    pub at: usize,
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionErrorKind {
    /// Longer than [`MAX_EXPRESSION_BYTES`].
    #[error("longer than {MAX_EXPRESSION_BYTES} bytes")]
    TooLong,
    /// Nested deeper than [`MAX_EXPRESSION_DEPTH`].
    #[error("nested deeper than {MAX_EXPRESSION_DEPTH}")]
    TooDeep,
    /// Something else than what has to stand there.
    #[error("unexpected {found}")]
    Unexpected {
        /// What stands there.
        found: String,
    },
    /// Python or TALES that the language does not have.
    #[error("unsupported {what}")]
    Unsupported {
        /// What it is.
        what: String,
    },
    /// A name that TALES does not define in a guard.
    #[error("unknown name {name:?}")]
    UnknownName {
        /// The name.
        name: String,
    },
}

impl ExpressionError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            ExpressionErrorKind::TooLong => "expression-too-long",
            ExpressionErrorKind::TooDeep => "expression-too-deep",
            ExpressionErrorKind::Unexpected { .. } => "expression-unexpected",
            ExpressionErrorKind::Unsupported { .. } => "expression-unsupported",
            ExpressionErrorKind::UnknownName { .. } => "expression-unknown-name",
        }
    }

    fn new(kind: ExpressionErrorKind, at: usize) -> Self {
        Self { kind, at }
    }
}

impl Expression {
    /// Reads a TALES expression: a path, or one with the prefix `python:`, `string:` or `not:`.
    ///
    /// # Errors
    /// The text is too long, too deep, or outside the language; the error says where.
    pub fn parse(text: impl Into<String>) -> Result<Self, ExpressionError> {
        let text = text.into();
        let expr = tales::parse(&text)?;
        Ok(Self { text, expr })
    }

    /// Keeps a text that is outside the language: as a guard it denies, always.
    #[must_use]
    pub fn unreadable(text: impl Into<String>) -> Self {
        Self { text: text.into(), expr: Expr::Unreadable }
    }

    /// The original text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it means.
    #[must_use]
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// What it asks the host, in the order of the text.
    #[must_use]
    pub fn questions(&self) -> Vec<&Question> {
        let mut found = Vec::new();
        self.expr.visit(&mut |part| {
            if let Expr::Ask(question) = part {
                found.push(question);
            }
        });
        found
    }

    /// Whether it asks the site's membership tool for roles.
    pub(crate) fn asks_membership(&self) -> bool {
        let mut asks = false;
        self.expr.visit(&mut |part| asks |= matches!(part, Expr::MemberRoles));
        asks
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.text)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
