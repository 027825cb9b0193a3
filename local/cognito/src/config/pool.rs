//! `AWS::Cognito::UserPool`.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use super::{
    client::{AuthFlow, ClientConfig},
    lambda_config::{Triggers, triggers},
    properties::{ConfigError, Problem, Properties},
    schema::{Attribute, schema},
};

/// Temporary passwords count for days.
const DAY: Duration = Duration::from_hours(24);

/// The pool's rules.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// As they were read, to be described.
    properties: Value,
    tier: Tier,
    pub(crate) case: Case,
    pub(crate) email_alias: bool,
    pub(crate) verifies_email: bool,
    pub(crate) email_update: EmailUpdate,
    pub(crate) schema: BTreeMap<String, Attribute>,
    pub(crate) password: PasswordPolicy,
    pub(crate) recovery: Recovery,
    pub(crate) sign_up: SignUp,
    pub(crate) triggers: Triggers,
    pub(crate) messages: MessageTexts,
    /// To users that an administrator makes; `{username}` and `{####}` stand for name and temporary password.
    pub(crate) invitation: MessageTexts,
}

/// Whether names that differ in case are different names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Sensitive,
    Insensitive,
}

/// When another mail address takes the place of a user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmailUpdate {
    /// At once, unverified.
    AtOnce,
    /// When its code has come back.
    OnceVerified,
}

/// Least length, 6 to 99 characters, and the classes that must appear.
#[derive(Clone, Debug)]
pub(crate) struct PasswordPolicy {
    pub(crate) minimum_length: usize,
    /// How long a temporary password counts.
    pub(crate) temporary_validity: Duration,
    pub(crate) required: Vec<RequiredCharacters>,
}

/// A class of characters that a password needs, in the order in which Cognito complains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequiredCharacters {
    Lowercase,
    Uppercase,
    Numbers,
    Symbols,
}

/// How a password can be reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recovery {
    VerifiedEmail,
    AdminOnly,
}

/// Who may add users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignUp {
    Open,
    AdminOnly,
}

/// Subject and text of a mail; in one that confirms an address `{####}` stands for the code.
#[derive(Clone, Debug)]
pub(crate) struct MessageTexts {
    pub(crate) subject: String,
    pub(crate) body: String,
}

impl PoolConfig {
    /// Reads the resolved properties of the pool.
    ///
    /// # Errors
    /// Every property that is unknown, malformed or outside of what is served, all at once.
    pub fn from_properties(properties: &Value) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut read = Properties::new("", properties, &mut problems);
        inert(&mut read);
        let tier = tier(&mut read);
        let (sign_up, invitation) = sign_up(&mut read);
        let pool = Self {
            properties: properties.clone(),
            tier,
            case: case(&mut read),
            email_alias: only_email(&mut read, "AliasAttributes"),
            verifies_email: only_email(&mut read, "AutoVerifiedAttributes"),
            email_update: email_update(&mut read),
            schema: schema(&mut read),
            password: password_policy(&mut read),
            recovery: recovery(&mut read),
            sign_up,
            invitation,
            triggers: triggers(&mut read),
            messages: messages(&mut read),
        };
        if tier == Tier::Lite && pool.triggers.changes_access_tokens() {
            read.unsupported(
                "LambdaConfig.PreTokenGenerationConfig.LambdaVersion",
                "V1_0 of the tier LITE",
            );
        }
        if pool.email_update == EmailUpdate::OnceVerified && !pool.verifies_email {
            read.malformed(
                "UserAttributeUpdateSettings",
                "about attributes that AutoVerifiedAttributes names",
            );
        }
        read.finish();
        if problems.is_empty() {
            Ok(pool)
        } else {
            Err(ConfigError { problems })
        }
    }

    /// What a client of this pool must not ask for: choosing how to sign in needs a higher tier than LITE.
    pub fn problem_of(&self, client: &ClientConfig) -> Option<Problem> {
        (self.tier == Tier::Lite && client.flows.contains(&AuthFlow::User)).then(|| {
            Problem::Unsupported {
                path: "ExplicitAuthFlows".to_owned(),
                wanted: "what the tier LITE has, which is all but ALLOW_USER_AUTH,",
            }
        })
    }

    /// The SES identity, an address or a domain, in whose name the pool's mails go out.
    pub fn mail_identity(&self) -> Option<&str> {
        let arn = self.properties["EmailConfiguration"]["SourceArn"].as_str()?;
        arn.split_once(":identity/").map(|(_, identity)| identity)
    }

    pub(crate) fn properties(&self) -> &Value {
        &self.properties
    }
}

/// Properties that change nothing of what is served here, and those with one possible value.
fn inert(read: &mut Properties<'_>) {
    read.text("UserPoolName");
    read.take("UserPoolTags");
    read.only(
        "DeletionProtection",
        &["ACTIVE", "INACTIVE"],
        "ACTIVE or INACTIVE",
    );
    read.only("MfaConfiguration", &["OFF"], "OFF");
    read.only("UsernameAttributes", &["[]"], "an empty list");
    if let Some(mut add_ons) = read.object("UserPoolAddOns") {
        add_ons.only("AdvancedSecurityMode", &["OFF"], "OFF");
        add_ons.finish();
    }
    if let Some(mut email) = read.object("EmailConfiguration") {
        let identity = email.text("SourceArn");
        email.text("From");
        match email.text("EmailSendingAccount").as_deref() {
            None | Some("COGNITO_DEFAULT") => {}
            Some("DEVELOPER") if identity.is_some_and(|arn| arn.contains(":identity/")) => {}
            Some("DEVELOPER") => email.malformed("SourceArn", "the ARN of an SES identity"),
            Some(_) => email.unsupported("EmailSendingAccount", "COGNITO_DEFAULT or DEVELOPER"),
        }
        email.finish();
    }
}

/// What AWS charges for decides what a pool can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tier {
    Lite,
    EssentialsOrPlus,
}

fn tier(read: &mut Properties<'_>) -> Tier {
    match read.text("UserPoolTier").as_deref() {
        None | Some("ESSENTIALS" | "PLUS") => Tier::EssentialsOrPlus,
        Some("LITE") => Tier::Lite,
        Some(_) => {
            read.malformed("UserPoolTier", "LITE, ESSENTIALS or PLUS");
            Tier::EssentialsOrPlus
        }
    }
}

fn case(read: &mut Properties<'_>) -> Case {
    let Some(mut username) = read.object("UsernameConfiguration") else {
        return Case::Sensitive;
    };
    let sensitive = username.boolean("CaseSensitive");
    if sensitive.is_none() {
        username.missing("CaseSensitive");
    }
    username.finish();
    if sensitive == Some(false) {
        Case::Insensitive
    } else {
        Case::Sensitive
    }
}

fn only_email(read: &mut Properties<'_>, name: &str) -> bool {
    let names = read.texts(name).unwrap_or_default();
    if names.iter().any(|attribute| attribute != "email") {
        read.unsupported(name, "email");
    }
    !names.is_empty()
}

fn email_update(read: &mut Properties<'_>) -> EmailUpdate {
    let Some(mut settings) = read.object("UserAttributeUpdateSettings") else {
        return EmailUpdate::AtOnce;
    };
    let verified_first = only_email(&mut settings, "AttributesRequireVerificationBeforeUpdate");
    settings.finish();
    if verified_first {
        EmailUpdate::OnceVerified
    } else {
        EmailUpdate::AtOnce
    }
}

fn password_policy(read: &mut Properties<'_>) -> PasswordPolicy {
    use RequiredCharacters::{Lowercase, Numbers, Symbols, Uppercase};
    // What a pool without a policy gets.
    let mut policy = PasswordPolicy {
        minimum_length: 8,
        temporary_validity: DAY * 7,
        required: vec![Lowercase, Uppercase, Numbers, Symbols],
    };
    let Some(mut policies) = read.object("Policies") else {
        return policy;
    };
    if let Some(mut given) = policies.object("PasswordPolicy") {
        match given
            .integer("MinimumLength")
            .map_or(Ok(8), usize::try_from)
        {
            Ok(length @ 6..=99) => policy.minimum_length = length,
            _ => given.malformed("MinimumLength", "between 6 and 99"),
        }
        policy.required = [
            ("RequireLowercase", Lowercase),
            ("RequireUppercase", Uppercase),
            ("RequireNumbers", Numbers),
            ("RequireSymbols", Symbols),
        ]
        .into_iter()
        .filter_map(|(name, class)| given.boolean(name)?.then_some(class))
        .collect();
        match given
            .integer("TemporaryPasswordValidityDays")
            .map_or(Ok(7), u32::try_from)
        {
            Ok(days @ 0..=365) => policy.temporary_validity = DAY * days,
            _ => given.malformed("TemporaryPasswordValidityDays", "between 0 and 365"),
        }
        given.only("PasswordHistorySize", &["0"], "0");
        given.finish();
    }
    policies.finish();
    policy
}

fn recovery(read: &mut Properties<'_>) -> Recovery {
    let Some(mut setting) = read.object("AccountRecoverySetting") else {
        return Recovery::VerifiedEmail;
    };
    let mut recovery = Recovery::VerifiedEmail;
    for (index, value) in setting
        .list("RecoveryMechanisms")
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        let mut item = setting.item("RecoveryMechanisms", index, value);
        item.integer("Priority");
        match item.text("Name").as_deref() {
            Some("verified_email") => {}
            Some("admin_only") => recovery = Recovery::AdminOnly,
            _ => item.unsupported("Name", "verified_email or admin_only"),
        }
        item.finish();
    }
    setting.finish();
    recovery
}

fn sign_up(read: &mut Properties<'_>) -> (SignUp, MessageTexts) {
    let (mut subject, mut body) = (None, None);
    let mut who = SignUp::Open;
    if let Some(mut config) = read.object("AdminCreateUserConfig") {
        if config.boolean("AllowAdminCreateUserOnly") == Some(true) {
            who = SignUp::AdminOnly;
        }
        if let Some(mut invitation) = config.object("InviteMessageTemplate") {
            subject = invitation.text("EmailSubject");
            body = invitation.text("EmailMessage");
            let complete = |body: &String| body.contains("{####}") && body.contains("{username}");
            if !body.as_ref().is_none_or(complete) {
                invitation.malformed("EmailMessage", "a text with {username} and {####} in it");
            }
            invitation.finish();
        }
        config.finish();
    }
    let invitation = MessageTexts {
        subject: subject.unwrap_or_else(|| "Your temporary password".to_owned()),
        body: body.unwrap_or_else(|| {
            "Your username is {username} and temporary password is {####}.".to_owned()
        }),
    };
    (who, invitation)
}

fn messages(read: &mut Properties<'_>) -> MessageTexts {
    let mut subject = read.text("EmailVerificationSubject");
    let mut body = read.text("EmailVerificationMessage");
    if let Some(mut template) = read.object("VerificationMessageTemplate") {
        template.only(
            "DefaultEmailOption",
            &["CONFIRM_WITH_CODE"],
            "CONFIRM_WITH_CODE",
        );
        subject = template.text("EmailSubject").or(subject);
        body = template.text("EmailMessage").or(body);
        template.finish();
    }
    if body.as_ref().is_some_and(|body| !body.contains("{####}")) {
        read.malformed("EmailVerificationMessage", "a text with {####} in it");
    }
    MessageTexts {
        subject: subject.unwrap_or_else(|| "Your verification code".to_owned()),
        body: body.unwrap_or_else(|| "Your confirmation code is {####}".to_owned()),
    }
}
