use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file that pages with a map link.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asset {
    /// Its name, with a hash of its content: `communes-map.0123456789abcdef.css`.
    pub file_name: String,
    /// For the header `Content-Type`.
    pub content_type: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

pub(crate) fn all() -> &'static [Asset] {
    static ASSETS: LazyLock<[Asset; 1]> =
        LazyLock::new(|| [asset("communes-map", "css", "text/css; charset=utf-8", include_bytes!("communes-map.css"))]);
    ASSETS.as_slice()
}

fn asset(stem: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
    // 64 bits name a content: nobody attacks one's own style sheet.
    let hash = hex::encode(&Sha256::digest(bytes)[..8]);
    Asset { file_name: format!("{stem}.{hash}.{extension}"), content_type, bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_its_content() {
        // printf abc | sha256sum
        assert_eq!(asset("a", "css", "text/css", b"abc").file_name, "a.ba7816bf8f01cfea.css");
    }

    #[test]
    fn the_style_sheet_calls_nobody() {
        for asset in all() {
            let text = std::str::from_utf8(asset.bytes).expect("UTF-8");
            for forbidden in ["url(", "@import", "http:", "https:", "//"] {
                assert!(!text.contains(forbidden), "{forbidden} in {}", asset.file_name);
            }
        }
    }
}
