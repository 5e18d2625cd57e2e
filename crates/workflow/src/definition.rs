use std::fmt;

use communes_ledger::Fingerprint;
use serde::Serialize;

use crate::{Expression, Guard, PermissionRoles, Value};

/// A workflow: its states, its transitions and what they ask for. Immutable; known by its id and its [`DefinitionDigest`].
///
/// It comes from a file ([`dcworkflow::read`](crate::dcworkflow::read)) or from a [`Model`] that a program composed.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    model: Model,
    digest: DefinitionDigest,
}

/// The parts of a [`Definition`], to be composed or read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Model {
    /// The id of the workflow.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The variable that holds the state: Plone says `review_state`.
    pub state_variable: String,
    /// The state in which an instance starts.
    pub initial_state: String,
    /// Whether the role Manager passes every guard.
    pub manager_bypass: bool,
    /// The permissions that the workflow manages, sorted.
    pub permissions: Vec<String>,
    /// The groups that the workflow manages.
    pub groups: Vec<String>,
    /// Who may start an instance; `None`: anybody.
    pub creation_guard: Option<Guard>,
    /// The states, sorted by id.
    pub states: Vec<State>,
    /// The transitions, sorted by id.
    pub transitions: Vec<Transition>,
    /// The variables, sorted by id.
    pub variables: Vec<Variable>,
    /// The worklists, sorted by id.
    pub worklists: Vec<Worklist>,
    /// The scripts, sorted by id: names of hooks, never code.
    pub scripts: Vec<Script>,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct State {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The transitions that leave it, in the order in which automatic ones are tried.
    pub exits: Vec<String>,
    /// The roles of each permission that the state sets, sorted by permission.
    pub permissions: Vec<(String, PermissionRoles)>,
    /// The roles of each group, sorted by group.
    pub groups: Vec<(String, Vec<String>)>,
    /// The values that variables take on entering, sorted by variable.
    pub values: Vec<(String, Value)>,
}

/// What makes a transition fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum Trigger {
    /// Somebody asks for it.
    #[default]
    User,
    /// It fires as soon as its guard lets it.
    Automatic,
}

/// How a transition or a worklist is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Action {
    /// The words on the button.
    pub name: String,
    /// A Zope URL template; kept, not used.
    pub url: String,
    /// An icon; kept, not used.
    pub icon: String,
    /// A category of Plone's menus; kept, not used.
    pub category: String,
}

/// A transition.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Transition {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The state to which it leads; empty: it stays in the same state, with all else that a transition does.
    pub new_state: String,
    /// What makes it fire.
    pub trigger: Trigger,
    /// The script before it; empty: none.
    pub before_script: String,
    /// The script after it; empty: none.
    pub after_script: String,
    /// How it is shown.
    pub action: Option<Action>,
    /// What it asks for.
    pub guard: Guard,
    /// What variables become, in the order of the file.
    pub assignments: Vec<(String, Expression)>,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Variable {
    /// Its id.
    pub id: String,
    /// Its description.
    pub description: String,
    /// Whether it is for a catalogue.
    pub for_catalog: bool,
    /// Whether each record of the history holds it.
    pub for_status: bool,
    /// Whether it is computed anew at every transition rather than kept.
    pub update_always: bool,
    /// Its default.
    pub default_value: Value,
    /// An expression that gives its default, in place of the value.
    pub default_expression: Option<Expression>,
    /// Who may see it.
    pub guard: Guard,
}

/// A worklist.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Worklist {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The values of variables that it shows, sorted by variable.
    pub matches: Vec<(String, Vec<String>)>,
    /// How it is shown.
    pub action: Option<Action>,
    /// Who may see it.
    pub guard: Guard,
}

/// A named hook. The code that Zope ran lies outside the definition, and is not run here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Script {
    /// Its id.
    pub id: String,
    /// Zope's type: `External Method`, `Script (Python)`.
    pub kind: String,
    /// The module that holds it.
    pub module: String,
    /// The function in the module.
    pub function: String,
    /// The file that holds it.
    pub filename: String,
}

/// The SHA-256 of a definition's model: two definitions with the same digest do the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionDigest([u8; 32]);

/// A text that is no [`DefinitionDigest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a definition digest is 64 hexadecimal digits")]
pub struct DefinitionDigestError;

/// Parts that are no workflow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// The initial state is not among the states.
    #[error("the initial state {state:?} is not a state of workflow {workflow:?}")]
    InitialState {
        /// The workflow.
        workflow: String,
        /// The state that it names.
        state: String,
    },
    /// Two parts of one kind have the same id.
    #[error("workflow {workflow:?} has two {kind} with the id {id:?}")]
    Duplicate {
        /// The workflow.
        workflow: String,
        /// `states`, `transitions`, `variables` or `worklists`.
        kind: &'static str,
        /// The id.
        id: String,
    },
}

impl DefinitionError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InitialState { .. } => "initial-state",
            Self::Duplicate { .. } => "duplicate-id",
        }
    }
}

impl Model {
    /// A workflow without states.
    #[must_use]
    pub fn new(id: impl Into<String>, initial_state: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            title: String::new(),
            description: String::new(),
            state_variable: "review_state".to_owned(),
            initial_state: initial_state.into(),
            manager_bypass: false,
            permissions: Vec::new(),
            groups: Vec::new(),
            creation_guard: None,
            states: Vec::new(),
            transitions: Vec::new(),
            variables: Vec::new(),
            worklists: Vec::new(),
            scripts: Vec::new(),
        }
    }
}

impl Definition {
    /// Takes the parts, sorts them and computes the digest.
    ///
    /// Faults that a running workflow can live with are no errors here: [`check`](crate::check) finds them.
    ///
    /// # Errors
    /// The initial state is not among the states, or an id stands twice.
    pub fn new(mut model: Model) -> Result<Self, DefinitionError> {
        model.permissions.sort();
        model.states.sort_by(|one, two| one.id.cmp(&two.id));
        model.transitions.sort_by(|one, two| one.id.cmp(&two.id));
        model.variables.sort_by(|one, two| one.id.cmp(&two.id));
        model.worklists.sort_by(|one, two| one.id.cmp(&two.id));
        model.scripts.sort_by(|one, two| one.id.cmp(&two.id));
        for state in &mut model.states {
            state.permissions.sort_by(|one, two| one.0.cmp(&two.0));
            state.groups.sort();
            state.values.sort_by(|one, two| one.0.cmp(&two.0));
        }
        let repeated = [
            ("states", repeated(model.states.iter().map(|state| &state.id))),
            ("transitions", repeated(model.transitions.iter().map(|transition| &transition.id))),
            ("variables", repeated(model.variables.iter().map(|variable| &variable.id))),
            ("worklists", repeated(model.worklists.iter().map(|worklist| &worklist.id))),
        ];
        for (kind, id) in repeated {
            if let Some(id) = id {
                return Err(DefinitionError::Duplicate { workflow: model.id, kind, id });
            }
        }
        if !model.states.iter().any(|state| state.id == model.initial_state) {
            return Err(DefinitionError::InitialState { workflow: model.id, state: model.initial_state });
        }
        let digest = DefinitionDigest::of(&model);
        Ok(Self { model, digest })
    }

    /// The id of the workflow.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.model.id
    }

    /// The digest, which tells this version from others of the same id.
    #[must_use]
    pub fn digest(&self) -> DefinitionDigest {
        self.digest
    }

    /// All its parts.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// A state by its id.
    #[must_use]
    pub fn state(&self, id: &str) -> Option<&State> {
        let states = &self.model.states;
        states.binary_search_by(|state| state.id.as_str().cmp(id)).ok().map(|place| &states[place])
    }

    /// A transition by its id.
    #[must_use]
    pub fn transition(&self, id: &str) -> Option<&Transition> {
        let transitions = &self.model.transitions;
        transitions.binary_search_by(|transition| transition.id.as_str().cmp(id)).ok().map(|place| &transitions[place])
    }

    /// The transitions that leave a state, in order; exits that are not defined are left out.
    pub fn exits<'a>(&'a self, state: &'a State) -> impl Iterator<Item = &'a Transition> {
        state.exits.iter().filter_map(|id| self.transition(id))
    }

    /// Whether nothing leads out of a state.
    #[must_use]
    pub fn is_final(&self, state: &str) -> bool {
        self.state(state).is_none_or(|state| self.exits(state).next().is_none())
    }

    /// What a state sets for a permission on its objects: nothing for a permission that the workflow does not manage; for one
    /// that it manages and the state does not mention, an empty list that acquires.
    #[must_use]
    pub fn permission_roles<'a>(&self, state: &'a State, permission: &str) -> Option<&'a PermissionRoles> {
        self.model.permissions.binary_search_by(|managed| managed.as_str().cmp(permission)).ok()?;
        // An empty list that acquires is as good as nothing set.
        let found = state.permissions.binary_search_by(|(name, _)| name.as_str().cmp(permission));
        found.ok().map(|place| &state.permissions[place].1)
    }
}

fn repeated<'a>(sorted: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut previous: Option<&String> = None;
    for id in sorted {
        if previous == Some(id) {
            return Some(id.clone());
        }
        previous = Some(id);
    }
    None
}

impl State {
    /// A state with its exits.
    #[must_use]
    pub fn new<T: Into<String>>(id: impl Into<String>, exits: impl IntoIterator<Item = T>) -> Self {
        Self { id: id.into(), exits: exits.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The title, or the id where there is none.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.title.is_empty() { &self.id } else { &self.title }
    }
}

impl Transition {
    /// A transition that a user triggers.
    #[must_use]
    pub fn new(id: impl Into<String>, new_state: impl Into<String>, guard: Guard) -> Self {
        Self { id: id.into(), new_state: new_state.into(), guard, ..Self::default() }
    }

    /// The words on its button: the action's name, else the title, else the id.
    #[must_use]
    pub fn label(&self) -> &str {
        let named = self.action.as_ref().map_or("", |action| action.name.as_str());
        [named, &self.title, &self.id].into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }
}

impl DefinitionDigest {
    fn of(model: &Model) -> Self {
        let fingerprint = Fingerprint::of(model).expect("a model is plain JSON: its maps are lists of pairs");
        Self(*fingerprint.as_bytes())
    }

    /// Reads a digest that was stored.
    ///
    /// # Errors
    /// The text is not 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, DefinitionDigestError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| DefinitionDigestError)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for DefinitionDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for DefinitionDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DefinitionDigest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        let mut model = Model::new("permit", "draft");
        model.states = vec![State::new("draft", ["submit"]), State::new("asked", [""; 0])];
        model.transitions = vec![Transition::new("submit", "asked", Guard::open())];
        model
    }

    #[test]
    fn the_digest_depends_on_content_and_not_on_order() {
        let one = Definition::new(model()).unwrap();
        let mut turned = model();
        turned.states.reverse();
        assert_eq!(Definition::new(turned).unwrap().digest(), one.digest());
        let mut other = model();
        other.transitions[0].guard = Guard::open().with_roles(["Reviewer"]);
        assert_ne!(Definition::new(other).unwrap().digest(), one.digest());
        assert_eq!(DefinitionDigest::parse(&one.digest().to_string()), Ok(one.digest()));
    }

    #[test]
    fn a_workflow_without_its_initial_state_is_none() {
        let mut broken = model();
        broken.initial_state = "gone".to_owned();
        assert_eq!(Definition::new(broken).unwrap_err().code(), "initial-state");
        let mut twice = model();
        twice.states.push(State::new("draft", [""; 0]));
        assert_eq!(Definition::new(twice).unwrap_err().code(), "duplicate-id");
    }

    #[test]
    fn a_state_without_defined_exits_is_final() {
        let definition = Definition::new(model()).unwrap();
        assert!(definition.is_final("asked") && !definition.is_final("draft"));
        assert_eq!(definition.transition("submit").unwrap().label(), "submit");
    }
}
