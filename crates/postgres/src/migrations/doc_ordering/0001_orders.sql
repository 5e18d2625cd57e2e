-- By what orders are found and listed; the orders themselves are the ledger's aggregates of the kind doc-ordering/order.
-- Days are numbers of the calendar, 1 January of the year 1 being 1.

CREATE TABLE communes_doc_ordering.orders (
    tenant    text    NOT NULL,
    id        uuid    NOT NULL,
    number    text    NOT NULL,
    -- The ten digits of the payment's structured communication before the check digits.
    reference bigint,
    citizen   text    NOT NULL,
    stage     text    NOT NULL,
    due       integer NOT NULL,
    submitted integer NOT NULL,
    -- Whether money is to go back.
    refund    boolean NOT NULL,
    -- The SHA-256 of the issued document's verification code.
    code      text,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX orders_number ON communes_doc_ordering.orders (tenant, number);
CREATE INDEX orders_reference ON communes_doc_ordering.orders (tenant, reference) WHERE reference IS NOT NULL;
CREATE INDEX orders_citizen ON communes_doc_ordering.orders (tenant, citizen, submitted, id);
CREATE INDEX orders_stage ON communes_doc_ordering.orders (tenant, stage, due, id);
CREATE INDEX orders_refund ON communes_doc_ordering.orders (tenant, due, id) WHERE refund;
CREATE UNIQUE INDEX orders_code ON communes_doc_ordering.orders (tenant, code) WHERE code IS NOT NULL;

-- The imported movements that are credited to no order, aggregates of the kind doc-ordering/movement.
CREATE TABLE communes_doc_ordering.unmatched (
    tenant text    NOT NULL,
    id     uuid    NOT NULL,
    booked integer NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX unmatched_booked ON communes_doc_ordering.unmatched (tenant, booked, id);
