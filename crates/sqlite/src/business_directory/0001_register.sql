-- A register, in a file of its own. Rows of an entity lie together, and a row is its own key: a row that comes twice is one.
-- No foreign keys: registers have rows about entities whose own row never came, and an entity's rows outlive its own row.
-- An empty text stands for nothing; dates are ISO 8601.

CREATE TABLE communes_register_entity (
    entity     INTEGER PRIMARY KEY,
    enterprise INTEGER,
    person     INTEGER NOT NULL,
    form       TEXT,
    read_as    TEXT,
    situation  TEXT,
    started    TEXT,
    gone_on    TEXT
) STRICT;
CREATE INDEX communes_register_entity_of ON communes_register_entity (enterprise, entity)
    WHERE enterprise IS NOT NULL AND gone_on IS NULL;

CREATE TABLE communes_register_name (
    entity   INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (entity, kind, language, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE communes_register_address (
    entity          INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    country_nl      TEXT NOT NULL,
    country_fr      TEXT NOT NULL,
    postcode        TEXT NOT NULL,
    municipality_nl TEXT NOT NULL,
    municipality_fr TEXT NOT NULL,
    street_nl       TEXT NOT NULL,
    street_fr       TEXT NOT NULL,
    house_number    TEXT NOT NULL,
    box_number      TEXT NOT NULL,
    extra           TEXT NOT NULL,
    struck_off      TEXT NOT NULL,
    PRIMARY KEY (
        entity, kind, country_nl, country_fr, postcode, municipality_nl, municipality_fr, street_nl, street_fr, house_number,
        box_number, extra, struck_off
    )
) STRICT, WITHOUT ROWID;

CREATE TABLE communes_register_contact (
    entity INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (entity, kind, value)
) STRICT, WITHOUT ROWID;

-- `groups` is a bit for each administration.
CREATE TABLE communes_register_activity (
    entity  INTEGER NOT NULL,
    version INTEGER NOT NULL,
    code    TEXT NOT NULL,
    class   TEXT NOT NULL,
    groups  INTEGER NOT NULL,
    PRIMARY KEY (entity, version, code, class)
) STRICT, WITHOUT ROWID;

CREATE TABLE communes_register_code (
    category TEXT NOT NULL,
    code     TEXT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (category, code, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE communes_register_checkpoint (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    state TEXT NOT NULL
) STRICT;
