//! `communes map …` on the real files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Output},
};

use communes_suite::{Need, Suite, fixtures};
use libtest_mimic::Failed;
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut suite = Suite::new();
    suite
        .test(Need::Fixtures, "convert_prints_geojson", convert_prints_geojson)
        .test(Need::Fixtures, "convert_wraps_its_text_in_json", convert_wraps_its_text_in_json)
        .test(Need::Fixtures, "warnings_go_to_stderr_or_to_a_file", warnings_go_to_stderr_or_to_a_file)
        .test(Need::Fixtures, "every_kml_converts_to_as_many_features", every_kml_converts_to_as_many_features)
        .test(Need::Fixtures, "what_can_not_be_done_says_why", what_can_not_be_done_says_why);
    suite.run()
}

fn fixture(name: &str) -> PathBuf {
    fixtures().join("map-portlet").join(name)
}

fn communes(arguments: &[&str], file: &Path) -> Result<Output, Failed> {
    Ok(Command::new(env!("CARGO_BIN_EXE_communes")).args(["map", "convert"]).args(arguments).arg(file).output()?)
}

fn same<T: PartialEq + std::fmt::Debug>(found: &T, wanted: &T) -> Result<(), Failed> {
    if found == wanted { Ok(()) } else { Err(format!("found {found:?}, wanted {wanted:?}").into()) }
}

fn convert_prints_geojson() -> Result<(), Failed> {
    // PROVENANCE: 2 points, [-95.44,40.42,0] and [-95.43,40.42,0].
    let output = communes(&["--to", "geojson"], &fixture("kml/Document-places.kml"))?;
    same(&output.status.code(), &Some(0))?;
    let expected = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "pm123", "geometry": {"type": "Point", "coordinates": [-95.44, 40.42, 0]},
         "properties": {"name": "place123"}},
        {"type": "Feature", "id": "pm456", "geometry": {"type": "Point", "coordinates": [-95.43, 40.42, 0]},
         "properties": {"name": "place456"}},
    ]});
    same(&serde_json::from_slice::<Value>(&output.stdout)?, &expected)?;
    same(&output.stderr.len(), &0)
}

fn convert_wraps_its_text_in_json() -> Result<(), Failed> {
    let file = fixture("kml/LinearRingWithInvalidLat.kml");
    let output = communes(&["--format", "json", "--to", "geojson"], &file)?;
    same(&output.status.code(), &Some(0))?;
    let document: Value = serde_json::from_slice(&output.stdout)?;
    same(&document["warnings"][0]["code"], &json!("out-of-range"))?;
    same(&document["warnings"][0]["line"], &json!(4))?;
    let text = document["text"].as_str().ok_or("no text")?;
    let plain = communes(&["--to", "geojson"], &file)?;
    same(&text.as_bytes(), &plain.stdout.as_slice())
}

fn warnings_go_to_stderr_or_to_a_file() -> Result<(), Failed> {
    let file = fixture("kml/Placemark-TruncatedLineString.xml");
    let output = communes(&["--to", "geojson"], &file)?;
    same(&String::from_utf8(output.stderr)?.contains(":8:4: short-geometry: Alpha: "), &true)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("warnings.json");
    let output = communes(&["--to", "geojson", "--warnings", path.to_str().ok_or("no UTF-8")?], &file)?;
    same(&output.stderr.len(), &0)?;
    let document: Value = serde_json::from_slice(&fs::read(path)?)?;
    let codes: Vec<&Value> = document["warnings"].as_array().ok_or("no list")?.iter().map(|row| &row["code"]).collect();
    same(&codes, &vec![&json!("short-geometry")])?;
    same(&document["warnings"][0]["feature"], &json!("Alpha"))
}

fn every_kml_converts_to_as_many_features() -> Result<(), Failed> {
    let mut files = 0;
    for entry in fs::read_dir(fixture("togeojson"))? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "kml") {
            continue;
        }
        files += 1;
        let count = |bytes: &[u8]| -> Result<Option<usize>, Failed> {
            let collection: Value = serde_json::from_slice(bytes)?;
            Ok(collection["features"].as_array().map(Vec::len))
        };
        let expected = fs::read(path.with_extension("kml.expected.json"))?;
        let output = communes(&["--to", "geojson"], &path)?;
        same(&(count(&output.stdout)?, output.status.code()), &(count(&expected)?, Some(0)))?;
    }
    // 21 of the folder's inputs are KML.
    same(&files, &21)
}

fn what_can_not_be_done_says_why() -> Result<(), Failed> {
    let kml = fixture("kml/Document-places.kml");
    for (target, file, wanted) in [
        ("kml", kml.clone(), "KML is not written yet [format-not-yet]"),
        ("csv", kml, "CSV is not written yet [format-not-yet]"),
        ("geojson", fixture("gpx/wikipedia_example.gpx"), "GPX is not read yet [format-not-yet]"),
        ("geojson", fixture("crs/points.csv"), "the file is in no format that is known here [format-unknown]"),
        ("geojson", fixture("no-such-file.kml"), "No such file"),
    ] {
        let output = communes(&["--to", target], &file)?;
        let said = String::from_utf8(output.stderr)?;
        same(&(output.status.code(), said.contains(wanted), output.stdout.len()), &(Some(2), true, 0))?;
    }
    Ok(())
}
