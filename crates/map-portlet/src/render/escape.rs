use std::fmt;

/// A text as HTML shows it, in an element or between the double quotes of an attribute.
///
/// Control characters, which HTML does not allow, are replaced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(index) = rest.find(|character: char| replacement(character).is_some()) {
            let (before, after) = rest.split_at(index);
            formatter.write_str(before)?;
            let mut characters = after.chars();
            let special = characters.next().and_then(replacement).unwrap_or_default();
            formatter.write_str(special)?;
            rest = characters.as_str();
        }
        formatter.write_str(rest)
    }
}

fn replacement(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        '\t' | '\n' => None,
        '\r' => Some("\n"),
        character if character.is_control() => Some("\u{fffd}"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_character_is_escaped() {
        assert_eq!(
            Escaped("<a href=\"x\" b='y'>R&D</a>").to_string(),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;R&amp;D&lt;/a&gt;"
        );
        assert_eq!(Escaped("é\0\u{1b}\tx\n").to_string(), "é\u{fffd}\u{fffd}\tx\n");
    }
}
