//! GeoJSON (RFC 7946).

mod geometry;
mod properties;
mod read;

use std::fmt::Write;

use self::{geometry::Geometries, properties::Properties};
use crate::{layer::Layer, place::Place};

pub use read::read;

/// Writes a layer as a `FeatureCollection`, one feature a line, in the layer's order.
///
/// Rings follow the right-hand rule (section 3.1.6): the outline counter-clockwise, holes clockwise. Altitudes are kept. A place
/// without geometry has `"geometry": null` (section 3.2). Neither `bbox` nor `crs` is written; a geometry that crosses the 180th
/// meridian is not split yet.
///
/// Members of `properties`, each only where the place has it: `name`, `description` (with `"description-format": "html"` if it
/// is markup), `address`, `url`, `language`, `visibility`, `stroke`, `stroke-opacity`, `stroke-width`, `fill`, `fill-opacity`,
/// `label-color`, `label-opacity`, `icon`, `icon-color`, `icon-opacity`, `icon-scale`, `icon-heading`, `icon-offset`,
/// `icon-offset-units`, `overlay`, `timestamp`, `timespan` (`begin`, `end`), `times` (one for each position of a track). Then the
/// source's own data under its own names; where a name is taken, with `data-` before it.
#[must_use]
pub fn write(layer: &Layer) -> String {
    let mut out = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (index, place) in layer.places().iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        feature(&mut out, place);
    }
    out.push_str("\n]}\n");
    out
}

fn feature(out: &mut String, place: &Place) {
    out.push_str("{\"type\":\"Feature\"");
    if let Some(id) = place.id() {
        out.push_str(",\"id\":");
        string(out, id);
    }
    out.push_str(",\"geometry\":");
    match place.geometry() {
        Some(geometry) => Geometries(out).geometry(geometry),
        None => out.push_str("null"),
    }
    out.push_str(",\"properties\":");
    Properties::new(out).place(place);
    out.push('}');
}

/// A JSON string. What could end a script element or a line of JavaScript is escaped too: pages put GeoJSON into both.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '\u{2028}' | '\u{2029}' => {
                // Writing into a String never fails.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// The shortest number that reads back as the same one: `4.35`, and `0` rather than `0.0`.
fn number(out: &mut String, number: f64) {
    if number.is_finite() {
        let _ = write!(out, "{number}");
    } else {
        out.push_str("null");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        coordinate::{LonLat, Position},
        description::Description,
        geometry::{Geometry, Polygon, Ring},
        place::PropertyValue,
    };

    fn parsed(place: Place) -> serde_json::Value {
        let text = write(&Layer::new(vec![place]));
        let mut collection: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        collection["features"][0].take()
    }

    #[test]
    fn a_place_becomes_a_feature() {
        let place = Place::new("Hôtel de ville").at(LonLat::new(4.8675, 50.4669).expect("in range"));
        let expected = serde_json::json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [4.8675, 50.4669]},
            "properties": {"name": "Hôtel de ville"},
        });
        assert_eq!(parsed(place), expected);
        let nowhere = parsed(Place::new("Nulle part"));
        assert_eq!(nowhere["geometry"], serde_json::Value::Null);
    }

    #[test]
    fn data_never_takes_the_place_of_a_member() {
        let mut place = Place::new("A");
        place.properties =
            vec![("name".into(), PropertyValue::Text("B".into())), ("beds".into(), PropertyValue::Integer(12))];
        let properties = parsed(place)["properties"].take();
        assert_eq!(properties, serde_json::json!({"name": "A", "data-name": "B", "beds": 12}));
    }

    #[test]
    fn markup_says_that_it_is() {
        let place = Place::new("A").with_description(Description::read("<b>x</b>"));
        let properties = parsed(place)["properties"].take();
        assert_eq!(properties["description"], "<b>x</b>");
        assert_eq!(properties["description-format"], "html");
    }

    proptest! {
        #[test]
        fn every_text_reads_back_and_ends_no_script(text in any::<String>()) {
            let written = write(&Layer::new(vec![Place::new(text.clone())]));
            prop_assert!(!written.contains('<'));
            let read: serde_json::Value = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(read["features"][0]["properties"]["name"].as_str(), Some(text.as_str()));
        }

        #[test]
        fn rings_follow_the_right_hand_rule(corners in prop::collection::vec((-170.0..170.0_f64, -80.0..80.0_f64), 3..12)) {
            let positions: Vec<Position> = corners
                .iter()
                .map(|&(lon, lat)| LonLat::new(lon, lat).expect("in range").into())
                .collect();
            let ring = Ring::closed(positions).expect("three corners");
            let place = Place::default().with_geometry(Geometry::Polygon(Polygon::new(ring.clone(), vec![ring])));
            let geometry = parsed(place)["geometry"].take();
            // The shoelace formula on what was written, relative to the first corner.
            let area = |ring: &serde_json::Value| -> f64 {
                let corners: Vec<(f64, f64)> = ring
                    .as_array()
                    .expect("a ring")
                    .iter()
                    .map(|corner| (corner[0].as_f64().expect("lon"), corner[1].as_f64().expect("lat")))
                    .collect();
                assert_eq!(corners.first(), corners.last());
                let (x0, y0) = corners[0];
                corners.windows(2).map(|pair| {
                    let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
                    (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
                }).sum()
            };
            // Rounding may turn an area of nothing either way.
            prop_assert!(area(&geometry["coordinates"][0]) > -1e-9);
            prop_assert!(area(&geometry["coordinates"][1]) < 1e-9);
        }
    }
}
