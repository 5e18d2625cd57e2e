use std::fmt::{self, Write};

use super::{
    escape::Escaped,
    html::Item,
    marker::{Marker, RADIUS, arrange},
    shape::{self, tenths},
    words::Words,
};
use crate::{
    coordinate::Position,
    document::MapDocument,
    view::{Frame, View},
};

const FRAME: Frame = Frame { width: 360.0, height: 300.0, margin: 34.0 };

/// The steps between two lines of the graticule, in degrees.
const STEPS: [f64; 18] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 45.0, 90.0];

/// At most so many lines of the graticule from left to right.
const MOST_LINES: f64 = 4.0;

/// At most so many names in the label of a shared marker.
const MOST_NAMES: usize = 12;

/// A map of the items that have a position: what stands where.
#[derive(Debug)]
pub(super) struct Drawing {
    view: View,
    /// Where the places are, in the order of the items that have one.
    anchors: Vec<(f64, f64)>,
    /// The items that have one, by their index.
    placed: Vec<usize>,
    markers: Vec<Marker>,
}

impl Drawing {
    /// `None` if no item has a position.
    pub(super) fn new(items: &[Item<'_>]) -> Option<Self> {
        let positions = items
            .iter()
            .filter_map(|item| item.place.geometry())
            .flat_map(|geometry| geometry.positions())
            .map(Position::place);
        let view = View::fit(positions, FRAME)?;
        let (mut anchors, mut placed) = (Vec::new(), Vec::new());
        for (index, item) in items.iter().enumerate() {
            if let Some(anchor) = item.anchor {
                anchors.push(view.project(anchor));
                placed.push(index);
            }
        }
        let markers = arrange(&anchors, FRAME);
        Some(Self { view, anchors, placed, markers })
    }

    /// The number under which each item's marker stands: its own, or that of the first one it shares the marker with.
    pub(super) fn numbers(&self, items: &[Item<'_>]) -> Vec<Option<u32>> {
        let mut numbers = vec![None; items.len()];
        for marker in &self.markers {
            let host = items[self.placed[marker.members[0]]].number;
            for &member in &marker.members {
                numbers[self.placed[member]] = Some(host);
            }
        }
        numbers
    }

    /// Everything is said by presentation attributes: the drawing needs no style sheet, and works under any
    /// Content-Security-Policy.
    pub(super) fn write(&self, out: &mut String, map: &MapDocument, items: &[Item<'_>], words: &Words) -> fmt::Result {
        let id = map.id().as_str();
        // A group, not an image: the markers inside are links.
        write!(
            out,
            "<svg class=\"communes-map-svg\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"group\" \
             aria-labelledby=\"{id}-map-title\" aria-describedby=\"{id}-caption\" font-family=\"sans-serif\">\
             <title id=\"{id}-map-title\">{}: {}</title>",
            FRAME.width,
            FRAME.height,
            words.map,
            Escaped(map.title())
        )?;
        write!(
            out,
            "<g aria-hidden=\"true\"><rect class=\"communes-map-ground\" width=\"{}\" height=\"{}\" fill=\"#f2f4f1\"/>",
            FRAME.width, FRAME.height
        )?;
        graticule(out, &self.view, words)?;
        for item in items {
            if let Some(geometry) = item.place.geometry() {
                shape::draw(out, geometry, item.place.style(), &self.view)?;
            }
        }
        scale(out, &self.view, words)?;
        north(out);
        for marker in &self.markers {
            leader(out, marker, &self.anchors)?;
        }
        out.push_str("</g>");
        for marker in &self.markers {
            let members: Vec<&Item<'_>> = marker.members.iter().map(|&index| &items[self.placed[index]]).collect();
            link(out, map, marker.at, &members, words)?;
        }
        out.push_str("</svg>");
        Ok(())
    }
}

fn graticule(out: &mut String, view: &View, words: &Words) -> fmt::Result {
    let [west, east, south, north] = view.edges();
    let step = STEPS.into_iter().find(|step| (east - west) / step <= MOST_LINES).unwrap_or(90.0);
    let decimals = STEPS.iter().position(|&known| known == step).map_or(0, |index| match index {
        0 => 4,
        1..=3 => 3,
        4..=6 => 2,
        7..=9 => 1,
        _ => 0,
    });
    let lines = |from: f64, to: f64| {
        let (first, last) = ((from / step).ceil() as i32, (to / step).floor() as i32);
        (first..=last).map(move |index| f64::from(index) * step)
    };
    out.push_str("<g class=\"communes-map-graticule\" stroke=\"#d3d9d0\" stroke-width=\"1\" fill=\"none\">");
    for lon in lines(west, east) {
        let x = tenths(view.column(lon));
        write!(out, "<path d=\"M{x} 0V{}\"/>", FRAME.height)?;
    }
    for lat in lines(south, north) {
        let y = tenths(view.row(lat));
        write!(out, "<path d=\"M0 {y}H{}\"/>", FRAME.width)?;
    }
    out.push_str("</g><g class=\"communes-map-degrees\" font-size=\"8\" fill=\"#53604f\">");
    for lon in lines(west, east) {
        let x = tenths(view.column(lon));
        // Between the north mark on the right and the edge on the left.
        if (4.0..FRAME.width - 60.0).contains(&x) {
            let shown = if lon > 180.0 { lon - 360.0 } else { lon };
            write!(out, "<text x=\"{}\" y=\"9\">{}</text>", x + 2.0, degrees(shown, decimals, words))?;
        }
    }
    for lat in lines(south, north) {
        let y = tenths(view.row(lat));
        if (20.0..FRAME.height - 30.0).contains(&y) {
            write!(out, "<text x=\"2\" y=\"{}\">{}</text>", y - 2.0, degrees(lat, decimals, words))?;
        }
    }
    out.push_str("</g>");
    Ok(())
}

fn degrees(value: f64, decimals: usize, words: &Words) -> String {
    // Adding zero turns -0 into 0.
    let text = format!("{:.decimals$}°", value + 0.0);
    text.replace('.', words.decimal.encode_utf8(&mut [0; 4]))
}

/// The longest of 1, 2 and 5 times a power of ten metres that is at most 100 units long.
fn scale(out: &mut String, view: &View, words: &Words) -> fmt::Result {
    let metres_per_unit = view.metres_per_unit();
    let most = 100.0 * metres_per_unit;
    let power = 10_f64.powf(most.log10().floor());
    let metres = [5.0, 2.0, 1.0].into_iter().map(|times| times * power).find(|&metres| metres <= most);
    let metres = metres.unwrap_or(power);
    let length = tenths(metres / metres_per_unit);
    let text = if metres >= 1000.0 { format!("{} km", metres / 1000.0) } else { format!("{metres} m") };
    let text = text.replace('.', words.decimal.encode_utf8(&mut [0; 4]));
    let (left, y) = (8.0, FRAME.height - 6.0);
    write!(
        out,
        "<g class=\"communes-map-scale\"><path d=\"M{left} {}V{y}H{}V{}\" fill=\"none\" stroke=\"#2e3a2b\" stroke-width=\"1.5\"/>\
         <text x=\"{}\" y=\"{y}\" font-size=\"10\" fill=\"#2e3a2b\">{text}</text></g>",
        y - 5.0,
        tenths(left + length),
        y - 5.0,
        tenths(left + length + 5.0),
    )
}

fn north(out: &mut String) {
    out.push_str(
        "<g class=\"communes-map-north\" fill=\"#2e3a2b\"><path d=\"M346 3L350 15L346 12L342 15Z\"/>\
         <text x=\"331\" y=\"14\" font-size=\"10\">N</text></g>",
    );
}

/// Lines from a marker that was moved to the places it stands for.
fn leader(out: &mut String, marker: &Marker, anchors: &[(f64, f64)]) -> fmt::Result {
    for &index in &marker.members {
        let (x, y) = anchors[index];
        if (marker.at.0 - x).hypot(marker.at.1 - y) > 3.0 {
            let (x, y) = (tenths(x), tenths(y));
            write!(
                out,
                "<path class=\"communes-map-leader\" d=\"M{x} {y}L{} {}\" stroke=\"#1c3d5a\" stroke-width=\"1\"/>\
                 <circle cx=\"{x}\" cy=\"{y}\" r=\"2.5\" fill=\"#1c3d5a\"/>",
                tenths(marker.at.0),
                tenths(marker.at.1)
            )?;
        }
    }
    Ok(())
}

/// A marker: a link to the place in the list, or to the first of several.
fn link(out: &mut String, map: &MapDocument, (x, y): (f64, f64), members: &[&Item<'_>], words: &Words) -> fmt::Result {
    let id = map.id().as_str();
    let [first, others @ ..] = members else { return Ok(()) };
    let (x, y, number) = (tenths(x), tenths(y), first.number);
    let mut label = String::new();
    for (index, member) in members.iter().take(MOST_NAMES).enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(label, "{separator}{} {}", member.number, member.name(words))?;
    }
    if members.len() > MOST_NAMES {
        write!(label, ", +{}", members.len() - MOST_NAMES)?;
    }
    write!(out, "<a class=\"communes-map-marker\" id=\"{id}-marker-{number}\" href=\"#{id}-place-{number}\"")?;
    if let Some(lang) = first.place.lang().filter(|&lang| lang != map.lang()) {
        write!(out, " lang=\"{}\"", Escaped(lang.as_str()))?;
    }
    write!(out, " aria-label=\"{0}\"><title>{0}</title>", Escaped(&label))?;
    if others.is_empty() {
        let size = if number < 1000 { 12 } else { 9 };
        write!(
            out,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{RADIUS}\" fill=\"#1c3d5a\" stroke=\"#ffffff\" stroke-width=\"1.5\"/>\
             <text x=\"{x}\" y=\"{y}\" dy=\"0.36em\" text-anchor=\"middle\" font-size=\"{size}\" font-weight=\"bold\" \
             fill=\"#ffffff\">{number}</text></a>"
        )
    } else {
        let size = if number < 1000 && others.len() < 1000 { 10 } else { 8 };
        let (left, top, side) = (tenths(x - RADIUS), tenths(y - RADIUS), 2.0 * RADIUS);
        write!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{side}\" height=\"{side}\" rx=\"5\" fill=\"#1c3d5a\" stroke=\"#ffffff\" \
             stroke-width=\"1.5\"/><text text-anchor=\"middle\" font-size=\"{size}\" font-weight=\"bold\" fill=\"#ffffff\">\
             <tspan x=\"{x}\" y=\"{}\">{number}</tspan><tspan x=\"{x}\" y=\"{}\">+{}</tspan></text></a>",
            tenths(y - 1.5),
            tenths(y + 10.0),
            others.len()
        )
    }
}
