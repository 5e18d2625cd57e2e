use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use communes_business_directory::{
    Directory, PublicAddress, PublicEntry, Query as Search,
    register::{EntityKey, Presence},
};
use communes_map_portlet::{Description, ElementId, HtmlPortlet, Layer, LonLat, MapDocument, Place, SafeLink};
use serde::Deserialize;

use super::{page::Page, visit::Visit};
use crate::failure::Failure;

const A_PAGE: usize = 20;
const MOST_CHARACTERS: usize = 200;

#[derive(Template)]
#[template(path = "directory/search.html")]
struct SearchPage {
    page: Page,
    query: String,
    /// Nothing was asked yet.
    is_blank: bool,
    total: usize,
    map: String,
    before: Option<String>,
    after: Option<String>,
    as_of: Option<chrono::NaiveDate>,
}

#[derive(Template)]
#[template(path = "directory/entry.html")]
struct EntryPage {
    page: Page,
    name: String,
    entry: PublicEntry,
    address: Option<String>,
    website: Option<String>,
    establishments: Vec<(String, String, String)>,
    enterprise: Option<String>,
    map: Option<String>,
    is_gone: bool,
    as_of: Option<chrono::NaiveDate>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    page: Option<usize>,
}

/// `GET /directory?q=…&page=…`
pub(super) async fn search(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let directory = &visit.portal().directory;
    let text: String = asked.q.trim().chars().take(MOST_CHARACTERS).collect();
    let number = asked.page.unwrap_or(1).clamp(1, 50);
    let offset = (number - 1) * A_PAGE;
    let query = Search::new(text.clone(), visit.lang(), visit.today()).part(offset, A_PAGE);
    let hits = directory.search(&query).await?;
    let mut page = visit.page("directory", "directory-title");
    if !text.is_empty() {
        page = page.clone().titled(page.with("directory-results-for", "query", &text));
    }
    let places = hits.hits.iter().map(|hit| place(&hit.entry));
    let first = u32::try_from(offset).unwrap_or_default() + 1;
    let id = ElementId::new("results").map_err(|error| Failure::internal("map", error))?;
    let map = MapDocument::new(id, page.t("directory-results"), visit.lang())
        .with_layer(Layer::new(places.collect()))
        .numbered_from(first);
    let link = |number: usize| {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &text)
            .append_pair("page", &number.to_string())
            .finish();
        format!("/directory?{query}")
    };
    let view = SearchPage {
        is_blank: text.is_empty(),
        total: hits.total,
        map: if hits.hits.is_empty() { String::new() } else { HtmlPortlet::new().render(&map).html },
        before: (number > 1).then(|| link(number - 1)),
        after: (offset + hits.hits.len() < hits.total).then(|| link(number + 1)),
        as_of: directory.extract().await?.map(|checkpoint| checkpoint.snapshot),
        query: text,
        page,
    };
    visit.show(&view)
}

/// `GET /directory/{number}`
pub(super) async fn entry(visit: Visit, Path(number): Path<String>) -> Result<Response, Failure> {
    let key: EntityKey = number.parse().map_err(|_| Failure::not_found())?;
    let directory = &visit.portal().directory;
    let shown = directory.show(key, visit.lang(), visit.today()).await?;
    // Whether something is withheld is nobody's business: it is not there.
    let entry = shown.and_then(Result::ok).ok_or_else(Failure::not_found)?;
    let page = visit.page("directory", "directory-title").titled(entry.name.value.clone());
    let map = match &entry.place {
        Some(_) => {
            let id = ElementId::new("where").map_err(|error| Failure::internal("map", error))?;
            let map =
                MapDocument::new(id, page.t("entry-where"), visit.lang()).with_layer(Layer::new(vec![place(&entry)]));
            Some(HtmlPortlet::new().render(&map).html)
        }
        None => None,
    };
    let view = EntryPage {
        name: entry.name.value.clone(),
        address: entry.address.as_ref().map(|address| line(&address.value)),
        website: entry.website.as_ref().and_then(|website| web_address(&website.value)),
        establishments: establishments(directory, &visit, key).await?,
        enterprise: entry.enterprise.map(communes_civil::EnterpriseNumber::digits),
        is_gone: matches!(entry.presence, Presence::Gone { .. }),
        as_of: directory.extract().await?.map(|checkpoint| checkpoint.snapshot),
        map,
        entry,
        page,
    };
    visit.show(&view)
}

async fn establishments(
    directory: &Directory,
    visit: &Visit,
    key: EntityKey,
) -> Result<Vec<(String, String, String)>, Failure> {
    let EntityKey::Enterprise(number) = key else {
        return Ok(Vec::new());
    };
    let found = directory.establishments(number, visit.lang(), visit.today(), None, 100).await?;
    let row = |entry: PublicEntry| {
        let address = entry.address.as_ref().map(|address| line(&address.value)).unwrap_or_default();
        (entry.key.digits(), entry.name.value, address)
    };
    Ok(found.items.into_iter().map(row).collect())
}

/// An entry as the map and its list show one.
fn place(entry: &PublicEntry) -> Place {
    let mut place = Place::new(entry.name.value.clone());
    if let Ok(link) = SafeLink::new(&format!("/directory/{}", entry.key.digits())) {
        place = place.with_link(link);
    }
    if let Some(address) = &entry.address {
        place = place.with_address(line(&address.value));
    }
    if let Some(activity) = entry.activities.iter().find_map(|activity| activity.label.as_deref()) {
        place = place.with_description(Description::Text(activity.to_owned()));
    }
    let point =
        entry.place.as_ref().and_then(|place| LonLat::new(place.value.longitude(), place.value.latitude()).ok());
    match point {
        Some(point) => place.at(point),
        None => place,
    }
}

/// An address in one line.
fn line(address: &PublicAddress) -> String {
    let street = [&address.street, &address.house_number, &address.box_number];
    let street = street.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
    let locality = [&address.postcode, &address.locality].into_iter().flatten().map(String::as_str);
    let locality = locality.collect::<Vec<_>>().join(" ");
    let parts = [Some(street), address.extra.clone(), Some(locality), address.country.clone()];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// An address of the web, as a register writes them, often without a scheme; nothing where it can't be one.
fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = url::Url::parse(&with_scheme).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.')))
        .then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::web_address;

    #[test]
    fn only_the_web_is_linked() {
        assert_eq!(web_address("www.lamiedoree.example").as_deref(), Some("https://www.lamiedoree.example/"));
        assert_eq!(web_address("http://a.example/b").as_deref(), Some("http://a.example/b"));
        for text in ["javascript://a.example/%0aalert(1)", "n/a", "", "ftp://a.example"] {
            assert_eq!(web_address(text), None, "{text}");
        }
    }
}
