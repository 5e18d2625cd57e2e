use super::{WcsError, choices};
use crate::{
    form::{
        Anonymise, Condition, DateRule, Field, FieldKind, FieldParts, Page, Pattern, PostCondition, Prefill,
        PrefillSource, Template, Validation, ValidationRule, Value,
    },
    xml::Element,
};

/// The pages of a form. Fields before the first page, and a form without pages, stand on a page without id.
pub(super) fn pages(root: &Element) -> Result<Vec<Page>, WcsError> {
    let mut pages: Vec<Page> = Vec::new();
    for element in root.first("fields").into_iter().flat_map(|fields| fields.all("field")) {
        if element.text_at(&["type"]).as_deref() == Some("page") {
            pages.push(page(element)?);
            continue;
        }
        if pages.is_empty() {
            pages.push(without_id());
        }
        if let Some(page) = pages.last_mut() {
            page.fields.push(field(element)?);
        }
    }
    if pages.is_empty() {
        pages.push(without_id());
    }
    Ok(pages)
}

/// The fields of a block.
pub(super) fn of_block(root: &Element) -> Result<Vec<Field>, WcsError> {
    root.first("fields").into_iter().flat_map(|fields| fields.all("field")).map(field).collect()
}

const fn without_id() -> Page {
    Page { id: None, label: String::new(), condition: None, fields: Vec::new(), post_conditions: Vec::new() }
}

fn page(element: &Element) -> Result<Page, WcsError> {
    let mut post_conditions = Vec::new();
    for post in element.first("post_conditions").into_iter().flat_map(|all| all.all("post_condition")) {
        let condition = condition(post).ok_or(WcsError::Missing { what: "condition", line: post.line() })?;
        post_conditions
            .push(PostCondition { condition, message: post.text_at(&["error_message"]).unwrap_or_default() });
    }
    Ok(Page {
        id: Some(id(element)?),
        label: element.text_at(&["label"]).unwrap_or_default(),
        condition: condition(element),
        fields: Vec::new(),
        post_conditions,
    })
}

fn id(element: &Element) -> Result<String, WcsError> {
    element.text_at(&["id"]).ok_or(WcsError::Missing { what: "field id", line: element.line() })
}

/// The condition of a field or page. Another language than Django's can't be read, and is reported as such.
fn condition(element: &Element) -> Option<Condition> {
    let value = element.at(&["condition", "value"])?;
    let text = value.text();
    if text.trim().is_empty() {
        return None;
    }
    let condition = match element.text_at(&["condition", "type"]) {
        Some(language) if language != "django" => Condition::in_language(language, text.trim()),
        _ => Condition::django(text.trim()),
    };
    Some(condition.at_line(value.line()))
}

fn field(element: &Element) -> Result<Field, WcsError> {
    let kind = element.text_at(&["type"]).ok_or(WcsError::Missing { what: "field type", line: element.line() })?;
    let locations = element.first("display_locations");
    Ok(Field::from(FieldParts {
        id: id(element)?,
        varname: element.text_at(&["varname"]),
        label: element.text_at(&["label"]).unwrap_or_default(),
        hint: element.text_at(&["hint"]),
        kind: field_kind(element, &kind),
        required: matches!(element.text_at(&["required"]).as_deref(), Some("True" | "required")),
        condition: condition(element),
        prefill: prefill(element),
        validation: validation(element),
        anonymise: match element.text_at(&["anonymise"]).as_deref() {
            Some("no" | "False") => Anonymise::No,
            Some("intermediate") => Anonymise::Intermediate,
            _ => Anonymise::Final,
        },
        display_locations: locations
            .into_iter()
            .flat_map(Element::elements)
            .map(|location| location.text().trim().to_owned())
            .collect(),
        line: element.line(),
    }))
}

fn field_kind(element: &Element, name: &str) -> FieldKind {
    // Zero means no limit; a template isn't a number, and no limit that could be checked.
    let number = |tag: &str| element.text_at(&[tag]).and_then(|text| text.parse().ok()).filter(|number| *number > 0);
    match name {
        "string" => FieldKind::String { most_characters: number("maxlength") },
        "text" => FieldKind::Text { most_characters: number("maxlength") },
        "comment" => FieldKind::Comment,
        "title" => FieldKind::Title,
        "subtitle" => FieldKind::Subtitle,
        "item" => FieldKind::Item { choices: choices::of_field(element), display: element.text_at(&["display_mode"]) },
        "items" => FieldKind::Items {
            choices: choices::of_field(element),
            least: number("min_choices"),
            most: number("max_choices"),
        },
        "date" => FieldKind::Date(date_rule(element)),
        "email" => FieldKind::Email,
        "bool" => FieldKind::Bool,
        "file" => FieldKind::File { size_limit: element.text_at(&["max_file_size"]) },
        "map" => FieldKind::Map,
        "computed" => {
            FieldKind::Computed { template: Template::parse(&element.text_at(&["value_template"]).unwrap_or_default()) }
        }
        "block" => FieldKind::Block {
            slug: element.text_at(&["block_slug"]).unwrap_or_default(),
            fields: None,
            most_rows: number("max_items"),
        },
        other => match other.strip_prefix("block:") {
            Some(slug) => FieldKind::Block { slug: slug.to_owned(), fields: None, most_rows: number("max_items") },
            None => FieldKind::Other(other.to_owned()),
        },
    }
}

fn date_rule(element: &Element) -> DateRule {
    let is_set = |tag: &str| element.text_at(&[tag]).as_deref() == Some("True");
    let date = |tag: &str| element.text_at(&[tag]).and_then(|text| Value::Text(text).as_date());
    DateRule {
        least: date("minimum_date"),
        most: date("maximum_date"),
        future: is_set("minimum_is_future"),
        past: is_set("date_in_the_past"),
        today: is_set("date_can_be_today"),
    }
}

fn prefill(element: &Element) -> Option<Prefill> {
    let prefill = element.first("prefill")?;
    let kind = prefill.text_at(&["type"])?;
    let value = prefill.text_at(&["value"]).unwrap_or_default();
    let is_set = |tag: &str| prefill.text_at(&[tag]).as_deref() == Some("True");
    Some(Prefill {
        source: match kind.as_str() {
            "user" => PrefillSource::User(value),
            "string" => PrefillSource::Template(Template::parse(&value)),
            "geolocation" => PrefillSource::Geolocation(value),
            _ => PrefillSource::Other(kind, value),
        },
        locked: is_set("locked"),
        unlocked_when_empty: is_set("locked-unless-empty"),
    })
}

fn validation(element: &Element) -> Option<Validation> {
    let validation = element.first("validation")?;
    let kind = validation.text_at(&["type"])?;
    let value = validation.text_at(&["value"]).unwrap_or_default();
    let rule = match kind.as_str() {
        "regex" => ValidationRule::Pattern(Pattern::new(value)),
        "nrn-be" => ValidationRule::NationalNumber,
        "digits" => ValidationRule::Digits,
        "phone" => ValidationRule::Phone,
        "iban" => ValidationRule::Iban,
        "time" => ValidationRule::Time,
        "django" => ValidationRule::Condition(Condition::django(value).at_line(validation.line())),
        _ => ValidationRule::Other(kind),
    };
    Some(Validation { rule, message: validation.text_at(&["error_message"]) })
}
