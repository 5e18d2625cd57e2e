use std::{collections::BTreeMap, error::Error, fmt};

use chrono::{DateTime, Utc};
use communes_ledger::AggregateKey;

use crate::{InstanceId, User, Value};

/// Something that a guard asks and only the host knows: `here.wfConditions().mayDecide()` asks `mayDecide`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// What is asked: the last name of a chain, or the first argument of `guard_handler`.
    pub name: String,
    /// The literal arguments. Names of the evaluation's context (`here`, `user`, `state_change`) are implied and left out.
    pub arguments: Vec<Value>,
    /// What stood before the name, as it was written: `here.wfConditions()`.
    pub on: String,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let texts: Vec<String> = self.arguments.iter().map(literal).collect();
        if texts.is_empty() { Ok(()) } else { write!(f, "({})", texts.join(", ")) }
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::None => "None".to_owned(),
        Value::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Text(value) => format!("{value:?}"),
        Value::Time(value) => value.to_rfc3339(),
        Value::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
    }
}

/// What a question is about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct About<'a> {
    /// The instance; `None` before it starts.
    pub instance: Option<InstanceId>,
    /// The thing whose handling the workflow governs.
    pub subject: Option<&'a AggregateKey>,
    /// Who acts.
    pub user: &'a User,
    /// The state; `None` before the instance starts.
    pub state: Option<&'a str>,
    /// The transition that is asked for; `None` at creation.
    pub transition: Option<&'a str>,
    /// The variables of the instance.
    pub variables: &'a BTreeMap<String, Value>,
    /// When.
    pub now: DateTime<Utc>,
}

/// What the host answers to the guards: its own conditions and its objects' fields.
///
/// **The implementor guarantees:** the same question about the same thing gets the same answer during one decision; an answer
/// changes nothing and waits for nothing (what has to be fetched is fetched before). **The caller guarantees** that only
/// questions that [`Predicates::answers`] admits are put; one that it does not admit denies.
pub trait Predicates: fmt::Debug + Send + Sync {
    /// Whether this host answers such a question. Told at load, by [`check::host`](crate::check::host).
    fn answers(&self, question: &Question) -> bool;

    /// The answer. Its truth is Python's.
    ///
    /// # Errors
    /// The host can't tell now; the guard then denies, and the reason says that it could not be told.
    fn answer(&self, question: &Question, about: &About<'_>) -> Result<Value, Box<dyn Error + Send + Sync>>;
}

/// A host without conditions of its own: whatever a guard asks it, is denied.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "it is nothing and stays so")]
pub struct NoPredicates;

impl Predicates for NoPredicates {
    fn answers(&self, _question: &Question) -> bool {
        false
    }

    fn answer(&self, _question: &Question, _about: &About<'_>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        Ok(Value::None)
    }
}

impl<P: Predicates + ?Sized> Predicates for std::sync::Arc<P> {
    fn answers(&self, question: &Question) -> bool {
        (**self).answers(question)
    }

    fn answer(&self, question: &Question, about: &About<'_>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        (**self).answer(question, about)
    }
}

impl<P: Predicates + ?Sized> Predicates for Box<P> {
    fn answers(&self, question: &Question) -> bool {
        (**self).answers(question)
    }

    fn answer(&self, question: &Question, about: &About<'_>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        (**self).answer(question, about)
    }
}

impl<P: Predicates + ?Sized> Predicates for &P {
    fn answers(&self, question: &Question) -> bool {
        (**self).answers(question)
    }

    fn answer(&self, question: &Question, about: &About<'_>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        (**self).answer(question, about)
    }
}
