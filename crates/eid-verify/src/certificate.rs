//! What the rules need of an X.509 certificate (RFC 5280 section 4), read once and typed.

use std::{fmt, sync::Arc};

use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use der::{
    Decode, Encode, Reader, SliceReader,
    asn1::{BitString, ObjectIdentifier},
};
use x509_cert::{
    TbsCertificate,
    certificate::Version,
    ext::pkix::{BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage},
    name::Name,
    spki::AlgorithmIdentifierOwned,
    time::Time,
};

use crate::{
    oid,
    signature::{EcdsaEncoding, PublicKey, SignatureError, scheme_of},
};

/// The largest certificate that is read, in bytes.
pub const MAX_CERTIFICATE_LENGTH: usize = 64 * 1024;

/// An X.509 certificate, as it was read: nothing about it is verified yet.
///
/// Cloning is cheap. `Debug` shows a fingerprint only, since the subject of a card is a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(Arc<Content>);

#[derive(PartialEq, Eq)]
struct Content {
    der: Vec<u8>,
    /// The bytes that the issuer signed, as they stand.
    signed: std::ops::Range<usize>,
    tbs: TbsCertificate,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
    key_usage: Option<KeyUsage>,
    extended_key_usage: Option<Vec<ObjectIdentifier>>,
    policies: Vec<ObjectIdentifier>,
    basic_constraints: Option<BasicConstraints>,
    unhandled_critical: Option<ObjectIdentifier>,
}

/// Why bytes are no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// More than [`MAX_CERTIFICATE_LENGTH`] bytes.
    #[error("longer than {MAX_CERTIFICATE_LENGTH} bytes")]
    TooLong,
    /// Not the base64 of RFC 4648 section 4.
    #[error("not base64")]
    NotBase64,
    /// Not the DER of RFC 5280 section 4.1; the position is a byte offset.
    #[error("not a certificate in DER: {0}")]
    NotDer(String),
    /// The signature algorithm inside and outside of the signed part differ (RFC 5280 section 4.1.1.2).
    #[error("the signature algorithm differs inside and outside of the signed part")]
    AlgorithmsDiffer,
    /// An extension stands twice (RFC 5280 section 4.2), or stands in a certificate of version 1 or 2.
    #[error("extension {0} stands twice, or in a certificate that is not of version 3")]
    ExtensionMisplaced(String),
    /// An extension that the rules need can't be read.
    #[error("extension {0} can't be read")]
    ExtensionMalformed(String),
    /// The subject states an attribute more than once, or in an unknown text encoding.
    #[error("attribute {0} of the subject is ambiguous or no text")]
    SubjectMalformed(String),
}

impl Certificate {
    /// Reads one certificate in DER, with nothing after it.
    ///
    /// # Errors
    /// [`CertificateError`] when it is none, or contradicts itself.
    pub fn from_der(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MAX_CERTIFICATE_LENGTH {
            return Err(CertificateError::TooLong);
        }
        let (signed, signature_algorithm, signature) = split(bytes).map_err(|error| not_der(&error))?;
        let tbs = TbsCertificate::from_der(&bytes[signed.clone()]).map_err(|error| not_der(&error))?;
        if *tbs.signature() != signature_algorithm {
            return Err(CertificateError::AlgorithmsDiffer);
        }
        let extensions = Extensions::read(&tbs)?;
        let signature = signature
            .as_bytes()
            .ok_or_else(|| CertificateError::NotDer("the signature is no whole number of bytes".to_owned()))?
            .to_vec();
        Ok(Self(Arc::new(Content {
            der: bytes.to_vec(),
            signed,
            tbs,
            signature_algorithm,
            signature,
            key_usage: extensions.key_usage,
            extended_key_usage: extensions.extended_key_usage,
            policies: extensions.policies,
            basic_constraints: extensions.basic_constraints,
            unhandled_critical: extensions.unhandled_critical,
        })))
    }

    /// The bytes that were read.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the whole certificate, by which operators know it.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(digest::digest(&digest::SHA256, &self.0.der).as_ref());
        fingerprint
    }

    /// The first moment of its validity.
    #[must_use]
    pub fn not_before(&self) -> DateTime<Utc> {
        instant(self.0.tbs.validity().not_before)
    }

    /// The last moment of its validity.
    #[must_use]
    pub fn not_after(&self) -> DateTime<Utc> {
        instant(self.0.tbs.validity().not_after)
    }

    pub(crate) fn subject(&self) -> &Name {
        self.0.tbs.subject()
    }

    pub(crate) fn issuer(&self) -> &Name {
        self.0.tbs.issuer()
    }

    pub(crate) fn serial_number(&self) -> &[u8] {
        self.0.tbs.serial_number().as_bytes()
    }

    pub(crate) fn key_usage(&self) -> Option<KeyUsage> {
        self.0.key_usage
    }

    /// The purposes of the key; `None` where the extension is absent.
    pub(crate) fn extended_key_usage(&self) -> Option<&[ObjectIdentifier]> {
        self.0.extended_key_usage.as_deref()
    }

    pub(crate) fn policies(&self) -> &[ObjectIdentifier] {
        &self.0.policies
    }

    pub(crate) fn basic_constraints(&self) -> Option<&BasicConstraints> {
        self.0.basic_constraints.as_ref()
    }

    /// Version 3, the only one with extensions.
    pub(crate) fn is_version_3(&self) -> bool {
        self.0.tbs.version() == Version::V3
    }

    /// The first critical extension that no rule here handles.
    pub(crate) fn unhandled_critical(&self) -> Option<ObjectIdentifier> {
        self.0.unhandled_critical
    }

    /// The subject's name in DER, and the bits of its key: what an OCSP `CertID` digests.
    pub(crate) fn subject_der(&self) -> Vec<u8> {
        self.subject().to_der().expect("a name that was read from DER can be written")
    }

    pub(crate) fn public_key_bits(&self) -> &[u8] {
        self.0.tbs.subject_public_key_info().subject_public_key.raw_bytes()
    }

    pub(crate) fn public_key(&self) -> Result<PublicKey, SignatureError> {
        PublicKey::of(self.0.tbs.subject_public_key_info()).ok_or(SignatureError::KeyUnsupported)
    }

    /// Whether `issuer`'s key signed this certificate.
    pub(crate) fn verify_signed_by(&self, issuer: &Certificate) -> Result<(), SignatureError> {
        let scheme = scheme_of(&self.0.signature_algorithm)?;
        issuer.public_key()?.verify(scheme, EcdsaEncoding::Der, &self.0.der[self.0.signed.clone()], &self.0.signature)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Certificate(sha256 {})", hex::encode(self.fingerprint()))
    }
}

/// The three parts of a certificate: where the signed bytes stand, the algorithm, the signature.
fn split(bytes: &[u8]) -> der::Result<(std::ops::Range<usize>, AlgorithmIdentifierOwned, BitString)> {
    let mut reader = SliceReader::new(bytes)?;
    let parts = reader.sequence(|reader| {
        let start = usize::try_from(reader.position())?;
        let signed = reader.tlv_bytes()?.len();
        Ok::<_, der::Error>((start..start + signed, reader.decode()?, reader.decode()?))
    })?;
    reader.finish()?;
    Ok(parts)
}

/// The error's own text may quote nothing of the certificate: kind and position only.
fn not_der(error: &der::Error) -> CertificateError {
    CertificateError::NotDer(match error.position() {
        Some(position) => format!("byte {position}"),
        None => "no such structure".to_owned(),
    })
}

fn instant(time: Time) -> DateTime<Utc> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[derive(Default)]
struct Extensions {
    key_usage: Option<KeyUsage>,
    extended_key_usage: Option<Vec<ObjectIdentifier>>,
    policies: Vec<ObjectIdentifier>,
    basic_constraints: Option<BasicConstraints>,
    unhandled_critical: Option<ObjectIdentifier>,
}

impl Extensions {
    fn read(tbs: &TbsCertificate) -> Result<Self, CertificateError> {
        let mut found = Self::default();
        let extensions = tbs.extensions().map(Vec::as_slice).unwrap_or_default();
        for (index, extension) in extensions.iter().enumerate() {
            let id = extension.extn_id;
            let twice = extensions[..index].iter().any(|earlier| earlier.extn_id == id);
            if twice || tbs.version() != Version::V3 {
                return Err(CertificateError::ExtensionMisplaced(id.to_string()));
            }
            let value = extension.extn_value.as_bytes();
            let malformed = |_| CertificateError::ExtensionMalformed(id.to_string());
            match id {
                oid::KEY_USAGE => found.key_usage = Some(KeyUsage::from_der(value).map_err(malformed)?),
                oid::EXTENDED_KEY_USAGE => {
                    found.extended_key_usage = Some(ExtendedKeyUsage::from_der(value).map_err(malformed)?.0);
                }
                oid::BASIC_CONSTRAINTS => {
                    found.basic_constraints = Some(BasicConstraints::from_der(value).map_err(malformed)?);
                }
                // Only the identifiers: the texts beside them are for show, and some Belgian ones are malformed.
                oid::CERTIFICATE_POLICIES => {
                    let policies = CertificatePolicies::from_der(value).map_err(malformed)?.0;
                    found.policies = policies.into_iter().map(|policy| policy.policy_identifier).collect();
                }
                oid::SUBJECT_ALT_NAME => {}
                // Whoever limits names must not be overruled, critical or not: no rule for it yet, so it is refused.
                oid::NAME_CONSTRAINTS => found.unhandled_critical = Some(id),
                _ if extension.critical => found.unhandled_critical = Some(id),
                _ => {}
            }
        }
        Ok(found)
    }
}
