//! The authorities that are trusted: certificates that the operator gives, root or intermediate. None is carried here.

use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::certificate::{Certificate, CertificateError};

/// The certificates that a path may end at; at least one.
///
/// Each is trusted as it stands: an intermediate authority is as good an anchor as a root. Its own signature is not verified, its dates and its
/// limits are. Several of one name and serial number are all tried (Belgian Root CA 4 and its second edition).
#[derive(Debug, Clone)]
pub struct TrustAnchors(Vec<Certificate>);

/// Why a file holds no trust anchors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no certificate in it.
    #[error("no certificate found, neither in PEM nor in DER")]
    Empty,
    /// The PEM armour is broken.
    #[error("certificate {number} of the file: broken PEM")]
    Pem {
        /// Which certificate of the file, from 1.
        number: usize,
    },
    /// A certificate can't be read.
    #[error("certificate {number} of the file: {source}")]
    Certificate {
        /// Which certificate of the file, from 1.
        number: usize,
        /// Why.
        source: CertificateError,
    },
}

impl TrustAnchors {
    /// Reads the certificates of one file: one in DER, or any number in PEM.
    ///
    /// # Errors
    /// [`TrustError`] when there is none, or when one of them can't be read.
    pub fn read(bytes: &[u8]) -> Result<Self, TrustError> {
        read_certificates(bytes).map(Self)
    }

    /// Together with those of another file.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The certificates.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.0
    }
}

/// Reads certificates in PEM or DER, at least one.
pub(crate) fn read_certificates(bytes: &[u8]) -> Result<Vec<Certificate>, TrustError> {
    const SEQUENCE: u8 = 0x30;
    if bytes.first() == Some(&SEQUENCE) {
        let certificate =
            Certificate::from_der(bytes).map_err(|source| TrustError::Certificate { number: 1, source })?;
        return Ok(vec![certificate]);
    }
    let mut certificates = Vec::new();
    for (index, der) in CertificateDer::pem_slice_iter(bytes).enumerate() {
        let number = index + 1;
        let der = der.map_err(|_| TrustError::Pem { number })?;
        let certificate = Certificate::from_der(&der).map_err(|source| TrustError::Certificate { number, source })?;
        certificates.push(certificate);
    }
    if certificates.is_empty() { Err(TrustError::Empty) } else { Ok(certificates) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused_with_its_place() {
        assert_eq!(TrustAnchors::read(b"").unwrap_err(), TrustError::Empty);
        assert_eq!(TrustAnchors::read(b"hello").unwrap_err(), TrustError::Empty);
        assert!(matches!(
            TrustAnchors::read(&[0x30, 0]).unwrap_err(),
            TrustError::Certificate { number: 1, source: CertificateError::NotDer(_) }
        ));
        let broken = b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
        assert_eq!(TrustAnchors::read(broken).unwrap_err(), TrustError::Pem { number: 1 });
        let empty = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        assert!(matches!(TrustAnchors::read(empty).unwrap_err(), TrustError::Certificate { number: 1, .. }));
    }
}
