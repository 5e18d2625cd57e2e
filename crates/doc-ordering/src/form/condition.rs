use super::{Expression, ExpressionError};

/// A condition: its text as the file has it, and what was understood of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    source: String,
    line: usize,
    expression: Result<Expression, ExpressionError>,
}

impl Condition {
    /// Reads the text of a condition in Django's syntax. It always succeeds: what isn't understood is kept, and reported by
    /// [`Self::expression`].
    #[must_use]
    pub fn django(source: impl Into<String>) -> Self {
        let source = source.into();
        Self { expression: Expression::parse(&source), source, line: 0 }
    }

    /// Keeps a condition in another language: it can't be read.
    #[must_use]
    pub fn in_language(language: impl Into<String>, source: impl Into<String>) -> Self {
        let expression = Err(ExpressionError::Language(language.into()));
        Self { source: source.into(), line: 0, expression }
    }

    /// The same, with the line of the file where it stands.
    #[must_use]
    pub fn at_line(self, line: usize) -> Self {
        Self { line, ..self }
    }

    /// The text, unchanged.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The line of the file, from 1; 0 where it came from no file.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The expression.
    ///
    /// # Errors
    /// Why it was not understood.
    pub const fn expression(&self) -> Result<&Expression, &ExpressionError> {
        self.expression.as_ref()
    }
}

/// What must hold at the end of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostCondition {
    /// What must hold.
    pub condition: Condition,
    /// What the form tells the person where it doesn't.
    pub message: String,
}
