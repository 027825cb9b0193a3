//! `AdminCreateUser`.

use rusqlite::Transaction;
use serde_json::{Value, json};

use super::{
    admin_attributes::Verified,
    admin_password::Lasting,
    attributes::{self, Writer},
    confirm::AliasClash,
    list_users::user_type,
    password,
};
use crate::{
    names::is_email,
    refusal::Refusal,
    service::Service,
    srp::Credential,
    store::{Enabled, User, UserStatus},
    triggers::{PreSignUp, Trigger, user_attributes},
    wire::{Limits, Members, StringMap},
};

/// Letters in a password that is made up. Every policy is met, see [`Service::temporary_password`].
const PASSWORD_LETTERS: usize = 28;

/// Whether the new user hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
    /// `DesiredDeliveryMediums` names EMAIL. Its default is SMS, which this pool does not send.
    Mail,
    Suppressed,
}

struct NewUser {
    name: String,
    attributes: StringMap,
    verified: Verified,
    validation_data: Option<StringMap>,
    password: Option<String>,
    clash: AliasClash,
    action: Option<String>,
    message: Message,
    metadata: Option<StringMap>,
}

impl NewUser {
    fn read(service: &Service, mut members: Members) -> Result<Self, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let name = members.required("Username", Limits::USERNAME);
        let mut attributes: StringMap = members.attributes("UserAttributes").into_iter().collect();
        let validation_data: StringMap = members.attributes("ValidationData").into_iter().collect();
        let password = members.optional("TemporaryPassword", Limits::PASSWORD);
        let clash = match members.flag("ForceAliasCreation") {
            Some(true) => AliasClash::Move,
            Some(false) | None => AliasClash::Refuse,
        };
        let action = members.optional("MessageAction", Limits::ANY);
        let media = members.texts("DesiredDeliveryMediums").unwrap_or_default();
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        service.check_pool(pool_id)?;
        if !matches!(action.as_deref(), None | Some("RESEND" | "SUPPRESS")) {
            return Err(Refusal::Validation(vec![
                "Value at 'messageAction' failed to satisfy constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]"
                    .to_owned(),
            ]));
        }
        if let Some(other) = media.iter().find(|medium| *medium != "EMAIL") {
            return Err(Refusal::UnsupportedParameter(format!(
                "DesiredDeliveryMediums {other}"
            )));
        }
        Ok(Self {
            name,
            verified: Verified::take(&mut attributes)?,
            attributes,
            validation_data: (!validation_data.is_empty()).then_some(validation_data),
            password,
            clash,
            message: if media.is_empty() || action.as_deref() == Some("SUPPRESS") {
                Message::Suppressed
            } else {
                Message::Mail
            },
            action,
            metadata,
        })
    }
}

impl Service {
    pub(crate) async fn admin_create_user(&self, members: Members) -> Result<Value, Refusal> {
        let new = NewUser::read(self, members)?;
        let password = match &new.password {
            Some(password) => password.clone(),
            None => self.temporary_password(),
        };
        password::check(&self.pool.password, &password)?;
        let user = if new.action.as_deref() == Some("RESEND") {
            self.renew(&new, &password)?
        } else {
            self.create(&new, &password).await?
        };
        if new.message == Message::Mail {
            self.invite(&user, &password, new.metadata.as_ref()).await?;
        }
        Ok(json!({"User": user_type(&user, user_attributes(&user))}))
    }

    /// A new temporary password for a user who has not come yet.
    fn renew(&self, new: &NewUser, password: &str) -> Result<User, Refusal> {
        let user = self.user_named(&new.name)?;
        if user.status != UserStatus::ForceChangePassword {
            return Err(Refusal::ResendNotPossible(user.name));
        }
        if new.message == Message::Mail && user.email().is_none() {
            return Err(Refusal::NoEmailToVerify);
        }
        self.set_password(&user.key, password, Lasting::Temporary)
    }

    async fn create(&self, new: &NewUser, password: &str) -> Result<User, Refusal> {
        if self.pool.email_alias && is_email(&new.name) {
            return Err(Refusal::UsernameIsEmail);
        }
        let given = new.attributes.clone().into_iter().collect();
        let attributes = attributes::check(&self.pool, Writer::Administrator, given)?;
        let needs_email = new.verified == Verified::Yes || new.message == Message::Mail;
        if needs_email && !attributes.contains_key("email") {
            return Err(Refusal::NoEmailToVerify);
        }
        let now = self.now();
        let pool_name = self.settings.srp_pool_name();
        let mut user = User {
            key: self.key(&new.name),
            name: new.name.clone(),
            sub: self.randomness.uuid().to_string(),
            status: UserStatus::ForceChangePassword,
            enabled: Enabled::Yes,
            email_verified: new.verified == Verified::Yes,
            attributes,
            credential: Credential::new(pool_name, &new.name, password, &self.randomness),
            temporary_until: Some(now.plus(self.pool.password.temporary_validity)),
            created: now,
            modified: now,
        };
        self.pre_create(new, &mut user).await?;
        self.store
            .transact(|tx| self.store_created(tx, &user, new.clash))?;
        Ok(user)
    }

    /// The function may refuse the user or vouch for the address; such a user can't be confirmed by it.
    async fn pre_create(&self, new: &NewUser, user: &mut User) -> Result<(), Refusal> {
        let Some(arn) = &self.pool.triggers.pre_sign_up else {
            return Ok(());
        };
        let mut attributes = user_attributes(user);
        attributes.remove("sub");
        attributes.insert(
            "cognito:user_status".to_owned(),
            user.status.as_str().to_owned(),
        );
        let event = self.admin_events().pre_sign_up(
            "PreSignUp_AdminCreateUser",
            &new.name,
            &attributes,
            new.validation_data.as_ref(),
            new.metadata.as_ref(),
        );
        let decided = PreSignUp::read(&self.functions.call(Trigger::PreSignUp, arn, event).await?)?;
        if decided.verify_email {
            if user.email().is_none() {
                return Err(Refusal::NoEmailToVerify);
            }
            user.email_verified = true;
        }
        Ok(())
    }

    fn store_created(
        &self,
        tx: &Transaction<'_>,
        user: &User,
        clash: AliasClash,
    ) -> Result<(), Refusal> {
        if User::by_name(tx, &user.key)?.is_some() {
            return Err(Refusal::AccountExists);
        }
        user.insert(tx)?;
        match user.email() {
            Some(email) if user.email_verified => self.claim(tx, user, email, clash),
            _ => Ok(()),
        }
    }

    /// Has a character of every class and as many as the longest policy asks for.
    fn temporary_password(&self) -> String {
        let length = PASSWORD_LETTERS.max(self.pool.password.minimum_length);
        format!("A1-a{}", self.randomness.letters(length))
    }
}
