//! What functions answer, judged as strictly as the service does: wrong types are unusable output.

use serde_json::Value;

use crate::{refusal::Refusal, wire::StringMap};

/// What Define decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Fail,
    IssueTokens,
    PasswordVerifier,
    CustomChallenge,
}

impl Decision {
    /// Failing wins over tokens, and tokens over a challenge.
    pub(crate) fn read(response: &Value) -> Result<Self, Refusal> {
        let fail = flag(response, "failAuthentication")?;
        let tokens = flag(response, "issueTokens")?;
        let challenge = match response.get("challengeName") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name.as_str()),
            Some(_) => return Err(Refusal::UnusableOutput),
        };
        match (fail, tokens, challenge) {
            (true, _, _) => Ok(Self::Fail),
            (false, true, _) => Ok(Self::IssueTokens),
            (false, false, Some("PASSWORD_VERIFIER")) => Ok(Self::PasswordVerifier),
            (false, false, Some("CUSTOM_CHALLENGE")) => Ok(Self::CustomChallenge),
            (false, false, _) => Err(Refusal::UnusableOutput),
        }
    }
}

/// The challenge that Create made.
pub(crate) struct Created {
    pub(crate) public: StringMap,
    pub(crate) private: StringMap,
    pub(crate) metadata: Option<String>,
}

impl Created {
    /// Without private parameters the service fails the sign-in as if the password were wrong.
    pub(crate) fn read(response: &Value) -> Result<Self, Refusal> {
        let public = strings(response, "publicChallengeParameters")?;
        let private = strings(response, "privateChallengeParameters")?;
        let metadata = match response.get("challengeMetadata") {
            None | Some(Value::Null) => None,
            Some(Value::String(metadata)) => Some(metadata.clone()),
            Some(_) => return Err(Refusal::UnusableOutput),
        };
        if private.is_empty() {
            return Err(Refusal::WrongCredentials);
        }
        Ok(Self {
            public,
            private,
            metadata,
        })
    }
}

/// Verify's verdict; an answer without one is no pass.
pub(crate) fn answer_correct(response: &Value) -> Result<bool, Refusal> {
    flag(response, "answerCorrect")
}

/// What `PreSignUp` decided about a new user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PreSignUp {
    pub(crate) confirm: bool,
    pub(crate) verify_email: bool,
}

impl PreSignUp {
    pub(crate) fn read(response: &Value) -> Result<Self, Refusal> {
        let answer = Self {
            confirm: flag(response, "autoConfirmUser")?,
            verify_email: flag(response, "autoVerifyEmail")?,
        };
        if flag(response, "autoVerifyPhone")? {
            // The pool has no phone numbers to verify.
            return Err(Refusal::UnusableOutput);
        }
        Ok(answer)
    }
}

/// What a function would rather have a mail say. `None` leaves it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomMessage {
    pub(crate) subject: Option<String>,
    /// With the placeholder of the code.
    pub(crate) body: Option<String>,
}

impl CustomMessage {
    pub(crate) fn read(response: &Value) -> Result<Self, Refusal> {
        let text = |name: &str| match response.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Refusal::UnusableOutput),
        };
        text("smsMessage")?;
        Ok(Self {
            subject: text("emailSubject")?,
            body: text("emailMessage")?,
        })
    }
}

fn flag(response: &Value, name: &str) -> Result<bool, Refusal> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(Refusal::UnusableOutput),
    }
}

pub(super) fn strings(response: &Value, name: &str) -> Result<StringMap, Refusal> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(StringMap::new()),
        Some(Value::Object(entries)) => entries
            .iter()
            .map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect::<Option<StringMap>>()
            .ok_or(Refusal::UnusableOutput),
        Some(_) => Err(Refusal::UnusableOutput),
    }
}
