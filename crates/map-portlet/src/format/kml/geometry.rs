use super::{KmlReader, coordinates, time::moment};
use crate::{
    coordinate::{Position, looks_swapped},
    format::{warnings::quoted, xml::Content},
    geometry::{Geometry, GeometryError, Line, Polygon, Ring},
    moment::Moment,
    warning::WarningCode,
};

/// The geometries of one feature, and the times of its tracks.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    geometries: Vec<Geometry>,
    times: Vec<Moment>,
}

pub(super) fn is_geometry(name: &str) -> bool {
    is_multiple(name) || matches!(name, "Point" | "LineString" | "LinearRing" | "Polygon" | "Track")
}

/// `MultiGeometry`, and what files of other programs have instead.
fn is_multiple(name: &str) -> bool {
    matches!(name, "MultiGeometry" | "MultiPoint" | "MultiLineString" | "MultiPolygon" | "MultiTrack")
}

impl Shapes {
    pub(super) fn extend(&mut self, other: Self) {
        self.geometries.extend(other.geometries);
        self.times.extend(other.times);
    }

    pub(super) fn geometry(&mut self) -> Option<Geometry> {
        Geometry::of_members(std::mem::take(&mut self.geometries))
    }

    pub(super) fn times(&mut self) -> Vec<Moment> {
        std::mem::take(&mut self.times)
    }

    fn of(geometry: Option<Geometry>) -> Self {
        Self { geometries: geometry.into_iter().collect(), times: Vec::new() }
    }
}

impl KmlReader<'_> {
    /// The geometries of the element of this name, which is open.
    pub(super) fn shapes(&mut self, name: &str) -> Shapes {
        match name {
            "Point" => Shapes::of(self.point()),
            "LineString" | "LinearRing" => Shapes::of(self.line()),
            "Polygon" => Shapes::of(self.polygon()),
            "Track" => self.track(),
            _ => self.multiple(),
        }
    }

    // The depth of recursion is that of the elements, which `next_child` bounds.
    fn multiple(&mut self) -> Shapes {
        let mut all = Shapes::default();
        while let Some(child) = self.xml.next_child() {
            if is_geometry(child.name()) {
                let shapes = self.shapes(child.name());
                all.extend(shapes);
            } else {
                self.xml.skip();
            }
        }
        all
    }

    fn point(&mut self) -> Option<Geometry> {
        let (positions, offset) = self.positions();
        match positions.as_slice() {
            [] => None,
            [only] => Some(Geometry::Point(*only)),
            [first, ..] => {
                let detail = format!("a point of {} positions: the first one was kept", positions.len());
                self.xml.warn(WarningCode::CoordinateSyntax, offset, detail);
                Some(Geometry::Point(*first))
            }
        }
    }

    /// A ring that stands alone is a line: it has no surface.
    fn line(&mut self) -> Option<Geometry> {
        let (positions, offset) = self.positions();
        self.drawable(Line::new(positions), offset).map(Geometry::Line)
    }

    fn polygon(&mut self) -> Option<Geometry> {
        let offset = self.xml.offset();
        let mut exterior = None;
        let mut holes = Vec::new();
        while let Some(boundary) = self.xml.next_child() {
            let is_outer = match boundary.name() {
                "outerBoundaryIs" => true,
                "innerBoundaryIs" => false,
                _ => {
                    self.xml.skip();
                    continue;
                }
            };
            while let Some(child) = self.xml.next_child() {
                if child.name() != "LinearRing" {
                    self.xml.skip();
                    continue;
                }
                let ring = self.ring();
                if is_outer {
                    exterior = exterior.or(ring);
                } else {
                    holes.extend(ring);
                }
            }
        }
        if exterior.is_none() {
            let detail = "a polygon without outline: left out";
            self.xml.warn(WarningCode::ShortGeometry, offset, detail);
        }
        Some(Geometry::Polygon(Polygon::new(exterior?, holes)))
    }

    pub(super) fn ring(&mut self) -> Option<Ring> {
        let (positions, offset) = self.positions();
        let is_open =
            positions.len() > 2 && positions.first().map(|p| p.place()) != positions.last().map(|p| p.place());
        let ring = self.drawable(Ring::closed(positions), offset)?;
        if is_open {
            self.xml.warn(WarningCode::OpenRing, offset, "the ring was open: closed");
        }
        Some(ring)
    }

    /// A `gx:Track`: a line along its positions; of one position, a point.
    fn track(&mut self) -> Shapes {
        let offset = self.xml.offset();
        let mut whens = Vec::new();
        let mut places: Vec<Option<Position>> = Vec::new();
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "when" => {
                    let content = self.xml.content();
                    whens.push(moment(&content, &mut self.xml));
                }
                "coord" => {
                    // The same numbers as elsewhere, with spaces for commas: the length, and so each offset, stays.
                    let content = self.xml.content();
                    let text = content.text.trim().replace(|letter: char| letter.is_ascii_whitespace(), ",");
                    places.push(coordinates::tuple(&text, content.offset, &mut self.xml.warnings));
                }
                _ => self.xml.skip(),
            }
        }
        let times = self.times_of(&places, whens, offset);
        let positions: Vec<Position> = places.into_iter().flatten().collect();
        self.warn_if_swapped(&positions, offset);
        let geometry = match positions.as_slice() {
            [] => {
                self.xml.warn(WarningCode::NoCoordinates, offset, "a track without a position");
                None
            }
            [only] => Some(Geometry::Point(*only)),
            _ => self.drawable(Line::new(positions), offset).map(Geometry::Line),
        };
        Shapes { geometries: geometry.into_iter().collect(), times }
    }

    /// One time for each position that was kept, or none at all.
    fn times_of(&mut self, places: &[Option<Position>], whens: Vec<Option<Moment>>, offset: usize) -> Vec<Moment> {
        if whens.is_empty() {
            return Vec::new();
        }
        if whens.len() != places.len() {
            let detail = format!("{} times for {} positions: the times were left out", whens.len(), places.len());
            self.xml.warn(WarningCode::BadTime, offset, detail);
            return Vec::new();
        }
        let kept = whens.into_iter().zip(places).filter(|(_, place)| place.is_some());
        kept.map(|(when, _)| when).collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// The positions of the `coordinates` among the children, and where they stand.
    fn positions(&mut self) -> (Vec<Position>, usize) {
        let mut offset = self.xml.offset();
        let mut positions = Vec::new();
        let mut content: Option<Content<'_>> = None;
        while let Some(child) = self.xml.next_child() {
            if child.name() == "coordinates" {
                content = Some(self.xml.content());
            } else {
                self.xml.skip();
            }
        }
        if let Some(content) = content {
            offset = content.offset + (content.text.len() - content.text.trim_start().len());
            if content.text.trim().is_empty() {
                self.xml.warn(WarningCode::NoCoordinates, offset, "no coordinates: no geometry");
            } else {
                positions = coordinates::read(&content.text, content.offset, &mut self.xml.warnings);
            }
        } else {
            self.xml.warn(WarningCode::NoCoordinates, offset, "no coordinates: no geometry");
        }
        self.warn_if_swapped(&positions, offset);
        (positions, offset)
    }

    fn warn_if_swapped(&mut self, positions: &[Position], offset: usize) {
        if let Some(position) = positions.iter().find(|position| looks_swapped(position.place())) {
            let detail = format!(
                "{} looks like latitude before longitude: kept as it is",
                quoted(&position.place().to_string())
            );
            self.xml.warn(WarningCode::Swapped, offset, detail);
        }
    }

    /// The geometry, or a warning; nothing more is said of one without any position.
    fn drawable<T>(&mut self, geometry: Result<T, GeometryError>, offset: usize) -> Option<T> {
        match geometry {
            Ok(geometry) => Some(geometry),
            Err(GeometryError::ShortLine(0) | GeometryError::ShortRing(0)) => None,
            Err(error) => {
                self.xml.warn(WarningCode::ShortGeometry, offset, format!("{error}: left out"));
                None
            }
        }
    }
}
