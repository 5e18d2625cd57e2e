use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use communes_ledger::{Change, Expected, Version};

use super::{Decided, Due, Fire, Hook, MAX_CASCADE, Start, candidates, refusal, rows};
use crate::{
    Context, Definition, Instance, Reason, Refusal, Situation, State, Step, Transition, Trigger, Value,
    expression::evaluate,
};

/// One decision under way: the instance moves, nothing else does.
pub(super) struct Run<'a> {
    definition: &'a Definition,
    context: &'a Context<'a>,
    /// Passed on to the automatic transitions too, as DCWorkflow does.
    arguments: BTreeMap<String, Value>,
    instance: Instance,
    steps: Vec<Step>,
    hooks: Vec<Hook>,
}

impl<'a> Run<'a> {
    /// An instance that enters its initial state, by no transition.
    pub(super) fn starting(
        definition: &'a Definition,
        context: &'a Context<'a>,
        command: &Start,
        initial: &State,
    ) -> Self {
        let instance = Instance {
            id: command.id,
            version: Version::FIRST,
            subject: command.subject.clone(),
            workflow: definition.id().to_owned(),
            definition: definition.digest(),
            state: initial.id.clone(),
            variables: BTreeMap::new(),
            is_open: true,
            due: command.due,
            candidates: Vec::new(),
            started_at: context.now,
            entered_at: context.now,
        };
        let mut run =
            Self { definition, context, arguments: BTreeMap::new(), instance, steps: Vec::new(), hooks: Vec::new() };
        run.enter(None, initial, false);
        run
    }

    /// An instance that goes on.
    pub(super) fn going_on(
        definition: &'a Definition,
        context: &'a Context<'a>,
        instance: &Instance,
        command: &Fire,
    ) -> Self {
        let mut instance = instance.clone();
        match command.due {
            Due::Keep => {}
            Due::On(day) => instance.due = Some(day),
            Due::Never => instance.due = None,
        }
        instance.version = instance.version.next();
        let arguments = command.arguments.clone();
        Self { definition, context, arguments, instance, steps: Vec::new(), hooks: Vec::new() }
    }

    /// Makes a transition whose guard was checked.
    pub(super) fn execute(&mut self, transition: &Transition, is_automatic: bool) -> Result<(), Box<Refusal>> {
        let target = if transition.new_state.is_empty() { &self.instance.state } else { &transition.new_state };
        let Some(target) = self.definition.state(target) else {
            let target = transition.new_state.clone();
            return Err(refusal(self.definition, &self.instance, &transition.id, Reason::UndefinedTarget { target }));
        };
        self.hook(transition, &transition.before_script, true);
        self.enter(Some(transition), target, is_automatic);
        self.hook(transition, &transition.after_script, false);
        Ok(())
    }

    /// Makes the automatic transitions: of the state's exits the first whose guard passes, again and again.
    pub(super) fn cascade(&mut self) -> Result<(), Box<Refusal>> {
        while let Some(transition) = self.next_automatic() {
            if self.steps.len() > MAX_CASCADE {
                let reason = Reason::EndlessCascade { limit: MAX_CASCADE };
                return Err(refusal(self.definition, &self.instance, &transition.id, reason));
            }
            self.execute(transition, true)?;
        }
        Ok(())
    }

    pub(super) fn decided(self, expected: Expected) -> Decided {
        let key = self.instance.id.key();
        let mut instance = self.instance;
        instance.is_open = !self.definition.is_final(&instance.state);
        instance.candidates = match self.definition.state(&instance.state) {
            Some(state) => candidates(self.definition, state, self.context),
            None => Vec::new(),
        };
        let change = Change::finished([(key.clone(), expected)], rows(&key, &instance, &self.steps));
        Decided { instance, steps: self.steps, hooks: self.hooks, change }
    }

    fn next_automatic(&self) -> Option<&'a Transition> {
        let state = self.definition.state(&self.instance.state)?;
        self.definition.exits(state).find(|transition| {
            transition.trigger == Trigger::Automatic
                && transition.guard.passes(&self.situation(state, Some(&transition.id)))
        })
    }

    fn hook(&mut self, transition: &Transition, script: &str, is_before: bool) {
        if !script.is_empty() {
            self.hooks.push(Hook { script: script.to_owned(), transition: transition.id.clone(), is_before });
        }
    }

    /// The variables, the record, the state: in this order, so that expressions see what was.
    fn enter(&mut self, transition: Option<&Transition>, target: &State, is_automatic: bool) {
        let variables = self.next_variables(transition, target);
        let mut status = variables.clone();
        status.insert(self.definition.model().state_variable.clone(), Value::from(target.id.as_str()));
        let from = transition.map(|_| self.instance.state.clone());
        self.steps.push(Step {
            transition: transition.map(|transition| transition.id.clone()),
            from,
            to: target.id.clone(),
            is_automatic,
            status,
        });
        self.instance.variables = variables;
        if self.instance.state != target.id {
            self.instance.state.clone_from(&target.id);
            self.instance.entered_at = self.now();
        }
    }

    /// For each variable of the status: the state's value, else the transition's, else the one kept, else the default.
    fn next_variables(&self, transition: Option<&Transition>, target: &State) -> BTreeMap<String, Value> {
        let from = transition.and_then(|_| self.definition.state(&self.instance.state));
        let situation =
            Situation { state: from, ..self.situation(target, transition.map(|transition| transition.id.as_str())) };
        let former = &self.instance.variables;
        let mut next = BTreeMap::new();
        for variable in self.definition.model().variables.iter().filter(|variable| variable.for_status) {
            let set_by_state = target.values.iter().find(|(name, _)| *name == variable.id);
            let assigned =
                transition.and_then(|transition| transition.assignments.iter().find(|(name, _)| *name == variable.id));
            let value = if let Some((_, value)) = set_by_state {
                value.clone()
            } else if let Some((_, expression)) = assigned {
                evaluate(expression, &situation).unwrap_or_default()
            } else if let Some(kept) = former.get(&variable.id).filter(|_| !variable.update_always) {
                kept.clone()
            } else if let Some(expression) = &variable.default_expression {
                evaluate(expression, &situation).unwrap_or_default()
            } else {
                variable.default_value.clone()
            };
            next.insert(variable.id.clone(), value);
        }
        next
    }

    fn situation<'b>(&'b self, state: &'b State, transition: Option<&'b str>) -> Situation<'b> {
        Situation {
            transition,
            variables: &self.instance.variables,
            arguments: &self.arguments,
            instance: Some(self.instance.id),
            subject: Some(&self.instance.subject),
            ..Situation::in_state(self.context, self.definition, state)
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.context.now
    }
}
