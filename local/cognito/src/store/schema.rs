//! The tables, as the first version made them and as later ones changed them.
//!
//! A step is never edited once it has been released: data of every older version goes through all steps after its own.

/// Version of the tables after all steps; data with a higher one is refused.
pub(super) const VERSION: i64 = 4;

/// Step `n` leads from version `n` to `n + 1`.
pub(super) const STEPS: &[&str] = &[
    FIRST,
    ATTRIBUTES_AND_ROTATION,
    SEVERAL_CLIENTS,
    TEMPORARY_PASSWORDS,
];

const FIRST: &str = "
CREATE TABLE secrets(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE users(
    name_key TEXT PRIMARY KEY, name TEXT NOT NULL, sub TEXT NOT NULL UNIQUE, status TEXT NOT NULL, enabled INTEGER NOT NULL,
    email_verified INTEGER NOT NULL, attributes TEXT NOT NULL, salt BLOB NOT NULL, verifier BLOB NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL) STRICT;
CREATE TABLE aliases(email_key TEXT PRIMARY KEY, name_key TEXT NOT NULL REFERENCES users ON DELETE CASCADE) STRICT;
CREATE TABLE codes(
    name_key TEXT NOT NULL REFERENCES users ON DELETE CASCADE, purpose TEXT NOT NULL, code TEXT NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY(name_key, purpose)) STRICT;
CREATE TABLE limited_calls(call TEXT NOT NULL, name_key TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX limited_calls_by_name ON limited_calls(name_key, call);
CREATE TABLE password_failures(name_key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE TABLE failed_flows(flow TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
CREATE TABLE sessions(
    digest BLOB PRIMARY KEY, flow TEXT NOT NULL, state TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
CREATE TABLE grants(
    origin_jti TEXT PRIMARY KEY, name_key TEXT NOT NULL REFERENCES users ON DELETE CASCADE, refresh_digest BLOB NOT NULL UNIQUE,
    auth_time INTEGER NOT NULL, event_id TEXT NOT NULL, expires INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT;
CREATE TABLE access_tokens(
    jti TEXT PRIMARY KEY, origin_jti TEXT NOT NULL REFERENCES grants ON DELETE CASCADE, expires INTEGER NOT NULL) STRICT;
";

/// A code knows the address that it was mailed to; a grant can have several refresh tokens.
const ATTRIBUTES_AND_ROTATION: &str = "
ALTER TABLE codes ADD COLUMN address TEXT;
CREATE TABLE refresh_tokens(
    digest BLOB PRIMARY KEY, origin_jti TEXT NOT NULL REFERENCES grants ON DELETE CASCADE, replaced_at INTEGER) STRICT;
INSERT INTO refresh_tokens(digest, origin_jti) SELECT refresh_digest, origin_jti FROM grants;
CREATE TABLE grants_without_token(
    origin_jti TEXT PRIMARY KEY, name_key TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    auth_time INTEGER NOT NULL, event_id TEXT NOT NULL, expires INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT;
INSERT INTO grants_without_token SELECT origin_jti, name_key, auth_time, event_id, expires, revoked FROM grants;
DROP TABLE grants;
ALTER TABLE grants_without_token RENAME TO grants;
";

/// A session did not say whose client it was: sign-ins that are under way have to begin again.
const SEVERAL_CLIENTS: &str = "
CREATE TABLE clients(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, secret TEXT, deployed TEXT, properties TEXT NOT NULL, deleted INTEGER NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL) STRICT;
CREATE TABLE pool(properties TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL) STRICT;
ALTER TABLE grants ADD COLUMN client_id TEXT NOT NULL DEFAULT '';
DELETE FROM sessions;
";

/// What a session remembers has another shape now, so sign-ins that are under way have to begin again.
const TEMPORARY_PASSWORDS: &str = "
ALTER TABLE users ADD COLUMN temporary_until INTEGER;
DELETE FROM sessions;
";
