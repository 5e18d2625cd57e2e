use std::fmt::{self, Write};

use crate::{
    coordinate::Position,
    geometry::{Geometry, Line, Polygon, Ring},
    style::{Colour, Style},
    view::View,
};

/// What lines and surfaces are drawn in where their style says nothing.
const COLOUR: &str = "#1a5fb4";
const FILL_OPACITY: f64 = 0.2;
const WIDTH: f64 = 2.0;
/// Wider lines would hide the map.
const MAX_WIDTH: f64 = 12.0;

/// Draws a geometry; a point alone is its marker's matter.
pub(super) fn draw(out: &mut String, geometry: &Geometry, style: &Style, view: &View) -> fmt::Result {
    match geometry {
        Geometry::Point(_) => Ok(()),
        Geometry::MultiPoint(points) => points.iter().try_for_each(|point| dot(out, *point, view)),
        Geometry::Line(line) => path(out, [line.positions()], false, style, view),
        Geometry::MultiLine(lines) => path(out, lines.iter().map(Line::positions), false, style, view),
        Geometry::Polygon(polygon) => path(out, rings(polygon), true, style, view),
        Geometry::MultiPolygon(polygons) => path(out, polygons.iter().flat_map(rings), true, style, view),
        Geometry::Collection(members) => members.iter().try_for_each(|member| match member {
            Geometry::Point(point) => dot(out, *point, view),
            member => draw(out, member, style, view),
        }),
    }
}

/// One of several points: the marker stands on one of them only.
fn dot(out: &mut String, point: Position, view: &View) -> fmt::Result {
    let (x, y) = view.project(point.place());
    write!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"{COLOUR}\"/>", tenths(x), tenths(y))
}

fn rings(polygon: &Polygon) -> impl Iterator<Item = &[Position]> {
    std::iter::once(polygon.exterior()).chain(polygon.holes()).map(Ring::positions)
}

fn path<'p>(
    out: &mut String,
    parts: impl IntoIterator<Item = &'p [Position]>,
    is_surface: bool,
    style: &Style,
    view: &View,
) -> fmt::Result {
    out.push_str("<path d=\"");
    for part in parts {
        let mut previous = None;
        for position in part {
            let (x, y) = view.project(position.place());
            let point = (tenths(x), tenths(y));
            // What falls on the same tenth of a unit can't be seen.
            if previous == Some(point) {
                continue;
            }
            write!(out, "{}{} {}", if previous.is_none() { 'M' } else { 'L' }, point.0, point.1)?;
            previous = Some(point);
        }
        if is_surface {
            out.push('Z');
        }
    }
    out.push('"');
    if is_surface && style.filled != Some(false) {
        let opacity = match style.fill {
            Some(fill) => fill.opacity().unwrap_or(1.0),
            None => FILL_OPACITY,
        };
        write!(out, " fill-rule=\"evenodd\" fill=\"{}\" fill-opacity=\"{opacity:.2}\"", hex(style.fill))?;
    } else {
        out.push_str(" fill=\"none\"");
    }
    if !is_surface || style.outlined != Some(false) {
        let width = style.stroke_width.map_or(WIDTH, |width| width.get().min(MAX_WIDTH));
        let opacity = style.stroke.and_then(Colour::opacity).unwrap_or(1.0);
        write!(
            out,
            " stroke=\"{}\" stroke-width=\"{width}\" stroke-opacity=\"{opacity:.2}\" stroke-linejoin=\"round\"",
            hex(style.stroke)
        )?;
    }
    out.push_str("/>");
    Ok(())
}

fn hex(colour: Option<Colour>) -> String {
    colour.map_or_else(|| COLOUR.to_owned(), Colour::hex)
}

/// A coordinate of the drawing, to a tenth of a unit.
pub(super) fn tenths(unit: f64) -> f64 {
    // Adding zero turns -0 into 0.
    (unit * 10.0).round() / 10.0 + 0.0
}
