//! The triggers before and after a sign-in.

use super::state::Person;
use crate::{
    clients::AppClient, refusal::Refusal, service::Service, store::User, triggers::Trigger,
    wire::StringMap,
};

impl Service {
    /// Asked before any challenge, about unknown names too where the client hides who exists.
    pub(super) async fn pre_authentication(
        &self,
        client: &AppClient,
        person: &Person,
        validation_data: Option<&StringMap>,
    ) -> Result<(), Refusal> {
        let Some(arn) = &self.pool.triggers.pre_authentication else {
            return Ok(());
        };
        let event = self
            .events(client)
            .pre_authentication(&person.request(None), validation_data);
        self.functions
            .call(Trigger::PreAuthentication, arn, event)
            .await
            .map(drop)
    }

    /// Told when a sign-in has succeeded, before its tokens are made; a failure still ends it. Refreshing tells nobody.
    pub(crate) async fn post_authentication(
        &self,
        client: &AppClient,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Result<(), Refusal> {
        let Some(arn) = &self.pool.triggers.post_authentication else {
            return Ok(());
        };
        let event = self.events(client).post_authentication(user, metadata);
        self.functions
            .call(Trigger::PostAuthentication, arn, event)
            .await
            .map(drop)
    }
}
