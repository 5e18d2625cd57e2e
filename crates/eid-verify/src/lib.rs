//! Sign-in by eID for a commune's website: the Belgian card, and every other card that Web eID reads.
//!
//! The browser extension has the card sign the site's origin and a challenge; [`SignIn`] issues the challenge, verifies
//! what comes back, and gives an [`Identity`] or an error, never anything between. Nothing here opens a file or a connection, reads a clock
//! or makes random bytes: those are arguments. Signatures are verified by aws-lc-rs.
//!
//! ```
//! use std::sync::Arc;
//!
//! use chrono::{DateTime, Utc};
//! use communes_eid_verify::{
//!     Identity, MemoryChallengeStore, Nonce, Origin, PersonKey, PersonKeySecret, Revocation, SessionId, SignIn,
//!     TokenVerifier, TrustAnchors,
//! };
//!
//! // Once, when the application starts. The authorities are a file of the operator, in PEM or DER.
//! fn start(authorities: &[u8]) -> Result<Arc<SignIn>, Box<dyn std::error::Error>> {
//!     let origin: Origin = "https://commune.example".parse()?;
//!     let anchors = TrustAnchors::read(authorities)?;
//!     // Revocation is a choice that stands in the code, and in the evidence of each sign-in.
//!     let verifier = TokenVerifier::new(origin, anchors, Revocation::Off);
//!     Ok(Arc::new(SignIn::new(verifier, Arc::new(MemoryChallengeStore::new()))))
//! }
//!
//! // The page asks for a challenge, and gives it to `webeid.authenticate`.
//! async fn challenge(sign_in: &SignIn, session: &SessionId, random: [u8; 32], now: DateTime<Utc>) -> Option<Nonce> {
//!     sign_in.challenge(session, random, now).await.inspect_err(|error| eprintln!("{error}")).ok()
//! }
//!
//! // The page sends the token. The log gets the cause, the citizen a code that has a text in each language.
//! async fn answer(sign_in: &SignIn, session: &SessionId, token: &str, now: DateTime<Utc>) -> Result<Identity, &'static str> {
//!     sign_in.verify(session, token, now).await.map_err(|error| {
//!         eprintln!("sign-in refused: {} ({error})", error.code());
//!         error.public().code()
//!     })
//! }
//!
//! // The key under which the commune keeps the person, in the place of the national number.
//! fn account(identity: &Identity, secret: &PersonKeySecret) -> Option<PersonKey> {
//!     identity.person_key(secret)
//! }
//!
//! # #[path = "../tests/common/mod.rs"]
//! # mod common;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = common::Authority::root("Citizen CA");
//! # let (card, authorities) = (authority.card(), authority.der.clone());
//! let sign_in = start(&authorities)?;
//! let (session, now) = (SessionId::new("7f3a")?, "2026-03-01T10:00:00Z".parse()?);
//! # pollster::block_on(async {
//! let nonce = challenge(&sign_in, &session, [42; 32], now).await.expect("the store works");
//! # let token = card.token(sign_in.origin(), &nonce);
//! let identity = answer(&sign_in, &session, &token, now).await.expect("the card signed this challenge");
//! assert_eq!(identity.subject().surname(), Some("Modèle"));
//! assert!(account(&identity, &PersonKeySecret::new(&[7; 32]).expect("32 bytes")).is_some());
//! // The same token again: its challenge is used up.
//! assert_eq!(answer(&sign_in, &session, &token, now).await.unwrap_err(), "start_again");
//! # });
//! # Ok(())
//! # }
//! ```
//!
//! # What to implement
//!
//! [`ChallengeStore`], on what all machines of the application share; [`MemoryChallengeStore`] is for one machine. The feature
//! `testkit` has the conformance suite. `communes-sqlite` and `communes-postgres` have implementations.
//!
//! # What to know
//!
//! - **No certificate is carried here.** The operator gives the authorities: roots, or the intermediate authorities themselves, which for Belgian
//!   cards are the Citizen and Foreigner CAs.
//! - **Errors have two faces**: [`SignInError`] is the operator's, [`SignInError::public`] the citizen's. Neither holds personal
//!   data.
//! - **The national number** is read with [`IdCode::expose`] and a stated purpose; keep [`Identity::person_key`] in its place.
//! - **On the own machine**, for a demonstration, [`Origin::loopback_http`] is the only way to plain http.
//!
//! # Not covered yet
//!
//! Web eID format 1.1; making OCSP requests and fetching answers (one at hand is verified: [`OcspAnswer`]); CRLs; name constraints and
//! policy constraints of authorities (refused); profiles ready made for each kind of Belgian card; sign-in by OpenID Connect
//! (CSAM/FAS, itsme); reading a card's files; signed documents.

mod certificate;
mod error;
mod identity;
mod oid;
pub mod path;
pub mod revocation;
mod sign_in;
mod signature;
#[cfg(feature = "testkit")]
pub mod testkit;
mod trust;
pub mod webeid;

pub use async_trait::async_trait;
pub use certificate::{Certificate, CertificateError, MAX_CERTIFICATE_LENGTH};
pub use communes_ledger::{StoreError, StoreErrorKind};
pub use error::{CertificateRole, PublicError, SignInError};
pub use identity::{Evidence, IdCode, Identity, PersonKey, PersonKeySecret, PersonKeySecretError, Subject};
pub use oid::{Oid, OidError};
pub use path::{PathLimits, PathValidator};
pub use revocation::{OcspAnswer, Revocation, RevocationStatus};
pub use sign_in::SignIn;
pub use signature::SignatureError;
pub use trust::{TrustAnchors, TrustError};
pub use webeid::{
    Challenge, ChallengeStore, MemoryChallengeStore, Nonce, NonceError, Origin, OriginError, Profile, SessionId,
    SessionIdError, Token, TokenVerifier,
};
