//! What Cognito answers.

use wasm_bindgen::JsValue;

use crate::{
    browser::{clock, json},
    challenge::Challenge,
    failure::Failure,
    moment::Moment,
    secret::Secret,
    session::Session,
    settings::Settings,
    srp,
    steps::{Answer, Round},
    token,
};

/// What proves the password without saying it.
pub(super) struct PasswordProof {
    pub(super) session: String,
    pub(super) username: String,
    pub(super) secret_block: String,
    pub(super) signature: String,
    pub(super) timestamp: String,
}

/// A challenge, or tokens.
pub(super) fn read(answer: &JsValue, login: &str) -> Result<Answer, Failure> {
    if let Some(session) = tokens(answer, "", login) {
        return Ok(Answer::Granted(session));
    }
    let name = json::text(answer, "ChallengeName").ok_or(Failure::Trouble)?;
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

/// SRP's second half, from Cognito's answer to the first.
pub(super) fn password_proof(
    answer: &JsValue,
    settings: &Settings,
    exchange: &srp::Exchange,
    password: &Secret,
) -> Result<PasswordProof, Failure> {
    let parameters = json::member(answer, "ChallengeParameters").ok_or(Failure::Trouble)?;
    let parameter = |key: &str| json::text(&parameters, key).ok_or(Failure::Trouble);
    let (salt, public) = (parameter("SALT")?, parameter("SRP_B")?);
    let (secret_block, user_id) = (parameter("SECRET_BLOCK")?, parameter("USER_ID_FOR_SRP")?);
    let verifier = srp::Verifier {
        salt: &salt,
        public: &public,
        secret_block: &secret_block,
        user_id: &user_id,
    };
    let now = clock::now();
    let signature = exchange
        .sign(&settings.srp_pool, password, &verifier, now)
        .ok_or(Failure::Trouble)?;
    Ok(PasswordProof {
        session: json::text(answer, "Session").ok_or(Failure::Trouble)?,
        username: json::text(&parameters, "USERNAME").unwrap_or_else(|| user_id.clone()),
        secret_block,
        signature,
        timestamp: now.srp_timestamp(),
    })
}

/// New tokens. Without rotation the answer has no refresh token: the old one stays.
pub(super) fn renewed(answer: &JsValue, old: &Session) -> Result<Session, Failure> {
    tokens(answer, old.refresh.reveal(), &old.login).ok_or(Failure::Trouble)
}

fn tokens(answer: &JsValue, refresh: &str, login: &str) -> Option<Session> {
    let result = json::member(answer, "AuthenticationResult")?;
    let token = |name: &str| json::text(&result, name);
    let refresh = token("RefreshToken").unwrap_or_else(|| refresh.to_owned());
    session_of(
        token("AccessToken")?,
        token("IdToken")?,
        refresh,
        login.to_owned(),
    )
}

/// A session from its tokens. `None` if the access token doesn't tell whose it is and how long it is valid.
pub(crate) fn session_of(
    access: String,
    id: String,
    refresh: String,
    login: String,
) -> Option<Session> {
    let claims = json::parse(&token::claims(&access)?)?;
    let time = |claim: &str| {
        json::text(&claims, claim)?
            .parse()
            .ok()
            .map(Moment::from_seconds)
    };
    Some(Session {
        username: json::text(&claims, "username")?,
        login,
        access: Secret::new(access),
        id: Secret::new(id),
        refresh: Secret::new(refresh),
        issued_at: time("iat")?,
        expires_at: time("exp")?,
    })
}
