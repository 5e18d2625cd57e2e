//! The rules for an OCSP answer, in order: one answer, certificate, signature, responder, times, status, nonce.

use aws_lc_rs::digest;
use chrono::{DateTime, Utc};
use der::asn1::{GeneralizedTime, OctetStringRef};

use super::{
    OcspAnswer, RevocationStatus, TimesError,
    answer::{BasicResponse, CertId, CertStatus, OcspResponse, ResponderId, SingleResponse},
};
use crate::{
    CertificateRole, SignInError,
    certificate::Certificate,
    oid,
    path::PathError,
    signature::{EcdsaEncoding, SignatureError, scheme_of},
};

/// The largest answer that is read, in bytes.
const MAX_ANSWER_LENGTH: usize = 64 * 1024;

/// Why an OCSP answer says nothing of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcspError {
    /// Not the DER of RFC 6960, or more than 64 KiB.
    #[error("the answer is not in the format of RFC 6960")]
    Parse,
    /// The responder does not answer; the text is the name of its status.
    #[error("the responder answers: {0}")]
    Status(&'static str),
    /// Not exactly one certificate is answered for.
    #[error("the answer is for {0} certificates, not for one")]
    ResponseCount(usize),
    /// The answer is for another certificate.
    #[error("the answer is for another certificate")]
    CertId,
    /// The responder's certificate is absent, broken, or not for signing OCSP answers.
    #[error("the responder's certificate is absent, broken, or not for signing answers")]
    ResponderCert,
    /// The signature does not fit.
    #[error("the answer's signature: {0}")]
    Signature(#[source] SignatureError),
    /// Too old, or from the future.
    #[error("{0}")]
    Times(#[source] TimesError),
    /// A nonce was sent, and none came back.
    #[error("the answer has no nonce")]
    NonceAbsent,
    /// A nonce was sent, and another one came back: the answer is to another request.
    #[error("the answer has another nonce than the request")]
    NonceDiffers,
}

impl OcspError {
    /// What it is, for [`SignInError::verdict`](crate::SignInError::verdict).
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::Parse => "parse".to_owned(),
            Self::Status(status) => format!("status={status}"),
            Self::ResponseCount(count) => format!("response_count={count}"),
            Self::CertId => "cert_id".to_owned(),
            Self::ResponderCert => "responder_cert".to_owned(),
            Self::Signature(_) => "signature".to_owned(),
            Self::Times(error) => error.to_string(),
            Self::NonceAbsent => "nonce_absent".to_owned(),
            Self::NonceDiffers => "nonce_differs".to_owned(),
        }
    }
}

impl From<OcspError> for SignInError {
    fn from(error: OcspError) -> Self {
        Self::Ocsp(error)
    }
}

pub(super) fn check(
    answer: &OcspAnswer,
    certificate: &Certificate,
    issuer: &Certificate,
    now: DateTime<Utc>,
) -> Result<RevocationStatus, SignInError> {
    let basic = read(&answer.der)?;
    let [single] = basic.data.responses[..] else {
        return Err(OcspError::ResponseCount(basic.data.responses.len()).into());
    };
    let single = SingleResponse::read(single).map_err(|_| OcspError::Parse)?;
    if !is_for(&single.id, certificate, issuer) {
        return Err(OcspError::CertId.into());
    }
    let responder = responder(&basic, answer.designated.as_ref(), issuer)?;
    verify(&basic, &responder)?;
    check_responder(&responder, answer.designated.as_ref(), issuer, now)?;
    let this_update = instant(single.this_update);
    answer.times.check(this_update, single.next_update.map(instant), now).map_err(OcspError::Times)?;
    match single.status {
        CertStatus::Good => {}
        CertStatus::Revoked(reason) => return Err(SignInError::Revoked { reason: Some(reason) }),
        CertStatus::Unknown => return Err(SignInError::Revoked { reason: None }),
    }
    if let Some(expected) = &answer.nonce {
        check_nonce(&basic, expected)?;
    }
    Ok(RevocationStatus::Good { this_update })
}

fn read(der: &[u8]) -> Result<BasicResponse<'_>, OcspError> {
    if der.len() > MAX_ANSWER_LENGTH {
        return Err(OcspError::Parse);
    }
    let response = OcspResponse::read(der).map_err(|_| OcspError::Parse)?;
    if response.status != 0 {
        return Err(OcspError::Status(status_name(response.status)));
    }
    match response.response {
        Some((oid::OCSP_BASIC, bytes)) => BasicResponse::read(bytes).map_err(|_| OcspError::Parse),
        _ => Err(OcspError::Parse),
    }
}

/// RFC 6960 section 4.2.1, `OCSPResponseStatus`.
fn status_name(status: u8) -> &'static str {
    match status {
        1 => "malformed request",
        2 => "internal error",
        3 => "try later",
        5 => "signature required",
        6 => "unauthorized",
        _ => "unknown",
    }
}

fn is_for(id: &CertId<'_>, certificate: &Certificate, issuer: &Certificate) -> bool {
    let algorithm = match id.hash {
        // It names a certificate and protects nothing: SHA-1 is what responders use.
        oid::SHA1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        oid::SHA256 => &digest::SHA256,
        _ => return false,
    };
    digest::digest(algorithm, &issuer.subject_der()).as_ref() == id.issuer_name_hash
        && digest::digest(algorithm, issuer.public_key_bits()).as_ref() == id.issuer_key_hash
        && without_leading_zeros(certificate.serial_number()) == without_leading_zeros(id.serial_number.as_bytes())
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    &bytes[start..]
}

/// The certificate whose key should have signed: the one that the answer's responder id names, among those in the answer, the pinned one
/// and the issuer. An answer may carry several, and not in any order.
fn responder(
    basic: &BasicResponse<'_>,
    designated: Option<&Certificate>,
    issuer: &Certificate,
) -> Result<Certificate, OcspError> {
    let carried = basic.certificates.iter().filter_map(|der| Certificate::from_der(der).ok());
    let known = [designated, Some(issuer)].into_iter().flatten().cloned();
    carried
        .chain(known)
        .find(|candidate| match &basic.data.responder {
            ResponderId::Name(name) => candidate.subject() == name,
            ResponderId::KeyHash(hash) => {
                digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, candidate.public_key_bits()).as_ref() == *hash
            }
        })
        .ok_or(OcspError::ResponderCert)
}

fn verify(basic: &BasicResponse<'_>, responder: &Certificate) -> Result<(), OcspError> {
    let verified = scheme_of(&basic.signature_algorithm)
        .and_then(|scheme| responder.public_key()?.verify(scheme, EcdsaEncoding::Der, basic.signed, basic.signature));
    verified.map_err(|error| match error {
        SignatureError::KeyMalformed | SignatureError::KeyUnsupported => OcspError::ResponderCert,
        error => OcspError::Signature(error),
    })
}

/// RFC 6960 section 4.2.2.2: the issuer itself, or one that the issuer itself has made a responder; or the one that is pinned.
fn check_responder(
    responder: &Certificate,
    designated: Option<&Certificate>,
    issuer: &Certificate,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    let role = match designated {
        Some(_) => CertificateRole::DesignatedOcspResponder,
        None => CertificateRole::AiaOcspResponder,
    };
    if now < responder.not_before() {
        return Err(SignInError::NotYetValid { role, not_before: responder.not_before() });
    }
    if now > responder.not_after() {
        return Err(SignInError::Expired { role, not_after: responder.not_after() });
    }
    match designated {
        Some(designated) if designated == responder => require_ocsp_signing(responder),
        None if responder == issuer => Ok(()),
        None => {
            require_ocsp_signing(responder)?;
            if let Some(id) = responder.unhandled_critical() {
                return Err(SignInError::NotTrusted(PathError::UnhandledExtension(id.to_string())));
            }
            if responder.issuer() != issuer.subject() {
                return Err(SignInError::NotTrusted(PathError::ResponderNotOfIssuer));
            }
            responder.verify_signed_by(issuer).map_err(|error| SignInError::NotTrusted(PathError::Signature(error)))
        }
        Some(_) => Err(SignInError::NotTrusted(PathError::ResponderNotOfIssuer)),
    }
}

fn require_ocsp_signing(responder: &Certificate) -> Result<(), SignInError> {
    let purposes = responder.extended_key_usage().unwrap_or_default();
    if purposes.contains(&oid::OCSP_SIGNING) { Ok(()) } else { Err(OcspError::ResponderCert.into()) }
}

/// The extension holds an OCTET STRING (RFC 9654); some responders leave out that inner wrapping.
fn check_nonce(basic: &BasicResponse<'_>, expected: &[u8]) -> Result<(), OcspError> {
    let extension = basic
        .data
        .extensions
        .iter()
        .find(|extension| extension.extn_id == oid::OCSP_NONCE)
        .ok_or(OcspError::NonceAbsent)?;
    let value = extension.extn_value.as_bytes();
    let wrapped = <&OctetStringRef as der::Decode<'_>>::from_der(value).map(OctetStringRef::as_bytes);
    if value == expected || wrapped == Ok(expected) { Ok(()) } else { Err(OcspError::NonceDiffers) }
}

fn instant(time: GeneralizedTime) -> DateTime<Utc> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
