//! A small tree of an XML file, of bounded size and depth, each element with its place.
//!
//! Nothing outside the file is ever opened: a document type, and with it every entity of one's own, is refused.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::{Place, ReadError};

/// The largest file that is read. The largest real definition has 146 kB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// How deep elements may be nested. The format nests five deep.
pub const MAX_DEPTH: usize = 16;
/// How many elements a file may have. The largest real definition has some 3,000.
pub const MAX_ELEMENTS: usize = 100_000;

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// Its own text, CDATA included, as it was written.
    pub(super) text: String,
    pub(super) place: Place,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Its text as the reference reads it: every line without leading blanks, the whole without trailing ones.
    pub(super) fn line_text(&self) -> String {
        let mut text = String::with_capacity(self.text.len());
        for line in self.text.split_inclusive('\n') {
            text.push_str(line.trim_start());
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Parses the root element of a file.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    let text = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    Builder { text: &text, counted_to: 0, place: Place { line: 1, column: 1 }, elements: 0 }.root()
}

/// The text of a file in UTF-8, with or without its mark, or in Latin-1 where its declaration says so.
fn decode(bytes: &[u8]) -> Result<String, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
    let declared = head
        .strip_prefix("<?xml")
        .and_then(|head| head.split_once("?>"))
        .and_then(|(head, _)| head.split_once("encoding"))
        .map(|(_, value)| value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'')).to_owned());
    let declared = declared.map(|name| name.split(['"', '\'']).next().unwrap_or_default().to_owned());
    match declared.as_deref() {
        Some("iso-8859-1" | "latin-1" | "latin1") => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(ReadError::Encoding { encoding: "utf-8".to_owned(), at: error.valid_up_to() }),
        },
        Some(other) => Err(ReadError::Encoding { encoding: other.to_owned(), at: 0 }),
    }
}

struct Builder<'a> {
    text: &'a str,
    counted_to: usize,
    place: Place,
    elements: usize,
}

impl Builder<'_> {
    fn root(mut self) -> Result<Element, ReadError> {
        let mut reader = Reader::from_str(self.text);
        let mut open: Vec<Element> = Vec::new();
        let mut root = None;
        loop {
            let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                    return Err(self.malformed(error.to_string(), at.max(start)));
                }
            };
            match event {
                Event::Start(tag) => {
                    if root.is_some() && open.is_empty() {
                        return Err(self.malformed("a second root element".to_owned(), start));
                    }
                    let element = self.element(&tag, start)?;
                    if open.len() == MAX_DEPTH {
                        return Err(ReadError::TooDeep { place: element.place });
                    }
                    open.push(element);
                }
                Event::Empty(tag) => {
                    if root.is_some() && open.is_empty() {
                        return Err(self.malformed("a second root element".to_owned(), start));
                    }
                    let element = self.element(&tag, start)?;
                    attach(&mut open, &mut root, element);
                }
                Event::End(_) => {
                    if let Some(element) = open.pop() {
                        attach(&mut open, &mut root, element);
                    }
                }
                Event::Text(text) => self.append(&mut open, &text.xml10_content(), start)?,
                Event::CData(text) => self.append(&mut open, &text.xml10_content(), start)?,
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref() {
                        Ok(Some(character)) => Some(character.to_string()),
                        Ok(None) => quick_xml::escape::resolve_predefined_entity(&reference).map(str::to_owned),
                        Err(_) => None,
                    };
                    let Some(character) = character else {
                        return Err(self.malformed("an entity that is not defined".to_owned(), start));
                    };
                    self.append(&mut open, &character, start)?;
                }
                Event::DocType(_) => return Err(ReadError::DocType { place: self.at(start) }),
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        if let Some(element) = open.last() {
            return Err(ReadError::Malformed {
                message: format!("<{}> is not closed", element.name),
                place: element.place,
            });
        }
        root.ok_or(ReadError::Empty)
    }

    fn element(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<Element, ReadError> {
        self.elements += 1;
        let place = self.at(start);
        if self.elements > MAX_ELEMENTS {
            return Err(ReadError::TooManyElements { place });
        }
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| ReadError::Malformed { message: error.to_string(), place })?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| ReadError::Malformed { message: error.to_string(), place })?;
            attributes.push((name(attribute.key.as_ref()), value.into_owned()));
        }
        Ok(Element { name: name(tag.name().as_ref()), attributes, children: Vec::new(), text: String::new(), place })
    }

    fn append(&mut self, open: &mut [Element], text: &str, start: usize) -> Result<(), ReadError> {
        match open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(self.malformed("text outside the root element".to_owned(), start)),
        }
        Ok(())
    }

    fn malformed(&mut self, message: String, at: usize) -> ReadError {
        ReadError::Malformed { message, place: self.at(at) }
    }

    /// Line and column of a byte; places are asked for in their order, so that each byte is counted once.
    fn at(&mut self, byte: usize) -> Place {
        let byte = byte.min(self.text.len());
        let Some(passed) = self.text.as_bytes().get(self.counted_to..byte) else {
            return self.place;
        };
        for value in passed {
            match value {
                b'\n' => self.place = Place { line: self.place.line + 1, column: 1 },
                // The bytes of a character after its first are no columns.
                0x80..=0xbf => {}
                _ => self.place.column += 1,
            }
        }
        self.counted_to = byte;
        self.place
    }
}

fn name(text: &str) -> String {
    text.to_owned()
}

fn attach(open: &mut [Element], root: &mut Option<Element>, element: Element) {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}
