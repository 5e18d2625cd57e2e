//! An order and its handling by the office: two owners, one commit.
//!
//! The order machine owns what an order is in law and money; the workflow owns what the office does with it. Here is the one
//! table that ties them, and the commits that move both.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use communes_civil::Lang;
use communes_doc_ordering::{
    desk::{By, OrderDesk, OrderRequest},
    form,
    order::{self, Order, OrderCommand, OrderId, Submission},
};
use communes_ledger::{Actor, ActorKind, CommandId, CommandStamp, EffectKey, Fingerprint, Ledger, StoreError, Version};
use communes_workflow::{Engine, Fire, Instance, InstanceId, Start, Trigger, User, WorkflowStore, decide};
use serde::Serialize;

use crate::failure::Failure;

/// The role of the citizen whose order it is.
const REQUESTER: &str = "Demandeur";
/// The role of the portal's own jobs.
const SYSTEM: &str = "Système";

/// The transition that the made document brings about.
const FINISH: &str = "finish";

/// Which order command goes with a transition: the one table. A transition that is not here moves the office's handling alone.
fn command_of(transition: &str, remark: &str, timer: Option<Version>) -> Option<OrderCommand> {
    let remark = || remark.trim().to_owned();
    Some(match transition {
        "examine" => OrderCommand::StartReview,
        "ask" => OrderCommand::RequestProof { message: remark() },
        "resume" => OrderCommand::ReceiveProof,
        "approve" => OrderCommand::Accept,
        "refuse" => OrderCommand::Refuse { reason: remark() },
        "issue" | "reissue" => OrderCommand::StartIssue,
        "withdraw" => OrderCommand::Cancel,
        "lapse" => OrderCommand::ExpirePayment { timer },
        _ => return None,
    })
}

/// Whether a transition's order command takes words for the citizen, which the law wants.
pub(crate) fn needs_remark(transition: &str) -> bool {
    matches!(transition, "ask" | "refuse")
}

/// Orders with their workflow.
#[derive(Debug, Clone)]
pub(crate) struct Handling {
    desk: OrderDesk,
    engine: Engine,
    ledger: Arc<dyn Ledger>,
    store: Arc<dyn WorkflowStore>,
    workflow: String,
}

/// What somebody of the office could do next.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) transition: String,
    pub(crate) label: String,
    pub(crate) needs_remark: bool,
    /// Why it is not possible now.
    pub(crate) refusal: Option<String>,
}

/// A transition that somebody asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move<'a> {
    pub(crate) transition: &'a str,
    pub(crate) remark: &'a str,
    /// The version of the order that the person saw.
    pub(crate) seen: Option<Version>,
    /// The version that set the timer which asks.
    pub(crate) timer: Option<Version>,
}

impl<'a> Move<'a> {
    pub(crate) const fn of(transition: &'a str) -> Self {
        Self { transition, remark: "", seen: None, timer: None }
    }
}

impl Handling {
    pub(crate) fn new(
        desk: OrderDesk,
        engine: Engine,
        ledger: Arc<dyn Ledger>,
        store: Arc<dyn WorkflowStore>,
        workflow: String,
    ) -> Self {
        Self { desk, engine, ledger, store, workflow }
    }

    pub(crate) fn desk(&self) -> &OrderDesk {
        &self.desk
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn workflows(&self) -> &dyn WorkflowStore {
        &*self.store
    }

    /// The instance that handles an order: it has the order's own id.
    pub(crate) fn instance_id(order: OrderId) -> InstanceId {
        InstanceId::new(order.as_uuid())
    }

    /// An order, or that there is none.
    pub(crate) async fn order(&self, id: OrderId) -> Result<Order, Failure> {
        self.desk.orders().order(id).await?.ok_or_else(Failure::not_found)
    }

    /// What a check of answers knows besides them.
    pub(crate) fn form_context(&self, now: DateTime<Utc>) -> form::Context<'_> {
        let office = self.desk.office();
        form::Context::new(office.day(now), &office.calendar).strongly_authenticated()
    }

    /// Makes an order and starts its handling, in one commit. Sending the same order again does nothing.
    pub(crate) async fn submit(
        &self,
        actor: &Actor,
        request: &OrderRequest,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Dto<'a> {
            submit: OrderId,
            document: &'a communes_doc_ordering::catalogue::DocumentTypeId,
            requester: &'a str,
            answers: &'a form::Answers,
        }
        let command = CommandId::derived(&format!("commune-portal/submit/{}", request.id));
        let dto = Dto {
            submit: request.id,
            document: &request.document,
            requester: request.requester.key.as_str(),
            answers: &request.answers,
        };
        let stamp = stamp(command, &dto, now, actor);
        if self.ledger.outcome(&stamp).await?.is_some() {
            return Ok(());
        }
        let priced = self.desk.quote(&request.document, &request.answers, &self.form_context(now), now)?;
        let office = self.desk.office();
        let term = priced.published.document.answer_within;
        let due = office.calendar.end_of_term(office.day(now), term).map_err(order::Refusal::from)?.last_day;
        let submission = Submission {
            id: request.id,
            document: request.document.clone(),
            requester: request.requester.clone(),
            answers: priced.answers,
            language: request.language,
            shown_price: request.shown_price,
        };
        let ordered = order::decide::submit(&submission, &self.desk.context(actor, now))?;
        let definition = self.engine.definitions().current(&self.workflow);
        let definition =
            definition.ok_or_else(|| Failure::internal("workflow-unknown", "the workflow is not loaded"))?;
        let start = Start::new(Self::instance_id(request.id), request.id.key()).due_on(due);
        let user = User::new(actor.clone(), [REQUESTER]);
        let started = decide::start(definition, &start, &self.engine.context(&user, now))?;
        self.ledger.commit(stamp, vec![ordered, started.change]).await?;
        Ok(())
    }

    /// Moves the handling of an order by a transition, and the order by the command that goes with it, in one commit.
    pub(crate) async fn fire(
        &self,
        command: CommandId,
        user: &User,
        id: OrderId,
        asked: Move<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let dto = serde_json::json!({"order": id, "transition": asked.transition, "remark": asked.remark});
        let stamp = stamp(command, &dto, now, user.actor());
        if self.ledger.outcome(&stamp).await?.is_some() {
            return Ok(());
        }
        let order = self.order(id).await?;
        if let Some(seen) = asked.seen.filter(|seen| *seen != order.version) {
            let message = format!("{} is at version {}, not {seen}", id.key(), order.version);
            return Err(StoreError::conflict(communes_ledger::code::VERSION_CONFLICT, message).into());
        }
        let instance = self.engine.instance(Self::instance_id(id)).await?;
        let fire = Fire::new(asked.transition).comment(asked.remark);
        let definition = self.engine.definition_of(&instance)?;
        let moved = decide::fire(definition, &instance, &fire, &self.engine.context(user, now))?;
        let mut changes = Vec::new();
        if let Some(command) = command_of(asked.transition, asked.remark, asked.timer) {
            changes.push(order::decide::decide(&order, &command, &self.desk.context(user.actor(), now))?.change);
        }
        changes.push(moved.change);
        self.ledger.commit(stamp, changes).await?;
        Ok(())
    }

    /// Makes the document of an order, and ends the office's handling with it, in one commit. An order that can't be issued stays in hand.
    ///
    /// `effect` is the key of the effect that asks for it, `chance` 16 random bytes.
    pub(crate) async fn issue(
        &self,
        effect: &EffectKey,
        id: OrderId,
        chance: [u8; 16],
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let user = system();
        let by = By { command: CommandId::derived(effect.as_str()), actor: user.actor(), now };
        // The effect was delivered before: the handling has ended with it.
        if self.order(id).await?.issued.is_some() {
            return Ok(());
        }
        let instance = self.engine.instance(Self::instance_id(id)).await?;
        let definition = self.engine.definition_of(&instance)?;
        let finished = decide::fire(definition, &instance, &Fire::new(FINISH), &self.engine.context(&user, now))?;
        let others = |order: &Order| if order.issued.is_some() { vec![finished.change] } else { Vec::new() };
        self.desk.issue_with(&by, id, chance, others).await?;
        Ok(())
    }

    /// What somebody could do next with an order, possible or not, with the reason. Transitions of the citizen and of the jobs are
    /// left out.
    pub(crate) fn actions(
        &self,
        order: &Order,
        instance: &Instance,
        user: &User,
        now: DateTime<Utc>,
        lang: Lang,
    ) -> Result<Vec<Action>, Failure> {
        let definition = self.engine.definition_of(instance)?;
        let Some(state) = definition.state(&instance.state) else {
            return Ok(Vec::new());
        };
        let context = self.engine.context(user, now);
        let not_the_office = [REQUESTER, SYSTEM];
        let exits = definition.exits(state).filter(|transition| {
            let roles = &transition.guard.roles;
            let is_office = roles.is_empty() || roles.iter().any(|role| !not_the_office.contains(&role.as_str()));
            transition.trigger == Trigger::User && is_office
        });
        let action = |transition: &communes_workflow::Transition| {
            let fire = Fire::new(&transition.id);
            let workflow = decide::fire(definition, instance, &fire, &context).err();
            let by_order = command_of(&transition.id, "", None)
                .and_then(|command| order::decide::check(order, &command, &self.desk.context(user.actor(), now)).err());
            let refusal = workflow.map(|refusal| refusal.text(lang));
            Action {
                transition: transition.id.clone(),
                label: transition.label().to_owned(),
                needs_remark: needs_remark(&transition.id),
                refusal: refusal.or_else(|| by_order.map(|refusal| refusal.text(lang))),
            }
        };
        Ok(exits.map(action).collect())
    }
}

/// A citizen as the workflow of his own order knows him.
pub(crate) fn requester(actor: &Actor) -> User {
    User::new(actor.clone(), [REQUESTER])
}

/// The portal's own jobs, as the ledger and the workflow know them.
pub(crate) fn system() -> User {
    let actor = Actor::new(ActorKind::System, "commune-portal").expect("a short id");
    User::new(actor, [SYSTEM])
}

fn stamp(command: CommandId, dto: &impl Serialize, now: DateTime<Utc>, actor: &Actor) -> CommandStamp {
    let fingerprint = Fingerprint::of(dto).expect("the DTO is plain JSON");
    CommandStamp::new(command, fingerprint, now, actor.clone())
}
