use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, FindingCode};
use crate::{Definition, Model};

/// The structural faults of a definition. Those that only its file shows, a repeated state or permission map, are among the
/// findings of its [`Reading`](crate::dcworkflow::Reading).
#[must_use]
pub fn structure(definition: &Definition) -> Vec<Finding> {
    let model = definition.model();
    let mut found = Vec::new();
    exits(definition, &mut found);
    targets(definition, &mut found);
    reach(definition, &mut found);
    permissions(model, &mut found);
    found
}

/// Whether the id of a workflow is the name of the folder that holds its file.
#[must_use]
pub fn folder_name(definition: &Definition, folder: &str) -> Option<Finding> {
    (definition.id() != folder).then(|| Finding::new(FindingCode::IdMismatch, definition.id()))
}

fn exits(definition: &Definition, found: &mut Vec<Finding>) {
    let states = &definition.model().states;
    let used: BTreeSet<&str> = states.iter().flat_map(|state| &state.exits).map(String::as_str).collect();
    for exit in used.iter().filter(|exit| definition.transition(exit).is_none()) {
        found.push(Finding::new(FindingCode::DanglingExit, *exit));
    }
    for transition in definition.model().transitions.iter().filter(|one| !used.contains(one.id.as_str())) {
        found.push(Finding::new(FindingCode::OrphanTransition, &transition.id));
    }
}

fn targets(definition: &Definition, found: &mut Vec<Finding>) {
    for transition in &definition.model().transitions {
        let target = &transition.new_state;
        if !target.is_empty() && definition.state(target).is_none() {
            found.push(Finding::new(FindingCode::UndefinedTarget, format!("{}->{target}", transition.id)));
        }
    }
}

fn reach(definition: &Definition, found: &mut Vec<Finding>) {
    let mut reached = BTreeSet::new();
    let mut next = vec![definition.model().initial_state.as_str()];
    while let Some(id) = next.pop() {
        if let Some(state) = definition.state(id)
            && reached.insert(id)
        {
            next.extend(definition.exits(state).map(|transition| transition.new_state.as_str()));
        }
    }
    for state in definition.model().states.iter().filter(|state| !reached.contains(state.id.as_str())) {
        found.push(Finding::new(FindingCode::Unreachable, &state.id));
    }
}

fn permissions(model: &Model, found: &mut Vec<Finding>) {
    let mut declared: BTreeMap<&str, usize> = BTreeMap::new();
    model.permissions.iter().for_each(|permission| *declared.entry(permission).or_default() += 1);
    for (permission, _) in declared.iter().filter(|(_, times)| **times > 1) {
        found.push(Finding::new(FindingCode::DuplicatePermission, *permission));
    }
    let set = model.states.iter().flat_map(|state| &state.permissions).map(|(permission, _)| permission.as_str());
    for permission in set.collect::<BTreeSet<_>>() {
        if !declared.contains_key(permission) {
            found.push(Finding::new(FindingCode::UndeclaredPermission, permission));
        }
    }
    for state in &model.states {
        for permission in declared.keys() {
            if !state.permissions.iter().any(|(set, _)| set == permission) {
                found.push(Finding::new(FindingCode::MissingPermission, format!("{}:{permission}", state.id)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Guard, PermissionRoles, State, Transition};

    fn codes(model: Model) -> Vec<(&'static str, String)> {
        let definition = Definition::new(model).unwrap();
        structure(&definition).into_iter().map(|finding| (finding.code.code(), finding.subject)).collect()
    }

    fn sound() -> Model {
        let mut model = Model::new("permit", "draft");
        model.permissions = vec!["View".to_owned()];
        let mut draft = State::new("draft", ["submit"]);
        draft.permissions = vec![("View".to_owned(), PermissionRoles::only(["Owner"]))];
        let mut asked = State::new("asked", [""; 0]);
        asked.permissions = draft.permissions.clone();
        model.states = vec![draft, asked];
        model.transitions = vec![Transition::new("submit", "asked", Guard::open())];
        model
    }

    #[test]
    fn a_sound_definition_has_no_finding() {
        assert_eq!(codes(sound()), []);
    }

    #[test]
    fn each_fault_is_found_where_it_is() {
        let mut model = sound();
        model.states[0].exits.push("vanish".to_owned());
        model.states.push(State::new("lost", ["submit"]));
        model.states[1].permissions.push(("Edit".to_owned(), PermissionRoles::default()));
        model.permissions.push("View".to_owned());
        model.transitions.push(Transition::new("approve", "approved", Guard::open()));
        model.transitions.push(Transition::new("remark", "", Guard::open()));
        let wanted = [
            ("dangling-exit", "vanish"),
            ("orphan-trans", "approve"),
            ("orphan-trans", "remark"),
            ("undef-target", "approve->approved"),
            ("unreachable", "lost"),
            ("dup-permission-decl", "View"),
            ("perm-undeclared", "Edit"),
            ("perm-missing-in-states", "lost:View"),
        ];
        assert_eq!(codes(model), wanted.map(|(code, subject)| (code, subject.to_owned())));
    }

    #[test]
    fn a_folder_of_another_name_is_found() {
        let definition = Definition::new(sound()).unwrap();
        assert_eq!(folder_name(&definition, "permit"), None);
        assert_eq!(folder_name(&definition, "permits").unwrap().subject, "permit");
    }
}
