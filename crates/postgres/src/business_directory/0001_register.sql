-- A register, of no tenant. A row comes once: its key is the entity and a digest of all its columns.
-- No foreign keys: registers have rows about entities whose own row never came, and an entity's rows outlive its own row.
-- An empty text stands for nothing.

CREATE TABLE communes_register.entity (
    entity     bigint PRIMARY KEY,
    enterprise bigint,
    person     smallint NOT NULL,
    form       text,
    read_as    text,
    situation  text,
    started    date,
    gone_on    date
);
CREATE INDEX entity_of ON communes_register.entity (enterprise, entity) WHERE enterprise IS NOT NULL AND gone_on IS NULL;

CREATE TABLE communes_register.name (
    entity   bigint NOT NULL,
    kind     text NOT NULL,
    language text NOT NULL,
    text     text NOT NULL,
    digest   text GENERATED ALWAYS AS (md5(kind || E'\x1f' || language || E'\x1f' || text)) STORED,
    PRIMARY KEY (entity, digest)
);

CREATE TABLE communes_register.address (
    entity          bigint NOT NULL,
    kind            text NOT NULL,
    country_nl      text NOT NULL,
    country_fr      text NOT NULL,
    postcode        text NOT NULL,
    municipality_nl text NOT NULL,
    municipality_fr text NOT NULL,
    street_nl       text NOT NULL,
    street_fr       text NOT NULL,
    house_number    text NOT NULL,
    box_number      text NOT NULL,
    extra           text NOT NULL,
    struck_off      text NOT NULL,
    digest          text GENERATED ALWAYS AS (
        md5(
            kind || E'\x1f' || country_nl || E'\x1f' || country_fr || E'\x1f' || postcode || E'\x1f' || municipality_nl || E'\x1f'
            || municipality_fr || E'\x1f' || street_nl || E'\x1f' || street_fr || E'\x1f' || house_number || E'\x1f' || box_number
            || E'\x1f' || extra || E'\x1f' || struck_off
        )
    ) STORED,
    PRIMARY KEY (entity, digest)
);

CREATE TABLE communes_register.contact (
    entity bigint NOT NULL,
    kind   text NOT NULL,
    value  text NOT NULL,
    digest text GENERATED ALWAYS AS (md5(kind || E'\x1f' || value)) STORED,
    PRIMARY KEY (entity, digest)
);

-- `groups` is a bit for each administration.
CREATE TABLE communes_register.activity (
    entity  bigint NOT NULL,
    version smallint NOT NULL,
    code    text NOT NULL,
    class   text NOT NULL,
    groups  bigint NOT NULL,
    PRIMARY KEY (entity, version, code, class)
);

CREATE TABLE communes_register.code (
    category text NOT NULL,
    code     text NOT NULL,
    language text NOT NULL,
    text     text NOT NULL,
    PRIMARY KEY (category, code, language)
);

CREATE TABLE communes_register.checkpoint (
    one   integer PRIMARY KEY CHECK (one = 1),
    state text NOT NULL
);
