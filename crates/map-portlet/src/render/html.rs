use std::fmt::{self, Write};

use super::{escape::Escaped, svg::Drawing, words::Words};
use crate::{
    coordinate::LonLat, description::Description, document::MapDocument, geometry::Geometry, place::Place,
    portlet::Fragment,
};

/// A place under its number.
#[derive(Debug)]
pub(super) struct Item<'m> {
    pub(super) number: u32,
    pub(super) place: &'m Place,
    /// Where its marker stands.
    pub(super) anchor: Option<LonLat>,
}

/// The fragment of a map: heading, list, then the drawing.
pub(crate) fn html(map: &MapDocument) -> Fragment {
    let items: Vec<Item<'_>> = map
        .numbered_places()
        .map(|(number, place)| Item { number, place, anchor: place.geometry().and_then(Geometry::anchor) })
        .collect();
    let placed = items.iter().filter(|item| item.anchor.is_some()).count();
    let mut html = String::new();
    // Writing into a String never fails.
    let _ = section(&mut html, map, &items);
    Fragment { html, placed, unplaced: items.len() - placed }
}

impl<'m> Item<'m> {
    /// Its name in one line, or the words for a place without one.
    pub(super) fn name(&self, words: &Words) -> &'m str {
        let name = self.place.name().map(str::trim).filter(|name| !name.is_empty());
        name.unwrap_or(words.unnamed)
    }
}

fn section(out: &mut String, map: &MapDocument, items: &[Item<'_>]) -> fmt::Result {
    let (id, words, heading) = (map.id().as_str(), Words::of(map.lang()), map.heading().tag());
    write!(
        out,
        "<section class=\"communes-map\" id=\"{id}\" lang=\"{}\" aria-labelledby=\"{id}-title\">\n\
         <{heading} class=\"communes-map-title\" id=\"{id}-title\">{}</{heading}>\n",
        Escaped(map.lang().as_str()),
        Escaped(map.title())
    )?;
    let drawing = Drawing::new(items);
    out.push_str("<div class=\"communes-map-body\">\n");
    match items.first() {
        None => writeln!(out, "<p class=\"communes-map-none\">{}</p>", words.no_places)?,
        Some(first) => {
            let numbers = drawing.as_ref().map(|drawing| drawing.numbers(items)).unwrap_or_default();
            writeln!(out, "<ol class=\"communes-map-list\" start=\"{}\">", first.number)?;
            for (index, item) in items.iter().enumerate() {
                entry(out, map, item, numbers.get(index).copied().flatten(), words)?;
            }
            out.push_str("</ol>\n");
        }
    }
    match drawing {
        Some(drawing) => {
            write!(
                out,
                "<figure class=\"communes-map-figure\">\n<a class=\"communes-map-skip\" href=\"#{id}-end\">{}</a>\n",
                words.skip
            )?;
            drawing.write(out, map, items, words)?;
            writeln!(out, "\n<figcaption id=\"{id}-caption\">{}</figcaption>\n</figure>", words.caption)?;
        }
        None if !items.is_empty() => writeln!(out, "<p class=\"communes-map-none\">{}</p>", words.none_placed)?,
        None => {}
    }
    // Where "skip the map" leads.
    write!(out, "</div>\n<div id=\"{id}-end\" tabindex=\"-1\"></div>\n</section>\n")
}

fn entry(out: &mut String, map: &MapDocument, item: &Item<'_>, marker: Option<u32>, words: &Words) -> fmt::Result {
    let (id, place, number, name) = (map.id().as_str(), item.place, item.number, Escaped(item.name(words)));
    write!(out, "<li class=\"communes-map-place\" id=\"{id}-place-{number}\"")?;
    let lang = place.lang().filter(|&lang| lang != map.lang());
    // The portlet's own words inside keep the map's language.
    let (own, foreign) = match lang {
        Some(lang) => {
            (format!(" lang=\"{}\"", Escaped(map.lang().as_str())), format!(" lang=\"{}\"", Escaped(lang.as_str())))
        }
        None => (String::new(), String::new()),
    };
    write!(out, "{foreign}>")?;
    match place.link() {
        Some(link) => write!(out, "<a class=\"communes-map-name\" href=\"{}\">{name}</a>", Escaped(link.as_str()))?,
        None => write!(out, "<span class=\"communes-map-name\">{name}</span>")?,
    }
    if let Some(address) = place.address() {
        write!(out, "<p class=\"communes-map-address\">{}</p>", Escaped(address.trim()))?;
    }
    match place.description() {
        Description::None => {}
        Description::Text(text) => write!(out, "<p class=\"communes-map-description\">{}</p>", Escaped(text.trim()))?,
        // Sanitised when it was made.
        Description::Html(html) => write!(out, "<div class=\"communes-map-description\">{}</div>", html.as_str())?,
    }
    match marker {
        Some(marker) => write!(
            out,
            "<p class=\"communes-map-where\"{own}><a href=\"#{id}-marker-{marker}\" aria-label=\"{show}: {name}\">{show}</a></p>",
            show = words.show
        )?,
        None => write!(out, "<p class=\"communes-map-where\"{own}>{}</p>", words.unplaced)?,
    }
    out.push_str("</li>\n");
    Ok(())
}

#[cfg(test)]
mod tests {
    use communes_civil::Lang;
    use proptest::prelude::*;
    use quick_xml::{Reader, events::Event};

    use super::*;
    use crate::{
        document::{ElementId, HeadingLevel},
        geometry::{Line, Polygon, Ring},
        layer::Layer,
        link::SafeLink,
    };

    fn point(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).expect("in range")
    }

    fn map(places: Vec<Place>) -> MapDocument {
        MapDocument::new(ElementId::new("m").expect("an id"), "Commerces", Lang::FR).with_layer(Layer::new(places))
    }

    /// A name and its attributes.
    type Element = (String, Vec<(String, String)>);

    /// The names and attributes of every element, and all text: fails if the fragment is not well formed.
    fn parse(html: &str) -> (Vec<Element>, String) {
        let mut reader = Reader::from_str(html);
        let (mut elements, mut text) = (Vec::new(), String::new());
        loop {
            match reader.read_event().expect("well formed") {
                Event::Start(tag) | Event::Empty(tag) => {
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.expect("an attribute");
                        let value = quick_xml::escape::unescape(&attribute.value).expect("escaped").into_owned();
                        (attribute.key.as_ref().to_owned(), value)
                    });
                    elements.push((tag.name().as_ref().to_owned(), attributes.collect()));
                }
                Event::Text(more) => text.push_str(&more),
                Event::GeneralRef(reference) => {
                    let reference = format!("&{};", &*reference);
                    text.push_str(&quick_xml::escape::unescape(&reference).expect("a known reference"));
                }
                Event::Eof => return (elements, text),
                _ => {}
            }
        }
    }

    fn values<'e>(elements: &'e [Element], name: &str) -> Vec<&'e str> {
        let attributes = elements.iter().flat_map(|(_, attributes)| attributes);
        attributes.filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    #[test]
    fn the_list_stands_before_the_map_and_both_agree() {
        let places = vec![
            Place::new("Boulangerie")
                .at(point(4.86, 50.46))
                .with_address("Rue Haute 1")
                .with_link(SafeLink::new("/annuaire/1?a=1&b=2").expect("a link")),
            Place::new("Sans adresse connue"),
            Place::new("Bakkerij").at(point(4.90, 50.48)).with_lang(Lang::NL),
        ];
        let fragment = html(&map(places).numbered_from(21));
        assert_eq!((fragment.placed, fragment.unplaced), (2, 1));
        assert!(fragment.html.find("<ol") < fragment.html.find("<svg"));
        let (elements, text) = parse(&fragment.html);
        assert_eq!(values(&elements, "start"), ["21"]);
        let ids = values(&elements, "id");
        for id in ["m-place-21", "m-place-22", "m-place-23", "m-marker-21", "m-marker-23"] {
            assert!(ids.contains(&id), "{id} in {ids:?}");
        }
        assert!(!ids.contains(&"m-marker-22"));
        assert!(values(&elements, "href").contains(&"/annuaire/1?a=1&b=2"));
        assert!(values(&elements, "aria-label").contains(&"23 Bakkerij"));
        assert_eq!(values(&elements, "lang"), ["fr", "nl", "fr", "nl"]);
        assert!(text.contains("Position inconnue") && text.contains("Rue Haute 1"));
    }

    #[test]
    fn every_reference_has_its_target_and_every_id_is_alone() {
        let places: Vec<Place> = (0..300)
            .map(|index| Place::new(format!("Lieu {index}")).at(point(4.8 + f64::from(index % 7) / 1000.0, 50.4)))
            .collect();
        let (elements, _) = parse(&html(&map(places)).html);
        let ids = values(&elements, "id");
        let mut alone = ids.clone();
        alone.sort_unstable();
        alone.dedup();
        assert_eq!(alone.len(), ids.len());
        let inner = values(&elements, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
        for target in inner.chain(values(&elements, "aria-labelledby")).chain(values(&elements, "aria-describedby")) {
            assert!(ids.contains(&target), "{target}");
        }
    }

    #[test]
    fn nothing_in_it_needs_more_than_self() {
        let line = Line::new(vec![point(4.8, 50.4).into(), point(4.9, 50.5).into()]).expect("a line");
        let ring =
            Ring::closed([(4.8, 50.4), (4.9, 50.4), (4.9, 50.5)].map(|(lon, lat)| point(lon, lat).into()).to_vec());
        let places = vec![
            Place::new("Ligne").with_geometry(Geometry::Line(line)),
            Place::new("Zone").with_geometry(Geometry::Polygon(Polygon::new(ring.expect("a ring"), Vec::new()))),
        ];
        let (elements, _) = parse(&html(&map(places)).html);
        for (element, attributes) in &elements {
            assert!(
                !["script", "style", "img", "image", "iframe", "use", "link"].contains(&element.as_str()),
                "{element}"
            );
            for (name, _) in attributes {
                assert!(name != "style" && name != "src" && !name.starts_with("on"), "{name} of {element}");
            }
        }
        assert_eq!(elements.iter().filter(|(element, _)| element == "title").count(), 3);
    }

    #[test]
    fn without_places_there_are_words_instead_of_a_map() {
        let empty = html(&map(Vec::new()));
        assert!(empty.html.contains("Aucun lieu.") && !empty.html.contains("<svg") && !empty.html.contains("<ol"));
        let nowhere = html(&map(vec![Place::new("A")]));
        assert!(nowhere.html.contains("Aucun de ces lieux") && !nowhere.html.contains("<svg"));
        assert_eq!((nowhere.placed, nowhere.unplaced), (0, 1));
    }

    #[test]
    fn places_at_one_spot_share_a_marker_that_names_them() {
        let places = (1..=50).map(|number| Place::new(format!("Lieu {number}")).at(point(4.86, 50.46))).collect();
        let (elements, text) = parse(&html(&map(places)).html);
        let ids = values(&elements, "id");
        assert_eq!(ids.iter().filter(|id| id.starts_with("m-marker-")).count(), 1);
        assert!(text.contains("+49"));
        let to_it = values(&elements, "href").into_iter().filter(|&href| href == "#m-marker-1").count();
        assert_eq!(to_it, 50);
        let label = values(&elements, "aria-label").into_iter().find(|label| label.starts_with("1 ")).expect("a label");
        assert!(label.starts_with("1 Lieu 1, 2 Lieu 2, ") && label.ends_with(", +38"), "{label}");
    }

    #[test]
    fn the_heading_has_its_level() {
        let fragment = html(&map(Vec::new()).with_heading(HeadingLevel::H4));
        assert!(fragment.html.contains("<h4 ") && fragment.html.contains("</h4>"));
    }

    proptest! {
        #[test]
        fn every_text_is_shown_and_none_is_markup(title in "\\PC{0,40}", name in "\\PC{1,40}", address in "\\PC{0,40}") {
            let place = Place::new(name.clone()).at(point(4.86, 50.46)).with_address(address.clone());
            let map = MapDocument::new(ElementId::new("m").expect("an id"), title.clone(), Lang::EN)
                .with_layer(Layer::new(vec![place.clone().with_description(Description::Text(name.clone())), place]));
            let (elements, text) = parse(&html(&map).html);
            // The elements are those of harmless texts.
            let (harmless, _) = parse(&html(&MapDocument::new(ElementId::new("m").expect("an id"), "t", Lang::EN)
                .with_layer(Layer::new(vec![
                    Place::new("n").at(point(4.86, 50.46)).with_address("a").with_description(Description::Text("n".into())),
                    Place::new("n").at(point(4.86, 50.46)).with_address("a"),
                ]))).html);
            let names = |elements: &[Element]| -> Vec<String> {
                elements.iter().map(|(name, _)| name.clone()).collect()
            };
            prop_assert_eq!(names(&elements), names(&harmless));
            for shown in [title.trim(), name.trim(), address.trim()] {
                prop_assert!(text.contains(shown), "{shown:?} in {text:?}");
            }
        }
    }
}
