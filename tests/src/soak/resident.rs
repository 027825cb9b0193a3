//! A person of the soak: joins, enrols and signs in, and starts over when something breaks.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{crowd::Taken, run::World, trouble::Trouble};
use crate::{
    challenge::{Round, Step, Tokens},
    invent,
    upload::Form,
    visitor::Account,
    wait,
};

/// Rounds that one attempt may take: a document that waits for the queue's next delivery takes most.
const MOST_ROUNDS: usize = 40;
/// Looks into the inbox, one each tenth of a second.
const LOOKS_FOR_MAIL: usize = 100;

/// How far a person is on the way to an enrolment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// No account.
    #[default]
    Nobody,
    /// Signed up; the mail code is next.
    SignedUp,
    /// Confirmed, with a ticket unless a kill took it.
    Confirmed,
    /// Confirmed, and the ticket is lost: a new mail code is next.
    WithoutTicket,
    /// Enrolled.
    Enrolled,
}

/// A person.
#[derive(Debug, Default)]
pub(super) struct Resident {
    stage: Stage,
    account: Option<Account>,
    /// Their place in the list of faces.
    face: usize,
    /// Whether a kill broke an attempt to enrol: what it may have left behind is expected afterwards.
    pub(super) disturbed: bool,
    /// From the last enrolment or sign-in.
    pub(super) refresh_token: Option<String>,
}

/// What the rounds of one attempt were.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// Their ids.
    pub(super) rounds: Vec<String>,
    /// Rounds that an outage left undecided.
    busy: usize,
}

impl Resident {
    /// The pool's id of the user.
    pub(super) fn sub(&self) -> &str {
        self.account.as_ref().map_or("", |account| &account.sub)
    }

    pub(super) fn is_enrolled(&self) -> bool {
        self.stage == Stage::Enrolled
    }

    /// One attempt, from wherever the last one ended.
    pub(super) async fn enrol(
        &mut self,
        world: &World,
        attempt: &mut Attempt,
    ) -> Result<Tokens, Trouble> {
        if self.stage == Stage::Nobody {
            let account = sign_up(world).await?;
            self.face = world.new_face(collection_of(&account.sub));
            (self.account, self.stage) = (Some(account), Stage::SignedUp);
        }
        if self.stage == Stage::SignedUp {
            self.confirm(world).await?;
            self.stage = Stage::Confirmed;
        }
        if self.stage == Stage::WithoutTicket {
            self.new_ticket(world).await?;
            self.stage = Stage::Confirmed;
        }
        let account = self.account();
        let consent = world.visitor.consent();
        let pool = &world.visitor.cognito;
        let started = pool.start_with_password(&account.username, &account.password, consent);
        let step = started
            .await
            .map_err(|refusal| Trouble::refused("the password", refusal))?;
        let without_document = matches!(&step, Step::Round(round) if round.challenge() == "SELFIE");
        let outcome = self.drive(world, step, attempt).await;
        // Cut off between confirmation and ticket, a person is confirmed but can't enrol: a new mail code helps.
        let lost = matches!(&outcome, Err(Trouble::NotPassed { reason, .. }) if reason == "NOT_RECOGNISED");
        if without_document && lost && self.disturbed {
            self.stage = Stage::WithoutTicket;
            return Err(Trouble::TicketLost);
        }
        let tokens = self.verified(world, outcome?)?;
        self.stage = Stage::Enrolled;
        Ok(tokens)
    }

    /// One sign-in; with `stranger`, another person's selfie comes first.
    pub(super) async fn sign_in(
        &mut self,
        world: &World,
        stranger: bool,
        attempt: &mut Attempt,
    ) -> Result<Tokens, Trouble> {
        let started = world.visitor.cognito.start(&self.account().email).await;
        let mut step = started.map_err(|refusal| Trouble::refused("starting", refusal))?;
        if stranger {
            let round = step.round();
            attempt.rounds.push(round.challenge_id().to_owned());
            if round.state() != "UPLOAD" {
                return Err(not_passed(&round));
            }
            let another = world.another_face(self.face);
            let selfie = world.take(another, Taken::Selfie).await;
            step = show(world, &round, &selfie).await?;
            match &step {
                Step::Tokens(_) => {
                    return Err(Trouble::Broken("a stranger's face got tokens".to_owned()));
                }
                Step::Round(next) if next.reason() == "NOT_RECOGNISED" => {
                    world.books.count("strangers refused");
                    // The round says why the one before did not pass; that is no answer to the next selfie.
                    return self.after_stranger(world, next.clone(), attempt).await;
                }
                Step::Round(_) => {}
            }
        }
        let outcome = self.drive(world, step, attempt).await;
        self.verified(world, outcome?)
    }

    async fn after_stranger(
        &mut self,
        world: &World,
        round: Round,
        attempt: &mut Attempt,
    ) -> Result<Tokens, Trouble> {
        attempt.rounds.push(round.challenge_id().to_owned());
        let selfie = world.take(self.face, Taken::Selfie).await;
        let step = show(world, &round, &selfie).await?;
        let outcome = self.drive(world, step, attempt).await;
        self.verified(world, outcome?)
    }

    /// Shows what is asked for until there are tokens.
    async fn drive(
        &self,
        world: &World,
        mut step: Step,
        attempt: &mut Attempt,
    ) -> Result<Tokens, Trouble> {
        for _ in 0..MOST_ROUNDS {
            let round = match step {
                Step::Tokens(tokens) => return Ok(tokens),
                Step::Round(round) => round,
            };
            attempt.rounds.push(round.challenge_id().to_owned());
            let pool = &world.visitor.cognito;
            let next = match (round.state(), round.reason()) {
                ("PENDING", _) => {
                    wait::pause(round.retry_after()).await;
                    let answer = pool.answer(&round, round.challenge_id()).await;
                    answer.map_err(|refusal| Trouble::refused("answering", refusal))
                }
                ("UPLOAD", "" | "BUSY") => {
                    if round.reason() == "BUSY" {
                        attempt.busy += 1;
                        world.books.count("rounds left undecided (BUSY)");
                        wait::pause(round.retry_after()).await;
                    }
                    let what = match round.challenge() {
                        "ENROL_DOCUMENT" => Taken::Document,
                        _ => Taken::Selfie,
                    };
                    show(world, &round, &world.take(self.face, what).await).await
                }
                _ => return Err(not_passed(&round)),
            };
            step = match next {
                // Define counts a third undecided round like a third wrong one and ends the session (ADR 3).
                Err(Trouble::Refused { .. }) if attempt.busy >= 2 => return Err(Trouble::Slow),
                next => next?,
            };
        }
        Err(Trouble::Slow)
    }

    fn verified(&mut self, world: &World, tokens: Tokens) -> Result<Tokens, Trouble> {
        world.verify(&tokens, self.sub())?;
        self.refresh_token.clone_from(&tokens.refresh);
        Ok(tokens)
    }

    fn account(&self) -> &Account {
        self.account.as_ref().expect("an account comes first")
    }

    async fn confirm(&mut self, world: &World) -> Result<(), Trouble> {
        let account = self.account().clone();
        let Some(code) = mailed_code(world, &account.email, "SignUp").await? else {
            // The mail went down with the stack; people would ask for another, or sign up again.
            self.stage = Stage::Nobody;
            return Err(Trouble::NoMail);
        };
        let body = json!({"Username": account.username, "ConfirmationCode": code});
        match world.visitor.cognito.call("ConfirmSignUp", body).await {
            Ok(_) => Ok(()),
            // The answer to an earlier try was lost.
            Err(refusal) if self.disturbed && refusal.message.contains("CONFIRMED") => Ok(()),
            Err(refusal) => Err(Trouble::refused("ConfirmSignUp", refusal)),
        }
    }

    /// The way through the mailbox, for who is confirmed but has no ticket.
    async fn new_ticket(&mut self, world: &World) -> Result<(), Trouble> {
        let email = self.account().email.clone();
        let pool = &world.visitor.cognito;
        let asked = pool
            .call("ForgotPassword", json!({"Username": email}))
            .await;
        asked.map_err(|refusal| Trouble::refused("ForgotPassword", refusal))?;
        let code = mailed_code(world, &email, "ForgotPassword").await?;
        let code = code.ok_or(Trouble::NoMail)?;
        let password = invent::password();
        let body = json!({"Username": email, "ConfirmationCode": code, "Password": password});
        let confirmed = pool.call("ConfirmForgotPassword", body).await;
        // Even if the answer is lost, the password may be the new one: a further try sets another.
        if let Some(account) = &mut self.account {
            account.password = password;
        }
        confirmed.map_err(|refusal| Trouble::refused("ConfirmForgotPassword", refusal))?;
        world
            .books
            .count("tickets lost to a kill and replaced through the mailbox");
        Ok(())
    }
}

/// Collections of the soak's stack.
pub(super) const COLLECTIONS: u64 = 32;

/// Which of the collections a user's face goes to: the number in the first eight bytes of the SHA-256 of the sub, divided by
/// the number of collections, leaves it. The product promises to keep this rule across releases.
fn collection_of(sub: &str) -> usize {
    let digest = Sha256::digest(sub.as_bytes());
    let number = digest
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    usize::try_from(number % COLLECTIONS).expect("a small number")
}

async fn sign_up(world: &World) -> Result<Account, Trouble> {
    let account = Account {
        email: invent::email(),
        username: invent::username(),
        password: invent::password(),
        sub: String::new(),
    };
    let body = json!({
        "Username": account.username, "Password": account.password,
        "UserAttributes": [{"Name": "email", "Value": account.email}],
    });
    let answer = world.visitor.cognito.call("SignUp", body).await;
    let answer = answer.map_err(|refusal| Trouble::refused("SignUp", refusal))?;
    let sub = answer["UserSub"].as_str().unwrap_or_default().to_owned();
    Ok(Account { sub, ..account })
}

/// The code of the newest mail, once there is one.
async fn mailed_code(
    world: &World,
    address: &str,
    purpose: &str,
) -> Result<Option<String>, Trouble> {
    let inbox = format!("{}?to={address}", world.visitor.ready.inbox);
    for _ in 0..LOOKS_FOR_MAIL {
        let request = http::Request::get(&inbox).body(bytes::Bytes::new());
        let reply = world
            .visitor
            .http
            .try_send(request.expect("a GET of a known address"));
        let mails: Value = serde_json::from_slice(&reply.await?.body).unwrap_or_default();
        let mail = mails
            .as_array()
            .into_iter()
            .flatten()
            .find(|mail| mail["purpose"] == purpose);
        if let Some(code) = mail.and_then(|mail| mail["code"].as_str()) {
            return Ok(Some(code.to_owned()));
        }
        wait::pause(std::time::Duration::from_millis(100)).await;
    }
    Ok(None)
}

/// Uploads and answers.
async fn show(world: &World, round: &Round, photo: &[u8]) -> Result<Step, Trouble> {
    let form = Form::of(round).ok_or_else(|| not_passed(round))?;
    let request = form.request(world.visitor.ready.origin(), photo);
    let reply = world.visitor.http.try_send(request).await?;
    if !reply.status.is_success() {
        return Err(Trouble::Upload(reply.status.as_u16()));
    }
    let answer = world
        .visitor
        .cognito
        .answer(round, round.challenge_id())
        .await;
    answer.map_err(|refusal| Trouble::refused("answering", refusal))
}

fn not_passed(round: &Round) -> Trouble {
    Trouble::NotPassed {
        challenge: round.challenge().to_owned(),
        state: round.state().to_owned(),
        reason: round.reason().to_owned(),
    }
}
