//! Whether the issuer has revoked a certificate: OCSP (RFC 6960), or the operator's choice not to ask.
//!
//! Nothing here opens a connection: an answer is bytes that somebody else fetched. Building the request, fetching it, and CRLs are
//! not covered yet.

mod answer;
mod check;
mod times;

use chrono::{DateTime, Utc};

pub use check::OcspError;
pub use times::{ResponseTimes, TimesError};

use crate::{
    SignInError,
    certificate::{Certificate, CertificateError},
};

/// How revocation is found out.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Revocation {
    /// Not at all: a revoked card signs in. The operator's explicit choice, which each
    /// [`Evidence`](crate::Evidence) repeats, so that it stands in the log.
    Off,
    /// By an OCSP answer at hand. One for another certificate, or too old, signs nobody in.
    Answer(OcspAnswer),
}

/// What is known of revocation after a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// It was not asked: [`Revocation::Off`].
    NotChecked,
    /// The responder said good.
    Good {
        /// When the responder knew it.
        this_update: DateTime<Utc>,
    },
}

/// An OCSP answer, as it came, and what it is held against.
#[derive(Debug, Clone)]
pub struct OcspAnswer {
    der: Vec<u8>,
    nonce: Option<Vec<u8>>,
    designated: Option<Certificate>,
    times: ResponseTimes,
}

impl OcspAnswer {
    /// An answer in DER (`application/ocsp-response`), from a responder that speaks for the certificate's issuer: the issuer
    /// itself, or one to which it gave a certificate for OCSP signing.
    #[must_use]
    pub fn new(der: impl Into<Vec<u8>>) -> Self {
        Self { der: der.into(), nonce: None, designated: None, times: ResponseTimes::default() }
    }

    /// The nonce of the request, which the answer must repeat (RFC 9654). Without one, an answer may be as old as
    /// [`ResponseTimes`] allows.
    #[must_use]
    pub fn answering(mut self, nonce: impl Into<Vec<u8>>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// The one responder that is believed, given as its certificate in DER, whoever issued it.
    ///
    /// # Errors
    /// [`CertificateError`] when it is no certificate.
    pub fn designated(mut self, certificate: &[u8]) -> Result<Self, CertificateError> {
        self.designated = Some(Certificate::from_der(certificate)?);
        Ok(self)
    }

    /// With other rules for its age.
    #[must_use]
    pub fn with_times(mut self, times: ResponseTimes) -> Self {
        self.times = times;
        self
    }
}

impl Revocation {
    /// Whether `certificate`, issued by `issuer`, is good at `now`.
    ///
    /// # Errors
    /// [`SignInError`] unless it is known to be good, or revocation is off.
    pub fn check(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        now: DateTime<Utc>,
    ) -> Result<RevocationStatus, SignInError> {
        match self {
            Self::Off => Ok(RevocationStatus::NotChecked),
            Self::Answer(answer) => check::check(answer, certificate, issuer, now),
        }
    }
}
