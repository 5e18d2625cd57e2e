//! What the parts of a definition have in common: attributes, texts, guards, actions, typed values.

use super::{ReadError, model::Sink, xml::Element};
use crate::{Action, Expression, Guard, Value, check::FindingCode};

/// The reference's truth of an attribute.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "true" | "yes" | "1")
}

pub(super) fn flag(element: &Element, name: &str) -> bool {
    element.attribute(name).is_some_and(is_true)
}

/// An attribute that has to be there; `on_missing` stands for it in a lenient reading.
pub(super) fn required(
    element: &Element,
    name: &str,
    on_missing: Option<&str>,
    sink: &mut Sink,
) -> Result<String, ReadError> {
    if let Some(value) = element.attribute(name) {
        return Ok(value.to_owned());
    }
    let error =
        ReadError::MissingAttribute { element: element.name.clone(), attribute: name.to_owned(), place: element.place };
    match on_missing {
        Some(value) => {
            sink.tolerate(error, FindingCode::MissingAttribute, format!("{}@{name}", element.name))?;
            Ok(value.to_owned())
        }
        None => Err(error),
    }
}

/// The one child of a name, if there is one.
pub(super) fn only_child<'a>(element: &'a Element, name: &'a str) -> Result<Option<&'a Element>, ReadError> {
    let mut found = element.all(name);
    let first = found.next();
    match found.next() {
        Some(second) => {
            Err(ReadError::Repeated { parent: element.name.clone(), element: name.to_owned(), place: second.place })
        }
        None => Ok(first),
    }
}

/// Checks that an element holds no other elements than these, and reports attributes that it does not have.
pub(super) fn expect(
    element: &Element,
    attributes: &[&str],
    children: &[&str],
    sink: &mut Sink,
) -> Result<(), ReadError> {
    for child in element.children.iter().filter(|child| !children.contains(&child.name.as_str())) {
        let error =
            ReadError::UnknownElement { parent: element.name.clone(), element: child.name.clone(), place: child.place };
        sink.tolerate(error, FindingCode::UnknownElement, format!("{}/{}", element.name, child.name))?;
    }
    for (name, _) in &element.attributes {
        // Namespaces and translation domains are not the importer's.
        if !name.contains(':') && name != "xmlns" && !attributes.contains(&name.as_str()) {
            sink.note(FindingCode::IgnoredAttribute, format!("{}@{name}", element.name), element.place);
        }
    }
    Ok(())
}

pub(super) fn description(element: &Element) -> String {
    // The reference takes the first.
    element.all("description").next().map(Element::line_text).unwrap_or_default()
}

/// The guard of an element. In a guard nothing is overlooked, in either reading.
pub(super) fn guard(parent: &Element, sink: &mut Sink) -> Result<Guard, ReadError> {
    let Some(element) = only_child(parent, "guard")? else {
        let error =
            ReadError::MissingElement { element: parent.name.clone(), child: "guard".to_owned(), place: parent.place };
        sink.tolerate(error, FindingCode::MissingGuard, sink_subject(parent))?;
        return Ok(Guard::open());
    };
    no_text(element)?;
    let mut guard = Guard::open();
    for child in &element.children {
        if let Some(inner) = child.children.first() {
            return Err(unknown(child, inner));
        }
        match child.name.as_str() {
            "guard-permission" => guard.permissions.extend(names(child)?),
            "guard-role" => guard.roles.extend(names(child)?),
            "guard-group" => guard.groups.extend(names(child)?),
            "guard-expression" => {}
            _ => return Err(unknown(element, child)),
        }
    }
    guard.expression = match only_child(element, "guard-expression")? {
        Some(child) => expression(child, sink)?,
        None => None,
    };
    Ok(guard)
}

/// An expression element; empty, it is none.
pub(super) fn expression(element: &Element, sink: &mut Sink) -> Result<Option<Expression>, ReadError> {
    let text = element.line_text();
    if text.is_empty() {
        return Ok(None);
    }
    match Expression::parse(text.as_str()) {
        Ok(expression) => Ok(Some(expression)),
        Err(error) => {
            let error = ReadError::Expression { error, place: element.place };
            sink.tolerate(error, FindingCode::UnreadableExpression, text.clone())?;
            Ok(Some(Expression::unreadable(text)))
        }
    }
}

/// The name in an element, or several between semicolons. None at all would make the part of the guard vanish.
fn names(element: &Element) -> Result<Vec<String>, ReadError> {
    let text = element.line_text();
    let names: Vec<String> = text.split(';').map(|name| name.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) {
        return Err(ReadError::Value {
            element: element.name.clone(),
            attribute: "text".to_owned(),
            wanted: "name",
            place: element.place,
        });
    }
    Ok(names)
}

fn no_text(element: &Element) -> Result<(), ReadError> {
    if element.text.trim().is_empty() {
        return Ok(());
    }
    Err(ReadError::StrayText { element: element.name.clone(), place: element.place })
}

fn unknown(parent: &Element, child: &Element) -> ReadError {
    ReadError::UnknownElement { parent: parent.name.clone(), element: child.name.clone(), place: child.place }
}

fn sink_subject(element: &Element) -> String {
    let id = ["transition_id", "variable_id", "worklist_id"].iter().find_map(|name| element.attribute(name));
    id.unwrap_or(&element.name).to_owned()
}

pub(super) fn action(parent: &Element, sink: &mut Sink) -> Result<Option<Action>, ReadError> {
    let Some(element) = only_child(parent, "action")? else {
        return Ok(None);
    };
    expect(element, &["url", "category", "icon"], &[], sink)?;
    Ok(Some(Action {
        name: element.line_text(),
        url: required(element, "url", Some(""), sink)?,
        category: required(element, "category", Some(""), sink)?,
        icon: element.attribute("icon").unwrap_or_default().to_owned(),
    }))
}

/// A typed value. A type that the format does not have is a text, as the reference reads it.
pub(super) fn value(element: &Element, kind: &str) -> Result<Value, ReadError> {
    let text = element.line_text();
    let wrong = |wanted| ReadError::Value {
        element: element.name.clone(),
        attribute: "text".to_owned(),
        wanted,
        place: element.place,
    };
    Ok(match kind {
        "none" => Value::None,
        "bool" => Value::Bool(is_true(&text)),
        "int" => Value::Int(text.trim().parse().map_err(|_| wrong("whole number"))?),
        "float" => Value::Float(text.trim().parse().map_err(|_| wrong("number"))?),
        "datetime" => Value::Time(instant(&text).ok_or_else(|| wrong("date and time"))?),
        _ => Value::Text(text),
    })
}

/// Zope's way to write an instant, `2008/01/31 12:00:00 GMT+1`, or RFC 3339.
fn instant(text: &str) -> Option<chrono::DateTime<chrono::Utc>> {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc));
    }
    let (naive, zone) = match text.split_once(" GMT") {
        Some((naive, zone)) => (naive, if zone.is_empty() { 0 } else { zone.parse::<i64>().ok()? }),
        None => (text.trim_end_matches(" UTC"), 0),
    };
    let naive = NaiveDateTime::parse_from_str(naive, "%Y/%m/%d %H:%M:%S%.f")
        .ok()
        .or_else(|| NaiveDate::parse_from_str(naive, "%Y/%m/%d").ok()?.and_hms_opt(0, 0, 0))?;
    Some((naive - chrono::TimeDelta::try_hours(zone)?).and_utc())
}
