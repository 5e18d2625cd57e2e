use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::geometry::Positions;
use crate::{
    description::Description,
    format::{
        Format, FormatError, ReadOptions,
        encoding::decode,
        warnings::{Warnings, quoted},
    },
    layer::Layer,
    link::SafeLink,
    place::{Place, PropertyValue},
    style::{Colour, Style, Width},
    warning::{Location, WarningCode},
};

/// Reads a `FeatureCollection`, a `Feature` or a geometry.
///
/// A warning tells where its feature begins. Rings of any direction are read, open ones closed; `null` geometries and empty
/// coordinates are places without geometry. Of the properties, those that [`write`](super::write) names `name`, `description`,
/// `address`, `url`, `visibility`, `stroke…` and `fill…` become the place's own; the others are kept under their names, lists
/// and objects as their JSON text. A `crs` other than WGS 84 is a warning: nothing is converted yet.
///
/// # Errors
/// The file is no JSON, or none of the three.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Layer, FormatError> {
    let decoded = decode(bytes);
    let text = decoded.text.trim_start_matches('\u{feff}');
    let root: Root<'_> = serde_json::from_str(text).map_err(|error| FormatError::Syntax {
        format: Format::GeoJson,
        location: Location { line: error.line() as u64, column: error.column() as u64 },
        message: message(&error),
    })?;
    let mut reader =
        GeoJsonReader { source: text, warnings: Warnings::new(text, options.max_warnings), layer: Layer::default() };
    if let Some(remark) = decoded.remark {
        reader.warnings.push(WarningCode::Encoding, 0, remark);
    }
    reader.check_crs(root.crs.as_ref());
    match (root.kind.as_deref(), &root.features) {
        (Some("FeatureCollection"), features) => {
            reader.layer.title = root.name.as_ref().and_then(Value::as_str).map(str::to_owned);
            let features = features.as_deref().unwrap_or_default();
            for feature in features.iter().take(options.max_places) {
                reader.feature(feature.get());
            }
            if features.len() > options.max_places {
                let detail = format!("{} place(s) beyond the limit: left out", features.len() - options.max_places);
                reader.warnings.push(WarningCode::Limit, text.len(), detail);
            }
        }
        (Some(kind), _) if kind == "Feature" || super::geometry::is_kind(kind) => reader.feature(text),
        _ => return Err(FormatError::NotThis(Format::GeoJson)),
    }
    reader.layer.warnings = reader.warnings.into_kept();
    Ok(reader.layer)
}

#[derive(Deserialize)]
struct Root<'a> {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(borrow, default)]
    features: Option<Vec<&'a RawValue>>,
    name: Option<Value>,
    crs: Option<Value>,
}

struct GeoJsonReader<'a> {
    source: &'a str,
    warnings: Warnings<'a>,
    layer: Layer,
}

impl GeoJsonReader<'_> {
    fn check_crs(&mut self, crs: Option<&Value>) {
        let Some(crs) = crs.filter(|crs| !crs.is_null()) else {
            return;
        };
        let name = crs["properties"]["name"].as_str().unwrap_or_default();
        let is_wgs_84 = name.ends_with("CRS84") || name.ends_with(":4326");
        if !is_wgs_84 {
            let detail = format!("the coordinates are in {}: read as they stand", quoted(name));
            self.warnings.push(WarningCode::CoordinateSystem, 0, detail);
        }
    }

    /// A feature or a bare geometry, a part of the source.
    fn feature(&mut self, text: &str) {
        let offset = (text.as_ptr() as usize).saturating_sub(self.source.as_ptr() as usize);
        let first = self.warnings.len();
        let mut object = match serde_json::from_str(text) {
            Ok(Value::Object(object)) => object,
            _ => {
                self.warnings.push(WarningCode::BadStructure, offset, "this is no feature: left out");
                return;
            }
        };
        let mut place = Place::default();
        let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
        let geometry = if kind == "Feature" {
            object.remove("geometry").unwrap_or_default()
        } else {
            Value::Object(std::mem::take(&mut object))
        };
        place.id = match object.remove("id") {
            Some(Value::String(id)) => Some(id),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        if !geometry.is_null() {
            place.geometry = Positions::new(&mut self.warnings, offset).geometry(&geometry);
        }
        if let Some(Value::Object(properties)) = object.remove("properties") {
            self.properties(&mut place, properties, offset);
        }
        if let Some(feature) = place.name.as_deref().or(place.id.as_deref()) {
            self.warnings.attribute_to(first, feature);
        }
        self.layer.places.push(place);
    }

    fn properties(&mut self, place: &mut Place, mut properties: Map<String, Value>, offset: usize) {
        place.name = text(&mut properties, "name");
        place.address = text(&mut properties, "address");
        if let Some(description) = text(&mut properties, "description") {
            place.description = Description::read(&description);
            properties.remove("description-format");
        }
        place.visible = take(&mut properties, "visibility", Value::as_bool);
        if let Some(url) = text(&mut properties, "url") {
            match SafeLink::new(&url) {
                Ok(link) => place.link = Some(link),
                Err(error) => {
                    let detail = format!("{}: {error}: left out", quoted(&url));
                    self.warnings.push(WarningCode::UnsafeLink, offset, detail);
                }
            }
        }
        place.style = Style {
            stroke: self.colour(&mut properties, "stroke", "stroke-opacity", offset),
            stroke_width: take(&mut properties, "stroke-width", |value| Width::new(value.as_f64()?).ok()),
            fill: self.colour(&mut properties, "fill", "fill-opacity", offset),
            ..Style::default()
        };
        for (name, value) in properties {
            let value = match value {
                Value::Null => continue,
                Value::Bool(value) => PropertyValue::Boolean(value),
                Value::String(text) => PropertyValue::Text(text),
                Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                    (Some(integer), _) => PropertyValue::Integer(integer),
                    (None, Some(number)) if number.is_finite() => PropertyValue::Number(number),
                    _ => PropertyValue::Text(number.to_string()),
                },
                nested => PropertyValue::Text(nested.to_string()),
            };
            place.properties.push((name, value));
        }
    }

    fn colour(
        &mut self,
        properties: &mut Map<String, Value>,
        name: &str,
        opacity: &str,
        offset: usize,
    ) -> Option<Colour> {
        let text = text(properties, name)?;
        match Colour::from_css(&text) {
            Ok(colour) => {
                let opacity = take(properties, opacity, Value::as_f64);
                Some(opacity.map_or(colour, |opacity| colour.with_opacity(opacity)))
            }
            Err(error) => {
                let detail = format!("{}: {error}: left out", quoted(&text));
                self.warnings.push(WarningCode::BadColour, offset, detail);
                None
            }
        }
    }
}

/// Takes a member out if it is what it should be; otherwise it stays.
fn take<T>(properties: &mut Map<String, Value>, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
    let value = read(properties.get(name)?)?;
    properties.remove(name);
    Some(value)
}

fn text(properties: &mut Map<String, Value>, name: &str) -> Option<String> {
    take(properties, name, |value| value.as_str().map(str::to_owned))
}

/// The parser's message without the place, which has a field of its own.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(place) => text[..place].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        coordinate::{LonLat, Position},
        format::geojson::write,
        geometry::{Geometry, Line, Polygon, Ring},
    };

    fn read_text(text: &str) -> Layer {
        read(text.as_bytes(), &ReadOptions::default()).expect("GeoJSON")
    }

    fn codes(layer: &Layer) -> Vec<&'static str> {
        layer.warnings().iter().map(|warning| warning.code().as_str()).collect()
    }

    #[test]
    fn a_feature_and_a_geometry_stand_alone() {
        let point = Geometry::from(LonLat::new(4.8, 50.4).expect("in range"));
        let geometry = "{\"type\":\"Point\",\"coordinates\":[4.8,50.4]}";
        assert_eq!(read_text(geometry).places()[0].geometry(), Some(&point));
        let layer =
            read_text(&format!("{{\"type\":\"Feature\",\"id\":7,\"geometry\":{geometry},\"properties\":null}}"));
        assert_eq!((layer.places()[0].id(), layer.places()[0].geometry()), (Some("7"), Some(&point)));
    }

    #[test]
    fn one_bad_feature_costs_no_other() {
        let layer = read_text(
            "{\"type\":\"FeatureCollection\",\"features\":[\n\
             {\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"name\":\"A\",\"n\":1,\"list\":[1,2]}},\n\
             12,\n\
             {\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[50.4,\"x\"]},\"properties\":{\"name\":\"B\"}},\n\
             {\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[4,50],[5,50],[5,51]]]}}\n]}",
        );
        assert_eq!(codes(&layer), ["bad-structure", "bad-coordinate", "open-ring"]);
        let lines: Vec<u64> = layer.warnings().iter().map(|warning| warning.location().line).collect();
        assert_eq!(lines, [3, 4, 5]);
        assert_eq!(layer.warnings()[1].feature(), Some("B"));
        assert_eq!(layer.places().len(), 3);
        let properties = [("list", PropertyValue::Text("[1,2]".into())), ("n", PropertyValue::Integer(1))];
        assert_eq!(layer.places()[0].properties(), properties.map(|(name, value)| (name.to_owned(), value)));
    }

    #[test]
    fn what_is_unsafe_is_left_out() {
        let layer = read_text(
            "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"url\":\"javascript:x\",\"stroke\":\"url(#a)\",\
             \"description\":\"<script>x</script><b>y</b>\"}}",
        );
        assert_eq!(codes(&layer), ["unsafe-link", "bad-colour"]);
        assert!(matches!(layer.places()[0].description(), Description::Html(html) if html.as_str() == "<b>y</b>"));
    }

    #[test]
    fn another_reference_system_is_said() {
        let with = |name: &str| {
            let crs = format!("{{\"type\":\"name\",\"properties\":{{\"name\":\"{name}\"}}}}");
            codes(&read_text(&format!("{{\"type\":\"FeatureCollection\",\"crs\":{crs},\"features\":[]}}")))
        };
        assert_eq!(with("urn:ogc:def:crs:OGC:1.3:CRS84"), Vec::<&str>::new());
        assert_eq!(with("EPSG:4326"), Vec::<&str>::new());
        assert_eq!(with("urn:ogc:def:crs:EPSG::31370"), ["coordinate-system"]);
    }

    #[test]
    fn what_is_none_is_refused_with_its_place() {
        let error = read(b"{\"type\":\n \"FeatureCollection\",,", &ReadOptions::default()).expect_err("no JSON");
        assert_eq!(error.code(), "format-syntax");
        assert!(error.to_string().ends_with("at 2:22"), "{error}");
        let error = read(b"{\"type\":\"Topology\"}", &ReadOptions::default()).expect_err("no GeoJSON");
        assert_eq!(error, FormatError::NotThis(Format::GeoJson));
        let deep = format!("{{\"type\":\"Feature\",\"geometry\":{}", "[".repeat(100_000));
        assert!(read(deep.as_bytes(), &ReadOptions::default()).is_err());
    }

    fn position() -> impl Strategy<Value = Position> {
        let altitude = prop::option::of(-500.0..9000.0_f64);
        (-180.0..=180.0_f64, -90.0..=90.0_f64, altitude).prop_map(|(lon, lat, altitude)| {
            let position = Position::new(LonLat::new(lon, lat).expect("in range"));
            altitude.map_or(position, |metres| position.with_altitude(metres))
        })
    }

    fn geometry() -> impl Strategy<Value = Geometry> {
        let line =
            || prop::collection::vec(position(), 2..6).prop_map(|positions| Line::new(positions).expect("a line"));
        let simple = prop_oneof![
            position().prop_map(Geometry::Point),
            line().prop_map(Geometry::Line),
            prop::collection::vec(position(), 1..5).prop_map(Geometry::MultiPoint),
            prop::collection::vec(line(), 1..4).prop_map(Geometry::MultiLine),
            // A triangle that runs as RFC 7946 wants it.
            (-170.0..170.0_f64, -80.0..80.0_f64).prop_map(|(lon, lat)| {
                let corners = [(lon, lat), (lon + 1.0, lat), (lon, lat + 1.0)];
                let corners = corners.map(|(lon, lat)| LonLat::new(lon, lat).expect("in range").into());
                Geometry::Polygon(Polygon::new(Ring::closed(corners.to_vec()).expect("a ring"), Vec::new()))
            }),
        ];
        let simple = simple.boxed();
        prop_oneof![simple.clone(), prop::collection::vec(simple, 2..4).prop_map(Geometry::Collection)]
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(geometry in geometry(), name in any::<String>()) {
            let layer = Layer::new(vec![Place::new(name).with_geometry(geometry)]);
            let again = read_text(&write(&layer));
            prop_assert_eq!(again.places(), layer.places());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, &ReadOptions::default());
        }
    }
}
