//! The operations of Cognito that the page uses, over its JSON protocol.

use wasm_bindgen::JsValue;

use crate::{
    account::{self, Username},
    browser::{clock, fetch, json, random, storage},
    challenge::Challenge,
    consent,
    entered::{Email, MailCode},
    failure::Failure,
    secret::Secret,
    session::Session,
    settings::Settings,
    srp,
    steps::{Answer, Consent, Proof, Round},
};

/// A client of one pool.
pub(crate) struct Cognito<'a> {
    settings: &'a Settings,
}

impl<'a> Cognito<'a> {
    /// For the pool of the configuration.
    pub(crate) fn new(settings: &'a Settings) -> Self {
        Self { settings }
    }

    /// Makes up a user name and a password and signs up.
    pub(crate) async fn sign_up(&self, email: &Email) -> Result<(Username, Secret), Failure> {
        let username = Username::from_random(random::bytes());
        let password = account::new_password(&mut random::fill);
        let attributes = js_sys::Array::of1(&json::texts(&[
            ("Name", "email"),
            ("Value", email.as_str()),
        ]));
        let body = [
            ("Username", JsValue::from_str(username.as_str())),
            ("Password", JsValue::from_str(password.reveal())),
            ("UserAttributes", attributes.into()),
        ];
        self.call("SignUp", &body).await?;
        Ok((username, password))
    }

    /// Confirms a sign-up.
    pub(crate) async fn confirm(
        &self,
        username: &Username,
        code: &MailCode,
    ) -> Result<(), Failure> {
        self.call_with(
            "ConfirmSignUp",
            &[
                ("Username", username.as_str()),
                ("ConfirmationCode", code.as_str()),
            ],
        )
        .await
    }

    /// Sends the sign-up code again.
    pub(crate) async fn resend(&self, username: &Username) -> Result<(), Failure> {
        self.call_with("ResendConfirmationCode", &[("Username", username.as_str())])
            .await
    }

    /// Sends a code for a new password.
    pub(crate) async fn send_reset(&self, email: &Email) -> Result<(), Failure> {
        self.call_with("ForgotPassword", &[("Username", email.as_str())])
            .await
    }

    /// Makes up a new password and sets it.
    pub(crate) async fn set_password(
        &self,
        email: &Email,
        code: &MailCode,
    ) -> Result<Secret, Failure> {
        let password = account::new_password(&mut random::fill);
        let body = [
            ("Username", email.as_str()),
            ("ConfirmationCode", code.as_str()),
            ("Password", password.reveal()),
        ];
        self.call_with("ConfirmForgotPassword", &body).await?;
        Ok(password)
    }

    /// Begins a sign-in. With a password, both halves of SRP are done before the first challenge comes back.
    pub(crate) async fn begin(&self, proof: &Proof, login: &str) -> Result<Answer, Failure> {
        match proof {
            Proof::Face { email } => {
                let answer = self.initiate(&[("USERNAME", email.as_str())]).await?;
                read_answer(&answer, login)
            }
            Proof::Mailbox {
                name,
                password,
                consent,
            } => {
                let exchange = srp::Exchange::begin(&random::bytes());
                let srp_a = exchange.srp_a();
                let parameters = [
                    ("USERNAME", name.as_str()),
                    ("CHALLENGE_NAME", "SRP_A"),
                    ("SRP_A", &srp_a),
                ];
                let answer = self.initiate(&parameters).await?;
                let answer = self
                    .prove_password(&exchange, password, *consent, &answer)
                    .await?;
                read_answer(&answer, login)
            }
        }
    }

    async fn initiate(&self, parameters: &[(&str, &str)]) -> Result<JsValue, Failure> {
        let body = [
            ("AuthFlow", JsValue::from_str("CUSTOM_AUTH")),
            ("AuthParameters", json::texts(parameters)),
        ];
        self.call("InitiateAuth", &body).await
    }

    async fn prove_password(
        &self,
        exchange: &srp::Exchange,
        password: &Secret,
        consent: Consent,
        answer: &JsValue,
    ) -> Result<JsValue, Failure> {
        if json::text(answer, "ChallengeName").as_deref() != Some("PASSWORD_VERIFIER") {
            return Ok(answer.clone());
        }
        let parameters = json::member(answer, "ChallengeParameters").ok_or(Failure::Trouble)?;
        let parameter = |key: &str| json::text(&parameters, key).ok_or(Failure::Trouble);
        let (salt, public, block, user_id) = (
            parameter("SALT")?,
            parameter("SRP_B")?,
            parameter("SECRET_BLOCK")?,
            parameter("USER_ID_FOR_SRP")?,
        );
        let verifier = srp::Verifier {
            salt: &salt,
            public: &public,
            secret_block: &block,
            user_id: &user_id,
        };
        let now = clock::now();
        let signature = exchange
            .sign(&self.settings.srp_pool, password, &verifier, now)
            .ok_or(Failure::Trouble)?;
        let username = json::text(&parameters, "USERNAME").unwrap_or_else(|| user_id.clone());
        let timestamp = now.srp_timestamp();
        let responses = [
            ("USERNAME", username.as_str()),
            ("PASSWORD_CLAIM_SECRET_BLOCK", &block),
            ("PASSWORD_CLAIM_SIGNATURE", &signature),
            ("TIMESTAMP", &timestamp),
        ];
        let session = json::text(answer, "Session").unwrap_or_default();
        self.respond("PASSWORD_VERIFIER", &session, &responses, consent)
            .await
    }

    /// Answers a challenge with its id.
    pub(crate) async fn answer(
        &self,
        round: &Round,
        consent: Consent,
        login: &str,
    ) -> Result<Answer, Failure> {
        let responses = [
            ("USERNAME", round.username.as_str()),
            ("ANSWER", &round.challenge.id),
        ];
        let answer = self
            .respond(
                "CUSTOM_CHALLENGE",
                round.session.reveal(),
                &responses,
                consent,
            )
            .await?;
        read_answer(&answer, login)
    }

    async fn respond(
        &self,
        challenge: &str,
        session: &str,
        responses: &[(&str, &str)],
        consent: Consent,
    ) -> Result<JsValue, Failure> {
        let mut body = vec![
            ("ChallengeName", JsValue::from_str(challenge)),
            ("ChallengeResponses", json::texts(responses)),
        ];
        if !session.is_empty() {
            body.push(("Session", JsValue::from_str(session)));
        }
        if consent == Consent::Given {
            body.push((
                "ClientMetadata",
                json::texts(&[("consent", consent::VERSION)]),
            ));
        }
        self.call("RespondToAuthChallenge", &body).await
    }

    /// New tokens for a session.
    pub(crate) async fn renew(&self, session: &Session) -> Result<Session, Failure> {
        let body = [("RefreshToken", JsValue::from_str(session.refresh.reveal()))];
        let answer = self.call("GetTokensFromRefreshToken", &body).await?;
        read_tokens(&answer, session.refresh.reveal(), &session.login).ok_or(Failure::Trouble)
    }

    /// Ends a session: its refresh token, and the access tokens made from it.
    pub(crate) async fn revoke(&self, session: &Session) -> Result<(), Failure> {
        self.call_with("RevokeToken", &[("Token", session.refresh.reveal())])
            .await
    }

    async fn call_with(&self, operation: &str, members: &[(&str, &str)]) -> Result<(), Failure> {
        let members: Vec<(&str, JsValue)> = members
            .iter()
            .map(|(key, value)| (*key, JsValue::from_str(value)))
            .collect();
        self.call(operation, &members).await.map(drop)
    }

    async fn call(&self, operation: &str, members: &[(&str, JsValue)]) -> Result<JsValue, Failure> {
        let mut body = vec![("ClientId", JsValue::from_str(&self.settings.client_id))];
        body.extend_from_slice(members);
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let reply = fetch::post(&self.settings.cognito, &target, &json::object(&body))
            .await
            .ok_or(Failure::Offline)?;
        if let Some(date) = reply.header("date") {
            clock::heard(&date);
        }
        if reply.ok {
            return Ok(reply.body);
        }
        let kind = json::text(&reply.body, "__type")
            .or_else(|| reply.header("x-amzn-errortype"))
            .unwrap_or_default();
        let message =
            json::text(&reply.body, "message").or_else(|| json::text(&reply.body, "Message"));
        Err(Failure::classify(&kind, &message.unwrap_or_default()))
    }
}

fn read_answer(answer: &JsValue, login: &str) -> Result<Answer, Failure> {
    if let Some(session) = read_tokens(answer, "", login) {
        return Ok(Answer::Granted(session));
    }
    let Some(name) = json::text(answer, "ChallengeName") else {
        return Err(Failure::Trouble);
    };
    let parameters = json::member(answer, "ChallengeParameters").unwrap_or(JsValue::UNDEFINED);
    let challenge = (name == "CUSTOM_CHALLENGE")
        .then(|| Challenge::read(|key| json::text(&parameters, key)))
        .flatten();
    let Some(challenge) = challenge else {
        return Ok(Answer::Unknown);
    };
    let session = Secret::new(json::text(answer, "Session").ok_or(Failure::Trouble)?);
    let username = json::text(&parameters, "USERNAME").ok_or(Failure::Trouble)?;
    Ok(Answer::Challenged(Round {
        session,
        username,
        challenge,
    }))
}

/// `refresh` is the token to go on with when the answer brings none, as renewals without rotation do.
fn read_tokens(answer: &JsValue, refresh: &str, login: &str) -> Option<Session> {
    let result = json::member(answer, "AuthenticationResult")?;
    let token = |name: &str| json::text(&result, name);
    let refresh = token("RefreshToken").unwrap_or_else(|| refresh.to_owned());
    storage::session(
        &token("AccessToken")?,
        token("IdToken")?,
        refresh,
        login.to_owned(),
    )
}
