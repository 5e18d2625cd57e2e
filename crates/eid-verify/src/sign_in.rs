use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Identity, SignInError,
    webeid::{Challenge, ChallengeStore, Nonce, Origin, SessionId, Token, TokenVerifier},
};

/// How long a challenge may be answered, unless stated otherwise.
const DEFAULT_LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// Signing in with a card: issues challenges, and turns the browser's answer into an [`Identity`] or an error.
///
/// Share one as `Arc<SignIn>`; it holds no state of its own.
#[derive(Debug, Clone)]
pub struct SignIn {
    verifier: TokenVerifier,
    challenges: Arc<dyn ChallengeStore>,
    lifetime: TimeDelta,
}

impl SignIn {
    /// Signing in to the site of `verifier`, with challenges that all machines of the site share. A challenge may be answered for
    /// five minutes.
    #[must_use]
    pub fn new(verifier: TokenVerifier, challenges: Arc<dyn ChallengeStore>) -> Self {
        Self { verifier, challenges, lifetime: DEFAULT_LIFETIME }
    }

    /// With another time to answer a challenge.
    #[must_use]
    pub fn with_challenge_lifetime(mut self, lifetime: TimeDelta) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// The origin of the site.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        self.verifier.origin()
    }

    /// Issues a challenge to a browser session, in the place of the one that it had.
    ///
    /// `random` comes from the operating system's generator, fresh for each call. The answer's text goes to the extension.
    ///
    /// # Errors
    /// [`SignInError::Store`].
    pub async fn challenge(
        &self,
        session: &SessionId,
        random: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Nonce, SignInError> {
        let challenge = Challenge::new(session.clone(), random, now, self.lifetime);
        let nonce = challenge.nonce();
        self.challenges.put(challenge, now).await?;
        Ok(nonce)
    }

    /// Verifies the token with which a browser session answers its challenge. The challenge is used up, whatever comes of it.
    ///
    /// Renew the session's identifier after this succeeds.
    ///
    /// # Errors
    /// [`SignInError`]: nobody is signed in. Log it; show the citizen [`SignInError::public`].
    pub async fn verify(&self, session: &SessionId, token: &str, now: DateTime<Utc>) -> Result<Identity, SignInError> {
        let challenge = self.challenges.take(session).await?.ok_or(SignInError::ChallengeNotFound)?;
        // A store that mixes up sessions must not let anybody in.
        if challenge.session() != session {
            return Err(SignInError::ChallengeNotFound);
        }
        if challenge.is_expired(now) {
            return Err(SignInError::ChallengeExpired { expired_at: challenge.expires_at() });
        }
        let token = Token::parse(token)?;
        self.verifier.verify(&token, &challenge.nonce(), now)
    }
}
