use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use communes_ledger::{AggregateKey, Envelope, Record, StoreError, Stored};
use serde::{Deserialize, Serialize};

use crate::{DefinitionDigest, HistoryRecord, Instance, InstanceId, Step, Value};

/// The format of an instance's row.
pub(crate) const INSTANCE_FORMAT: &str = "communes/workflow-instance";
/// The format of a step's event.
pub(crate) const STEP_FORMAT: &str = "communes/workflow-step";
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct InstanceV1 {
    subject: AggregateKey,
    workflow: String,
    definition: String,
    state: String,
    variables: BTreeMap<String, Value>,
    open: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<NaiveDate>,
    candidates: Vec<String>,
    started_at: DateTime<Utc>,
    entered_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct StepV1 {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    to: String,
    automatic: bool,
    status: BTreeMap<String, Value>,
}

pub(crate) fn seal_instance(instance: &Instance) -> Envelope {
    let dto = InstanceV1 {
        subject: instance.subject.clone(),
        workflow: instance.workflow.clone(),
        definition: instance.definition.to_string(),
        state: instance.state.clone(),
        variables: instance.variables.clone(),
        open: instance.is_open,
        due: instance.due,
        candidates: instance.candidates.clone(),
        started_at: instance.started_at,
        entered_at: instance.entered_at,
    };
    Envelope::seal(INSTANCE_FORMAT, VERSION, &dto).expect("the DTO is plain JSON")
}

pub(crate) fn open_instance(key: &AggregateKey, stored: &Stored) -> Result<Instance, StoreError> {
    let dto: InstanceV1 =
        stored.state.open(INSTANCE_FORMAT, VERSION).map_err(|error| StoreError::unreadable(key, error))?;
    let definition = DefinitionDigest::parse(&dto.definition).map_err(|error| {
        StoreError::corrupt("definition-digest", format!("{key} names no definition")).caused_by(error)
    })?;
    Ok(Instance {
        id: InstanceId::new(key.id()),
        version: stored.head.version,
        subject: dto.subject,
        workflow: dto.workflow,
        definition,
        state: dto.state,
        variables: dto.variables,
        is_open: dto.open,
        due: dto.due,
        candidates: dto.candidates,
        started_at: dto.started_at,
        entered_at: dto.entered_at,
    })
}

pub(crate) fn seal_step(step: &Step) -> Envelope {
    let dto = StepV1 {
        transition: step.transition.clone(),
        from: step.from.clone(),
        to: step.to.clone(),
        automatic: step.is_automatic,
        status: step.status.clone(),
    };
    Envelope::seal(STEP_FORMAT, VERSION, &dto).expect("the DTO is plain JSON")
}

pub(crate) fn open_record(record: Record) -> Result<HistoryRecord, StoreError> {
    let dto: StepV1 =
        record.payload.open(STEP_FORMAT, VERSION).map_err(|error| StoreError::unreadable(&record.aggregate, error))?;
    Ok(HistoryRecord {
        number: record.number,
        at: record.at,
        actor: record.actor,
        step: Step {
            transition: dto.transition,
            from: dto.from,
            to: dto.to,
            is_automatic: dto.automatic,
            status: dto.status,
        },
    })
}
