use std::fmt::Write as _;

use crate::{Action, Definition, Guard, State, Transition, Trigger, Value, Variable, Worklist};

/// Writes a `definition.xml` in the canonical form: parts sorted by id, every attribute written, exits and roles in their order.
///
/// Read again, it is an equal definition, as long as no text has lines that begin with blanks (the format drops those).
#[must_use]
pub fn write(definition: &Definition) -> String {
    let model = definition.model();
    let mut out = Out { text: String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"), depth: 0 };
    let root = [
        ("workflow_id", model.id.as_str()),
        ("title", &model.title),
        ("description", &model.description),
        ("state_variable", &model.state_variable),
        ("initial_state", &model.initial_state),
        ("manager_bypass", boolean(model.manager_bypass)),
    ];
    out.element("dc-workflow", &root, |out| {
        if let Some(guard) = &model.creation_guard {
            out.element("instance-creation-conditions", &[], |out| out.guard(guard));
        }
        model.groups.iter().for_each(|group| out.leaf("group", &[], group));
        model.permissions.iter().for_each(|permission| out.leaf("permission", &[], permission));
        model.states.iter().for_each(|state| out.state(state));
        model.transitions.iter().for_each(|transition| out.transition(transition));
        model.worklists.iter().for_each(|worklist| out.worklist(worklist));
        model.variables.iter().for_each(|variable| out.variable(variable));
        for script in &model.scripts {
            let attributes = [
                ("script_id", script.id.as_str()),
                ("type", &script.kind),
                ("filename", &script.filename),
                ("module", &script.module),
                ("function", &script.function),
            ];
            out.element("script", &attributes, |_| {});
        }
    });
    out.text
}

struct Out {
    text: String,
    depth: usize,
}

impl Out {
    fn state(&mut self, state: &State) {
        self.element("state", &[("state_id", &state.id), ("title", &state.title)], |out| {
            out.description(&state.description);
            state.exits.iter().for_each(|exit| out.element("exit-transition", &[("transition_id", exit)], |_| {}));
            for (permission, set) in &state.permissions {
                let attributes = [("name", permission.as_str()), ("acquired", boolean(set.acquire))];
                out.element("permission-map", &attributes, |out| {
                    set.roles.iter().for_each(|role| out.leaf("permission-role", &[], role));
                });
            }
            for (group, roles) in &state.groups {
                out.element("group-map", &[("name", group)], |out| {
                    roles.iter().for_each(|role| out.leaf("group-role", &[], role));
                });
            }
            for (name, value) in &state.values {
                let (kind, text) = typed(value);
                out.leaf("assignment", &[("name", name), ("type", kind)], &text);
            }
        });
    }

    fn transition(&mut self, transition: &Transition) {
        let trigger = match transition.trigger {
            Trigger::User => "USER",
            Trigger::Automatic => "AUTOMATIC",
        };
        let attributes = [
            ("transition_id", transition.id.as_str()),
            ("title", &transition.title),
            ("new_state", &transition.new_state),
            ("trigger", trigger),
            ("before_script", &transition.before_script),
            ("after_script", &transition.after_script),
        ];
        self.element("transition", &attributes, |out| {
            out.description(&transition.description);
            out.action(transition.action.as_ref());
            out.guard(&transition.guard);
            for (name, expression) in &transition.assignments {
                out.leaf("assignment", &[("name", name)], expression.text());
            }
        });
    }

    fn worklist(&mut self, worklist: &Worklist) {
        self.element("worklist", &[("worklist_id", &worklist.id), ("title", &worklist.title)], |out| {
            out.description(&worklist.description);
            out.action(worklist.action.as_ref());
            out.guard(&worklist.guard);
            for (name, values) in &worklist.matches {
                out.element("match", &[("name", name), ("values", &values.join("; "))], |_| {});
            }
        });
    }

    fn variable(&mut self, variable: &Variable) {
        let attributes = [
            ("variable_id", variable.id.as_str()),
            ("for_catalog", boolean(variable.for_catalog)),
            ("for_status", boolean(variable.for_status)),
            ("update_always", boolean(variable.update_always)),
        ];
        self.element("variable", &attributes, |out| {
            out.description(&variable.description);
            out.element("default", &[], |out| {
                let (kind, text) = typed(&variable.default_value);
                if kind != "string" || !text.is_empty() {
                    out.leaf("value", &[("type", kind)], &text);
                }
                if let Some(expression) = &variable.default_expression {
                    out.leaf("expression", &[], expression.text());
                }
            });
            out.guard(&variable.guard);
        });
    }

    fn guard(&mut self, guard: &Guard) {
        self.element("guard", &[], |out| {
            guard.permissions.iter().for_each(|permission| out.leaf("guard-permission", &[], permission));
            guard.roles.iter().for_each(|role| out.leaf("guard-role", &[], role));
            guard.groups.iter().for_each(|group| out.leaf("guard-group", &[], group));
            if let Some(expression) = &guard.expression {
                out.leaf("guard-expression", &[], expression.text());
            }
        });
    }

    fn action(&mut self, action: Option<&Action>) {
        if let Some(action) = action {
            let attributes = [("url", action.url.as_str()), ("category", &action.category), ("icon", &action.icon)];
            self.leaf("action", &attributes, &action.name);
        }
    }

    fn description(&mut self, text: &str) {
        if !text.is_empty() {
            self.leaf("description", &[], text);
        }
    }

    fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        if text.is_empty() {
            return self.element(name, attributes, |_| {});
        }
        self.open(name, attributes);
        self.text.push('>');
        escape(text, false, &mut self.text);
        let _ = writeln!(self.text, "</{name}>");
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], children: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        let before = self.text.len();
        self.text.push_str(">\n");
        let opened = self.text.len();
        self.depth += 1;
        children(self);
        self.depth -= 1;
        if self.text.len() == opened {
            self.text.truncate(before);
            self.text.push_str("/>\n");
        } else {
            let _ = writeln!(self.text, "{:depth$}</{name}>", "", depth = self.depth);
        }
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "{:depth$}<{name}", "", depth = self.depth);
        for (key, value) in attributes {
            let _ = write!(self.text, " {key}=\"");
            escape(value, true, &mut self.text);
            self.text.push('"');
        }
    }
}

fn boolean(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

fn typed(value: &Value) -> (&'static str, String) {
    match value {
        Value::None => ("none", String::new()),
        Value::Bool(value) => ("bool", boolean(*value).to_owned()),
        Value::Int(value) => ("int", value.to_string()),
        Value::Float(value) => ("float", value.to_string()),
        Value::Time(value) => ("datetime", value.to_rfc3339()),
        Value::Text(text) => ("string", text.clone()),
        // The format has no lists; no reader makes one.
        Value::List(_) => ("string", String::new()),
    }
}

fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' if in_attribute => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            character => out.push(character),
        }
    }
}
