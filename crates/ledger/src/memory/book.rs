use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{
    Actor, AggregateKey, AggregateKind, Batch, ClaimRequest, ClaimedEffect, ClaimedTimer, CommandId, CommandStamp,
    Committed, Cursor, DeadLetter, Effect, EffectKey, Failure, FencingToken, Fingerprint, Head, Page, PendingTimer,
    Record, SeriesKey, Settled, StoreError, Stored, TimerChange, TimerName, Version, WorkerId, code,
};

/// What a ledger holds, without lock or clock.
#[derive(Debug, Default, Clone)]
pub(crate) struct Book {
    pub(crate) aggregates: BTreeMap<AggregateKey, Stored>,
    commands: BTreeMap<CommandId, (Fingerprint, Committed)>,
    pub(crate) series: BTreeMap<SeriesKey, u64>,
    pub(crate) records: Vec<Record>,
    // By the order of their commits; delivered ones are taken out.
    pub(crate) outbox: BTreeMap<u64, Queued>,
    pub(crate) effect_keys: BTreeMap<EffectKey, u64>,
    pub(crate) timers: BTreeMap<(AggregateKey, TimerName), Waiting>,
}

#[derive(Debug, Clone)]
pub(crate) struct Queued {
    pub(crate) effect: Effect,
    pub(crate) claims: u64,
    pub(crate) claim: Option<Claim>,
    not_before: Option<DateTime<Utc>>,
    dead: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pending: PendingTimer,
    claims: u64,
    pub(crate) claim: Option<Claim>,
}

#[derive(Debug, Clone)]
pub(crate) struct Claim {
    worker: WorkerId,
    until: DateTime<Utc>,
}

impl Claim {
    fn is_free(claim: Option<&Self>, now: DateTime<Utc>) -> bool {
        claim.is_none_or(|claim| claim.until <= now)
    }
}

// The ledger.
impl Book {
    pub(crate) fn commit(&mut self, batch: &Batch) -> Result<Committed, StoreError> {
        if let Some(outcome) = self.outcome(batch.stamp())? {
            return Ok(outcome);
        }
        let heads = self.heads(batch);
        batch.check(&heads)?;
        self.write(batch, &heads)
    }

    pub(crate) fn outcome(&self, stamp: &CommandStamp) -> Result<Option<Committed>, StoreError> {
        match self.commands.get(&stamp.id) {
            None => Ok(None),
            Some((fingerprint, outcome)) if *fingerprint == stamp.fingerprint => {
                Ok(Some(Committed { replayed: true, ..outcome.clone() }))
            }
            Some(_) => {
                Err(StoreError::conflict(code::COMMAND_REUSED, format!("command {} was another command", stamp.id)))
            }
        }
    }

    pub(crate) fn heads(&self, batch: &Batch) -> BTreeMap<AggregateKey, Head> {
        batch.expected().keys().filter_map(|key| Some((key.clone(), self.aggregates.get(key)?.head))).collect()
    }

    pub(crate) fn write(
        &mut self,
        batch: &Batch,
        heads: &BTreeMap<AggregateKey, Head>,
    ) -> Result<Committed, StoreError> {
        let last = |series| self.series.get(series).copied().unwrap_or(0);
        let first_numbers = batch.draws().keys().map(|series| (series.clone(), last(series) + 1)).collect();
        let settled = batch.settle(heads, &first_numbers)?;
        self.check_effects(&settled)?;
        self.check_timers(&settled)?;
        // From here on nothing fails.
        for (series, count) in batch.draws() {
            *self.series.entry(series.clone()).or_insert(0) += count;
        }
        let Settled { rows, records, effects, timers, outcome, .. } = settled;
        for row in rows {
            self.aggregates.insert(row.key, Stored { head: row.head, state: row.state });
        }
        self.records.extend(records);
        for effect in effects {
            self.queue(effect);
        }
        for (timer, version) in timers {
            self.change_timer(timer, version);
        }
        self.commands.insert(batch.stamp().id, (batch.stamp().fingerprint, outcome.clone()));
        Ok(outcome)
    }

    pub(crate) fn load(&self, key: &AggregateKey) -> Option<Stored> {
        self.aggregates.get(key).cloned()
    }

    pub(crate) fn history(&self, key: &AggregateKey, after: u64, limit: u32) -> Vec<Record> {
        let of_it = self.records.iter().filter(|record| record.aggregate == *key && record.number > after);
        of_it.take(limit as usize).cloned().collect()
    }

    pub(crate) fn aggregates(&self, kind: &AggregateKind) -> Vec<(AggregateKey, Stored)> {
        let of_kind = self.aggregates.iter().filter(|(key, _)| key.kind() == kind);
        of_kind.map(|(key, stored)| (key.clone(), stored.clone())).collect()
    }
}

// The outbox.
impl Book {
    fn check_effects(&self, settled: &Settled) -> Result<(), StoreError> {
        match settled.effects.iter().find(|effect| self.effect_keys.contains_key(&effect.key)) {
            Some(effect) => {
                Err(StoreError::conflict(code::EFFECT_EXISTS, format!("effect {} was written before", effect.key)))
            }
            None => Ok(()),
        }
    }

    fn queue(&mut self, effect: Effect) {
        let place = self.effect_keys.len() as u64;
        self.effect_keys.insert(effect.key.clone(), place);
        let not_before = effect.not_before;
        self.outbox.insert(place, Queued { effect, claims: 0, claim: None, not_before, dead: None });
    }

    pub(crate) fn claim_effects(&mut self, request: &ClaimRequest) -> Vec<ClaimedEffect> {
        let mut claimed = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for queued in self.outbox.values_mut() {
            if claimed.len() >= request.limit as usize {
                break;
            }
            let is_first = seen.insert(queued.effect.aggregate.clone());
            let is_due = queued.not_before.is_none_or(|time| time <= request.now);
            if !is_first || !is_due || queued.dead.is_some() || !Claim::is_free(queued.claim.as_ref(), request.now) {
                continue;
            }
            queued.claims += 1;
            queued.claim = Some(Claim { worker: request.worker.clone(), until: request.until });
            claimed.push(ClaimedEffect { effect: queued.effect.clone(), fence: FencingToken::new(queued.claims) });
        }
        claimed
    }

    pub(crate) fn acknowledge(&mut self, key: &EffectKey, fence: FencingToken) -> Result<(), StoreError> {
        self.claimed(key, fence)?;
        self.outbox.remove(&self.effect_keys[key]);
        Ok(())
    }

    pub(crate) fn fail(
        &mut self,
        key: &EffectKey,
        fence: FencingToken,
        failure: &Failure,
        reason: &str,
    ) -> Result<(), StoreError> {
        let queued = self.claimed(key, fence)?;
        queued.claim = None;
        match failure {
            Failure::Retry { at } => queued.not_before = Some(*at),
            Failure::Dead => queued.dead = Some(reason.to_owned()),
        }
        Ok(())
    }

    // Nobody reads here who skipped what, when and why: a database keeps it.
    pub(crate) fn skip(
        &mut self,
        key: &EffectKey,
        _by: &Actor,
        _at: DateTime<Utc>,
        _reason: &str,
    ) -> Result<(), StoreError> {
        let place = *self.effect_keys.get(key).ok_or_else(|| unknown(key))?;
        match self.outbox.get(&place) {
            Some(queued) if queued.dead.is_some() => {
                self.outbox.remove(&place);
                Ok(())
            }
            _ => Err(StoreError::conflict(code::NOT_DEAD, format!("effect {key} is not a dead letter"))),
        }
    }

    pub(crate) fn dead_letters(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<DeadLetter>, StoreError> {
        let from = position(after)?;
        let mut dead = self.outbox.range(from..).filter(|(_, queued)| queued.dead.is_some()).peekable();
        let mut page = Page::default();
        while page.items.len() < limit as usize
            && let Some((place, queued)) = dead.next()
        {
            let reason = queued.dead.clone().unwrap_or_default();
            page.items.push(DeadLetter { effect: queued.effect.clone(), tries: queued.claims, reason });
            page.next = dead.peek().map(|_| Cursor::new((place + 1).to_string()));
        }
        Ok(page)
    }

    pub(crate) fn release_effects(&mut self, worker: &WorkerId) -> u64 {
        release(self.outbox.values_mut().map(|queued| &mut queued.claim), worker)
    }

    fn claimed(&mut self, key: &EffectKey, fence: FencingToken) -> Result<&mut Queued, StoreError> {
        let place = self.effect_keys.get(key).ok_or_else(|| unknown(key))?;
        match self.outbox.get_mut(place) {
            Some(queued) if queued.claim.is_some() && queued.claims == fence.number() => Ok(queued),
            _ => Err(StoreError::conflict(code::CLAIM_LOST, format!("the claim on effect {key} has passed on"))),
        }
    }
}

// The timers.
impl Book {
    fn check_timers(&self, settled: &Settled) -> Result<(), StoreError> {
        for (change, _) in &settled.timers {
            let TimerChange::Fire { aggregate, name, set_at } = change else {
                continue;
            };
            let there = self.timers.get(&(aggregate.clone(), name.clone()));
            if there.is_none_or(|waiting| waiting.pending.set_at != *set_at) {
                let message = format!("timer {name} of {aggregate}, set at version {set_at}, is gone");
                return Err(StoreError::conflict(code::TIMER_GONE, message));
            }
        }
        Ok(())
    }

    fn change_timer(&mut self, change: TimerChange, version: Version) {
        let key = (change.aggregate().clone(), change.name().clone());
        match change {
            TimerChange::Set(timer) => {
                let pending = PendingTimer { timer, set_at: version };
                self.timers.insert(key, Waiting { pending, claims: 0, claim: None });
            }
            TimerChange::Cancel { .. } | TimerChange::Fire { .. } => {
                self.timers.remove(&key);
            }
        }
    }

    pub(crate) fn claim_timers(&mut self, request: &ClaimRequest) -> Vec<ClaimedTimer> {
        let mut due: Vec<_> = self
            .timers
            .values_mut()
            .filter(|waiting| {
                waiting.pending.timer.due <= request.now && Claim::is_free(waiting.claim.as_ref(), request.now)
            })
            .collect();
        due.sort_by_key(|waiting| waiting.pending.timer.due);
        due.truncate(request.limit as usize);
        due.into_iter()
            .map(|waiting| {
                waiting.claims += 1;
                waiting.claim = Some(Claim { worker: request.worker.clone(), until: request.until });
                ClaimedTimer { pending: waiting.pending.clone(), fence: FencingToken::new(waiting.claims) }
            })
            .collect()
    }

    pub(crate) fn pending(&self, aggregate: &AggregateKey) -> Vec<PendingTimer> {
        let of_it = self.timers.values().filter(|waiting| waiting.pending.timer.aggregate == *aggregate);
        of_it.map(|waiting| waiting.pending.clone()).collect()
    }

    pub(crate) fn all_timers(&self) -> Vec<PendingTimer> {
        let mut timers: Vec<_> = self.timers.values().map(|waiting| waiting.pending.clone()).collect();
        timers.sort_by_key(|pending| pending.timer.due);
        timers
    }

    pub(crate) fn release_timers(&mut self, worker: &WorkerId) -> u64 {
        release(self.timers.values_mut().map(|waiting| &mut waiting.claim), worker)
    }
}

// The feed.
impl Book {
    pub(crate) fn read(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Record>, StoreError> {
        let from = usize::try_from(position(after)?).unwrap_or(usize::MAX).min(self.records.len());
        let to = from.saturating_add(limit as usize).min(self.records.len());
        let next = if to > 0 { Some(Cursor::new(to.to_string())) } else { after.cloned() };
        Ok(Page { items: self.records[from..to].to_vec(), next })
    }
}

fn release<'a>(claims: impl Iterator<Item = &'a mut Option<Claim>>, worker: &WorkerId) -> u64 {
    let mut released = 0;
    for claim in claims {
        if claim.as_ref().is_some_and(|claim| claim.worker == *worker) {
            *claim = None;
            released += 1;
        }
    }
    released
}

fn position(cursor: Option<&Cursor>) -> Result<u64, StoreError> {
    let Some(cursor) = cursor else { return Ok(0) };
    cursor
        .as_str()
        .parse()
        .map_err(|_| StoreError::unsupported(code::CURSOR_UNKNOWN, "the cursor is not one of this store"))
}

fn unknown(key: &EffectKey) -> StoreError {
    StoreError::not_found(code::EFFECT_UNKNOWN, format!("no effect {key}"))
}
