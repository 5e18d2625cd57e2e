//! The structures of an OCSP answer (RFC 6960 section 4.2.1), as far as the rules need them.

use der::{
    Decode, ErrorKind, Header, Reader, Result, SliceReader, Tag, TagNumber,
    asn1::{AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UintRef},
};
use x509_cert::{ext::Extension, name::Name, spki::AlgorithmIdentifierOwned};

/// `OCSPResponse`: its status, and the type and bytes of the answer itself.
pub(super) struct OcspResponse<'a> {
    pub(super) status: u8,
    pub(super) response: Option<(ObjectIdentifier, &'a [u8])>,
}

/// `BasicOCSPResponse`.
pub(super) struct BasicResponse<'a> {
    /// The signed part, as it stands.
    pub(super) signed: &'a [u8],
    pub(super) data: ResponseData<'a>,
    pub(super) signature_algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: &'a [u8],
    /// Each in DER, read when it is needed.
    pub(super) certificates: Vec<&'a [u8]>,
}

/// `ResponseData`.
pub(super) struct ResponseData<'a> {
    pub(super) responder: ResponderId<'a>,
    /// Each in DER, read when it is known that there is one only.
    pub(super) responses: Vec<&'a [u8]>,
    pub(super) extensions: Vec<Extension>,
}

pub(super) enum ResponderId<'a> {
    Name(Name),
    /// SHA-1 of the bits of the responder's key.
    KeyHash(&'a [u8]),
}

pub(super) struct SingleResponse<'a> {
    pub(super) id: CertId<'a>,
    pub(super) status: CertStatus,
    pub(super) this_update: GeneralizedTime,
    pub(super) next_update: Option<GeneralizedTime>,
}

pub(super) struct CertId<'a> {
    pub(super) hash: ObjectIdentifier,
    pub(super) issuer_name_hash: &'a [u8],
    pub(super) issuer_key_hash: &'a [u8],
    pub(super) serial_number: UintRef<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertStatus {
    Good,
    /// With the reason of RFC 5280 section 5.3.1, 0 where none is stated.
    Revoked(u8),
    Unknown,
}

impl<'a> OcspResponse<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        whole(bytes, |reader| {
            let status = enumerated(reader)?;
            let response = explicit(reader, 0, |reader| {
                reader.sequence(|reader| {
                    let kind = reader.decode()?;
                    let response: &OctetStringRef = reader.decode()?;
                    Ok((kind, response.as_bytes()))
                })
            })?;
            Ok(Self { status, response })
        })
    }
}

impl<'a> BasicResponse<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        whole(bytes, |reader| {
            let signed = reader.tlv_bytes()?;
            let signature_algorithm = reader.decode()?;
            let signature: BitStringRef<'a> = reader.decode()?;
            let signature =
                signature.as_bytes().ok_or_else(|| reader.error(ErrorKind::Value { tag: Tag::BitString }))?;
            let certificates = explicit(reader, 0, list)?.unwrap_or_default();
            let data = whole(signed, data)?;
            Ok(Self { signed, data, signature_algorithm, signature, certificates })
        })
    }
}

/// `ResponseData`. `producedAt` is passed over: `thisUpdate` is what counts.
fn data<'a>(reader: &mut SliceReader<'a>) -> Result<ResponseData<'a>> {
    const V1: u8 = 0;
    if explicit(reader, 0, u8::decode)?.is_some_and(|version| version != V1) {
        return Err(reader.error(ErrorKind::Value { tag: Tag::Integer }));
    }
    let responder = match explicit(reader, 1, Name::decode)? {
        Some(name) => ResponderId::Name(name),
        None => match explicit(reader, 2, <&OctetStringRef>::decode)? {
            Some(hash) => ResponderId::KeyHash(hash.as_bytes()),
            None => return Err(reader.error(ErrorKind::Failed)),
        },
    };
    reader.tlv_bytes()?;
    let responses = list(reader)?;
    let extensions = explicit(reader, 1, Vec::<Extension>::decode)?.unwrap_or_default();
    Ok(ResponseData { responder, responses, extensions })
}

impl<'a> SingleResponse<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self> {
        whole(bytes, |reader| {
            let id = reader.sequence(|reader| {
                let hash: AlgorithmIdentifierOwned = reader.decode()?;
                let issuer_name_hash: &OctetStringRef = reader.decode()?;
                let issuer_key_hash: &OctetStringRef = reader.decode()?;
                Ok::<_, der::Error>(CertId {
                    hash: hash.oid,
                    issuer_name_hash: issuer_name_hash.as_bytes(),
                    issuer_key_hash: issuer_key_hash.as_bytes(),
                    serial_number: reader.decode()?,
                })
            })?;
            let status = status(reader.decode()?)?;
            let this_update = reader.decode()?;
            let next_update = explicit(reader, 0, GeneralizedTime::decode)?;
            explicit(reader, 1, Vec::<Extension>::decode)?;
            Ok(Self { id, status, this_update, next_update })
        })
    }
}

/// `CertStatus`: good [0], revoked [1] with time and reason, unknown [2].
fn status(value: AnyRef<'_>) -> Result<CertStatus> {
    let tag = der::Tagged::tag(&value);
    match tag {
        Tag::ContextSpecific { constructed: false, number: TagNumber(0) } if value.value().is_empty() => {
            Ok(CertStatus::Good)
        }
        Tag::ContextSpecific { constructed: false, number: TagNumber(2) } if value.value().is_empty() => {
            Ok(CertStatus::Unknown)
        }
        Tag::ContextSpecific { constructed: true, number: TagNumber(1) } => {
            let mut reader = SliceReader::new(value.value())?;
            GeneralizedTime::decode(&mut reader)?;
            let reason = explicit(&mut reader, 0, enumerated)?.unwrap_or_default();
            reader.finish()?;
            Ok(CertStatus::Revoked(reason))
        }
        _ => Err(ErrorKind::TagUnexpected { expected: None, actual: tag }.into()),
    }
}

/// One SEQUENCE that is all of `bytes`.
fn whole<'a, T>(bytes: &'a [u8], read: impl FnOnce(&mut SliceReader<'a>) -> Result<T>) -> Result<T> {
    let mut reader = SliceReader::new(bytes)?;
    let value = reader.sequence(read)?;
    reader.finish()?;
    Ok(value)
}

/// The members of a SEQUENCE OF, each in DER.
fn list<'a>(reader: &mut SliceReader<'a>) -> Result<Vec<&'a [u8]>> {
    reader.sequence(|reader| {
        let mut members = Vec::new();
        while !reader.is_finished() {
            members.push(reader.tlv_bytes()?);
        }
        Ok(members)
    })
}

/// What stands in `[number] EXPLICIT`, where it is there.
fn explicit<'a, T>(
    reader: &mut SliceReader<'a>,
    number: u32,
    read: impl FnOnce(&mut SliceReader<'a>) -> Result<T>,
) -> Result<Option<T>> {
    let tag = Tag::ContextSpecific { constructed: true, number: TagNumber(number) };
    if reader.is_finished() || Tag::peek(reader)? != tag {
        return Ok(None);
    }
    let header = Header::decode(reader)?;
    reader
        .read_nested(header.length(), |reader| {
            let value = read(reader)?;
            if reader.is_finished() { Ok(value) } else { Err(reader.error(ErrorKind::Failed)) }
        })
        .map(Some)
}

/// An ENUMERATED of one byte: more are not defined.
fn enumerated(reader: &mut SliceReader<'_>) -> Result<u8> {
    let value: AnyRef<'_> = reader.decode()?;
    match (der::Tagged::tag(&value), value.value()) {
        (Tag::Enumerated, [number]) => Ok(*number),
        _ => Err(reader.error(ErrorKind::Value { tag: Tag::Enumerated })),
    }
}
