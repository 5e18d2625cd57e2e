use super::{KmlReader, placemark::Draft};
use crate::{
    coordinate::LonLat,
    format::xml::Element,
    geometry::{Geometry, Polygon, Ring},
    warning::WarningCode,
};

/// The sides of a `LatLonBox` in degrees, and its counter-clockwise rotation.
#[derive(Debug, Default)]
struct LatLonBox {
    north: Option<f64>,
    south: Option<f64>,
    east: Option<f64>,
    west: Option<f64>,
    rotation: Option<f64>,
}

impl<'a> KmlReader<'a> {
    /// A picture laid over the ground: a place whose surface is the picture's.
    pub(super) fn ground_overlay(&mut self, element: &Element<'a>) {
        let first = self.xml.warnings.len();
        let mut draft = Draft::default();
        draft.place.id = element.attribute("id");
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "Icon" => {
                    if let Some(href) = self.href() {
                        draft.place.overlay = Some(href);
                    }
                }
                "LatLonBox" => draft.place.geometry = self.lat_lon_box(),
                "LatLonQuad" => draft.place.geometry = self.lat_lon_quad(),
                _ => self.feature_child(&child, &mut draft),
            }
        }
        self.finish_draft(draft, first);
    }

    /// The `href` among the children.
    pub(super) fn href(&mut self) -> Option<crate::link::SafeLink> {
        let mut href = None;
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "href" => href = self.link(),
                _ => self.xml.skip(),
            }
        }
        href
    }

    fn lat_lon_box(&mut self) -> Option<Geometry> {
        let offset = self.xml.offset();
        let mut sides = LatLonBox::default();
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "north" => sides.north = self.number(),
                "south" => sides.south = self.number(),
                "east" => sides.east = self.number(),
                "west" => sides.west = self.number(),
                "rotation" => sides.rotation = self.number(),
                _ => self.xml.skip(),
            }
        }
        let geometry = sides.geometry();
        if geometry.is_none() {
            let detail = "a box that lacks a side, leaves the earth or crosses the 180th meridian: no geometry";
            self.xml.warn(WarningCode::OutOfRange, offset, detail);
        }
        geometry
    }

    fn lat_lon_quad(&mut self) -> Option<Geometry> {
        let ring = self.ring()?;
        Some(Geometry::Polygon(Polygon::new(ring, Vec::new())))
    }
}

impl LatLonBox {
    fn geometry(&self) -> Option<Geometry> {
        let (west, east, south, north) = (self.west?, self.east?, self.south?, self.north?);
        if west > east {
            return None;
        }
        let (middle_lon, middle_lat) = (f64::midpoint(west, east), f64::midpoint(south, north));
        let (sin, cos) = self.rotation.unwrap_or_default().to_radians().sin_cos();
        let corners = [(west, north), (east, north), (east, south), (west, south)];
        let positions: Option<Vec<_>> = corners
            .into_iter()
            .map(|(lon, lat)| {
                let (x, y) = (lon - middle_lon, lat - middle_lat);
                let turned = LonLat::new(middle_lon + x * cos - y * sin, middle_lat + x * sin + y * cos);
                turned.ok().map(Into::into)
            })
            .collect();
        let ring = Ring::closed(positions?).ok()?;
        Some(Geometry::Polygon(Polygon::new(ring, Vec::new())))
    }
}
