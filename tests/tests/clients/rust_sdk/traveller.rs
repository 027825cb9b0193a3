//! A person with the SDK, and the pool's owner with the same.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use aws_sdk_cognitoidentityprovider as sdk;
use face_login_acceptance::{
    admin,
    challenge::{Round, Step, Tokens},
    clients::{Client, Outcome},
    clock,
    cognito::Answer,
    faces::Person,
    jwt,
    srp::{Exchange, Verifier},
    stack,
    visitor::{Account, Visitor},
    wait,
};
use sdk::types::{AuthFlowType, AuthenticationResultType, ChallengeNameType};

use super::{Told as _, account, attribute, refused, round, texts};

/// A person with the SDK, and the pool's owner with the same.
pub(super) struct Traveller {
    pub(super) pool: sdk::Client,
    pub(super) visitor: Visitor,
    pub(super) account: Account,
    pub(super) face: Person,
    pub(super) report: Vec<Outcome>,
    tokens: Option<Tokens>,
}

impl Traveller {
    pub(super) async fn new(face: Person) -> Self {
        let visitor = Visitor::of(stack::shared()).await;
        let owner = admin::sdk_config(&visitor.ready);
        let config = owner
            .to_builder()
            .endpoint_url(&visitor.ready.cognito)
            .build();
        Self {
            pool: sdk::Client::from_conf(sdk::config::Builder::from(&config).build()),
            account: account(),
            visitor,
            face,
            tokens: None,
            report: Vec::new(),
        }
    }

    /// Notes that the step was as expected: whatever is not ends the test.
    pub(super) fn passed(&mut self, step: &str) {
        self.report.push(Outcome {
            client: Client::RustSdk.name().to_owned(),
            step: step.to_owned(),
            ok: true,
            detail: String::new(),
        });
    }

    pub(super) fn client_id(&self) -> &str {
        &self.visitor.ready.client_id
    }

    pub(super) fn tokens(&self) -> &Tokens {
        self.tokens.as_ref().expect("signed in before")
    }

    pub(super) fn consent(&self) -> String {
        let consent = self.visitor.consent();
        consent["consent"].as_str().expect("a version").to_owned()
    }

    pub(super) async fn code(&self, address: &str, purpose: &str) -> String {
        self.visitor.local.code(address, purpose, 1).await
    }

    pub(super) async fn sign_up(&self, account: &Account) -> Answer<String> {
        let sign_up = self.pool.sign_up().client_id(self.client_id());
        let named = sign_up
            .username(&account.username)
            .password(&account.password);
        let sent = named.user_attributes(attribute("email", &account.email));
        let answer = sent.send().await.told()?;
        assert!(!answer.user_confirmed());
        Ok(answer.user_sub().to_owned())
    }

    pub(super) async fn start(&self, name: &str, more: &[(&str, &str)]) -> Answer<Step> {
        let start = self.pool.initiate_auth().client_id(self.client_id());
        let mut start = start
            .auth_flow(AuthFlowType::CustomAuth)
            .auth_parameters("USERNAME", name);
        for (key, value) in more {
            start = start.auth_parameters(*key, *value);
        }
        let answer = start.send().await.told()?;
        Ok(step(
            answer.challenge_name(),
            answer.session(),
            answer.challenge_parameters(),
            answer.authentication_result(),
        ))
    }

    pub(super) async fn start_with_password(
        &self,
        account: &Account,
        consent: Option<String>,
    ) -> Answer<Step> {
        let exchange = Exchange::begin();
        let parameters = [("CHALLENGE_NAME", "SRP_A"), ("SRP_A", &*exchange.srp_a())];
        let asked = self.start(&account.username, &parameters).await?.round();
        assert_eq!(asked.name, "PASSWORD_VERIFIER");
        let verifier = Verifier {
            salt: asked.parameter("SALT"),
            srp_b: asked.parameter("SRP_B"),
            secret_block: asked.parameter("SECRET_BLOCK"),
            user_id: asked.parameter("USER_ID_FOR_SRP"),
        };
        let pool_id = &self.visitor.ready.user_pool_id;
        let claim = exchange.claim(&verifier, pool_id, &account.password, clock::now());
        let responses = [
            ("USERNAME", verifier.user_id),
            ("PASSWORD_CLAIM_SECRET_BLOCK", verifier.secret_block),
            ("PASSWORD_CLAIM_SIGNATURE", &claim.signature),
            ("TIMESTAMP", &claim.timestamp),
        ];
        self.respond(&asked, &responses, consent).await
    }

    pub(super) async fn answer(&self, to: &Round, consent: Option<String>) -> Answer<Step> {
        let responses = [
            ("USERNAME", to.parameter("USERNAME")),
            ("ANSWER", to.challenge_id()),
        ];
        self.respond(to, &responses, consent).await
    }

    async fn respond(
        &self,
        to: &Round,
        responses: &[(&str, &str)],
        consent: Option<String>,
    ) -> Answer<Step> {
        let respond = self.pool.respond_to_auth_challenge();
        let mut respond = respond
            .client_id(self.client_id())
            .challenge_name(ChallengeNameType::from(to.name.as_str()))
            .session(&to.session);
        for (key, value) in responses {
            respond = respond.challenge_responses(*key, *value);
        }
        if let Some(version) = consent {
            respond = respond.client_metadata("consent", version);
        }
        let answer = respond.send().await.told()?;
        Ok(step(
            answer.challenge_name(),
            answer.session(),
            answer.challenge_parameters(),
            answer.authentication_result(),
        ))
    }

    /// Uploads a photo and answers; waits while it is being indexed, and shows it again after an outage. Ends, as Define
    /// allows so many rounds only.
    pub(super) async fn show(&self, to: &Round, photo: &[u8]) -> Step {
        let kind = to.challenge();
        self.upload(to, photo).await;
        let mut step = self.answer(to, None).await.expect("a judgement");
        loop {
            match step {
                Step::Round(next)
                    if next.challenge() == kind
                        && (next.state() == "PENDING" || next.reason() == "BUSY") =>
                {
                    wait::pause(next.retry_after()).await;
                    if next.state() == "UPLOAD" {
                        self.upload(&next, photo).await;
                    }
                    step = self.answer(&next, None).await.expect("a judgement");
                }
                other => return other,
            }
        }
    }

    async fn upload(&self, to: &Round, photo: &[u8]) {
        let reply = self.visitor.upload(to, photo).await;
        assert!(reply.status.is_success(), "upload: {}", reply.text());
    }

    /// Shows the person's own face, which gives tokens.
    pub(super) async fn pass(&mut self, to: &Round) {
        let tokens = self.show(to, &self.face.selfie()).await.tokens();
        let (_, claims) = jwt::peek(&tokens.id);
        assert_eq!(claims["sub"], self.account.sub.as_str());
        self.tokens = Some(tokens);
    }

    pub(super) async fn sign_in(&mut self) {
        let started = self.start(&self.account.email, &[]).await;
        let asked = round(started.expect("anybody may start"), "SELFIE", "UPLOAD", "");
        self.pass(&asked).await;
    }

    pub(super) async fn refresh(&self, tokens: &Tokens) -> Answer<Tokens> {
        let refresh = self.pool.initiate_auth().client_id(self.client_id());
        let answer = refresh
            .auth_flow(AuthFlowType::RefreshTokenAuth)
            .auth_parameters("REFRESH_TOKEN", tokens.refresh())
            .send()
            .await
            .told()?;
        Ok(read(answer.authentication_result().expect("tokens")))
    }

    pub(super) async fn refresh_by_operation(&self, tokens: &Tokens) -> Answer<Tokens> {
        let refresh = self.pool.get_tokens_from_refresh_token();
        let answer = refresh
            .client_id(self.client_id())
            .refresh_token(tokens.refresh())
            .send()
            .await
            .told()?;
        Ok(read(answer.authentication_result().expect("tokens")))
    }

    /// User name and attributes of whom the access token names.
    pub(super) async fn user(&self, tokens: &Tokens) -> Answer<(String, BTreeMap<String, String>)> {
        let get = self.pool.get_user().access_token(&tokens.access);
        let answer = get.send().await.told()?;
        Ok((
            answer.username().to_owned(),
            texts(answer.user_attributes()),
        ))
    }

    /// Neither token may work any more.
    pub(super) async fn expect_ended(&self, tokens: &Tokens) {
        refused(self.user(tokens).await, "NotAuthorizedException");
        self.expect_no_refresh(tokens).await;
    }

    pub(super) async fn expect_no_refresh(&self, tokens: &Tokens) {
        refused(self.refresh(tokens).await, "NotAuthorizedException");
        refused(
            self.refresh_by_operation(tokens).await,
            "NotAuthorizedException",
        );
    }
}

fn step(
    name: Option<&ChallengeNameType>,
    session: Option<&str>,
    parameters: Option<&HashMap<String, String>>,
    result: Option<&AuthenticationResultType>,
) -> Step {
    let Some(name) = name else {
        return Step::Tokens(read(result.expect("a round or tokens")));
    };
    Step::Round(Round {
        name: name.as_str().to_owned(),
        session: session.expect("every round has a session").to_owned(),
        parameters: parameters
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .collect(),
    })
}

fn read(result: &AuthenticationResultType) -> Tokens {
    assert_eq!(result.token_type(), Some("Bearer"));
    let lifetime = u64::try_from(result.expires_in()).expect("a lifetime is not negative");
    Tokens {
        access: result.access_token().expect("an access token").to_owned(),
        id: result.id_token().expect("an ID token").to_owned(),
        refresh: result.refresh_token().map(str::to_owned),
        expires_in: Duration::from_secs(lifetime),
    }
}
