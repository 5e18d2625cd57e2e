use communes_civil::Lang;

use crate::{layer::Layer, place::Place};

/// One map of a page: what [`HtmlPortlet::render`](crate::HtmlPortlet::render) draws.
#[derive(Debug, Clone, PartialEq)]
pub struct MapDocument {
    id: ElementId,
    title: String,
    lang: Lang,
    heading: HeadingLevel,
    first_number: u32,
    layers: Vec<Layer>,
}

/// The `id` of an HTML element: a letter, then letters, digits and hyphens, at most 64.
///
/// Every id inside a fragment begins with that of its map, so that several maps stand in one page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ElementId(String);

/// The text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a letter, then letters, digits and hyphens, at most 64 characters of ASCII")]
pub struct ElementIdError;

/// The level of a map's heading, `h2` to `h6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HeadingLevel {
    /// `h2`
    #[default]
    H2,
    /// `h3`
    H3,
    /// `h4`
    H4,
    /// `h5`
    H5,
    /// `h6`
    H6,
}

impl MapDocument {
    /// A map without layers yet. The title is its heading, and how a screen reader announces it.
    #[must_use]
    pub fn new(id: ElementId, title: impl Into<String>, lang: Lang) -> Self {
        Self { id, title: title.into(), lang, heading: HeadingLevel::default(), first_number: 1, layers: Vec::new() }
    }

    /// The same map with one more layer, listed after the others.
    #[must_use]
    pub fn with_layer(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self
    }

    /// The same map under a heading of another level.
    #[must_use]
    pub fn with_heading(mut self, heading: HeadingLevel) -> Self {
        self.heading = heading;
        self
    }

    /// The same map, its places numbered from another number than 1: the second page of twenty results starts at 21.
    #[must_use]
    pub fn numbered_from(mut self, first: u32) -> Self {
        self.first_number = first;
        self
    }

    /// The prefix of every id inside.
    #[must_use]
    pub fn id(&self) -> &ElementId {
        &self.id
    }

    /// The heading.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The language of the title and of the portlet's own words.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The level of the heading.
    #[must_use]
    pub fn heading(&self) -> HeadingLevel {
        self.heading
    }

    /// The layers, in order.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Every place with its number: that of the list and of the marker.
    pub fn numbered_places(&self) -> impl Iterator<Item = (u32, &Place)> {
        let places = self.layers.iter().flat_map(Layer::places);
        // After the last u32 the numbers stand still: no list is that long.
        places.scan(self.first_number, |next, place| {
            let number = *next;
            *next = next.saturating_add(1);
            Some((number, place))
        })
    }
}

impl ElementId {
    /// Reads an id.
    ///
    /// # Errors
    /// It is empty, too long, begins with no letter, or holds another character.
    pub fn new(id: impl Into<String>) -> Result<Self, ElementIdError> {
        let id = id.into();
        let is_id = id.len() <= 64
            && id.starts_with(|first: char| first.is_ascii_alphabetic())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_id { Ok(Self(id)) } else { Err(ElementIdError) }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ElementIdError {
    /// The stable code: `element-id`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "element-id"
    }
}

impl HeadingLevel {
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::H2 => "h2",
            Self::H3 => "h3",
            Self::H4 => "h4",
            Self::H5 => "h5",
            Self::H6 => "h6",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_breaks_out_of_no_attribute() {
        for id in ["results", "a", "map-2"] {
            assert_eq!(ElementId::new(id).map(|id| id.as_str().to_owned()), Ok(id.to_owned()));
        }
        for id in ["", "2", "-a", "a b", "a\"b", "a>b", "été", &"a".repeat(65)] {
            assert_eq!(ElementId::new(id), Err(ElementIdError), "{id}");
        }
    }

    #[test]
    fn numbers_run_through_the_layers() {
        let id = ElementId::new("results").expect("an id");
        let map = MapDocument::new(id, "Résultats", Lang::FR)
            .with_layer(Layer::new(vec![Place::new("A"), Place::new("B")]))
            .with_layer(Layer::new(vec![Place::new("C")]))
            .numbered_from(21);
        let numbered: Vec<_> = map.numbered_places().map(|(number, place)| (number, place.name())).collect();
        assert_eq!(numbered, [(21, Some("A")), (22, Some("B")), (23, Some("C"))]);
    }
}
