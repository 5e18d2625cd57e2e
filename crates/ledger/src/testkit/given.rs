//! What the cases write.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Actor, ActorKind, AggregateKey, AggregateKind, Change, ClaimRequest, CommandId, CommandStamp, Committed, Effect,
    EffectKey, EffectKind, Envelope, Event, EventName, Expected, Fingerprint, Ledger, Rows, SeriesKey, StoreError,
    Timer, TimerChange, TimerName, Version, WorkerId,
};

const KIND: AggregateKind = AggregateKind::from_static("testkit/thing");
const FORMAT: &str = "communes-testkit/thing";

pub(super) fn key(number: u128) -> AggregateKey {
    AggregateKey::new(KIND, Uuid::from_u128(number))
}

/// The n-th minute of a fixed day.
pub(super) fn minute(number: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_767_225_600_123_456).unwrap() + TimeDelta::minutes(number)
}

pub(super) fn value(data: Value) -> Envelope {
    Envelope::new(FORMAT, 1, data)
}

/// The stamp of the command of this name; its fingerprint is of the name.
pub(super) fn stamp(name: &str) -> CommandStamp {
    stamp_of(name, name)
}

/// The stamp of a command that asks for `what` under the id of `name`.
pub(super) fn stamp_of(name: &str, what: &str) -> CommandStamp {
    let actor = Actor::new(ActorKind::Staff, "clerk-é").unwrap().on_behalf_of("mayor").unwrap();
    CommandStamp::new(CommandId::derived(name), Fingerprint::of(&what).unwrap(), minute(0), actor)
}

pub(super) fn at(version: u64) -> Expected {
    Version::new(version).map_or(Expected::New, Expected::At)
}

/// Writes `data` to an aggregate, decided on this version.
pub(super) fn write(aggregate: &AggregateKey, version: u64, data: Value) -> Change {
    Change::finished([(aggregate.clone(), at(version))], rows(aggregate, data))
}

pub(super) fn rows(aggregate: &AggregateKey, data: Value) -> Rows {
    Rows::new().state(aggregate.clone(), value(data.clone())).event(event(aggregate, data))
}

pub(super) fn event(aggregate: &AggregateKey, data: Value) -> Event {
    Event { aggregate: aggregate.clone(), name: EventName::new("written").unwrap(), payload: value(data) }
}

pub(super) fn series(name: &str) -> SeriesKey {
    SeriesKey::new(name).unwrap()
}

/// Makes an aggregate with the next number of a series as its state.
pub(super) fn numbered(aggregate: &AggregateKey, name: &str) -> Change {
    let (aggregate, series) = (aggregate.clone(), series(name));
    Change::drawing([(aggregate.clone(), Expected::New)], [series.clone()], move |drawn| {
        rows(&aggregate, json!({"number": drawn.number(&series)}))
    })
}

pub(super) fn effect(aggregate: &AggregateKey, name: &str) -> Effect {
    Effect {
        key: EffectKey::new(name).unwrap(),
        kind: EffectKind::new("mail").unwrap(),
        aggregate: aggregate.clone(),
        payload: value(json!({"to": name})),
        not_before: None,
    }
}

/// Writes to an aggregate with these effects.
pub(super) fn write_effects(aggregate: &AggregateKey, version: u64, names: &[&str]) -> Change {
    let effects = names.iter().map(|name| effect(aggregate, name));
    let rows = effects.fold(rows(aggregate, json!(names)), Rows::effect);
    Change::finished([(aggregate.clone(), at(version))], rows)
}

pub(super) fn timer(aggregate: &AggregateKey, name: &str, due: DateTime<Utc>) -> TimerChange {
    let name = TimerName::new(name).unwrap();
    TimerChange::Set(Timer {
        aggregate: aggregate.clone(),
        name,
        due,
        payload: value(json!({"due": due.to_rfc3339()})),
    })
}

/// Writes to an aggregate with these changes to its timers.
pub(super) fn write_timers(aggregate: &AggregateKey, version: u64, timers: Vec<TimerChange>) -> Change {
    let rows = timers.into_iter().fold(rows(aggregate, json!("timers")), Rows::timer);
    Change::finished([(aggregate.clone(), at(version))], rows)
}

/// Claims as this worker at this minute, for ten minutes.
pub(super) fn claim(worker: &str, at: i64, limit: u32) -> ClaimRequest {
    ClaimRequest::new(WorkerId::new(worker).unwrap(), minute(at), TimeDelta::minutes(10), limit)
}

/// Commits one change under the command of this name.
pub(super) async fn commit(ledger: &impl Ledger, name: &str, change: Change) -> Result<Committed, StoreError> {
    ledger.commit(stamp(name), vec![change]).await
}

/// Commits one change that nothing speaks against.
pub(super) async fn committed(ledger: &impl Ledger, name: &str, change: Change) -> Committed {
    commit(ledger, name, change).await.unwrap_or_else(|error| panic!("{name} was refused: {error}"))
}

/// The code of the error that must have come.
pub(super) fn code_of<T: std::fmt::Debug>(result: Result<T, StoreError>) -> &'static str {
    result.expect_err("it was to be refused").code()
}
