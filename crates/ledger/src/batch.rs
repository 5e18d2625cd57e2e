use std::collections::{BTreeMap, BTreeSet};

use crate::{
    AggregateKey, Change, CommandStamp, Committed, Drawn, Effect, Envelope, Expected, Head, Record, Rows, SeriesKey,
    StoreError, TimerChange, Version, code,
};

/// The changes of one commit, checked and in order: what every implementor of [`Ledger`](crate::Ledger) does between reading
/// and writing, done once.
///
/// Inside one transaction: look up the command id; read (and lock) the [`heads`](Batch::expected) in their order;
/// [`check`](Batch::check) them; take the [`draws`](Batch::draws) in their order; [`settle`](Batch::settle); write what comes out.
#[derive(Debug, Clone)]
pub struct Batch {
    stamp: CommandStamp,
    changes: Vec<Change>,
    expected: BTreeMap<AggregateKey, Expected>,
    draws: BTreeMap<SeriesKey, u64>,
}

/// Everything that a commit writes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settled {
    /// The new rows of the aggregates, by key.
    pub rows: Vec<SettledRow>,
    /// The new records, in order.
    pub records: Vec<Record>,
    /// The new effects, in order.
    pub effects: Vec<Effect>,
    /// The changes to timers, each with the new version of its aggregate (the `set_at` of a timer that is set).
    pub timers: Vec<(TimerChange, Version)>,
    /// The outcome, to be kept under the command's id and fingerprint.
    pub outcome: Committed,
}

/// The new row of an aggregate.
#[derive(Debug, Clone, PartialEq)]
pub struct SettledRow {
    /// Which aggregate.
    pub key: AggregateKey,
    /// Where it stands after the commit; version 1 means a row to insert.
    pub head: Head,
    /// Its new state.
    pub state: Envelope,
}

impl Batch {
    /// Takes the changes of a command.
    ///
    /// # Errors
    /// [`CHANGE_MALFORMED`](code::CHANGE_MALFORMED): an aggregate stands in two of them.
    pub fn new(stamp: CommandStamp, changes: Vec<Change>) -> Result<Self, StoreError> {
        let mut expected = BTreeMap::new();
        let mut draws = BTreeMap::new();
        for change in &changes {
            for (key, version) in change.decided_on() {
                if expected.insert(key.clone(), *version).is_some() {
                    return Err(malformed(format!("{key} is decided on twice")));
                }
            }
            for series in change.series() {
                *draws.entry(series.clone()).or_insert(0) += 1;
            }
        }
        Ok(Self { stamp, changes, expected, draws })
    }

    /// The command's stamp.
    #[must_use]
    pub fn stamp(&self) -> &CommandStamp {
        &self.stamp
    }

    /// The aggregates to read and lock, in the one order that keeps two commits from waiting for each other.
    #[must_use]
    pub fn expected(&self) -> &BTreeMap<AggregateKey, Expected> {
        &self.expected
    }

    /// How many numbers to take from each series, in the one order in which series are locked.
    #[must_use]
    pub fn draws(&self) -> &BTreeMap<SeriesKey, u64> {
        &self.draws
    }

    /// Checks that every aggregate is as it was decided on.
    ///
    /// # Errors
    /// [`VERSION_CONFLICT`](code::VERSION_CONFLICT), naming the first that is not.
    pub fn check(&self, heads: &BTreeMap<AggregateKey, Head>) -> Result<(), StoreError> {
        for (key, expected) in &self.expected {
            let wrong = match (expected, heads.get(key)) {
                (Expected::New, None) => continue,
                (Expected::At(version), Some(head)) if head.version == *version => continue,
                (Expected::New, Some(head)) => format!("{key} exists, at version {}", head.version),
                (Expected::At(version), Some(head)) => format!("{key} is at version {}, not {version}", head.version),
                (Expected::At(version), None) => format!("{key} does not exist, let alone at version {version}"),
            };
            return Err(StoreError::conflict(code::VERSION_CONFLICT, wrong));
        }
        Ok(())
    }

    /// Makes everything that is to be written.
    ///
    /// `heads` holds the aggregates that exist, `first_numbers` the first of the numbers taken from each series; the rest follow on.
    ///
    /// # Errors
    /// [`CHANGE_MALFORMED`](code::CHANGE_MALFORMED): the rows break a rule of [`Change`].
    pub fn settle(
        &self,
        heads: &BTreeMap<AggregateKey, Head>,
        first_numbers: &BTreeMap<SeriesKey, u64>,
    ) -> Result<Settled, StoreError> {
        let mut settling = Settling::new(self, first_numbers);
        for change in &self.changes {
            settling.take(change, heads)?;
        }
        Ok(settling.finish())
    }
}

struct Settling<'a> {
    stamp: &'a CommandStamp,
    next_numbers: BTreeMap<SeriesKey, u64>,
    heads: BTreeMap<AggregateKey, Head>,
    states: BTreeMap<AggregateKey, Envelope>,
    records: Vec<Record>,
    effects: Vec<Effect>,
    timers: Vec<(TimerChange, Version)>,
    numbers: BTreeMap<SeriesKey, Vec<u64>>,
}

impl<'a> Settling<'a> {
    fn new(batch: &'a Batch, first_numbers: &BTreeMap<SeriesKey, u64>) -> Self {
        Self {
            stamp: &batch.stamp,
            next_numbers: first_numbers.clone(),
            heads: BTreeMap::new(),
            states: BTreeMap::new(),
            records: Vec::new(),
            effects: Vec::new(),
            timers: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }

    fn take(&mut self, change: &Change, heads: &BTreeMap<AggregateKey, Head>) -> Result<(), StoreError> {
        let drawn = self.draw(change, heads)?;
        let rows = change.rows(&drawn);
        self.put_states(change, &drawn, rows.states)?;
        let Rows { events, effects, timers, .. } = rows;
        for event in events {
            let head = self.heads.get_mut(&event.aggregate).ok_or_else(|| without_row("event", &event.aggregate))?;
            let record = Record::following(Some(head), event, self.stamp);
            head.records = record.number;
            head.hash = record.hash;
            self.records.push(record);
        }
        for effect in effects {
            if !self.heads.contains_key(&effect.aggregate) {
                return Err(without_row("effect", &effect.aggregate));
            }
            self.effects.push(effect);
        }
        for timer in timers {
            let head = self.heads.get(timer.aggregate()).ok_or_else(|| without_row("timer", timer.aggregate()))?;
            self.timers.push((timer, head.version));
        }
        self.check_once()
    }

    fn draw(&mut self, change: &Change, heads: &BTreeMap<AggregateKey, Head>) -> Result<Drawn, StoreError> {
        let mut numbers: BTreeMap<SeriesKey, Vec<u64>> = BTreeMap::new();
        for series in change.series() {
            let next = self
                .next_numbers
                .get_mut(series)
                .ok_or_else(|| malformed(format!("no number of {series} was drawn")))?;
            numbers.entry(series.clone()).or_default().push(*next);
            self.numbers.entry(series.clone()).or_default().push(*next);
            *next += 1;
        }
        let heads = change.decided_on().iter().filter_map(|(key, _)| Some((key.clone(), *heads.get(key)?))).collect();
        Ok(Drawn { numbers, heads })
    }

    fn put_states(
        &mut self,
        change: &Change,
        drawn: &Drawn,
        states: Vec<(AggregateKey, Envelope)>,
    ) -> Result<(), StoreError> {
        for (key, state) in states {
            if !change.decided_on().iter().any(|(decided, _)| *decided == key) {
                return Err(malformed(format!("{key} has a row and was not decided on")));
            }
            let head = match drawn.head(&key) {
                Some(head) => Head { version: head.version.next(), ..*head },
                None => Head { version: Version::FIRST, records: 0, hash: crate::ChainHash::START },
            };
            self.heads.insert(key.clone(), head);
            if self.states.insert(key.clone(), state).is_some() {
                return Err(malformed(format!("{key} has two rows")));
            }
        }
        Ok(())
    }

    fn check_once(&self) -> Result<(), StoreError> {
        let mut timers = BTreeSet::new();
        for (timer, _) in &self.timers {
            if !timers.insert((timer.aggregate(), timer.name())) {
                return Err(malformed(format!("timer {} of {} is changed twice", timer.name(), timer.aggregate())));
            }
        }
        let mut effects = BTreeSet::new();
        match self.effects.iter().find(|effect| !effects.insert(&effect.key)) {
            Some(effect) => Err(malformed(format!("two effects have the key {}", effect.key))),
            None => Ok(()),
        }
    }

    fn finish(self) -> Settled {
        let versions = self.heads.iter().map(|(key, head)| (key.clone(), head.version)).collect();
        let heads = self.heads;
        let rows = self.states.into_iter().map(|(key, state)| SettledRow { head: heads[&key], key, state }).collect();
        Settled {
            rows,
            records: self.records,
            effects: self.effects,
            timers: self.timers,
            outcome: Committed { command: self.stamp.id, versions, numbers: self.numbers, replayed: false },
        }
    }
}

fn without_row(what: &str, key: &AggregateKey) -> StoreError {
    malformed(format!("{key} has an {what} and no row"))
}

fn malformed(message: String) -> StoreError {
    StoreError::unsupported(code::CHANGE_MALFORMED, message)
}
