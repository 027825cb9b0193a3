//! `SignUp`.

use rusqlite::Transaction;
use serde_json::{Value, json};

use super::{
    attributes::{self, Writer},
    password,
};
use crate::{
    clients::AppClient,
    config::SignUp,
    names::is_email,
    refusal::Refusal,
    service::Service,
    settings::MailPurpose,
    srp::Credential,
    store::{Enabled, User, UserStatus},
    triggers::{Events, PreSignUp, Trigger},
    wire::{Limits, Members, StringMap},
};

/// What a client sends to become a user.
struct SignUpRequest {
    client_id: String,
    name: String,
    password: String,
    attributes: Vec<(String, String)>,
    validation_data: Vec<(String, String)>,
    metadata: Option<StringMap>,
    secret_hash: Option<String>,
}

impl SignUpRequest {
    fn read(mut members: Members) -> Result<Self, Refusal> {
        let request = Self {
            client_id: members.required("ClientId", Limits::CLIENT_ID),
            name: members.required("Username", Limits::USERNAME),
            // Only a pool with a passwordless factor of Cognito's own would do without.
            password: members.required("Password", Limits::PASSWORD),
            attributes: members.attributes("UserAttributes"),
            validation_data: members.attributes("ValidationData"),
            metadata: members.map("ClientMetadata"),
            secret_hash: members.optional("SecretHash", Limits::ANY),
        };
        members.user_context_data();
        members.finish()?;
        Ok(request)
    }
}

impl Service {
    pub(crate) async fn sign_up(&self, members: Members) -> Result<Value, Refusal> {
        let request = SignUpRequest::read(members)?;
        let client = self.client(&request.client_id)?;
        client.check_secret_hash(&request.name, request.secret_hash.as_deref())?;
        if self.pool.sign_up == SignUp::AdminOnly {
            return Err(Refusal::SignUpNotPermitted);
        }
        if self.pool.email_alias && is_email(&request.name) {
            return Err(Refusal::UsernameIsEmail);
        }
        let attributes = attributes::check(
            &self.pool,
            Writer::Client(&client.config),
            request.attributes.clone(),
        )?;
        password::check(&self.pool.password, &request.password)?;
        let decided = self.pre_sign_up(&client, &request, &attributes).await?;
        let user = self.new_user(&request, attributes, decided);
        self.store.transact(|tx| self.store_user(tx, &user))?;
        if user.status == UserStatus::Confirmed {
            self.post_confirmation(
                &self.events(&client),
                "PostConfirmation_ConfirmSignUp",
                &user,
                request.metadata.as_ref(),
            )
            .await?;
        }
        let mut answer =
            json!({"UserConfirmed": user.status == UserStatus::Confirmed, "UserSub": user.sub});
        if let Some(email) = user.email()
            && self.pool.verifies_email
            && user.status == UserStatus::Unconfirmed
        {
            let (events, metadata) = (self.events(&client), request.metadata.as_ref());
            let purpose = MailPurpose::SignUp;
            answer["CodeDeliveryDetails"] = self
                .mail_code(&events, &user, email, purpose, metadata)
                .await?;
        }
        Ok(answer)
    }

    async fn pre_sign_up(
        &self,
        client: &AppClient,
        request: &SignUpRequest,
        attributes: &StringMap,
    ) -> Result<PreSignUp, Refusal> {
        let Some(arn) = &self.pool.triggers.pre_sign_up else {
            return Ok(PreSignUp {
                confirm: false,
                verify_email: false,
            });
        };
        let validation_data: StringMap = request.validation_data.iter().cloned().collect();
        let validation_data = (!validation_data.is_empty()).then_some(&validation_data);
        let event = self.events(client).pre_sign_up(
            "PreSignUp_SignUp",
            &request.name,
            attributes,
            validation_data,
            request.metadata.as_ref(),
        );
        let decided = PreSignUp::read(&self.functions.call(Trigger::PreSignUp, arn, event).await?)?;
        if decided.verify_email && !attributes.contains_key("email") {
            return Err(Refusal::NoEmailToVerify);
        }
        Ok(decided)
    }

    fn new_user(&self, request: &SignUpRequest, attributes: StringMap, decided: PreSignUp) -> User {
        let now = self.now();
        let pool_name = self.settings.srp_pool_name();
        User {
            key: self.key(&request.name),
            name: request.name.clone(),
            sub: self.randomness.uuid().to_string(),
            status: if decided.confirm {
                UserStatus::Confirmed
            } else {
                UserStatus::Unconfirmed
            },
            enabled: Enabled::Yes,
            email_verified: decided.verify_email,
            attributes,
            credential: Credential::new(
                pool_name,
                &request.name,
                &request.password,
                &self.randomness,
            ),
            temporary_until: None,
            created: now,
            modified: now,
        }
    }

    fn store_user(&self, tx: &Transaction<'_>, user: &User) -> Result<(), Refusal> {
        if User::by_name(tx, &user.key)?.is_some() {
            return Err(Refusal::UsernameExists);
        }
        user.insert(tx)?;
        match user.email() {
            Some(email) if self.pool.email_alias && user.email_verified => {
                // A function that vouches for an address takes it from whoever had it.
                self.move_alias(tx, user, email)
            }
            _ => Ok(()),
        }
    }

    /// Lets the address lead to `user`; the owner so far keeps it as an unverified attribute.
    pub(super) fn move_alias(
        &self,
        tx: &Transaction<'_>,
        user: &User,
        email: &str,
    ) -> Result<(), Refusal> {
        let key = self.key(email);
        if let Some(mut owner) = User::alias_owner(tx, &key)?.filter(|owner| owner.key != user.key)
        {
            owner.email_verified = false;
            owner.modified = self.now();
            owner.update(tx)?;
        }
        user.claim_alias(tx, &key)?;
        Ok(())
    }

    pub(super) async fn post_confirmation(
        &self,
        events: &Events<'_>,
        source: &'static str,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Result<(), Refusal> {
        let Some(arn) = &self.pool.triggers.post_confirmation else {
            return Ok(());
        };
        let event = events.post_confirmation(source, user, metadata);
        self.functions
            .call(Trigger::PostConfirmation, arn, event)
            .await?;
        Ok(())
    }
}
