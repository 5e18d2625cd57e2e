//! The reference's words for what the crate holds: its exporter's model, its matrix of roles, its run.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use communes_ledger::{Actor, ActorKind, AggregateKey, AggregateKind};
use communes_workflow::{
    Action, Context, Definition, Expression, Fire, Guard, InstanceId, Lang, NoPredicates, RoleMap, Situation, Start,
    User, Value, decide,
    matrix::{self, Matrix},
};
use libtest_mimic::Failed;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// Compares two trees; the first difference is named by its path.
pub(crate) fn same(path: &str, wanted: &Json, found: &Json) -> Result<(), Failed> {
    match (wanted, found) {
        (Json::Object(wanted), Json::Object(found)) => {
            let keys: BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
            for key in keys {
                let absent = Json::String("<absent>".to_owned());
                same(&format!("{path}.{key}"), wanted.get(key).unwrap_or(&absent), found.get(key).unwrap_or(&absent))?;
            }
            Ok(())
        }
        (Json::Array(wanted), Json::Array(found)) if wanted.len() == found.len() => wanted
            .iter()
            .zip(found)
            .enumerate()
            .try_for_each(|(place, (wanted, found))| same(&format!("{path}[{place}]"), wanted, found)),
        _ if wanted == found => Ok(()),
        _ => Err(format!("{path}: wanted {wanted}, found {found}").into()),
    }
}

fn boolean(value: bool) -> Json {
    Json::from(if value { "True" } else { "False" })
}

fn text(expression: Option<&Expression>) -> Json {
    Json::from(expression.map_or("", Expression::text))
}

fn put_guard(info: &mut Map<String, Json>, guard: &Guard) {
    info.insert("guard_expr".to_owned(), text(guard.expression.as_ref()));
    info.insert("guard_groups".to_owned(), json!(guard.groups));
    info.insert("guard_permissions".to_owned(), json!(guard.permissions));
    info.insert("guard_roles".to_owned(), json!(guard.roles));
}

fn put_action(info: &mut Map<String, Json>, action: Option<&Action>) {
    let part = |get: fn(&Action) -> &String| Json::from(action.map_or("", |action| get(action)));
    info.insert("actbox_name".to_owned(), part(|action| &action.name));
    info.insert("actbox_url".to_owned(), part(|action| &action.url));
    info.insert("actbox_icon".to_owned(), part(|action| &action.icon));
    info.insert("actbox_category".to_owned(), part(|action| &action.category));
}

fn object(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

/// The model as the reference's exporter sees it.
pub(crate) fn model(definition: &Definition) -> Json {
    let model = definition.model();
    let states: Vec<Json> = model.states.iter().map(state).collect();
    let transitions: Vec<Json> = model
        .transitions
        .iter()
        .map(|one| {
            let assigned = one.assignments.iter();
            let mut info = object(json!({
                "id": one.id, "title": one.title, "description": one.description, "new_state_id": one.new_state,
                "trigger_type": one.trigger, "script_name": one.before_script, "after_script_name": one.after_script,
                "variables": assigned.map(|(name, value)| json!({"name": name, "expr": value.text()})).collect::<Vec<_>>(),
            }));
            put_guard(&mut info, &one.guard);
            put_action(&mut info, one.action.as_ref());
            Json::Object(info)
        })
        .collect();
    let variables: Vec<Json> = model
        .variables
        .iter()
        .map(|one| {
            // The reference makes a text of every default.
            let mut info = object(json!({
                "id": one.id, "description": one.description, "for_catalog": boolean(one.for_catalog),
                "for_status": boolean(one.for_status), "update_always": boolean(one.update_always),
                "default_type": "string", "default_value": python_text(&one.default_value),
                "default_expr": text(one.default_expression.as_ref()),
            }));
            put_guard(&mut info, &one.guard);
            Json::Object(info)
        })
        .collect();
    let worklists: Vec<Json> = model
        .worklists
        .iter()
        .map(|one| {
            // The reference drops the title.
            let mut info = object(json!({
                "id": one.id, "title": "", "description": one.description,
                "var_match": one.matches.iter().map(|(name, values)| json!([name, values.join("; ")])).collect::<Vec<_>>(),
            }));
            put_guard(&mut info, &one.guard);
            put_action(&mut info, one.action.as_ref());
            Json::Object(info)
        })
        .collect();
    let scripts: Vec<Json> = model
        .scripts
        .iter()
        .map(|one| {
            json!({
                "script_id": one.id, "meta_type": one.kind, "module": one.module, "function": one.function,
                "filename": one.filename,
            })
        })
        .collect();
    json!({
        "id": model.id, "title": model.title, "description": model.description, "meta_type": "Folder",
        "state_variable": model.state_variable, "initial_state": model.initial_state,
        "manager_bypass": boolean(model.manager_bypass), "permissions": model.permissions, "groups": model.groups,
        "creation_guard": model.creation_guard.as_ref().map(|guard| {
            let mut info = Map::new();
            put_guard(&mut info, guard);
            info
        }),
        "state_info": states, "transition_info": transitions, "variable_info": variables, "worklist_info": worklists,
        "script_info": scripts,
    })
}

fn state(state: &communes_workflow::State) -> Json {
    let permissions = state
        .permissions
        .iter()
        .map(|(name, set)| json!({"name": name, "acquired": boolean(set.acquire), "roles": set.roles}));
    json!({
        "id": state.id, "title": state.title, "description": state.description, "transitions": state.exits,
        "permissions": permissions.collect::<Vec<_>>(), "groups": state.groups, "variables": state.values,
    })
}

fn python_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

/// Compares what each role may do in each state, as sets of roles and lists of transitions.
pub(crate) fn same_behaviour(wanted: &Json, found: &Matrix) -> Result<(), Failed> {
    let states = wanted["states"].as_object().ok_or("no states")?;
    let tested: Vec<&str> =
        wanted["roles_tested"].as_array().ok_or("no roles")?.iter().filter_map(Json::as_str).collect();
    for (state, wanted) in states {
        let found = found.states.get(state).ok_or_else(|| format!("no state {state}"))?;
        same_roles(state, &wanted["permission_roles"], &found.permission_roles)?;
        for role in &tested {
            let mut in_order = Vec::new();
            let (allowed, depends) = (found.allowed.get(*role), found.depends.get(*role));
            let wanted: Vec<String> = wanted["allowed"][role]
                .as_array()
                .map(|list| list.iter().filter_map(Json::as_str).map(str::to_owned).collect())
                .unwrap_or_default();
            in_order.extend(allowed.into_iter().flatten().cloned());
            in_order.extend(depends.into_iter().flatten().map(|id| format!("{id} !AttributeError")));
            let plain = |id: &String| !id.contains(" !");
            let wanted_in_order: Vec<String> =
                wanted.iter().filter(|id| plain(id)).chain(wanted.iter().filter(|id| !plain(id))).cloned().collect();
            if in_order != wanted_in_order {
                return Err(format!("{state}/{role}: wanted {wanted_in_order:?}, found {in_order:?}").into());
            }
        }
    }
    if states.len() == found.states.len() { Ok(()) } else { Err("other states".into()) }
}

fn same_roles(state: &str, wanted: &Json, found: &BTreeMap<String, BTreeSet<String>>) -> Result<(), Failed> {
    let wanted: BTreeMap<String, BTreeSet<String>> = serde_json::from_value(wanted.clone())?;
    if wanted == *found {
        return Ok(());
    }
    let permissions: BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
    let differs = permissions.into_iter().find(|one| wanted.get(*one) != found.get(*one));
    let differs = differs.map(|one| format!("{one}: wanted {:?}, found {:?}", wanted.get(one), found.get(one)));
    Err(format!("{state}: {}", differs.unwrap_or_default()).into())
}

/// The reference's run: a user of every role takes, again and again, the first allowed pair of state and transition that he has
/// not taken yet, at most 16 times.
pub(crate) fn trace(definition: &Definition, site: &RoleMap) -> Result<Json, Failed> {
    let actor = Actor::new(ActorKind::Staff, "clerk")?;
    let mut roles: BTreeSet<String> = matrix::roles(definition, site);
    roles.remove("Anonymous");
    let groups = definition.model().transitions.iter().flat_map(|one| one.guard.groups.iter().cloned());
    let user = User::new(actor, roles).in_groups(groups);
    let context = Context { user: &user, now: DateTime::UNIX_EPOCH, site, predicates: &NoPredicates };
    let subject = AggregateKey::new(AggregateKind::from_static("test/thing"), Uuid::from_u128(1));
    let id = InstanceId::new(Uuid::from_u128(2));
    let mut decided = decide::start(definition, &Start::new(id, subject), &context)?;
    let mut history: Vec<Json> = decided.steps.iter().map(|step| status(&step.status)).collect();
    let mut steps = vec![json!({"do": null})];
    let mut taken = BTreeSet::new();
    for number in 1..=16 {
        let offers = decide::available(definition, &decided.instance, &context);
        let state = decided.instance.state.clone();
        let Some(offer) = offers.into_iter().find(|one| !taken.contains(&(state.clone(), one.transition.clone())))
        else {
            break;
        };
        taken.insert((state, offer.transition.clone()));
        steps.push(json!({"do": offer.transition}));
        let fire = Fire::new(offer.transition).comment(format!("step {number}"));
        match decide::fire(definition, &decided.instance, &fire, &context) {
            Ok(next) => decided = next,
            Err(refusal) => {
                steps.last_mut().ok_or("no step")?["error"] = json!(refusal.code());
                break;
            }
        }
        history.extend(decided.steps.iter().map(|step| status(&step.status)));
    }
    Ok(json!({"steps": steps, "history": history}))
}

/// For each state, role and transition: the quick answer, the tree of reasons and the decision agree, and each refusal has a text
/// in every language and a remedy.
pub(crate) fn explained(definition: &Definition, site: &RoleMap) -> Result<(), Failed> {
    let actor = Actor::new(ActorKind::Staff, "somebody")?;
    let subject = AggregateKey::new(AggregateKind::from_static("test/thing"), Uuid::from_u128(1));
    let mut model = definition.model().clone();
    model.creation_guard = None;
    let definition = &Definition::new(model)?;
    for role in matrix::roles(definition, site) {
        let user = if role == "Anonymous" { User::anonymous(actor.clone()) } else { User::new(actor.clone(), [&role]) };
        let context = Context { user: &user, now: DateTime::UNIX_EPOCH, site, predicates: &NoPredicates };
        let start = Start::new(InstanceId::new(Uuid::from_u128(2)), subject.clone());
        let mut instance = decide::start(definition, &start, &context)?.instance;
        for state in &definition.model().states {
            instance.state.clone_from(&state.id);
            let offers = decide::available(definition, &instance, &context);
            for transition in &definition.model().transitions {
                let id = &transition.id;
                let at = || format!("{role} in {}: {id}", state.id);
                let situation = Situation::in_state(&context, definition, state);
                let condition = transition.guard.explain(&situation);
                if condition.met != transition.guard.passes(&situation) {
                    return Err(format!("{}: the reasons contradict the guard", at()).into());
                }
                let decision = decide::explain(definition, &instance, id, &context);
                let offered = offers.iter().any(|offer| offer.transition == *id);
                let Some(refusal) = decision.refusal else { continue };
                if offered && refusal.code() != "undefined-target" && refusal.code() != "endless-cascade" {
                    return Err(format!("{}: offered and refused: {refusal}", at()).into());
                }
                let silent = [Lang::FR, Lang::NL, Lang::DE, Lang::EN].iter().any(|lang| refusal.text(*lang).len() < 20);
                if silent || refusal.remedies().is_empty() {
                    return Err(format!("{}: refused without reason", at()).into());
                }
            }
        }
    }
    Ok(())
}

fn status(status: &BTreeMap<String, Value>) -> Json {
    let word = |value: &Value| match value {
        Value::None => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Int(value) => Json::from(*value),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Time(_) => Json::from("<time>"),
        _ => Json::from("<other>"),
    };
    status.iter().map(|(name, value)| (name.clone(), word(value))).collect::<Map<_, _>>().into()
}
