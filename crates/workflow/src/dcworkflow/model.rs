//! The parts of a definition, element by element.

use super::{
    Mode, ReadError,
    error::Place,
    part::{action, description, expect, expression, flag, guard, only_child, required, value},
    xml::Element,
};
use crate::{
    Model, PermissionRoles, Script, State, Transition, Trigger, Value, Variable, Worklist,
    check::{Finding, FindingCode},
};

/// Where findings go, and how much is tolerated.
pub(super) struct Sink {
    mode: Mode,
    pub(super) findings: Vec<Finding>,
}

impl Sink {
    pub(super) fn new(mode: Mode) -> Self {
        Self { mode, findings: Vec::new() }
    }

    /// An error in a strict reading, a finding in a lenient one.
    pub(super) fn tolerate(&mut self, error: ReadError, code: FindingCode, subject: String) -> Result<(), ReadError> {
        if self.mode == Mode::Strict {
            return Err(error);
        }
        self.findings.push(Finding { code, subject, place: error.place() });
        Ok(())
    }

    pub(super) fn note(&mut self, code: FindingCode, subject: String, place: Place) {
        self.findings.push(Finding { code, subject, place: Some(place) });
    }
}

const ROOT_ATTRIBUTES: [&str; 6] =
    ["workflow_id", "title", "description", "manager_bypass", "state_variable", "initial_state"];
const ROOT_CHILDREN: [&str; 8] =
    ["instance-creation-conditions", "group", "permission", "state", "transition", "worklist", "variable", "script"];

pub(super) fn model(root: &Element, sink: &mut Sink) -> Result<Model, ReadError> {
    expect(root, &ROOT_ATTRIBUTES, &ROOT_CHILDREN, sink)?;
    let mut model =
        Model::new(required(root, "workflow_id", None, sink)?, required(root, "initial_state", None, sink)?);
    model.title = required(root, "title", Some(""), sink)?;
    model.description = root.attribute("description").unwrap_or_default().to_owned();
    model.state_variable = required(root, "state_variable", Some("state"), sink)?;
    model.manager_bypass = flag(root, "manager_bypass");
    if let Some(conditions) = only_child(root, "instance-creation-conditions")? {
        expect(conditions, &[], &["guard"], sink)?;
        model.creation_guard = Some(guard(conditions, sink)?);
    }
    model.groups = root.all("group").map(Element::line_text).collect();
    model.permissions = root.all("permission").map(Element::line_text).collect();
    for element in root.all("state") {
        let read = state(element, sink)?;
        match model.states.iter_mut().find(|known| known.id == read.id) {
            Some(known) => {
                sink.note(FindingCode::DuplicateState, read.id.clone(), element.place);
                merge(known, read);
            }
            None => model.states.push(read),
        }
    }
    for element in root.all("transition") {
        let read = transition(element, sink)?;
        put(&mut model.transitions, read, |one| &one.id, element, sink);
    }
    for element in root.all("variable") {
        let read = variable(element, sink)?;
        put(&mut model.variables, read, |one| &one.id, element, sink);
    }
    for element in root.all("worklist") {
        let read = worklist(element, sink)?;
        put(&mut model.worklists, read, |one| &one.id, element, sink);
    }
    for element in root.all("script") {
        let read = script(element, sink)?;
        put(&mut model.scripts, read, |one| &one.id, element, sink);
    }
    Ok(model)
}

/// Puts a part in its place; a later one of the same id replaces the earlier.
fn put<T>(parts: &mut Vec<T>, part: T, id: impl Fn(&T) -> &String, element: &Element, sink: &mut Sink) {
    match parts.iter_mut().find(|known| id(known) == id(&part)) {
        Some(known) => {
            sink.note(FindingCode::DuplicateElement, format!("{}:{}", element.name, id(&part)), element.place);
            *known = part;
        }
        None => parts.push(part),
    }
}

fn merge(known: &mut State, later: State) {
    known.title = later.title;
    known.description = later.description;
    known.exits = later.exits;
    known.groups = later.groups;
    known.values = later.values;
    for (permission, roles) in later.permissions {
        set(&mut known.permissions, permission, roles);
    }
}

/// Sets an entry; answers whether there was one.
fn set<T>(entries: &mut Vec<(String, T)>, name: String, value: T) -> bool {
    match entries.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => {
            *known = value;
            true
        }
        None => {
            entries.push((name, value));
            false
        }
    }
}

fn state(element: &Element, sink: &mut Sink) -> Result<State, ReadError> {
    let children = ["description", "exit-transition", "permission-map", "group-map", "assignment"];
    expect(element, &["state_id", "title"], &children, sink)?;
    let mut state = State { id: required(element, "state_id", None, sink)?, ..State::default() };
    state.title = required(element, "title", Some(""), sink)?;
    state.description = description(element);
    for exit in element.all("exit-transition") {
        expect(exit, &["transition_id"], &[], sink)?;
        state.exits.push(required(exit, "transition_id", None, sink)?);
    }
    for map in element.all("permission-map") {
        expect(map, &["name", "acquired"], &["permission-role"], sink)?;
        let permission = required(map, "name", None, sink)?;
        let roles = map.all("permission-role").map(Element::line_text).collect();
        let roles = PermissionRoles { acquire: flag(map, "acquired"), roles };
        if set(&mut state.permissions, permission.clone(), roles) {
            sink.note(FindingCode::DuplicatePermissionMap, format!("{}:{permission}", state.id), map.place);
        }
    }
    for map in element.all("group-map") {
        expect(map, &["name"], &["group-role"], sink)?;
        let group = required(map, "name", None, sink)?;
        set(&mut state.groups, group, map.all("group-role").map(Element::line_text).collect());
    }
    for assignment in element.all("assignment") {
        expect(assignment, &["name", "type"], &[], sink)?;
        let name = required(assignment, "name", None, sink)?;
        let kind = required(assignment, "type", Some("string"), sink)?;
        set(&mut state.values, name, value(assignment, &kind)?);
    }
    Ok(state)
}

fn transition(element: &Element, sink: &mut Sink) -> Result<Transition, ReadError> {
    let attributes = ["transition_id", "title", "new_state", "trigger", "before_script", "after_script"];
    expect(element, &attributes, &["description", "action", "guard", "assignment"], sink)?;
    let mut transition = Transition { id: required(element, "transition_id", None, sink)?, ..Transition::default() };
    transition.title = required(element, "title", Some(""), sink)?;
    transition.description = description(element);
    transition.new_state = required(element, "new_state", None, sink)?;
    transition.trigger = match required(element, "trigger", None, sink)?.as_str() {
        "USER" => Trigger::User,
        "AUTOMATIC" => Trigger::Automatic,
        _ => {
            return Err(ReadError::Value {
                element: element.name.clone(),
                attribute: "trigger".to_owned(),
                wanted: "USER or AUTOMATIC",
                place: element.place,
            });
        }
    };
    transition.before_script = required(element, "before_script", Some(""), sink)?;
    transition.after_script = required(element, "after_script", Some(""), sink)?;
    transition.action = action(element, sink)?;
    transition.guard = guard(element, sink)?;
    for assignment in element.all("assignment") {
        expect(assignment, &["name"], &[], sink)?;
        let name = required(assignment, "name", None, sink)?;
        if let Some(expression) = expression(assignment, sink)? {
            set(&mut transition.assignments, name, expression);
        }
    }
    Ok(transition)
}

fn variable(element: &Element, sink: &mut Sink) -> Result<Variable, ReadError> {
    let attributes = ["variable_id", "for_catalog", "for_status", "update_always"];
    expect(element, &attributes, &["description", "default", "guard"], sink)?;
    let mut variable = Variable { id: required(element, "variable_id", None, sink)?, ..Variable::default() };
    variable.description = description(element);
    variable.for_catalog = flag(element, "for_catalog");
    variable.for_status = flag(element, "for_status");
    variable.update_always = flag(element, "update_always");
    variable.default_value = Value::from("");
    if let Some(default) = only_child(element, "default")? {
        expect(default, &[], &["value", "expression"], sink)?;
        if let Some(found) = only_child(default, "value")? {
            expect(found, &["type"], &[], sink)?;
            variable.default_value = value(found, found.attribute("type").unwrap_or_default())?;
        }
        if let Some(found) = only_child(default, "expression")? {
            variable.default_expression = expression(found, sink)?;
        }
    }
    variable.guard = guard(element, sink)?;
    Ok(variable)
}

fn worklist(element: &Element, sink: &mut Sink) -> Result<Worklist, ReadError> {
    expect(element, &["worklist_id", "title"], &["description", "action", "guard", "match"], sink)?;
    let mut worklist = Worklist { id: required(element, "worklist_id", None, sink)?, ..Worklist::default() };
    worklist.title = required(element, "title", Some(""), sink)?;
    worklist.description = description(element);
    worklist.action = action(element, sink)?;
    worklist.guard = guard(element, sink)?;
    for found in element.all("match") {
        expect(found, &["name", "values"], &[], sink)?;
        let name = required(found, "name", None, sink)?;
        let values = required(found, "values", None, sink)?;
        // Blanks after a semicolon belong to it; those before the first value are its own.
        let values = values.split(';').enumerate().map(|(place, value)| match place {
            0 => value.to_owned(),
            _ => value.trim_start_matches(' ').to_owned(),
        });
        set(&mut worklist.matches, name, values.collect());
    }
    worklist.matches.sort_by(|one, two| one.0.cmp(&two.0));
    Ok(worklist)
}

fn script(element: &Element, sink: &mut Sink) -> Result<Script, ReadError> {
    expect(element, &["script_id", "type", "module", "function", "filename"], &[], sink)?;
    Ok(Script {
        id: required(element, "script_id", None, sink)?,
        kind: required(element, "type", Some(""), sink)?,
        module: element.attribute("module").unwrap_or_default().to_owned(),
        function: element.attribute("function").unwrap_or_default().to_owned(),
        filename: required(element, "filename", Some(""), sink)?,
    })
}
