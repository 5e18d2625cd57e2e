//! What files of all kinds do to the reader. Each case is a fault that programs have had.

use proptest::prelude::*;

use super::*;
use crate::{
    coordinate::{LonLat, Position},
    description::Description,
    geometry::{Geometry, Line},
    moment::{Moment, When},
    place::PropertyValue,
    style::{Colour, Width},
};

fn read_text(text: &str) -> Layer {
    read(text.as_bytes(), &ReadOptions::default()).expect("KML")
}

fn codes(layer: &Layer) -> Vec<&'static str> {
    layer.warnings().iter().map(|warning| warning.code().as_str()).collect()
}

fn position(lon: f64, lat: f64) -> Position {
    LonLat::new(lon, lat).expect("in range").into()
}

/// The positions of a line with these coordinates, and the warnings' codes.
fn line(coordinates: &str) -> (Vec<Position>, Vec<&'static str>) {
    let text =
        format!("<kml><Placemark><LineString><coordinates>{coordinates}</coordinates></LineString></Placemark></kml>");
    let layer = read_text(&text);
    let positions = layer.places()[0].geometry().map(|geometry| geometry.positions().collect());
    (positions.unwrap_or_default(), codes(&layer))
}

#[test]
fn spaces_inside_positions_are_read_where_there_is_one_way() {
    let expected = vec![position(4.1, 50.2).with_altitude(3.0), position(4.2, 50.3).with_altitude(4.0)];
    for coordinates in ["4.1, 50.2, 3\n4.2, 50.3, 4", "4.1 ,50.2 ,3 4.2 ,50.3 ,4", "4.1,50.2, 3 4.2,50.3, 4"] {
        assert_eq!(line(coordinates), (expected.clone(), vec!["coordinate-syntax"]), "{coordinates}");
    }
}

#[test]
fn commas_alone_are_threes() {
    let (positions, codes) = line("4.1,50.2,3,4.2,50.3,4");
    assert_eq!(positions.len(), 2);
    assert_eq!(positions[1], position(4.2, 50.3).with_altitude(4.0));
    assert_eq!(codes, ["coordinate-syntax"]);
    // Four or five numbers are no threes: no point is invented.
    assert_eq!(line("4.1,50.2,4.2,50.3"), (Vec::new(), vec!["bad-coordinate"]));
    assert_eq!(line("4.1,50.2,3,4.2,50.3"), (Vec::new(), vec!["bad-coordinate"]));
}

#[test]
fn commas_around_positions_are_passed_over() {
    let expected = vec![position(4.1, 50.2), position(4.2, 50.3)];
    assert_eq!(line("4.1,50.2, 4.2,50.3,"), (expected.clone(), vec!["coordinate-syntax"]));
    assert_eq!(line(",4.1,50.2 ,4.2,50.3"), (expected.clone(), vec!["coordinate-syntax"]));
    // Tabs and line ends are spaces.
    assert_eq!(line("\t4.1,50.2\r\n4.2,50.3\t"), (expected, vec![]));
}

#[test]
fn a_bad_position_takes_nothing_from_its_neighbours() {
    let (positions, codes) = line("4.1,50.2 4.15, 4.2,50.3 x,50.4 4.3,50.4");
    assert_eq!(positions, [position(4.1, 50.2), position(4.2, 50.3), position(4.3, 50.4)]);
    assert_eq!(codes, ["bad-coordinate"]);
    let (positions, codes) = line("4.1,50.2 4.2,92 4.3,50.4 NaN,50.5 inf,50.6");
    assert_eq!(positions.len(), 2);
    assert_eq!(codes, ["out-of-range"]);
    // An altitude that is no number takes nothing away.
    assert_eq!(line("4.1,50.2,x 4.2,50.3").0, [position(4.1, 50.2), position(4.2, 50.3)]);
}

#[test]
fn empty_coordinates_leave_the_place() {
    for coordinates in ["<coordinates></coordinates>", "<coordinates/>", "<coordinates> \n </coordinates>", ""] {
        for kind in ["Point", "LineString"] {
            let layer =
                read_text(&format!("<kml><Placemark><name>A</name><{kind}>{coordinates}</{kind}></Placemark></kml>"));
            assert_eq!((layer.places()[0].name(), layer.places()[0].geometry()), (Some("A"), None));
            assert_eq!(codes(&layer), ["no-coordinates"]);
            assert_eq!(layer.warnings()[0].feature(), Some("A"));
        }
    }
}

#[test]
fn any_prefix_and_namespace_is_read() {
    let point = |open: &str, prefix: &str| {
        format!(
            "<{prefix}kml {open}><{prefix}Placemark><{prefix}Point><{prefix}coordinates>4,50</{prefix}coordinates></{prefix}Point>\
             </{prefix}Placemark></{prefix}kml>"
        )
    };
    for text in [
        point("", ""),
        point("xmlns=\"http://earth.google.com/kml/2.0\"", ""),
        point("xmlns=\"http://www.opengis.net/kml/2.3\"", ""),
        point("xmlns:kml=\"http://www.opengis.net/kml/2.2\"", "kml:"),
        // A prefix that nobody declared.
        point("xsi:schemaLocation=\"x\"", "k:"),
    ] {
        let layer = read_text(&text);
        assert_eq!(layer.places()[0].geometry(), Some(&Geometry::Point(position(4.0, 50.0))), "{text}");
        assert_eq!(codes(&layer), Vec::<&str>::new());
    }
}

#[test]
fn wrappers_of_other_programs_are_multi_geometries() {
    let points = "<Point><coordinates>4,50</coordinates></Point><Point><coordinates>5,51</coordinates></Point>";
    for name in ["MultiGeometry", "MultiPoint", "MultiPolygon", "MultiLineString"] {
        let layer = read_text(&format!("<kml><Placemark><{name}><{name}>{points}</{name}></{name}></Placemark></kml>"));
        let Some(Geometry::Collection(members)) = layer.places()[0].geometry() else {
            panic!("{name}: no collection");
        };
        assert_eq!(members.len(), 2);
    }
    let layer = read_text("<kml><Placemark><MultiGeometry/></Placemark></kml>");
    assert_eq!(layer.places()[0].geometry(), None);
}

#[test]
fn a_track_of_two_is_a_line_and_its_times_follow_its_gaps() {
    let layer = read_text(
        "<kml><Placemark><gx:Track><when>2010-05-28T02:02:09Z</when><when>2010-05-28T02:02:35Z</when>\
         <when>2010-05-28T02:02:44Z</when><gx:coord>4.1 50.2 3</gx:coord><gx:coord/><gx:coord>4.2  50.3</gx:coord></gx:Track>\
         </Placemark></kml>",
    );
    let place = &layer.places()[0];
    let expected = Line::new(vec![position(4.1, 50.2).with_altitude(3.0), position(4.2, 50.3)]).expect("two positions");
    assert_eq!(place.geometry(), Some(&Geometry::Line(expected)));
    let times: Vec<_> = place.times().iter().map(Moment::as_str).collect();
    assert_eq!(times, ["2010-05-28T02:02:09Z", "2010-05-28T02:02:44Z"]);
    assert_eq!(codes(&layer), Vec::<&str>::new());
}

#[test]
fn styles_are_found_before_and_after_through_maps_and_below_the_inline_one() {
    let layer = read_text(
        "<kml><Document><Placemark><styleUrl>\n #m </styleUrl><Style><LineStyle><width>7</width></LineStyle></Style></Placemark>\
         <StyleMap id=\"m\"><Pair><key>highlight</key><styleUrl>#x</styleUrl></Pair>\
         <Pair><key>normal</key><styleUrl>#s</styleUrl></Pair></StyleMap>\
         <Style id=\"s\"><LineStyle><color>ff0000ff</color><width>3</width></LineStyle></Style></Document></kml>",
    );
    let style = layer.places()[0].style();
    assert_eq!(style.stroke.map(Colour::hex).as_deref(), Some("#ff0000"));
    assert_eq!(style.stroke_width.map(Width::get), Some(7.0));
    assert_eq!(codes(&layer), Vec::<&str>::new());
}

#[test]
fn style_maps_in_a_circle_end() {
    let layer = read_text(
        "<kml><StyleMap id=\"a\"><Pair><key>normal</key><styleUrl>#b</styleUrl></Pair></StyleMap>\
         <StyleMap id=\"b\"><Pair><key>normal</key><styleUrl>#a</styleUrl></Pair></StyleMap>\
         <Placemark><styleUrl>#a</styleUrl></Placemark></kml>",
    );
    assert_eq!(codes(&layer), ["style-not-found"]);
}

#[test]
fn what_is_elsewhere_stays_there() {
    let layer = read_text(
        "<kml><NetworkLink><Link><href>http://169.254.169.254/</href></Link></NetworkLink>\
         <Placemark><styleUrl>http://example.org/a.kml#s</styleUrl></Placemark></kml>",
    );
    assert_eq!(codes(&layer), ["network-link", "remote-reference"]);
    assert_eq!(layer.places().len(), 1);
}

#[test]
fn what_is_not_a_colour_or_a_safe_link_is_left_out() {
    let layer = read_text(
        "<kml><Placemark><Style><LineStyle><color>red\" onload=\"x</color><width>-1</width></LineStyle>\
         <IconStyle><Icon><href>javascript:alert(1)</href></Icon></IconStyle></Style></Placemark></kml>",
    );
    assert_eq!(codes(&layer), ["bad-colour", "bad-number", "unsafe-link"]);
    let style = layer.places()[0].style();
    assert_eq!((style.stroke, style.stroke_width), (None, None));
    assert_eq!(style.icon.as_ref().and_then(|icon| icon.href.as_ref()), None);
}

#[test]
fn descriptions_are_sanitised_however_they_are_written() {
    let markup = "<b onclick=\"x()\">A</b><script>alert(1)</script>";
    for written in [format!("<![CDATA[{markup}]]>"), markup.replace('<', "&lt;")] {
        let layer = read_text(&format!("<kml><Placemark><description>{written}</description></Placemark></kml>"));
        let Description::Html(html) = layer.places()[0].description() else {
            panic!("no markup");
        };
        assert_eq!(html.as_str(), "<b>A</b>");
    }
}

#[test]
fn data_has_its_declared_type_or_stays_text() {
    let layer = read_text(
        "<kml><Document><Placemark><ExtendedData><SchemaData schemaUrl=\"#s\"><SimpleData name=\"open\">0</SimpleData>\
         <SimpleData name=\"beds\"> 12 </SimpleData><SimpleData name=\"length\">long</SimpleData>\
         <SimpleData name=\"other\">1</SimpleData></SchemaData></ExtendedData></Placemark>\
         <Schema id=\"s\"><SimpleField name=\"open\" type=\"bool\"/><SimpleField name=\"beds\" type=\"xsd:int\"/>\
         <SimpleField name=\"length\" type=\"double\"/></Schema></Document></kml>",
    );
    let expected = [
        // PROVENANCE: "SimpleData of type bool is true for any non-empty text, even 0 or false" with the peer; here 0 is false.
        ("open", PropertyValue::Boolean(false)),
        ("beds", PropertyValue::Integer(12)),
        ("length", PropertyValue::Text("long".into())),
        ("other", PropertyValue::Text("1".into())),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    assert_eq!(layer.places()[0].properties(), expected);
    assert_eq!(codes(&layer), ["bad-value"]);
}

#[test]
fn a_time_keeps_its_precision() {
    let layer = read_text(
        "<kml><Placemark><TimeStamp><when>2026-11</when></TimeStamp></Placemark>\
         <Placemark><TimeSpan><begin>2026</begin><end>soon</end></TimeSpan></Placemark></kml>",
    );
    assert!(matches!(layer.places()[0].when(), Some(When::At(at)) if at.as_str() == "2026-11"));
    assert!(
        matches!(layer.places()[1].when(), Some(When::Span { begin: Some(begin), end: None }) if begin.as_str() == "2026")
    );
    assert_eq!(codes(&layer), ["bad-time"]);
}

#[test]
fn a_file_that_breaks_off_gives_what_was_read() {
    let whole = "<kml><Placemark><name>A</name></Placemark>";
    for (rest, places) in [("", 1), ("<Placemark><name>B", 2), ("</Document></kml>", 1), ("<", 1), ("<Placemark a=", 1)]
    {
        let layer = read_text(&format!("{whole}{rest}"));
        assert_eq!(layer.places().len(), places, "{rest}");
        assert_eq!(codes(&layer), ["malformed"], "{rest}");
    }
}

#[test]
fn no_entity_is_expanded() {
    let bomb = "<!DOCTYPE kml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\
                <!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let layer = read_text(&format!("{bomb}<kml><Placemark><name>&b;&x; R&amp;D &#233; R & D</name></Placemark></kml>"));
    assert_eq!(layer.places()[0].name(), Some("&b;&x; R&D é R & D"));
    assert_eq!(codes(&layer), ["document-type", "entity", "entity"]);
}

#[test]
fn depth_and_number_are_bounded() {
    let deep = format!("<kml>{}{}</kml>", "<Folder>".repeat(100_000), "</Folder>".repeat(100_000));
    assert_eq!(codes(&read_text(&deep)), ["limit"]);
    let deep = format!(
        "<kml><Placemark>{}{}</Placemark></kml>",
        "<MultiGeometry>".repeat(100_000),
        "</MultiGeometry>".repeat(100_000)
    );
    assert_eq!(codes(&read_text(&deep)), ["limit"]);
    let options = ReadOptions { max_places: 2, max_warnings: 3, ..ReadOptions::default() };
    let many = format!("<kml>{}</kml>", "<Placemark><Point/></Placemark>".repeat(5));
    let layer = read(many.as_bytes(), &options).expect("KML");
    assert_eq!((layer.places().len(), codes(&layer)), (2, vec!["no-coordinates", "no-coordinates", "limit"]));
    let options = ReadOptions { max_warnings: 3, ..ReadOptions::default() };
    let layer = read(many.as_bytes(), &options).expect("KML");
    assert_eq!(layer.warnings()[3].detail(), "2 more warning(s) left out");
}

#[test]
fn a_warning_tells_its_line_and_column() {
    let layer = read_text(
        "<kml>\n  <Placemark>\n    <name>é</name><Point><coordinates>4,95</coordinates></Point>\n</Placemark></kml>",
    );
    // 4 spaces, `<name>é</name>` of 14 characters, `<Point>` of 7, `<coordinates>` of 13: column 39.
    assert_eq!(layer.warnings()[0].to_string(), "3:39: out-of-range: é: `4,95` is no position: left out");
}

#[test]
fn swapped_coordinates_are_noticed_and_kept() {
    // Namur, latitude first.
    let layer = read_text("<kml><Placemark><Point><coordinates>50.46,4.86</coordinates></Point></Placemark></kml>");
    assert_eq!(layer.places()[0].geometry(), Some(&Geometry::Point(position(50.46, 4.86))));
    assert_eq!(codes(&layer), ["swapped"]);
}

#[test]
fn another_format_is_refused() {
    for text in ["", "<gpx/>", "<html><kml/></html>", "name;lat;lon", "\u{0}"] {
        assert_eq!(read(text.as_bytes(), &ReadOptions::default()), Err(FormatError::NotThis(Format::Kml)), "{text}");
    }
}

/// Pieces of KML in any order: nearer to the reader's branches than any bytes.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<kml>",
        "<Placemark>",
        "</Placemark>",
        "<Point>",
        "</Point>",
        "<coordinates>",
        "</coordinates>",
        "4,50",
        ",",
        " ",
        "<Polygon>",
        "<outerBoundaryIs>",
        "<LinearRing>",
        "</LinearRing>",
        "<MultiGeometry>",
        "</MultiGeometry>",
        "<gx:Track>",
        "<when>",
        "<gx:coord>",
        "</gx:coord>",
        "<Style id=\"a\">",
        "<LineStyle>",
        "<color>",
        "ff",
        "</color>",
        "<StyleMap id='b'>",
        "<Pair>",
        "<key>normal</key>",
        "<styleUrl>#b</styleUrl>",
        "<GroundOverlay>",
        "<LatLonBox>",
        "<north>",
        "9e999",
        "-",
        "é",
        "<ExtendedData>",
        "<Data name=\"n\">",
        "<value>",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&x;",
        "&#0;",
        "&",
        "<!--",
        "-->",
        "<?x",
        "<",
        ">",
        "/>",
        "<!DOCTYPE a [",
        "]>",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, &ReadOptions::default());
        let _ = crate::format::read(&bytes, &ReadOptions::default());
    }

    #[test]
    fn no_pieces_make_it_panic(text in pieces()) {
        if let Ok(layer) = read(format!("<kml>{text}").as_bytes(), &ReadOptions::default()) {
            let written = crate::format::geojson::write(&layer);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok(), "{written}");
        }
    }

    #[test]
    fn coordinates_read_back_exactly(places in prop::collection::vec((-180.0..=180.0_f64, -90.0..=90.0_f64, -500.0..9000.0_f64), 2..20)) {
        let text: Vec<String> = places.iter().map(|(lon, lat, altitude)| format!("{lon},{lat},{altitude}")).collect();
        let expected: Vec<Position> = places
            .iter()
            .map(|&(lon, lat, altitude)| position(lon, lat).with_altitude(altitude))
            .collect();
        prop_assert_eq!(line(&text.join("\n ")).0, expected);
    }
}
