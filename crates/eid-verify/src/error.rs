use std::fmt;

use chrono::{DateTime, Utc};
use communes_ledger::StoreError;

use crate::{
    certificate::CertificateError, path::PathError, revocation::OcspError, signature::SignatureError,
    webeid::TokenError,
};

/// Why somebody is not signed in. Every variant means: no identity.
///
/// `Display` and `Debug` are the operator's face: the cause, and nothing of the person. What the citizen may see is
/// [`SignInError::public`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// This browser session has no challenge: it never had one, or it was used before.
    #[error("no challenge is waiting in this session")]
    ChallengeNotFound,
    /// The challenge of this session is too old.
    #[error("the challenge ended at {expired_at}")]
    ChallengeExpired {
        /// The last moment at which it could be used.
        expired_at: DateTime<Utc>,
    },
    /// The challenge could not be kept or taken.
    #[error("the challenge store failed: {0}")]
    Store(#[source] StoreError),
    /// The token is not in the Web eID format.
    #[error("the token can't be read: {0}")]
    Parse(#[source] TokenError),
    /// The certificate in the token is none.
    #[error("the certificate in the token can't be read: {0}")]
    CertificateDecoding(#[source] CertificateError),
    /// The certificate has no key usage.
    #[error("the certificate has no key usage")]
    MissingPurpose,
    /// The certificate is not for signing in.
    #[error("the certificate is not for signing in: {0}")]
    WrongPurpose(&'static str),
    /// A policy of the certificate is denied, or none is among those allowed.
    #[error("{}", disallowed(.denied.as_deref()))]
    DisallowedPolicy {
        /// The denied policy; `None` where no allowed one was found.
        denied: Option<String>,
    },
    /// A certificate is not valid yet.
    #[error("{role} certificate: not valid before {not_before}")]
    NotYetValid {
        /// Whose certificate.
        role: CertificateRole,
        /// The first moment of its validity.
        not_before: DateTime<Utc>,
    },
    /// A certificate is not valid any more.
    #[error("{role} certificate: not valid after {not_after}")]
    Expired {
        /// Whose certificate.
        role: CertificateRole,
        /// The last moment of its validity.
        not_after: DateTime<Utc>,
    },
    /// No path leads to a trust anchor.
    #[error("no path to a trust anchor: {0}")]
    NotTrusted(#[source] PathError),
    /// The issuer has revoked the certificate, or does not know it.
    #[error("{}", revoked(*.reason))]
    Revoked {
        /// The reason code of RFC 5280 section 5.3.1, where the issuer gave one; `None` where it does not know the certificate.
        reason: Option<u8>,
    },
    /// Whether the certificate is revoked could not be found out.
    #[error("OCSP: {0}")]
    Ocsp(#[source] OcspError),
    /// The token was not signed by the certificate's key for this origin and this challenge.
    #[error("the token's signature: {0}")]
    Signature(#[source] SignatureError),
}

/// Whose certificate an error speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateRole {
    /// The person who signs in.
    User,
    /// The trust anchor.
    TrustedCa,
    /// A certificate between the person's and the anchor.
    IntermediateCa,
    /// An OCSP responder that answers for its issuer.
    AiaOcspResponder,
    /// An OCSP responder that the operator has pinned.
    DesignatedOcspResponder,
}

impl fmt::Display for CertificateRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::User => "User",
            Self::TrustedCa => "Trusted CA",
            Self::IntermediateCa => "Intermediate CA",
            Self::AiaOcspResponder => "AIA OCSP responder",
            Self::DesignatedOcspResponder => "Designated OCSP responder",
        })
    }
}

/// What a citizen may be told; an application has a text for each code, in each of its languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicError {
    /// The sign-in took too long, or was sent twice: start again.
    StartAgain,
    /// The certificates of the card are not valid any more: the card has to be renewed.
    CardExpired,
    /// The card is not accepted. Why stands in the operator's log only.
    Refused,
    /// Signing in does not work right now: try again later.
    Unavailable,
}

impl PublicError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::StartAgain => "start_again",
            Self::CardExpired => "card_expired",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
        }
    }
}

impl SignInError {
    /// The stable code, for logs and statistics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ChallengeNotFound => "challenge_not_found",
            Self::ChallengeExpired { .. } => "challenge_expired",
            Self::Store(_) => "store",
            Self::Parse(_) => "parse",
            Self::CertificateDecoding(_) => "cert_decoding",
            Self::MissingPurpose => "cert_missing_purpose",
            Self::WrongPurpose(_) => "cert_wrong_purpose",
            Self::DisallowedPolicy { .. } => "cert_disallowed_policy",
            Self::NotYetValid { .. } => "cert_not_yet_valid",
            Self::Expired { .. } => "cert_expired",
            Self::NotTrusted(_) => "cert_not_trusted",
            Self::Revoked { .. } => "revoked",
            Self::Ocsp(_) => "ocsp_failed",
            Self::Signature(_) => "signature",
        }
    }

    /// The code, and after a colon what tells apart two cases of it: `ocsp_failed:nonce_differs`, `revoked:reason=0`,
    /// `cert_expired:AIA OCSP responder`. A person's own certificate is not named.
    #[must_use]
    pub fn verdict(&self) -> String {
        let code = self.code();
        match self {
            Self::NotYetValid { role, .. } | Self::Expired { role, .. } if *role != CertificateRole::User => {
                format!("{code}:{role}")
            }
            Self::Revoked { reason: Some(reason) } => format!("{code}:reason={reason}"),
            Self::Revoked { reason: None } => format!("{code}:unknown"),
            Self::Ocsp(error) => format!("{code}:{}", error.detail()),
            _ => code.to_owned(),
        }
    }

    /// What the citizen may be told.
    #[must_use]
    pub fn public(&self) -> PublicError {
        match self {
            Self::ChallengeNotFound | Self::ChallengeExpired { .. } => PublicError::StartAgain,
            Self::Expired { role: CertificateRole::User, .. } => PublicError::CardExpired,
            Self::Store(_) | Self::Ocsp(_) => PublicError::Unavailable,
            Self::NotYetValid { role, .. } | Self::Expired { role, .. } if *role != CertificateRole::User => {
                PublicError::Unavailable
            }
            _ => PublicError::Refused,
        }
    }
}

impl From<TokenError> for SignInError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Certificate(error) => Self::CertificateDecoding(error),
            error => Self::Parse(error),
        }
    }
}

impl From<PathError> for SignInError {
    fn from(error: PathError) -> Self {
        match error {
            PathError::NotYetValid { role, not_before } => Self::NotYetValid { role, not_before },
            PathError::Expired { role, not_after } => Self::Expired { role, not_after },
            error => Self::NotTrusted(error),
        }
    }
}

impl From<SignatureError> for SignInError {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn disallowed(denied: Option<&str>) -> String {
    match denied {
        Some(policy) => format!("the certificate's policy {policy} is denied"),
        None => "none of the certificate's policies is among those allowed".to_owned(),
    }
}

fn revoked(reason: Option<u8>) -> String {
    match reason {
        Some(reason) => format!("the issuer has revoked the certificate, reason {reason}"),
        None => "the issuer does not know the certificate".to_owned(),
    }
}
