use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use communes_ledger::StoreError;

use super::{Challenge, ChallengeStore, SessionId};

/// How many challenges wait at most.
const DEFAULT_CAPACITY: usize = 100_000;

/// Challenges in the memory of one process: for one machine, and for tests.
///
/// It holds a bounded number (100 000 unless stated otherwise); when it is full of challenges that have not ended,
/// [`put`](ChallengeStore::put) answers `Unavailable` with code `challenges-full`.
pub struct MemoryChallengeStore {
    waiting: Mutex<HashMap<SessionId, Challenge>>,
    capacity: usize,
}

impl MemoryChallengeStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(DEFAULT_CAPACITY)
    }

    /// An empty store that holds at most `capacity` challenges.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { waiting: Mutex::new(HashMap::new()), capacity }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<SessionId, Challenge>> {
        // Each change is one call: a panic elsewhere can't leave half of one.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryChallengeStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryChallengeStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryChallengeStore").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

#[async_trait]
impl ChallengeStore for MemoryChallengeStore {
    async fn put(&self, challenge: Challenge, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut waiting = self.waiting();
        let replaces = waiting.contains_key(challenge.session());
        if !replaces && waiting.len() >= self.capacity {
            waiting.retain(|_, waiting| !waiting.is_expired(now));
            if waiting.len() >= self.capacity {
                return Err(StoreError::unavailable("challenges-full", "as many challenges wait as the store holds"));
            }
        }
        waiting.insert(challenge.session().clone(), challenge);
        Ok(())
    }

    async fn take(&self, session: &SessionId) -> Result<Option<Challenge>, StoreError> {
        Ok(self.waiting().remove(session))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use pollster::block_on;

    use super::*;

    #[test]
    fn a_full_store_forgets_what_has_ended_and_nothing_else() {
        let store = MemoryChallengeStore::with_capacity(2);
        let now: DateTime<Utc> = "2026-03-01T10:00:00Z".parse().unwrap();
        let put = |session: &str, at| {
            let challenge = Challenge::new(SessionId::new(session).unwrap(), [1; 32], at, TimeDelta::minutes(5));
            block_on(store.put(challenge, at))
        };
        put("a", now).unwrap();
        put("b", now + TimeDelta::minutes(4)).unwrap();
        assert_eq!(put("c", now + TimeDelta::minutes(5)).unwrap_err().code(), "challenges-full");
        put("b", now + TimeDelta::minutes(5)).unwrap();
        put("c", now + TimeDelta::minutes(6)).unwrap();
        assert!(block_on(store.take(&SessionId::new("a").unwrap())).unwrap().is_none());
        assert!(block_on(store.take(&SessionId::new("b").unwrap())).unwrap().is_some());
    }
}
