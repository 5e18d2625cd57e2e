SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA communes_doc_ordering;
CREATE SCHEMA communes_eid_verify;
CREATE SCHEMA communes_ledger;
CREATE SCHEMA communes_workflow;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE communes_doc_ordering.migration (
    number integer NOT NULL,
    name text NOT NULL
);
CREATE TABLE communes_doc_ordering.orders (
    tenant text NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    reference bigint,
    citizen text NOT NULL,
    stage text NOT NULL,
    due integer NOT NULL,
    submitted integer NOT NULL,
    refund boolean NOT NULL,
    code text
);
CREATE TABLE communes_doc_ordering.unmatched (
    tenant text NOT NULL,
    id uuid NOT NULL,
    booked integer NOT NULL
);
CREATE TABLE communes_eid_verify.challenge (
    tenant text NOT NULL COLLATE pg_catalog."C",
    session text NOT NULL COLLATE pg_catalog."C",
    random bytea NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE communes_eid_verify.migration (
    number integer NOT NULL,
    name text NOT NULL
);
CREATE TABLE communes_ledger.aggregate (
    tenant text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    version bigint NOT NULL,
    records bigint NOT NULL,
    hash bytea NOT NULL,
    state text NOT NULL
)
WITH (fillfactor='80');
CREATE TABLE communes_ledger.command (
    tenant text NOT NULL COLLATE pg_catalog."C",
    id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    outcome text NOT NULL
);
CREATE TABLE communes_ledger.effect (
    tenant text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    kind text NOT NULL,
    aggregate_kind text NOT NULL COLLATE pg_catalog."C",
    aggregate_id uuid NOT NULL,
    payload text,
    not_before timestamp with time zone,
    due timestamp with time zone,
    state text DEFAULT 'waiting'::text NOT NULL,
    claims bigint DEFAULT 0 NOT NULL,
    worker text COLLATE pg_catalog."C",
    claimed_until timestamp with time zone,
    reason text,
    skipped_by text,
    skipped_at timestamp with time zone,
    skip_reason text,
    CONSTRAINT effect_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'dead'::text, 'delivered'::text, 'skipped'::text])))
);
ALTER TABLE communes_ledger.effect ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME communes_ledger.effect_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE communes_ledger.epoch (
    epoch integer NOT NULL
);
CREATE TABLE communes_ledger.migration (
    number integer NOT NULL,
    name text NOT NULL
);
CREATE TABLE communes_ledger.record (
    tenant text NOT NULL COLLATE pg_catalog."C",
    epoch integer NOT NULL,
    transaction bigint NOT NULL,
    "position" bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    aggregate_id uuid NOT NULL,
    number bigint NOT NULL,
    name text NOT NULL,
    payload text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    command uuid NOT NULL,
    hash bytea NOT NULL
);
ALTER TABLE communes_ledger.record ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME communes_ledger.record_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE communes_ledger.series (
    tenant text NOT NULL COLLATE pg_catalog."C",
    series text NOT NULL COLLATE pg_catalog."C",
    last bigint NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE communes_ledger.timer (
    tenant text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    aggregate_id uuid NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    due timestamp with time zone NOT NULL,
    payload text NOT NULL,
    set_at bigint NOT NULL,
    claims bigint DEFAULT 0 NOT NULL,
    worker text COLLATE pg_catalog."C",
    claimed_until timestamp with time zone
);
CREATE TABLE communes_workflow.candidate (
    tenant text NOT NULL,
    role text NOT NULL,
    due integer NOT NULL,
    id uuid NOT NULL
);
CREATE TABLE communes_workflow.instance (
    tenant text NOT NULL,
    id uuid NOT NULL,
    workflow text NOT NULL,
    state text NOT NULL,
    open boolean NOT NULL,
    due integer NOT NULL
);
CREATE TABLE communes_workflow.migration (
    number integer NOT NULL,
    name text NOT NULL
);
INSERT INTO communes_doc_ordering.migration VALUES (1, 'orders');
INSERT INTO communes_eid_verify.migration VALUES (1, 'challenge');
INSERT INTO communes_ledger.aggregate VALUES ('62063', 'suite/thing', '00000000-0000-0000-0000-000000000002', 1, 1, '\xd9d6700a54114b9ef16dd73f6db67b379ba545b2175a047d29295f955f9eedc6', '{"format":"communes-suite/thing","version":1,"data":{"number":2}}');
INSERT INTO communes_ledger.aggregate VALUES ('62063', 'suite/thing', '00000000-0000-0000-0000-000000000003', 1, 1, '\x0bfe618750723a6dbbd5cee17d22fdc3fef51e631020b456ac0cba2dc91809bf', '{"format":"communes-suite/thing","version":1,"data":{"number":3}}');
INSERT INTO communes_ledger.aggregate VALUES ('62063', 'suite/thing', '00000000-0000-0000-0000-000000000001', 2, 2, '\x012f0d21da4d899a48a173d35a3b986aa22829036cf346e5842be7d4b6fa7dbb', '{"format":"communes-suite/thing","version":1,"data":{"é":[1.5,null]}}');
INSERT INTO communes_ledger.command VALUES ('62063', '6b86b273-ff34-8ce1-9d6b-804eff5a3f57', '\x391552c099c101b131feaf24c5795a6a15bc8ec82015424e0d2b4274a369a0bf', '{"command":"6b86b273-ff34-8ce1-9d6b-804eff5a3f57","versions":[[{"kind":"suite/thing","id":"00000000-0000-0000-0000-000000000001"},1]],"numbers":{"order/2026":[1]}}');
INSERT INTO communes_ledger.command VALUES ('62063', 'd4735e3a-265e-86ee-a03f-59718b9b5d03', '\xcc11310c456c3690d5a74c23aa31cc25b4e74cdae146c71e54ad9dbc1d109fde', '{"command":"d4735e3a-265e-86ee-a03f-59718b9b5d03","versions":[[{"kind":"suite/thing","id":"00000000-0000-0000-0000-000000000002"},1]],"numbers":{"order/2026":[2]}}');
INSERT INTO communes_ledger.command VALUES ('62063', '4e074085-62be-8b8b-a0ce-05c1decfe3ad', '\xa4aab3f1f08004e907d2357fafe74cab56359bcb32e23f52e7eb1d3a9c0a2ad3', '{"command":"4e074085-62be-8b8b-a0ce-05c1decfe3ad","versions":[[{"kind":"suite/thing","id":"00000000-0000-0000-0000-000000000003"},1]],"numbers":{"order/2026":[3]}}');
INSERT INTO communes_ledger.command VALUES ('62063', 'b8d31e85-2725-8fb1-a26d-53bab6095b2b', '\x990c23868b965814b117cf9a6c4dfe45452eadc2171e1f981865ebfc84f10724', '{"command":"b8d31e85-2725-8fb1-a26d-53bab6095b2b","versions":[[{"kind":"suite/thing","id":"00000000-0000-0000-0000-000000000001"},2]],"numbers":{}}');
INSERT INTO communes_ledger.effect OVERRIDING SYSTEM VALUE VALUES ('62063', 'mail/00000000-0000-0000-0000-000000000002', 2, 'mail', 'suite/thing', '00000000-0000-0000-0000-000000000002', '{"format":"communes-suite/thing","version":1,"data":{"to":"somebody"}}', NULL, NULL, 'waiting', 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO communes_ledger.effect OVERRIDING SYSTEM VALUE VALUES ('62063', 'mail/00000000-0000-0000-0000-000000000003', 3, 'mail', 'suite/thing', '00000000-0000-0000-0000-000000000003', '{"format":"communes-suite/thing","version":1,"data":{"to":"somebody"}}', NULL, NULL, 'waiting', 0, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO communes_ledger.effect OVERRIDING SYSTEM VALUE VALUES ('62063', 'mail/00000000-0000-0000-0000-000000000001', 1, 'mail', 'suite/thing', '00000000-0000-0000-0000-000000000001', NULL, NULL, NULL, 'delivered', 1, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO communes_ledger.epoch VALUES (1);
INSERT INTO communes_ledger.migration VALUES (1, 'ledger');
INSERT INTO communes_ledger.record OVERRIDING SYSTEM VALUE VALUES ('62063', 1, 726, 1, 'suite/thing', '00000000-0000-0000-0000-000000000001', 1, 'written', '{"format":"communes-suite/thing","version":1,"data":{"number":1}}', '2026-01-01 00:00:00.123456+00', '{"id":"clerk-1","kind":"staff"}', '6b86b273-ff34-8ce1-9d6b-804eff5a3f57', '\x672e2c10327b00b7aaaea3180918193acb11cf192db6478d60101d4285b5287e');
INSERT INTO communes_ledger.record OVERRIDING SYSTEM VALUE VALUES ('62063', 1, 727, 2, 'suite/thing', '00000000-0000-0000-0000-000000000002', 1, 'written', '{"format":"communes-suite/thing","version":1,"data":{"number":2}}', '2026-01-01 00:00:00.123456+00', '{"id":"clerk-1","kind":"staff"}', 'd4735e3a-265e-86ee-a03f-59718b9b5d03', '\xd9d6700a54114b9ef16dd73f6db67b379ba545b2175a047d29295f955f9eedc6');
INSERT INTO communes_ledger.record OVERRIDING SYSTEM VALUE VALUES ('62063', 1, 728, 3, 'suite/thing', '00000000-0000-0000-0000-000000000003', 1, 'written', '{"format":"communes-suite/thing","version":1,"data":{"number":3}}', '2026-01-01 00:00:00.123456+00', '{"id":"clerk-1","kind":"staff"}', '4e074085-62be-8b8b-a0ce-05c1decfe3ad', '\x0bfe618750723a6dbbd5cee17d22fdc3fef51e631020b456ac0cba2dc91809bf');
INSERT INTO communes_ledger.record OVERRIDING SYSTEM VALUE VALUES ('62063', 1, 729, 4, 'suite/thing', '00000000-0000-0000-0000-000000000001', 2, 'written', '{"format":"communes-suite/thing","version":1,"data":{"é":[1.5,null]}}', '2026-01-01 00:00:00.123456+00', '{"id":"clerk-1","kind":"staff"}', 'b8d31e85-2725-8fb1-a26d-53bab6095b2b', '\x012f0d21da4d899a48a173d35a3b986aa22829036cf346e5842be7d4b6fa7dbb');
INSERT INTO communes_ledger.series VALUES ('62063', 'order/2026', 3);
INSERT INTO communes_ledger.timer VALUES ('62063', 'suite/thing', '00000000-0000-0000-0000-000000000001', 'answer-due', '2026-01-01 00:05:00.123456+00', '{"format":"communes-suite/thing","version":1,"data":null}', 1, 0, NULL, NULL);
INSERT INTO communes_ledger.timer VALUES ('62063', 'suite/thing', '00000000-0000-0000-0000-000000000002', 'answer-due', '2026-01-01 00:05:00.123456+00', '{"format":"communes-suite/thing","version":1,"data":null}', 1, 0, NULL, NULL);
INSERT INTO communes_ledger.timer VALUES ('62063', 'suite/thing', '00000000-0000-0000-0000-000000000003', 'answer-due', '2026-01-01 00:05:00.123456+00', '{"format":"communes-suite/thing","version":1,"data":null}', 1, 0, NULL, NULL);
INSERT INTO communes_workflow.migration VALUES (1, 'worklist');
SELECT pg_catalog.setval('communes_ledger.effect_position_seq', 3, true);
SELECT pg_catalog.setval('communes_ledger.record_position_seq', 4, true);
ALTER TABLE ONLY communes_doc_ordering.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY communes_doc_ordering.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY communes_doc_ordering.unmatched
    ADD CONSTRAINT unmatched_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY communes_eid_verify.challenge
    ADD CONSTRAINT challenge_pkey PRIMARY KEY (tenant, session);
ALTER TABLE ONLY communes_eid_verify.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY communes_ledger.aggregate
    ADD CONSTRAINT aggregate_pkey PRIMARY KEY (tenant, kind, id);
ALTER TABLE ONLY communes_ledger.command
    ADD CONSTRAINT command_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY communes_ledger.effect
    ADD CONSTRAINT effect_key PRIMARY KEY (tenant, key);
ALTER TABLE ONLY communes_ledger.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
ALTER TABLE ONLY communes_ledger.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (tenant, epoch, transaction, "position");
ALTER TABLE ONLY communes_ledger.record
    ADD CONSTRAINT record_tenant_kind_aggregate_id_number_key UNIQUE (tenant, kind, aggregate_id, number);
ALTER TABLE ONLY communes_ledger.series
    ADD CONSTRAINT series_pkey PRIMARY KEY (tenant, series);
ALTER TABLE ONLY communes_ledger.timer
    ADD CONSTRAINT timer_pkey PRIMARY KEY (tenant, kind, aggregate_id, name);
ALTER TABLE ONLY communes_workflow.candidate
    ADD CONSTRAINT candidate_pkey PRIMARY KEY (tenant, role, due, id);
ALTER TABLE ONLY communes_workflow.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (tenant, id);
ALTER TABLE ONLY communes_workflow.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
CREATE INDEX orders_citizen ON communes_doc_ordering.orders USING btree (tenant, citizen, submitted, id);
CREATE UNIQUE INDEX orders_code ON communes_doc_ordering.orders USING btree (tenant, code) WHERE (code IS NOT NULL);
CREATE UNIQUE INDEX orders_number ON communes_doc_ordering.orders USING btree (tenant, number);
CREATE INDEX orders_reference ON communes_doc_ordering.orders USING btree (tenant, reference) WHERE (reference IS NOT NULL);
CREATE INDEX orders_refund ON communes_doc_ordering.orders USING btree (tenant, due, id) WHERE refund;
CREATE INDEX orders_stage ON communes_doc_ordering.orders USING btree (tenant, stage, due, id);
CREATE INDEX unmatched_booked ON communes_doc_ordering.unmatched USING btree (tenant, booked, id);
CREATE INDEX challenge_end ON communes_eid_verify.challenge USING btree (tenant, expires_at);
CREATE INDEX effect_dead ON communes_ledger.effect USING btree (tenant, "position") WHERE (state = 'dead'::text);
CREATE INDEX effect_order ON communes_ledger.effect USING btree (tenant, aggregate_kind, aggregate_id, "position") WHERE (state = ANY (ARRAY['waiting'::text, 'dead'::text]));
CREATE INDEX effect_waiting ON communes_ledger.effect USING btree (tenant, "position") WHERE (state = 'waiting'::text);
CREATE INDEX effect_worker ON communes_ledger.effect USING btree (tenant, worker) WHERE (worker IS NOT NULL);
CREATE INDEX timer_due ON communes_ledger.timer USING btree (tenant, due);
CREATE INDEX candidate_id ON communes_workflow.candidate USING btree (tenant, id);
CREATE INDEX instance_due ON communes_workflow.instance USING btree (tenant, due, id);
CREATE INDEX instance_open ON communes_workflow.instance USING btree (tenant, due, id) WHERE open;
