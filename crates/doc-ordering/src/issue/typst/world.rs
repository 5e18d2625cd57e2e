use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use typst::{
    Library, LibraryExt, World, WorldExt,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

/// The fonts that templates can use.
pub(super) struct Fonts {
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
    library: LazyHash<Library>,
}

impl Fonts {
    /// Those that Typst brings along.
    pub(super) fn bundled() -> Self {
        Self::of(typst_assets::fonts().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect())
    }

    /// These and those of a file.
    pub(super) fn with(&self, bytes: Vec<u8>) -> Self {
        Self::of(self.fonts.iter().cloned().chain(Font::iter(Bytes::new(bytes))).collect())
    }

    fn of(fonts: Vec<Font>) -> Self {
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Self { fonts, book, library: LazyHash::new(<Library as LibraryExt>::default()) }
    }

    /// Whether some font has each letter of a text.
    pub(super) fn cover(&self, text: &str) -> bool {
        let has = |letter: char| self.fonts.iter().any(|font| font.info().coverage.contains(letter.into()));
        text.chars().all(|letter| letter.is_whitespace() || letter.is_control() || has(letter))
    }
}

/// All that a template sees: itself, its data, one picture, the fonts, and the day that stands on the document.
pub(super) struct TemplateWorld {
    template: Source,
    fonts: Arc<Fonts>,
    data: Bytes,
    qr: Bytes,
    day: NaiveDate,
}

impl TemplateWorld {
    pub(super) fn new(
        template: Source,
        fonts: Arc<Fonts>,
        data: &serde_json::Value,
        qr: String,
        day: NaiveDate,
    ) -> Self {
        Self { template, fonts, data: Bytes::from_string(data.to_string()), qr: Bytes::from_string(qr), day }
    }

    /// The line of a place in the template, from 1; 0 for none.
    pub(super) fn line(&self, span: impl Into<DiagSpan>) -> usize {
        let range = self.range(span);
        range.and_then(|range| self.template.lines().byte_to_line(range.start)).map_or(0, |line| line + 1)
    }
}

impl World for TemplateWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.fonts.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(absent(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == file("data.json") {
            Ok(self.data.clone())
        } else if id == file("qr.svg") {
            Ok(self.qr.clone())
        } else {
            Err(absent(id))
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        Datetime::from_ymd(self.day.year(), self.day.month() as u8, self.day.day() as u8)
    }
}

/// A template as a source.
pub(super) fn template(text: &str) -> Source {
    Source::new(file("template.typ"), text.to_owned())
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a literal name");
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

// Whatever is asked for, also a package: nothing else is there.
fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
