//! The handling of dossiers: states, transitions, guards, worklists and history, as Plone's DCWorkflow has them; every refusal
//! with its reasons.
//!
//! A [`Definition`] is read from a Plone `definition.xml` ([`dcworkflow`]) or composed in code, and checked ([`check`]) before
//! anybody runs it. An [`Engine`] starts and moves [`Instance`]s of it over a [`Ledger`](communes_ledger::Ledger), each move one
//! hash-chained record and one commit. The decisions themselves ([`decide`]) are pure: an application that has to write something
//! of its own with a move takes their [`Change`](communes_ledger::Change) and commits both at once.
//!
//! ```
//! use std::sync::Arc;
//!
//! use communes_ledger::{Actor, ActorKind, AggregateKey, AggregateKind, CommandId, MemoryLedger};
//! use communes_workflow::{
//!     By, Definitions, Engine, Fire, InstanceId, Lang, Start, User,
//!     dcworkflow::{Mode, read},
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # pollster::block_on(async {
//! let xml = r#"<dc-workflow workflow_id="attestation" title="Attestation" state_variable="review_state" initial_state="received">
//!   <state state_id="received" title="Reçu"><exit-transition transition_id="approve"/></state>
//!   <state state_id="approved" title="Approuvé"/>
//!   <transition transition_id="approve" title="Approuver" new_state="approved" trigger="USER" before_script="" after_script="">
//!     <guard><guard-role>Head of service</guard-role></guard>
//!   </transition>
//! </dc-workflow>"#;
//! let definition = read(xml.as_bytes(), Mode::Strict)?.definition;
//! assert!(communes_workflow::check::structure(&definition).is_empty());
//!
//! let engine = Engine::new(Definitions::new().with(definition), Arc::new(MemoryLedger::new()));
//! let clerk = User::new(Actor::new(ActorKind::Staff, "clerk-1")?, ["Clerk"]);
//! let head = User::new(Actor::new(ActorKind::Staff, "clerk-2")?, ["Clerk", "Head of service"]);
//! let now = chrono::DateTime::from_timestamp(1_795_000_000, 0).ok_or("no such instant")?;
//! let by = |user, seed| By { command: CommandId::derived(seed), user, now };
//!
//! // The dossier handles one thing: here an order.
//! let order = AggregateKey::new(AggregateKind::from_static("doc-ordering/order"), uuid::Uuid::from_u128(1));
//! let id = InstanceId::new(uuid::Uuid::from_u128(2));
//! engine.start(&by(&clerk, "start"), "attestation", &Start::new(id, order)).await?;
//!
//! let refused = engine.fire(&by(&clerk, "try"), id, &Fire::new("approve")).await.unwrap_err();
//! let refusal = refused.refusal().ok_or("another error")?;
//! assert_eq!(
//!     refusal.text(Lang::FR),
//!     "L’action «\u{a0}Approuver\u{a0}» n’est pas possible\u{a0}: il faut le rôle Head of service.",
//! );
//!
//! assert_eq!(engine.available(&head, now, id).await?[0].transition, "approve");
//! let done = engine.fire(&by(&head, "approve"), id, &Fire::new("approve").comment("Complet")).await?;
//! assert_eq!(done.instance.state, "approved");
//! assert_eq!(engine.history(id, 0, 100).await?.len(), 2);
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # The traits to implement
//!
//! - [`Predicates`]: the application's own conditions, which guards ask by name. Without it whatever they ask is denied.
//! - [`WorkflowStore`]: reads, for a store of one's own; [`MemoryWorkflows`] is the one in memory, the crates
//!   `communes-sqlite` and `communes-postgres` have theirs. The feature `testkit` has the conformance kit.
//! - [`Ledger`](communes_ledger::Ledger), for a store of one's own.
//!
//! # Where DCWorkflow is not followed
//!
//! - Text in a guard that its importer overlooks (CDATA, text beside the parts) is a condition or an error, never an open door.
//! - A typed default keeps its type. An undefined initial state is an error at load.
//! - Automatic transitions are bounded by [`decide::MAX_CASCADE`]; what exceeds it is refused whole.
//! - Guards are not Python but a small language ([`expression`]); what it does not have is an error at load, or denies.
//! - A guard whose question fails denies and says so; a variable whose expression fails becomes `None`.
//! - Scripts are not run: a decision names them as [`Hook`]s.
//! - A later file is another version of the workflow, never a merge into the earlier one; instances keep theirs.
//!
//! # Not covered
//!
//! Chains of several workflows per object, `workflows.xml` and `.po` files, group roles, legal deadlines as part of a definition
//! (an instance has a plain due day), delegation and separation of duties, migration between versions, erasure of personal
//! fields from the history, checks beyond structure, diagrams other than Mermaid.

mod access;
pub mod check;
pub mod dcworkflow;
pub mod decide;
mod definition;
pub mod diagram;
mod engine;
pub mod expression;
mod guard;
mod history;
mod instance;
pub mod matrix;
mod memory;
mod refusal;
mod situation;
mod store;
#[cfg(feature = "testkit")]
pub mod testkit;
mod text;
mod value;
mod wire;

pub use communes_civil::Lang;

pub use crate::{
    access::{ANONYMOUS, AUTHENTICATED, PermissionRoles, RoleMap, User},
    decide::{Decided, Due, Fire, Hook, Offer, Start},
    definition::{
        Action, Definition, DefinitionDigest, DefinitionDigestError, DefinitionError, Model, Script, State, Transition,
        Trigger, Variable, Worklist,
    },
    engine::{By, Definitions, Done, Engine, EngineError},
    expression::{About, Expression, ExpressionError, NoPredicates, Predicates, Question},
    guard::{Guard, MANAGER},
    history::{HistoryRecord, Step},
    instance::{INSTANCE, Instance, InstanceId},
    memory::MemoryWorkflows,
    refusal::{Condition, ConditionKind, Decision, Named, Reason, Refusal, Remedy},
    situation::{Context, Situation},
    store::{WorkflowStore, WorklistPlace, WorklistQuery},
    value::Value,
};
