CREATE TABLE commune_portal.session (
    tenant text NOT NULL,
    id bytea NOT NULL,
    form_token bytea NOT NULL,
    ends_at bigint NOT NULL,
    person text,
    name text,
    staff uuid,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX session_end ON commune_portal.session (tenant, ends_at);

CREATE TABLE commune_portal.staff (
    tenant text NOT NULL,
    id uuid NOT NULL,
    person text NOT NULL,
    name text NOT NULL,
    roles text NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, person)
);

CREATE TABLE commune_portal.invitation (
    tenant text NOT NULL,
    code bytea NOT NULL,
    roles text NOT NULL,
    is_first boolean NOT NULL,
    ends_at bigint NOT NULL,
    PRIMARY KEY (tenant, code)
);

CREATE TABLE commune_portal.file_access (
    tenant text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    staff uuid NOT NULL,
    subject uuid NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX file_access_subject ON commune_portal.file_access (tenant, subject, at);
