//! A small workflow and its instances.

use chrono::{DateTime, NaiveDate, Utc};
use communes_ledger::{
    Actor, ActorKind, AggregateKey, AggregateKind, CommandId, CommandStamp, Fingerprint, StoreError,
};
use uuid::Uuid;

use super::Pair;
use crate::{
    Context, Decided, Definition, Fire, Guard, Instance, InstanceId, Model, NoPredicates, RoleMap, Start, State,
    Transition, User, decide,
};

/// asked → checked (Clerk or Head), checked → done (Head).
pub(super) fn definition(id: &str) -> Definition {
    let mut model = Model::new(id, "asked");
    model.states = vec![State::new("asked", ["check"]), State::new("checked", ["finish"]), State::new("done", [""; 0])];
    model.transitions = vec![
        Transition::new("check", "checked", Guard::open().with_roles(["Clerk", "Head"])),
        Transition::new("finish", "done", Guard::open().with_roles(["Head"])),
    ];
    Definition::new(model).unwrap()
}

pub(super) fn id(number: u128) -> InstanceId {
    InstanceId::new(Uuid::from_u128(number))
}

pub(super) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_795_593_600_123_456).unwrap()
}

fn decided<E: std::fmt::Debug>(decision: impl FnOnce(&Context<'_>) -> Result<Decided, E>) -> Decided {
    let user = User::new(Actor::new(ActorKind::Staff, "clerk-1").unwrap(), ["Head"]);
    let site = RoleMap::new();
    decision(&Context { user: &user, now: now(), site: &site, predicates: &NoPredicates }).unwrap()
}

pub(super) async fn commit(pair: &Pair, decided: Decided, seed: &str) -> Result<Instance, StoreError> {
    let actor = Actor::new(ActorKind::Staff, "clerk-1").unwrap();
    let stamp = CommandStamp::new(CommandId::derived(seed), Fingerprint::of(&seed).unwrap(), now(), actor);
    pair.ledger.commit(stamp, vec![decided.change]).await.map(|_| decided.instance)
}

/// Starts an instance of a workflow.
pub(super) async fn start(pair: &Pair, workflow: &str, number: u128, due: Option<NaiveDate>) -> Instance {
    let subject = AggregateKey::new(AggregateKind::from_static("test/thing"), Uuid::from_u128(number + 1000));
    let mut command = Start::new(id(number), subject);
    command.due = due;
    let decided = decided(|context| decide::start(&definition(workflow), &command, context));
    commit(pair, decided, &format!("start-{number}")).await.unwrap()
}

/// The decision to fire a transition of an instance.
pub(super) fn fire(instance: &Instance, fire: &Fire) -> Decided {
    decided(|context| decide::fire(&definition(&instance.workflow), instance, fire, context))
}

/// Fires a transition of an instance.
pub(super) async fn moved(pair: &Pair, instance: &Instance, transition: &str) -> Instance {
    let decided = fire(instance, &Fire::new(transition));
    commit(pair, decided, &format!("{transition}-{}", instance.id)).await.unwrap()
}
