use super::KmlReader;
use crate::{
    format::{
        warnings::quoted,
        xml::{Content, XmlReader},
    },
    moment::{Moment, When},
    warning::WarningCode,
};

impl KmlReader<'_> {
    pub(super) fn time_span(&mut self) -> Option<When> {
        let (mut begin, mut end) = (None, None);
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "begin" => begin = self.moment(),
                "end" => end = self.moment(),
                _ => self.xml.skip(),
            }
        }
        (begin.is_some() || end.is_some()).then_some(When::Span { begin, end })
    }

    pub(super) fn time_stamp(&mut self) -> Option<When> {
        let mut at = None;
        while let Some(child) = self.xml.next_child() {
            match child.name() {
                "when" => at = self.moment(),
                _ => self.xml.skip(),
            }
        }
        at.map(When::At)
    }

    fn moment(&mut self) -> Option<Moment> {
        let content = self.xml.content();
        moment(&content, &mut self.xml)
    }
}

/// A moment; `None` for an empty text, and, with a warning, for anything else.
pub(super) fn moment(content: &Content<'_>, xml: &mut XmlReader<'_>) -> Option<Moment> {
    let text = content.text.trim();
    if text.is_empty() {
        return None;
    }
    match Moment::new(text) {
        Ok(moment) => Some(moment),
        Err(error) => {
            let detail = format!("{}: {error}: left out", quoted(text));
            xml.warn(WarningCode::BadTime, content.offset, detail);
            None
        }
    }
}
