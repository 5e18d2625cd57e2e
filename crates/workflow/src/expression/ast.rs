use super::Question;
use crate::Value;

/// What an expression means.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expr {
    /// A literal.
    Constant(Value),
    /// All of these: the first that is false, else the last.
    And(Vec<Expr>),
    /// One of these: the first that is true, else the last.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// A comparison of two values.
    Compare {
        /// How they are compared.
        how: Comparison,
        /// The left one.
        left: Box<Expr>,
        /// The right one.
        right: Box<Expr>,
    },
    /// The first of these that there is (TALES `|`).
    FirstOf(Vec<Expr>),
    /// Whether the user has a role in context.
    HasRole(String),
    /// Whether the user holds a permission on the object.
    HasPermission(String),
    /// The user's roles in context, as a list.
    Roles,
    /// The same, asked of the site's membership tool: a matrix of bare roles leaves it to the host.
    MemberRoles,
    /// The user's id.
    UserId,
    /// The id of the transition; at creation there is none.
    TransitionId,
    /// The instant of the transition.
    Now,
    /// The history of the instance; only the history itself gives it.
    History,
    /// An argument of the transition, or this value.
    Argument {
        /// Its name.
        name: String,
        /// What stands for it where it was not given.
        default: Value,
    },
    /// A variable of the instance, as it was before the transition.
    Status(String),
    /// What only the host knows.
    Ask(Question),
    /// A text outside the language: never true.
    Unreadable,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

impl Comparison {
    /// The Python operator.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }
}

impl Expr {
    /// Visits the expression and its parts, in the order of the text.
    pub(super) fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        match self {
            Self::And(parts) | Self::Or(parts) | Self::FirstOf(parts) => parts.iter().for_each(|part| part.visit(see)),
            Self::Not(part) => part.visit(see),
            Self::Compare { left, right, .. } => {
                left.visit(see);
                right.visit(see);
            }
            _ => {}
        }
    }
}
