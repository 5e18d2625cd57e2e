//! Where something is, how exactly, and who says so.

use serde::{Deserialize, Serialize};

/// A point on the earth (WGS 84, EPSG:4326) with its precision and its source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PointParts", into = "PointParts")]
pub struct Place {
    latitude: f64,
    longitude: f64,
    precision: Precision,
    source: PlaceSource,
}

/// How exact a [`Place`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Precision {
    /// The door or the building.
    Address,
    /// Somewhere in the street.
    Street,
    /// The middle of a postcode or a village.
    Locality,
}

/// Who gave a [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PlaceSource {
    /// Somebody of the commune put the point there.
    Commune,
    /// A geocoder found it from the address.
    Geocoder,
}

/// Numbers that are no point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// Not a finite number, or outside −90…90 and −180…180.
    #[error("latitude goes from -90 to 90 and longitude from -180 to 180")]
    Range,
    /// Exactly 0, 0: a form's default, not a place of any commune.
    #[error("latitude and longitude are both 0")]
    Default,
    /// Latitude and longitude of Belgium or France, in the wrong order.
    #[error("latitude and longitude are swapped")]
    Swapped,
}

impl PlaceError {
    /// The stable code: `place-range`, `place-default` or `place-swapped`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Range => "place-range",
            Self::Default => "place-default",
            Self::Swapped => "place-swapped",
        }
    }
}

impl Place {
    /// A point, in degrees.
    ///
    /// # Errors
    /// The numbers are out of range, both 0, or swapped: a latitude between 2 and 7 with a longitude between 49 and 52, which
    /// no commune of this project's countries has.
    pub fn new(latitude: f64, longitude: f64, precision: Precision, source: PlaceSource) -> Result<Self, PlaceError> {
        if !((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)) {
            return Err(PlaceError::Range);
        }
        if latitude == 0.0 && longitude == 0.0 {
            return Err(PlaceError::Default);
        }
        if (2.0..7.0).contains(&latitude) && (49.0..52.0).contains(&longitude) {
            return Err(PlaceError::Swapped);
        }
        Ok(Self { latitude, longitude, precision, source })
    }

    /// Degrees north.
    #[must_use]
    pub fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    #[must_use]
    pub fn longitude(&self) -> f64 {
        self.longitude
    }

    /// How exact it is.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Who gave it.
    #[must_use]
    pub fn source(&self) -> PlaceSource {
        self.source
    }
}

#[derive(Serialize, Deserialize)]
struct PointParts {
    latitude: f64,
    longitude: f64,
    precision: Precision,
    source: PlaceSource,
}

impl TryFrom<PointParts> for Place {
    type Error = PlaceError;

    fn try_from(parts: PointParts) -> Result<Self, PlaceError> {
        Self::new(parts.latitude, parts.longitude, parts.precision, parts.source)
    }
}

impl From<Place> for PointParts {
    fn from(place: Place) -> Self {
        let Place { latitude, longitude, precision, source } = place;
        Self { latitude, longitude, precision, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(latitude: f64, longitude: f64) -> Result<Place, PlaceError> {
        Place::new(latitude, longitude, Precision::Address, PlaceSource::Commune)
    }

    #[test]
    fn a_form_s_default_and_swapped_numbers_are_no_place() {
        assert!(place(50.467, 4.872).is_ok(), "Namur");
        assert_eq!(place(4.872, 50.467), Err(PlaceError::Swapped));
        assert_eq!(place(0.0, 0.0), Err(PlaceError::Default));
        for wrong in [f64::NAN, f64::INFINITY, -90.1] {
            assert_eq!(place(wrong, 4.0), Err(PlaceError::Range), "{wrong}");
        }
    }
}
