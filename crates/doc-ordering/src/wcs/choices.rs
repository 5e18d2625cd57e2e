use serde_json::Value as Json;

use crate::{
    form::{Choice, Choices},
    xml::Element,
};

const MOST_CHOICES: usize = 100_000;

/// The choices of an `item` or `items` field: its own, or those of its data source.
pub(super) fn of_field(element: &Element) -> Choices {
    match element.first("data_source").filter(|source| source.text_at(&["type"]).is_some_and(|kind| kind != "None")) {
        Some(source) => of_data_source(source),
        None => Choices::Fixed(
            element
                .first("items")
                .into_iter()
                .flat_map(|items| items.all("item"))
                .map(|item| {
                    let text = item.text().trim().to_owned();
                    Choice::new(text.clone(), text)
                })
                .collect(),
        ),
    }
}

/// The choices of a data source file.
pub(super) fn of_source(root: &Element) -> Choices {
    root.first("data_source").map_or_else(|| Choices::Fixed(Vec::new()), of_data_source)
}

fn of_data_source(source: &Element) -> Choices {
    let kind = source.text_at(&["type"]).unwrap_or_default();
    let value = source.text_at(&["value"]).unwrap_or_default();
    match kind.as_str() {
        "jsonvalue" => fixed(&value).map_or(Choices::Template(value), Choices::Fixed),
        // An address to ask; the application decides whether and how.
        "json" | "jsonp" | "geojson" => Choices::Template(value),
        _ => Choices::Source(kind),
    }
}

/// `[{"id": …, "text": …, …}]`, or `["…"]`. A template isn't JSON.
fn fixed(json: &str) -> Option<Vec<Choice>> {
    let Json::Array(items) = serde_json::from_str(json).ok()? else {
        return None;
    };
    if items.len() > MOST_CHOICES {
        return None;
    }
    items.into_iter().map(choice).collect()
}

fn choice(item: Json) -> Option<Choice> {
    let text_of = |json: &Json| match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(if *truth { "True" } else { "False" }.to_owned()),
        _ => None,
    };
    match item {
        Json::Object(map) => {
            let id = map.get("id").and_then(text_of)?;
            let text = map.get("text").and_then(text_of).unwrap_or_else(|| id.clone());
            let others = map.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "text"));
            let attributes = others.filter_map(|(name, json)| Some((name.clone(), text_of(json)?))).collect();
            Some(Choice { id, text, attributes })
        }
        other => text_of(&other).map(|text| Choice::new(text.clone(), text)),
    }
}
