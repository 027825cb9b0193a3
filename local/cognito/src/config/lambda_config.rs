//! `LambdaConfig`: which functions the pool calls.

use super::properties::Properties;

/// ARNs of the functions that the pool calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Triggers {
    pub(crate) pre_sign_up: Option<String>,
    pub(crate) post_confirmation: Option<String>,
    pub(crate) define: Option<String>,
    pub(crate) create: Option<String>,
    pub(crate) verify: Option<String>,
    pub(crate) custom_message: Option<String>,
    pub(crate) pre_authentication: Option<String>,
    pub(crate) post_authentication: Option<String>,
    pub(crate) pre_token_generation: Option<PreTokenGeneration>,
}

/// The function that changes tokens, and which event it understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PreTokenGeneration {
    pub(crate) arn: String,
    pub(crate) event: TokenEvent,
}

/// `LambdaVersion` of the pre token generation trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenEvent {
    /// Changes the ID token.
    V1,
    /// Changes the access token and its scopes too.
    V2,
}

impl Triggers {
    pub(super) fn changes_access_tokens(&self) -> bool {
        let trigger = self.pre_token_generation.as_ref();
        trigger.is_some_and(|trigger| trigger.event == TokenEvent::V2)
    }
}

pub(super) fn triggers(read: &mut Properties<'_>) -> Triggers {
    let Some(mut config) = read.object("LambdaConfig") else {
        return Triggers::default();
    };
    let triggers = Triggers {
        pre_sign_up: config.text("PreSignUp"),
        post_confirmation: config.text("PostConfirmation"),
        define: config.text("DefineAuthChallenge"),
        create: config.text("CreateAuthChallenge"),
        verify: config.text("VerifyAuthChallengeResponse"),
        custom_message: config.text("CustomMessage"),
        pre_authentication: config.text("PreAuthentication"),
        post_authentication: config.text("PostAuthentication"),
        pre_token_generation: pre_token_generation(&mut config),
    };
    config.finish();
    triggers
}

/// The older property names a function alone, the newer one its version too; both must name the same.
fn pre_token_generation(config: &mut Properties<'_>) -> Option<PreTokenGeneration> {
    const NEWER: &str = "PreTokenGenerationConfig";
    let legacy = config.text("PreTokenGeneration");
    let Some(mut given) = config.object(NEWER) else {
        return legacy.map(|arn| PreTokenGeneration {
            arn,
            event: TokenEvent::V1,
        });
    };
    let event = match given.text("LambdaVersion").as_deref() {
        Some("V1_0") => TokenEvent::V1,
        Some("V2_0") => TokenEvent::V2,
        Some(_) => {
            given.unsupported("LambdaVersion", "V1_0 or V2_0");
            TokenEvent::V1
        }
        None => {
            given.missing("LambdaVersion");
            TokenEvent::V1
        }
    };
    let arn = given.text("LambdaArn");
    if arn.is_none() {
        given.missing("LambdaArn");
    }
    given.finish();
    if legacy.is_some() && legacy != arn {
        config.malformed(NEWER, "about the same function as PreTokenGeneration");
    }
    arn.map(|arn| PreTokenGeneration { arn, event })
}
