//! What a workflow decides, worked out by hand on the demonstration workflow.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod common;

use common::{Host, at, context, definition, id, order, staff, start};
use communes_ledger::Version;
use communes_workflow::{
    ConditionKind, Decided, Definition, Due, Fire, Guard, Instance, Lang, Model, Reason, Refusal, Remedy, RoleMap,
    State, Transition, Trigger, Value, decide,
};

const PAID: Host = Host { paid: true };

fn started(definition: &Definition) -> Decided {
    let (clerk, site) = (staff("clerk-1", &["Clerk"]), RoleMap::new());
    decide::start(definition, &start(1), &context(&clerk, &site, &PAID)).unwrap()
}

/// The instance under examination.
fn examined(definition: &Definition) -> Instance {
    let (clerk, site) = (staff("clerk-1", &["Clerk"]), RoleMap::new());
    let first = started(definition).instance;
    decide::fire(definition, &first, &Fire::new("examine"), &context(&clerk, &site, &PAID)).unwrap().instance
}

fn refused(instance: &Instance, transition: &str, roles: &[&str], host: &Host) -> Refusal {
    let (user, site) = (staff("clerk-2", roles), RoleMap::new());
    *decide::fire(&definition(), instance, &Fire::new(transition), &context(&user, &site, host)).unwrap_err()
}

#[test]
fn a_start_enters_the_initial_state_with_the_defaults() {
    let definition = definition();
    let decided = started(&definition);
    let instance = &decided.instance;
    assert_eq!((instance.state.as_str(), instance.version, instance.is_open), ("received", Version::FIRST, true));
    assert_eq!(instance.variables["action"], Value::None);
    assert_eq!(instance.variables["comments"], Value::from(""));
    assert_eq!(instance.variables["remark"], Value::from("first"));
    // A typed default keeps its type.
    assert_eq!(instance.variables["sealed"], Value::Bool(false));
    assert_eq!(decided.steps.len(), 1);
    assert_eq!(decided.steps[0].status["review_state"], Value::from("received"));
    // `examine` needs a permission that the Clerk holds here; `withdraw` asks nothing of roles.
    assert_eq!(instance.candidates, ["Authenticated", "Clerk"]);
}

#[test]
fn the_creation_guard_reads_two_roles_in_one_element() {
    let (definition, site) = (definition(), RoleMap::new());
    let head = staff("head", &["Head of service"]);
    assert!(decide::start(&definition, &start(1), &context(&head, &site, &PAID)).is_ok());
    let citizen = staff("citizen", &[]);
    let refusal = decide::start(&definition, &start(1), &context(&citizen, &site, &PAID)).unwrap_err();
    assert_eq!(refusal.code(), "guard");
    assert_eq!(
        refusal.text(Lang::FR),
        "Le dossier ne peut pas être ouvert\u{a0}: il faut le rôle Clerk ou Head of service."
    );
}

#[test]
fn a_transition_moves_and_the_automatic_one_follows_with_the_same_arguments() {
    let definition = definition();
    let instance = examined(&definition);
    let (head, site) = (staff("head", &["Head of service"]), RoleMap::new());
    let fire = Fire::new("approve").comment("Complet").due(Due::Never);
    let decided = decide::fire(&definition, &instance, &fire, &context(&head, &site, &PAID)).unwrap();
    let moves: Vec<_> = decided
        .steps
        .iter()
        .map(|step| (step.transition.as_deref(), step.from.as_deref(), step.to.as_str(), step.is_automatic))
        .collect();
    assert_eq!(
        moves,
        [
            (Some("approve"), Some("examined"), "approved", false),
            (Some("auto-issue"), Some("approved"), "issued", true)
        ]
    );
    assert_eq!(decided.steps[1].comment(), Some("Complet"));
    // The state's own value wins over the default.
    assert_eq!(decided.steps[0].status["sealed"], Value::Bool(false));
    assert_eq!(decided.instance.variables["sealed"], Value::Bool(true));
    assert!(!decided.instance.is_open && decided.instance.candidates.is_empty());
    // Start, examine, approve: the third version, whatever follows by itself.
    assert_eq!(decided.instance.version.number(), 3);
    let hooks: Vec<_> = decided.hooks.iter().map(|hook| (hook.script.as_str(), hook.is_before)).collect();
    assert_eq!(hooks, [("verify", true)]);
}

#[test]
fn a_transition_without_target_stays_and_is_recorded() {
    let definition = definition();
    let instance = examined(&definition);
    let (clerk, site) = (staff("clerk-1", &["Clerk"]), RoleMap::new());
    let fire = Fire::new("note").argument("remark", "phoned");
    let decided = decide::fire(&definition, &instance, &fire, &context(&clerk, &site, &PAID)).unwrap();
    assert_eq!(decided.instance.state, "examined");
    assert_eq!(decided.instance.entered_at, instance.entered_at);
    assert_eq!(decided.steps[0].status["remark"], Value::from("phoned"));
    // A variable that is not always updated keeps its value over the next step.
    let again = decide::fire(&definition, &decided.instance, &Fire::new("note"), &context(&clerk, &site, &PAID));
    assert_eq!(again.unwrap().instance.variables["remark"], Value::from("none"));
}

#[test]
fn what_is_kept_is_kept_and_what_is_updated_is_updated() {
    let definition = definition();
    let mut instance = examined(&definition);
    instance.variables.insert("remark".to_owned(), Value::from("kept"));
    let (head, site) = (staff("head", &["Mayor"]), RoleMap::new());
    let decided = decide::fire(&definition, &instance, &Fire::new("approve"), &context(&head, &site, &PAID)).unwrap();
    assert_eq!(decided.instance.variables["remark"], Value::from("kept"));
    assert_eq!(decided.instance.variables["action"], Value::from("auto-issue"));
    assert_eq!(decided.instance.variables["comments"], Value::from(""));
}

#[test]
fn what_is_offered_is_what_may_be_fired_in_the_order_of_the_exits() {
    let definition = definition();
    let instance = examined(&definition);
    let site = RoleMap::new();
    for (roles, groups, wanted) in [
        (&["Clerk"][..], &[][..], &["note"][..]),
        (&["Clerk", "Head of service"], &["college"], &["note", "approve", "refuse"]),
        (&[], &["college"], &["refuse"]),
        // No bypass in this workflow.
        (&["Manager"], &[], &[]),
    ] {
        let user = staff("somebody", roles).in_groups(groups.iter().copied());
        let context = context(&user, &site, &PAID);
        let offers = decide::available(&definition, &instance, &context);
        let offered: Vec<_> = offers.iter().map(|offer| offer.transition.as_str()).collect();
        assert_eq!(offered, wanted, "{roles:?}");
        for transition in &definition.model().transitions {
            let decision = decide::explain(&definition, &instance, &transition.id, &context);
            assert_eq!(decision.allowed, wanted.contains(&transition.id.as_str()), "{roles:?} {}", transition.id);
            assert_eq!(decision.refusal.is_some(), !decision.allowed);
        }
    }
}

#[test]
fn each_rule_that_refuses_says_so_in_french() {
    let definition = definition();
    let (first, second) = (started(&definition).instance, examined(&definition));
    let cases = [
        (
            refused(&first, "vanish", &["Clerk"], &PAID),
            "unknown-transition",
            "L’action «\u{a0}vanish\u{a0}» n’est pas possible\u{a0}: cette procédure ne la connaît pas.",
        ),
        (
            refused(&first, "approve", &["Mayor"], &PAID),
            "not-from-this-state",
            "L’action «\u{a0}Approuver\u{a0}» n’est pas possible\u{a0}: le dossier est dans l’état «\u{a0}Reçue\u{a0}»\u{a0}; \
             elle part de l’état «\u{a0}À l’examen\u{a0}».",
        ),
        (
            refused(&second, "auto-close", &["Nobody"], &PAID),
            "not-triggered-by-users",
            "L’action «\u{a0}auto-close\u{a0}» n’est pas possible\u{a0}: elle se fait d’elle-même, personne ne la demande.",
        ),
        (
            refused(&first, "examine", &["Reader"], &PAID),
            "guard",
            "L’action «\u{a0}Mettre à l’examen\u{a0}» n’est pas possible\u{a0}: il faut la permission \
             «\u{a0}Modify portal content\u{a0}», que possède ici Clerk.",
        ),
        (
            refused(&second, "approve", &["Clerk"], &PAID),
            "guard",
            "L’action «\u{a0}Approuver\u{a0}» n’est pas possible\u{a0}: il faut le rôle Head of service ou Mayor.",
        ),
        (
            refused(&second, "approve", &["Mayor"], &Host { paid: false }),
            "guard",
            "L’action «\u{a0}Approuver\u{a0}» n’est pas possible\u{a0}: il faut que la condition \
             «\u{a0}is_paid\u{a0}» soit remplie.",
        ),
        (
            refused(&second, "refuse", &["Mayor"], &PAID),
            "guard",
            "L’action «\u{a0}Refuser\u{a0}» n’est pas possible\u{a0}: il faut le groupe college.",
        ),
    ];
    for (refusal, code, text) in cases {
        assert_eq!((refusal.code(), refusal.text(Lang::FR).as_str()), (code, text));
    }
}

#[test]
fn a_question_that_the_host_does_not_answer_denies_and_says_so() {
    let first = started(&definition()).instance;
    let refusal = refused(&first, "withdraw", &["Clerk"], &PAID);
    let Reason::Guard { condition } = &refusal.reason else { panic!("{refusal:?}") };
    let or = &condition.parts[0];
    assert_eq!(or.kind, ConditionKind::Any);
    assert_eq!(or.parts[0].kind, ConditionKind::Role { roles: vec!["Owner".to_owned()] });
    assert_eq!(or.parts[1].kind, ConditionKind::Unanswered { question: "mayWithdraw(\"received\")".to_owned() });
    assert_eq!(refusal.remedies(), [Remedy::Role { roles: vec!["Owner".to_owned()] }, Remedy::Correction]);
    // What decides before the question is asked, decides.
    let (owner, site) = (staff("owner", &["Owner"]), RoleMap::new());
    let context = context(&owner, &site, &PAID);
    assert!(decide::fire(&definition(), &first, &Fire::new("withdraw"), &context).is_ok());
}

#[test]
fn every_language_has_its_own_words() {
    let refusal = refused(&examined(&definition()), "approve", &["Clerk"], &PAID);
    assert_eq!(
        refusal.text(Lang::NL),
        "De actie “Approuver” is niet mogelijk: nodig is: de rol Head of service of Mayor."
    );
    assert_eq!(
        refusal.text(Lang::DE),
        "Die Aktion „Approuver“ ist nicht möglich: nötig ist: die Rolle Head of service oder Mayor."
    );
    assert_eq!(
        refusal.to_string(),
        "The action “Approuver” is not possible: what is needed: the role Head of service or Mayor."
    );
}

fn automatic(id: &str, target: &str) -> Transition {
    let mut transition = Transition::new(id, target, Guard::open());
    transition.trigger = Trigger::Automatic;
    transition
}

#[test]
fn an_endless_cascade_is_refused_whole() {
    let mut model = Model::new("loop", "still");
    model.states = vec![State::new("still", ["go"]), State::new("a", ["ab"]), State::new("b", ["ba"])];
    model.transitions = vec![automatic("ab", "b"), automatic("ba", "a"), Transition::new("go", "a", Guard::open())];
    let definition = Definition::new(model).unwrap();
    let (clerk, site) = (staff("clerk", &[]), RoleMap::new());
    let context = context(&clerk, &site, &PAID);
    let first = decide::start(&definition, &start(1), &context).unwrap().instance;
    let refusal = decide::fire(&definition, &first, &Fire::new("go"), &context).unwrap_err();
    assert_eq!(refusal.code(), "endless-cascade");
}

#[test]
fn an_undefined_target_and_an_orphaned_state_are_refused() {
    let mut model = Model::new("broken", "here");
    model.states = vec![State::new("here", ["go"])];
    model.transitions = vec![Transition::new("go", "nowhere", Guard::open())];
    let definition = Definition::new(model).unwrap();
    let (clerk, site) = (staff("clerk", &[]), RoleMap::new());
    let context = context(&clerk, &site, &PAID);
    let mut instance = decide::start(&definition, &start(1), &context).unwrap().instance;
    let go = Fire::new("go");
    assert_eq!(decide::fire(&definition, &instance, &go, &context).unwrap_err().code(), "undefined-target");
    instance.state = "gone".to_owned();
    assert_eq!(decide::fire(&definition, &instance, &go, &context).unwrap_err().code(), "orphaned-state");
    assert!(decide::available(&definition, &instance, &context).is_empty());
}

#[test]
fn the_manager_passes_every_guard_where_the_workflow_says_so() {
    let mut model = Model::new("bypass", "here");
    model.manager_bypass = true;
    model.states = vec![State::new("here", ["go"])];
    let guard = Guard::open()
        .with_roles(["Mayor"])
        .with_expression(communes_workflow::Expression::unreadable("python:exec('x')"));
    model.transitions = vec![Transition::new("go", "", guard)];
    let definition = Definition::new(model).unwrap();
    let site = RoleMap::new();
    let decided = |roles: &[&str]| {
        let user = staff("somebody", roles);
        let context = context(&user, &site, &PAID);
        let instance = decide::start(&definition, &start(1), &context).unwrap().instance;
        decide::fire(&definition, &instance, &Fire::new("go"), &context).is_ok()
    };
    assert!(decided(&["Manager"]));
    // An expression outside the language denies.
    assert!(!decided(&["Mayor"]));
}

#[test]
fn days_are_counted_on_the_civil_calendar() {
    let mut instance = started(&definition()).instance;
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    assert_eq!(instance.days_left(day("2026-11-25")), None);
    instance.due = Some(day("2026-12-01"));
    assert_eq!(instance.days_left(day("2026-11-25")), Some(6));
    assert!(!instance.is_late(day("2026-12-01")) && instance.is_late(day("2026-12-02")));
    instance.is_open = false;
    assert!(!instance.is_late(day("2026-12-02")));
}

#[test]
fn a_decision_writes_one_row_and_one_event_a_step() {
    let decided = started(&definition());
    let [(key, expected)] = decided.change.decided_on() else { panic!("one aggregate") };
    assert_eq!((key, *expected), (&id(1).key(), communes_ledger::Expected::New));
    assert_eq!(decided.instance.subject, order());
    assert_eq!(decided.instance.started_at, at(0));
    assert!(decided.change.series().is_empty());
}
