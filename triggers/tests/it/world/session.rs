//! Users and their sessions: what Cognito does between the triggers.

use std::collections::BTreeMap;

use face_login_domain::{
    challenge::{ChallengeRecord, Status},
    collection::CollectionName,
    enrolment::EnrolledFace,
    ids::{ChallengeId, Etag, FaceId, FaceLabel, Sub},
};
use face_login_triggers::define;
use serde_json::{Value, json};

use super::{World, photo, response};

/// The client of every session.
pub(crate) const PAGE: &str = "c";

/// A name, and what Cognito tells of it.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) attributes: Value,
    pub(crate) not_found: bool,
}

impl User {
    /// A confirmed user with a verified address.
    pub(crate) fn confirmed(number: u8) -> Self {
        let email = format!("user{number}@example.com");
        let attributes = json!({"sub": Self::sub(number).as_str(), "email": email, "email_verified": "true", "cognito:user_status": "CONFIRMED"});
        Self {
            name: format!("0000000{number}-0000-3000-8000-000000000000"),
            attributes,
            not_found: false,
        }
    }

    pub(crate) fn unknown(number: u8) -> Self {
        Self {
            attributes: Value::Null,
            not_found: true,
            ..Self::confirmed(number)
        }
    }

    pub(crate) fn unconfirmed(number: u8) -> Self {
        let mut user = Self::confirmed(number);
        user.attributes["cognito:user_status"] = json!("UNCONFIRMED");
        user
    }

    pub(crate) fn sub(number: u8) -> Sub {
        Sub::made_up([number; 16])
    }
}

/// One session of one user, as Cognito keeps it.
pub(crate) struct Session<'a> {
    world: &'a World,
    user: User,
    pub(crate) history: Vec<Value>,
    private: Value,
    metadata: Value,
    pub(crate) parameters: BTreeMap<String, String>,
    /// What the last gate added to the ID token.
    pub(crate) claims: Value,
}

/// What Define led to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Round,
    Tokens,
    Denied,
    /// Define said tokens, the last gate did not.
    Stopped,
}

impl<'a> Session<'a> {
    /// A session that signs in with nothing but a face.
    pub(crate) async fn plain(world: &'a World, user: User) -> Self {
        let mut session = Self::new(world, user, Vec::new());
        assert_eq!(session.next(&Value::Null).await, Next::Round);
        session
    }

    /// A session that proved the password.
    pub(crate) async fn with_password(world: &'a World, user: User, metadata: Value) -> Self {
        let round = |name| json!({"challengeName": name, "challengeResult": true, "challengeMetadata": null});
        let mut session = Self::new(
            world,
            user,
            vec![round("SRP_A"), round("PASSWORD_VERIFIER")],
        );
        assert_eq!(session.next(&metadata).await, Next::Round);
        session
    }

    fn new(world: &'a World, user: User, history: Vec<Value>) -> Self {
        Self {
            world,
            user,
            history,
            private: Value::Null,
            metadata: Value::Null,
            parameters: BTreeMap::new(),
            claims: Value::Null,
        }
    }

    pub(crate) fn event(&self, source: &str, more: &Value) -> Value {
        let mut request =
            json!({"userAttributes": self.user.attributes, "userNotFound": self.user.not_found});
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        json!({"version": "1", "triggerSource": source, "region": "us-east-1", "userPoolId": "us-east-1_x", "userName": self.user.name,
            "callerContext": {"awsSdkVersion": "x", "clientId": PAGE}, "request": request, "response": {}})
    }

    /// Define, and Create if there is another round.
    async fn next(&mut self, client_metadata: &Value) -> Next {
        let request = json!({"session": self.history, "clientMetadata": client_metadata});
        let defined =
            define::handle(self.event("DefineAuthChallenge_Authentication", &request)).unwrap();
        if response(&defined, "issueTokens") == json!(true) {
            let event = self.event("TokenGeneration_Authentication", &json!({}));
            return match self.world.gate.handle(event).await {
                Ok(passed) => {
                    let details = response(&passed, "claimsOverrideDetails");
                    self.claims = details["claimsToAddOrOverride"].clone();
                    Next::Tokens
                }
                Err(_) => Next::Stopped,
            };
        }
        if response(&defined, "failAuthentication") == json!(true) {
            return Next::Denied;
        }
        let event = self.event("CreateAuthChallenge_Authentication", &request);
        let created = self.world.creator.handle(event).await.unwrap();
        self.private = response(&created, "privateChallengeParameters");
        self.metadata = response(&created, "challengeMetadata");
        self.parameters =
            serde_json::from_value(response(&created, "publicChallengeParameters")).unwrap();
        Next::Round
    }

    /// The event of an answer to the present round.
    pub(crate) fn answer_event(&self, answer: &str) -> Value {
        self.answer_event_with(answer, &Value::Null)
    }

    fn answer_event_with(&self, answer: &str, client_metadata: &Value) -> Value {
        let request = json!({"privateChallengeParameters": self.private, "challengeAnswer": answer, "clientMetadata": client_metadata});
        self.event("VerifyAuthChallengeResponse_Authentication", &request)
    }

    /// What Verify says to an answer.
    pub(crate) async fn verify(&self, answer: &str) -> bool {
        self.verify_with(answer, &Value::Null).await
    }

    async fn verify_with(&self, answer: &str, client_metadata: &Value) -> bool {
        let event = self.answer_event_with(answer, client_metadata);
        let event = self.world.verifier.handle(event).await.unwrap();
        response(&event, "answerCorrect") == json!(true)
    }

    /// Sends the challenge's own id.
    pub(crate) async fn answer(&mut self) -> Next {
        self.answer_with(&Value::Null).await
    }

    /// Sends it with client metadata.
    pub(crate) async fn answer_with(&mut self, client_metadata: &Value) -> Next {
        let answer = self.parameters["challengeId"].clone();
        let correct = self.verify_with(&answer, client_metadata).await;
        let round = json!({"challengeName": "CUSTOM_CHALLENGE", "challengeResult": correct, "challengeMetadata": self.metadata});
        self.history.push(round);
        self.next(client_metadata).await
    }

    /// Uploads a photo and answers with client metadata.
    pub(crate) async fn send_with(&mut self, photo: &[u8], client_metadata: &Value) -> Next {
        self.world.upload(&self.parameters, photo);
        self.answer_with(client_metadata).await
    }

    /// Uploads a photo and answers.
    pub(crate) async fn send(&mut self, photo: &[u8]) -> Next {
        self.world.upload(&self.parameters, photo);
        self.answer().await
    }

    pub(crate) fn parameter(&self, name: &str) -> &str {
        &self.parameters[name]
    }

    /// State and reason of the present round.
    pub(crate) fn told(&self) -> (&str, &str) {
        (self.parameter("state"), self.parameter("reason"))
    }

    pub(crate) fn challenge(&self) -> ChallengeId {
        ChallengeId::parse(self.parameter("challengeId")).unwrap()
    }

    pub(crate) async fn record(&self) -> ChallengeRecord {
        self.world
            .challenges
            .read(&self.challenge())
            .await
            .unwrap()
            .unwrap()
    }
}

impl World {
    /// Confirms a mail code of the user.
    pub(crate) async fn ticket(&self, user: &User) {
        let event = json!({"triggerSource": "PostConfirmation_ConfirmSignUp", "userName": user.name,
            "request": {"userAttributes": user.attributes}, "response": {}});
        self.ticketing.handle(event).await.unwrap();
    }

    /// Does what the indexer does with the document of the present round: a face that looks like `look`.
    pub(crate) async fn index(&self, session: &Session<'_>, face: &str, look: &str) {
        let record = session.record().await;
        let chain = record.chain.clone().unwrap();
        let etag = match &record.status {
            Status::Uploaded(etag) => etag.clone(),
            _ => Etag::parse("x").unwrap(),
        };
        let label = FaceLabel {
            sub: record.subject.clone(),
            enrolment: chain.enrolment.clone(),
        };
        self.state()
            .faces
            .insert(face.to_owned(), (label.to_string(), look.to_owned()));
        let row = EnrolledFace {
            enrolment: chain.enrolment,
            face: FaceId::parse(face).unwrap(),
            collection: CollectionName::parse("p-g1-s0").unwrap(),
            model_version: "7.0".to_owned(),
            created_at: self.now(),
        };
        let finished = self
            .enrolments
            .finish_document(&self.challenges, &record, &etag, &[row], self.now())
            .await;
        assert_eq!(
            finished.unwrap(),
            face_login_aws::enrolments::Finished::Done
        );
    }

    /// Takes a user through a whole enrolment, and tells the claims of the tokens.
    pub(crate) async fn enrol(&self, user: &User, face: &str, look: &str) -> Value {
        self.ticket(user).await;
        let consent = json!({"consent": "2026-11"});
        let mut session = Session::with_password(self, user.clone(), consent).await;
        assert_eq!(session.told(), ("UPLOAD", ""));
        self.upload(&session.parameters, &photo(look, "document"));
        self.index(&session, face, look).await;
        assert_eq!(session.answer().await, Next::Round);
        assert_eq!(
            (session.parameter("challenge"), session.told()),
            ("SELFIE", ("UPLOAD", ""))
        );
        assert_eq!(
            session
                .send(&photo(look, &format!("first selfie of {face}")))
                .await,
            Next::Tokens
        );
        session.claims
    }
}
