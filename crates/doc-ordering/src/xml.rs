//! XML as a bounded tree, with the line of every element.
//!
//! Document type declarations are refused, so there are no entities to expand and no address to open; size, depth and the
//! number of nodes are limited.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

const MOST_BYTES: usize = 64 << 20;
const MOST_DEPTH: usize = 100;
const MOST_NODES: usize = 4_000_000;

/// Why XML can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct XmlError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: XmlFault,
}

/// What is wrong with XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlFault {
    /// Not UTF-8: no other encoding is met in these files.
    #[error("not UTF-8")]
    Encoding,
    /// Not well-formed.
    #[error("not well-formed XML: {0}")]
    Malformed(String),
    /// A document type declaration.
    #[error("a document type declaration is not allowed")]
    DocumentType,
    /// An entity other than the five of XML.
    #[error("an unknown entity")]
    Entity,
    /// Too large, too deep, or too many nodes.
    #[error("too large or too deep")]
    TooLarge,
    /// No element, or more than one at the root.
    #[error("not one root element")]
    Root,
}

impl XmlError {
    /// The stable machine code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.fault {
            XmlFault::Encoding => "xml-encoding",
            XmlFault::Malformed(_) => "xml-malformed",
            XmlFault::DocumentType => "xml-document-type",
            XmlFault::Entity => "xml-entity",
            XmlFault::TooLarge => "xml-too-large",
            XmlFault::Root => "xml-root",
        }
    }
}

/// An element with everything inside it. Equality is that of the content; the line doesn't count.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    line: usize,
}

/// What an element holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    /// Text with references resolved.
    Text(String),
    Comment(String),
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.attributes, &self.children) == (&other.name, &other.attributes, &other.children)
    }
}

impl Eq for Element {}

impl Element {
    /// The name without a prefix.
    pub(crate) fn name(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or(&self.name)
    }

    /// The line where it begins, from 1.
    pub(crate) const fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The addresses of the namespaces that it declares.
    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &str> {
        let declared = self.attributes.iter().filter(|(name, _)| name == "xmlns" || name.starts_with("xmlns:"));
        declared.map(|(_, address)| address.as_str())
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            _ => None,
        })
    }

    /// Its children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.name() == name)
    }

    /// Its first child of a name.
    pub(crate) fn first(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name() == name)
    }

    /// The first element along a path of names.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.first(name))
    }

    /// Its own text, without that of its children, as it stands.
    pub(crate) fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The text along a path, trimmed; absent where it is empty.
    pub(crate) fn text_at(&self, path: &[&str]) -> Option<String> {
        let text = self.at(path)?.text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Itself and every element below it, in document order.
    pub(crate) fn descendants(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut next = 0;
        // Depth first, by hand: a stack of what is still to visit, deepest last.
        let mut stack: Vec<&Self> = self.elements().collect::<Vec<_>>().into_iter().rev().collect();
        while let Some(element) = stack.pop() {
            found.push(element);
            next += 1;
            let below = stack.len();
            stack.extend(element.elements());
            stack[below..].reverse();
        }
        debug_assert_eq!(next + 1, found.len());
        found
    }

    /// Writes it, references only where they are needed.
    pub(crate) fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, true, out);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str(" />");
            return;
        }
        out.push('>');
        for node in &self.children {
            match node {
                Node::Element(element) => element.write(out),
                Node::Text(text) => escape(text, false, out),
                Node::Comment(text) => {
                    out.push_str("<!--");
                    out.push_str(text);
                    out.push_str("-->");
                }
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

fn escape(text: &str, attribute: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' if attribute => out.push_str("&#10;"),
            '\t' if attribute => out.push_str("&#9;"),
            other => out.push(other),
        }
    }
}

/// Reads a document.
pub(crate) fn read(bytes: &[u8]) -> Result<Element, XmlError> {
    let first = |fault| XmlError { line: 1, fault };
    if bytes.len() > MOST_BYTES {
        return Err(first(XmlFault::TooLarge));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| XmlError {
        line: 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count(),
        fault: XmlFault::Encoding,
    })?;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut nodes = 0_usize;
    loop {
        let line = lines.of(reader.buffer_position());
        let wrong = |fault| XmlError { line, fault };
        let event = reader.read_event().map_err(|error| wrong(XmlFault::Malformed(error.to_string())))?;
        nodes += 1;
        if nodes > MOST_NODES || open.len() > MOST_DEPTH {
            return Err(wrong(XmlFault::TooLarge));
        }
        match event {
            Event::Start(start) => open.push(element(&start, line).map_err(wrong)?),
            Event::Empty(start) => {
                let element = element(&start, line).map_err(wrong)?;
                close(element, &mut open, &mut root).map_err(wrong)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| wrong(XmlFault::Root))?;
                close(element, &mut open, &mut root).map_err(wrong)?;
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content()).map_err(wrong)?,
            Event::CData(text) => push_text(&mut open, &text.xml10_content()).map_err(wrong)?,
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    Ok(None) => predefined(&reference).ok_or_else(|| wrong(XmlFault::Entity))?,
                    Err(error) => return Err(wrong(XmlFault::Malformed(error.to_string()))),
                };
                push_text(&mut open, character.encode_utf8(&mut [0; 4])).map_err(wrong)?;
            }
            Event::Comment(text) => {
                if let Some(parent) = open.last_mut() {
                    parent.children.push(Node::Comment(text.to_string()));
                }
            }
            Event::DocType(_) => return Err(wrong(XmlFault::DocumentType)),
            Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if open.is_empty() => return root.ok_or_else(|| wrong(XmlFault::Root)),
            Event::Eof => return Err(wrong(XmlFault::Malformed("it ends before its elements do".to_owned()))),
        }
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, XmlFault> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| XmlFault::Malformed(error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| XmlFault::Entity)?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.name().as_ref().to_owned(), attributes, children: Vec::new(), line })
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), XmlFault> {
    match open.last_mut() {
        Some(parent) => parent.children.push(Node::Element(element)),
        None if root.is_none() => *root = Some(element),
        None => return Err(XmlFault::Root),
    }
    Ok(())
}

fn push_text(open: &mut [Element], text: &str) -> Result<(), XmlFault> {
    match open.last_mut() {
        Some(parent) => match parent.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => parent.children.push(Node::Text(text.to_owned())),
        },
        None if text.trim().is_empty() => {}
        None => return Err(XmlFault::Root),
    }
    Ok(())
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// Counts lines as the reader moves on.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, position: u64) -> usize {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if position > self.at {
            self.line += self.text[self.at..position].iter().filter(|byte| **byte == b'\n').count();
            self.at = position;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_references_and_lines() {
        let root = read("<a>\n <b x=\"1&amp;2\">&#233;&lt;<![CDATA[<i>]]></b>\n\n <b/></a>".as_bytes()).unwrap();
        let second: Vec<_> = root.all("b").collect();
        assert_eq!(second[0].text(), "é<<i>");
        assert_eq!(second[0].attribute("x"), Some("1&2"));
        assert_eq!((second[0].line(), second[1].line()), (2, 4));
        assert_eq!(root.descendants().len(), 3);
        let mut text = String::new();
        root.write(&mut text);
        assert_eq!(read(text.as_bytes()).unwrap(), root);
    }

    #[test]
    fn hostile_documents_are_refused() {
        let fault = |text: &str| read(text.as_bytes()).unwrap_err().code();
        assert_eq!(fault("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"), "xml-document-type");
        assert_eq!(fault("<a>&b;</a>"), "xml-entity");
        assert_eq!(fault(&"<a>".repeat(1_000_000)), "xml-too-large");
        assert_eq!(fault("<a></b>"), "xml-malformed");
        assert_eq!(fault("<a>"), "xml-malformed");
        assert_eq!(fault(""), "xml-root");
        assert_eq!(fault("<a/><b/>"), "xml-root");
        assert_eq!(fault("text"), "xml-root");
        assert_eq!(fault("<a b=\"1\" b=\"2\"/>"), "xml-malformed");
        assert_eq!(read(b"<a>\n\xff</a>").unwrap_err(), XmlError { line: 2, fault: XmlFault::Encoding });
    }
}
