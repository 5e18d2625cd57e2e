use communes_civil::Lang;

use crate::{
    coordinate::LonLat,
    description::Description,
    geometry::Geometry,
    link::SafeLink,
    moment::{Moment, When},
    style::Style,
};

/// One thing on the map and in its list: with or without a position, never with a made-up one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) geometry: Option<Geometry>,
    pub(crate) address: Option<String>,
    pub(crate) link: Option<SafeLink>,
    pub(crate) description: Description,
    pub(crate) lang: Option<Lang>,
    pub(crate) style: Style,
    pub(crate) visible: Option<bool>,
    pub(crate) when: Option<When>,
    pub(crate) times: Vec<Moment>,
    pub(crate) overlay: Option<SafeLink>,
    pub(crate) properties: Vec<(String, PropertyValue)>,
}

/// A value of a place's own data, typed where its source declares a type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PropertyValue {
    /// A text.
    Text(String),
    /// A finite number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
}

impl Place {
    /// A place of this name, nowhere yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// The same place at a point.
    #[must_use]
    pub fn at(self, point: LonLat) -> Self {
        self.with_geometry(point.into())
    }

    /// The same place with a shape.
    #[must_use]
    pub fn with_geometry(mut self, geometry: Geometry) -> Self {
        self.geometry = Some(geometry);
        self
    }

    /// The same place with its postal address, in one line.
    #[must_use]
    pub fn with_address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// The same place with the page that tells more about it.
    #[must_use]
    pub fn with_link(mut self, link: SafeLink) -> Self {
        self.link = Some(link);
        self
    }

    /// The same place with what is told about it.
    #[must_use]
    pub fn with_description(mut self, description: Description) -> Self {
        self.description = description;
        self
    }

    /// The same place whose texts are in this language.
    #[must_use]
    pub fn with_lang(mut self, lang: Lang) -> Self {
        self.lang = Some(lang);
        self
    }

    /// The same place drawn in this way.
    #[must_use]
    pub fn with_style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// The source's own name for it.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Its name as the source has it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it is; `None` for a place that is known without a position.
    #[must_use]
    pub fn geometry(&self) -> Option<&Geometry> {
        self.geometry.as_ref()
    }

    /// Its postal address.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The page that tells more about it.
    #[must_use]
    pub fn link(&self) -> Option<&SafeLink> {
        self.link.as_ref()
    }

    /// What is told about it.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The language of its texts, where it differs from the map's.
    #[must_use]
    pub fn lang(&self) -> Option<Lang> {
        self.lang
    }

    /// How it is drawn.
    #[must_use]
    pub fn style(&self) -> &Style {
        &self.style
    }

    /// Whether the source shows it at first, where it says so.
    #[must_use]
    pub fn visible(&self) -> Option<bool> {
        self.visible
    }

    /// When it was, or is.
    #[must_use]
    pub fn when(&self) -> Option<&When> {
        self.when.as_ref()
    }

    /// The times of a track, one for each position of its geometry; empty otherwise.
    #[must_use]
    pub fn times(&self) -> &[Moment] {
        &self.times
    }

    /// The picture laid over the ground within the geometry.
    #[must_use]
    pub fn overlay(&self) -> Option<&SafeLink> {
        self.overlay.as_ref()
    }

    /// The source's own data, in its order, each name once.
    #[must_use]
    pub fn properties(&self) -> &[(String, PropertyValue)] {
        &self.properties
    }
}
