//! Signatures: which algorithms there are, which key each takes, and the one place that verifies them (aws-lc-rs).
//!
//! SHA-1 and RSA keys under 2048 bits are no part of it: nobody signs in with them.

use aws_lc_rs::{
    digest,
    signature::{self as aws, ParsedPublicKey, VerificationAlgorithm},
};
use der::{
    Sequence,
    asn1::{Any, AnyRef, ObjectIdentifier},
};
use x509_cert::spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef, SubjectPublicKeyInfoOwned};

use crate::oid;

/// A digest of the SHA-2 family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) fn digest(self, bytes: &[u8]) -> digest::Digest {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }

    fn of_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            oid::SHA256 => Some(Self::Sha256),
            oid::SHA384 => Some(Self::Sha384),
            oid::SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    fn length(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// How a message is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Ecdsa(Hash),
    RsaPkcs1(Hash),
    /// MGF1 with the same digest, salt as long as the digest.
    RsaPss(Hash),
}

/// How the two numbers of an ECDSA signature are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EcdsaEncoding {
    /// SEQUENCE of two INTEGERs (RFC 3279 section 2.2.3), as in certificates.
    Der,
    /// `r || s` in whole field length (RFC 7518 section 3.4).
    Raw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// Bytes of `r || s`.
    pub(crate) fn raw_signature_length(self) -> usize {
        match self {
            Self::P256 => 64,
            Self::P384 => 96,
            Self::P521 => 132,
        }
    }
}

/// A public key that the rules know how to use.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// The point, uncompressed.
    Ec(Curve, Vec<u8>),
    /// `RSAPublicKey` in DER.
    Rsa(Vec<u8>),
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key is of no kind that is known: not P-256, P-384, P-521 or RSA.
    #[error("the key is neither on P-256, P-384 or P-521 nor an RSA key")]
    KeyUnsupported,
    /// The key is no point of its curve, no RSA key, or too short.
    #[error("the key is no point of its curve, no RSA key, or shorter than 2048 bits")]
    KeyMalformed,
    /// The algorithm is none of those known, or one that is no longer accepted, such as SHA-1.
    #[error("the signature algorithm {algorithm} is not accepted")]
    AlgorithmUnsupported {
        /// Its object identifier.
        algorithm: String,
    },
    /// The algorithm is for another kind of key than the certificate's.
    #[error("the algorithm is for another kind of key than the certificate's")]
    KeyMismatch,
    /// The signature does not fit the message and the key.
    #[error("the signature does not fit what was signed")]
    Invalid,
}

impl PublicKey {
    pub(crate) fn of(info: &SubjectPublicKeyInfoOwned) -> Option<Self> {
        let bits = info.subject_public_key.as_bytes()?.to_vec();
        match info.algorithm.oid {
            oid::EC_PUBLIC_KEY => {
                let curve: ObjectIdentifier = info.algorithm.parameters.as_ref()?.decode_as().ok()?;
                let curve = match curve {
                    oid::SECP256R1 => Curve::P256,
                    oid::SECP384R1 => Curve::P384,
                    oid::SECP521R1 => Curve::P521,
                    _ => return None,
                };
                Some(Self::Ec(curve, bits))
            }
            oid::RSA_ENCRYPTION | oid::RSA_PSS => Some(Self::Rsa(bits)),
            _ => None,
        }
    }

    /// Verifies a signature.
    pub(crate) fn verify(
        &self,
        scheme: Scheme,
        encoding: EcdsaEncoding,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let (algorithm, key): (&'static dyn VerificationAlgorithm, &[u8]) = match (self, scheme) {
            (Self::Ec(curve, point), Scheme::Ecdsa(hash)) => {
                let algorithm = match encoding {
                    EcdsaEncoding::Der => ecdsa_der(*curve, hash),
                    EcdsaEncoding::Raw => ecdsa_raw(*curve, hash).ok_or(SignatureError::KeyMismatch)?,
                };
                (algorithm, point)
            }
            (Self::Rsa(key), Scheme::RsaPkcs1(hash)) => (rsa_pkcs1(hash), key),
            (Self::Rsa(key), Scheme::RsaPss(hash)) => (rsa_pss(hash), key),
            _ => return Err(SignatureError::KeyMismatch),
        };
        let key = ParsedPublicKey::new(algorithm, key).map_err(|_| SignatureError::KeyMalformed)?;
        key.verify_sig(message, signature).map_err(|_| SignatureError::Invalid)
    }
}

fn ecdsa_der(curve: Curve, hash: Hash) -> &'static dyn VerificationAlgorithm {
    match (curve, hash) {
        (Curve::P256, Hash::Sha256) => &aws::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Hash::Sha384) => &aws::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Hash::Sha512) => &aws::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Hash::Sha256) => &aws::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Hash::Sha384) => &aws::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Hash::Sha512) => &aws::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, Hash::Sha256) => &aws::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Hash::Sha384) => &aws::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Hash::Sha512) => &aws::ECDSA_P521_SHA512_ASN1,
    }
}

/// Raw signatures come with the three algorithms of RFC 7518 section 3.4, each with its own curve.
fn ecdsa_raw(curve: Curve, hash: Hash) -> Option<&'static dyn VerificationAlgorithm> {
    match (curve, hash) {
        (Curve::P256, Hash::Sha256) => Some(&aws::ECDSA_P256_SHA256_FIXED),
        (Curve::P384, Hash::Sha384) => Some(&aws::ECDSA_P384_SHA384_FIXED),
        (Curve::P521, Hash::Sha512) => Some(&aws::ECDSA_P521_SHA512_FIXED),
        _ => None,
    }
}

fn rsa_pkcs1(hash: Hash) -> &'static dyn VerificationAlgorithm {
    match hash {
        Hash::Sha256 => &aws::RSA_PKCS1_2048_8192_SHA256,
        Hash::Sha384 => &aws::RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &aws::RSA_PKCS1_2048_8192_SHA512,
    }
}

fn rsa_pss(hash: Hash) -> &'static dyn VerificationAlgorithm {
    match hash {
        Hash::Sha256 => &aws::RSA_PSS_2048_8192_SHA256,
        Hash::Sha384 => &aws::RSA_PSS_2048_8192_SHA384,
        Hash::Sha512 => &aws::RSA_PSS_2048_8192_SHA512,
    }
}

/// The scheme of an algorithm identifier in a certificate or an OCSP answer.
///
/// NULL parameters beside ECDSA (RFC 5758 section 3.2 wants none) are tolerated: Finnish cards carry them.
pub(crate) fn scheme_of(identifier: &AlgorithmIdentifierOwned) -> Result<Scheme, SignatureError> {
    let unsupported = || SignatureError::AlgorithmUnsupported { algorithm: identifier.oid.to_string() };
    let bare = identifier.parameters.as_ref().is_none_or(Any::is_null);
    let scheme = match identifier.oid {
        oid::ECDSA_SHA256 => Scheme::Ecdsa(Hash::Sha256),
        oid::ECDSA_SHA384 => Scheme::Ecdsa(Hash::Sha384),
        oid::ECDSA_SHA512 => Scheme::Ecdsa(Hash::Sha512),
        oid::RSA_SHA256 => Scheme::RsaPkcs1(Hash::Sha256),
        oid::RSA_SHA384 => Scheme::RsaPkcs1(Hash::Sha384),
        oid::RSA_SHA512 => Scheme::RsaPkcs1(Hash::Sha512),
        oid::RSA_PSS => {
            let parameters = identifier.parameters.as_ref().ok_or_else(unsupported)?;
            return pss_hash(parameters.to_ref()).map(Scheme::RsaPss).ok_or_else(unsupported);
        }
        _ => return Err(unsupported()),
    };
    if bare { Ok(scheme) } else { Err(unsupported()) }
}

/// `RSASSA-PSS-params`, RFC 4055 section 3.1. Each default is SHA-1 or a length of SHA-1: what is absent is not accepted.
#[derive(Sequence)]
struct PssParameters<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    mask: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    salt_length: Option<u8>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    trailer: Option<u8>,
}

fn pss_hash(parameters: AnyRef<'_>) -> Option<Hash> {
    let parameters: PssParameters<'_> = parameters.decode_as().ok()?;
    let hash = Hash::of_oid(parameters.hash?.oid)?;
    let mask = parameters.mask?;
    let mask_hash = mask.parameters?.decode_as::<AlgorithmIdentifierRef<'_>>().ok()?.oid;
    let usual = mask.oid == oid::MGF1
        && Hash::of_oid(mask_hash) == Some(hash)
        && parameters.salt_length == Some(hash.length())
        && parameters.trailer.is_none_or(|trailer| trailer == 1);
    usual.then_some(hash)
}
