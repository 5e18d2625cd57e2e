//! The part of the earth that a map shows, in Web Mercator (EPSG:3857), and where a place stands in it.

use std::f64::consts::PI;

use crate::coordinate::LonLat;

/// Beyond it Web Mercator's world is no longer square: atan(sinh(π)) in degrees.
const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// The equator in metres, of the radius that Web Mercator uses: 2π × 6 378 137.
const EQUATOR: f64 = 40_075_016.685_578_49;

/// The width of the world at zoom 16, in pixels of tiles of 256: nearer than that a map of one place shows nothing more.
const MAX_WORLD: f64 = 256.0 * 65_536.0;

/// A drawing's size and the margin that stays free of places, in its own units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) margin: f64,
}

/// What a frame shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct View {
    frame: Frame,
    /// The middle of the frame in the world, whose width and height are 1; x may be over 1 past the 180th meridian.
    middle: (f64, f64),
    /// The width of the world in the frame's units.
    world: f64,
}

impl View {
    /// The nearest view that holds all places within the margin; `None` without a place.
    ///
    /// One place, or several at the same spot, are shown at zoom 16. Places on both sides of the 180th meridian are shown
    /// across it.
    pub(crate) fn fit(places: impl IntoIterator<Item = LonLat>, frame: Frame) -> Option<Self> {
        let mut columns = Vec::new();
        let (mut top, mut bottom) = (f64::INFINITY, f64::NEG_INFINITY);
        for place in places {
            let (x, y) = mercator(place);
            columns.push(x);
            top = top.min(y);
            bottom = bottom.max(y);
        }
        let (left, right) = narrowest(&mut columns)?;
        let room = |length: f64, side: f64| (side - 2.0 * frame.margin) / length;
        // A length of nothing has infinite room, which the greatest scale bounds.
        let world = MAX_WORLD.min(room(right - left, frame.width)).min(room(bottom - top, frame.height));
        Some(Self { frame, middle: (f64::midpoint(left, right), f64::midpoint(top, bottom)), world })
    }

    /// Where a place stands in the frame.
    pub(crate) fn project(&self, place: LonLat) -> (f64, f64) {
        let (x, y) = mercator(place);
        // The copy of the world that is nearest to the middle.
        let x = x + (self.middle.0 - x).round();
        (
            self.frame.width / 2.0 + (x - self.middle.0) * self.world,
            self.frame.height / 2.0 + (y - self.middle.1) * self.world,
        )
    }

    /// Metres on the ground for one unit, in the middle of the frame.
    pub(crate) fn metres_per_unit(&self) -> f64 {
        EQUATOR * latitude(self.middle.1).to_radians().cos() / self.world
    }

    /// Longitudes of the left and right edge (past 180 beyond that meridian), latitudes of the lower and upper one.
    pub(crate) fn edges(&self) -> [f64; 4] {
        let (half_width, half_height) = (self.frame.width / 2.0 / self.world, self.frame.height / 2.0 / self.world);
        [
            (self.middle.0 - half_width) * 360.0 - 180.0,
            (self.middle.0 + half_width) * 360.0 - 180.0,
            latitude(self.middle.1 + half_height),
            latitude(self.middle.1 - half_height),
        ]
    }

    /// The frame's x of a longitude, which may be past 180.
    pub(crate) fn column(&self, lon: f64) -> f64 {
        self.frame.width / 2.0 + ((lon + 180.0) / 360.0 - self.middle.0) * self.world
    }

    /// The frame's y of a latitude.
    pub(crate) fn row(&self, lat: f64) -> f64 {
        self.frame.height / 2.0 + (row_of(lat) - self.middle.1) * self.world
    }
}

/// x from the 180th meridian eastwards, y from the top southwards, both 0 to 1.
fn mercator(place: LonLat) -> (f64, f64) {
    ((place.lon() + 180.0) / 360.0, row_of(place.lat()))
}

fn row_of(lat: f64) -> f64 {
    let sin = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians().sin();
    0.5 - sin.atanh() / (2.0 * PI)
}

fn latitude(row: f64) -> f64 {
    (PI * (1.0 - 2.0 * row)).sinh().atan().to_degrees()
}

/// The shortest stretch of the round world that holds all columns: its right end may be over 1.
fn narrowest(columns: &mut [f64]) -> Option<(f64, f64)> {
    columns.sort_by(f64::total_cmp);
    let (&first, &last) = (columns.first()?, columns.last()?);
    let (mut left, mut right, mut gap) = (first, last, first + 1.0 - last);
    for pair in columns.windows(2) {
        if pair[1] - pair[0] > gap {
            gap = pair[1] - pair[0];
            (left, right) = (pair[1], pair[0] + 1.0);
        }
    }
    Some((left, right))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: Frame = Frame { width: 360.0, height: 300.0, margin: 30.0 };

    fn place(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).expect("in range")
    }

    fn near(ours: f64, expected: f64) -> bool {
        (ours - expected).abs() < 1e-9
    }

    #[test]
    fn mercator_of_known_places() {
        let (x, y) = mercator(place(0.0, 0.0));
        assert!(near(x, 0.5) && near(y, 0.5));
        // The corners of the square world.
        let (x, y) = mercator(place(-180.0, MAX_LATITUDE));
        assert!(near(x, 0.0) && near(y, 0.0));
        // atanh(sin 60°) = ln(2 + √3) = 1.3169578969; 0.5 - 1.3169578969 / 6.2831853072 = 0.2903996
        let (x, y) = mercator(place(90.0, 60.0));
        assert!(near(x, 0.75) && (y - 0.290_399_6).abs() < 1e-7, "{y}");
        // The poles are drawn at the edge.
        assert!(near(mercator(place(0.0, 90.0)).1, 0.0));
        assert!(near(latitude(row_of(50.85)), 50.85));
    }

    #[test]
    fn one_place_stands_in_the_middle_at_zoom_16() {
        let view = View::fit([place(4.8675, 50.4669)], FRAME).expect("a place");
        assert_eq!(view.project(place(4.8675, 50.4669)), (180.0, 150.0));
        // 40 075 017 m × cos 50.4669° / 16 777 216 = 1.520 m
        assert!((view.metres_per_unit() - 1.520).abs() < 1e-3, "{}", view.metres_per_unit());
        assert_eq!(View::fit([place(4.0, 50.0); 3], FRAME), View::fit([place(4.0, 50.0)], FRAME));
        assert_eq!(View::fit([], FRAME), None);
    }

    #[test]
    fn two_places_touch_the_margins() {
        // 300 units between the margins for 10 degrees of longitude on the equator.
        let view = View::fit([place(0.0, 0.0), place(10.0, 0.0)], FRAME).expect("places");
        let ((left, y), (right, _)) = (view.project(place(0.0, 0.0)), view.project(place(10.0, 0.0)));
        assert!(near(left, 30.0) && near(right, 330.0) && near(y, 150.0));
    }

    #[test]
    fn the_180th_meridian_is_no_border() {
        let view = View::fit([place(179.0, 0.0), place(-179.0, 0.0)], FRAME).expect("places");
        let ((left, _), (right, _)) = (view.project(place(179.0, 0.0)), view.project(place(-179.0, 0.0)));
        assert!(near(left, 30.0) && near(right, 330.0), "{left} {right}");
        let [west, east, ..] = view.edges();
        // 360 units show 360 / 300 × 2 degrees.
        assert!(near(east - west, 2.4), "{west} {east}");
    }

    proptest! {
        #[test]
        fn every_place_stands_within_the_margins(
            places in prop::collection::vec((-180.0..=180.0_f64, -90.0..=90.0_f64), 1..20),
        ) {
            let places: Vec<LonLat> = places.into_iter().map(|(lon, lat)| place(lon, lat)).collect();
            let view = View::fit(places.iter().copied(), FRAME).expect("places");
            for place in places {
                let (x, y) = view.project(place);
                prop_assert!((29.9..=330.1).contains(&x), "{x}");
                prop_assert!((29.9..=270.1).contains(&y), "{y}");
            }
        }
    }
}
