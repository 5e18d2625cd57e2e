-- What worklists are chosen by; the instances themselves are the ledger's aggregates of the kind workflow/instance.
-- `due` is the number of the day, 1 January of the year 1 being 1; 2147483647 where nothing is due, so that it comes last.

CREATE TABLE communes_workflow.instance (
    tenant   text    NOT NULL,
    id       uuid    NOT NULL,
    workflow text    NOT NULL,
    state    text    NOT NULL,
    open     boolean NOT NULL,
    due      integer NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX instance_due ON communes_workflow.instance (tenant, due, id);
CREATE INDEX instance_open ON communes_workflow.instance (tenant, due, id) WHERE open;

-- The roles of which one may take the next step.
CREATE TABLE communes_workflow.candidate (
    tenant text    NOT NULL,
    role   text    NOT NULL,
    due    integer NOT NULL,
    id     uuid    NOT NULL,
    PRIMARY KEY (tenant, role, due, id)
);
CREATE INDEX candidate_id ON communes_workflow.candidate (tenant, id);
