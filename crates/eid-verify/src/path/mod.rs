//! Certificate paths (RFC 5280 section 6) from a person's certificate to an anchor that the operator trusts.
//!
//! An own small validator, and not rustls-webpki or certval, because sign-in by card needs what they do not do:
//! rustls-webpki ignores the dates and the key usage of anchors, and that of the person's certificate, refuses critical
//! policy extensions, and says little of why; certval is a pre-release and verifies with RustCrypto. What is
//! missing here is refused, not passed over: name constraints, and critical extensions without a rule, policy constraints
//! among them.

mod build;
mod check;
mod names;

use chrono::{DateTime, Utc};

pub use check::PathError;

use crate::{
    certificate::Certificate,
    signature::SignatureError,
    trust::{TrustAnchors, TrustError, read_certificates},
};

/// How much work one path may cost, whatever certificates there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathLimits {
    /// The most certificates between the person's and the anchor.
    pub intermediates: usize,
    /// The most signatures that are verified.
    pub signature_checks: usize,
}

impl Default for PathLimits {
    fn default() -> Self {
        Self { intermediates: 4, signature_checks: 16 }
    }
}

/// Finds and checks paths to a set of anchors.
#[derive(Debug, Clone)]
pub struct PathValidator {
    anchors: TrustAnchors,
    intermediates: Vec<Certificate>,
    limits: PathLimits,
}

/// A path that was found good.
#[derive(Debug, Clone)]
pub struct CertificatePath {
    /// From the issuer of the person's certificate to the one that the anchor issued.
    intermediates: Vec<Certificate>,
    anchor: Certificate,
}

impl PathValidator {
    /// A validator with the usual limits and no intermediate certificates.
    #[must_use]
    pub fn new(anchors: TrustAnchors) -> Self {
        Self { anchors, intermediates: Vec::new(), limits: PathLimits::default() }
    }

    /// With the intermediate certificates of one file, in DER or PEM. They are not trusted: each needs a path itself.
    ///
    /// # Errors
    /// [`TrustError`] when there is none, or when one of them can't be read.
    pub fn with_intermediates(mut self, bytes: &[u8]) -> Result<Self, TrustError> {
        self.intermediates.extend(read_certificates(bytes)?);
        Ok(self)
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: PathLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Finds a path for a certificate of a person, valid at `now`: first its own dates, then issuers up to an anchor,
    /// then the anchor's dates.
    ///
    /// # Errors
    /// [`PathError`], of all that was tried the reason nearest to a good path.
    pub fn validate(&self, certificate: &Certificate, now: DateTime<Utc>) -> Result<CertificatePath, PathError> {
        build::find(self, certificate, now)
    }
}

impl CertificatePath {
    /// Who issued the person's certificate.
    #[must_use]
    pub fn issuer(&self) -> &Certificate {
        self.intermediates.first().unwrap_or(&self.anchor)
    }

    /// The anchor at its end.
    #[must_use]
    pub fn anchor(&self) -> &Certificate {
        &self.anchor
    }
}

impl From<SignatureError> for PathError {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}
