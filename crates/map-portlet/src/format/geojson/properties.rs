use std::collections::HashSet;

use communes_civil::Lang;

use super::{number, string};
use crate::{
    description::Description,
    geometry::Geometry,
    link::SafeLink,
    moment::When,
    place::{Place, PropertyValue},
    style::{Colour, Icon, Width},
};

/// Writes one `properties` object; no name stands in it twice.
pub(super) struct Properties<'o> {
    out: &'o mut String,
    taken: HashSet<String>,
}

impl<'o> Properties<'o> {
    pub(super) fn new(out: &'o mut String) -> Self {
        Self { out, taken: HashSet::new() }
    }

    pub(super) fn place(&mut self, place: &Place) {
        self.out.push('{');
        self.text("name", place.name());
        match place.description() {
            Description::None => {}
            Description::Text(text) => self.text("description", Some(text)),
            Description::Html(html) => {
                self.text("description", Some(html.as_str()));
                self.text("description-format", Some("html"));
            }
        }
        self.text("address", place.address());
        self.text("url", place.link().map(SafeLink::as_str));
        self.text("language", place.lang().as_ref().map(Lang::as_str));
        if let Some(visible) = place.visible() {
            self.member("visibility", |out| out.push_str(if visible { "true" } else { "false" }));
        }
        self.style(place);
        self.text("overlay", place.overlay().map(SafeLink::as_str));
        self.times(place);
        for (name, value) in place.properties() {
            self.own(name, value);
        }
        self.out.push('}');
    }

    fn style(&mut self, place: &Place) {
        let style = place.style();
        self.colour("fill", style.fill);
        let fill_opacity = match style.filled {
            Some(false) => Some(0.0),
            _ => style.fill.and_then(Colour::opacity),
        };
        self.number("fill-opacity", fill_opacity);
        self.colour("stroke", style.stroke);
        // A surface without outline has none. `outline` says nothing of lines, so it only stands in where their colour has no
        // opacity of its own.
        let opacity = style.stroke.and_then(Colour::opacity);
        let is_surface = matches!(place.geometry(), Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)));
        let opacity = match style.outlined {
            Some(false) if is_surface => Some(0.0),
            Some(false) => opacity.or(Some(0.0)),
            _ => opacity,
        };
        self.number("stroke-opacity", opacity);
        self.number("stroke-width", style.stroke_width.map(Width::get));
        self.colour("label-color", style.label);
        self.number("label-opacity", style.label.and_then(Colour::opacity));
        if let Some(icon) = &style.icon {
            self.icon(icon);
        }
    }

    fn icon(&mut self, icon: &Icon) {
        self.text("icon", icon.href.as_ref().map(SafeLink::as_str));
        self.colour("icon-color", icon.colour);
        self.number("icon-opacity", icon.colour.and_then(Colour::opacity));
        self.number("icon-scale", icon.scale.map(Width::get));
        self.number("icon-heading", icon.heading);
        if let Some(spot) = icon.hot_spot {
            self.member("icon-offset", |out| {
                out.push('[');
                number(out, spot.x);
                out.push(',');
                number(out, spot.y);
                out.push(']');
            });
            self.member("icon-offset-units", |out| {
                out.push('[');
                string(out, spot.x_unit.word());
                out.push(',');
                string(out, spot.y_unit.word());
                out.push(']');
            });
        }
    }

    fn times(&mut self, place: &Place) {
        match place.when() {
            None => {}
            Some(When::At(moment)) => self.text("timestamp", Some(moment.as_str())),
            Some(When::Span { begin, end }) => self.member("timespan", |out| {
                out.push('{');
                for (index, (name, moment)) in [("begin", begin), ("end", end)]
                    .into_iter()
                    .filter_map(|(name, moment)| Some((name, moment.as_ref()?)))
                    .enumerate()
                {
                    if index > 0 {
                        out.push(',');
                    }
                    string(out, name);
                    out.push(':');
                    string(out, moment.as_str());
                }
                out.push('}');
            }),
        }
        if !place.times().is_empty() {
            self.member("times", |out| {
                out.push('[');
                for (index, time) in place.times().iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    string(out, time.as_str());
                }
                out.push(']');
            });
        }
    }

    fn own(&mut self, name: &str, value: &PropertyValue) {
        let mut name = name.to_owned();
        while self.taken.contains(&name) {
            name.insert_str(0, "data-");
        }
        self.member(&name, |out| match value {
            PropertyValue::Text(text) => string(out, text),
            PropertyValue::Number(value) => number(out, *value),
            PropertyValue::Integer(value) => out.push_str(&value.to_string()),
            PropertyValue::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        });
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.member(name, |out| string(out, text));
        }
    }

    fn colour(&mut self, name: &str, colour: Option<Colour>) {
        if let Some(colour) = colour {
            self.member(name, |out| string(out, &colour.hex()));
        }
    }

    fn number(&mut self, name: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.member(name, |out| number(out, value));
        }
    }

    fn member(&mut self, name: &str, value: impl FnOnce(&mut String)) {
        if !self.taken.is_empty() {
            self.out.push(',');
        }
        self.taken.insert(name.to_owned());
        string(self.out, name);
        self.out.push(':');
        value(self.out);
    }
}
