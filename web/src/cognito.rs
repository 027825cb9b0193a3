//! The operations of Cognito that the page uses, over its JSON protocol.
//!
//! A plan becomes a [`Question`]; its answer becomes what happened, or (after SRP's first half) another question. Only [`call`] waits for anything:
//! every further `async fn` would cost the page another state machine.

mod answers;
mod requests;

use wasm_bindgen::JsValue;

use crate::{
    account::{self, Username},
    browser::{clock, fetch, json, random},
    failure::Failure,
    secret::Secret,
    session::Session,
    settings::Settings,
    srp,
    steps::{Aside, Happened, Plan, Proof},
};

pub(crate) use answers::session_of;

/// An operation and its body, without the client id.
pub(crate) struct Request {
    operation: &'static str,
    members: Vec<(&'static str, JsValue)>,
}

/// A request, and what its answer means.
pub(crate) struct Question {
    request: Request,
    meaning: Meaning,
}

enum Meaning {
    SignedUp(Username, Secret),
    Confirmed,
    CodeSent,
    PasswordSet(Secret),
    Password {
        exchange: Box<srp::Exchange>,
        password: Secret,
        aside: Aside,
    },
    Answered,
    Renewed(Session),
    Revoked,
}

/// What an answer leads to.
pub(crate) enum Next {
    /// The end of the matter.
    Happened(Happened),
    /// The second half.
    Ask(Question),
}

impl Question {
    /// The question that a plan puts to Cognito. `None` for plans that are none of its business.
    pub(crate) fn of(plan: Plan) -> Option<Self> {
        let (request, meaning) = match plan {
            Plan::SignUp { email } => {
                let username = Username::from_random(random::bytes());
                let password = account::new_password(&mut random::fill);
                (
                    requests::sign_up(&username, &password, &email),
                    Meaning::SignedUp(username, password),
                )
            }
            Plan::Confirm { username, code } => {
                (requests::confirm(&username, &code), Meaning::Confirmed)
            }
            Plan::Resend { username } => (requests::resend(&username), Meaning::CodeSent),
            Plan::SendReset { email } => (requests::send_reset(&email), Meaning::CodeSent),
            Plan::SetPassword { email, code } => {
                let password = account::new_password(&mut random::fill);
                (
                    requests::set_password(&email, &code, &password),
                    Meaning::PasswordSet(password),
                )
            }
            Plan::Begin(Proof::Face { name }) => (requests::begin(&name), Meaning::Answered),
            Plan::Begin(Proof::Mailbox {
                name,
                password,
                aside,
            }) => {
                let exchange = Box::new(srp::Exchange::begin(&random::bytes()));
                let request = requests::begin_with_password(&name, &exchange.srp_a());
                (
                    request,
                    Meaning::Password {
                        exchange,
                        password,
                        aside,
                    },
                )
            }
            Plan::Answer { round, aside, .. } => {
                (requests::answer(&round, aside), Meaning::Answered)
            }
            Plan::Renew { session, .. } => (requests::renew(&session), Meaning::Renewed(session)),
            Plan::Revoke(session) => (requests::revoke(&session), Meaning::Revoked),
            Plan::Upload(_)
            | Plan::Remember(_)
            | Plan::Forget
            | Plan::Keep(_)
            | Plan::Drop(_)
            | Plan::Return(_) => {
                return None;
            }
        };
        Some(Self { request, meaning })
    }

    /// Asks. `login` is what the user typed, kept with the tokens.
    pub(crate) async fn ask(self, settings: &Settings, login: &str) -> Next {
        let answer = call(settings, self.request).await;
        self.meaning.read(settings, login, answer)
    }
}

impl Meaning {
    fn read(self, settings: &Settings, login: &str, answer: Result<JsValue, Failure>) -> Next {
        let done = answer.as_ref().map(drop).map_err(|failure| *failure);
        Next::Happened(match self {
            Self::SignedUp(username, password) => {
                Happened::SignedUp(done.map(|()| (username, password)))
            }
            Self::Confirmed => Happened::Confirmed(done),
            Self::CodeSent => Happened::CodeSent(done),
            Self::PasswordSet(password) => Happened::PasswordSet(done.map(|()| password)),
            Self::Revoked => Happened::Revoked(done),
            Self::Renewed(old) => {
                Happened::Renewed(answer.and_then(|answer| answers::renewed(&answer, &old)))
            }
            Self::Answered => {
                Happened::Answered(answer.and_then(|answer| answers::read(&answer, login)))
            }
            Self::Password {
                exchange,
                password,
                aside,
            } => {
                let proof = answer.and_then(|answer| {
                    answers::password_proof(&answer, settings, &exchange, &password)
                });
                match proof {
                    Err(failure) => Happened::Answered(Err(failure)),
                    Ok(proof) => {
                        let request = requests::prove_password(&proof, aside);
                        return Next::Ask(Question {
                            request,
                            meaning: Self::Answered,
                        });
                    }
                }
            }
        })
    }
}

async fn call(settings: &Settings, request: Request) -> Result<JsValue, Failure> {
    let mut members = request.members;
    members.push(("ClientId", JsValue::from_str(&settings.client_id)));
    let target = format!("AWSCognitoIdentityProviderService.{}", request.operation);
    let reply = fetch::post(&settings.cognito, &target, &json::object(&members))
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
    let message = json::text(&reply.body, "message").or_else(|| json::text(&reply.body, "Message"));
    Err(Failure::classify(&kind, &message.unwrap_or_default()))
}
