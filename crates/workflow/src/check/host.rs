use std::collections::BTreeSet;

use super::{Finding, FindingCode};
use crate::{Definition, Expression, Predicates};

/// What the guards and variables of a definition ask and this host does not answer; at run they deny.
#[must_use]
pub fn host(definition: &Definition, predicates: &dyn Predicates) -> Vec<Finding> {
    let model = definition.model();
    let guards = model
        .transitions
        .iter()
        .map(|one| &one.guard)
        .chain(model.variables.iter().map(|one| &one.guard))
        .chain(model.worklists.iter().map(|one| &one.guard))
        .chain(&model.creation_guard);
    let defaults = model.variables.iter().filter_map(|variable| variable.default_expression.as_ref());
    let assigned = model.transitions.iter().flat_map(|one| &one.assignments).map(|(_, expression)| expression);
    let expressions = guards.filter_map(|guard| guard.expression.as_ref()).chain(defaults).chain(assigned);
    let unanswered: BTreeSet<String> = expressions
        .flat_map(Expression::questions)
        .filter(|question| !predicates.answers(question))
        .map(ToString::to_string)
        .collect();
    unanswered.into_iter().map(|question| Finding::new(FindingCode::UnknownPredicate, question)).collect()
}
