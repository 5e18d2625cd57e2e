use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use communes_map_portlet::HtmlPortlet;
use sha2::{Digest, Sha256};

use crate::composition::Portal;

/// The files that pages link, under names that change with their content, so that browsers may keep them for ever.
#[derive(Debug)]
pub(crate) struct Assets {
    /// By the name in the address: media type and content.
    files: BTreeMap<String, (&'static str, &'static [u8])>,
    /// The name in the address, by the name in templates.
    names: BTreeMap<&'static str, String>,
}

const OWN: &[(&str, &str, &[u8])] = &[
    ("site.css", "text/css; charset=utf-8", include_bytes!("../static/site.css")),
    ("web-eid.js", "text/javascript; charset=utf-8", include_bytes!("../static/web-eid.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../static/icon.svg")),
];

impl Assets {
    pub(crate) fn new() -> Self {
        let (mut files, mut names) = (BTreeMap::new(), BTreeMap::new());
        for (name, media_type, content) in OWN {
            let hash = hex::encode(&Sha256::digest(content)[..8]);
            let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
            let address = format!("{stem}.{hash}.{extension}");
            files.insert(address.clone(), (*media_type, *content));
            names.insert(*name, address);
        }
        // The map's own names have their hash already.
        for asset in HtmlPortlet::new().assets() {
            files.insert(asset.file_name.clone(), (asset.content_type, asset.bytes));
            names.insert("map.css", asset.file_name.clone());
        }
        Self { files, names }
    }

    /// The address of a file by its name in templates.
    pub(crate) fn address(&self, name: &str) -> String {
        self.names.get(name).map_or_else(String::new, |address| format!("/static/{address}"))
    }
}

/// `GET /static/{file}`
pub(super) async fn file(State(portal): State<Arc<Portal>>, Path(file): Path<String>) -> Response {
    let Some((media_type, content)) = portal.assets.files.get(&file) else {
        return (StatusCode::NOT_FOUND, "not-found").into_response();
    };
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, *content).into_response()
}
