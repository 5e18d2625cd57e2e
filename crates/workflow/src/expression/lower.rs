//! From what was written to what it means.

use super::{Expr, ExpressionError, ExpressionErrorKind as Kind, Question, syntax::Syntax};
use crate::Value;

/// One step of a chain: an attribute, or a call with its arguments.
pub(super) struct Step {
    pub(super) name: String,
    pub(super) arguments: Option<Vec<Syntax>>,
}

pub(super) fn lower(syntax: &Syntax, at: usize) -> Result<Expr, ExpressionError> {
    Ok(match syntax {
        Syntax::Constant(value) => Expr::Constant(value.clone()),
        Syntax::List(_) => Expr::Constant(constant(syntax).ok_or_else(|| unsupported("list of expressions", at))?),
        Syntax::And(parts) => Expr::And(lower_all(parts, at)?),
        Syntax::Or(parts) => Expr::Or(lower_all(parts, at)?),
        Syntax::Not(part) => Expr::Not(Box::new(lower(part, at)?)),
        Syntax::Compare(how, left, right) => {
            Expr::Compare { how: *how, left: Box::new(lower(left, at)?), right: Box::new(lower(right, at)?) }
        }
        Syntax::Name(..) | Syntax::Attribute(..) | Syntax::Call(..) => {
            let mut steps = Vec::new();
            let (root, at) = flatten(syntax, &mut steps, at)?;
            chain(root, steps, at)?
        }
    })
}

fn lower_all(parts: &[Syntax], at: usize) -> Result<Vec<Expr>, ExpressionError> {
    parts.iter().map(|part| lower(part, at)).collect()
}

/// A chain's root and its steps, outermost last.
fn flatten<'a>(syntax: &'a Syntax, steps: &mut Vec<Step>, at: usize) -> Result<(&'a str, usize), ExpressionError> {
    match syntax {
        Syntax::Name(name, at) => Ok((name, *at)),
        Syntax::Attribute(inner, name) => {
            let root = flatten(inner, steps, at)?;
            steps.push(Step { name: name.clone(), arguments: None });
            Ok(root)
        }
        Syntax::Call(inner, arguments) => {
            let root = flatten(inner, steps, at)?;
            match steps.last_mut() {
                Some(step) if step.arguments.is_none() => step.arguments = Some(arguments.clone()),
                Some(_) => steps.push(Step { name: String::new(), arguments: Some(arguments.clone()) }),
                None => return Err(unsupported("call of a name", at)),
            }
            Ok(root)
        }
        _ => Err(unsupported("attribute of a value", at)),
    }
}

/// The meaning of `root.step.step…`; paths come here too.
pub(super) fn chain(root: &str, mut steps: Vec<Step>, at: usize) -> Result<Expr, ExpressionError> {
    let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
    let known = match (root, names.as_slice()) {
        ("nothing", []) => Some(Expr::Constant(Value::None)),
        ("user", ["getId" | "getUserName"]) => Some(Expr::UserId),
        ("user", ["has_role"]) => text_argument(&steps[0], 0).map(Expr::HasRole),
        ("user", ["has_permission"]) => text_argument(&steps[0], 0).map(Expr::HasPermission),
        ("user", ["getRolesInContext" | "getRoles"]) => Some(Expr::Roles),
        (
            "here" | "object" | "context",
            ["portal_membership", "getAuthenticatedMember", "getRolesInContext" | "getRoles"],
        ) => Some(Expr::MemberRoles),
        ("transition", ["getId"]) | ("state_change", ["transition", "getId"]) => Some(Expr::TransitionId),
        ("state_change", ["getDateTime"]) => Some(Expr::Now),
        ("state_change", ["getHistory"]) => Some(Expr::History),
        ("state_change", ["kwargs", "get"]) | ("kwargs", ["get"]) => steps.last().and_then(argument),
        ("kwargs", [name]) if steps[0].arguments.is_none() => {
            Some(Expr::Argument { name: (*name).to_owned(), default: Value::None })
        }
        ("status", [name]) if steps[0].arguments.is_none() => Some(Expr::Status((*name).to_owned())),
        _ => None,
    };
    if let Some(known) = known {
        return Ok(known);
    }
    if !matches!(root, "here" | "object" | "context") || steps.is_empty() {
        let name = std::iter::once(root).chain(names).collect::<Vec<_>>().join(".");
        return Err(ExpressionError::new(Kind::UnknownName { name }, at));
    }
    let last = steps.pop().ok_or_else(|| unsupported("name without a question", at))?;
    question(root, &steps, last, at).map(Expr::Ask)
}

fn question(root: &str, before: &[Step], last: Step, at: usize) -> Result<Question, ExpressionError> {
    let mut arguments = Vec::new();
    for argument in last.arguments.iter().flatten() {
        match argument {
            // Names of the evaluation's context say nothing that the host does not know.
            Syntax::Name(name, at) => {
                if !is_context(name) {
                    return Err(ExpressionError::new(Kind::UnknownName { name: name.clone() }, *at));
                }
            }
            literal => arguments.push(constant(literal).ok_or_else(|| unsupported("argument", at))?),
        }
    }
    let mut on = root.to_owned();
    before.iter().for_each(|step| on.push_str(&step.written()));
    let mut name = last.name;
    if name == "guard_handler" && arguments.len() == 1 {
        on.push_str(".guard_handler");
        name = take_text(&mut arguments).ok_or_else(|| unsupported("argument", at))?;
    } else if name.is_empty() || name == "restrictedTraverse" {
        // `here.restrictedTraverse('@@view')()`, `here.restrictedTraverse('attribute')`
        let view = match before.last() {
            Some(step) if name.is_empty() => text_argument(step, 0),
            _ => take_text(&mut arguments),
        };
        name = view.ok_or_else(|| unsupported("call of a call", at))?.trim_start_matches('@').to_owned();
    }
    Ok(Question { name, arguments, on })
}

fn take_text(arguments: &mut Vec<Value>) -> Option<String> {
    if arguments.is_empty() {
        return None;
    }
    match arguments.remove(0) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn is_context(name: &str) -> bool {
    matches!(
        name,
        "here"
            | "object"
            | "context"
            | "container"
            | "folder"
            | "user"
            | "state_change"
            | "transition"
            | "status"
            | "kwargs"
            | "workflow"
            | "request"
            | "root"
            | "scripts"
            | "nothing"
            | "modules"
    )
}

fn argument(step: &Step) -> Option<Expr> {
    let default = match step.arguments.as_ref()?.get(1) {
        Some(given) => constant(given)?,
        None => Value::None,
    };
    Some(Expr::Argument { name: text_argument(step, 0)?, default })
}

fn text_argument(step: &Step, place: usize) -> Option<String> {
    match step.arguments.as_ref()?.get(place)? {
        Syntax::Constant(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn constant(syntax: &Syntax) -> Option<Value> {
    match syntax {
        Syntax::Constant(value) => Some(value.clone()),
        Syntax::List(items) => items.iter().map(constant).collect::<Option<Vec<_>>>().map(Value::List),
        _ => None,
    }
}

impl Step {
    fn written(&self) -> String {
        let name = if self.name.is_empty() { String::new() } else { format!(".{}", self.name) };
        match &self.arguments {
            None => name,
            Some(arguments) => {
                let texts: Vec<String> = arguments
                    .iter()
                    .map(|argument| match argument {
                        Syntax::Constant(Value::Text(text)) => format!("{text:?}"),
                        Syntax::Name(name, _) => name.clone(),
                        _ => "…".to_owned(),
                    })
                    .collect();
                format!("{name}({})", texts.join(", "))
            }
        }
    }
}

fn unsupported(what: &str, at: usize) -> ExpressionError {
    ExpressionError::new(Kind::Unsupported { what: what.to_owned() }, at)
}
