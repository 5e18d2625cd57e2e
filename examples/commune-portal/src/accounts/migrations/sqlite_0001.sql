CREATE TABLE portal_session (
    id BLOB PRIMARY KEY,
    form_token BLOB NOT NULL,
    ends_at INTEGER NOT NULL,
    person TEXT,
    name TEXT,
    staff BLOB
) STRICT;
CREATE INDEX portal_session_end ON portal_session (ends_at);

CREATE TABLE portal_staff (
    id BLOB PRIMARY KEY,
    person TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles TEXT NOT NULL
) STRICT;

CREATE TABLE portal_invitation (
    code BLOB PRIMARY KEY,
    roles TEXT NOT NULL,
    is_first INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;

CREATE TABLE portal_file_access (
    id INTEGER PRIMARY KEY,
    staff BLOB NOT NULL,
    subject BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX portal_file_access_subject ON portal_file_access (subject, at);
