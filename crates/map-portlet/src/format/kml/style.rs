use std::collections::HashMap;

use super::KmlReader;
use crate::{
    format::{
        warnings::quoted,
        xml::{Element, XmlReader},
    },
    place::Place,
    style::{Colour, HotSpot, HotSpotUnit, Icon, Style, Width},
    warning::WarningCode,
};

/// How many maps may lead from one to the next before the last one is a loop.
const MAX_HOPS: usize = 8;

/// The shared styles of a file, and the places that ask for them: a style may stand after its use.
#[derive(Debug, Default)]
pub(super) struct StyleBook {
    shared: HashMap<String, Target>,
    asked: Vec<Asked>,
}

/// Where a style is.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// Here.
    Style(Box<Style>),
    /// At this address.
    Url(String),
}

#[derive(Debug)]
struct Asked {
    place: usize,
    target: Target,
    offset: usize,
}

impl<'a> KmlReader<'a> {
    pub(super) fn shared_style(&mut self, element: &Element<'a>) {
        let (id, offset) = (element.attribute("id"), self.xml.offset());
        let style = self.style();
        self.share(id, Target::Style(Box::new(style)), offset);
    }

    pub(super) fn shared_style_map(&mut self, element: &Element<'a>) {
        let (id, offset) = (element.attribute("id"), self.xml.offset());
        if let Some(target) = self.normal_of_map() {
            self.share(id, target, offset);
        }
    }

    /// Google Earth's `gx:CascadingStyle`: a style under an id of its own; the remote style below it is not fetched.
    pub(super) fn cascading_style(&mut self, element: &Element<'a>) {
        let (id, offset) = (element.attribute("id"), self.xml.offset());
        let mut style = Style::default();
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "Style" => style = self.style().over(&style),
                _ => self.xml.skip(),
            }
        }
        self.share(id, Target::Style(Box::new(style)), offset);
    }

    fn share(&mut self, id: Option<String>, target: Target, offset: usize) {
        let Some(id) = id else { return };
        if self.book.shared.insert(id.clone(), target).is_some() {
            self.warn_duplicate(&id, offset);
        }
    }

    /// What a `StyleMap`, which is open, has for `normal`.
    pub(super) fn normal_of_map(&mut self) -> Option<Target> {
        let mut normal = None;
        while let Some(pair) = self.xml.next_child() {
            if pair.name() != "Pair" {
                self.xml.skip();
                continue;
            }
            let (mut is_normal, mut target) = (false, None);
            let offset = self.xml.offset();
            while let Some(child) = self.xml.next_child() {
                match child.name() {
                    "key" => is_normal = self.xml.content().text.trim() == "normal",
                    "styleUrl" => target = Some(Target::Url(self.xml.content().text.trim().to_owned())),
                    "Style" => target = Some(Target::Style(Box::new(self.style()))),
                    _ => self.xml.skip(),
                }
            }
            if is_normal && let Some(target) = target {
                if normal.is_some() {
                    self.warn_duplicate("normal", offset);
                }
                normal = Some(target);
            }
        }
        normal
    }

    /// A `Style`, which is open.
    pub(super) fn style(&mut self) -> Style {
        let mut style = Style::default();
        while let Some(part) = self.xml.next_child() {
            match part.name() {
                "LineStyle" => self.parts(|reader, name| match name {
                    "color" => style.stroke = reader.colour(),
                    "width" => style.stroke_width = reader.width(),
                    _ => reader.xml.skip(),
                }),
                "PolyStyle" => self.parts(|reader, name| match name {
                    "color" => style.fill = reader.colour(),
                    "fill" => style.filled = reader.boolean(),
                    "outline" => style.outlined = reader.boolean(),
                    _ => reader.xml.skip(),
                }),
                "LabelStyle" => self.parts(|reader, name| match name {
                    "color" => style.label = reader.colour(),
                    _ => reader.xml.skip(),
                }),
                "IconStyle" => style.icon = Some(self.icon()),
                _ => self.xml.skip(),
            }
        }
        style
    }

    fn icon(&mut self) -> Icon {
        let mut icon = Icon::default();
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "color" => icon.colour = self.colour(),
                "scale" => icon.scale = self.width(),
                "heading" => icon.heading = self.number(),
                "Icon" => icon.href = self.href(),
                "hotSpot" => {
                    icon.hot_spot = hot_spot(&child);
                    self.xml.skip();
                }
                _ => self.xml.skip(),
            }
        }
        icon
    }

    fn parts(&mut self, mut take: impl FnMut(&mut Self, &str)) {
        while let Some(child) = self.xml.next_child() {
            take(self, child.name());
        }
    }

    fn colour(&mut self) -> Option<Colour> {
        let content = self.xml.content();
        let colour = Colour::from_kml(&content.text);
        if let Err(error) = colour {
            let detail = format!("{}: {error}: left out", quoted(content.text.trim()));
            self.xml.warn(WarningCode::BadColour, content.offset, detail);
        }
        colour.ok()
    }

    fn width(&mut self) -> Option<Width> {
        let offset = self.xml.offset();
        let width = Width::new(self.number()?);
        if let Err(error) = width {
            self.xml.warn(WarningCode::BadNumber, offset, format!("{error}: left out"));
        }
        width.ok()
    }
}

fn hot_spot(element: &Element<'_>) -> Option<HotSpot> {
    let number = |name| element.attribute(name)?.trim().parse().ok().filter(|number: &f64| number.is_finite());
    let unit = |name| match element.attribute(name).as_deref() {
        Some("pixels") => HotSpotUnit::Pixels,
        Some("insetPixels") => HotSpotUnit::InsetPixels,
        _ => HotSpotUnit::Fraction,
    };
    Some(HotSpot { x: number("x")?, y: number("y")?, x_unit: unit("xunits"), y_unit: unit("yunits") })
}

impl StyleBook {
    /// A place, by its index, asks for the style of a URL.
    pub(super) fn ask(&mut self, place: usize, url: String, offset: usize) {
        self.ask_target(place, Some(Target::Url(url)), offset);
    }

    pub(super) fn ask_target(&mut self, place: usize, target: Option<Target>, offset: usize) {
        self.asked.extend(target.map(|target| Asked { place, target, offset }));
    }

    /// Gives each place the style it asked for, below its own.
    pub(super) fn settle(&self, places: &mut [Place], xml: &mut XmlReader<'_>) {
        for asked in &self.asked {
            let Some(place) = places.get_mut(asked.place) else {
                continue;
            };
            match self.find(&asked.target) {
                Ok(style) => place.style = std::mem::take(&mut place.style).over(style),
                Err((code, detail)) => {
                    let first = xml.warnings.len();
                    xml.warn(code, asked.offset, detail);
                    if let Some(feature) = place.name.as_deref().or(place.id.as_deref()) {
                        xml.warnings.attribute_to(first, feature);
                    }
                }
            }
        }
    }

    fn find<'b>(&'b self, target: &'b Target) -> Result<&'b Style, (WarningCode, String)> {
        let mut target = target;
        for _ in 0..MAX_HOPS {
            let url = match target {
                Target::Style(style) => return Ok(style),
                Target::Url(url) => url,
            };
            let Some(id) = url.strip_prefix('#') else {
                let detail = format!("the style {} is in another file: not fetched", quoted(url));
                return Err((WarningCode::RemoteReference, detail));
            };
            let Some(next) = self.shared.get(id) else {
                return Err((WarningCode::StyleNotFound, format!("no style {}", quoted(url))));
            };
            target = next;
        }
        Err((WarningCode::StyleNotFound, "the style maps lead in a circle".to_owned()))
    }
}
