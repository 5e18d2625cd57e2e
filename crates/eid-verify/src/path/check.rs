//! The rules for each certificate of a path.

use chrono::{DateTime, Utc};

use super::names::{plain, same};
use crate::{CertificateRole, certificate::Certificate, oid, signature::SignatureError};

/// Why no path leads to an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A certificate is not valid yet.
    #[error("{role} certificate: not valid before {not_before}")]
    NotYetValid {
        /// Whose.
        role: CertificateRole,
        /// The first moment of its validity.
        not_before: DateTime<Utc>,
    },
    /// A certificate is not valid any more.
    #[error("{role} certificate: not valid after {not_after}")]
    Expired {
        /// Whose.
        role: CertificateRole,
        /// The last moment of its validity.
        not_after: DateTime<Utc>,
    },
    /// No authority of this name is known.
    #[error("no trusted or intermediate authority is named {issuer}")]
    NoIssuer {
        /// Organisation and common name of the issuer, without digits that could be a person's number.
        issuer: String,
    },
    /// An authority of the right name has another key, or a key or algorithm that is not accepted.
    #[error("the issuer's signature: {0}")]
    Signature(#[source] SignatureError),
    /// The issuer is no certification authority (basic constraints, RFC 5280 section 4.2.1.9).
    #[error("the issuer is not a certification authority")]
    IssuerNotAuthority,
    /// The issuer's key is not for signing certificates (key usage, RFC 5280 section 4.2.1.3).
    #[error("the issuer's key usage has no keyCertSign")]
    IssuerKeyUsage,
    /// The issuer is not for issuing certificates to sign in with.
    #[error("the issuer's extended key usage has no clientAuth")]
    IssuerPurpose,
    /// More certificates stand below an authority than it may have.
    #[error("more authorities stand below one than its path length allows")]
    PathLength,
    /// A critical extension without a rule, or name constraints.
    #[error("extension {0} is critical or limits names, and there is no rule for it")]
    UnhandledExtension(String),
    /// What should be a person's certificate is that of an authority.
    #[error("the certificate is that of an authority, not of a person")]
    PersonIsAuthority,
    /// An OCSP responder was made one by somebody else than the issuer of the certificate (RFC 6960 section 4.2.2.2).
    #[error("the OCSP responder does not speak for the certificate's issuer")]
    ResponderNotOfIssuer,
    /// More intermediate certificates than the limit.
    #[error("more than {intermediates} intermediate certificates")]
    TooLong {
        /// The limit.
        intermediates: usize,
    },
    /// More signatures would have to be verified than the limit.
    #[error("more signatures than the limit would have to be verified")]
    TooManySignatures,
}

impl PathError {
    pub(super) fn no_issuer(certificate: &Certificate) -> Self {
        let issuer = if same(certificate.issuer(), certificate.subject()) {
            // The issuer is the person: nothing of that is for a log.
            "as the certificate itself".to_owned()
        } else {
            plain(certificate.issuer())
        };
        Self::NoIssuer { issuer }
    }

    /// How near to a good path somebody was who met this error.
    pub(super) fn nearness(&self) -> u8 {
        match self {
            Self::NoIssuer { .. } => 0,
            Self::Signature(_) => 1,
            Self::NotYetValid { .. } | Self::Expired { .. } => 3,
            _ => 2,
        }
    }
}

/// A person's certificate: no authority, and nothing critical that is not understood.
pub(super) fn check_end_entity(certificate: &Certificate) -> Result<(), PathError> {
    if certificate.basic_constraints().is_some_and(|constraints| constraints.ca) {
        return Err(PathError::PersonIsAuthority);
    }
    check_critical(certificate)
}

/// An authority, with the intermediates that stand below it on the path.
pub(super) fn check_authority(authority: &Certificate, below: &[&Certificate]) -> Result<(), PathError> {
    check_critical(authority)?;
    match authority.basic_constraints() {
        Some(constraints) if constraints.ca => {
            // Those that are issued by themselves do not count (RFC 5280 section 4.2.1.9).
            let counted = below.iter().filter(|certificate| !same(certificate.issuer(), certificate.subject())).count();
            if constraints.path_len_constraint.is_some_and(|most| counted > usize::from(most)) {
                return Err(PathError::PathLength);
            }
        }
        // Old roots are of version 1, which has no basic constraints; an operator has named them.
        None if !authority.is_version_3() && same(authority.issuer(), authority.subject()) => {}
        _ => return Err(PathError::IssuerNotAuthority),
    }
    if authority.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
        return Err(PathError::IssuerKeyUsage);
    }
    match authority.extended_key_usage() {
        Some(purposes) if !purposes.iter().any(|id| matches!(*id, oid::CLIENT_AUTH | oid::ANY_EXTENDED_KEY_USAGE)) => {
            Err(PathError::IssuerPurpose)
        }
        _ => Ok(()),
    }
}

pub(super) fn check_dates(
    certificate: &Certificate,
    role: CertificateRole,
    now: DateTime<Utc>,
) -> Result<(), PathError> {
    let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
    if now < not_before {
        return Err(PathError::NotYetValid { role, not_before });
    }
    if now > not_after {
        return Err(PathError::Expired { role, not_after });
    }
    Ok(())
}

fn check_critical(certificate: &Certificate) -> Result<(), PathError> {
    match certificate.unhandled_critical() {
        Some(id) => Err(PathError::UnhandledExtension(id.to_string())),
        None => Ok(()),
    }
}
