use communes_civil::{EnterpriseNumber, EstablishmentNumber, enterprise_number::EnterpriseNumberError};
use serde::Serialize;

use super::{PeppolError, PeppolId, Siren, Siret, VatError, VatNumber};
use crate::register::BranchId;

/// The kinds of number that are checked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NumberKind {
    /// An enterprise of the Belgian register.
    Enterprise,
    /// An establishment of the Belgian register.
    Establishment,
    /// A branch of the Belgian register: an id, no official number.
    Branch,
    /// A VAT number.
    Vat,
    /// A French legal unit.
    Siren,
    /// A French establishment.
    Siret,
    /// A Peppol address.
    Peppol,
}

/// What a number is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NumberCheck {
    /// Its kind: the one asked for, or the one it looks like.
    pub kind: NumberKind,
    /// Whether it is well-formed; `None` if its rules are not known here. Never whether it exists.
    pub valid: Option<bool>,
    /// How it is written for machines.
    pub canonical: Option<String>,
    /// Why it is not well-formed, or not known: a stable code.
    pub reason: Option<&'static str>,
}

/// Checks a number of this kind, or of the kind that it looks like.
///
/// Nine digits may be an old Belgian enterprise number or a SIREN: the Belgian one is tried first.
#[must_use]
pub fn check(text: &str, kind: Option<NumberKind>) -> NumberCheck {
    match kind {
        Some(kind) => check_as(text, kind),
        None => {
            let likely = likely(text);
            let checked = check_as(text, likely);
            match likely {
                NumberKind::Enterprise if checked.valid != Some(true) && text.parse::<Siren>().is_ok() => {
                    check_as(text, NumberKind::Siren)
                }
                _ => checked,
            }
        }
    }
}

fn check_as(text: &str, kind: NumberKind) -> NumberCheck {
    let canonical = match kind {
        NumberKind::Enterprise => {
            text.parse().map(EnterpriseNumber::digits).map_err(|error: EnterpriseNumberError| error.code())
        }
        NumberKind::Establishment => {
            text.parse().map(EstablishmentNumber::digits).map_err(|error: EnterpriseNumberError| error.code())
        }
        NumberKind::Branch => {
            text.parse().map(BranchId::digits).map_err(|error: crate::register::BranchIdError| error.code())
        }
        NumberKind::Vat => text.parse().map(|number: VatNumber| number.to_string()).map_err(VatError::code),
        NumberKind::Siren => {
            text.parse().map(|number: Siren| number.to_string()).map_err(super::FrenchNumberError::code)
        }
        NumberKind::Siret => {
            text.parse().map(|number: Siret| number.to_string()).map_err(super::FrenchNumberError::code)
        }
        NumberKind::Peppol => text.parse().map(|id: PeppolId| id.to_string()).map_err(PeppolError::code),
    };
    let unknown = [VatError::CountryNotCovered.code(), PeppolError::SchemeNotCovered.code()];
    match canonical {
        Ok(canonical) => NumberCheck { kind, valid: Some(true), canonical: Some(canonical), reason: None },
        Err(reason) => NumberCheck {
            kind,
            valid: (!unknown.contains(&reason)).then_some(false),
            canonical: None,
            reason: Some(reason),
        },
    }
}

fn likely(text: &str) -> NumberKind {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    if text.contains(':') {
        NumberKind::Peppol
    } else if text.trim_start().starts_with(|first: char| first.is_ascii_alphabetic()) {
        NumberKind::Vat
    } else {
        match (digits.len(), digits.first()) {
            (14, _) => NumberKind::Siret,
            (10, Some(b'2'..=b'8')) => NumberKind::Establishment,
            (10, Some(b'9')) => NumberKind::Branch,
            _ => NumberKind::Enterprise,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_guessed_from_the_form() {
        for (text, kind, valid) in [
            ("0403.449.823", NumberKind::Enterprise, Some(true)),
            ("403449823", NumberKind::Enterprise, Some(true)),
            ("2.377.470.790", NumberKind::Establishment, Some(true)),
            ("9.000.006.626", NumberKind::Branch, Some(true)),
            ("BE0403449823", NumberKind::Vat, Some(true)),
            ("732 829 320", NumberKind::Siren, Some(true)),
            ("73282932000074", NumberKind::Siret, Some(true)),
            ("0208:0403449823", NumberKind::Peppol, Some(true)),
            ("DE136695976", NumberKind::Vat, None),
            ("0400008600", NumberKind::Enterprise, Some(false)),
            ("", NumberKind::Enterprise, Some(false)),
        ] {
            let checked = check(text, None);
            assert_eq!((checked.kind, checked.valid), (kind, valid), "{text}");
        }
    }
}
