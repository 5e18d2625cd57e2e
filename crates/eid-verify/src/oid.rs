//! Object identifiers: the public type, and those that the rules name.

use std::{fmt, str::FromStr};

use der::asn1::ObjectIdentifier;

/// An object identifier in dotted form, such as a certificate policy `2.16.56.12.1.1.2.2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(ObjectIdentifier);

/// A text that is no object identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an object identifier in dotted form, such as 2.16.56.12.1.1.2.2")]
pub struct OidError;

impl FromStr for Oid {
    type Err = OidError;

    fn from_str(text: &str) -> Result<Self, OidError> {
        ObjectIdentifier::new(text).map(Self).map_err(|_| OidError)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Oid({})", self.0)
    }
}

impl From<ObjectIdentifier> for Oid {
    fn from(oid: ObjectIdentifier) -> Self {
        Self(oid)
    }
}

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($text);)*
    };
}

oids! {
    // Attributes of a name, X.520.
    COMMON_NAME = "2.5.4.3";
    SURNAME = "2.5.4.4";
    SERIAL_NUMBER = "2.5.4.5";
    COUNTRY_NAME = "2.5.4.6";
    ORGANIZATION_NAME = "2.5.4.10";
    GIVEN_NAME = "2.5.4.42";
    // Extensions, RFC 5280 section 4.2.
    KEY_USAGE = "2.5.29.15";
    SUBJECT_ALT_NAME = "2.5.29.17";
    BASIC_CONSTRAINTS = "2.5.29.19";
    NAME_CONSTRAINTS = "2.5.29.30";
    CERTIFICATE_POLICIES = "2.5.29.32";
    EXTENDED_KEY_USAGE = "2.5.29.37";
    // Purposes.
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    // OCSP, RFC 6960.
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
    OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
    // Keys.
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    SECP256R1 = "1.2.840.10045.3.1.7";
    SECP384R1 = "1.3.132.0.34";
    SECP521R1 = "1.3.132.0.35";
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    // Signatures.
    ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    ECDSA_SHA384 = "1.2.840.10045.4.3.3";
    ECDSA_SHA512 = "1.2.840.10045.4.3.4";
    RSA_SHA256 = "1.2.840.113549.1.1.11";
    RSA_SHA384 = "1.2.840.113549.1.1.12";
    RSA_SHA512 = "1.2.840.113549.1.1.13";
    RSA_PSS = "1.2.840.113549.1.1.10";
    MGF1 = "1.2.840.113549.1.1.8";
    // Digests.
    SHA1 = "1.3.14.3.2.26";
    SHA256 = "2.16.840.1.101.3.4.2.1";
    SHA384 = "2.16.840.1.101.3.4.2.2";
    SHA512 = "2.16.840.1.101.3.4.2.3";
    // Estonian Mobile-ID, which is no card: old and new branch.
    MOBILE_ID = "1.3.6.1.4.1.10015.1.3";
    MOBILE_ID_1 = "1.3.6.1.4.1.10015.1.3.1";
    MOBILE_ID_2 = "1.3.6.1.4.1.10015.1.3.2";
    MOBILE_ID_3 = "1.3.6.1.4.1.10015.1.3.3";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_form_both_ways() {
        let oid: Oid = "1.3.6.1.4.1.51361.1.2.1".parse().unwrap();
        assert_eq!(oid.to_string(), "1.3.6.1.4.1.51361.1.2.1");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "1", "1.", "policy", "1.2.x", "1.2.-3", " 1.2.3", "9.2.3"] {
            assert_eq!(text.parse::<Oid>(), Err(OidError), "{text}");
        }
    }
}
