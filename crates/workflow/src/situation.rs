use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use communes_ledger::AggregateKey;

use crate::{
    About, Condition, ConditionKind, Definition, InstanceId, Predicates, RoleMap, State, User, Value, guard::MANAGER,
};

/// What a decision is made in: who acts, when, on what site, and whom to ask what only the host knows.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "an application builds it for every decision; it has no other parts")]
pub struct Context<'a> {
    /// Who acts, with his roles in context.
    pub user: &'a User,
    /// When.
    pub now: DateTime<Utc>,
    /// The site's permissions.
    pub site: &'a RoleMap,
    /// The host's own conditions.
    pub predicates: &'a dyn Predicates,
}

/// A guard's surroundings: the context, and the instance as it is before the transition.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Situation<'a> {
    /// Who, when, where.
    pub context: &'a Context<'a>,
    /// The workflow.
    pub definition: &'a Definition,
    /// The state; `None` before the start.
    pub state: Option<&'a State>,
    /// The transition that is asked for; `None` at creation.
    pub transition: Option<&'a str>,
    /// The variables of the instance.
    pub variables: &'a BTreeMap<String, Value>,
    /// The arguments of the transition.
    pub arguments: &'a BTreeMap<String, Value>,
    /// The instance; `None` before the start.
    pub instance: Option<InstanceId>,
    /// The thing whose handling the workflow governs.
    pub subject: Option<&'a AggregateKey>,
}

static NOTHING: BTreeMap<String, Value> = BTreeMap::new();

impl<'a> Situation<'a> {
    /// The situation of an object in a state, of which nothing more is known.
    #[must_use]
    pub fn in_state(context: &'a Context<'a>, definition: &'a Definition, state: &'a State) -> Self {
        Self { state: Some(state), ..Self::before_start(context, definition) }
    }

    /// The situation before an instance starts.
    #[must_use]
    pub fn before_start(context: &'a Context<'a>, definition: &'a Definition) -> Self {
        Self {
            context,
            definition,
            state: None,
            transition: None,
            variables: &NOTHING,
            arguments: &NOTHING,
            instance: None,
            subject: None,
        }
    }

    /// Whether the user holds a permission on the object.
    #[must_use]
    pub fn user_may(&self, permission: &str) -> bool {
        self.context.user.is_among(self.holders(permission))
    }

    pub(crate) fn holders<'b>(&'b self, permission: &str) -> impl Iterator<Item = &'b str> + use<'b, 'a> {
        let local = self.state.and_then(|state| self.definition.permission_roles(state, permission));
        self.context.site.holders(permission, local)
    }

    pub(crate) fn permission_condition(&self, permission: &str) -> Condition {
        let mut roles: Vec<String> = self.holders(permission).map(str::to_owned).collect();
        roles.sort();
        roles.dedup();
        let met = self.user_may(permission);
        Condition::leaf(met, ConditionKind::Permission { permission: permission.to_owned(), roles })
    }

    pub(crate) fn bypasses_guards(&self) -> bool {
        self.definition.model().manager_bypass && self.context.user.has_role(MANAGER)
    }

    pub(crate) fn variable(&self, name: &str) -> Option<Value> {
        if name == self.definition.model().state_variable {
            return self.state.map(|state| Value::from(state.id.as_str()));
        }
        self.variables.get(name).cloned()
    }

    pub(crate) fn about(&self) -> About<'a> {
        About {
            instance: self.instance,
            subject: self.subject,
            user: self.context.user,
            state: self.state.map(|state| state.id.as_str()),
            transition: self.transition,
            variables: self.variables,
            now: self.context.now,
        }
    }
}
