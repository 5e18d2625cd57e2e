use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use communes_ledger::{CommandId, CommandStamp, Fingerprint, Ledger, StoreError, code};
use serde::Serialize;

use crate::{
    Context, Decision, Definition, DefinitionDigest, Fire, HistoryRecord, Instance, InstanceId, NoPredicates, Offer,
    Predicates, Refusal, RoleMap, Start, Step, User, decide, wire,
};

/// The workflows of a site: every version of each that instances still run, and the one that new instances get.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    current: BTreeMap<String, DefinitionDigest>,
    all: BTreeMap<DefinitionDigest, Arc<Definition>>,
}

impl Definitions {
    /// No workflow.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a workflow; new instances of its id get this version from now on.
    #[must_use]
    pub fn with(mut self, definition: Definition) -> Self {
        self.current.insert(definition.id().to_owned(), definition.digest());
        self.all.insert(definition.digest(), Arc::new(definition));
        self
    }

    /// The version of a workflow that new instances get.
    #[must_use]
    pub fn current(&self, workflow: &str) -> Option<&Arc<Definition>> {
        self.all.get(self.current.get(workflow)?)
    }

    /// A version by its digest.
    #[must_use]
    pub fn version(&self, digest: DefinitionDigest) -> Option<&Arc<Definition>> {
        self.all.get(&digest)
    }
}

/// Who gives a command, under which id and when.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a command has these three particulars")]
pub struct By<'a> {
    /// The id under which a repetition is recognised.
    pub command: CommandId,
    /// Who, with his roles in context.
    pub user: &'a User,
    /// When.
    pub now: DateTime<Utc>,
}

/// What came of a command.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Done {
    /// The instance as it stands.
    pub instance: Instance,
    /// The steps that this command made; empty where it is an earlier command's outcome.
    pub steps: Vec<Step>,
    /// Whether the command was done before, so that nothing was written now.
    pub replayed: bool,
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A rule of the workflow refuses.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// No workflow of this id is loaded.
    #[error("workflow {0:?} is not loaded")]
    UnknownWorkflow(String),
    /// The instance runs a version of its workflow that is not loaded.
    #[error("instance {instance} runs a version of workflow {workflow:?} that is not loaded: {digest}")]
    MissingVersion {
        /// The instance.
        instance: InstanceId,
        /// Its workflow.
        workflow: String,
        /// The version.
        digest: DefinitionDigest,
    },
    /// The store could not, or somebody else was first.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EngineError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::UnknownWorkflow(_) => "workflow-unknown",
            Self::MissingVersion { .. } => "definition-missing",
            Self::Store(error) => error.code(),
        }
    }

    /// The refusal, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<Box<Refusal>> for EngineError {
    fn from(refusal: Box<Refusal>) -> Self {
        Self::Refused(refusal)
    }
}

/// The workflows of a site over a ledger: what an embedder calls.
///
/// An application that commits a transition together with a change of its own calls [`decide::fire`] with
/// [`Engine::context`] and commits both; the engine's own verbs do the same with the workflow's change alone.
#[derive(Debug, Clone)]
pub struct Engine {
    definitions: Definitions,
    ledger: Arc<dyn Ledger>,
    site: Arc<RoleMap>,
    predicates: Arc<dyn Predicates>,
}

impl Engine {
    /// The workflows over a ledger, on a site where every permission is the Manager's and no host condition is answered.
    #[must_use]
    pub fn new(definitions: Definitions, ledger: Arc<dyn Ledger>) -> Self {
        Self { definitions, ledger, site: Arc::new(RoleMap::new()), predicates: Arc::new(NoPredicates) }
    }

    /// The same on a site with these permissions.
    #[must_use]
    pub fn on_site(mut self, site: RoleMap) -> Self {
        self.site = Arc::new(site);
        self
    }

    /// The same, answering the guards' questions.
    #[must_use]
    pub fn with_predicates(mut self, predicates: Arc<dyn Predicates>) -> Self {
        self.predicates = predicates;
        self
    }

    /// The workflows.
    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The surroundings of a decision.
    #[must_use]
    pub fn context<'a>(&'a self, user: &'a User, now: DateTime<Utc>) -> Context<'a> {
        Context { user, now, site: &self.site, predicates: &self.predicates }
    }

    /// The version of its workflow that an instance runs.
    ///
    /// # Errors
    /// It is not loaded.
    pub fn definition_of(&self, instance: &Instance) -> Result<&Arc<Definition>, EngineError> {
        self.definitions.version(instance.definition).ok_or_else(|| EngineError::MissingVersion {
            instance: instance.id,
            workflow: instance.workflow.clone(),
            digest: instance.definition,
        })
    }

    /// Starts an instance of a workflow.
    ///
    /// # Errors
    /// The workflow is not loaded, its creation guard refuses, or the store could not.
    pub async fn start(&self, by: &By<'_>, workflow: &str, command: &Start) -> Result<Done, EngineError> {
        #[derive(Serialize)]
        struct Dto<'a> {
            start: InstanceId,
            workflow: &'a str,
            subject: &'a communes_ledger::AggregateKey,
            due: Option<chrono::NaiveDate>,
        }
        let dto = Dto { start: command.id, workflow, subject: &command.subject, due: command.due };
        let stamp = stamp(by, &dto);
        if self.ledger.outcome(&stamp).await?.is_some() {
            return self.replayed(command.id).await;
        }
        let definition =
            self.definitions.current(workflow).ok_or_else(|| EngineError::UnknownWorkflow(workflow.to_owned()))?;
        let decided = decide::start(definition, command, &self.context(by.user, by.now))?;
        self.commit(stamp, decided).await
    }

    /// What a user may do next.
    ///
    /// # Errors
    /// There is no such instance, its definition is not loaded, or the store could not.
    pub async fn available(&self, user: &User, now: DateTime<Utc>, id: InstanceId) -> Result<Vec<Offer>, EngineError> {
        let instance = self.instance(id).await?;
        Ok(decide::available(self.definition_of(&instance)?, &instance, &self.context(user, now)))
    }

    /// Fires a transition.
    ///
    /// # Errors
    /// A rule refuses, somebody else was first ([`VERSION_CONFLICT`](code::VERSION_CONFLICT)), or the store could not.
    pub async fn fire(&self, by: &By<'_>, id: InstanceId, command: &Fire) -> Result<Done, EngineError> {
        #[derive(Serialize)]
        struct Dto<'a> {
            fire: InstanceId,
            transition: &'a str,
            arguments: &'a BTreeMap<String, crate::Value>,
            due: decide::Due,
        }
        let dto = Dto { fire: id, transition: &command.transition, arguments: &command.arguments, due: command.due };
        let stamp = stamp(by, &dto);
        if self.ledger.outcome(&stamp).await?.is_some() {
            return self.replayed(id).await;
        }
        let instance = self.instance(id).await?;
        if let Some(seen) = command.expected.filter(|seen| *seen != instance.version) {
            let message = format!("{} is at version {}, not {seen}", id.key(), instance.version);
            return Err(StoreError::conflict(code::VERSION_CONFLICT, message).into());
        }
        let definition = self.definition_of(&instance)?;
        let decided = decide::fire(definition, &instance, command, &self.context(by.user, by.now))?;
        self.commit(stamp, decided).await
    }

    /// Whether a user may fire a transition, and all the reasons.
    ///
    /// # Errors
    /// As [`Engine::available`].
    pub async fn explain(
        &self,
        user: &User,
        now: DateTime<Utc>,
        id: InstanceId,
        transition: &str,
    ) -> Result<Decision, EngineError> {
        let instance = self.instance(id).await?;
        Ok(decide::explain(self.definition_of(&instance)?, &instance, transition, &self.context(user, now)))
    }

    /// The history of an instance after record number `after` (0: from the first), at most `limit` records.
    ///
    /// # Errors
    /// The store could not. An instance that was never started has an empty history.
    pub async fn history(&self, id: InstanceId, after: u64, limit: u32) -> Result<Vec<HistoryRecord>, EngineError> {
        let records = self.ledger.history(&id.key(), after, limit).await?;
        Ok(records.into_iter().map(wire::v1::open_record).collect::<Result<_, _>>()?)
    }

    /// An instance as it is now.
    ///
    /// # Errors
    /// There is none of this id, or the store could not.
    pub async fn instance(&self, id: InstanceId) -> Result<Instance, EngineError> {
        let key = id.key();
        let stored = self.ledger.load(&key).await?;
        let stored =
            stored.ok_or_else(|| StoreError::not_found("instance-unknown", format!("{key} does not exist")))?;
        Ok(Instance::open(&key, &stored)?)
    }

    async fn commit(&self, stamp: CommandStamp, decided: decide::Decided) -> Result<Done, EngineError> {
        let committed = self.ledger.commit(stamp, vec![decided.change]).await?;
        if committed.replayed {
            // The same command, sent twice at once: the other one did it.
            return self.replayed(decided.instance.id).await;
        }
        Ok(Done { instance: decided.instance, steps: decided.steps, replayed: false })
    }

    async fn replayed(&self, id: InstanceId) -> Result<Done, EngineError> {
        Ok(Done { instance: self.instance(id).await?, steps: Vec::new(), replayed: true })
    }
}

fn stamp(by: &By<'_>, dto: &impl Serialize) -> CommandStamp {
    let fingerprint = Fingerprint::of(dto).expect("the DTO is plain JSON");
    CommandStamp::new(by.command, fingerprint, by.now, by.user.actor().clone())
}
