use chrono::{DateTime, TimeDelta, Utc};
use communes_ledger::{
    Actor, ActorKind, AggregateKey, AggregateKind, Change, ClaimRequest, CommandId, CommandStamp, Effect, EffectKey,
    EffectKind, Envelope, Event, EventName, Expected, Fingerprint, Rows, SeriesKey, Timer, TimerChange, TimerName,
    Version, WorkerId,
};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) const KIND: AggregateKind = AggregateKind::from_static("suite/thing");

/// The n-th thing.
#[must_use]
pub fn key(number: u128) -> AggregateKey {
    AggregateKey::new(KIND, Uuid::from_u128(number))
}

/// The n-th minute of a fixed day.
#[must_use]
pub fn at_minute(number: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_767_225_600_123_456).expect("a date of our time") + TimeDelta::minutes(number)
}

/// The stamp of the command of this name.
#[must_use]
pub fn stamp(name: &str) -> CommandStamp {
    stamped(CommandId::derived(name), name)
}

pub(super) fn stamped(id: CommandId, name: &str) -> CommandStamp {
    let fingerprint = Fingerprint::of(&name).expect("a text is JSON");
    let actor = Actor::new(ActorKind::Staff, "clerk-1").expect("a short id");
    CommandStamp::new(id, fingerprint, at_minute(0), actor)
}

fn envelope(data: Value) -> Envelope {
    Envelope::new("communes-suite/thing", 1, data)
}

pub(super) fn rows(key: &AggregateKey, data: Value) -> Rows {
    let name = EventName::new("written").expect("a short name");
    let event = Event { aggregate: key.clone(), name, payload: envelope(data.clone()) };
    Rows::new().state(key.clone(), envelope(data)).event(event)
}

/// Writes to a thing, decided on this version; 0 is none.
#[must_use]
pub fn write(key: &AggregateKey, version: u64, data: Value) -> Change {
    let expected = Version::new(version).map_or(Expected::New, Expected::At);
    Change::finished([(key.clone(), expected)], rows(key, data))
}

/// Makes a thing with the next number of a series, an effect and a timer.
#[must_use]
pub fn numbered(key: &AggregateKey, series: &str) -> Change {
    let (key, series) = (key.clone(), SeriesKey::new(series).expect("a short name"));
    let effect = mail(&key, &format!("mail/{}", key.id()));
    let timer = Timer {
        aggregate: key.clone(),
        name: TimerName::new("answer-due").expect("a short name"),
        due: at_minute(5),
        payload: envelope(json!(null)),
    };
    Change::drawing([(key.clone(), Expected::New)], [series.clone()], move |drawn| {
        rows(&key, json!({"number": drawn.number(&series)}))
            .effect(effect.clone())
            .timer(TimerChange::Set(timer.clone()))
    })
}

/// Asks for work as this worker at this minute, for ten minutes.
#[must_use]
pub fn claim(worker: &str, minute: i64, limit: u32) -> ClaimRequest {
    let worker = WorkerId::new(worker).expect("a short name");
    ClaimRequest::new(worker, at_minute(minute), TimeDelta::minutes(10), limit)
}

pub(super) fn mail(key: &AggregateKey, effect: &str) -> Effect {
    Effect {
        key: EffectKey::new(effect).expect("a short name"),
        kind: EffectKind::new("mail").expect("a short name"),
        aggregate: key.clone(),
        payload: envelope(json!({"to": "somebody"})),
        not_before: None,
    }
}
