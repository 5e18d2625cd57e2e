//! The facade over a ledger in memory: commits, conflicts, repetitions, composition, worklists.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod common;

use std::sync::Arc;

use common::{Host, at, definition, id, order, staff, start};
use communes_ledger::{
    Change, CommandId, CommandStamp, Cursor, Envelope, Expected, Fingerprint, Ledger, MemoryLedger, Rows, verify_chain,
};
use communes_workflow::{
    By, Definitions, Engine, EngineError, Fire, MemoryWorkflows, Start, User, WorkflowStore, WorklistQuery, decide,
};
use pollster::block_on;

fn engine(ledger: &MemoryLedger) -> Engine {
    Engine::new(Definitions::new().with(definition()), Arc::new(ledger.clone()))
        .with_predicates(Arc::new(Host { paid: true }))
}

fn by<'a>(user: &'a User, seed: &str) -> By<'a> {
    By { command: CommandId::derived(seed), user, now: at(5) }
}

#[test]
fn a_dossier_from_start_to_end() {
    let ledger = MemoryLedger::new();
    let engine = engine(&ledger);
    let (clerk, head) = (staff("clerk-1", &["Clerk"]), staff("head-1", &["Head of service"]));
    block_on(async {
        engine.start(&by(&clerk, "1"), "demo", &start(1)).await.unwrap();
        engine.fire(&by(&clerk, "2"), id(1), &Fire::new("examine").comment("vu")).await.unwrap();
        let refused = engine.fire(&by(&clerk, "3"), id(1), &Fire::new("approve")).await.unwrap_err();
        assert_eq!(refused.code(), "guard");
        let done = engine.fire(&by(&head, "4"), id(1), &Fire::new("approve")).await.unwrap();
        assert_eq!((done.instance.state.as_str(), done.steps.len()), ("issued", 2));
        assert_eq!(engine.instance(id(1)).await.unwrap(), done.instance);
        let history = engine.history(id(1), 0, 100).await.unwrap();
        let steps: Vec<_> = history
            .iter()
            .map(|record| {
                (record.number, record.actor.id(), record.step.transition.as_deref(), record.step.to.as_str())
            })
            .collect();
        assert_eq!(
            steps,
            [
                (1, "clerk-1", None, "received"),
                (2, "clerk-1", Some("examine"), "examined"),
                (3, "head-1", Some("approve"), "approved"),
                (4, "head-1", Some("auto-issue"), "issued"),
            ]
        );
        assert_eq!(history[1].step.comment(), Some("vu"));
        assert!(verify_chain(&ledger.history(&id(1).key(), 0, 100).await.unwrap()).is_ok());
    });
}

#[test]
fn a_command_sent_twice_is_done_once() {
    let ledger = MemoryLedger::new();
    let engine = engine(&ledger);
    let clerk = staff("clerk-1", &["Clerk"]);
    block_on(async {
        engine.start(&by(&clerk, "1"), "demo", &start(1)).await.unwrap();
        assert!(engine.start(&by(&clerk, "1"), "demo", &start(1)).await.unwrap().replayed);
        let examine = Fire::new("examine");
        assert!(!engine.fire(&by(&clerk, "2"), id(1), &examine).await.unwrap().replayed);
        // The state has no such exit any more, and still the answer is the first one.
        let again = engine.fire(&by(&clerk, "2"), id(1), &examine).await.unwrap();
        assert!(again.replayed && again.instance.state == "examined");
        let other = engine.fire(&by(&clerk, "2"), id(1), &Fire::new("note")).await.unwrap_err();
        assert_eq!(other.code(), communes_ledger::code::COMMAND_REUSED);
        assert_eq!(engine.history(id(1), 0, 100).await.unwrap().len(), 2);
    });
}

#[test]
fn a_clerk_who_saw_an_older_version_is_told() {
    let ledger = MemoryLedger::new();
    let engine = engine(&ledger);
    let clerk = staff("clerk-1", &["Clerk"]);
    block_on(async {
        let seen = engine.start(&by(&clerk, "1"), "demo", &start(1)).await.unwrap().instance.version;
        engine.fire(&by(&clerk, "2"), id(1), &Fire::new("examine").seen_at(seen)).await.unwrap();
        let late = engine.fire(&by(&clerk, "3"), id(1), &Fire::new("note").seen_at(seen)).await.unwrap_err();
        assert_eq!(late.code(), communes_ledger::code::VERSION_CONFLICT);
        assert!(
            matches!(engine.instance(id(9)).await, Err(EngineError::Store(error)) if error.code() == "instance-unknown")
        );
        let unknown = engine.start(&by(&clerk, "4"), "other", &start(2)).await.unwrap_err();
        assert_eq!(unknown.code(), "workflow-unknown");
    });
}

#[test]
fn an_order_and_its_workflow_move_in_one_commit_or_not_at_all() {
    let ledger = MemoryLedger::new();
    let engine = engine(&ledger);
    let clerk = staff("clerk-1", &["Clerk"]);
    let examine = |expected| {
        let instance = block_on(engine.instance(id(1))).unwrap();
        let context = engine.context(&clerk, at(6));
        let definition = engine.definition_of(&instance).unwrap();
        let decided = decide::fire(definition, &instance, &Fire::new("examine"), &context).unwrap();
        let rows = Rows::new().state(order(), Envelope::new("test/order", 1, serde_json::json!("examined")));
        vec![Change::finished([(order(), expected)], rows), decided.change]
    };
    let stamp = |seed| {
        let fingerprint = Fingerprint::of(&seed).unwrap();
        CommandStamp::new(CommandId::derived(seed), fingerprint, at(6), clerk.actor().clone())
    };
    block_on(engine.start(&by(&clerk, "1"), "demo", &start(1))).unwrap();
    // The order is not where the decision took it to be: neither moves.
    let wrong = block_on(ledger.commit(stamp("a"), examine(Expected::At(communes_ledger::Version::FIRST))));
    assert_eq!(wrong.unwrap_err().code(), communes_ledger::code::VERSION_CONFLICT);
    assert_eq!(block_on(engine.instance(id(1))).unwrap().state, "received");
    block_on(ledger.commit(stamp("b"), examine(Expected::New))).unwrap();
    assert_eq!(block_on(engine.instance(id(1))).unwrap().state, "examined");
    assert!(block_on(ledger.load(&order())).unwrap().is_some());
}

#[test]
fn a_running_instance_keeps_its_version_of_the_workflow() {
    let ledger = MemoryLedger::new();
    let clerk = staff("clerk-1", &["Clerk"]);
    block_on(engine(&ledger).start(&by(&clerk, "1"), "demo", &start(1))).unwrap();
    let mut model = definition().model().clone();
    model.transitions.retain(|transition| transition.id != "examine");
    let newer = communes_workflow::Definition::new(model).unwrap();
    let both = Definitions::new().with(definition()).with(newer.clone());
    let engine = Engine::new(both, Arc::new(ledger.clone()));
    block_on(async {
        engine.fire(&by(&clerk, "2"), id(1), &Fire::new("examine")).await.unwrap();
        engine.start(&by(&clerk, "3"), "demo", &start(2)).await.unwrap();
        let refused = engine.fire(&by(&clerk, "4"), id(2), &Fire::new("examine")).await.unwrap_err();
        assert_eq!(refused.code(), "unknown-transition");
    });
    let only_new = Engine::new(Definitions::new().with(newer), Arc::new(ledger));
    let missing = block_on(only_new.fire(&by(&clerk, "5"), id(1), &Fire::new("note"))).unwrap_err();
    assert_eq!(missing.code(), "definition-missing");
}

#[test]
fn of_threads_that_race_one_version_one_wins() {
    let ledger = MemoryLedger::new();
    let engine = engine(&ledger);
    let clerk = staff("clerk-1", &["Clerk"]);
    let first = block_on(engine.start(&by(&clerk, "1"), "demo", &start(1))).unwrap().instance;
    let won: usize = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..16)
            .map(|racer| {
                let (engine, clerk, seen) = (&engine, &clerk, first.version);
                scope.spawn(move || {
                    let fire = Fire::new("examine").seen_at(seen);
                    block_on(engine.fire(&by(clerk, &format!("race-{racer}")), id(1), &fire)).is_ok()
                })
            })
            .collect();
        racers.into_iter().map(|racer| usize::from(racer.join().unwrap())).sum()
    });
    assert_eq!(won, 1);
    assert_eq!(block_on(engine.history(id(1), 0, 100)).unwrap().len(), 2);
}

#[test]
fn a_worklist_shows_what_is_due_first_page_by_page() {
    let ledger = MemoryLedger::new();
    let engine = engine(&ledger);
    let workflows = MemoryWorkflows::new(ledger);
    let (clerk, head) = (staff("clerk-1", &["Clerk"]), staff("head-1", &["Head of service"]));
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let due = [(1, Some("2026-12-03")), (2, None), (3, Some("2026-11-20")), (4, Some("2026-12-03")), (5, None)];
    for (number, due_on) in due {
        let mut command: Start = start(number);
        command.due = due_on.map(day);
        block_on(engine.start(&by(&clerk, &format!("start-{number}")), "demo", &command)).unwrap();
    }
    // Number 4 is examined, number 5 done.
    for number in [4, 5] {
        block_on(engine.fire(&by(&clerk, &format!("examine-{number}")), id(number), &Fire::new("examine"))).unwrap();
    }
    block_on(engine.fire(&by(&head, "approve-5"), id(5), &Fire::new("approve"))).unwrap();
    let list = |query: WorklistQuery| {
        let page = block_on(workflows.worklist(&query)).unwrap();
        (page.items.iter().map(|one| one.id.as_uuid().as_u128()).collect::<Vec<_>>(), page.next)
    };
    assert_eq!(list(WorklistQuery::new()), (vec![3, 1, 4, 2], None));
    assert_eq!(list(WorklistQuery::new().due_by(day("2026-11-25"))).0, [3]);
    assert_eq!(list(WorklistQuery::new().in_states(["examined"])).0, [4]);
    assert_eq!(list(WorklistQuery::new().for_roles(["Mayor"])).0, [4]);
    assert_eq!(list(WorklistQuery::new().of_workflow("other")).0, [0; 0]);
    let mut query = WorklistQuery::new().limit(2);
    query.with_closed = true;
    let (first, next) = list(query.clone());
    assert_eq!(first, [3, 1]);
    let (second, next) = list(query.clone().after(next));
    assert_eq!(second, [4, 2]);
    assert_eq!(list(query.clone().after(next)), (vec![5], None));
    let wrong = block_on(workflows.worklist(&query.after(Some(Cursor::new("17")))));
    assert_eq!(wrong.unwrap_err().code(), communes_ledger::code::CURSOR_UNKNOWN);
}

#[test]
fn nothing_that_people_wrote_is_in_a_debug_text() {
    const CANARY: &str = "85.07.30-033.61";
    let ledger = MemoryLedger::new();
    let engine = engine(&ledger);
    let clerk = staff("clerk-1", &["Clerk"]);
    block_on(engine.start(&by(&clerk, "1"), "demo", &start(1))).unwrap();
    let fire = Fire::new("examine").comment(CANARY);
    let done = block_on(engine.fire(&by(&clerk, "2"), id(1), &fire)).unwrap();
    let history = block_on(engine.history(id(1), 0, 100)).unwrap();
    assert_eq!(history[1].step.comment(), Some(CANARY));
    let shown = format!("{fire:?} {done:?} {history:?} {:?}", done.instance.variables);
    assert!(!shown.contains(CANARY), "{shown}");
}
