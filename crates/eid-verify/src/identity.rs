//! Who signed in: what the certificate says of the person, how it is known, and a key for the person that is no national number.

use std::fmt;

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use communes_civil::{NationalNumber, purpose::Purpose};
use der::{
    Tag, Tagged,
    asn1::{AnyRef, ObjectIdentifier},
};
use x509_cert::name::Name;

use crate::{
    certificate::{Certificate, CertificateError},
    oid,
    revocation::RevocationStatus,
};

/// A person who has signed in, and how that is known. Only a verification makes one.
///
/// `Debug` shows nothing of the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    subject: Subject,
    evidence: Evidence,
}

/// What a certificate says of its holder. Each part may be absent: an organisation has no given name.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    common_name: Option<String>,
    given_name: Option<String>,
    surname: Option<String>,
    id_code: Option<IdCode>,
    country: Option<String>,
}

/// The number by which a country knows a person: the serial number in the subject of the certificate.
///
/// Readable only with a stated [`Purpose`]; `Debug` shows a constant, and there is no `Display` and no `Serialize`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdCode {
    text: String,
    country: Option<String>,
}

/// How an identity is known: what an application writes into its log of sign-ins. It says nothing of the person but the
/// certificate's fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// SHA-256 of the person's certificate.
    pub certificate_sha256: [u8; 32],
    /// SHA-256 of the trust anchor.
    pub anchor_sha256: [u8; 32],
    /// What is known of revocation. [`RevocationStatus::NotChecked`] belongs into the log.
    pub revocation: RevocationStatus,
    /// When it was verified.
    pub verified_at: DateTime<Utc>,
}

impl Identity {
    pub(crate) fn new(subject: Subject, evidence: Evidence) -> Self {
        Self { subject, evidence }
    }

    /// Who it is.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// How it is known.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The key under which a commune keeps this person; `None` where the certificate has no number, as of an organisation.
    #[must_use]
    pub fn person_key(&self, secret: &PersonKeySecret) -> Option<PersonKey> {
        self.subject.id_code.as_ref().map(|id_code| secret.key_of(id_code))
    }
}

impl Subject {
    /// Reads the subject of a certificate: one serial number at most, each text in an encoding that is known.
    pub(crate) fn of(certificate: &Certificate) -> Result<Self, CertificateError> {
        let name = certificate.subject();
        if name.iter().filter(|attribute| attribute.oid == oid::SERIAL_NUMBER).count() > 1 {
            return Err(CertificateError::SubjectMalformed(oid::SERIAL_NUMBER.to_string()));
        }
        let country = attribute(name, oid::COUNTRY_NAME)?;
        let id_code = attribute(name, oid::SERIAL_NUMBER)?.map(|text| IdCode { text, country: country.clone() });
        Ok(Self {
            common_name: attribute(name, oid::COMMON_NAME)?,
            given_name: attribute(name, oid::GIVEN_NAME)?,
            surname: attribute(name, oid::SURNAME)?,
            id_code,
            country,
        })
    }

    /// The common name, such as `Nora Specimen (Authentication)`: its form is each issuer's own.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// The given names, as they stand: Belgian cards have the first two in one text, Estonian ones are in capitals.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        self.given_name.as_deref()
    }

    /// The surname, as it stands.
    #[must_use]
    pub fn surname(&self) -> Option<&str> {
        self.surname.as_deref()
    }

    /// The person's number.
    #[must_use]
    pub fn id_code(&self) -> Option<&IdCode> {
        self.id_code.as_ref()
    }

    /// The country that issued the card, ISO 3166-1 alpha-2.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }
}

impl IdCode {
    /// The number as the certificate has it, for a stated purpose: `01050399864`, `PNOEE-38001085718`.
    #[must_use]
    pub fn expose(&self, _purpose: &Purpose) -> &str {
        &self.text
    }

    /// The Belgian national number, where it is one. Those of test cards, which no person can have, are none: read them with
    /// [`NationalNumber::from_test_card`].
    #[must_use]
    pub fn national_number(&self) -> Option<NationalNumber> {
        let (country, number) = self.parts();
        if country == "BE" { number.parse().ok() } else { None }
    }

    /// Country and number, without the prefix of ETSI EN 319 412-1 section 5.1.3 (`PNOEE-`), so that a person has one key
    /// whichever certificate he signs in with.
    fn parts(&self) -> (&str, &str) {
        match self.text.split_at_checked(6) {
            Some((prefix, number)) if prefix.starts_with("PNO") && prefix.ends_with('-') => (&prefix[3..5], number),
            _ => (self.country.as_deref().unwrap_or_default(), &self.text),
        }
    }
}

impl Evidence {
    pub(crate) fn new(
        certificate: &Certificate,
        anchor: &Certificate,
        revocation: RevocationStatus,
        verified_at: DateTime<Utc>,
    ) -> Self {
        Self {
            certificate_sha256: certificate.fingerprint(),
            anchor_sha256: anchor.fingerprint(),
            revocation,
            verified_at,
        }
    }
}

/// The commune's secret from which the keys of persons are made. Whoever has it can find out whose key is whose.
#[derive(Debug, Clone)]
pub struct PersonKeySecret(hmac::Key);

/// A secret that is too short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret of the person keys has at least 32 bytes")]
pub struct PersonKeySecretError;

impl PersonKeySecret {
    /// A secret of at least 32 random bytes, one for each commune, kept as long as the data.
    ///
    /// # Errors
    /// It is shorter.
    pub fn new(secret: &[u8]) -> Result<Self, PersonKeySecretError> {
        if secret.len() < 32 {
            return Err(PersonKeySecretError);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    fn key_of(&self, id_code: &IdCode) -> PersonKey {
        let (country, number) = id_code.parts();
        let tag = hmac::sign(&self.0, format!("communes/person/1/{country}/{number}").as_bytes());
        let mut key = [0; 32];
        key.copy_from_slice(tag.as_ref());
        PersonKey(key)
    }
}

/// The key of a person within one commune: HMAC-SHA256 of country and number under the commune's [`PersonKeySecret`].
///
/// It is the same at each sign-in, and says nothing to whoever lacks the secret. Still it is personal data: `Debug` shows a constant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey([u8; 32]);

impl PersonKey {
    /// A key, as it was kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, to be kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hexadecimal digits, to be kept as text.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }
}

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
redacted!(Subject, IdCode, PersonKey);

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Identity").field("evidence", &self.evidence).finish_non_exhaustive()
    }
}

/// The first attribute of a kind, as text.
fn attribute(name: &Name, id: ObjectIdentifier) -> Result<Option<String>, CertificateError> {
    let Some(attribute) = name.iter().find(|attribute| attribute.oid == id) else {
        return Ok(None);
    };
    match text(attribute.value.to_ref()) {
        Some(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        None => Err(CertificateError::SubjectMalformed(id.to_string())),
    }
}

/// The text of a directory string (X.520). Issuers put UTF-8 where ASCII belongs: that is read, and nothing is ever replaced.
pub(crate) fn text(value: AnyRef<'_>) -> Option<String> {
    match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            std::str::from_utf8(value.value()).ok().map(str::to_owned)
        }
        // Teletex: only what is the same in all of its readings.
        Tag::TeletexString if value.value().is_ascii() => std::str::from_utf8(value.value()).ok().map(str::to_owned),
        Tag::BmpString => {
            let (units, rest) = value.value().as_chunks::<2>();
            let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            if rest.is_empty() { String::from_utf16(&units).ok() } else { None }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_code(text: &str, country: Option<&str>) -> IdCode {
        IdCode { text: text.to_owned(), country: country.map(str::to_owned) }
    }

    #[test]
    fn one_person_has_one_key_with_and_without_prefix() {
        let secret = PersonKeySecret::new(&[7; 32]).unwrap();
        let key = secret.key_of(&id_code("38001085718", Some("EE")));
        assert_eq!(secret.key_of(&id_code("PNOEE-38001085718", Some("EE"))), key);
        assert_ne!(secret.key_of(&id_code("38001085718", Some("BE"))), key);
        assert_ne!(secret.key_of(&id_code("38001085719", Some("EE"))), key);
        assert_ne!(PersonKeySecret::new(&[8; 32]).unwrap().key_of(&id_code("38001085718", Some("EE"))), key);
    }

    #[test]
    fn the_key_is_hmac_sha256() {
        // printf 'communes/person/1/BE/42012205181' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07 (32 times)
        let secret = PersonKeySecret::new(&[7; 32]).unwrap();
        assert_eq!(
            secret.key_of(&id_code("42012205181", Some("BE"))).to_hex(),
            "18dbca9b43a544ab0954641464734e4b96e93919dbc0aaa107a329a826b7c8e0"
        );
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert_eq!(PersonKeySecret::new(&[7; 31]).unwrap_err(), PersonKeySecretError);
    }

    #[test]
    fn only_belgian_numbers_are_national_numbers() {
        // The example of the National Register's own instructions.
        assert!(id_code("42012205181", Some("BE")).national_number().is_some());
        assert!(id_code("PNOBE-42012205181", None).national_number().is_some());
        assert!(id_code("42012205181", Some("EE")).national_number().is_none());
        assert!(id_code("42012205182", Some("BE")).national_number().is_none());
        assert!(id_code("é2012205181", Some("BE")).national_number().is_none());
    }

    #[test]
    fn texts_in_each_encoding() {
        let text_of = |tag, bytes: &'static [u8]| text(AnyRef::new(tag, bytes).unwrap());
        assert_eq!(text_of(Tag::Utf8String, "Angèle".as_bytes()).as_deref(), Some("Angèle"));
        assert_eq!(text_of(Tag::PrintableString, "Angèle".as_bytes()).as_deref(), Some("Angèle"));
        assert_eq!(text_of(Tag::BmpString, &[0, b'A', 0, 0xe8]).as_deref(), Some("Aè"));
        assert_eq!(text_of(Tag::BmpString, &[0, b'A', 0]), None);
        assert_eq!(text_of(Tag::BmpString, &[0xd8, 0]), None);
        assert_eq!(text_of(Tag::Utf8String, &[0xff]), None);
        assert_eq!(text_of(Tag::TeletexString, &[0xe8]), None);
        assert_eq!(text_of(Tag::Integer, &[1]), None);
    }
}
