use crate::{place::Place, warning::Warning};

/// Places that belong together: a file, a category, a page of search results.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    pub(crate) title: Option<String>,
    pub(crate) places: Vec<Place>,
    pub(crate) warnings: Vec<Warning>,
}

impl Layer {
    /// A layer of these places, in this order.
    #[must_use]
    pub fn new(places: Vec<Place>) -> Self {
        Self { places, ..Self::default() }
    }

    /// The same layer under a title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Its title: of a file, the name of its document.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Its places, in order.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// What its reader could not take as it stood.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}
