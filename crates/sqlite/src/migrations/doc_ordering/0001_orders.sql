-- By what orders are found and listed; the orders themselves are the ledger's aggregates of the kind doc-ordering/order.
-- Days are numbers of the calendar, 1 January of the year 1 being 1.

CREATE TABLE communes_doc_ordering_order (
    tenant    TEXT NOT NULL,
    id        BLOB NOT NULL,
    number    TEXT NOT NULL,
    -- The ten digits of the payment's structured communication before the check digits.
    reference INTEGER,
    citizen   TEXT NOT NULL,
    stage     TEXT NOT NULL,
    due       INTEGER NOT NULL,
    submitted INTEGER NOT NULL,
    -- Whether money is to go back.
    refund    INTEGER NOT NULL,
    -- The SHA-256 of the issued document's verification code.
    code      TEXT,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX communes_doc_ordering_order_number ON communes_doc_ordering_order (tenant, number);
CREATE INDEX communes_doc_ordering_order_reference ON communes_doc_ordering_order (tenant, reference) WHERE reference IS NOT NULL;
CREATE INDEX communes_doc_ordering_order_citizen ON communes_doc_ordering_order (tenant, citizen, submitted, id);
CREATE INDEX communes_doc_ordering_order_stage ON communes_doc_ordering_order (tenant, stage, due, id);
CREATE INDEX communes_doc_ordering_order_refund ON communes_doc_ordering_order (tenant, due, id) WHERE refund = 1;
CREATE UNIQUE INDEX communes_doc_ordering_order_code ON communes_doc_ordering_order (tenant, code) WHERE code IS NOT NULL;

-- The imported movements that are credited to no order, aggregates of the kind doc-ordering/movement.
CREATE TABLE communes_doc_ordering_unmatched (
    tenant TEXT NOT NULL,
    id     BLOB NOT NULL,
    booked INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX communes_doc_ordering_unmatched_booked ON communes_doc_ordering_unmatched (tenant, booked, id);
