use serde::Serialize;

use crate::{
    Condition, ConditionKind, Situation,
    expression::{Expression, explain, holds},
};

/// The role that passes every guard of a workflow with `manager_bypass`, and the default of every permission.
pub const MANAGER: &str = "Manager";

/// What a transition, a worklist, a variable or the creation asks for. An empty part asks for nothing; all parts must hold, and
/// of a part one entry is enough.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Guard {
    /// Permissions, of which the user must hold one on the object.
    pub permissions: Vec<String>,
    /// Roles, of which the user must have one in context.
    pub roles: Vec<String>,
    /// Groups, of which the user must be in one.
    pub groups: Vec<String>,
    /// A condition that must be true.
    pub expression: Option<Expression>,
}

impl Guard {
    /// A guard that asks for nothing.
    #[must_use]
    pub fn open() -> Self {
        Self::default()
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.permissions.is_empty() && self.roles.is_empty() && self.groups.is_empty() && self.expression.is_none()
    }

    /// The same guard, asking for one of these roles.
    #[must_use]
    pub fn with_roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// The same guard, asking for one of these permissions.
    #[must_use]
    pub fn with_permissions<P: Into<String>>(mut self, permissions: impl IntoIterator<Item = P>) -> Self {
        self.permissions = permissions.into_iter().map(Into::into).collect();
        self
    }

    /// The same guard, asking for one of these groups.
    #[must_use]
    pub fn with_groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// The same guard with a condition.
    #[must_use]
    pub fn with_expression(mut self, expression: Expression) -> Self {
        self.expression = Some(expression);
        self
    }

    /// Whether the guard lets the user pass. In this order: the Manager's bypass, permissions, roles, groups, expression.
    #[must_use]
    pub fn passes(&self, situation: &Situation<'_>) -> bool {
        situation.bypasses_guards()
            || self.passes_without_expression(situation)
                && self.expression.as_ref().is_none_or(|expression| holds(expression, situation))
    }

    /// Whether everything but the expression lets the user pass (who does not bypass).
    #[must_use]
    pub fn passes_without_expression(&self, situation: &Situation<'_>) -> bool {
        let user = situation.context.user;
        (self.permissions.is_empty() || self.permissions.iter().any(|permission| situation.user_may(permission)))
            && (self.roles.is_empty() || self.roles.iter().any(|role| user.has_role(role)))
            && (self.groups.is_empty() || self.groups.iter().any(|group| user.is_in_group(group)))
    }

    /// Why the guard does or does not let the user pass. It is met exactly if [`Guard::passes`].
    ///
    /// The expression is asked only where the other parts hold, as when a transition is fired.
    #[must_use]
    pub fn explain(&self, situation: &Situation<'_>) -> Condition {
        if situation.bypasses_guards() {
            return Condition::leaf(true, ConditionKind::ManagerBypass);
        }
        let user = situation.context.user;
        let mut parts = Vec::new();
        if !self.permissions.is_empty() {
            let wanted = self.permissions.iter().map(|permission| situation.permission_condition(permission)).collect();
            parts.push(Condition::any(wanted));
        }
        if !self.roles.is_empty() {
            let met = self.roles.iter().any(|role| user.has_role(role));
            parts.push(Condition::leaf(met, ConditionKind::Role { roles: self.roles.clone() }));
        }
        if !self.groups.is_empty() {
            let met = self.groups.iter().any(|group| user.is_in_group(group));
            parts.push(Condition::leaf(met, ConditionKind::Group { groups: self.groups.clone() }));
        }
        if let Some(expression) = &self.expression
            && parts.iter().all(|part| part.met)
        {
            parts.push(explain(expression, situation));
        }
        Condition::all(parts)
    }
}
