//! The mail that goes out when somebody with the mailbox claims an account with a new face: what happened, from when it counts, and what ends it.
//!
//! It holds no link: who gets used to links in such mails follows those of others too.

use ::time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use crate::time::Timestamp;

const MINUTE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute] UTC");

/// A mail of plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimMail {
    /// Its subject.
    pub subject: &'static str,
    /// Its text.
    pub body: String,
}

/// The mail for somebody whose attribute `locale` is this, about a face that counts from `from`. German for German, English for all others.
pub fn claim_mail(locale: Option<&str>, from: Timestamp) -> ClaimMail {
    let from = written(from);
    let language = locale.unwrap_or_default().to_ascii_lowercase();
    if language.split(['-', '_']).next() == Some("de") {
        ClaimMail {
            subject: "Ein neues Gesicht für Ihr Konto",
            body: format!(
                "Jemand mit Zugang zu diesem Postfach will sich künftig mit einem neuen Gesicht bei Ihrem Konto anmelden.\n\n\
                 Waren Sie es, ist nichts zu tun: Das neue Gesicht gilt ab {from}.\n\n\
                 Waren Sie es nicht, melden Sie sich vorher einmal wie gewohnt mit Ihrem Gesicht an. Damit ist das neue verworfen. \
                 Ändern Sie danach das Passwort dieses Postfachs: Jemand anders kann es lesen.\n\n\
                 Diese Nachricht enthält absichtlich keinen Link.\n"
            ),
        }
    } else {
        ClaimMail {
            subject: "A new face for your account",
            body: format!(
                "Somebody with access to this mailbox asked to sign in to your account with a new face.\n\n\
                 If it was you, there is nothing to do: the new face counts from {from}.\n\n\
                 If it was not you, sign in with your face as usual before then. That cancels the new one. \
                 Then change the password of this mailbox: somebody else can read it.\n\n\
                 This message has no link in it, on purpose.\n"
            ),
        }
    }
}

fn written(at: Timestamp) -> String {
    let at = i64::try_from(at.secs())
        .ok()
        .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
    at.and_then(|at| at.format(MINUTE).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_says_from_when_the_face_counts_and_holds_no_link() {
        let from = Timestamp::from_millis(1_800_000_000_000);
        for (locale, subject) in [
            (None, "A new face for your account"),
            (Some("fr"), "A new face for your account"),
            (Some("den"), "A new face for your account"),
            (Some("de"), "Ein neues Gesicht für Ihr Konto"),
            (Some("DE-at"), "Ein neues Gesicht für Ihr Konto"),
            (Some("de_CH"), "Ein neues Gesicht für Ihr Konto"),
        ] {
            let mail = claim_mail(locale, from);
            assert_eq!(mail.subject, subject, "{locale:?}");
            assert!(mail.body.contains("2027-01-15 08:00 UTC"), "{}", mail.body);
            assert!(!mail.body.contains("://"), "{}", mail.body);
        }
    }
}
