use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use communes_ledger::Actor;

use crate::Value;

/// One step of an instance, as it stands in its hash-chained history.
///
/// What people wrote stands in its status, which `Debug` does not show.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct HistoryRecord {
    /// Its place, from 1 without gaps.
    pub number: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, and for whom.
    pub actor: Actor,
    /// What happened.
    pub step: Step,
}

/// What a decision did once: the start, the transition that was asked for, or one that followed by itself.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The transition; `None` for the start.
    pub transition: Option<String>,
    /// The state before; `None` for the start.
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// Whether it followed by itself.
    pub is_automatic: bool,
    /// DCWorkflow's status record: each variable that is kept for the status, and the state variable.
    pub status: BTreeMap<String, Value>,
}

impl Step {
    /// The comment, where the workflow keeps one in the usual variable.
    #[must_use]
    pub fn comment(&self) -> Option<&str> {
        self.status.get("comments").and_then(Value::as_text).filter(|text| !text.is_empty())
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("transition", &self.transition)
            .field("from", &self.from)
            .field("to", &self.to)
            .field("is_automatic", &self.is_automatic)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HistoryRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryRecord").field("number", &self.number).field("step", &self.step).finish_non_exhaustive()
    }
}
