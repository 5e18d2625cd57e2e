use communes_ledger::{AggregateKey, Change, CommandId, CommandStamp, Expected, Rows, SeriesKey, Version};
use serde_json::json;
use uuid::{Builder, Uuid};

use super::given::{KIND, at_minute, mail, rows, stamped};

// A dossier of a commune has about ten.
const STEPS: u64 = 10;

/// One command of a bench's caller, who takes one dossier after the other through ten steps: 300 bytes of state, a record and an effect.
///
/// Ids are of version 7, as an application makes them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Step {
    /// The dossier.
    pub dossier: AggregateKey,
    /// Its version before; 0 where the step makes it.
    pub before: u64,
    /// The command's id.
    pub command: CommandId,
    /// The key of its effect.
    pub effect: String,
}

impl Step {
    /// The n-th step of a caller, from 0.
    #[must_use]
    pub fn of(caller: u64, call: u64) -> Self {
        let (number, before) = (call / STEPS, call % STEPS);
        let dossier = AggregateKey::new(KIND, made_id(caller, number * STEPS));
        let effect = format!("mail/{}/{before}", dossier.id());
        Self { dossier, before, command: CommandId::new(made_id(caller, call)), effect }
    }

    /// As the ledger takes it.
    #[must_use]
    pub fn command(&self) -> (CommandStamp, Change) {
        (self.stamp(), Change::finished([(self.dossier.clone(), self.expected())], self.rows()))
    }

    /// The same with a number of a series.
    #[must_use]
    pub fn command_with_number(&self, series: &str) -> (CommandStamp, Change) {
        let (rows, series) = (self.rows(), SeriesKey::new(series).expect("a short name"));
        (self.stamp(), Change::drawing([(self.dossier.clone(), self.expected())], [series], move |_| rows.clone()))
    }

    fn stamp(&self) -> CommandStamp {
        stamped(self.command, &self.effect)
    }

    fn expected(&self) -> Expected {
        Version::new(self.before).map_or(Expected::New, Expected::At)
    }

    fn rows(&self) -> Rows {
        rows(&self.dossier, json!("x".repeat(260))).effect(mail(&self.dossier, &self.effect))
    }
}

fn made_id(caller: u64, call: u64) -> Uuid {
    let millis = at_minute(0).timestamp_millis().unsigned_abs() + call;
    let mut random = [0; 10];
    random[2..].copy_from_slice(&caller.to_be_bytes());
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
