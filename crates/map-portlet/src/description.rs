use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

/// What is told about a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Description {
    /// Nothing.
    #[default]
    None,
    /// Plain text.
    Text(String),
    /// Markup that is safe in a page.
    Html(SafeHtml),
}

/// HTML of a short list of elements, without style, script, image or frame, whose links are http(s), mailto or tel.
///
/// Made only by [`SafeHtml::sanitise`]: nothing else can stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml(String);

impl Description {
    /// Reads what a file says: markup if there is a tag or a character reference in it, plain text otherwise.
    ///
    /// KML has both in the same element, escaped or in a CDATA section, and says nowhere which it is.
    #[must_use]
    pub fn read(text: &str) -> Self {
        if text.trim().is_empty() {
            Self::None
        } else if has_markup(text) {
            Self::Html(SafeHtml::sanitise(text))
        } else {
            Self::Text(text.to_owned())
        }
    }
}

impl SafeHtml {
    /// Keeps what is safe of a markup.
    #[must_use]
    pub fn sanitise(markup: &str) -> Self {
        Self(SANITISER.clean(markup).to_string())
    }

    /// The markup, to be put into a page as it is.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// No headings (they would break the page's outline), no images (they would call other hosts), no tables of layout, no ids.
static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(HashSet::from([
            "a",
            "abbr",
            "b",
            "blockquote",
            "br",
            "cite",
            "code",
            "dd",
            "div",
            "dl",
            "dt",
            "em",
            "i",
            "li",
            "ol",
            "p",
            "pre",
            "q",
            "s",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "u",
            "ul",
        ]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href", "hreflang"]))]))
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        // A relative link of a file is relative to where the file was, which nobody knows here.
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

fn has_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(index, &byte)| match byte {
        b'<' => matches!(bytes.get(index + 1), Some(b'/' | b'!' | b'a'..=b'z' | b'A'..=b'Z')),
        b'&' => {
            // The longest name of HTML has 31 letters.
            let rest = &bytes[index + 1..bytes.len().min(index + 34)];
            let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
            name > 0 && rest.get(name) == Some(&b';')
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        match Description::read(text) {
            Description::Html(html) => html.as_str().to_owned(),
            other => panic!("no markup: {other:?}"),
        }
    }

    #[test]
    fn text_without_markup_stays_text() {
        for text in ["Ouvert le lundi", "prix < 5 & plus", "a <3 b", "&;", "R&D"] {
            assert_eq!(Description::read(text), Description::Text(text.to_owned()));
        }
        assert_eq!(Description::read(" \n"), Description::None);
    }

    #[test]
    fn what_is_harmless_is_kept() {
        assert_eq!(html("<div>Ahoj <b>PM</b></div>"), "<div>Ahoj <b>PM</b></div>");
        assert_eq!(html("caf&eacute;"), "café");
        assert_eq!(
            html("<a href=\"https://example.org/\" onclick=\"x()\" target=\"_blank\">x</a>"),
            "<a href=\"https://example.org/\" rel=\"noopener noreferrer nofollow\">x</a>"
        );
    }

    #[test]
    fn what_could_run_call_or_restyle_is_removed() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<iframe src=\"https://example.org\"></iframe>",
            "<style>*{display:none}</style>",
            "<svg><script>alert(1)</script></svg>",
            "<p style=\"position:fixed\" onmouseover=\"x()\"></p>",
            "<a href=\"javascript:alert(1)\"></a>",
            "<a href=\" java&#10;script:alert(1)\"></a>",
            "<a href=\"data:text/html,x\"></a>",
            "<form action=\"https://example.org\"><input></form>",
            "<p id=\"results\"></p>",
        ] {
            let clean = html(text).to_ascii_lowercase();
            for forbidden in
                ["script", "alert", "onerror", "onmouse", "style", "iframe", "<img", "<svg", "data:", "<form", "id="]
            {
                assert!(!clean.contains(forbidden), "{text} left {clean}");
            }
        }
    }
}
