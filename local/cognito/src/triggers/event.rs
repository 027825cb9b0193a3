//! Events as Amazon Cognito sends them, nulls included.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    config::{TokenEvent, UserExistence},
    operations::NAME_PLACEHOLDER,
    settings::{MailPurpose, Settings},
    store::{User, UserStatus},
    wire::StringMap,
};

/// One element of the history that Define and Create see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Round {
    #[serde(rename = "challengeName")]
    pub(crate) name: String,
    #[serde(rename = "challengeResult")]
    pub(crate) result: bool,
    #[serde(rename = "challengeMetadata")]
    pub(crate) metadata: Option<String>,
}

/// What all events of one sign-in have in common.
pub(crate) struct AuthRequest<'a> {
    pub(crate) user_name: &'a str,
    /// `None`: nobody has this name.
    pub(crate) user: Option<&'a User>,
    /// What came with `RespondToAuthChallenge`; `InitiateAuth`'s never gets here.
    pub(crate) metadata: Option<&'a StringMap>,
}

/// Writes the events of one pool and of whoever calls it.
pub(crate) struct Events<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) client_id: &'a str,
    pub(crate) user_existence: UserExistence,
    pub(crate) email_alias: bool,
}

impl Events<'_> {
    pub(crate) fn pre_sign_up(
        &self,
        source: &'static str,
        user_name: &str,
        attributes: &StringMap,
        validation_data: Option<&StringMap>,
        metadata: Option<&StringMap>,
    ) -> Value {
        let mut request = Map::new();
        request.insert("userAttributes".to_owned(), json!(attributes));
        request.insert("validationData".to_owned(), json!(validation_data));
        insert_metadata(&mut request, metadata);
        let response =
            json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false});
        self.event(source, user_name, &request, &response)
    }

    pub(crate) fn post_confirmation(
        &self,
        source: &'static str,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Value {
        let mut request = Map::new();
        request.insert(
            "userAttributes".to_owned(),
            self.user_attributes(Some(user)),
        );
        insert_metadata(&mut request, metadata);
        self.event(source, &user.name, &request, &json!({}))
    }

    pub(crate) fn custom_message(
        &self,
        purpose: MailPurpose,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Value {
        let mut request = Map::new();
        request.insert(
            "userAttributes".to_owned(),
            self.user_attributes(Some(user)),
        );
        request.insert("codeParameter".to_owned(), json!("{####}"));
        request.insert("linkParameter".to_owned(), json!("{##Click Here##}"));
        let name = (purpose == MailPurpose::AdminCreateUser).then_some(NAME_PLACEHOLDER);
        request.insert("usernameParameter".to_owned(), json!(name));
        insert_metadata(&mut request, metadata);
        let response = json!({"smsMessage": null, "emailMessage": null, "emailSubject": null});
        let source = format!("CustomMessage_{}", purpose.as_str());
        self.event(&source, &user.name, &request, &response)
    }

    /// The metadata of `InitiateAuth` has another name here.
    pub(crate) fn pre_authentication(
        &self,
        of: &AuthRequest<'_>,
        validation_data: Option<&StringMap>,
    ) -> Value {
        let mut request = self.auth_request(of);
        request.insert("validationData".to_owned(), json!(validation_data));
        self.event(
            "PreAuthentication_Authentication",
            of.user_name,
            &request,
            &json!({}),
        )
    }

    pub(crate) fn post_authentication(&self, user: &User, metadata: Option<&StringMap>) -> Value {
        let mut request = Map::new();
        request.insert(
            "userAttributes".to_owned(),
            self.user_attributes(Some(user)),
        );
        request.insert("newDeviceUsed".to_owned(), json!(false));
        insert_metadata(&mut request, metadata);
        self.event(
            "PostAuthentication_Authentication",
            &user.name,
            &request,
            &json!({}),
        )
    }

    pub(crate) fn define(&self, of: &AuthRequest<'_>, history: &[Round]) -> Value {
        let mut request = self.auth_request(of);
        request.insert("session".to_owned(), json!(history));
        let response =
            json!({"challengeName": null, "issueTokens": null, "failAuthentication": null});
        self.event(
            "DefineAuthChallenge_Authentication",
            of.user_name,
            &request,
            &response,
        )
    }

    pub(crate) fn create(&self, of: &AuthRequest<'_>, history: &[Round]) -> Value {
        let mut request = self.auth_request(of);
        request.insert("challengeName".to_owned(), json!("CUSTOM_CHALLENGE"));
        request.insert("session".to_owned(), json!(history));
        let response = json!({"publicChallengeParameters": null, "privateChallengeParameters": null, "challengeMetadata": null});
        self.event(
            "CreateAuthChallenge_Authentication",
            of.user_name,
            &request,
            &response,
        )
    }

    pub(crate) fn verify(&self, of: &AuthRequest<'_>, private: &StringMap, answer: &str) -> Value {
        let mut request = self.auth_request(of);
        request.insert("privateChallengeParameters".to_owned(), json!(private));
        request.insert("challengeAnswer".to_owned(), json!(answer));
        self.event(
            "VerifyAuthChallengeResponse_Authentication",
            of.user_name,
            &request,
            &json!({"answerCorrect": null}),
        )
    }

    /// `scopes` are those that the access token would have.
    pub(crate) fn token_generation(
        &self,
        version: TokenEvent,
        source: &'static str,
        scopes: &[&str],
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Value {
        let mut request = Map::new();
        request.insert(
            "userAttributes".to_owned(),
            self.user_attributes(Some(user)),
        );
        request.insert(
            "groupConfiguration".to_owned(),
            json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null}),
        );
        insert_metadata(&mut request, metadata);
        match version {
            TokenEvent::V1 => {
                let response = json!({"claimsOverrideDetails": null});
                self.event(source, &user.name, &request, &response)
            }
            TokenEvent::V2 => {
                request.insert("scopes".to_owned(), json!(scopes));
                let response = json!({"claimsAndScopeOverrideDetails": null});
                let mut event = self.event(source, &user.name, &request, &response);
                event["version"] = json!("2");
                event
            }
        }
    }

    fn auth_request(&self, of: &AuthRequest<'_>) -> Map<String, Value> {
        let mut request = Map::new();
        request.insert("userAttributes".to_owned(), self.user_attributes(of.user));
        insert_metadata(&mut request, of.metadata);
        if self.user_existence == UserExistence::Hidden {
            request.insert("userNotFound".to_owned(), json!(of.user.is_none()));
        }
        request
    }

    fn user_attributes(&self, user: Option<&User>) -> Value {
        let Some(user) = user else { return json!({}) };
        let mut attributes = user_attributes(user);
        attributes.insert(
            "cognito:user_status".to_owned(),
            user.status.as_str().to_owned(),
        );
        if let Some(email) = user.email()
            && self.email_alias
            && user.email_verified
            && user.status != UserStatus::Unconfirmed
        {
            attributes.insert("cognito:email_alias".to_owned(), email.to_owned());
        }
        json!(attributes)
    }

    fn event(
        &self,
        source: &str,
        user_name: &str,
        request: &Map<String, Value>,
        response: &Value,
    ) -> Value {
        json!({
            "version": "1",
            "region": self.settings.region,
            "userPoolId": self.settings.pool_id,
            "userName": user_name,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": self.client_id},
            "triggerSource": source,
            "request": request,
            "response": response,
        })
    }
}

/// All attributes of a user that are the user's own, as strings.
pub(crate) fn user_attributes(user: &User) -> StringMap {
    let mut attributes = user.attributes.clone();
    attributes.insert("sub".to_owned(), user.sub.clone());
    if user.email().is_some() {
        attributes.insert("email_verified".to_owned(), user.email_verified.to_string());
    }
    attributes
}

fn insert_metadata(request: &mut Map<String, Value>, metadata: Option<&StringMap>) {
    if let Some(metadata) = metadata {
        request.insert("clientMetadata".to_owned(), json!(metadata));
    }
}
