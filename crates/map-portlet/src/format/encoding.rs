use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A text, and what was wrong with its declaration.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) remark: Option<String>,
}

/// Decodes a file: byte order mark, then the XML declaration if the bytes agree, then UTF-8, then Windows-1252, which reads anything.
pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, had_errors) = encoding.decode_without_bom_handling(&bytes[length..]);
        let remark = had_errors.then(|| format!("some bytes are no {}: replaced", encoding.name()));
        return Decoded { text, remark };
    }
    // Without a mark, `<` as a pair of bytes shows UTF-16.
    let bare = match bytes {
        [0, b'<', ..] => Some(UTF_16BE),
        [b'<', 0, ..] => Some(UTF_16LE),
        _ => None,
    };
    if let Some(encoding) = bare {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        let remark = had_errors.then(|| format!("some bytes are no {}: replaced", encoding.name()));
        return Decoded { text, remark };
    }
    let declared = declared(bytes);
    let label = declared.unwrap_or("utf-8");
    match Encoding::for_label(label.as_bytes()) {
        // A declaration in single bytes can't be true of UTF-16.
        Some(encoding) if encoding != UTF_8 && encoding != UTF_16BE && encoding != UTF_16LE => {
            if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                return Decoded { text, remark: None };
            }
        }
        Some(encoding) if encoding == UTF_8 => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                return Decoded { text: Cow::Borrowed(text), remark: None };
            }
        }
        _ => {}
    }
    let remark = |found: &str| match declared {
        Some(label) => format!("declared {}, read as {found}", label.escape_debug()),
        None => format!("no declaration and no UTF-8, read as {found}"),
    };
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), remark: Some(remark("UTF-8")) };
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Decoded { text, remark: Some(remark("Windows-1252")) }
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let head = &head[..head.len().min(200)];
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = std::str::from_utf8(&head[..end]).ok()?;
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_and_remark(bytes: &[u8]) -> (String, Option<String>) {
        let decoded = decode(bytes);
        (decoded.text.into_owned(), decoded.remark)
    }

    #[test]
    fn a_mark_wins_over_the_declaration() {
        assert_eq!(text_and_remark(b"\xef\xbb\xbf<a>\xc3\xa9</a>"), ("<a>é</a>".into(), None));
        let utf16: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text_and_remark(&utf16), ("<a>é</a>".into(), None));
        let bare: Vec<u8> = "<a>é</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text_and_remark(&bare), ("<a>é</a>".into(), None));
    }

    #[test]
    fn a_true_declaration_is_followed() {
        let text = "<?xml version=\"1.0\" encoding='ISO-8859-15'?><a>\u{20ac}</a>";
        // The euro sign is 0xA4 in ISO-8859-15.
        let bytes = b"<?xml version=\"1.0\" encoding='ISO-8859-15'?><a>\xa4</a>";
        assert_eq!(text_and_remark(bytes), (text.into(), None));
    }

    #[test]
    fn a_false_declaration_is_reported() {
        // UTF-16 declared over UTF-8 bytes.
        let (text, remark) = text_and_remark("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>é</a>".as_bytes());
        assert!(text.ends_with("<a>é</a>"));
        assert_eq!(remark.as_deref(), Some("declared UTF-16, read as UTF-8"));
        // Latin-1 bytes under UTF-8.
        let (text, remark) = text_and_remark(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\xe9</a>");
        assert!(text.ends_with("<a>é</a>"));
        assert_eq!(remark.as_deref(), Some("declared UTF-8, read as Windows-1252"));
        let (_, remark) = text_and_remark(b"<a>\xe9</a>");
        assert_eq!(remark.as_deref(), Some("no declaration and no UTF-8, read as Windows-1252"));
    }
}
