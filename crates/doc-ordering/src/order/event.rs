use chrono::{DateTime, Utc};
use communes_ledger::{Actor, Record, StoreError};
use serde::{Deserialize, Serialize};

use super::Stage;
use crate::money::Money;

/// The format of an order's events.
pub(crate) const EVENT_FORMAT: &str = "communes/order-event";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EventV1 {
    pub(crate) stage: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) remark: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// Its place, from 1.
    pub number: u64,
    /// What: `submit`, or the word of a command.
    pub event: String,
    /// Where the order stood after it.
    pub stage: Stage,
    /// What the office wrote.
    pub remark: Option<String>,
    /// The money that moved.
    pub amount: Option<Money>,
    /// By what that money, or the file that was issued, is recognised.
    pub key: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
}

impl HistoryEntry {
    /// Reads a record of an order's history.
    ///
    /// # Errors
    /// It is none, or was written by a newer program.
    pub fn open(record: &Record) -> Result<Self, StoreError> {
        let unreadable = || format!("record {} of {} can't be read", record.number, record.aggregate);
        let event: EventV1 = record
            .payload
            .open(EVENT_FORMAT, 1)
            .map_err(|error| StoreError::corrupt(error.code(), unreadable()).caused_by(error))?;
        let stage = event.stage.parse().map_err(|error: super::stage::StageError| {
            StoreError::corrupt("order-stage-unknown", unreadable()).caused_by(error)
        })?;
        Ok(Self {
            number: record.number,
            event: record.name.to_string(),
            stage,
            remark: event.remark,
            amount: event.amount,
            key: event.key,
            at: record.at,
            actor: record.actor.clone(),
        })
    }
}
