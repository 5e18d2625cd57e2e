//! What the readers of XML formats share: a pull reader by local name that never fails, and says where it is.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    ReadOptions,
    encoding::decode,
    warnings::{Warnings, quoted},
};
use crate::warning::WarningCode;

/// An XML file being read. After a fault that XML does not allow, or the end, every element is closed and nothing follows.
#[derive(Debug)]
pub(super) struct XmlReader<'a> {
    source: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
    ended: bool,
    max_depth: usize,
    pub(super) warnings: Warnings<'a>,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// An element begins; its [`Node::Close`] follows, also if it is written empty.
    Open(Element<'a>),
    /// Text between tags, references resolved.
    Text(Cow<'a, str>),
    /// A CDATA section.
    CData(Cow<'a, str>),
    /// The innermost element ends.
    Close,
    /// The file ends.
    End,
}

/// The tag that begins an element.
#[derive(Debug)]
pub(super) struct Element<'a>(BytesStart<'a>);

/// The text of an element, its CDATA sections alone if it has any.
#[derive(Debug, Default)]
pub(super) struct Content<'a> {
    pub(super) text: Cow<'a, str>,
    /// Where the text begins in the source.
    pub(super) offset: usize,
}

impl<'a> XmlReader<'a> {
    /// Reads a decoded text ([`decode`]).
    pub(super) fn new(source: &'a str, options: &ReadOptions) -> Self {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // `R & D` is common in files that people edit.
        config.allow_dangling_amp = true;
        Self {
            source,
            reader,
            depth: 0,
            ended: false,
            max_depth: options.max_depth,
            warnings: Warnings::new(source, options.max_warnings),
        }
    }

    /// Where the reader stands, in bytes.
    pub(super) fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.source.len())
    }

    /// Whether the next element would be deeper than the limit allows.
    pub(super) fn is_too_deep(&self) -> bool {
        self.depth > self.max_depth
    }

    /// A warning about what starts at an offset.
    pub(super) fn warn(&mut self, code: WarningCode, offset: usize, detail: impl Into<String>) {
        self.warnings.push(code, offset, detail);
    }

    /// The next node; comments and processing instructions are left out.
    pub(super) fn next(&mut self) -> Node<'a> {
        while !self.ended {
            let before = self.offset();
            match self.reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => {
                    self.depth += 1;
                    return Node::Open(Element(tag));
                }
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Node::Close;
                }
                Ok(Event::Text(text)) => return Node::Text(text.into_inner()),
                Ok(Event::CData(text)) => return Node::CData(text.into_inner()),
                Ok(Event::GeneralRef(reference)) => return Node::Text(self.resolve(&reference, before)),
                Ok(Event::DocType(_)) => {
                    self.warn(
                        WarningCode::DocumentType,
                        before,
                        "a document type declaration: what it declares is not used",
                    );
                }
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => {}
                Ok(Event::Eof) => {
                    self.ended = true;
                    if self.depth > 0 {
                        let detail = format!("the file ends inside {} element(s)", self.depth);
                        self.warn(WarningCode::Malformed, before, detail);
                    }
                }
                Err(error) => {
                    self.ended = true;
                    let at = usize::try_from(self.reader.error_position()).unwrap_or(before);
                    self.warn(WarningCode::Malformed, at, error.to_string());
                }
            }
        }
        Node::End
    }

    /// The next child of the element that is open, text between children left out; `None` when it closes.
    pub(super) fn next_child(&mut self) -> Option<Element<'a>> {
        loop {
            match self.next() {
                Node::Open(element) => {
                    if !self.is_too_deep() {
                        return Some(element);
                    }
                    let offset = self.offset();
                    self.warn(WarningCode::Limit, offset, "nested too deep: left out");
                    self.skip();
                }
                Node::Close | Node::End => return None,
                Node::Text(_) | Node::CData(_) => {}
            }
        }
    }

    /// Passes over the rest of the element that is open.
    pub(super) fn skip(&mut self) {
        let mut open = 1_usize;
        while open > 0 {
            match self.next() {
                Node::Open(_) => open += 1,
                Node::Close => open -= 1,
                Node::End => return,
                Node::Text(_) | Node::CData(_) => {}
            }
        }
    }

    /// The text of the element that is open, to its end; children are passed over.
    pub(super) fn content(&mut self) -> Content<'a> {
        let mut text = Content { offset: self.offset(), ..Content::default() };
        let mut marked: Option<Content<'a>> = None;
        loop {
            let offset = self.offset();
            match self.next() {
                Node::Text(more) => append(&mut text.text, more),
                Node::CData(more) => {
                    let marked = marked.get_or_insert_with(|| Content { offset, ..Content::default() });
                    append(&mut marked.text, more);
                }
                Node::Open(_) => self.skip(),
                Node::Close | Node::End => return marked.unwrap_or(text),
            }
        }
    }

    fn resolve(&mut self, reference: &BytesRef<'a>, offset: usize) -> Cow<'a, str> {
        match reference.resolve_char_ref() {
            Ok(Some(character)) => return Cow::Owned(character.to_string()),
            Ok(None) => {
                if let Some(text) = resolve_predefined_entity(reference) {
                    return Cow::Borrowed(text);
                }
            }
            // A number that is no character.
            Err(_) => {}
        }
        let written = format!("&{};", &**reference);
        self.warn(WarningCode::Entity, offset, format!("{}: kept as it is written", quoted(&written)));
        Cow::Owned(written)
    }
}

impl Element<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of an attribute, by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self
            .0
            .attributes()
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.local_name().into_inner() == name)?;
        match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => Some(value.into_owned()),
            // An entity that XML does not have: as it is written.
            Err(_) => Some(attribute.value.into_owned()),
        }
    }
}

/// Decodes a file, and opens it; the remark about its encoding becomes the first warning.
pub(super) fn with_reader<T>(bytes: &[u8], options: &ReadOptions, read: impl FnOnce(XmlReader<'_>) -> T) -> T {
    let decoded = decode(bytes);
    let mut reader = XmlReader::new(&decoded.text, options);
    if let Some(remark) = decoded.remark {
        reader.warn(WarningCode::Encoding, 0, remark);
    }
    read(reader)
}

fn append<'a>(text: &mut Cow<'a, str>, more: Cow<'a, str>) {
    if text.is_empty() {
        *text = more;
    } else {
        text.to_mut().push_str(&more);
    }
}
