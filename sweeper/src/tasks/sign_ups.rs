//! Sign-ups that nobody confirmed.

use face_login_aws::users::Removed;
use face_login_domain::sweep::sign_up_is_over;

use crate::{Report, Sweeper, TaskError};

impl Sweeper {
    pub(super) async fn sign_ups(
        &self,
        place: Option<String>,
        report: &mut Report,
    ) -> Result<Option<String>, TaskError> {
        let Some(limit) = self.config.sign_ups else {
            return Ok(None);
        };
        let pool = &self.config.user_pool;
        self.pace().await;
        let page = self.users.unconfirmed(pool, place).await?;
        let now = self.around.timestamp();
        let over = page.found.iter();
        for user in over.filter(|user| sign_up_is_over(user.created, limit, now)) {
            self.pace().await;
            if self.users.remove_unconfirmed(pool, &user.name).await? == Removed::Now {
                report.sign_ups += 1;
            }
        }
        Ok(page.next)
    }
}
