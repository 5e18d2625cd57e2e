-- What worklists are chosen by; the instances themselves are the ledger's aggregates of the kind workflow/instance.
-- `due` is the number of the day, 1 January of the year 1 being 1; 2147483647 where nothing is due, so that it comes last.

CREATE TABLE communes_workflow_instance (
    tenant   TEXT NOT NULL,
    id       BLOB NOT NULL,
    workflow TEXT NOT NULL,
    state    TEXT NOT NULL,
    open     INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX communes_workflow_instance_due ON communes_workflow_instance (tenant, due, id);
CREATE INDEX communes_workflow_instance_open ON communes_workflow_instance (tenant, due, id) WHERE open = 1;

-- The roles of which one may take the next step.
CREATE TABLE communes_workflow_candidate (
    tenant TEXT NOT NULL,
    role   TEXT NOT NULL,
    due    INTEGER NOT NULL,
    id     BLOB NOT NULL,
    PRIMARY KEY (tenant, role, due, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX communes_workflow_candidate_id ON communes_workflow_candidate (tenant, id);
