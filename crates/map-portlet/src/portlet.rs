use crate::{assets, assets::Asset, document::MapDocument, render};

/// Turns maps into HTML for any page of an application: the list of places first, a static map beside it.
///
/// It works without JavaScript, calls no other host, and needs nothing beyond `default-src 'self'; style-src 'self'`.
#[derive(Debug, Clone, Copy, Default)]
pub struct HtmlPortlet {}

/// A piece of a page, to be put into its body as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fragment {
    /// One `<section>`.
    pub html: String,
    /// How many places of the list stand on the map.
    pub placed: usize,
    /// How many have no position, and stand only in the list.
    pub unplaced: usize,
}

/// A source that a page's Content-Security-Policy must allow besides `'self'`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CspSource {
    /// E.g. `img-src`.
    pub directive: &'static str,
    /// E.g. `https://tiles.example.org`.
    pub source: String,
}

impl HtmlPortlet {
    /// A portlet without background map.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }

    /// Draws a map. Never fails: a map without a place, or whose places have no position, says so in words.
    #[must_use]
    pub fn render(&self, map: &MapDocument) -> Fragment {
        render::html(map)
    }

    /// The files that a page with a map links in its head; the application serves them, cacheable for ever: a file's name
    /// changes with its content.
    #[must_use]
    pub fn assets(&self) -> &'static [Asset] {
        assets::all()
    }

    /// What the page's Content-Security-Policy must allow besides `'self'`: nothing.
    #[must_use]
    pub fn csp(&self) -> Vec<CspSource> {
        Vec::new()
    }
}
