//! The AWS SDK for Rust, whose only setting is the endpoint.

mod journey;
mod operator;
mod traveller;

use std::collections::BTreeMap;

use aws_sdk_cognitoidentityprovider as sdk;
use face_login_acceptance::{
    challenge::{Round, Step},
    clients::Client,
    cognito::{Answer, Refusal},
    faces::Person,
    invent,
    visitor::Account,
};
use sdk::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    types::AttributeType,
};
use serde_json::json;

use crate::{script, settle};
use traveller::Traveller;

/// The whole journey of `face`, whose last tokens are then shown to aws-jwt-verify.
pub(crate) async fn run(face: Person) {
    let mut traveller = Traveller::new(face).await;
    journey::join(&mut traveller).await;
    journey::enrol(&mut traveller).await;
    journey::use_session(&mut traveller).await;
    journey::sign_in(&mut traveller).await;
    journey::reset_password(&mut traveller).await;
    journey::change_attributes(&mut traveller).await;
    journey::change_password(&mut traveller).await;
    operator::day(&mut traveller).await;
    let tokens = traveller.tokens().clone();
    journey::leave(&mut traveller).await;
    settle(Client::RustSdk, &traveller.report, "");

    // Who only checks signatures still believes the tokens of a user who is gone, until they expire.
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let text = json!({"id": tokens.id, "access": tokens.access}).to_string();
    std::fs::write(file.path(), text).expect("a temporary file");
    script::verify(file.path());
}

/// A refusal as the rest of the suite tells them.
trait Told<T> {
    fn told(self) -> Answer<T>;
}

impl<T, E: ProvideErrorMetadata + std::fmt::Debug> Told<T>
    for Result<T, SdkError<E, HttpResponse>>
{
    fn told(self) -> Answer<T> {
        self.map_err(|error| Refusal {
            status: error.raw_response().map_or(0, |it| it.status().as_u16()),
            kind: error
                .code()
                .unwrap_or_else(|| panic!("no refusal: {error:?}"))
                .to_owned(),
            message: error.message().unwrap_or_default().to_owned(),
        })
    }
}

/// The answer must be a refusal of this kind.
fn refused<T>(answer: Answer<T>, kind: &str) -> Refusal {
    let Err(refusal) = answer else {
        panic!("passed where {kind} was expected")
    };
    assert_eq!((refusal.kind.as_str(), refusal.status), (kind, 400));
    refusal
}

/// The step must be a round of this kind and state, with this reason.
fn round(step: Step, challenge: &str, state: &str, reason: &str) -> Round {
    let round = step.round();
    let seen = (round.challenge(), round.state(), round.reason());
    assert_eq!(seen, (challenge, state, reason));
    round
}

fn attribute(name: &str, value: &str) -> AttributeType {
    let attribute = AttributeType::builder().name(name).value(value);
    attribute.build().expect("an attribute has a name")
}

/// A code of six digits that is not this one.
fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

fn account() -> Account {
    Account {
        email: invent::email(),
        username: invent::username(),
        password: invent::password(),
        sub: String::new(),
    }
}

fn texts(attributes: &[AttributeType]) -> BTreeMap<String, String> {
    let pair = |it: &AttributeType| {
        let value = it.value().unwrap_or_default();
        (it.name().to_owned(), value.to_owned())
    };
    attributes.iter().map(pair).collect()
}
