use serde::Serialize;

use crate::{Lang, text};

/// A condition and how it stood: the tree of reasons behind a yes or a no.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Condition {
    /// Whether it holds.
    pub met: bool,
    /// What it is.
    #[serde(flatten)]
    pub kind: ConditionKind,
    /// What it consists of; after the part that decided, the rest was not asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Condition>,
}

/// What a [`Condition`] is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConditionKind {
    /// Every part holds.
    All,
    /// One part holds.
    Any,
    /// The part does not hold.
    Not,
    /// The role Manager passes every guard of this workflow.
    ManagerBypass,
    /// The user holds a permission on the object.
    Permission {
        /// The permission.
        permission: String,
        /// The roles that hold it in this state.
        roles: Vec<String>,
    },
    /// The user has one of these roles in context.
    Role {
        /// The roles.
        roles: Vec<String>,
    },
    /// The user is in one of these groups.
    Group {
        /// The groups.
        groups: Vec<String>,
    },
    /// The host says yes.
    Predicate {
        /// What it was asked.
        question: String,
    },
    /// The host answers no such question.
    Unanswered {
        /// What it was asked.
        question: String,
    },
    /// The host could not tell.
    Failed {
        /// What it was asked.
        question: String,
    },
    /// A comparison or a value is true.
    Test {
        /// What is tested.
        test: String,
    },
    /// A text that is outside the language of guards.
    Unreadable,
}

/// Whether a transition is possible, and all the reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Decision {
    /// Whether it is.
    pub allowed: bool,
    /// Why it is not; `None` where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The conditions of the guard, met and unmet; empty for an open guard.
    pub reasons: Vec<Condition>,
}

/// Why a transition or a start was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{}", text::refusal(self, Lang::EN))]
#[non_exhaustive]
pub struct Refusal {
    /// The workflow.
    pub workflow: String,
    /// The transition that was asked for; `None` for a start.
    pub transition: Option<Named>,
    /// The state of the instance; `None` for a start.
    pub state: Option<Named>,
    /// Which rule refused.
    #[serde(flatten)]
    pub reason: Reason,
}

/// An id and the words that people know it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Named {
    /// The id.
    pub id: String,
    /// The words.
    pub label: String,
}

/// Which rule refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The workflow has no such transition.
    UnknownTransition,
    /// The transition does not leave this state.
    NotFromThisState {
        /// The states that it leaves.
        from: Vec<Named>,
    },
    /// The transition fires by itself; nobody can ask for it.
    NotTriggeredByUsers,
    /// The transition leads to a state that the definition lacks.
    UndefinedTarget {
        /// That state.
        target: String,
    },
    /// The instance is in a state that the definition lacks.
    OrphanedState,
    /// The guard does not hold.
    Guard {
        /// How its conditions stood.
        condition: Condition,
    },
    /// Automatic transitions follow each other without end.
    EndlessCascade {
        /// After so many the decision was given up.
        limit: usize,
    },
}

/// Something that would make a refused transition possible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Remedy {
    /// One of these roles in context.
    Role {
        /// The roles.
        roles: Vec<String>,
    },
    /// A permission, which these roles hold in this state.
    Permission {
        /// The permission.
        permission: String,
        /// The roles.
        roles: Vec<String>,
    },
    /// Membership of one of these groups.
    Group {
        /// The groups.
        groups: Vec<String>,
    },
    /// Another answer of the host.
    Answer {
        /// To this question.
        question: String,
        /// This truth.
        wanted: bool,
    },
    /// Another state of the instance.
    State {
        /// One of these.
        states: Vec<Named>,
    },
    /// A correction of the definition or of the host's conditions: nobody can act before that.
    Correction,
}

impl Condition {
    pub(crate) fn leaf(met: bool, kind: ConditionKind) -> Self {
        Self { met, kind, parts: Vec::new() }
    }

    pub(crate) fn all(parts: Vec<Self>) -> Self {
        Self { met: parts.iter().all(|part| part.met), kind: ConditionKind::All, parts }
    }

    /// One of these; of a single one, itself.
    pub(crate) fn any(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            1 => parts.remove(0),
            _ => Self { met: parts.iter().any(|part| part.met), kind: ConditionKind::Any, parts },
        }
    }

    /// Whether it could not be told.
    pub(crate) fn is_unanswered(&self) -> bool {
        matches!(self.kind, ConditionKind::Unanswered { .. } | ConditionKind::Failed { .. } | ConditionKind::Unreadable)
            || self.parts.iter().any(Self::is_unanswered)
    }

    /// What would turn it round; of the remedies of an `Any`, one is enough.
    fn remedies(&self, wanted: bool, found: &mut Vec<Remedy>) {
        if self.met == wanted {
            return;
        }
        let remedy = match &self.kind {
            ConditionKind::All | ConditionKind::Any => {
                self.parts.iter().for_each(|part| part.remedies(wanted, found));
                return;
            }
            ConditionKind::Not => {
                self.parts.iter().for_each(|part| part.remedies(!wanted, found));
                return;
            }
            ConditionKind::Role { roles } => Remedy::Role { roles: roles.clone() },
            ConditionKind::Permission { permission, roles } => {
                Remedy::Permission { permission: permission.clone(), roles: roles.clone() }
            }
            ConditionKind::Group { groups } => Remedy::Group { groups: groups.clone() },
            ConditionKind::Predicate { question } => Remedy::Answer { question: question.clone(), wanted },
            ConditionKind::Test { test } => Remedy::Answer { question: test.clone(), wanted },
            ConditionKind::Unanswered { .. } | ConditionKind::Failed { .. } | ConditionKind::Unreadable => {
                Remedy::Correction
            }
            ConditionKind::ManagerBypass => return,
        };
        if !found.contains(&remedy) {
            found.push(remedy);
        }
    }
}

impl Refusal {
    /// The stable code of the rule that refused.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.reason {
            Reason::UnknownTransition => "unknown-transition",
            Reason::NotFromThisState { .. } => "not-from-this-state",
            Reason::NotTriggeredByUsers => "not-triggered-by-users",
            Reason::UndefinedTarget { .. } => "undefined-target",
            Reason::OrphanedState => "orphaned-state",
            Reason::Guard { .. } => "guard",
            Reason::EndlessCascade { .. } => "endless-cascade",
        }
    }

    /// What would make it possible.
    #[must_use]
    pub fn remedies(&self) -> Vec<Remedy> {
        match &self.reason {
            Reason::NotFromThisState { from } if !from.is_empty() => vec![Remedy::State { states: from.clone() }],
            Reason::Guard { condition } => {
                let mut found = Vec::new();
                condition.remedies(true, &mut found);
                found
            }
            _ => vec![Remedy::Correction],
        }
    }

    /// The refusal in words, for the person who was refused.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        text::refusal(self, lang)
    }
}

impl Condition {
    /// What the condition asks for, in words.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        text::condition(self, lang)
    }
}
