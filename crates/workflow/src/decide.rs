//! What a user may do and what comes of it: pure decisions, which a ledger commits.
//!
//! [`start`] and [`fire`] give a [`Decided`], whose [`Change`] an application commits alone, or together with the change of
//! another capability: an order that is approved and the dossier that moves on are then written both, or neither.

mod cascade;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use communes_ledger::{AggregateKey, Change, Event, EventName, Expected, Rows, Version};
use serde::Serialize;

use self::cascade::Run;
use crate::{
    Context, Decision, Definition, Guard, Instance, InstanceId, Named, Reason, Refusal, Situation, State, Step,
    Transition, Trigger, Value, wire,
};

/// How many transitions one decision may make, automatic ones included.
pub const MAX_CASCADE: usize = 64;

/// A new instance.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Start {
    /// Its id.
    pub id: InstanceId,
    /// The thing whose handling it governs.
    pub subject: AggregateKey,
    /// The day by which it is to be done, inclusive.
    pub due: Option<NaiveDate>,
}

/// A transition that somebody asks for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fire {
    /// The transition.
    pub transition: String,
    /// DCWorkflow's keyword arguments: `comment` and others that the variables of the workflow take.
    pub arguments: BTreeMap<String, Value>,
    /// What becomes of the day by which it is to be done.
    pub due: Due,
    /// The version that the user saw; another one is a conflict. Without it, the decision is made on what is there.
    pub expected: Option<Version>,
}

/// What becomes of the day by which an instance is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Due {
    /// It stays.
    #[default]
    Keep,
    /// It becomes this one.
    On(NaiveDate),
    /// There is none any more.
    Never,
}

/// What a user may do next.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offer {
    /// The transition.
    pub transition: String,
    /// The words on its button.
    pub label: String,
    /// What it does, in words; often empty.
    pub description: String,
    /// The state to which it leads (before automatic transitions).
    pub to: Named,
}

/// A script that the definition names, for an application that has such a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hook {
    /// The id of the script.
    pub script: String,
    /// The transition that calls it.
    pub transition: String,
    /// Whether it stands before the transition or after it.
    pub is_before: bool,
}

/// A decision, not yet committed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Decided {
    /// The instance as it will be.
    pub instance: Instance,
    /// The steps, in order: what was asked for, then what followed by itself.
    pub steps: Vec<Step>,
    /// The scripts that the definition names for them, in order.
    pub hooks: Vec<Hook>,
    /// What the ledger has to write.
    pub change: Change,
}

impl Start {
    /// A new instance for a subject.
    #[must_use]
    pub fn new(id: InstanceId, subject: AggregateKey) -> Self {
        Self { id, subject, due: None }
    }

    /// The same, to be done by a day.
    #[must_use]
    pub fn due_on(mut self, day: NaiveDate) -> Self {
        self.due = Some(day);
        self
    }
}

impl Fire {
    /// The transition, without arguments.
    #[must_use]
    pub fn new(transition: impl Into<String>) -> Self {
        Self { transition: transition.into(), arguments: BTreeMap::new(), due: Due::Keep, expected: None }
    }

    /// The same with a comment.
    #[must_use]
    pub fn comment(self, text: impl Into<String>) -> Self {
        self.argument("comment", text.into())
    }

    /// The same with an argument.
    #[must_use]
    pub fn argument(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.into(), value.into());
        self
    }

    /// The same, changing the day by which the instance is to be done.
    #[must_use]
    pub fn due(mut self, due: Due) -> Self {
        self.due = due;
        self
    }

    /// The same, for a user who saw this version.
    #[must_use]
    pub fn seen_at(mut self, version: Version) -> Self {
        self.expected = Some(version);
        self
    }
}

/// The transitions that a user may trigger, in the order of the state's exits.
#[must_use]
pub fn available(definition: &Definition, instance: &Instance, context: &Context<'_>) -> Vec<Offer> {
    let Some(state) = definition.state(&instance.state) else {
        return Vec::new();
    };
    let nothing = BTreeMap::new();
    let offers = definition.exits(state).filter(|transition| {
        let situation = situation(definition, instance, state, &transition.id, &nothing, context);
        transition.trigger == Trigger::User && transition.guard.passes(&situation)
    });
    offers
        .map(|transition| Offer {
            transition: transition.id.clone(),
            label: transition.label().to_owned(),
            description: transition.description.clone(),
            to: target(definition, state, transition),
        })
        .collect()
}

/// Whether a user may trigger a transition, with the whole tree of reasons.
#[must_use]
pub fn explain(definition: &Definition, instance: &Instance, transition: &str, context: &Context<'_>) -> Decision {
    let reasons = match (definition.state(&instance.state), definition.transition(transition)) {
        (Some(state), Some(found)) => {
            let nothing = BTreeMap::new();
            let situation = situation(definition, instance, state, &found.id, &nothing, context);
            let condition = found.guard.explain(&situation);
            if condition.kind == crate::ConditionKind::All { condition.parts } else { vec![condition] }
        }
        _ => Vec::new(),
    };
    let refusal = fire(definition, instance, &Fire::new(transition), context).err().map(|refusal| *refusal);
    Decision { allowed: refusal.is_none(), refusal, reasons }
}

/// Starts an instance: the creation guard, the variables, then the automatic transitions.
///
/// # Errors
/// The guard refuses, or automatic transitions go wrong.
pub fn start(definition: &Definition, command: &Start, context: &Context<'_>) -> Result<Decided, Box<Refusal>> {
    let refuse =
        |reason| Box::new(Refusal { workflow: definition.id().to_owned(), transition: None, state: None, reason });
    if let Some(guard) = &definition.model().creation_guard {
        let situation = Situation { subject: Some(&command.subject), ..Situation::before_start(context, definition) };
        check(guard, &situation).map_err(refuse)?;
    }
    let Some(initial) = definition.state(&definition.model().initial_state) else {
        return Err(refuse(Reason::OrphanedState));
    };
    let mut run = Run::starting(definition, context, command, initial);
    run.cascade()?;
    Ok(run.decided(Expected::New))
}

/// Fires a transition that somebody asks for, then the automatic ones that follow.
///
/// # Errors
/// The rule that refuses, and what would satisfy it. Nothing is half done.
pub fn fire(
    definition: &Definition,
    instance: &Instance,
    command: &Fire,
    context: &Context<'_>,
) -> Result<Decided, Box<Refusal>> {
    let refuse = |reason| refusal(definition, instance, &command.transition, reason);
    let state = definition.state(&instance.state).ok_or_else(|| refuse(Reason::OrphanedState))?;
    let transition = definition.transition(&command.transition).ok_or_else(|| refuse(Reason::UnknownTransition))?;
    if !state.exits.contains(&transition.id) {
        let from = definition.model().states.iter().filter(|state| state.exits.contains(&transition.id));
        return Err(refuse(Reason::NotFromThisState { from: from.map(named).collect() }));
    }
    if transition.trigger != Trigger::User {
        return Err(refuse(Reason::NotTriggeredByUsers));
    }
    let situation = situation(definition, instance, state, &transition.id, &command.arguments, context);
    check(&transition.guard, &situation).map_err(refuse)?;
    let mut run = Run::going_on(definition, context, instance, command);
    run.execute(transition, false)?;
    run.cascade()?;
    Ok(run.decided(Expected::At(instance.version)))
}

fn check(guard: &Guard, situation: &Situation<'_>) -> Result<(), Reason> {
    if guard.passes(situation) { Ok(()) } else { Err(Reason::Guard { condition: guard.explain(situation) }) }
}

fn situation<'a>(
    definition: &'a Definition,
    instance: &'a Instance,
    state: &'a State,
    transition: &'a str,
    arguments: &'a BTreeMap<String, Value>,
    context: &'a Context<'a>,
) -> Situation<'a> {
    Situation {
        transition: Some(transition),
        variables: &instance.variables,
        arguments,
        instance: Some(instance.id),
        subject: Some(&instance.subject),
        ..Situation::in_state(context, definition, state)
    }
}

fn refusal(definition: &Definition, instance: &Instance, transition: &str, reason: Reason) -> Box<Refusal> {
    let label = definition.transition(transition).map_or(transition, Transition::label);
    let state = definition
        .state(&instance.state)
        .map_or_else(|| Named { id: instance.state.clone(), label: instance.state.clone() }, named);
    Box::new(Refusal {
        workflow: definition.id().to_owned(),
        transition: Some(Named { id: transition.to_owned(), label: label.to_owned() }),
        state: Some(state),
        reason,
    })
}

fn target(definition: &Definition, from: &State, transition: &Transition) -> Named {
    if transition.new_state.is_empty() {
        return named(from);
    }
    definition
        .state(&transition.new_state)
        .map_or_else(|| Named { id: transition.new_state.clone(), label: transition.new_state.clone() }, named)
}

fn named(state: &State) -> Named {
    Named { id: state.id.clone(), label: state.label().to_owned() }
}

/// The roles of which one may take a step from a state, sorted: those that a user transition's guard names, or that hold a
/// permission that it names. A guard without roles and permissions is anybody's who is signed in.
pub(crate) fn candidates(definition: &Definition, state: &State, context: &Context<'_>) -> Vec<String> {
    let situation = Situation::in_state(context, definition, state);
    let mut roles = Vec::new();
    for transition in definition.exits(state).filter(|transition| transition.trigger == Trigger::User) {
        let guard = &transition.guard;
        if !guard.roles.is_empty() {
            roles.extend(guard.roles.iter().cloned());
        } else if guard.permissions.is_empty() {
            roles.push(crate::AUTHENTICATED.to_owned());
        } else {
            let holders = guard.permissions.iter().flat_map(|permission| situation.holders(permission));
            roles.extend(holders.map(str::to_owned));
        }
    }
    roles.sort();
    roles.dedup();
    roles
}

fn rows(key: &AggregateKey, instance: &Instance, steps: &[Step]) -> Rows {
    let mut rows = Rows::new().state(key.clone(), wire::v1::seal_instance(instance));
    for step in steps {
        let name = if step.transition.is_none() { "started" } else { "moved" };
        let name = EventName::new(name).expect("a short word is an event name");
        rows = rows.event(Event { aggregate: key.clone(), name, payload: wire::v1::seal_step(step) });
    }
    rows
}
