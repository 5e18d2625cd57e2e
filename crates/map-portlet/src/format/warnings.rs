use crate::warning::{Location, Warning, WarningCode};

/// The warnings of a file, located and bounded.
#[derive(Debug)]
pub(super) struct Warnings<'a> {
    source: &'a str,
    kept: Vec<Warning>,
    most: usize,
    more: usize,
    /// The last place asked for.
    known: (usize, Location),
}

impl<'a> Warnings<'a> {
    pub(super) fn new(source: &'a str, most: usize) -> Self {
        Self { source, kept: Vec::new(), most, more: 0, known: (0, Location { line: 1, column: 1 }) }
    }

    pub(super) fn push(&mut self, code: WarningCode, offset: usize, detail: impl Into<String>) {
        if self.kept.len() >= self.most {
            self.more += 1;
            return;
        }
        let location = self.locate(offset);
        self.kept.push(Warning::new(code, location, detail));
    }

    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// Says which feature the warnings from `first` on are about.
    pub(super) fn attribute_to(&mut self, first: usize, feature: &str) {
        for warning in self.kept.iter_mut().skip(first) {
            warning.feature.get_or_insert_with(|| feature.to_owned());
        }
    }

    pub(super) fn into_kept(mut self) -> Vec<Warning> {
        if self.more > 0 {
            let location = self.locate(self.source.len());
            let detail = format!("{} more warning(s) left out", self.more);
            self.kept.push(Warning::new(WarningCode::Limit, location, detail));
        }
        self.kept
    }

    /// Warnings come nearly in order: only the text between one and the next is counted, also in a file of one long line.
    fn locate(&mut self, offset: usize) -> Location {
        let offset = self.source.floor_char_boundary(offset);
        let (known, Location { line, column }) = self.known;
        let characters = |text: &str| text.chars().count() as u64;
        let newlines = |text: &str| text.bytes().filter(|&byte| byte == b'\n').count() as u64;
        let location = if offset >= known {
            let between = &self.source[known..offset];
            match between.rfind('\n') {
                Some(newline) => {
                    Location { line: line + newlines(between), column: 1 + characters(&between[newline + 1..]) }
                }
                None => Location { line, column: column + characters(between) },
            }
        } else {
            let between = &self.source[offset..known];
            match newlines(between) {
                0 => Location { line, column: column - characters(between) },
                count => {
                    let start = self.source[..offset].rfind('\n').map_or(0, |newline| newline + 1);
                    Location { line: line - count, column: 1 + characters(&self.source[start..offset]) }
                }
            }
        };
        self.known = (offset, location);
        location
    }
}

/// A text of a file within a message: in one line, and not longer than 60 characters.
pub(super) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("`{}`", short.escape_debug())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_found_from_any_other(text in "[aé\n]{0,40}", offsets in prop::collection::vec(0_usize..80, 1..10)) {
            let mut warnings = Warnings::new(&text, 10);
            for offset in offsets {
                let before = &text[..text.floor_char_boundary(offset)];
                let expected = Location {
                    line: before.split('\n').count() as u64,
                    column: before.split('\n').next_back().unwrap_or_default().chars().count() as u64 + 1,
                };
                prop_assert_eq!(warnings.locate(offset), expected);
            }
        }
    }
}
