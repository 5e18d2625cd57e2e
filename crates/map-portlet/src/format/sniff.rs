use super::{Format, encoding::decode};

/// How far the root element may stand from the start of a file.
const HEAD_BYTES: usize = 4096;

/// The format that the first bytes of a file show; `None` for anything else, CSV among it.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let head = decode(head).text;
    let mut rest = head.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if rest.starts_with('{') {
        return Some(Format::GeoJson);
    }
    // Declaration, comments and document type stand before the root element.
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        let after = match rest {
            _ if rest.starts_with('?') => rest.split_once("?>"),
            _ if rest.starts_with("!--") => rest.split_once("-->"),
            _ if rest.starts_with('!') => match (rest.find('['), rest.find('>')) {
                (Some(subset), Some(end)) if subset < end => {
                    rest.split_once("]").and_then(|(_, rest)| rest.split_once('>'))
                }
                _ => rest.split_once('>'),
            },
            _ => return root(rest),
        };
        rest = after?.1;
    }
}

fn root(tag: &str) -> Option<Format> {
    let name = tag.split(|character: char| character.is_whitespace() || matches!(character, '>' | '/')).next()?;
    let name = name.rsplit(':').next()?;
    match name {
        "gpx" => Some(Format::Gpx),
        "rss" | "RDF" | "feed" => Some(Format::GeoRss),
        name if super::kml::is_root(name) => Some(Format::Kml),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_element_tells() {
        for (text, format) in [
            ("<kml>", Some(Format::Kml)),
            ("\u{feff}<?xml version=\"1.0\"?>\n<!-- a > b -->\n<kml:kml xmlns:kml=\"x\">", Some(Format::Kml)),
            ("<!DOCTYPE kml [ <!ENTITY a \"b>\"> ]>\n<kml>", Some(Format::Kml)),
            ("<LinearRing xmlns=\"x\">", Some(Format::Kml)),
            ("<gpx version=\"1.1\">", Some(Format::Gpx)),
            ("<rss>", Some(Format::GeoRss)),
            ("<rdf:RDF>", Some(Format::GeoRss)),
            (" {\"type\": \"FeatureCollection\"}", Some(Format::GeoJson)),
            ("<html>", None),
            ("<", None),
            ("<!", None),
            ("", None),
            ("name;lat;lon", None),
        ] {
            assert_eq!(sniff(text.as_bytes()), format, "{text}");
        }
    }
}
