//! Authorities and cards whose keys are made at run time, and tokens that such a card signs.
#![allow(dead_code, unreachable_pub, reason = "each test target uses a part")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair as RsaKeyPair,
    signature::{self as aws, EcdsaKeyPair, EcdsaSigningAlgorithm, RsaEncoding},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use communes_eid_verify::{Nonce, Origin, TrustAnchors, webeid::Algorithm};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};

/// A moment at which every certificate here is valid unless a test says otherwise.
pub fn now() -> DateTime<Utc> {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

pub fn site() -> Origin {
    "https://commune.example".parse().unwrap()
}

/// The national number of the cards: the example of the National Register's own instructions.
pub const NUMBER: &str = "42012205181";

/// A certification authority.
pub struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pub der: Vec<u8>,
}

impl Authority {
    pub fn root(name: &str) -> Self {
        Self::root_with(name, |_| {})
    }

    /// A root whose certificate the test has changed.
    pub fn root_with(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (params, key) = authority(name, change);
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// An authority below this one.
    pub fn authority(&self, name: &str) -> Self {
        self.authority_with(name, |_| {})
    }

    pub fn authority_with(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (params, key) = authority(name, change);
        let der = params.signed_by(&key, &self.issuer()).unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// Another certificate for the same name and key, issued by `issuer`.
    pub fn certified_by(&self, issuer: &Authority) -> Vec<u8> {
        self.params.signed_by(&self.key, &issuer.issuer()).unwrap().der().to_vec()
    }

    /// Another certificate for the same name and key, self-signed.
    pub fn again_with(&self, change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = self.params.clone();
        change(&mut params);
        params.self_signed(&self.key).unwrap().der().to_vec()
    }

    pub fn card(&self) -> Card {
        self.card_with(Algorithm::Es384, |_| {})
    }

    /// A card with a key for this algorithm, whose certificate the test has changed.
    pub fn card_with(&self, algorithm: Algorithm, change: impl FnOnce(&mut CertificateParams)) -> Card {
        let key = card_key(algorithm);
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        for (kind, value) in [
            (DnType::CountryName, "BE"),
            (DnType::CommonName, "Claire Modèle (Authentication)"),
            (DnType::from_oid(&[2, 5, 4, 4]), "Modèle"),
            (DnType::from_oid(&[2, 5, 4, 42]), "Claire Anne"),
            (DnType::from_oid(&[2, 5, 4, 5]), NUMBER),
        ] {
            params.distinguished_name.push(kind, value);
        }
        params.not_before = date_time_ymd(2024, 1, 1);
        params.not_after = date_time_ymd(2029, 1, 1);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let der = params.signed_by(&key, &self.issuer()).unwrap().der().to_vec();
        Card { algorithm, key, der }
    }

    pub fn anchors(&self) -> TrustAnchors {
        TrustAnchors::read(&self.der).unwrap()
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }
}

/// A card with an authentication certificate.
pub struct Card {
    pub algorithm: Algorithm,
    key: KeyPair,
    pub der: Vec<u8>,
}

impl Card {
    /// The token with which the card answers.
    pub fn token(&self, origin: &Origin, nonce: &Nonce) -> String {
        self.token_with(&self.sign(&self.algorithm.signed_message(origin, nonce)))
    }

    /// A token with this signature.
    pub fn token_with(&self, signature: &[u8]) -> String {
        token(self.algorithm.name(), &self.der, signature)
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self.algorithm {
            Algorithm::Es256 => self.sign_ecdsa(&aws::ECDSA_P256_SHA256_FIXED_SIGNING, message),
            Algorithm::Es384 => self.sign_ecdsa(&aws::ECDSA_P384_SHA384_FIXED_SIGNING, message),
            Algorithm::Es512 => self.sign_ecdsa(&aws::ECDSA_P521_SHA512_FIXED_SIGNING, message),
            Algorithm::Ps256 => self.sign_rsa(&aws::RSA_PSS_SHA256, message),
            Algorithm::Ps384 => self.sign_rsa(&aws::RSA_PSS_SHA384, message),
            Algorithm::Ps512 => self.sign_rsa(&aws::RSA_PSS_SHA512, message),
            Algorithm::Rs256 => self.sign_rsa(&aws::RSA_PKCS1_SHA256, message),
            Algorithm::Rs384 => self.sign_rsa(&aws::RSA_PKCS1_SHA384, message),
            Algorithm::Rs512 => self.sign_rsa(&aws::RSA_PKCS1_SHA512, message),
        }
    }

    pub fn sign_ecdsa(&self, algorithm: &'static EcdsaSigningAlgorithm, message: &[u8]) -> Vec<u8> {
        let key = EcdsaKeyPair::from_pkcs8(algorithm, self.key.serialized_der()).unwrap();
        key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    fn sign_rsa(&self, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let key = RsaKeyPair::from_pkcs8(self.key.serialized_der()).unwrap();
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    }
}

/// A token of these parts.
pub fn token(algorithm: &str, certificate: &[u8], signature: &[u8]) -> String {
    let (certificate, signature) = (STANDARD.encode(certificate), STANDARD.encode(signature));
    format!(
        r#"{{"format":"web-eid:1.0","algorithm":"{algorithm}","unverifiedCertificate":"{certificate}","signature":"{signature}","appVersion":"https://web-eid.eu/web-eid-app/releases/2.7.0"}}"#
    )
}

fn authority(name: &str, change: impl FnOnce(&mut CertificateParams)) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.distinguished_name.push(DnType::CountryName, "BE");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    change(&mut params);
    (params, KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap())
}

fn card_key(algorithm: Algorithm) -> KeyPair {
    match algorithm {
        Algorithm::Es256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(),
        Algorithm::Es384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap(),
        Algorithm::Es512 => KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap(),
        _ => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap(),
    }
}
