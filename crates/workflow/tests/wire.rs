//! What is stored: the samples of every version are read for ever.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod common;

use std::sync::Arc;

use common::{definition, id, staff, start};
use communes_ledger::{
    AggregateKey, Change, CommandId, CommandStamp, Envelope, Event, EventName, Expected, Fingerprint, Head, Ledger,
    MemoryLedger, Rows, Stored, Version,
};
use communes_workflow::{By, Definitions, Engine, Instance, Value, decide};
use pollster::block_on;
use serde_json::{Value as Json, json};

const INSTANCE_V1: &str = include_str!("golden/instance-v1.json");
const STEP_V1: &str = include_str!("golden/step-v1.json");

fn envelope(text: &str) -> Envelope {
    serde_json::from_str(text).unwrap()
}

fn stored(state: Envelope) -> Stored {
    let head = Head { version: Version::new(4).unwrap(), records: 5, hash: communes_ledger::ChainHash::START };
    Stored { head, state }
}

#[test]
fn an_instance_of_version_1_is_read() {
    let instance = Instance::open(&id(1).key(), &stored(envelope(INSTANCE_V1))).unwrap();
    assert_eq!((instance.id, instance.version.number(), instance.state.as_str()), (id(1), 4, "examined"));
    assert_eq!((instance.workflow.as_str(), instance.is_open), ("demo", true));
    assert_eq!(instance.due.map(|due| due.to_string()).as_deref(), Some("2026-12-03"));
    assert_eq!(instance.candidates, ["Clerk", "Head of service"]);
    assert_eq!(instance.definition.to_string(), "ab".repeat(32));
    let wanted = [
        ("count", Value::Int(-3)),
        ("list", Value::List(vec![Value::from("a"), Value::None])),
        ("remark", Value::from("é\n\"")),
        ("sealed", Value::Bool(true)),
        ("share", Value::Float(0.5)),
        ("time", Value::Time("2026-11-25T08:00:00.123456Z".parse().unwrap())),
    ];
    for (name, value) in wanted {
        assert!(instance.variables[name].equals(&value), "{name}");
    }
}

#[test]
fn a_step_of_version_1_is_read() {
    let ledger = MemoryLedger::new();
    let user = staff("clerk-1", &[]);
    let key: AggregateKey = id(1).key();
    let event = Event { aggregate: key.clone(), name: EventName::new("moved").unwrap(), payload: envelope(STEP_V1) };
    let rows = Rows::new().state(key.clone(), envelope(INSTANCE_V1)).event(event);
    let fingerprint = Fingerprint::of(&json!(1)).unwrap();
    let stamp = CommandStamp::new(CommandId::derived("1"), fingerprint, common::at(0), user.actor().clone());
    block_on(ledger.commit(stamp, vec![Change::finished([(key, Expected::New)], rows)])).unwrap();
    let engine = Engine::new(Definitions::new(), Arc::new(ledger));
    let history = block_on(engine.history(id(1), 0, 10)).unwrap();
    let step = &history[0].step;
    assert_eq!((step.transition.as_deref(), step.from.as_deref()), (Some("examine"), Some("received")));
    assert_eq!((step.to.as_str(), step.is_automatic, step.comment()), ("examined", false, Some("vu")));
}

#[test]
fn what_is_written_has_the_shape_of_the_samples() {
    let user = staff("clerk-1", &["Clerk"]);
    let ledger = MemoryLedger::new();
    let engine = Engine::new(Definitions::new().with(definition()), Arc::new(ledger.clone()));
    let by = By { command: CommandId::derived("1"), user: &user, now: common::at(0) };
    let due = "2026-12-03".parse().unwrap();
    block_on(engine.start(&by, "demo", &start(1).due_on(due))).unwrap();
    let written = block_on(ledger.load(&id(1).key())).unwrap().unwrap().state;
    let keys = |value: &Json| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!((written.format(), written.version()), ("communes/workflow-instance", 1));
    assert_eq!(keys(written.data()), keys(envelope(INSTANCE_V1).data()));
    let record = block_on(ledger.history(&id(1).key(), 0, 1)).unwrap().remove(0);
    assert_eq!((record.payload.format(), record.payload.version()), ("communes/workflow-step", 1));
    assert_eq!(record.name.as_str(), "started");
    assert_eq!(keys(record.payload.data()), ["automatic", "status", "to"]);
}

#[test]
fn a_newer_or_damaged_row_is_named_and_not_read() {
    let cases = [
        (Envelope::new("communes/workflow-instance", 2, json!({})), "envelope-version"),
        (Envelope::new("communes/order", 1, json!({})), "envelope-format"),
        (Envelope::new("communes/workflow-instance", 1, json!({"state": 1})), "envelope-data"),
        (envelope(&INSTANCE_V1.replace("abab", "zz")), "definition-digest"),
    ];
    for (state, code) in cases {
        let error = Instance::open(&id(1).key(), &stored(state)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (communes_ledger::StoreErrorKind::Corrupt, code));
    }
}

#[test]
fn the_rows_of_a_decision_are_finished() {
    let (user, site) = (staff("clerk-1", &["Clerk"]), communes_workflow::RoleMap::new());
    let context = common::context(&user, &site, &common::Host { paid: true });
    let decided = decide::start(&definition(), &start(1), &context).unwrap();
    let settled = communes_ledger::Batch::new(
        CommandStamp::new(
            CommandId::derived("1"),
            Fingerprint::of(&json!(1)).unwrap(),
            common::at(0),
            user.actor().clone(),
        ),
        vec![decided.change],
    )
    .unwrap()
    .settle(&Default::default(), &Default::default())
    .unwrap();
    assert_eq!((settled.rows.len(), settled.records.len(), settled.effects.len()), (1, 1, 0));
}
