//! Each way not to get in: no identity, a code, what the citizen is told, and nothing of the person anywhere.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use std::{collections::BTreeSet, error::Error, sync::Arc};

use chrono::TimeDelta;
use common::{Authority, Card, NUMBER, now, site, token};
use communes_eid_verify::{
    Challenge, ChallengeStore, Identity, MemoryChallengeStore, Nonce, OcspAnswer, Origin, PersonKeySecret, Profile,
    PublicError, Revocation, SessionId, SignIn, SignInError, StoreError, Token, TokenVerifier, async_trait,
    webeid::Algorithm,
};
use pollster::block_on;
use rcgen::{DnType, KeyUsagePurpose, date_time_ymd};

fn session(name: &str) -> SessionId {
    SessionId::new(name).unwrap()
}

fn nonce() -> Nonce {
    Challenge::restore(session("any"), [9; 32], now()).nonce()
}

fn verify(verifier: &TokenVerifier, token: &str, nonce: &Nonce) -> Result<Identity, SignInError> {
    verifier.verify(&Token::parse(token)?, nonce, now())
}

#[derive(Debug)]
struct DownStore;

#[async_trait]
impl ChallengeStore for DownStore {
    async fn put(&self, _: Challenge, _: chrono::DateTime<chrono::Utc>) -> Result<(), StoreError> {
        Err(StoreError::unavailable("down", "the store is down"))
    }

    async fn take(&self, _: &SessionId) -> Result<Option<Challenge>, StoreError> {
        Err(StoreError::unavailable("down", "the store is down"))
    }
}

/// A store that gives one session's challenge to every session.
#[derive(Debug)]
struct MixedUpStore(Challenge);

#[async_trait]
impl ChallengeStore for MixedUpStore {
    async fn put(&self, _: Challenge, _: chrono::DateTime<chrono::Utc>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn take(&self, _: &SessionId) -> Result<Option<Challenge>, StoreError> {
        Ok(Some(self.0.clone()))
    }
}

/// Each way not to get in: its verdict, what the citizen is told, and the error. The person's number stands in the certificate,
/// its names and its issuer's name.
fn refusals() -> Vec<(&'static str, PublicError, SignInError)> {
    let canary = |params: &mut rcgen::CertificateParams| {
        params.distinguished_name.push(DnType::CommonName, format!("Claire {NUMBER}"));
    };
    let authority = Authority::root("Test Citizen CA");
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let made = |change: &dyn Fn(&mut rcgen::CertificateParams)| {
        authority.card_with(Algorithm::Es384, |params| {
            canary(params);
            change(params);
        })
    };
    let card = made(&|_| {});
    let good = card.token(&site(), &nonce());
    let error = |verifier: &TokenVerifier, text: &str, nonce: &Nonce| verify(verifier, text, nonce).unwrap_err();
    let of_card = |card: &Card| error(&verifier, &card.token(&site(), &nonce()), &nonce());
    let waiting = |store: Arc<dyn ChallengeStore>, at| {
        block_on(SignIn::new(verifier.clone(), store).verify(&session("browser"), &good, at)).unwrap_err()
    };
    let of_another = Challenge::new(session("another"), [9; 32], now(), TimeDelta::minutes(5));
    let of_browser = Challenge::new(session("browser"), [9; 32], now(), TimeDelta::minutes(5));
    let stranger = Authority::root_with("Stranger CA", |params| {
        params.distinguished_name.push(DnType::CommonName, format!("CA of {NUMBER}"));
    });
    let ended = Authority::root_with("Test Citizen CA", |params| params.not_after = date_time_ymd(2025, 1, 1));
    let ended_verifier = TokenVerifier::new(site(), ended.anchors(), Revocation::Off);
    let asking = TokenVerifier::new(
        site(),
        authority.anchors(),
        Revocation::Answer(OcspAnswer::new(format!("{NUMBER} is good").into_bytes())),
    );
    let elsewhere: Origin = "https://other.example".parse().unwrap();
    let denying = TokenVerifier::new(site(), authority.anchors(), Revocation::Off)
        .with_profile(Profile::new().allow("2.16.56.12.1.1.2.2".parse().unwrap()));

    vec![
        ("store", PublicError::Unavailable, waiting(Arc::new(DownStore), now())),
        (
            "store",
            PublicError::Unavailable,
            block_on(SignIn::new(verifier.clone(), Arc::new(DownStore)).challenge(&session("browser"), [1; 32], now()))
                .unwrap_err(),
        ),
        ("challenge_not_found", PublicError::StartAgain, waiting(Arc::new(MemoryChallengeStore::new()), now())),
        ("challenge_not_found", PublicError::StartAgain, waiting(Arc::new(MixedUpStore(of_another)), now())),
        (
            "challenge_expired",
            PublicError::StartAgain,
            waiting(Arc::new(MixedUpStore(of_browser)), now() + TimeDelta::hours(1)),
        ),
        ("parse", PublicError::Refused, error(&verifier, NUMBER, &nonce())),
        ("parse", PublicError::Refused, error(&verifier, &good.replace("web-eid:1.0", NUMBER), &nonce())),
        ("parse", PublicError::Refused, error(&verifier, &good.replace("ES384", NUMBER), &nonce())),
        ("parse", PublicError::Refused, error(&verifier, &good.replacen('{', &format!("{{{NUMBER}"), 1), &nonce())),
        ("parse", PublicError::Refused, error(&verifier, &token("ES384", &[], b"x").repeat(2), &nonce())),
        (
            "cert_decoding",
            PublicError::Refused,
            error(&verifier, &token("ES384", NUMBER.as_bytes(), &[0; 96]), &nonce()),
        ),
        (
            "cert_decoding",
            PublicError::Refused,
            error(&verifier, &token("ES384", &card.der[..card.der.len() - 1], &[0; 96]), &nonce()),
        ),
        ("cert_missing_purpose", PublicError::Refused, of_card(&made(&|params| params.key_usages = Vec::new()))),
        (
            "cert_wrong_purpose",
            PublicError::Refused,
            of_card(&made(&|params| {
                params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
            })),
        ),
        ("cert_disallowed_policy", PublicError::Refused, error(&denying, &good, &nonce())),
        (
            "cert_not_yet_valid",
            PublicError::Refused,
            of_card(&made(&|params| params.not_before = date_time_ymd(2027, 1, 1))),
        ),
        (
            "cert_expired",
            PublicError::CardExpired,
            of_card(&made(&|params| params.not_after = date_time_ymd(2025, 1, 1))),
        ),
        (
            "cert_expired:Trusted CA",
            PublicError::Unavailable,
            error(&ended_verifier, &ended.card().token(&site(), &nonce()), &nonce()),
        ),
        ("cert_not_trusted", PublicError::Refused, of_card(&stranger.card_with(Algorithm::Es384, canary))),
        ("ocsp_failed:parse", PublicError::Unavailable, error(&asking, &good, &nonce())),
        ("signature", PublicError::Refused, error(&verifier, &card.token(&elsewhere, &nonce()), &nonce())),
        (
            "signature",
            PublicError::Refused,
            error(&verifier, &good, &Challenge::restore(session("any"), [8; 32], now()).nonce()),
        ),
    ]
}

#[test]
fn no_error_path_yields_an_identity() {
    let mut codes = BTreeSet::new();
    for (verdict, public, error) in refusals() {
        assert_eq!(error.verdict(), verdict);
        assert_eq!(error.public(), public, "{verdict}");
        codes.insert(error.code());
    }
    // Every code there is; `revoked` needs an answer of a responder, which the fixtures have.
    let all = BTreeSet::from([
        "challenge_expired",
        "challenge_not_found",
        "cert_decoding",
        "cert_disallowed_policy",
        "cert_expired",
        "cert_missing_purpose",
        "cert_not_trusted",
        "cert_not_yet_valid",
        "cert_wrong_purpose",
        "ocsp_failed",
        "parse",
        "signature",
        "store",
    ]);
    assert_eq!(codes, all);
}

#[test]
fn nothing_that_is_shown_or_logged_holds_the_persons_number() {
    let mut shown = Vec::new();
    for (verdict, _, error) in refusals() {
        shown.push(format!("{verdict} {error} {error:?} {error:#?} {}", error.public().code()));
        let mut source = error.source();
        while let Some(cause) = source {
            shown.push(format!("{cause} {cause:?}"));
            source = cause.source();
        }
    }
    let authority = Authority::root("Test Citizen CA");
    let card = authority.card();
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let parsed = Token::parse(&card.token(&site(), &nonce())).unwrap();
    let identity = verifier.verify(&parsed, &nonce(), now()).unwrap();
    let key = identity.person_key(&PersonKeySecret::new(&[1; 32]).unwrap()).unwrap();
    shown.push(format!(
        "{identity:?} {:?} {:?} {key:?} {parsed:?} {verifier:?}",
        identity.subject(),
        identity.subject().id_code()
    ));
    assert!(!shown.concat().contains(&key.to_hex()));
    for text in shown {
        for secret in [NUMBER, "Claire", "Modèle", &hex(&card.der)] {
            assert!(!text.contains(secret), "{secret} stands in {text}");
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
