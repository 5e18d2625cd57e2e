use std::{fmt, str::FromStr};

use communes_ledger::{Actor, ActorKind};
use communes_workflow::User;
use uuid::Uuid;

/// The id of a staff account: by what the ledger knows who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StaffId(pub(crate) Uuid);

impl fmt::Display for StaffId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Somebody who works for the commune.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Staff {
    pub(crate) id: StaffId,
    pub(crate) name: String,
    pub(crate) roles: Vec<Role>,
}

/// It shows no name.
impl fmt::Debug for Staff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Staff").field("id", &self.id).field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// What somebody may do in the office. The words are those of the workflow's guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Handles orders.
    Clerk,
    /// Decides on them.
    Head,
    /// Imports statements of account.
    Treasurer,
    /// Gives accounts.
    Administrator,
}

impl Role {
    pub(crate) const ALL: [Self; 4] = [Self::Clerk, Self::Head, Self::Treasurer, Self::Administrator];

    /// The word that is stored, and the key of its text.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Head => "head",
            Self::Treasurer => "treasurer",
            Self::Administrator => "administrator",
        }
    }

    /// The role's name in the workflow's definition.
    pub(crate) const fn in_workflow(self) -> &'static str {
        match self {
            Self::Clerk => "Agent",
            Self::Head => "Chef de service",
            Self::Treasurer => "Receveur",
            Self::Administrator => "Administrateur",
        }
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.word() == word).ok_or(())
    }
}

impl Staff {
    pub(crate) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The person as the ledger knows one.
    ///
    /// # Panics
    /// Never: an id is short and without control characters.
    pub(crate) fn actor(&self) -> Actor {
        Actor::new(ActorKind::Staff, self.id.to_string()).expect("an id is short")
    }

    /// The person as the workflow knows one.
    pub(crate) fn user(&self) -> User {
        User::new(self.actor(), self.roles.iter().map(|role| role.in_workflow()))
    }
}

/// Roles as they are stored: words with blanks between.
pub(super) fn roles_text(roles: &[Role]) -> String {
    roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(" ")
}

/// Reads stored roles; words of a later version are left out.
pub(super) fn roles_of(text: &str) -> Vec<Role> {
    text.split(' ').filter_map(|word| word.parse().ok()).collect()
}
