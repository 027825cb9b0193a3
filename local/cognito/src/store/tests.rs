//! Data of older versions is taken over whole.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::{ClientRow, CodePurpose, Grant, GrantState, MailedCode, Store, StoreError, schema};
use crate::names::NameKey;

#[test]
fn first_version_keeps_its_grants_tokens_and_codes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cognito.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(schema::STEPS[0]).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    let user = "INSERT INTO users VALUES ('jane', 'Jane', 'sub', 'CONFIRMED', 1, 1, '{}', x'11', x'11', 5, 5)";
    old.execute(user, []).unwrap();
    let code = "INSERT INTO codes VALUES ('jane', 'RESET', '123456', 99)";
    old.execute(code, []).unwrap();
    let digest: [u8; 32] = Sha256::digest(b"refresh").into();
    let grant = "INSERT INTO grants VALUES ('origin', 'jane', ?1, 5, 'event', 99, 1)";
    old.execute(grant, [digest]).unwrap();
    let access = "INSERT INTO access_tokens VALUES ('jti', 'origin', 99)";
    old.execute(access, []).unwrap();
    let session = "INSERT INTO sessions VALUES (x'00', 'flow', '{}', 99, 0)";
    old.execute(session, []).unwrap();
    drop(old);

    for opening in ["first", "second"] {
        let store = Store::open(&path).unwrap();
        store
            .transact(|tx| {
                let (grant, replaced) = Grant::of_refresh_token(tx, "refresh")?.unwrap();
                assert_eq!(
                    (grant.origin_jti.as_str(), grant.state, replaced),
                    ("origin", GrantState::Revoked, None),
                    "{opening}"
                );
                ClientRow::adopt_grants(tx, "page")?;
                let grant = Grant::of_access_token(tx, "jti")?.unwrap();
                assert_eq!(grant.client, "page", "{opening}");
                let sessions: i64 =
                    tx.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0))?;
                assert_eq!(sessions, 0, "nobody knows their clients");
                let jane = NameKey::stored("jane".to_owned());
                let code = MailedCode::get(tx, &jane, CodePurpose::Reset)?.unwrap();
                assert!(code.matches("123456") && code.address().is_none());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    let store = Store::open(&path).unwrap();
    let left = store.transact(|tx| {
        tx.execute("DELETE FROM users", [])?;
        Ok::<_, StoreError>(Grant::of_refresh_token(tx, "refresh")?.is_some())
    });
    assert!(!left.unwrap(), "what belongs to a user goes with the user");
}

#[test]
fn version_counts_the_steps() {
    assert_eq!(usize::try_from(schema::VERSION), Ok(schema::STEPS.len()));
}
