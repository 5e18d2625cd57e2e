use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

/// How many visitors are counted at once: more than that, and the oldest minute is forgotten.
const MOST_KEYS: usize = 20_000;

/// Counts tries of the same visitor, a minute at a time, in this process.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    most: u32,
    tries: Mutex<HashMap<String, (DateTime<Utc>, u32)>>,
}

impl RateLimiter {
    /// At most so many tries a minute.
    pub(crate) fn new(most: u32) -> Self {
        Self { most, tries: Mutex::default() }
    }

    /// Counts a try; `false` when there were too many.
    pub(crate) fn admit(&self, key: &str, now: DateTime<Utc>) -> bool {
        let minute = TimeDelta::minutes(1);
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST_KEYS && !tries.contains_key(key) {
            tries.retain(|_, (since, _)| now - *since < minute);
            if tries.len() >= MOST_KEYS {
                // A flood from everywhere: nobody new is admitted before the minute is over.
                return false;
            }
        }
        let (since, count) = tries.entry(key.to_owned()).or_insert((now, 0));
        if now - *since >= minute {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_later_one_may_try_again() {
        let limiter = RateLimiter::new(2);
        let now: DateTime<Utc> = "2026-11-25T08:00:00Z".parse().unwrap();
        assert!(limiter.admit("a", now) && limiter.admit("a", now));
        assert!(!limiter.admit("a", now + TimeDelta::seconds(59)));
        assert!(limiter.admit("b", now));
        assert!(limiter.admit("a", now + TimeDelta::seconds(60)));
    }
}
