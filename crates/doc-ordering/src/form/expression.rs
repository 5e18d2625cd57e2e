//! The expression language of conditions: small, typed and total.
//!
//! Every expression ends, none fails: a comparison between things that can't be compared is false, an unknown name is
//! [`Value::Nothing`]. There are no loops, no calls and no arithmetic beyond the listed [`Filter`]s. It is read from the
//! conditions of Django's `{% if %}` tag, as w.c.s. forms write them ([`Expression::parse`]).

mod evaluate;
mod parse;
mod value;

use std::collections::BTreeSet;

pub use evaluate::Scope;
pub use parse::ExpressionError;
pub use value::Value;
pub(crate) use value::{date, time};

/// A parsed expression; [`Self::parse`] makes it, [`Self::evaluate`] and [`Self::is_true`] use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    node: Node,
}

impl Expression {
    /// Reads a condition in the syntax of Django's `{% if %}`: `and`, `or`, `not`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`,
    /// `not in`, `is`, `is not`, names, texts in quotes, whole numbers, and [`Filter`]s behind `|`.
    ///
    /// # Errors
    /// Anything else, with the place: an unknown filter, an operator without operand, more than 500 operands.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        parse::expression(text).map(|node| Self { node })
    }

    /// Its value in a scope.
    #[must_use]
    pub fn evaluate(&self, scope: &dyn Scope) -> Value {
        evaluate::node(&self.node, scope)
    }

    /// Whether its value is true: anything but nothing, false, zero, and empty text or list.
    #[must_use]
    pub fn is_true(&self, scope: &dyn Scope) -> bool {
        self.evaluate(scope).is_true()
    }

    /// Every name that it reads, sorted.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.node.visit(&mut |node| {
            if let Node::Name(name) = node {
                names.insert(name.as_str());
            }
        });
        names
    }

    /// Every `NAME in LIST` whose sides are both names and whose list has no filter, with the two names: where the list is a
    /// text, it tests a substring.
    #[must_use]
    pub fn bare_memberships(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        self.node.visit(&mut |node| {
            if let Node::Compare(Comparison::In | Comparison::NotIn, left, right) = node
                && let (Node::Name(name), Node::Name(list)) = (left.as_ref(), right.as_ref())
            {
                found.push((name.as_str(), list.as_str()));
            }
        });
        found
    }

    pub(crate) const fn node(&self) -> &Node {
        &self.node
    }
}

/// The tree. At most 500 operands, so recursion over it is bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Literal(Value),
    Name(String),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    Filter(Box<Node>, Filter, Option<Box<Node>>),
}

impl Node {
    fn visit<'a>(&'a self, each: &mut impl FnMut(&'a Self)) {
        each(self);
        match self {
            Self::Literal(_) | Self::Name(_) => {}
            Self::Not(inner) => inner.visit(each),
            Self::And(left, right) | Self::Or(left, right) | Self::Compare(_, left, right) => {
                left.visit(each);
                right.visit(each);
            }
            Self::Filter(inner, _, argument) => {
                inner.visit(each);
                if let Some(argument) = argument {
                    argument.visit(each);
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}

/// What may stand behind `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Adds numbers, or joins texts.
    Add,
    /// Adds days to a date.
    AddDays,
    /// Adds working days to a date; the scope says which days are worked.
    AddWorkingDays,
    /// Full years from a date to today.
    AgeInYears,
    /// A text as a date.
    Date,
    /// The argument where the value is not true.
    Default,
    /// The argument where the value is nothing.
    DefaultIfNone,
    /// Whether a text ends with the argument.
    EndsWith,
    /// Whether the person signed in by a strong means; the scope says.
    IsStrongAuthentication,
    /// The number of characters or elements.
    Length,
    /// In small letters.
    Lower,
    /// A text cut at every occurrence of the argument, by default at spaces.
    Split,
    /// Whether a text starts with the argument.
    StartsWith,
    /// A text as a time of day.
    Time,
    /// In capital letters.
    Upper,
}

impl Filter {
    const ALL: [(&'static str, Self); 15] = [
        ("add", Self::Add),
        ("add_days", Self::AddDays),
        ("add_working_days", Self::AddWorkingDays),
        ("age_in_years", Self::AgeInYears),
        ("date", Self::Date),
        ("default", Self::Default),
        ("default_if_none", Self::DefaultIfNone),
        ("endswith", Self::EndsWith),
        ("is_strong_authentication", Self::IsStrongAuthentication),
        ("length", Self::Length),
        ("lower", Self::Lower),
        ("split", Self::Split),
        ("startswith", Self::StartsWith),
        ("time", Self::Time),
        ("upper", Self::Upper),
    ];

    /// The filter of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, filter)| *filter)
    }
}
