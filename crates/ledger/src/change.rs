use std::{fmt, sync::Arc};

use crate::{AggregateKey, Drawn, Effect, Envelope, Event, Expected, SeriesKey, TimerChange};

/// What a decision wants to be written: data, until a ledger commits it.
///
/// It names the aggregates it was decided on with their versions, the series it draws from, and its rows. The rows are finished,
/// or made by a pure function from what only the transaction knows; the ledger may call that function again.
///
/// The rules, which [`Batch`](crate::Batch) checks: every aggregate that has a row, an event, an effect or a timer is among
/// those that the change was decided on; one with an event, an effect or a timer has a row; no aggregate stands in two changes of a
/// commit. An aggregate without a row is only read: its version must still hold.
///
/// ```
/// use communes_ledger::{AggregateKey, AggregateKind, Change, Envelope, Expected, Rows, SeriesKey};
/// use serde_json::json;
///
/// const RECEIPT: AggregateKind = AggregateKind::from_static("cash/receipt");
/// let key = AggregateKey::new(RECEIPT, uuid::Uuid::from_u128(1));
/// let series = SeriesKey::new("receipt/2026")?;
/// let change = Change::drawing([(key.clone(), Expected::New)], [series.clone()], move |drawn| {
///     let number = drawn.number(&series);
///     Rows::new().state(key.clone(), Envelope::new("cash/receipt", 1, json!({"number": number})))
/// });
/// # Ok::<(), communes_ledger::TextError>(())
/// ```
#[derive(Clone)]
pub struct Change {
    decided_on: Vec<(AggregateKey, Expected)>,
    series: Vec<SeriesKey>,
    rows: RowSource,
}

#[derive(Clone)]
enum RowSource {
    Finished(Rows),
    Made(Arc<dyn Fn(&Drawn) -> Rows + Send + Sync>),
}

/// The rows of a change.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Rows {
    /// The new state of each aggregate that is written.
    pub states: Vec<(AggregateKey, Envelope)>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What is to be done outside, in order.
    pub effects: Vec<Effect>,
    /// Timers that are set, cancelled or fired.
    pub timers: Vec<TimerChange>,
}

impl Change {
    /// A change whose rows are finished.
    #[must_use]
    pub fn finished(decided_on: impl IntoIterator<Item = (AggregateKey, Expected)>, rows: Rows) -> Self {
        Self { decided_on: decided_on.into_iter().collect(), series: Vec::new(), rows: RowSource::Finished(rows) }
    }

    /// A change whose rows are made from what is drawn: a number of each series named (two of one that is named twice), the
    /// heads of its aggregates. `rows` is pure: no clock, no randomness, the same rows for the same argument.
    #[must_use]
    pub fn drawing(
        decided_on: impl IntoIterator<Item = (AggregateKey, Expected)>,
        series: impl IntoIterator<Item = SeriesKey>,
        rows: impl Fn(&Drawn) -> Rows + Send + Sync + 'static,
    ) -> Self {
        Self {
            decided_on: decided_on.into_iter().collect(),
            series: series.into_iter().collect(),
            rows: RowSource::Made(Arc::new(rows)),
        }
    }

    /// The aggregates that the change was decided on.
    #[must_use]
    pub fn decided_on(&self) -> &[(AggregateKey, Expected)] {
        &self.decided_on
    }

    /// The series it draws from, one entry a number.
    #[must_use]
    pub fn series(&self) -> &[SeriesKey] {
        &self.series
    }

    /// Its rows.
    #[must_use]
    pub fn rows(&self, drawn: &Drawn) -> Rows {
        match &self.rows {
            RowSource::Finished(rows) => rows.clone(),
            RowSource::Made(make) => make(drawn),
        }
    }
}

#[cfg(feature = "testkit")]
impl Change {
    /// The same rows, decided on something else: for the kits' lying stores.
    pub(crate) fn decided_otherwise(self, decided_on: Vec<(AggregateKey, Expected)>) -> Self {
        Self { decided_on, ..self }
    }

    /// The same decision, with other rows: for the kits' lying stores.
    pub(crate) fn with_rows(self, alter: impl Fn(Rows) -> Rows + Send + Sync + 'static) -> Self {
        let original = self.clone();
        Self { rows: RowSource::Made(Arc::new(move |drawn| alter(original.rows(drawn)))), ..self }
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rows hold what people wrote: they are not for logs.
        f.debug_struct("Change")
            .field("decided_on", &self.decided_on)
            .field("series", &self.series)
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// No row yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the new state of an aggregate.
    #[must_use]
    pub fn state(mut self, key: AggregateKey, state: Envelope) -> Self {
        self.states.push((key, state));
        self
    }

    /// Adds an event.
    #[must_use]
    pub fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// Adds an effect.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// Adds a change to a timer.
    #[must_use]
    pub fn timer(mut self, timer: TimerChange) -> Self {
        self.timers.push(timer);
        self
    }
}
