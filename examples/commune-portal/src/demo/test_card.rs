use anyhow::Context as _;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use communes_eid_verify::{Nonce, Origin, TrustAnchors, webeid::Algorithm};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P384_SHA384, date_time_ymd,
};

/// The persons of the demonstration: word, given name, surname, and a number that no person can have (month 92).
const PERSONS: [(&str, &str, &str, &str); 3] = [
    ("camille", "Camille", "Modèle", "85920100163"),
    ("alix", "Alix", "Exemple", "79920200246"),
    ("dominique", "Dominique", "Spécimen", "68920300332"),
];

/// The demonstration's own authority, and the cards that it has issued. All keys are made at start, and kept nowhere.
#[derive(Debug)]
pub(crate) struct TestCards {
    anchor: Vec<u8>,
    cards: Vec<TestCard>,
}

/// A key that signs as a card does, in the place of the browser's extension.
#[derive(Debug)]
pub(crate) struct TestCard {
    pub(crate) word: &'static str,
    pub(crate) name: String,
    key: EcdsaKeyPair,
    certificate: Vec<u8>,
}

impl TestCards {
    pub(crate) fn make() -> anyhow::Result<Self> {
        let authority_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.distinguished_name.push(DnType::CommonName, "Demonstration, no authority of any State");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        (authority.not_before, authority.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2045, 1, 1));
        let anchor = authority.self_signed(&authority_key)?.der().to_vec();
        let issuer = Issuer::from_params(&authority, &authority_key);
        let cards = PERSONS.into_iter().map(|person| TestCard::issue(person, &issuer));
        Ok(Self { anchor, cards: cards.collect::<anyhow::Result<_>>()? })
    }

    pub(crate) fn anchors(&self) -> anyhow::Result<TrustAnchors> {
        TrustAnchors::read(&self.anchor).context("the demonstration's authority")
    }

    pub(crate) fn all(&self) -> &[TestCard] {
        &self.cards
    }

    pub(crate) fn card(&self, word: &str) -> Option<&TestCard> {
        self.cards.iter().find(|card| card.word == word)
    }
}

impl TestCard {
    fn issue(
        (word, given_name, surname, number): (&'static str, &str, &str, &str),
        issuer: &Issuer<'_, &KeyPair>,
    ) -> anyhow::Result<Self> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let name = format!("{given_name} {surname}");
        let mut card = CertificateParams::new(Vec::new())?;
        for (kind, value) in [
            (DnType::CountryName, "BE"),
            (DnType::CommonName, &format!("{name} (Authentication)")),
            (DnType::from_oid(&[2, 5, 4, 4]), surname),
            (DnType::from_oid(&[2, 5, 4, 42]), given_name),
            (DnType::from_oid(&[2, 5, 4, 5]), number),
        ] {
            card.distinguished_name.push(kind, value);
        }
        (card.not_before, card.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2045, 1, 1));
        card.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        card.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let certificate = card.signed_by(&key, issuer)?.der().to_vec();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, key.serialized_der())
            .context("the key of a test card")?;
        Ok(Self { word, name, key, certificate })
    }

    /// The Web eID token with which the card answers a challenge.
    pub(crate) fn token(&self, origin: &Origin, nonce: &Nonce) -> anyhow::Result<String> {
        let message = Algorithm::Es384.signed_message(origin, nonce);
        let signature = self.key.sign(&SystemRandom::new(), &message).context("the test card does not sign")?;
        let token = serde_json::json!({
            "format": "web-eid:1.0",
            "algorithm": "ES384",
            "unverifiedCertificate": STANDARD.encode(&self.certificate),
            "signature": STANDARD.encode(signature.as_ref()),
            "appVersion": "https://commune-portal.example/test-card",
        });
        Ok(token.to_string())
    }
}
