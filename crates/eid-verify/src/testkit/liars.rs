use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use communes_ledger::StoreError;

use crate::{Challenge, ChallengeStore, SessionId};

/// A way to be wrong. A kit that lets one pass proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named for what it does")]
#[non_exhaustive]
pub enum Lie {
    KeepsNothing,
    InventsChallenges,
    CutsBytesToAscii,
    RoundsToSeconds,
    GivesTwice,
    GivesOnceForEver,
    GivesAnybodys,
    UsesUpAnybodys,
    KeepsTheFirst,
    KeepsTheEarlierToo,
    FoldsCase,
    CutsSessions,
    ProlongsTheEnded,
    ForgetsTooEarly,
    ReadsThenDeletes,
    ReadsThenInserts,
    ForgetsOnReopening,
    MixesTenants,
}

impl Lie {
    /// Each lie, and the case that catches it.
    pub const ALL: [(Self, &'static str); 18] = [
        (Self::KeepsNothing, "what_was_put_is_taken"),
        (Self::InventsChallenges, "what_was_never_put_is_none"),
        (Self::CutsBytesToAscii, "every_byte_is_kept"),
        (Self::RoundsToSeconds, "the_moment_is_kept_to_the_millisecond"),
        (Self::GivesTwice, "a_challenge_is_taken_once"),
        (Self::GivesOnceForEver, "a_challenge_is_taken_once"),
        (Self::GivesAnybodys, "a_session_takes_only_its_own"),
        (Self::UsesUpAnybodys, "a_session_takes_only_its_own"),
        (Self::KeepsTheFirst, "the_last_put_counts"),
        (Self::KeepsTheEarlierToo, "the_last_put_counts"),
        (Self::FoldsCase, "sessions_are_compared_byte_by_byte"),
        (Self::CutsSessions, "sessions_are_compared_byte_by_byte"),
        (Self::ProlongsTheEnded, "an_ended_challenge_is_never_another_ones"),
        (Self::ForgetsTooEarly, "putting_forgets_nobody"),
        (Self::ReadsThenDeletes, "of_many_who_take_one_gets_it"),
        (Self::ReadsThenInserts, "of_many_who_put_one_is_kept"),
        (Self::ForgetsOnReopening, "what_was_put_outlives_the_process"),
        (Self::MixesTenants, "tenants_have_their_own_challenges"),
    ];
}

/// A store that is right but for one lie.
#[derive(Debug, Clone)]
pub struct LyingChallengeStore {
    lie: Lie,
    tenant: &'static str,
    kept: Arc<Mutex<HashMap<String, Vec<Challenge>>>>,
}

impl LyingChallengeStore {
    /// An empty store.
    #[must_use]
    pub fn new(lie: Lie) -> Self {
        Self { lie, tenant: "one", kept: Arc::default() }
    }

    /// The same data for a second tenant.
    #[must_use]
    pub fn second_tenant(&self) -> Self {
        let tenant = if self.lie == Lie::MixesTenants { "one" } else { "two" };
        Self { tenant, ..self.clone() }
    }

    /// The same data, opened anew.
    #[must_use]
    pub fn reopened(&self) -> Self {
        if self.lie == Lie::ForgetsOnReopening { Self::new(self.lie) } else { self.clone() }
    }

    fn key(&self, session: &SessionId) -> String {
        let session = match self.lie {
            Lie::FoldsCase => session.as_str().to_lowercase(),
            Lie::CutsSessions => session.as_str().chars().take(100).collect(),
            _ => session.as_str().to_owned(),
        };
        format!("{} {session}", self.tenant)
    }

    fn with<T>(&self, change: impl FnOnce(&mut HashMap<String, Vec<Challenge>>) -> T) -> T {
        change(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl ChallengeStore for LyingChallengeStore {
    async fn put(&self, challenge: Challenge, now: DateTime<Utc>) -> Result<(), StoreError> {
        let key = self.key(challenge.session());
        let (session, random, end) = (challenge.session().clone(), *challenge.random(), challenge.expires_at());
        let challenge = match self.lie {
            Lie::CutsBytesToAscii => Challenge::restore(session, random.map(|byte| byte & 0x7f), end),
            Lie::RoundsToSeconds => {
                Challenge::restore(session, random, end.duration_trunc(TimeDelta::seconds(1)).unwrap_or(end))
            }
            _ => challenge,
        };
        if self.lie == Lie::ForgetsTooEarly {
            self.with(|kept| kept.retain(|_, kept| kept.iter().all(|kept| kept.expires_at() > now)));
        }
        let before = self.with(|kept| kept.get(&key).cloned().unwrap_or_default());
        if self.lie == Lie::ReadsThenInserts {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        self.with(|kept| match self.lie {
            Lie::KeepsNothing => {}
            Lie::KeepsTheFirst => {
                kept.entry(key).or_insert_with(|| vec![challenge]);
            }
            Lie::KeepsTheEarlierToo => kept.entry(key).or_default().push(challenge),
            // An update that becomes an insert where it read nothing: two at once insert twice.
            Lie::ReadsThenInserts if before.is_empty() => kept.entry(key).or_default().push(challenge),
            _ => {
                kept.insert(key, vec![challenge]);
            }
        });
        Ok(())
    }

    async fn take(&self, session: &SessionId) -> Result<Option<Challenge>, StoreError> {
        let key = self.key(session);
        match self.lie {
            Lie::GivesTwice => return Ok(self.with(|kept| kept.get(&key).and_then(|kept| kept.last().cloned()))),
            Lie::ReadsThenDeletes => {
                let read = self.with(|kept| kept.get(&key).and_then(|kept| kept.last().cloned()));
                std::thread::sleep(std::time::Duration::from_millis(1));
                self.with(|kept| kept.remove(&key));
                return Ok(read);
            }
            _ => {}
        }
        Ok(self.with(|kept| {
            let mut own = kept.remove(&key).unwrap_or_default();
            let taken = own.pop();
            match self.lie {
                Lie::InventsChallenges if taken.is_none() => {
                    Some(Challenge::restore(session.clone(), [0; 32], DateTime::<Utc>::MAX_UTC))
                }
                Lie::GivesOnceForEver => {
                    // A used session stays used.
                    let first = taken.filter(|_| !kept.contains_key(&format!("used {key}")));
                    kept.insert(format!("used {key}"), Vec::new());
                    first
                }
                Lie::GivesAnybodys if taken.is_none() => {
                    let any = kept.keys().next().cloned();
                    any.and_then(|any| kept.remove(&any)).and_then(|mut kept| kept.pop())
                }
                Lie::UsesUpAnybodys if taken.is_none() => {
                    kept.clear();
                    None
                }
                Lie::ProlongsTheEnded => taken.map(|taken| {
                    let end = taken.expires_at() + TimeDelta::days(1);
                    Challenge::restore(taken.session().clone(), *taken.random(), end)
                }),
                _ => {
                    if !own.is_empty() {
                        kept.insert(key, own);
                    }
                    taken
                }
            }
        }))
    }
}
