use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::Value;

use super::{Nonce, Origin};
use crate::{
    certificate::{Certificate, CertificateError},
    signature::{Curve, EcdsaEncoding, Hash, PublicKey, Scheme, SignatureError},
};

/// The shortest token that is read, in characters.
pub const MIN_TOKEN_LENGTH: usize = 100;
/// The longest token that is read, in characters.
pub const MAX_TOKEN_LENGTH: usize = 10_000;

/// A Web eID authentication token, read and not verified.
#[derive(Debug, Clone)]
pub struct Token {
    format: TokenFormat,
    algorithm: Algorithm,
    certificate: Certificate,
    signature: Vec<u8>,
}

/// The versions of the token that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenFormat {
    /// `web-eid:1` and `web-eid:1.0`, which are the same.
    V1_0,
}

/// The nine signature algorithms of a token (RFC 7518 sections 3.3 to 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Algorithm {
    Es256,
    Es384,
    Es512,
    Ps256,
    Ps384,
    Ps512,
    Rs256,
    Rs384,
    Rs512,
}

/// Why a text is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Shorter than any token.
    #[error("a token has at least {MIN_TOKEN_LENGTH} characters")]
    TooShort,
    /// Longer than any token.
    #[error("a token has at most {MAX_TOKEN_LENGTH} characters")]
    TooLong,
    /// No JSON object, or one whose members have another type.
    #[error("not a token in JSON: line {line}, column {column}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A member is absent, null, empty, or of another type.
    #[error("'{0}' field is missing, null or empty")]
    FieldMissing(&'static str),
    /// The format is neither `web-eid:1` nor `web-eid:1.0`.
    #[error("only token format version 1.0 is read")]
    FormatUnsupported,
    /// The algorithm is none of the nine.
    #[error("unsupported signature algorithm")]
    AlgorithmUnsupported,
    /// The signature is no base64.
    #[error("the signature is not base64")]
    SignatureNotBase64,
    /// The certificate is none.
    #[error("the certificate: {0}")]
    Certificate(CertificateError),
}

// Members that are not named here (`appVersion`, `action`, `issuerApp`) say nothing that could be trusted.
#[derive(Deserialize)]
struct Members {
    format: Option<String>,
    #[serde(rename = "unverifiedCertificate")]
    certificate: Option<Value>,
    algorithm: Option<String>,
    signature: Option<String>,
}

impl Token {
    /// Reads a token from its JSON text.
    ///
    /// # Errors
    /// [`TokenError`] with the first fault, in the order length, JSON, format, certificate, algorithm, signature.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        // No character has more than four bytes: what is far too long is not even counted.
        if text.len() > 4 * MAX_TOKEN_LENGTH || text.chars().count() > MAX_TOKEN_LENGTH {
            return Err(TokenError::TooLong);
        }
        if text.chars().count() < MIN_TOKEN_LENGTH {
            return Err(TokenError::TooShort);
        }
        let members: Members = serde_json::from_str(text)
            .map_err(|error| TokenError::NotJson { line: error.line(), column: error.column() })?;
        let format = match present(members.format.as_deref(), "format")? {
            "web-eid:1" | "web-eid:1.0" => TokenFormat::V1_0,
            _ => return Err(TokenError::FormatUnsupported),
        };
        let certificate = read_certificate(members.certificate)?;
        let algorithm = Algorithm::of_name(present(members.algorithm.as_deref(), "algorithm")?)
            .ok_or(TokenError::AlgorithmUnsupported)?;
        let signature = STANDARD
            .decode(present(members.signature.as_deref(), "signature")?)
            .map_err(|_| TokenError::SignatureNotBase64)?;
        Ok(Self { format, algorithm, certificate, signature })
    }

    /// Its version.
    #[must_use]
    pub fn format(&self) -> TokenFormat {
        self.format
    }

    /// How it is signed.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The certificate that it carries, which nobody has verified.
    #[must_use]
    pub fn unverified_certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Whether its certificate's key signed this origin and this nonce. This alone signs nobody in: the certificate may be
    /// anybody's. [`TokenVerifier`](super::TokenVerifier) checks the whole.
    ///
    /// # Errors
    /// [`SignatureError`] when it did not.
    pub fn check_signature(&self, origin: &Origin, nonce: &Nonce) -> Result<(), SignatureError> {
        let message = self.algorithm.signed_message(origin, nonce);
        let key = self.certificate.public_key()?;
        let verify = |encoding| key.verify(self.algorithm.scheme(), encoding, &message, &self.signature);
        match &key {
            PublicKey::Ec(curve, _) if self.algorithm.curve() == Some(*curve) => {
                let raw_length = self.signature.len() == curve.raw_signature_length();
                match raw_length.then(|| verify(EcdsaEncoding::Raw)) {
                    Some(Ok(())) => Ok(()),
                    // Some clients write DER; one as long as a raw signature is rare, and possible.
                    _ => verify(EcdsaEncoding::Der),
                }
            }
            PublicKey::Ec(..) => Err(SignatureError::KeyMismatch),
            PublicKey::Rsa(_) => verify(EcdsaEncoding::Der),
        }
    }
}

impl Algorithm {
    /// All nine.
    pub const ALL: [Self; 9] = [
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
    ];

    /// The name in a token.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// The bytes that a card signs with this algorithm, which hashes them again: `hash(origin) || hash(nonce)`.
    #[must_use]
    pub fn signed_message(self, origin: &Origin, nonce: &Nonce) -> Vec<u8> {
        let hash = self.hash();
        [hash.digest(origin.as_str().as_bytes()).as_ref(), hash.digest(nonce.as_str().as_bytes()).as_ref()].concat()
    }

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    fn hash(self) -> Hash {
        match self {
            Self::Es256 | Self::Ps256 | Self::Rs256 => Hash::Sha256,
            Self::Es384 | Self::Ps384 | Self::Rs384 => Hash::Sha384,
            Self::Es512 | Self::Ps512 | Self::Rs512 => Hash::Sha512,
        }
    }

    fn scheme(self) -> Scheme {
        match self {
            Self::Es256 | Self::Es384 | Self::Es512 => Scheme::Ecdsa(self.hash()),
            Self::Ps256 | Self::Ps384 | Self::Ps512 => Scheme::RsaPss(self.hash()),
            Self::Rs256 | Self::Rs384 | Self::Rs512 => Scheme::RsaPkcs1(self.hash()),
        }
    }

    /// RFC 7518 section 3.4: each ECDSA algorithm has its own curve.
    fn curve(self) -> Option<Curve> {
        match self {
            Self::Es256 => Some(Curve::P256),
            Self::Es384 => Some(Curve::P384),
            Self::Es512 => Some(Curve::P521),
            _ => None,
        }
    }
}

fn present<'a>(text: Option<&'a str>, name: &'static str) -> Result<&'a str, TokenError> {
    text.filter(|text| !text.is_empty()).ok_or(TokenError::FieldMissing(name))
}

fn read_certificate(value: Option<Value>) -> Result<Certificate, TokenError> {
    const NAME: &str = "unverifiedCertificate";
    let text = match value {
        Some(Value::String(text)) => text,
        // Some JSON readers take a number for its text; either way it is no certificate.
        Some(Value::Number(_)) => return Err(TokenError::Certificate(CertificateError::NotBase64)),
        _ => return Err(TokenError::FieldMissing(NAME)),
    };
    let bytes = STANDARD
        .decode(present(Some(&text), NAME)?)
        .map_err(|_| TokenError::Certificate(CertificateError::NotBase64))?;
    Certificate::from_der(&bytes).map_err(TokenError::Certificate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_format(format: &str) -> TokenError {
        let padding = "x".repeat(100);
        Token::parse(&format!(r#"{{"format":"{format}","padding":"{padding}"}}"#)).unwrap_err()
    }

    #[test]
    fn formats_1_and_1_0_exactly() {
        for format in ["web-eid:1", "web-eid:1.0"] {
            assert_eq!(with_format(format), TokenError::FieldMissing("unverifiedCertificate"), "{format}");
        }
        for format in [
            "web-eid:10",
            "web-eid:1x",
            "web-eid:2",
            "web-eid:1.1",
            "web-eid:1.00",
            "web-eid:",
            "WEB-EID:1",
            " web-eid:1",
        ] {
            assert_eq!(with_format(format), TokenError::FormatUnsupported, "{format}");
        }
        assert_eq!(with_format(""), TokenError::FieldMissing("format"));
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let text = |length: usize| "é".repeat(length);
        assert_eq!(Token::parse(&text(99)).unwrap_err(), TokenError::TooShort);
        assert_eq!(Token::parse(&text(10_001)).unwrap_err(), TokenError::TooLong);
        assert!(matches!(Token::parse(&text(100)).unwrap_err(), TokenError::NotJson { .. }));
        assert!(matches!(Token::parse(&text(10_000)).unwrap_err(), TokenError::NotJson { .. }));
        assert_eq!(Token::parse(&"x".repeat(10_000_000)).unwrap_err(), TokenError::TooLong);
    }

    #[test]
    fn a_member_that_stands_twice_is_refused() {
        let padding = "x".repeat(100);
        let text = format!(r#"{{"format":"web-eid:1","format":"web-eid:1","padding":"{padding}"}}"#);
        assert!(matches!(Token::parse(&text).unwrap_err(), TokenError::NotJson { line: 1, .. }));
    }

    #[test]
    fn depth_is_limited_where_it_is_read() {
        let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
        let read = format!(r#"{{"format":"web-eid:1","unverifiedCertificate":{deep}}}"#);
        assert!(matches!(Token::parse(&read).unwrap_err(), TokenError::NotJson { .. }));
        let passed_over = format!(r#"{{"format":"web-eid:1","x":{deep}}}"#);
        assert_eq!(Token::parse(&passed_over).unwrap_err(), TokenError::FieldMissing("unverifiedCertificate"));
    }
}
