use serde_json::Value;

use super::{number, string};
use crate::{
    coordinate::{LonLat, LonLatError, Position, looks_swapped},
    format::warnings::{Warnings, quoted},
    geometry::{Geometry, GeometryError, Line, Polygon, Ring},
    warning::WarningCode,
};

/// Writes geometry objects (RFC 7946, 3.1).
pub(super) struct Geometries<'o>(pub(super) &'o mut String);

impl Geometries<'_> {
    pub(super) fn geometry(&mut self, geometry: &Geometry) {
        let (name, member) = match geometry {
            Geometry::Point(_) => ("Point", "coordinates"),
            Geometry::Line(_) => ("LineString", "coordinates"),
            Geometry::Polygon(_) => ("Polygon", "coordinates"),
            Geometry::MultiPoint(_) => ("MultiPoint", "coordinates"),
            Geometry::MultiLine(_) => ("MultiLineString", "coordinates"),
            Geometry::MultiPolygon(_) => ("MultiPolygon", "coordinates"),
            Geometry::Collection(_) => ("GeometryCollection", "geometries"),
        };
        self.0.push_str("{\"type\":");
        string(self.0, name);
        self.0.push(',');
        string(self.0, member);
        self.0.push(':');
        match geometry {
            Geometry::Point(position) => self.position(*position),
            Geometry::Line(line) => self.positions(line.positions()),
            Geometry::Polygon(polygon) => self.polygon(polygon),
            Geometry::MultiPoint(points) => self.positions(points),
            Geometry::MultiLine(lines) => self.array(lines, |out, line| out.positions(line.positions())),
            Geometry::MultiPolygon(polygons) => self.array(polygons, Self::polygon),
            Geometry::Collection(members) => self.array(members, Self::geometry),
        }
        self.0.push('}');
    }

    fn polygon(&mut self, polygon: &Polygon) {
        self.0.push('[');
        self.ring(polygon.exterior(), true);
        for hole in polygon.holes() {
            self.0.push(',');
            self.ring(hole, false);
        }
        self.0.push(']');
    }

    /// A ring in the direction it must have; one without surface has none and stays as it is.
    fn ring(&mut self, ring: &Ring, counter_clockwise: bool) {
        let area = ring.doubled_area();
        if area != 0.0 && (area > 0.0) != counter_clockwise {
            self.array(ring.positions().iter().rev(), |out, position| out.position(*position));
        } else {
            self.positions(ring.positions());
        }
    }

    fn positions(&mut self, positions: &[Position]) {
        self.array(positions, |out, position| out.position(*position));
    }

    fn position(&mut self, position: Position) {
        self.0.push('[');
        number(self.0, position.place().lon());
        self.0.push(',');
        number(self.0, position.place().lat());
        if let Some(altitude) = position.altitude() {
            self.0.push(',');
            number(self.0, altitude);
        }
        self.0.push(']');
    }

    fn array<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.0.push('[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            write(self, item);
        }
        self.0.push(']');
    }
}

/// Whether RFC 7946 has a geometry of this type.
pub(super) fn is_kind(kind: &str) -> bool {
    matches!(
        kind,
        "Point" | "LineString" | "Polygon" | "MultiPoint" | "MultiLineString" | "MultiPolygon" | "GeometryCollection"
    )
}

/// Reads geometry objects; what is left out is a warning at the feature's place.
pub(super) struct Positions<'w, 'a> {
    warnings: &'w mut Warnings<'a>,
    offset: usize,
}

impl<'w, 'a> Positions<'w, 'a> {
    pub(super) fn new(warnings: &'w mut Warnings<'a>, offset: usize) -> Self {
        Self { warnings, offset }
    }

    // The parser of JSON bounds the depth of recursion.
    pub(super) fn geometry(&mut self, value: &Value) -> Option<Geometry> {
        let coordinates = &value["coordinates"];
        let first = self.warnings.len();
        let geometry = match value["type"].as_str().unwrap_or_default() {
            "Point" => self.point(coordinates).map(Geometry::Point),
            "LineString" => self.line(coordinates).map(Geometry::Line),
            "Polygon" => self.polygon(coordinates).map(Geometry::Polygon),
            "MultiPoint" => several(self.positions(coordinates)).map(Geometry::MultiPoint),
            "MultiLineString" => {
                several(items(coordinates).iter().filter_map(|line| self.line(line)).collect()).map(Geometry::MultiLine)
            }
            "MultiPolygon" => {
                let polygons = items(coordinates).iter().filter_map(|polygon| self.polygon(polygon));
                several(polygons.collect()).map(Geometry::MultiPolygon)
            }
            "GeometryCollection" => {
                let members = items(&value["geometries"]).iter().filter_map(|member| self.geometry(member));
                Geometry::of_members(members.collect())
            }
            _ => {
                self.warn(
                    WarningCode::BadStructure,
                    "a geometry of a type that RFC 7946 does not have: left out".into(),
                );
                return None;
            }
        };
        if geometry.is_none() && self.warnings.len() == first {
            self.warn(WarningCode::NoCoordinates, "no coordinates: no geometry".into());
        }
        geometry
    }

    fn point(&mut self, value: &Value) -> Option<Position> {
        if items(value).is_empty() {
            return None;
        }
        let number = |axis: usize| value.get(axis).and_then(Value::as_f64);
        let place = match (number(0), number(1)) {
            (Some(lon), Some(lat)) => LonLat::new(lon, lat),
            _ => Err(LonLatError::NotFinite),
        };
        match place {
            Ok(place) => {
                if looks_swapped(place) {
                    let detail = format!("`{place}` looks like latitude before longitude: kept as it is");
                    self.warn(WarningCode::Swapped, detail);
                }
                let position = Position::new(place);
                Some(number(2).map_or(position, |metres| position.with_altitude(metres)))
            }
            Err(error) => {
                let code = match error {
                    LonLatError::NotFinite => WarningCode::BadCoordinate,
                    _ => WarningCode::OutOfRange,
                };
                self.warn(code, format!("{} is no position: left out", quoted(&value.to_string())));
                None
            }
        }
    }

    fn positions(&mut self, value: &Value) -> Vec<Position> {
        items(value).iter().filter_map(|position| self.point(position)).collect()
    }

    fn line(&mut self, value: &Value) -> Option<Line> {
        let positions = self.positions(value);
        self.drawable(Line::new(positions))
    }

    fn polygon(&mut self, value: &Value) -> Option<Polygon> {
        let mut rings = items(value).iter();
        let exterior = self.ring(rings.next()?)?;
        let holes = rings.filter_map(|ring| self.ring(ring)).collect();
        Some(Polygon::new(exterior, holes))
    }

    fn ring(&mut self, value: &Value) -> Option<Ring> {
        let positions = self.positions(value);
        let count = positions.len();
        let ring = self.drawable(Ring::closed(positions))?;
        if ring.positions().len() > count {
            self.warn(WarningCode::OpenRing, "the ring was open: closed".into());
        }
        Some(ring)
    }

    fn drawable<T>(&mut self, geometry: Result<T, GeometryError>) -> Option<T> {
        match geometry {
            Ok(geometry) => Some(geometry),
            Err(GeometryError::ShortLine(0) | GeometryError::ShortRing(0)) => None,
            Err(error) => {
                self.warn(WarningCode::ShortGeometry, format!("{error}: left out"));
                None
            }
        }
    }

    fn warn(&mut self, code: WarningCode, detail: String) {
        self.warnings.push(code, self.offset, detail);
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn several<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
