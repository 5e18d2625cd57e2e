//! OCSP answers whose signers are made here: who may say that a certificate is good.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use aws_lc_rs::{digest, signature as aws};
use chrono::{DateTime, TimeDelta, Utc};
use common::{Authority, Card, now};
use communes_eid_verify::{Certificate, OcspAnswer, Revocation, RevocationStatus, webeid::Algorithm};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, date_time_ymd};

// Tags of X.690.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const ENUMERATED: u8 = 0x0a;
const TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const EXPLICIT_0: u8 = 0xa0;
const EXPLICIT_1: u8 = 0xa1;

/// One object in DER: tag, shortest length, contents.
fn der(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let [high, low] = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let head = match (high, low) {
        (0, low) if low < 0x80 => vec![tag, low],
        (0, low) => vec![tag, 0x81, low],
        (high, low) => vec![tag, 0x82, high, low],
    };
    [head, contents].concat()
}

fn time(at: DateTime<Utc>) -> Vec<u8> {
    der(TIME, &[at.format("%Y%m%d%H%M%SZ").to_string().as_bytes()])
}

/// What an answer says, and who signs it.
struct Answer<'a> {
    card: &'a Card,
    issuer: &'a Authority,
    signer: &'a Card,
    /// Certificates that the answer carries.
    carried: Vec<&'a [u8]>,
    /// `CertStatus` in DER.
    status: Vec<u8>,
    this_update: DateTime<Utc>,
    nonce: Option<Vec<u8>>,
    digest: &'static digest::Algorithm,
}

const GOOD: [u8; 2] = [0x80, 0];
const UNKNOWN: [u8; 2] = [0x82, 0];

fn revoked(reason: u8) -> Vec<u8> {
    der(EXPLICIT_1, &[&time(now()), &der(EXPLICIT_0, &[&der(ENUMERATED, &[&[reason]])])])
}

impl<'a> Answer<'a> {
    fn good(card: &'a Card, issuer: &'a Authority, signer: &'a Card) -> Self {
        Self {
            card,
            issuer,
            signer,
            carried: vec![&signer.der],
            status: GOOD.to_vec(),
            this_update: now(),
            nonce: None,
            digest: &digest::SHA1_FOR_LEGACY_USE_ONLY,
        }
    }

    /// `OCSPResponse`, RFC 6960 section 4.2.1; signed with ecdsa-with-SHA384.
    fn der(&self) -> Vec<u8> {
        let hash_oid: &[u8] = if self.digest == &digest::SHA256 {
            &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
        } else {
            &[0x2b, 0x0e, 0x03, 0x02, 0x1a]
        };
        let hash = |bytes: &[u8]| der(OCTET_STRING, &[digest::digest(self.digest, bytes).as_ref()]);
        let parts = Parts::of(&self.issuer.der);
        let id = der(
            SEQUENCE,
            &[
                &der(SEQUENCE, &[&der(OID, &[hash_oid])]),
                &hash(&parts.subject),
                &hash(&parts.key),
                &der(INTEGER, &[&Parts::of(&self.card.der).serial]),
            ],
        );
        let single = der(SEQUENCE, &[&id, &self.status, &time(self.this_update)]);
        let nonce_oid = der(OID, &[&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02]]);
        let extensions = self.nonce.as_ref().map(|nonce| {
            let value = der(OCTET_STRING, &[&der(OCTET_STRING, &[nonce])]);
            der(EXPLICIT_1, &[&der(SEQUENCE, &[&der(SEQUENCE, &[&nonce_oid, &value])])])
        });
        let data = der(
            SEQUENCE,
            &[
                &der(EXPLICIT_1, &[&Parts::of(&self.signer.der).subject]),
                &time(now()),
                &der(SEQUENCE, &[&single]),
                &extensions.unwrap_or_default(),
            ],
        );
        let signature = self.signer.sign_ecdsa(&aws::ECDSA_P384_SHA384_ASN1_SIGNING, &data);
        let certificates = der(EXPLICIT_0, &[&der(SEQUENCE, &self.carried)]);
        let basic = der(
            SEQUENCE,
            &[
                &data,
                &der(SEQUENCE, &[&der(OID, &[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]])]),
                &der(BIT_STRING, &[&[0], &signature]),
                &certificates,
            ],
        );
        let basic_oid = der(OID, &[&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01]]);
        let bytes = der(SEQUENCE, &[&basic_oid, &der(OCTET_STRING, &[&basic])]);
        der(SEQUENCE, &[&der(ENUMERATED, &[&[0]]), &der(EXPLICIT_0, &[&bytes])])
    }

    fn verdict(&self) -> String {
        self.verdict_of(OcspAnswer::new(self.der()))
    }

    fn verdict_of(&self, answer: OcspAnswer) -> String {
        let certificate = Certificate::from_der(&self.card.der).unwrap();
        let issuer = Certificate::from_der(&self.issuer.der).unwrap();
        match Revocation::Answer(answer).check(&certificate, &issuer, now()) {
            Ok(RevocationStatus::Good { .. }) => "good".to_owned(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.verdict(),
        }
    }
}

/// The parts of a certificate that a `CertID` is made of, read by hand.
struct Parts {
    serial: Vec<u8>,
    subject: Vec<u8>,
    key: Vec<u8>,
}

impl Parts {
    fn of(certificate: &[u8]) -> Self {
        let tbs = members(members(certificate)[0]);
        let key = members(tbs[6])[1];
        // Contents of the INTEGER, and of the BIT STRING without its count of unused bits.
        Self { serial: contents(tbs[1]).to_vec(), subject: tbs[5].to_vec(), key: contents(key)[1..].to_vec() }
    }
}

/// Length of the head and of the contents of the first object.
fn lengths(bytes: &[u8]) -> (usize, usize) {
    match bytes[1] {
        0x82 => (4, usize::from(bytes[2]) << 8 | usize::from(bytes[3])),
        0x81 => (3, usize::from(bytes[2])),
        length => (2, usize::from(length)),
    }
}

fn contents(object: &[u8]) -> &[u8] {
    let (head, length) = lengths(object);
    &object[head..head + length]
}

fn members(object: &[u8]) -> Vec<&[u8]> {
    let mut rest = contents(object);
    let mut members = Vec::new();
    while !rest.is_empty() {
        let (head, length) = lengths(rest);
        let (member, after) = rest.split_at(head + length);
        members.push(member);
        rest = after;
    }
    members
}

fn responder(params: &mut CertificateParams) {
    params.distinguished_name.push(DnType::CommonName, "Test OCSP responder");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
}

#[test]
fn a_responder_of_the_issuer_is_believed() {
    let authority = Authority::root("Test Citizen CA");
    let (card, signer) = (authority.card(), authority.card_with(Algorithm::Es384, responder));
    let good = Answer::good(&card, &authority, &signer);
    assert_eq!(good.verdict(), "good");
    assert_eq!(Answer { digest: &digest::SHA256, ..Answer::good(&card, &authority, &signer) }.verdict(), "good");
    // Several certificates, the right one last, among them one that is none.
    let other = authority.card();
    let carried = vec![&other.der[..], &[SEQUENCE, 0], &signer.der];
    assert_eq!(Answer { carried, ..Answer::good(&card, &authority, &signer) }.verdict(), "good");
}

#[test]
fn nobody_else_is_believed() {
    let (authority, other) = (Authority::root("Test Citizen CA"), Authority::root("Other CA"));
    let namesake = Authority::root("Test Citizen CA");
    let card = authority.card();
    // The card says of itself that it is good.
    assert_eq!(Answer::good(&card, &authority, &card).verdict(), "ocsp_failed:responder_cert");
    let colleague = authority.card();
    assert_eq!(Answer::good(&card, &authority, &colleague).verdict(), "ocsp_failed:responder_cert");
    for stranger in [&other, &namesake] {
        let signer = stranger.card_with(Algorithm::Es384, responder);
        assert_eq!(Answer::good(&card, &authority, &signer).verdict(), "cert_not_trusted");
    }
    let old = authority.card_with(Algorithm::Es384, |params| {
        responder(params);
        params.not_after = date_time_ymd(2025, 1, 1);
    });
    assert_eq!(Answer::good(&card, &authority, &old).verdict(), "cert_expired:AIA OCSP responder");
    let signer = authority.card_with(Algorithm::Es384, responder);
    let unsigned = Answer { carried: Vec::new(), ..Answer::good(&card, &authority, &signer) };
    assert_eq!(unsigned.verdict(), "ocsp_failed:responder_cert", "its certificate is not there");
}

#[test]
fn a_pinned_responder_is_the_only_one() {
    let (authority, other) = (Authority::root("Test Citizen CA"), Authority::root("Other CA"));
    let card = authority.card();
    let pinned = other.card_with(Algorithm::Es384, responder);
    let own = authority.card_with(Algorithm::Es384, responder);
    let designated =
        |answer: &Answer<'_>| answer.verdict_of(OcspAnswer::new(answer.der()).designated(&pinned.der).unwrap());
    assert_eq!(designated(&Answer::good(&card, &authority, &pinned)), "good");
    let carried = Vec::new();
    assert_eq!(designated(&Answer { carried, ..Answer::good(&card, &authority, &pinned) }), "good");
    // Another one of the same name: the pinned certificate's key is what the signature is held against, or it is not the pinned one.
    assert_eq!(designated(&Answer::good(&card, &authority, &own)), "cert_not_trusted");
}

#[test]
fn only_good_is_good() {
    let authority = Authority::root("Test Citizen CA");
    let (card, signer) = (authority.card(), authority.card_with(Algorithm::Es384, responder));
    for (status, verdict) in [
        (revoked(1), "revoked:reason=1"),
        (revoked(200), "revoked:reason=200"),
        (der(EXPLICIT_1, &[&time(now())]), "revoked:reason=0"),
        (UNKNOWN.to_vec(), "revoked:unknown"),
        (vec![0x83, 0], "ocsp_failed:parse"),
        (vec![0x80, 1, 0], "ocsp_failed:parse"),
    ] {
        assert_eq!(Answer { status, ..Answer::good(&card, &authority, &signer) }.verdict(), verdict);
    }
}

#[test]
fn the_answer_is_for_this_certificate_and_this_moment() {
    let (authority, other) = (Authority::root("Test Citizen CA"), Authority::root("Other CA"));
    let (card, signer) = (authority.card(), authority.card_with(Algorithm::Es384, responder));
    let another = authority.card();
    let good = Answer::good(&card, &authority, &signer);
    let for_another = Answer::good(&another, &authority, &signer).der();
    assert_eq!(good.verdict_of(OcspAnswer::new(for_another)), "ocsp_failed:cert_id");
    let of_other_issuer = Answer::good(&card, &other, &signer).der();
    assert_eq!(good.verdict_of(OcspAnswer::new(of_other_issuer)), "ocsp_failed:cert_id");
    let this_update = now() - TimeDelta::minutes(3);
    let old = Answer { this_update, ..Answer::good(&card, &authority, &signer) };
    assert_eq!(old.verdict(), "ocsp_failed:thisUpdate is too old");
}

#[test]
fn an_absent_nonce_is_told_from_a_different_one() {
    let authority = Authority::root("Test Citizen CA");
    let (card, signer) = (authority.card(), authority.card_with(Algorithm::Es384, responder));
    for (nonce, verdict) in [
        (Some(vec![7; 32]), "good"),
        (Some(vec![8; 32]), "ocsp_failed:nonce_differs"),
        (Some(vec![7; 31]), "ocsp_failed:nonce_differs"),
        (None, "ocsp_failed:nonce_absent"),
    ] {
        let answer = Answer { nonce, ..Answer::good(&card, &authority, &signer) };
        assert_eq!(answer.verdict_of(OcspAnswer::new(answer.der()).answering([7; 32])), verdict);
    }
}

#[test]
fn no_changed_byte_of_the_signed_part_is_good() {
    let authority = Authority::root("Test Citizen CA");
    let (card, signer) = (authority.card(), authority.card_with(Algorithm::Es384, responder));
    let good = Answer::good(&card, &authority, &signer);
    let bytes = good.der();
    // Up to the certificates: what is carried beside the responder's own is nobody's statement.
    let end = bytes.windows(signer.der.len()).position(|window| window == signer.der).unwrap();
    for position in 0..end {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        assert_ne!(good.verdict_of(OcspAnswer::new(changed)), "good", "byte {position}");
    }
    for length in 0..bytes.len() {
        assert_ne!(good.verdict_of(OcspAnswer::new(&bytes[..length])), "good", "cut at {length}");
    }
    assert_eq!(good.verdict_of(OcspAnswer::new(vec![SEQUENCE; 10_000_000])), "ocsp_failed:parse");
}
