//! Give it locations, and it shows them in any page of a commune's application: the list of places first, a static map of
//! numbered markers beside it. The page works without JavaScript, for people who cannot see a map, and calls no other host.
//!
//! # A whole example
//!
//! ```
//! use communes_map_portlet::{ElementId, HtmlPortlet, Lang, Layer, LonLat, MapDocument, Place, SafeLink, format};
//!
//! // Places of the application itself, such as a page of search results …
//! let bakery = Place::new("Boulangerie Lambert")
//!     .at(LonLat::new(4.8675, 50.4669)?)
//!     .with_address("Rue de Fer 12, 5000 Namur")
//!     .with_link(SafeLink::new("/annuaire/0203201340")?);
//! let map = MapDocument::new(ElementId::new("results")?, "Commerces", Lang::FR)
//!     .with_layer(Layer::new(vec![bakery, Place::new("Marché ambulant")]));
//!
//! let portlet = HtmlPortlet::new();
//! let fragment = portlet.render(&map);
//! assert_eq!((fragment.placed, fragment.unplaced), (1, 1));
//! assert!(fragment.html.contains("Boulangerie Lambert"));
//!
//! // … the style sheet that the page links, and that the application serves under its own path …
//! let [style_sheet] = portlet.assets() else { unreachable!("one file") };
//! assert!(style_sheet.file_name.ends_with(".css"));
//! // … and what the page must allow beyond `'self'`.
//! assert!(portlet.csp().is_empty());
//!
//! // A file of somebody else: read as far as it can be, with located warnings.
//! let kml = "<kml><Placemark><name>Parc</name><Point><coordinates>4.86,50.46</coordinates></Point></Placemark></kml>";
//! let layer = format::read(kml.as_bytes(), &format::ReadOptions::default())?;
//! assert!(layer.warnings().is_empty());
//! assert!(format::write(&layer, format::Format::GeoJson)?.contains("[4.86,50.46]"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What an application decides
//!
//! There is no trait to implement yet: places come in as values, HTML goes out as text. [`HtmlPortlet`] is the facade,
//! [`MapDocument`] what it draws, [`Place`] what stands in it, [`mod@format`] what reads and writes files.
//!
//! # What is not covered yet
//!
//! Reading anything but KML and GeoJSON, writing anything but GeoJSON; coordinates other than WGS 84; clusters, filters, legends; background
//! maps, the interactive viewer, consent, geocoding; PNG.

mod assets;
pub mod coordinate;
mod description;
mod document;
pub mod format;
mod geometry;
mod layer;
mod link;
mod moment;
mod place;
mod portlet;
mod render;
mod style;
mod view;
mod warning;

pub use assets::Asset;
pub use communes_civil::Lang;
pub use coordinate::LonLat;
pub use description::{Description, SafeHtml};
pub use document::{ElementId, ElementIdError, HeadingLevel, MapDocument};
pub use geometry::{Geometry, GeometryError, Line, Polygon, Ring};
pub use layer::Layer;
pub use link::{LinkError, SafeLink};
pub use moment::{Moment, MomentError, When};
pub use place::{Place, PropertyValue};
pub use portlet::{CspSource, Fragment, HtmlPortlet};
pub use style::{Colour, HotSpot, HotSpotUnit, Icon, Style, StyleError, Width};
pub use warning::{Location, Warning, WarningCode};

/// The README's example is run too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
