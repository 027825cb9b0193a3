//! The mails that would have been sent.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use face_login_local_cognito::Mail;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::net::escaped;
use crate::queue::millis;

/// All mails, on disk.
pub(crate) struct Inbox(Mutex<Connection>);

/// A mail of a function's own.
pub(crate) struct Sent {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// The value of its tag `purpose`.
    pub(crate) purpose: String,
    pub(crate) at: SystemTime,
}

const TABLES: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS mail (
        id INTEGER PRIMARY KEY, recipient TEXT NOT NULL COLLATE NOCASE, subject TEXT NOT NULL, body TEXT NOT NULL, code TEXT NOT NULL,
        purpose TEXT NOT NULL, at INTEGER NOT NULL) STRICT;";

impl Inbox {
    pub(crate) fn open(dir: &Path) -> Result<Self, rusqlite::Error> {
        let database = Connection::open(dir.join("inbox.sqlite"))?;
        database.execute_batch(TABLES)?;
        Ok(Self(Mutex::new(database)))
    }

    /// Keeps a mail that Amazon SES was asked to send.
    pub(crate) fn keep_sent(&self, mail: &Sent) -> Result<(), rusqlite::Error> {
        let Sent {
            to,
            subject,
            body,
            purpose,
            at,
        } = mail;
        self.insert([to, subject, body, "", purpose], *at)
    }

    /// Keeps a mail with a code.
    pub(crate) fn keep(&self, mail: &Mail) -> Result<(), rusqlite::Error> {
        let Mail {
            to,
            subject,
            body,
            code,
            ..
        } = mail;
        self.insert([to, subject, body, code, mail.purpose.as_str()], mail.at)
    }

    fn insert(
        &self,
        [to, subject, body, code, purpose]: [&str; 5],
        at: SystemTime,
    ) -> Result<(), rusqlite::Error> {
        let insert = "INSERT INTO mail (recipient, subject, body, code, purpose, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let row = params![to, subject, body, code, purpose, millis(at)];
        self.database().execute(insert, row).map(drop)
    }

    /// Newest first; those to one address, or all.
    pub(crate) fn list(&self, to: Option<&str>) -> Result<Vec<Value>, rusqlite::Error> {
        let database = self.database();
        let mut select = database.prepare("SELECT recipient, subject, body, code, purpose, at FROM mail WHERE ?1 IS NULL OR recipient = ?1 ORDER BY id DESC LIMIT 1000")?;
        let rows = select.query_map(params![to], |row| {
            let text = |index| row.get::<_, String>(index);
            Ok(json!({"to": text(0)?, "subject": text(1)?, "body": text(2)?, "code": text(3)?, "purpose": text(4)?, "at": rfc3339(row.get(5)?)}))
        })?;
        rows.collect()
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rfc3339(millis: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000);
    at.ok()
        .and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}

fn code(code: &str) -> String {
    if code.is_empty() {
        return String::new();
    }
    format!("<p>Code: <code>{code}</code></p>")
}

/// The page for people. It asks again by itself.
pub(crate) fn page(mails: &[Value]) -> String {
    let mut rows = String::new();
    for mail in mails {
        let text = |key: &str| escaped(mail[key].as_str().unwrap_or_default());
        let _ = write!(
            rows,
            "<article><h2>{}</h2><p><time>{}</time> to <b>{}</b></p><pre>{}</pre>{}</article>",
            text("subject"),
            text("at"),
            text("to"),
            text("body"),
            code(&text("code"))
        );
    }
    if rows.is_empty() {
        rows.push_str("<p>No mail yet.</p>");
    }
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"3\"><title>Inbox of the local stack</title>\
         <style>body{{font:1rem/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}}article{{border-top:1px solid #bbb}}code{{font-size:1.5rem}}pre{{white-space:pre-wrap}}</style>\
         </head><body><h1>Inbox of the local stack</h1>{rows}</body></html>"
    )
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use face_login_local_cognito::{Mail, MailPurpose};

    use super::{Inbox, page};

    #[test]
    fn mails_are_kept_newest_first() {
        let dir = tempfile::tempdir().unwrap();
        let mail = |to: &str, code: &str| Mail {
            to: to.to_owned(),
            subject: "Code".to_owned(),
            body: "<b>".to_owned(),
            code: code.to_owned(),
            purpose: MailPurpose::SignUp,
            at: UNIX_EPOCH + Duration::from_secs(1),
        };
        let inbox = Inbox::open(dir.path()).unwrap();
        for (to, code) in [("a@b.c", "1"), ("x@y.z", "2"), ("A@b.c", "3")] {
            inbox.keep(&mail(to, code)).unwrap();
        }
        drop(inbox);
        let inbox = Inbox::open(dir.path()).unwrap();
        let codes = |to| {
            inbox
                .list(to)
                .unwrap()
                .iter()
                .map(|mail| mail["code"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(codes(Some("a@B.c")), ["3", "1"]);
        assert_eq!(codes(None), ["3", "2", "1"]);
        let mails = inbox.list(Some("x@y.z")).unwrap();
        assert_eq!(
            (mails[0]["purpose"].as_str(), mails[0]["at"].as_str()),
            (Some("SignUp"), Some("1970-01-01T00:00:01Z"))
        );
        assert!(page(&mails).contains("&lt;b&gt;"));
    }
}
