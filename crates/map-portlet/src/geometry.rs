use crate::coordinate::{LonLat, Position};

/// The shape of a place, as RFC 7946 section 3.1 has it.
///
/// What the types hold is drawable: a [`Line`] has at least two positions, a [`Ring`] is closed and has at least four.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Geometry {
    /// One position.
    Point(Position),
    /// A line.
    Line(Line),
    /// A surface.
    Polygon(Polygon),
    /// Several points, in the order of the source.
    MultiPoint(Vec<Position>),
    /// Several lines, in the order of the source.
    MultiLine(Vec<Line>),
    /// Several surfaces, in the order of the source.
    MultiPolygon(Vec<Polygon>),
    /// Several geometries, never collections themselves, in the order of the source.
    Collection(Vec<Geometry>),
}

/// A line of at least two positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Line(Vec<Position>);

/// A closed ring: at least four positions, the last equal to the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring(Vec<Position>);

/// A surface: its outline, and its holes.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    exterior: Ring,
    holes: Vec<Ring>,
}

/// Why positions make no geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GeometryError {
    /// A line needs two.
    #[error("a line of {0} position(s): it needs 2")]
    ShortLine(usize),
    /// A ring needs three different ones, closed.
    #[error("a ring of {0} position(s): it needs 4, the last equal to the first")]
    ShortRing(usize),
}

impl GeometryError {
    /// The stable code: `line-too-short` or `ring-too-short`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ShortLine(_) => "line-too-short",
            Self::ShortRing(_) => "ring-too-short",
        }
    }
}

impl Line {
    /// A line through these positions.
    ///
    /// # Errors
    /// Fewer than two.
    pub fn new(positions: Vec<Position>) -> Result<Self, GeometryError> {
        match positions.len() {
            0 | 1 => Err(GeometryError::ShortLine(positions.len())),
            _ => Ok(Self(positions)),
        }
    }

    /// Its positions, two or more.
    #[must_use]
    pub fn positions(&self) -> &[Position] {
        &self.0
    }
}

impl Ring {
    /// A ring along these positions, closed if the source forgot it.
    ///
    /// # Errors
    /// Fewer than four positions once closed.
    pub fn closed(mut positions: Vec<Position>) -> Result<Self, GeometryError> {
        if let (Some(&first), Some(&last)) = (positions.first(), positions.last())
            && first.place() != last.place()
        {
            positions.push(first);
        }
        match positions.len() {
            0..4 => Err(GeometryError::ShortRing(positions.len())),
            _ => Ok(Self(positions)),
        }
    }

    /// Its positions, four or more, the last at the place of the first.
    #[must_use]
    pub fn positions(&self) -> &[Position] {
        &self.0
    }

    /// Twice the signed area in square degrees: positive if the ring runs counter-clockwise.
    #[must_use]
    pub fn doubled_area(&self) -> f64 {
        // Relative to the first vertex: far from (0, 0) the products would swallow a small ring's area.
        let origin = self.0[0].place();
        let relative =
            |position: Position| (position.place().lon() - origin.lon(), position.place().lat() - origin.lat());
        self.0
            .windows(2)
            .map(|pair| {
                let ((x1, y1), (x2, y2)) = (relative(pair[0]), relative(pair[1]));
                x1 * y2 - x2 * y1
            })
            .sum()
    }

    /// The middle of its surface, in degrees; the first position if it has no surface.
    #[must_use]
    pub fn centroid(&self) -> LonLat {
        let origin = self.0[0].place();
        let area = self.doubled_area();
        let (mut lon, mut lat) = (0.0, 0.0);
        for pair in self.0.windows(2) {
            let (x1, y1) = (pair[0].place().lon() - origin.lon(), pair[0].place().lat() - origin.lat());
            let (x2, y2) = (pair[1].place().lon() - origin.lon(), pair[1].place().lat() - origin.lat());
            let cross = x1 * y2 - x2 * y1;
            lon += (x1 + x2) * cross;
            lat += (y1 + y2) * cross;
        }
        // A ring without surface divides by zero: no finite number, no place.
        LonLat::new(origin.lon() + lon / (3.0 * area), origin.lat() + lat / (3.0 * area)).unwrap_or(origin)
    }
}

impl Polygon {
    /// A surface with these holes. Whether a hole lies inside is not checked: data of communes breaks that rule and is drawable.
    #[must_use]
    pub fn new(exterior: Ring, holes: Vec<Ring>) -> Self {
        Self { exterior, holes }
    }

    /// The outline.
    #[must_use]
    pub fn exterior(&self) -> &Ring {
        &self.exterior
    }

    /// The holes, in the order of the source.
    #[must_use]
    pub fn holes(&self) -> &[Ring] {
        &self.holes
    }
}

impl Geometry {
    /// The geometry of these members, collections among them opened: none, the only member itself, or a collection.
    ///
    /// As many as 64 levels of collections are expected: readers bound their depth before they come here.
    #[must_use]
    pub fn of_members(members: Vec<Self>) -> Option<Self> {
        let mut flat = Vec::with_capacity(members.len());
        for member in members {
            match member {
                Self::Collection(inner) => flat.extend(inner),
                simple => flat.push(simple),
            }
        }
        match flat.len() {
            0 | 1 => flat.pop(),
            _ => Some(Self::Collection(flat)),
        }
    }

    /// Every position, rings and members one after the other.
    pub fn positions(&self) -> Box<dyn Iterator<Item = Position> + '_> {
        match self {
            Self::Point(position) => Box::new(std::iter::once(*position)),
            Self::Line(line) => Box::new(line.0.iter().copied()),
            Self::Polygon(polygon) => Box::new(polygon.positions()),
            Self::MultiPoint(points) => Box::new(points.iter().copied()),
            Self::MultiLine(lines) => Box::new(lines.iter().flat_map(|line| line.0.iter().copied())),
            Self::MultiPolygon(polygons) => Box::new(polygons.iter().flat_map(Polygon::positions)),
            Self::Collection(members) => Box::new(members.iter().flat_map(Self::positions)),
        }
    }

    /// Where a marker stands: on the point, on the line's middle vertex, in the middle of the surface.
    ///
    /// Of several, on the first. `None` only for an empty `Multi…` or collection.
    #[must_use]
    pub fn anchor(&self) -> Option<LonLat> {
        match self {
            Self::Point(position) => Some(position.place()),
            Self::Line(line) => Some(line.middle()),
            Self::Polygon(polygon) => Some(polygon.exterior.centroid()),
            Self::MultiPoint(points) => points.first().map(|position| position.place()),
            Self::MultiLine(lines) => lines.first().map(Line::middle),
            Self::MultiPolygon(polygons) => polygons.first().map(|polygon| polygon.exterior.centroid()),
            Self::Collection(members) => members.iter().find_map(Self::anchor),
        }
    }
}

impl Line {
    fn middle(&self) -> LonLat {
        self.0[self.0.len() / 2].place()
    }
}

impl Polygon {
    fn positions(&self) -> impl Iterator<Item = Position> + '_ {
        std::iter::once(&self.exterior).chain(&self.holes).flat_map(|ring| ring.0.iter().copied())
    }
}

impl From<LonLat> for Geometry {
    fn from(place: LonLat) -> Self {
        Self::Point(place.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(pairs: &[(f64, f64)]) -> Vec<Position> {
        pairs.iter().map(|&(lon, lat)| LonLat::new(lon, lat).expect("in range").into()).collect()
    }

    #[test]
    fn a_ring_is_closed_once() {
        let open = Ring::closed(positions(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)])).expect("a triangle");
        let closed = Ring::closed(positions(&[(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0)])).expect("a triangle");
        assert_eq!(open, closed);
        assert_eq!(Ring::closed(positions(&[(0.0, 0.0), (2.0, 0.0)])), Err(GeometryError::ShortRing(3)));
        assert_eq!(Ring::closed(Vec::new()), Err(GeometryError::ShortRing(0)));
    }

    #[test]
    fn a_counter_clockwise_square_has_a_positive_area_and_its_middle() {
        // A square of side 2 with its lower left corner at (4, 50): doubled area 8, middle (5, 51).
        let ring = Ring::closed(positions(&[(4.0, 50.0), (6.0, 50.0), (6.0, 52.0), (4.0, 52.0)])).expect("a square");
        assert_eq!(ring.doubled_area(), 8.0);
        assert_eq!(ring.centroid(), LonLat::new(5.0, 51.0).expect("in range"));
        let clockwise =
            Ring::closed(positions(&[(4.0, 50.0), (4.0, 52.0), (6.0, 52.0), (6.0, 50.0)])).expect("a square");
        assert_eq!(clockwise.doubled_area(), -8.0);
    }

    #[test]
    fn a_ring_without_surface_has_its_first_position_as_middle() {
        let ring = Ring::closed(positions(&[(4.0, 50.0), (5.0, 50.0), (6.0, 50.0)])).expect("four positions");
        assert_eq!(ring.centroid(), LonLat::new(4.0, 50.0).expect("in range"));
    }

    #[test]
    fn members_are_flattened_and_one_is_itself() {
        let point = |lon| Geometry::from(LonLat::new(lon, 50.0).expect("in range"));
        assert_eq!(Geometry::of_members(Vec::new()), None);
        assert_eq!(Geometry::of_members(vec![point(1.0)]), Some(point(1.0)));
        let nested = Geometry::Collection(vec![point(1.0), point(2.0)]);
        assert_eq!(
            Geometry::of_members(vec![nested, point(3.0)]),
            Some(Geometry::Collection(vec![point(1.0), point(2.0), point(3.0)]))
        );
    }
}
