//! The search: depth first, anchors before intermediates, within the limits.

use chrono::{DateTime, Utc};

use super::{
    CertificatePath, PathError, PathLimits, PathValidator,
    check::{check_authority, check_dates, check_end_entity},
    names::same,
};
use crate::{CertificateRole, certificate::Certificate};

pub(super) fn find(
    validator: &PathValidator,
    certificate: &Certificate,
    now: DateTime<Utc>,
) -> Result<CertificatePath, PathError> {
    check_dates(certificate, CertificateRole::User, now)?;
    check_end_entity(certificate)?;
    let mut search = Search {
        validator,
        now,
        below: vec![certificate],
        checks_left: validator.limits.signature_checks,
        nearest: None,
    };
    match search.climb() {
        Some(path) => Ok(path),
        None => Err(search.nearest.unwrap_or_else(|| PathError::no_issuer(certificate))),
    }
}

struct Search<'a> {
    validator: &'a PathValidator,
    now: DateTime<Utc>,
    /// The person's certificate, and above it the intermediates of the path so far.
    below: Vec<&'a Certificate>,
    checks_left: usize,
    nearest: Option<PathError>,
}

impl<'a> Search<'a> {
    /// Goes on from the topmost certificate; `None` when no way leads to an anchor.
    fn climb(&mut self) -> Option<CertificatePath> {
        let validator = self.validator;
        let top: &'a Certificate = self.below.last().copied()?;
        for anchor in validator.anchors.certificates() {
            if self.step(top, anchor, CertificateRole::TrustedCa) {
                let intermediates = self.below[1..].iter().copied().cloned().collect();
                return Some(CertificatePath { intermediates, anchor: anchor.clone() });
            }
        }
        let PathLimits { intermediates: most, .. } = validator.limits;
        for intermediate in &validator.intermediates {
            if self.below.contains(&intermediate) || !same(top.issuer(), intermediate.subject()) {
                continue;
            }
            if self.below.len() > most {
                self.note(PathError::TooLong { intermediates: most });
                return None;
            }
            if self.step(top, intermediate, CertificateRole::IntermediateCa) {
                self.below.push(intermediate);
                if let Some(path) = self.climb() {
                    return Some(path);
                }
                self.below.pop();
            }
        }
        None
    }

    /// Whether `issuer` issued `top` and may do so.
    fn step(&mut self, top: &Certificate, issuer: &Certificate, role: CertificateRole) -> bool {
        if !same(top.issuer(), issuer.subject()) {
            return false;
        }
        match self.try_step(top, issuer, role) {
            Ok(()) => true,
            Err(error) => {
                self.note(error);
                false
            }
        }
    }

    fn try_step(&mut self, top: &Certificate, issuer: &Certificate, role: CertificateRole) -> Result<(), PathError> {
        check_authority(issuer, &self.below[1..])?;
        self.checks_left = self.checks_left.checked_sub(1).ok_or(PathError::TooManySignatures)?;
        top.verify_signed_by(issuer)?;
        check_dates(issuer, role, self.now)
    }

    /// Keeps the error that came nearest to a good path.
    fn note(&mut self, error: PathError) {
        if self.nearest.as_ref().is_none_or(|nearest| error.nearness() >= nearest.nearness()) {
            self.nearest = Some(error);
        }
    }
}
