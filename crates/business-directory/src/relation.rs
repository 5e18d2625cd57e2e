use std::collections::{BTreeMap, BTreeSet};

use communes_civil::NisCode;
use serde::Deserialize;

use crate::{register::Postcode, scope::Scope};

/// Which postcodes lie in which communes: a relation, since some lie in two. The user gives it; no list comes with this crate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostcodeRelation {
    communes: BTreeMap<NisCode, BTreeSet<Postcode>>,
    names: BTreeMap<NisCode, BTreeSet<String>>,
}

/// A relation that can't be read, or that lacks a commune.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RelationError {
    /// The file is not JSON of the expected form; the cause names line and column.
    #[error("the list is not of the expected form")]
    Json(#[source] serde_json::Error),
    /// A commune that the relation does not have.
    #[error("no postcode of the commune {0} is known")]
    Unknown(NisCode),
}

impl RelationError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "relation-json",
            Self::Unknown(_) => "commune-unknown",
        }
    }
}

#[derive(Deserialize)]
struct Pair {
    #[serde(rename = "postalCode", alias = "postcode")]
    postcode: Postcode,
    #[serde(rename = "municipality", alias = "nis")]
    commune: NisCode,
}

#[derive(Deserialize)]
struct Commune {
    #[serde(rename = "id", alias = "nis")]
    nis: NisCode,
    name: BTreeMap<String, String>,
}

impl PostcodeRelation {
    /// Reads `[{"postalCode": "1050", "municipality": "21009"}, …]`; other members are left alone.
    ///
    /// # Errors
    /// The text is not that.
    pub fn from_json(text: &[u8]) -> Result<Self, RelationError> {
        let mut relation = Self::default();
        for pair in serde_json::from_slice::<Vec<Pair>>(text).map_err(RelationError::Json)? {
            relation.communes.entry(pair.commune).or_default().insert(pair.postcode);
        }
        Ok(relation)
    }

    /// With the names of communes, `[{"id": "21009", "name": {"fr": "Ixelles", "nl": "Elsene"}}, …]`, by which an address with a
    /// postcode of two communes is told apart.
    ///
    /// # Errors
    /// The text is not that.
    pub fn with_names(mut self, text: &[u8]) -> Result<Self, RelationError> {
        for commune in serde_json::from_slice::<Vec<Commune>>(text).map_err(RelationError::Json)? {
            self.names.entry(commune.nis).or_default().extend(commune.name.into_values());
        }
        Ok(self)
    }

    /// The scope of these communes. A postcode that other communes have too is narrowed by their names, where they are known.
    ///
    /// # Errors
    /// A commune is not in the relation.
    pub fn scope(&self, communes: impl IntoIterator<Item = NisCode>) -> Result<Scope, RelationError> {
        let wanted: BTreeSet<NisCode> = communes.into_iter().collect();
        let mut scope = Scope::everything();
        for commune in &wanted {
            let postcodes = self.communes.get(commune).ok_or(RelationError::Unknown(*commune))?;
            for postcode in postcodes {
                let shared =
                    self.communes.iter().any(|(other, theirs)| !wanted.contains(other) && theirs.contains(postcode));
                let names = self.names.get(commune).filter(|_| shared);
                scope.add(*postcode, names.into_iter().flatten());
            }
        }
        Ok(scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{Address, AddressKind};

    const PAIRS: &str = r#"[{"postalCode": "1050", "municipality": "21004"}, {"postalCode": "1050", "municipality": "21009"},
        {"postalCode": "1000", "municipality": "21004"}]"#;
    const NAMES: &str = r#"[{"id": "21009", "name": {"fr": "Ixelles", "nl": "Elsene"}}]"#;

    fn address(postcode: &str, municipality: &str) -> Address {
        Address {
            kind: AddressKind::Seat,
            country_nl: String::new(),
            country_fr: String::new(),
            postcode: postcode.to_owned(),
            municipality_nl: municipality.to_owned(),
            municipality_fr: String::new(),
            street_nl: String::new(),
            street_fr: String::new(),
            house_number: String::new(),
            box_number: String::new(),
            extra: String::new(),
            struck_off: None,
        }
    }

    #[test]
    fn ixelles_is_not_lost_in_brussels() {
        let ixelles: NisCode = "21009".parse().unwrap();
        let relation = PostcodeRelation::from_json(PAIRS.as_bytes()).unwrap();
        let all = relation.scope([ixelles]).unwrap();
        assert!(all.contains(&address("1050", "Brussel")), "without names, a shared postcode is kept whole");
        let scope = relation.with_names(NAMES.as_bytes()).unwrap().scope([ixelles]).unwrap();
        assert!(scope.contains(&address("1050", "ELSENE")));
        assert!(!scope.contains(&address("1050", "Brussel")) && !scope.contains(&address("1000", "Elsene")));
        let foreign = Address { country_fr: "France".to_owned(), ..address("1050", "Elsene") };
        assert!(!scope.contains(&foreign));
    }

    #[test]
    fn a_commune_without_postcodes_is_an_error() {
        let relation = PostcodeRelation::from_json(PAIRS.as_bytes()).unwrap();
        assert_eq!(relation.scope(["62063".parse().unwrap()]).unwrap_err().code(), "commune-unknown");
        assert_eq!(PostcodeRelation::from_json(b"{}").unwrap_err().code(), "relation-json");
    }
}
