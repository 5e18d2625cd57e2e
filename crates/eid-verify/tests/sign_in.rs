//! Signing in with cards that are made here: who gets in, who does not, and what is said of it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use std::sync::Arc;

use aws_lc_rs::signature as aws;
use chrono::TimeDelta;
use common::{Authority, Card, NUMBER, now, site, token};
use communes_civil::purpose::{LegalBasis, Purpose};
use communes_eid_verify::{
    Challenge, Identity, MemoryChallengeStore, Nonce, PersonKeySecret, Profile, Revocation, RevocationStatus,
    SessionId, SignIn, SignInError, Token, TokenVerifier, webeid::Algorithm,
};
use pollster::block_on;
use rcgen::{CustomExtension, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose, date_time_ymd};

fn session(name: &str) -> SessionId {
    SessionId::new(name).unwrap()
}

fn sign_in(authority: &Authority) -> SignIn {
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    SignIn::new(verifier, Arc::new(MemoryChallengeStore::new()))
}

/// The verdict on a token of this card, with everything else right.
fn verdict(authority: &Authority, card: &Card) -> String {
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let nonce = nonce();
    verify(&verifier, &card.token(&site(), &nonce), &nonce).map_or_else(|error| error.verdict(), |_| "ok".to_owned())
}

fn verify(verifier: &TokenVerifier, token: &str, nonce: &Nonce) -> Result<Identity, SignInError> {
    verifier.verify(&Token::parse(token)?, nonce, now())
}

fn nonce() -> Nonce {
    Challenge::restore(session("any"), [9; 32], now()).nonce()
}

#[test]
fn a_citizen_signs_in() {
    let authority = Authority::root("Test Citizen CA");
    let card = authority.card();
    let sign_in = sign_in(&authority);
    let browser = session("browser");
    let nonce = block_on(sign_in.challenge(&browser, [1; 32], now())).unwrap();
    let token = card.token(sign_in.origin(), &nonce);
    let identity = block_on(sign_in.verify(&browser, &token, now() + TimeDelta::minutes(1))).unwrap();

    let subject = identity.subject();
    assert_eq!(subject.common_name(), Some("Claire Modèle (Authentication)"));
    assert_eq!(subject.given_name(), Some("Claire Anne"));
    assert_eq!(subject.surname(), Some("Modèle"));
    assert_eq!(subject.country(), Some("BE"));
    let purpose = Purpose::new("Test", LegalBasis::Consent, "A made-up person").unwrap();
    let id_code = subject.id_code().unwrap();
    assert_eq!(id_code.expose(&purpose), NUMBER);
    assert_eq!(id_code.national_number().unwrap().expose(&purpose), NUMBER);
    let evidence = identity.evidence();
    assert_eq!(evidence.revocation, RevocationStatus::NotChecked);
    assert_eq!(evidence.verified_at, now() + TimeDelta::minutes(1));
    assert_eq!(evidence.anchor_sha256, authority.anchors().certificates()[0].fingerprint());
}

#[test]
fn one_person_has_one_key_whichever_card() {
    let authority = Authority::root("Test Citizen CA");
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let key = |card: &Card, secret: u8| {
        let identity = verify(&verifier, &card.token(&site(), &nonce()), &nonce()).unwrap();
        identity.person_key(&PersonKeySecret::new(&[secret; 32]).unwrap())
    };
    let (old, new) = (authority.card(), authority.card_with(Algorithm::Es256, |_| {}));
    let other = authority.card_with(Algorithm::Es384, |params| {
        params.distinguished_name.push(DnType::from_oid(&[2, 5, 4, 5]), "85073003328");
    });
    assert!(key(&old, 1).is_some());
    assert_eq!(key(&old, 1), key(&new, 1));
    assert_ne!(key(&old, 1), key(&old, 2), "two communes could compare their citizens");
    assert_ne!(key(&old, 1), key(&other, 1));
}

#[test]
fn an_organisation_has_no_given_name_and_no_key() {
    let authority = Authority::root("Test Citizen CA");
    let card = authority.card_with(Algorithm::Es384, |params| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Testijad.ee isikutuvastus");
    });
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let identity = verify(&verifier, &card.token(&site(), &nonce()), &nonce()).unwrap();
    assert_eq!((identity.subject().given_name(), identity.subject().surname()), (None, None));
    assert!(identity.person_key(&PersonKeySecret::new(&[1; 32]).unwrap()).is_none());
}

#[test]
fn all_nine_algorithms() {
    let authority = Authority::root("Test Citizen CA");
    for algorithm in Algorithm::ALL {
        let card = authority.card_with(algorithm, |_| {});
        assert_eq!(verdict(&authority, &card), "ok", "{algorithm:?}");
    }
}

#[test]
fn an_algorithm_for_another_key_is_refused() {
    let authority = Authority::root("Test Citizen CA");
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    for own in [Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256, Algorithm::Ps256] {
        let card = authority.card_with(own, |_| {});
        for claimed in Algorithm::ALL {
            let signature = card.sign(&claimed.signed_message(&site(), &nonce()));
            let text = token(claimed.name(), &card.der, &signature);
            let error = verify(&verifier, &text, &nonce()).map(|_| ()).map_err(|error| error.code());
            assert_eq!(error, if own == claimed { Ok(()) } else { Err("signature") }, "{own:?} as {claimed:?}");
        }
    }
}

#[test]
fn an_ecdsa_signature_may_be_in_der() {
    let authority = Authority::root("Test Citizen CA");
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    for (algorithm, signing) in [
        (Algorithm::Es256, &aws::ECDSA_P256_SHA256_ASN1_SIGNING),
        (Algorithm::Es384, &aws::ECDSA_P384_SHA384_ASN1_SIGNING),
        (Algorithm::Es512, &aws::ECDSA_P521_SHA512_ASN1_SIGNING),
    ] {
        let card = authority.card_with(algorithm, |_| {});
        let signature = card.sign_ecdsa(signing, &algorithm.signed_message(&site(), &nonce()));
        verify(&verifier, &card.token_with(&signature), &nonce()).unwrap();
        let longer = [&signature[..], &[0]].concat();
        assert_eq!(verify(&verifier, &card.token_with(&longer), &nonce()).unwrap_err().code(), "signature");
    }
}

#[test]
fn numbers_out_of_range_are_no_signature() {
    let authority = Authority::root("Test Citizen CA");
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let card = authority.card();
    let good = card.sign(&card.algorithm.signed_message(&site(), &nonce()));
    let (r, s) = good.split_at(48);
    let (zero, greatest) = ([0; 48], [0xff; 48]);
    for (r, s) in
        [(&zero[..], s), (r, &zero[..]), (&greatest[..], s), (r, &greatest[..]), (s, r), (r, &s[..47]), (r, &[])]
    {
        let error = verify(&verifier, &card.token_with(&[r, s].concat()), &nonce()).unwrap_err();
        assert_eq!(error.code(), "signature");
    }
}

#[test]
fn no_changed_byte_of_signature_or_certificate_signs_in() {
    let authority = Authority::root("Test Citizen CA");
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let card = authority.card();
    let signature = card.sign(&card.algorithm.signed_message(&site(), &nonce()));
    let changed = |bytes: &[u8], position: usize| {
        let mut bytes = bytes.to_vec();
        bytes[position] ^= 1;
        bytes
    };
    for position in 0..signature.len() {
        let text = card.token_with(&changed(&signature, position));
        assert!(verify(&verifier, &text, &nonce()).is_err(), "signature, byte {position}");
    }
    for position in 0..card.der.len() {
        let text = token("ES384", &changed(&card.der, position), &signature);
        assert!(verify(&verifier, &text, &nonce()).is_err(), "certificate, byte {position}");
    }
}

#[test]
fn a_challenge_is_answered_once_by_its_session_in_time() {
    let authority = Authority::root("Test Citizen CA");
    let (card, sign_in) = (authority.card(), sign_in(&authority));
    let (browser, other) = (session("browser"), session("other"));
    let challenge = || card.token(&site(), &block_on(sign_in.challenge(&browser, [1; 32], now())).unwrap());
    let verify = |session, token: &str, at| {
        block_on(sign_in.verify(session, token, at)).map(|_| ()).map_err(|error| error.code())
    };
    let end = now() + TimeDelta::minutes(5);

    let token = challenge();
    assert_eq!(verify(&other, &token, now()), Err("challenge_not_found"), "another session's challenge");
    assert_eq!(verify(&browser, &token, end), Ok(()), "the last moment is still in time");
    assert_eq!(verify(&browser, &token, now()), Err("challenge_not_found"), "the same token again");

    let token = challenge();
    let late = end + TimeDelta::milliseconds(1);
    assert_eq!(verify(&browser, &token, late), Err("challenge_expired"));
    assert_eq!(verify(&browser, &token, now()), Err("challenge_not_found"), "used up though it was late");

    let token = challenge();
    assert_eq!(verify(&browser, "nonsense", now()), Err("parse"));
    assert_eq!(verify(&browser, &token, now()), Err("challenge_not_found"), "used up though the token was none");
}

#[test]
fn a_new_challenge_replaces_the_one_before() {
    let authority = Authority::root("Test Citizen CA");
    let (card, sign_in) = (authority.card(), sign_in(&authority));
    let browser = session("browser");
    let first = block_on(sign_in.challenge(&browser, [1; 32], now())).unwrap();
    block_on(sign_in.challenge(&browser, [2; 32], now())).unwrap();
    let error = block_on(sign_in.verify(&browser, &card.token(&site(), &first), now())).unwrap_err();
    assert_eq!(error.code(), "signature");
}

#[test]
fn policies_are_denied_and_allowed() {
    let authority = Authority::root("Test Citizen CA");
    // CertificatePolicies of one policy each: SEQUENCE { SEQUENCE { OID } }, X.690 by hand.
    let policy = |oid: &[u8]| {
        let length = u8::try_from(oid.len()).unwrap();
        let content = [&[0x30, length + 4, 0x30, length + 2, 0x06, length], oid].concat();
        authority.card_with(Algorithm::Es384, |params| {
            params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 32], content));
        })
    };
    // 2.16.56.12.1.1.2.2 and 1.3.6.1.4.1.10015.1.3 (10015 is 0xce 0x1f in base 128).
    let citizen = policy(&[0x60, 0x38, 0x0c, 0x01, 0x01, 0x02, 0x02]);
    let mobile = policy(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0xce, 0x1f, 0x01, 0x03]);
    let without = authority.card();
    let citizen_policy = "2.16.56.12.1.1.2.2".parse().unwrap();
    let code = |profile: Profile, card: &Card| {
        let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off).with_profile(profile);
        verify(&verifier, &card.token(&site(), &nonce()), &nonce())
            .map_or_else(|error| error.verdict(), |_| "ok".into())
    };
    for (profile, verdicts) in [
        (Profile::new(), ["ok", "cert_disallowed_policy", "ok"]),
        (Profile::new().deny(citizen_policy), ["cert_disallowed_policy", "cert_disallowed_policy", "ok"]),
        (Profile::new().allow(citizen_policy), ["ok", "cert_disallowed_policy", "cert_disallowed_policy"]),
        (
            Profile::new().allow("1.3.6.1.4.1.10015.1.3".parse().unwrap()),
            ["cert_disallowed_policy", "cert_disallowed_policy", "cert_disallowed_policy"],
        ),
    ] {
        for (card, verdict) in [&citizen, &mobile, &without].into_iter().zip(verdicts) {
            assert_eq!(code(profile.clone(), card), verdict, "{profile:?}");
        }
    }
}

#[test]
fn purposes_are_checked_first() {
    let authority = Authority::root("Test Citizen CA");
    let with = |usage: Vec<KeyUsagePurpose>, purposes: Vec<ExtendedKeyUsagePurpose>| {
        let card = authority.card_with(Algorithm::Es384, |params| {
            (params.key_usages, params.extended_key_usages) = (usage, purposes);
            // Not valid either: the purpose is what is said.
            params.not_after = date_time_ymd(2025, 1, 1);
        });
        verdict(&authority, &card)
    };
    let digital = || vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyAgreement];
    assert_eq!(with(Vec::new(), vec![ExtendedKeyUsagePurpose::ClientAuth]), "cert_missing_purpose");
    assert_eq!(with(vec![KeyUsagePurpose::ContentCommitment], Vec::new()), "cert_wrong_purpose");
    assert_eq!(with(digital(), vec![ExtendedKeyUsagePurpose::ServerAuth]), "cert_wrong_purpose");
    assert_eq!(with(digital(), Vec::new()), "cert_expired");
    let several = vec![ExtendedKeyUsagePurpose::EmailProtection, ExtendedKeyUsagePurpose::ClientAuth];
    assert_eq!(with(digital(), several), "cert_expired");
}

#[test]
fn what_is_far_too_large_is_refused_at_once() {
    let authority = Authority::root("Test Citizen CA");
    let verifier = TokenVerifier::new(site(), authority.anchors(), Revocation::Off);
    let text = token("ES384", &vec![0x30; 10_000_000], &[0; 96]);
    assert_eq!(verify(&verifier, &text, &nonce()).unwrap_err().code(), "parse");
}
