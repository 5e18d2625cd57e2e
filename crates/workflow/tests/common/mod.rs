//! A demonstration workflow and the people who use it.
#![allow(dead_code, reason = "each test target uses its part")]

use std::error::Error;

use chrono::{DateTime, Utc};
use communes_ledger::{Actor, ActorKind, AggregateKey, AggregateKind};
use communes_workflow::{
    About, Context, Definition, InstanceId, Predicates, Question, RoleMap, Start, User, Value,
    dcworkflow::{Mode, read},
};
use uuid::Uuid;

pub(crate) const XML: &str = include_str!("../demo/definition.xml");

pub(crate) fn definition() -> Definition {
    let reading = read(XML.as_bytes(), Mode::Strict).unwrap();
    assert_eq!(reading.findings, []);
    reading.definition
}

pub(crate) fn staff(id: &str, roles: &[&str]) -> User {
    User::new(Actor::new(ActorKind::Staff, id).unwrap(), roles.iter().copied())
}

pub(crate) fn order() -> AggregateKey {
    AggregateKey::new(AggregateKind::from_static("doc-ordering/order"), Uuid::from_u128(7))
}

pub(crate) fn id(number: u128) -> InstanceId {
    InstanceId::new(Uuid::from_u128(number))
}

pub(crate) fn start(number: u128) -> Start {
    Start::new(id(number), order())
}

/// 2026-11-25T08:00:00Z and so many minutes.
pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_593_600 + 60 * minutes, 0).unwrap()
}

/// The host knows whether a thing is paid, and fails when asked about withdrawal.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) paid: bool,
}

impl Predicates for Host {
    fn answers(&self, question: &Question) -> bool {
        question.name == "is_paid"
    }

    fn answer(&self, _question: &Question, about: &About<'_>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        assert_eq!(about.subject, Some(&order()));
        Ok(Value::Bool(self.paid))
    }
}

pub(crate) fn context<'a>(user: &'a User, site: &'a RoleMap, host: &'a Host) -> Context<'a> {
    Context { user, now: at(0), site, predicates: host }
}
