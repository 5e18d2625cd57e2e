use std::collections::HashMap;

use super::{
    KmlReader,
    geometry::{Shapes, is_geometry},
};
use crate::{description::Description, format::xml::Element, place::Place, style::Style, warning::WarningCode};

/// A Placemark or an overlay on its way to a place.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) place: Place,
    pub(super) shapes: Shapes,
    /// The style that stands in the feature itself.
    inline: Option<Style>,
    /// Which property has a name already.
    pub(super) known: HashMap<String, usize>,
}

impl<'a> KmlReader<'a> {
    pub(super) fn placemark(&mut self, element: &Element<'a>) {
        let first = self.xml.warnings.len();
        let mut draft = Draft::default();
        draft.place.id = element.attribute("id");
        while let Some(child) = self.xml.next_child() {
            if is_geometry(child.name()) {
                let shapes = self.shapes(child.name());
                draft.shapes.extend(shapes);
            } else {
                self.feature_child(&child, &mut draft);
            }
        }
        draft.place.geometry = draft.shapes.geometry();
        draft.place.times = draft.shapes.times();
        self.finish_draft(draft, first);
    }

    /// What every kind of feature may have.
    pub(super) fn feature_child(&mut self, child: &Element<'a>, draft: &mut Draft) {
        match child.name() {
            "name" => draft.place.name = self.text(),
            "description" => draft.place.description = Description::read(&self.xml.content().text),
            "address" => draft.place.address = self.text(),
            "visibility" => draft.place.visible = self.boolean(),
            "link" => {
                let offset = self.xml.offset();
                if let Some(href) = child.attribute("href") {
                    draft.place.link = self.safe_link(&href, offset);
                }
                self.xml.skip();
            }
            "styleUrl" => {
                let content = self.xml.content();
                let place = self.layer.places.len();
                self.book.ask(place, content.text.trim().to_owned(), content.offset);
            }
            "Style" => {
                let style = self.style();
                draft.inline = Some(style.over(&draft.inline.take().unwrap_or_default()));
            }
            "StyleMap" => {
                let (place, offset) = (self.layer.places.len(), self.xml.offset());
                let target = self.normal_of_map();
                self.book.ask_target(place, target, offset);
            }
            "ExtendedData" => self.extended_data(draft),
            "TimeSpan" => draft.place.when = self.time_span(),
            "TimeStamp" => draft.place.when = self.time_stamp(),
            _ => self.xml.skip(),
        }
    }

    pub(super) fn finish_draft(&mut self, mut draft: Draft, first: usize) {
        draft.place.style = draft.inline.unwrap_or_default();
        self.finish(draft.place, first);
    }

    pub(super) fn warn_duplicate(&mut self, name: &str, offset: usize) {
        let detail = format!("{} has two values: the last one was kept", crate::format::warnings::quoted(name));
        self.xml.warn(WarningCode::DuplicateName, offset, detail);
    }
}
