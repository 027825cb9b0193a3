//! Notice by mail of a claim: whoever owns the account hears of it while they can still end it.

use face_login_domain::{claim_mail::claim_mail, figures::Figure, succession::Succession};
use face_login_process::figures;
use tokio::time::{Instant, timeout_at};

use super::{Asked, Verifier};

impl Verifier {
    /// Sends the mail, if the change that was just stored is a claim and a sender is configured. Only the run that stored the claim comes here, so
    /// there is one mail at most; one that can't be sent changes nothing but the log and a figure.
    pub(super) async fn give_notice(
        &self,
        asked: &Asked,
        change: Option<&Succession>,
        deadline: Instant,
    ) {
        let (Some(mailer), Some(until)) = (&self.mailer, change.and_then(Succession::held_until))
        else {
            return;
        };
        let now = (self.edge.now)();
        let Some(mailbox) = &asked.mailbox else {
            tracing::error!(claim.notice = "NO_MAILBOX", "nobody hears of a claim");
            figures::count(Figure::ClaimMailFailed);
            return;
        };
        let mail = claim_mail(mailbox.locale.as_deref(), until);
        let sending = timeout_at(deadline, mailer.send(&mailbox.address, &mail, now));
        let sent = match sending.await {
            Ok(Ok(())) => {
                tracing::info!(claim.notice = "SENT", "the mailbox hears of a claim");
                true
            }
            Ok(Err(error)) => {
                tracing::error!(
                    claim.notice = "FAILED",
                    error = &error as &dyn std::error::Error,
                    "the mailbox does not hear of a claim"
                );
                false
            }
            Err(_) => {
                tracing::error!(
                    claim.notice = "FAILED",
                    "the mailbox was not told of a claim in time"
                );
                false
            }
        };
        figures::count(if sent {
            Figure::ClaimMail
        } else {
            Figure::ClaimMailFailed
        });
    }
}
