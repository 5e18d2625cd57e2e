//! Web eID: the token that the browser extension makes, and what it is checked against.
//!
//! The browser asks for a challenge, the extension has the card sign `hash(origin) || hash(challenge)`, and the token carries
//! signature and certificate back. The format is the Web eID authentication token specification, versions 1 and 1.0.

mod challenge;
mod memory;
mod origin;
mod profile;
mod token;
mod verifier;

pub use challenge::{Challenge, ChallengeStore, Nonce, NonceError, SessionId, SessionIdError};
pub use memory::MemoryChallengeStore;
pub use origin::{Origin, OriginError};
pub use profile::Profile;
pub use token::{Algorithm, MAX_TOKEN_LENGTH, MIN_TOKEN_LENGTH, Token, TokenError, TokenFormat};
pub use verifier::TokenVerifier;
