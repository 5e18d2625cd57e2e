//! Whether conditions exclude each other, by trying every combination of the facts that they are made of.

use crate::form::{Comparison, Condition, Field, Form, Node, Value};

/// More facts than this are not tried: 2^16 combinations.
const MOST_FACTS: usize = 16;

/// Whether at most one of the fields can be shown, whatever is answered.
pub(super) fn each_other(form: &Form, fields: &[(Option<&Condition>, &Field)]) -> bool {
    fields.iter().enumerate().all(|(index, first)| fields[index + 1..].iter().all(|second| pair(form, *first, *second)))
}

fn pair(form: &Form, first: (Option<&Condition>, &Field), second: (Option<&Condition>, &Field)) -> bool {
    let mut all = Vec::new();
    for condition in [first.0, first.1.condition(), second.0, second.1.condition()].into_iter().flatten() {
        match condition.expression() {
            Ok(expression) => all.push(expression.node()),
            Err(_) => return false,
        }
    }
    let mut facts = Facts::default();
    for node in &all {
        facts.collect(node);
    }
    // An answer that equals something was asked for: the field's own condition holds.
    let mut implications = Vec::new();
    let mut next = 0;
    while next < facts.0.len() && facts.0.len() <= MOST_FACTS {
        if let Some(condition) = asked_under(form, facts.0[next]) {
            facts.collect(condition);
            implications.push((next, condition));
        }
        next += 1;
    }
    if facts.0.len() > MOST_FACTS {
        return false;
    }
    !(0..1_u32 << facts.0.len()).any(|truths| {
        facts.are_consistent(truths)
            && implications.iter().all(|(fact, node)| truths & (1 << fact) == 0 || facts.holds(node, truths))
            && all.iter().all(|node| facts.holds(node, truths))
    })
}

/// The condition of the one field that an equality tests.
fn asked_under<'a>(form: &'a Form, fact: &Node) -> Option<&'a Node> {
    let Node::Compare(Comparison::Eq, left, right) = fact else {
        return None;
    };
    let (Node::Name(name), Node::Literal(Value::Text(text))) = (left.as_ref(), right.as_ref()) else {
        return None;
    };
    if text.is_empty() {
        return None;
    }
    let varname = name.strip_prefix("form_var_")?;
    let varname = varname.strip_suffix("_raw").unwrap_or(varname);
    let mut holders = form.fields().filter(|field| field.varname() == Some(varname));
    match (holders.next(), holders.next()) {
        (Some(field), None) => field.condition()?.expression().ok().map(crate::form::Expression::node),
        _ => None,
    }
}

/// The facts that conditions are made of: everything below `and`, `or` and `not`.
#[derive(Default)]
struct Facts<'a>(Vec<&'a Node>);

impl<'a> Facts<'a> {
    fn collect(&mut self, node: &'a Node) {
        match node {
            Node::Not(inner) => self.collect(inner),
            Node::And(left, right) | Node::Or(left, right) => {
                self.collect(left);
                self.collect(right);
            }
            Node::Literal(_) => {}
            fact => {
                if self.index(fact).is_none() {
                    self.0.push(fact);
                }
            }
        }
    }

    /// The fact, and whether it stands there negated: `a != b` is `a == b` negated.
    fn index(&self, node: &Node) -> Option<(usize, bool)> {
        self.0.iter().enumerate().find_map(|(index, known)| {
            if *known == node {
                return Some((index, false));
            }
            match (known, node) {
                (Node::Compare(first, a, b), Node::Compare(second, c, d)) if a == c && b == d => {
                    is_opposite(*first, *second).then_some((index, true))
                }
                _ => None,
            }
        })
    }

    fn holds(&self, node: &Node, truths: u32) -> bool {
        match node {
            Node::Not(inner) => !self.holds(inner, truths),
            Node::And(left, right) => self.holds(left, truths) && self.holds(right, truths),
            Node::Or(left, right) => self.holds(left, truths) || self.holds(right, truths),
            Node::Literal(value) => value.is_true(),
            fact => self.index(fact).is_none_or(|(index, negated)| (truths & (1 << index) != 0) != negated),
        }
    }

    /// One name equals one text at most.
    fn are_consistent(&self, truths: u32) -> bool {
        let equalities: Vec<(&Node, &Node)> = self
            .0
            .iter()
            .enumerate()
            .filter_map(|(index, fact)| match fact {
                Node::Compare(Comparison::Eq, name, literal) if truths & (1 << index) != 0 => {
                    Some((&**name, &**literal))
                }
                Node::Compare(Comparison::Ne, name, literal) if truths & (1 << index) == 0 => {
                    Some((&**name, &**literal))
                }
                _ => None,
            })
            .filter(|(_, literal)| matches!(literal, Node::Literal(Value::Text(_))))
            .collect();
        equalities.iter().enumerate().all(|(index, (name, literal))| {
            equalities[index + 1..].iter().all(|(other, text)| other != name || text == literal)
        })
    }
}

const fn is_opposite(first: Comparison, second: Comparison) -> bool {
    use Comparison::{Eq, Ge, Gt, In, Is, IsNot, Le, Lt, Ne, NotIn};
    // An order between things that can't be compared is false both ways: no opposites there.
    matches!((first, second), (Eq, Ne) | (Ne, Eq) | (In, NotIn) | (NotIn, In) | (Is, IsNot) | (IsNot, Is))
        && !matches!(first, Lt | Le | Gt | Ge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Anonymise, FieldKind, FieldParts, Page};

    fn field(id: &str, varname: &str, condition: Option<&str>) -> Field {
        Field::from(FieldParts {
            id: id.into(),
            varname: Some(varname.into()),
            label: id.into(),
            hint: None,
            kind: FieldKind::Email,
            required: false,
            condition: condition.map(Condition::django),
            prefill: None,
            validation: None,
            anonymise: Anonymise::Final,
            display_locations: Vec::new(),
            line: 0,
        })
    }

    fn exclude(first: Option<&str>, second: Option<&str>) -> bool {
        let fields =
            vec![field("1", "mode", Some("form_var_who_raw == 'me'")), field("2", "x", first), field("3", "x", second)];
        let page = Page { id: None, label: String::new(), condition: None, fields, post_conditions: Vec::new() };
        let form = Form::new("f", "f", None, vec![page]).unwrap();
        let fields: Vec<_> = form.fields().skip(1).map(|field| (None, field)).collect();
        each_other(&form, &fields)
    }

    #[test]
    fn conditions_that_exclude_each_other_are_recognised() {
        assert!(exclude(Some("a == 'x'"), Some("a == 'y'")));
        assert!(exclude(Some("a == 'x'"), Some("a != 'x'")));
        assert!(exclude(Some("a"), Some("not a and b")));
        assert!(exclude(Some("'p' in a or 'q' in a"), Some("'p' not in a and 'q' not in a")));
        assert!(exclude(Some("false_literal == 1 and False"), None));
        // `mode` is only asked of `me`.
        assert!(exclude(Some("form_var_mode == 'post'"), Some("form_var_who_raw == 'other'")));
    }

    #[test]
    fn others_are_not() {
        assert!(!exclude(None, None));
        assert!(!exclude(None, Some("a")));
        assert!(!exclude(Some("a == 'x'"), Some("b == 'y'")));
        assert!(!exclude(Some("a != 'x'"), Some("a != 'y'")));
        assert!(!exclude(Some("a < 1"), Some("a >= 1 or b")));
        assert!(!exclude(Some("a|evil"), Some("not a")));
    }
}
