use std::collections::HashMap;

use super::{KmlReader, boolean, placemark::Draft};
use crate::{
    format::{
        warnings::quoted,
        xml::{Element, XmlReader},
    },
    place::{Place, PropertyValue},
    warning::WarningCode,
};

/// The declared types of a file, and the values that wait for them: a schema may stand after its use.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    fields: HashMap<String, HashMap<String, FieldType>>,
    waiting: Vec<Waiting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldType {
    Text,
    Integer,
    Number,
    Boolean,
}

#[derive(Debug)]
struct Waiting {
    place: usize,
    property: String,
    schema: String,
    offset: usize,
}

impl<'a> KmlReader<'a> {
    pub(super) fn schema(&mut self, element: &Element<'a>) {
        let id = element.attribute("id").or_else(|| element.attribute("name"));
        let mut fields = HashMap::new();
        while let Some(child) = self.xml.next_child() {
            if child.name() == "SimpleField"
                && let Some(name) = child.attribute("name")
            {
                fields.insert(name, FieldType::of(&child.attribute("type").unwrap_or_default()));
            }
            self.xml.skip();
        }
        if let Some(id) = id {
            self.schemas.fields.insert(id, fields);
        }
    }

    pub(super) fn extended_data(&mut self, draft: &mut Draft) {
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "Data" => {
                    let offset = self.xml.offset();
                    let name = child.attribute("name");
                    let mut value = None;
                    while let Some(child) = self.xml.next_child() {
                        match child.name() {
                            "value" => value = Some(self.xml.content().text.into_owned()),
                            _ => self.xml.skip(),
                        }
                    }
                    if let (Some(name), Some(value)) = (name, value) {
                        self.property(draft, name, value, offset);
                    }
                }
                "SchemaData" => {
                    let schema = child.attribute("schemaUrl").unwrap_or_default();
                    self.schema_data(draft, &schema);
                }
                _ => self.xml.skip(),
            }
        }
    }

    fn schema_data(&mut self, draft: &mut Draft, schema: &str) {
        while let Some(child) = self.xml.next_child() {
            if child.name() != "SimpleData" {
                self.xml.skip();
                continue;
            }
            let content = self.xml.content();
            if let Some(name) = child.attribute("name") {
                self.property(draft, name.clone(), content.text.into_owned(), content.offset);
                self.schemas.waiting.push(Waiting {
                    place: self.layer.places.len(),
                    property: name,
                    schema: schema.to_owned(),
                    offset: content.offset,
                });
            }
        }
    }

    fn property(&mut self, draft: &mut Draft, name: String, value: String, offset: usize) {
        let value = PropertyValue::Text(value);
        match draft.known.get(&name) {
            Some(&index) => {
                draft.place.properties[index].1 = value;
                self.warn_duplicate(&name, offset);
            }
            None => {
                draft.known.insert(name.clone(), draft.place.properties.len());
                draft.place.properties.push((name, value));
            }
        }
    }
}

impl Schemas {
    /// Types the values whose schema is in the file; the others stay texts.
    pub(super) fn settle(&self, places: &mut [Place], xml: &mut XmlReader<'_>) {
        let mut told = None;
        for waiting in &self.waiting {
            let Some(id) = waiting.schema.trim().strip_prefix('#') else {
                // Once for a place, not for each of its values.
                if told.replace(waiting.place) != Some(waiting.place) {
                    let detail = format!("the schema {} is in another file: not fetched", quoted(&waiting.schema));
                    xml.warn(WarningCode::RemoteReference, waiting.offset, detail);
                }
                continue;
            };
            let Some(&field) = self.fields.get(id).and_then(|fields| fields.get(&waiting.property)) else {
                continue;
            };
            let property = places
                .get_mut(waiting.place)
                .and_then(|place| place.properties.iter_mut().find(|(name, _)| *name == waiting.property));
            let Some((_, value)) = property else { continue };
            let PropertyValue::Text(text) = &*value else { continue };
            match field.read(text) {
                Some(typed) => *value = typed,
                None => {
                    let detail = format!("{} is not of its declared type: kept as text", quoted(text));
                    xml.warn(WarningCode::BadValue, waiting.offset, detail);
                }
            }
        }
    }
}

impl FieldType {
    /// KML 2.2, 9.19, also with a prefix (`xsd:int`).
    fn of(name: &str) -> Self {
        match name.rsplit(':').next().unwrap_or_default() {
            "int" | "uint" | "short" | "ushort" => Self::Integer,
            "float" | "double" => Self::Number,
            "bool" | "boolean" => Self::Boolean,
            _ => Self::Text,
        }
    }

    fn read(self, text: &str) -> Option<PropertyValue> {
        let trimmed = text.trim();
        match self {
            Self::Text => Some(PropertyValue::Text(text.to_owned())),
            Self::Integer => trimmed.parse().ok().map(PropertyValue::Integer),
            Self::Number => trimmed.parse().ok().filter(|number: &f64| number.is_finite()).map(PropertyValue::Number),
            Self::Boolean => boolean(trimmed).map(PropertyValue::Boolean),
        }
    }
}
