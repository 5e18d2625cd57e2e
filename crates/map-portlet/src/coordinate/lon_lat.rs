use std::fmt;

/// A place on the earth: WGS 84 longitude and latitude in degrees, both finite and in range.
///
/// There is no conversion from a bare pair of numbers: the order of the two is the most common fault of location data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// Why two numbers are no place on the earth.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LonLatError {
    /// Not a number, or infinite.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// Outside -180 to 180.
    #[error("longitude {0} is outside -180 to 180")]
    Longitude(f64),
    /// Outside -90 to 90.
    #[error("latitude {0} is outside -90 to 90")]
    Latitude(f64),
}

impl LonLatError {
    /// The stable code: `coordinate-not-finite`, `longitude-out-of-range` or `latitude-out-of-range`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFinite => "coordinate-not-finite",
            Self::Longitude(_) => "longitude-out-of-range",
            Self::Latitude(_) => "latitude-out-of-range",
        }
    }
}

impl LonLat {
    /// Longitude first, then latitude, in degrees.
    ///
    /// # Errors
    /// A number is not finite, or out of its range.
    pub fn new(lon: f64, lat: f64) -> Result<Self, LonLatError> {
        if !lon.is_finite() || !lat.is_finite() {
            return Err(LonLatError::NotFinite);
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(LonLatError::Longitude(lon));
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(LonLatError::Latitude(lat));
        }
        Ok(Self { lon, lat })
    }

    /// Degrees east of Greenwich, -180 to 180.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north of the equator, -90 to 90.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }
}

impl fmt::Display for LonLat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{},{}", self.lon, self.lat)
    }
}

/// A vertex: a place, and its altitude in metres where the source gives one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    place: LonLat,
    altitude: Option<f64>,
}

impl Position {
    /// A place without altitude.
    #[must_use]
    pub fn new(place: LonLat) -> Self {
        Self { place, altitude: None }
    }

    /// The same place at an altitude in metres. A number that is not finite is left out.
    #[must_use]
    pub fn with_altitude(self, metres: f64) -> Self {
        Self { altitude: metres.is_finite().then_some(metres), ..self }
    }

    /// The place.
    #[must_use]
    pub fn place(self) -> LonLat {
        self.place
    }

    /// Metres, as the source has them: over the ellipsoid, the sea or the ground, it seldom says which.
    #[must_use]
    pub fn altitude(self) -> Option<f64> {
        self.altitude
    }
}

impl From<LonLat> for Position {
    fn from(place: LonLat) -> Self {
        Self::new(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_the_earth_are_on_it() {
        for (lon, lat) in [(-180.0, -90.0), (180.0, 90.0), (0.0, 0.0)] {
            assert!(LonLat::new(lon, lat).is_ok(), "{lon} {lat}");
        }
    }

    #[test]
    fn what_is_not_on_the_earth_is_refused_with_its_code() {
        let code = |lon, lat| LonLat::new(lon, lat).map_err(|error| error.code());
        assert_eq!(code(f64::NAN, 0.0), Err("coordinate-not-finite"));
        assert_eq!(code(0.0, f64::INFINITY), Err("coordinate-not-finite"));
        assert_eq!(code(180.1, 0.0), Err("longitude-out-of-range"));
        assert_eq!(code(-118.0, 92.0), Err("latitude-out-of-range"));
    }

    #[test]
    fn an_altitude_is_finite() {
        let place = LonLat::new(4.35, 50.85).expect("in range");
        assert_eq!(Position::new(place).with_altitude(f64::NAN).altitude(), None);
        assert_eq!(Position::new(place).with_altitude(13.0).altitude(), Some(13.0));
    }
}
