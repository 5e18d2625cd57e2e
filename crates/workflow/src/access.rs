//! Who may do what: the roles of a user in context, and the roles that hold a permission.
//!
//! A permission is looked up from the object to the root of the site: a list of roles that acquires adds its roles and the search
//! goes on, one that does not adds them and ends it, nothing set changes nothing. At the root stands `Manager` alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use communes_ledger::Actor;
use serde::Serialize;

use crate::guard::MANAGER;

/// The role of everybody; a permission that holds it is open to all.
pub const ANONYMOUS: &str = "Anonymous";
/// The role of everybody who is signed in.
pub const AUTHENTICATED: &str = "Authenticated";

/// Roles that hold a permission at one place, and whether those of the place above are added.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct PermissionRoles {
    /// Whether the roles of the place above are added (Zope: a list rather than a tuple).
    pub acquire: bool,
    /// The roles, in the order of the file.
    pub roles: Vec<String>,
}

impl PermissionRoles {
    /// These roles and those of the place above.
    #[must_use]
    pub fn acquiring<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self { acquire: true, roles: roles.into_iter().map(Into::into).collect() }
    }

    /// These roles only.
    #[must_use]
    pub fn only<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        Self { acquire: false, roles: roles.into_iter().map(Into::into).collect() }
    }
}

/// What a site says of roles and permissions: Plone's `rolemap.xml`. Empty, every permission is the Manager's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleMap {
    roles: Vec<String>,
    permissions: BTreeMap<String, PermissionRoles>,
}

impl RoleMap {
    /// No role declared, no permission set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same map with a role declared.
    #[must_use]
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        let role = role.into();
        if !self.roles.contains(&role) {
            self.roles.push(role);
        }
        self
    }

    /// The same map with a permission set; the last setting wins.
    #[must_use]
    pub fn with_permission(mut self, permission: impl Into<String>, roles: PermissionRoles) -> Self {
        self.permissions.insert(permission.into(), roles);
        self
    }

    /// The declared roles, in their order.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// What the site sets for a permission.
    #[must_use]
    pub fn permission(&self, permission: &str) -> Option<&PermissionRoles> {
        self.permissions.get(permission)
    }

    /// All that the site sets, by permission.
    #[must_use]
    pub fn permissions(&self) -> &BTreeMap<String, PermissionRoles> {
        &self.permissions
    }

    /// The roles that hold a permission on an object that sets `local` for it.
    #[must_use]
    pub fn effective<'a>(&'a self, permission: &str, local: Option<&'a PermissionRoles>) -> BTreeSet<&'a str> {
        self.holders(permission, local).collect()
    }

    /// As [`RoleMap::effective`], one by one and perhaps repeated.
    pub(crate) fn holders<'a>(
        &'a self,
        permission: &str,
        local: Option<&'a PermissionRoles>,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let site = if local.is_none_or(|set| set.acquire) { self.permissions.get(permission) } else { None };
        let reaches_root = local.is_none_or(|set| set.acquire) && site.is_none_or(|set| set.acquire);
        let listed = [local, site].into_iter().flatten().flat_map(|set| set.roles.iter().map(String::as_str));
        listed.chain(reaches_root.then_some(MANAGER))
    }
}

/// Somebody who acts, with the roles and groups that he has in the context of the object.
///
/// The application says which: its staff accounts, its groups, its local roles. A signed-in user has [`AUTHENTICATED`] too, an
/// anonymous one [`ANONYMOUS`] alone.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    actor: Actor,
    roles: BTreeSet<String>,
    groups: BTreeSet<String>,
    anonymous: bool,
}

impl User {
    /// A signed-in user with these roles.
    #[must_use]
    pub fn new<R: Into<String>>(actor: Actor, roles: impl IntoIterator<Item = R>) -> Self {
        let mut roles: BTreeSet<String> = roles.into_iter().map(Into::into).collect();
        roles.insert(AUTHENTICATED.to_owned());
        Self { actor, roles, groups: BTreeSet::new(), anonymous: false }
    }

    /// Somebody who is not signed in.
    #[must_use]
    pub fn anonymous(actor: Actor) -> Self {
        let roles = BTreeSet::from([ANONYMOUS.to_owned()]);
        Self { actor, roles, groups: BTreeSet::new(), anonymous: true }
    }

    /// The same user, in these groups.
    #[must_use]
    pub fn in_groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Who it is.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The roles in context.
    #[must_use]
    pub fn roles(&self) -> &BTreeSet<String> {
        &self.roles
    }

    /// Whether the user has a role in context.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.contains(role)
    }

    /// Whether the user is in a group.
    #[must_use]
    pub fn is_in_group(&self, group: &str) -> bool {
        self.groups.contains(group)
    }

    /// Whether a permission with these roles is the user's.
    pub(crate) fn is_among<'a>(&self, mut holders: impl Iterator<Item = &'a str>) -> bool {
        holders.any(|role| role == ANONYMOUS || self.has_role(role))
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("roles", &self.roles).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effective(site: Option<PermissionRoles>, local: Option<&PermissionRoles>) -> Vec<String> {
        let map = match site {
            Some(roles) => RoleMap::new().with_permission("View", roles),
            None => RoleMap::new(),
        };
        map.effective("View", local).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn roles_are_acquired_up_to_the_root() {
        let none = PermissionRoles::only::<&str>([]);
        assert_eq!(effective(None, None), ["Manager"]);
        assert_eq!(effective(Some(PermissionRoles::only(["Editor"])), None), ["Editor"]);
        assert_eq!(effective(Some(PermissionRoles::acquiring(["Editor"])), None), ["Editor", "Manager"]);
        let owner = PermissionRoles::acquiring(["Owner"]);
        let owner = Some(&owner);
        assert_eq!(effective(Some(PermissionRoles::only(["Manager"])), owner), ["Manager", "Owner"]);
        assert_eq!(effective(Some(PermissionRoles::acquiring(["Editor"])), owner), ["Editor", "Manager", "Owner"]);
        assert_eq!(effective(Some(PermissionRoles::acquiring(["Editor"])), Some(&none)), [""; 0]);
    }

    #[test]
    fn anonymous_among_the_holders_admits_everybody() {
        let actor = Actor::new(communes_ledger::ActorKind::Staff, "clerk-1").unwrap();
        let clerk = User::new(actor.clone(), ["Editor"]);
        let visitor = User::anonymous(actor);
        assert!(clerk.is_among(["Anonymous"].into_iter()) && visitor.is_among(["Anonymous"].into_iter()));
        assert!(clerk.is_among(["Authenticated"].into_iter()) && !visitor.is_among(["Authenticated"].into_iter()));
        // A guard that asks for the role Anonymous itself is another matter.
        assert!(!clerk.has_role(ANONYMOUS));
    }
}
