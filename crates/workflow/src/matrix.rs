//! The roles against the states: who may do what, each role taken alone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use communes_ledger::{Actor, ActorKind};
use serde::Serialize;

use crate::{
    ANONYMOUS, AUTHENTICATED, Context, Definition, Guard, NoPredicates, PermissionRoles, RoleMap, Situation, State,
    Trigger, User,
    expression::{Unanswered, evaluate},
};

/// What each role alone may do in each state, and which roles hold each permission there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Matrix {
    /// By state.
    pub states: BTreeMap<String, StateMatrix>,
}

/// What each role alone may do in a state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct StateMatrix {
    /// By role, the user transitions that it may trigger, in the order of the exits. A role without any is left out.
    pub allowed: BTreeMap<String, Vec<String>>,
    /// By role, those whose guard holds but for its expression, which asks the host.
    pub depends: BTreeMap<String, Vec<String>>,
    /// By permission, the roles that hold it on an object in this state.
    pub permission_roles: BTreeMap<String, BTreeSet<String>>,
}

/// The roles of the site and of the definition, with `Anonymous` and `Authenticated`.
#[must_use]
pub fn roles(definition: &Definition, site: &RoleMap) -> BTreeSet<String> {
    let model = definition.model();
    let mut roles: BTreeSet<String> = [ANONYMOUS, AUTHENTICATED].map(str::to_owned).into();
    roles.extend(site.roles().iter().cloned());
    roles.extend(site.permissions().values().flat_map(|set| set.roles.iter().cloned()));
    let set = model.states.iter().flat_map(|state| &state.permissions).map(|(_, set)| set);
    roles.extend(set.flat_map(|set: &PermissionRoles| set.roles.iter().cloned()));
    roles.extend(model.transitions.iter().flat_map(|one| one.guard.roles.iter().cloned()));
    roles.retain(|role| !role.is_empty());
    roles
}

/// The permissions that are managed, set in a state, or asked for by a transition.
fn permissions(definition: &Definition) -> BTreeSet<&str> {
    let model = definition.model();
    let set = model.states.iter().flat_map(|state| &state.permissions).map(|(permission, _)| permission);
    let asked = model.transitions.iter().flat_map(|one| &one.guard.permissions);
    model.permissions.iter().chain(set).chain(asked).map(String::as_str).collect()
}

/// The matrix of a definition on a site.
#[must_use]
pub fn matrix(definition: &Definition, site: &RoleMap) -> Matrix {
    let actor = nobody();
    let users: Vec<(String, User)> = roles(definition, site)
        .into_iter()
        .map(|role| {
            let user =
                if role == ANONYMOUS { User::anonymous(actor.clone()) } else { User::new(actor.clone(), [&role]) };
            (role, user)
        })
        .collect();
    let states = definition.model().states.iter();
    let states = states.map(|state| (state.id.clone(), state_matrix(definition, site, state, &users))).collect();
    Matrix { states }
}

fn nobody() -> Actor {
    Actor::new(ActorKind::System, "matrix").expect("a short word is an id")
}

enum Verdict {
    Allowed,
    Depends,
    Denied,
}

fn verdict(guard: &Guard, situation: &Situation<'_>) -> Verdict {
    if situation.bypasses_guards() {
        return Verdict::Allowed;
    }
    if !guard.passes_without_expression(situation) {
        return Verdict::Denied;
    }
    let Some(expression) = &guard.expression else {
        return Verdict::Allowed;
    };
    match evaluate(expression, situation) {
        // What decides before the host is asked, decides.
        Err(Unanswered::Unknown(_)) => Verdict::Depends,
        _ if expression.asks_membership() => Verdict::Depends,
        Ok(value) if value.is_truthy() => Verdict::Allowed,
        _ => Verdict::Denied,
    }
}

fn state_matrix(definition: &Definition, site: &RoleMap, state: &State, users: &[(String, User)]) -> StateMatrix {
    let mut found = StateMatrix::default();
    for (role, user) in users {
        let context = Context { user, now: DateTime::<Utc>::UNIX_EPOCH, site, predicates: &NoPredicates };
        let situation = Situation::in_state(&context, definition, state);
        for transition in definition.exits(state).filter(|one| one.trigger == Trigger::User) {
            let column = match verdict(&transition.guard, &situation) {
                Verdict::Allowed => &mut found.allowed,
                Verdict::Depends => &mut found.depends,
                Verdict::Denied => continue,
            };
            column.entry(role.clone()).or_default().push(transition.id.clone());
        }
    }
    for permission in permissions(definition) {
        let local = definition.permission_roles(state, permission);
        let holders = site.effective(permission, local).into_iter().map(str::to_owned).collect();
        found.permission_roles.insert(permission.to_owned(), holders);
    }
    found
}
