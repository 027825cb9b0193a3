//! What is sent to Cognito.

use wasm_bindgen::JsValue;

use super::{Request, answers::PasswordProof};
use crate::{
    account::Username,
    browser::json,
    consent,
    entered::{Email, MailCode},
    secret::Secret,
    session::Session,
    steps::{Aside, Consent, Round},
};

pub(super) fn sign_up(username: &Username, password: &Secret, email: &Email) -> Request {
    let attribute = json::texts(&[("Name", "email"), ("Value", email.as_str())]);
    let mut request = texts(
        "SignUp",
        &[
            ("Username", username.as_str()),
            ("Password", password.reveal()),
        ],
    );
    request
        .members
        .push(("UserAttributes", js_sys::Array::of1(&attribute).into()));
    request
}

pub(super) fn confirm(username: &Username, code: &MailCode) -> Request {
    texts(
        "ConfirmSignUp",
        &[
            ("Username", username.as_str()),
            ("ConfirmationCode", code.as_str()),
        ],
    )
}

pub(super) fn resend(username: &Username) -> Request {
    texts("ResendConfirmationCode", &[("Username", username.as_str())])
}

pub(super) fn send_reset(email: &Email) -> Request {
    texts("ForgotPassword", &[("Username", email.as_str())])
}

pub(super) fn set_password(email: &Email, code: &MailCode, password: &Secret) -> Request {
    let members = [
        ("Username", email.as_str()),
        ("ConfirmationCode", code.as_str()),
        ("Password", password.reveal()),
    ];
    texts("ConfirmForgotPassword", &members)
}

/// Without a password.
pub(super) fn begin(name: &str) -> Request {
    initiate(&[("USERNAME", name)])
}

/// With SRP's first half.
pub(super) fn begin_with_password(name: &str, srp_a: &str) -> Request {
    initiate(&[
        ("USERNAME", name),
        ("CHALLENGE_NAME", "SRP_A"),
        ("SRP_A", srp_a),
    ])
}

fn initiate(parameters: &[(&str, &str)]) -> Request {
    let mut request = texts("InitiateAuth", &[("AuthFlow", "CUSTOM_AUTH")]);
    request
        .members
        .push(("AuthParameters", json::texts(parameters)));
    request
}

/// SRP's second half.
pub(super) fn prove_password(proof: &PasswordProof, aside: Aside) -> Request {
    let responses = [
        ("USERNAME", proof.username.as_str()),
        ("PASSWORD_CLAIM_SECRET_BLOCK", &proof.secret_block),
        ("PASSWORD_CLAIM_SIGNATURE", &proof.signature),
        ("TIMESTAMP", &proof.timestamp),
    ];
    respond("PASSWORD_VERIFIER", &proof.session, &responses, aside)
}

/// The answer to a challenge is its id.
pub(super) fn answer(round: &Round, aside: Aside) -> Request {
    let responses = [
        ("USERNAME", round.username.as_str()),
        ("ANSWER", &round.challenge.id),
    ];
    respond(
        "CUSTOM_CHALLENGE",
        round.session.reveal(),
        &responses,
        aside,
    )
}

fn respond(challenge: &str, session: &str, responses: &[(&str, &str)], aside: Aside) -> Request {
    let mut request = texts(
        "RespondToAuthChallenge",
        &[("ChallengeName", challenge), ("Session", session)],
    );
    request
        .members
        .push(("ChallengeResponses", json::texts(responses)));
    let mut metadata = Vec::new();
    if aside.consent == Consent::Given {
        metadata.push(("consent", consent::VERSION));
    }
    metadata.extend(aside.wish.map(|wish| ("intent", wish.code())));
    if !metadata.is_empty() {
        request
            .members
            .push(("ClientMetadata", json::texts(&metadata)));
    }
    request
}

pub(super) fn renew(session: &Session) -> Request {
    texts(
        "GetTokensFromRefreshToken",
        &[("RefreshToken", session.refresh.reveal())],
    )
}

/// Ends the refresh token, and the access tokens made from it.
pub(super) fn revoke(session: &Session) -> Request {
    texts("RevokeToken", &[("Token", session.refresh.reveal())])
}

fn texts(operation: &'static str, members: &[(&'static str, &str)]) -> Request {
    let members = members
        .iter()
        .map(|(key, value)| (*key, JsValue::from_str(value)))
        .collect();
    Request { operation, members }
}
