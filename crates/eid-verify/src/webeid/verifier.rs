use chrono::{DateTime, Utc};

use super::{Nonce, Origin, Profile, Token};
use crate::{
    SignInError,
    identity::{Evidence, Identity, Subject},
    path::PathValidator,
    revocation::{Revocation, RevocationStatus},
    trust::TrustAnchors,
};

/// What a token is checked against: the site's origin, the trusted authorities, the accepted policies, and revocation.
///
/// It is pure: the same token, nonce and moment give the same answer. Whoever uses it directly keeps and consumes the
/// challenges himself; [`SignIn`](crate::SignIn) does both.
#[derive(Debug, Clone)]
pub struct TokenVerifier {
    origin: Origin,
    path: PathValidator,
    profile: Profile,
    revocation: Revocation,
}

impl TokenVerifier {
    /// A verifier for one site. Revocation is never off by default: it is stated here.
    #[must_use]
    pub fn new(origin: Origin, anchors: TrustAnchors, revocation: Revocation) -> Self {
        Self { origin, path: PathValidator::new(anchors), profile: Profile::new(), revocation }
    }

    /// With another profile of certificate policies.
    #[must_use]
    pub fn with_profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// With intermediate certificates between the cards and the anchors, or with other limits: see [`PathValidator`].
    #[must_use]
    pub fn with_path(mut self, path: PathValidator) -> Self {
        self.path = path;
        self
    }

    /// The origin of the site.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Verifies a token that answers `nonce`, at the moment `now`.
    ///
    /// In this order: purpose, policies, validity of the person's certificate, path to an anchor, validity of the anchor, revocation,
    /// signature of the token over origin and nonce.
    ///
    /// # Errors
    /// [`SignInError`] with the first fault: nobody is signed in.
    pub fn verify(&self, token: &Token, nonce: &Nonce, now: DateTime<Utc>) -> Result<Identity, SignInError> {
        let certificate = token.unverified_certificate();
        self.profile.check(certificate)?;
        let path = self.path.validate(certificate, now)?;
        let revocation: RevocationStatus = self.revocation.check(certificate, path.issuer(), now)?;
        token.check_signature(&self.origin, nonce)?;
        let subject = Subject::of(certificate).map_err(SignInError::CertificateDecoding)?;
        let evidence = Evidence::new(certificate, path.anchor(), revocation, now);
        Ok(Identity::new(subject, evidence))
    }
}
