//! KML 2.0 to 2.3 (OGC 07-147r2, 12-007r2), as it is found.
//!
//! Elements are known by their local name, whatever their prefix and namespace. Links to other files ([`NetworkLink`], styles,
//! schemas, icons) are never followed. What is not read yet: folders as layers, regions, models, photo and screen overlays,
//! balloon templates.
//!
//! [`NetworkLink`]: https://docs.ogc.org/is/12-007r2/12-007r2.html

mod coordinates;
mod data;
mod geometry;
mod overlay;
mod placemark;
mod style;
mod time;

use self::{data::Schemas, style::StyleBook};
use super::{
    Format, FormatError, ReadOptions,
    warnings::quoted,
    xml::{Element, Node, XmlReader, with_reader},
};
use crate::{layer::Layer, link::SafeLink, place::Place, warning::WarningCode};

/// Reads a KML file.
///
/// The layer's title is the name of the document. Places come in the file's order, those without geometry among them.
///
/// # Errors
/// The root element is none of KML's. Anything after it is at worst a warning.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Layer, FormatError> {
    with_reader(bytes, options, |xml| KmlReader::new(xml, options).read())
}

/// Whether a file of KML may begin with this element: conformance data and hand-made files leave `kml` out.
pub(super) fn is_root(name: &str) -> bool {
    is_container(name)
        || geometry::is_geometry(name)
        || matches!(
            name,
            "Placemark"
                | "GroundOverlay"
                | "PhotoOverlay"
                | "ScreenOverlay"
                | "NetworkLink"
                | "Link"
                | "Style"
                | "StyleMap"
        )
}

fn is_container(name: &str) -> bool {
    matches!(name, "kml" | "Document" | "Folder")
}

/// A file being read. Styles and schemas may stand after their use: what needs them is settled at the end.
#[derive(Debug)]
struct KmlReader<'a> {
    xml: XmlReader<'a>,
    max_places: usize,
    layer: Layer,
    left_out: usize,
    /// How many containers are open.
    containers: usize,
    book: StyleBook,
    schemas: Schemas,
}

impl<'a> KmlReader<'a> {
    fn new(xml: XmlReader<'a>, options: &ReadOptions) -> Self {
        Self {
            xml,
            max_places: options.max_places,
            layer: Layer::default(),
            left_out: 0,
            containers: 0,
            book: StyleBook::default(),
            schemas: Schemas::default(),
        }
    }

    fn read(mut self) -> Result<Layer, FormatError> {
        let mut is_kml = false;
        loop {
            match self.xml.next() {
                Node::Open(element) => {
                    is_kml = is_kml || is_root(element.name());
                    if !is_kml {
                        return Err(FormatError::NotThis(Format::Kml));
                    }
                    self.element(&element);
                }
                Node::Close => self.containers = self.containers.saturating_sub(1),
                Node::Text(_) | Node::CData(_) => {}
                Node::End => break,
            }
        }
        if !is_kml {
            return Err(FormatError::NotThis(Format::Kml));
        }
        self.book.settle(&mut self.layer.places, &mut self.xml);
        self.schemas.settle(&mut self.layer.places, &mut self.xml);
        if self.left_out > 0 {
            let detail = format!("{} place(s) beyond the limit of {}: left out", self.left_out, self.max_places);
            self.xml.warn(WarningCode::Limit, self.xml.offset(), detail);
        }
        self.layer.warnings = self.xml.warnings.into_kept();
        Ok(self.layer)
    }

    /// An element that stands in a container, or is the root.
    fn element(&mut self, element: &Element<'a>) {
        let offset = self.xml.offset();
        match element.name() {
            name if is_container(name) => {
                if self.xml.is_too_deep() {
                    self.xml.warn(WarningCode::Limit, offset, "nested too deep: left out");
                    self.xml.skip();
                } else {
                    self.containers += 1;
                }
            }
            "Placemark" | "GroundOverlay" if self.layer.places.len() >= self.max_places => {
                self.left_out += 1;
                self.xml.skip();
            }
            "Placemark" => self.placemark(element),
            "GroundOverlay" => self.ground_overlay(element),
            name if geometry::is_geometry(name) => self.bare_geometry(name),
            "Style" => self.shared_style(element),
            "StyleMap" => self.shared_style_map(element),
            "CascadingStyle" => self.cascading_style(element),
            "Schema" => self.schema(element),
            "NetworkLink" => {
                self.xml.warn(WarningCode::NetworkLink, offset, "a link to another file: not followed");
                self.xml.skip();
            }
            "name" if self.layer.title.is_none() && self.layer.places.is_empty() => {
                let title = self.xml.content().text;
                self.layer.title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
            }
            _ => self.xml.skip(),
        }
    }

    /// A geometry that stands alone, without a Placemark.
    fn bare_geometry(&mut self, name: &str) {
        let mut place = Place::default();
        let mut shapes = self.shapes(name);
        place.geometry = shapes.geometry();
        self.layer.places.push(place);
    }

    /// Adds a place, and says whose the warnings since `first` are.
    fn finish(&mut self, place: Place, first: usize) {
        if let Some(feature) = place.name.as_deref().or(place.id.as_deref()) {
            self.xml.warnings.attribute_to(first, feature);
        }
        self.layer.places.push(place);
    }

    fn text(&mut self) -> Option<String> {
        let text = self.xml.content().text;
        (!text.trim().is_empty()).then(|| text.into_owned())
    }

    /// A number in an element of its own; a warning and `None` for anything else than a finite number.
    fn number(&mut self) -> Option<f64> {
        let content = self.xml.content();
        let number = content.text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            let detail = format!("{} is no number: left out", quoted(content.text.trim()));
            self.xml.warn(WarningCode::BadNumber, content.offset, detail);
        }
        number
    }

    /// `1`, `0`, `true` or `false`; a warning and `None` for anything else.
    fn boolean(&mut self) -> Option<bool> {
        let content = self.xml.content();
        let boolean = boolean(content.text.trim());
        if boolean.is_none() {
            let detail = format!("{} is neither 0 nor 1: left out", quoted(content.text.trim()));
            self.xml.warn(WarningCode::BadValue, content.offset, detail);
        }
        boolean
    }

    fn link(&mut self) -> Option<SafeLink> {
        let content = self.xml.content();
        self.safe_link(&content.text, content.offset)
    }

    fn safe_link(&mut self, text: &str, offset: usize) -> Option<SafeLink> {
        match SafeLink::new(text) {
            Ok(link) => Some(link),
            Err(error) => {
                let detail = format!("{}: {error}: left out", quoted(text.trim()));
                self.xml.warn(WarningCode::UnsafeLink, offset, detail);
                None
            }
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
