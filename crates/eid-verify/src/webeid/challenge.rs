use std::{fmt, sync::Arc};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use communes_ledger::StoreError;

/// The identifier of a browser session: opaque, and a secret of that browser.
///
/// 1 to 128 visible ASCII characters. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

/// A text that is no session identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session identifier has 1 to 128 visible ASCII characters")]
pub struct SessionIdError;

impl SessionId {
    /// Reads an identifier.
    ///
    /// # Errors
    /// It has not 1 to 128 characters, or one of them is not visible ASCII.
    pub fn new(text: impl Into<String>) -> Result<Self, SessionIdError> {
        let text = text.into();
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=128).contains(&text.len()) { Ok(Self(text)) } else { Err(SessionIdError) }
    }

    /// The identifier, as stores keep it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionId(…)")
    }
}

/// The text that the card signs beside the origin, once.
///
/// Its UTF-8 bytes are hashed as they stand; nobody decodes it. The Web eID application wants 44 to 128 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce(String);

/// A text that is no nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a nonce has 44 to 128 characters")]
pub struct NonceError;

impl Nonce {
    /// Reads a nonce that was issued elsewhere.
    ///
    /// # Errors
    /// It has not 44 to 128 characters.
    pub fn new(text: impl Into<String>) -> Result<Self, NonceError> {
        let text = text.into();
        if (44..=128).contains(&text.chars().count()) { Ok(Self(text)) } else { Err(NonceError) }
    }

    /// The text, as the page gives it to the extension.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Nonce(…)")
    }
}

/// 32 random bytes that one browser session may answer once, until a moment.
///
/// The moment is kept in whole milliseconds, so that every store gives back what it was given.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    session: SessionId,
    random: [u8; 32],
    expires_at: DateTime<Utc>,
}

impl Challenge {
    /// A new challenge; `random` comes from the operating system's generator.
    #[must_use]
    pub fn new(session: SessionId, random: [u8; 32], now: DateTime<Utc>, lifetime: TimeDelta) -> Self {
        let end = now.checked_add_signed(lifetime).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self::restore(session, random, end)
    }

    /// A challenge, as a store has kept it.
    #[must_use]
    pub fn restore(session: SessionId, random: [u8; 32], expires_at: DateTime<Utc>) -> Self {
        let expires_at = expires_at.duration_trunc(TimeDelta::milliseconds(1)).unwrap_or(expires_at);
        Self { session, random, expires_at }
    }

    /// The browser session that may answer.
    #[must_use]
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// The random bytes, as stores keep them.
    #[must_use]
    pub fn random(&self) -> &[u8; 32] {
        &self.random
    }

    /// The last moment at which it may be answered.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// Whether it is too late: strictly after the last moment.
    #[must_use]
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now > self.expires_at
    }

    /// The text to sign: the random bytes in base64, 44 characters.
    #[must_use]
    pub fn nonce(&self) -> Nonce {
        Nonce(STANDARD.encode(self.random))
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Challenge").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Where challenges wait for their answer. Implement it on whatever all machines of the application share.
///
/// What an implementor guarantees, and `testkit` checks:
/// - **one a session**: [`put`](ChallengeStore::put) replaces what the session had;
/// - **single use**: of any number of [`take`](ChallengeStore::take)s of one challenge, on any number of machines at once,
///   exactly one gets it. A read followed by a delete does not do: use what the store does in one step, such as SQL's
///   `DELETE … RETURNING`;
/// - **bound to the session**: nobody else's take gets it or uses it up;
/// - what comes back is what was put: session, bytes, and moment to the millisecond;
/// - session identifiers are compared byte by byte.
///
/// What an implementor may assume: whether a challenge has expired is the caller's to judge, so a store may give back an expired one. It
/// may also forget those that ended before the challenge being put was made, which bounds its size.
///
/// Errors: [`StoreErrorKind::Unavailable`](communes_ledger::StoreErrorKind::Unavailable) for a store that is down or full. After an error of
/// `take` the challenge may be gone; it is never given twice. A dropped future leaves the store in one of both states.
#[async_trait]
pub trait ChallengeStore: fmt::Debug + Send + Sync {
    /// Keeps a challenge made at `now`, in the place of the one that its session had.
    async fn put(&self, challenge: Challenge, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Gives the challenge of a session and forgets it, in one step.
    async fn take(&self, session: &SessionId) -> Result<Option<Challenge>, StoreError>;
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        #[async_trait]
        impl<T: ChallengeStore + ?Sized> ChallengeStore for $pointer {
            async fn put(&self, challenge: Challenge, now: DateTime<Utc>) -> Result<(), StoreError> {
                (**self).put(challenge, now).await
            }

            async fn take(&self, session: &SessionId) -> Result<Option<Challenge>, StoreError> {
                (**self).take(session).await
            }
        }
    )*};
}
forward!(&T, Box<T>, Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> SessionId {
        SessionId::new("s").unwrap()
    }

    #[test]
    fn expiry_is_strictly_after() {
        let now = "2026-03-01T10:00:00Z".parse().unwrap();
        let challenge = Challenge::new(session(), [0; 32], now, TimeDelta::minutes(5));
        let end: DateTime<Utc> = "2026-03-01T10:05:00Z".parse().unwrap();
        assert!(!challenge.is_expired(end));
        assert!(challenge.is_expired(end + TimeDelta::nanoseconds(1)));
    }

    #[test]
    fn the_nonce_is_base64_of_44_characters() {
        // RFC 4648: 32 zero bytes are 43 times A and one padding character.
        let challenge = Challenge::restore(session(), [0; 32], DateTime::UNIX_EPOCH);
        assert_eq!(challenge.nonce().as_str(), format!("{}=", "A".repeat(43)));
    }

    #[test]
    fn an_endless_lifetime_is_no_panic() {
        let challenge = Challenge::new(session(), [0; 32], DateTime::<Utc>::MAX_UTC, TimeDelta::MAX);
        assert!(!challenge.is_expired(DateTime::UNIX_EPOCH));
    }

    #[test]
    fn session_identifiers_and_nonces_have_their_lengths() {
        assert!(SessionId::new("a".repeat(128)).is_ok());
        for text in [String::new(), "a".repeat(129), "a b".to_owned(), "é".to_owned(), "a\n".to_owned()] {
            assert_eq!(SessionId::new(text.clone()), Err(SessionIdError), "{text:?}");
        }
        for (length, good) in [(0, false), (43, false), (44, true), (128, true), (129, false)] {
            assert_eq!(Nonce::new("é".repeat(length)).is_ok(), good, "{length}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let challenge = Challenge::restore(SessionId::new("0123secret").unwrap(), [7; 32], DateTime::UNIX_EPOCH);
        let shown = format!("{challenge:?} {:?} {:?}", challenge.session(), challenge.nonce());
        assert!(!shown.contains("secret") && !shown.contains("BwcH") && !shown.contains("7, 7"), "{shown}");
    }
}
