//! Plain HTTP client of the user pool: what a browser does, without an SDK.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::{
    challenge::{Round, Step, Tokens},
    clock,
    http::{Http, NoAnswer, Reply},
    ready::Ready,
    srp::{Exchange, Verifier},
};

/// A refusal in Cognito's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Name of the error, e.g. `NotAuthorizedException`.
    pub kind: String,
    /// Its text.
    pub message: String,
}

impl Refusal {
    /// The kind of a refusal that is none: nobody answered, and the status is 0.
    pub const NO_ANSWER: &str = "(no answer)";

    fn no_answer(error: &NoAnswer) -> Self {
        Self {
            status: 0,
            kind: Self::NO_ANSWER.to_owned(),
            message: format!("{error:?}"),
        }
    }
}

/// Answer of an operation, or Cognito's refusal.
pub type Answer<T> = Result<T, Refusal>;

/// The pool behind one client id.
#[derive(Clone, Debug)]
pub struct Cognito {
    http: Http,
    endpoint: String,
    pool_id: String,
    client_id: String,
}

impl Cognito {
    /// The pool of a running stack.
    pub fn new(ready: &Ready, http: &Http) -> Self {
        Self {
            http: http.clone(),
            endpoint: ready.cognito.clone(),
            pool_id: ready.user_pool_id.clone(),
            client_id: ready.client_id.clone(),
        }
    }

    /// One unsigned operation; `ClientId` is added.
    pub async fn call(&self, operation: &str, mut body: Value) -> Answer<Value> {
        body["ClientId"] = self.client_id.clone().into();
        self.call_as_is(operation, &body).await
    }

    /// One unsigned operation with exactly this body.
    pub async fn call_as_is(&self, operation: &str, body: &Value) -> Answer<Value> {
        let request = Request::post(&self.endpoint)
            .header("content-type", "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                format!("AWSCognitoIdentityProviderService.{operation}"),
            )
            .body(Bytes::from(body.to_string()))
            .expect("a POST to a known address");
        let reply = self
            .http
            .try_send(request)
            .await
            .map_err(|error| Refusal::no_answer(&error))?;
        if reply.status.is_success() {
            Ok(reply.json())
        } else {
            Err(refusal(&reply))
        }
    }

    /// Starts a sign-in with the name alone.
    pub async fn start(&self, name: &str) -> Answer<Step> {
        let answer = self
            .call(
                "InitiateAuth",
                json!({"AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": name}}),
            )
            .await?;
        Ok(Step::read(&answer))
    }

    /// Starts a sign-in with name and `SRP_A`: nothing is proven yet.
    pub async fn start_srp(&self, name: &str, exchange: &Exchange) -> Answer<Step> {
        let parameters =
            json!({"USERNAME": name, "CHALLENGE_NAME": "SRP_A", "SRP_A": exchange.srp_a()});
        let answer = self
            .call(
                "InitiateAuth",
                json!({"AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters}),
            )
            .await?;
        Ok(Step::read(&answer))
    }

    /// Starts a sign-in with name and password; `metadata` goes with the password's proof.
    pub async fn start_with_password(
        &self,
        name: &str,
        password: &str,
        metadata: Value,
    ) -> Answer<Step> {
        let exchange = Exchange::begin();
        let round = self.start_srp(name, &exchange).await?.round();
        assert_eq!(round.name, "PASSWORD_VERIFIER", "what follows SRP_A");
        let verifier = Verifier {
            salt: round.parameter("SALT"),
            srp_b: round.parameter("SRP_B"),
            secret_block: round.parameter("SECRET_BLOCK"),
            user_id: round.parameter("USER_ID_FOR_SRP"),
        };
        let claim = exchange.claim(&verifier, &self.pool_id, password, clock::now());
        let responses = json!({
            "USERNAME": round.parameter("USER_ID_FOR_SRP"),
            "PASSWORD_CLAIM_SECRET_BLOCK": round.parameter("SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": claim.signature,
            "TIMESTAMP": claim.timestamp,
        });
        self.respond(&round, responses, metadata).await
    }

    /// Answers a custom round.
    pub async fn answer(&self, round: &Round, answer: &str) -> Answer<Step> {
        self.answer_with(round, answer, json!({})).await
    }

    /// Answers a custom round with client metadata.
    pub async fn answer_with(&self, round: &Round, answer: &str, metadata: Value) -> Answer<Step> {
        let responses = json!({"USERNAME": round.parameter("USERNAME"), "ANSWER": answer});
        self.respond(round, responses, metadata).await
    }

    async fn respond(&self, round: &Round, responses: Value, metadata: Value) -> Answer<Step> {
        let body = json!({
            "ChallengeName": round.name, "Session": round.session, "ChallengeResponses": responses, "ClientMetadata": metadata,
        });
        Ok(Step::read(
            &self.call("RespondToAuthChallenge", body).await?,
        ))
    }

    /// New access and ID tokens through `InitiateAuth`.
    pub async fn refresh(&self, refresh_token: &str) -> Answer<Tokens> {
        let body = json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": refresh_token}});
        Ok(Tokens::read(
            &self.call("InitiateAuth", body).await?["AuthenticationResult"],
        ))
    }

    /// New access and ID tokens the way Amplify asks for them.
    pub async fn tokens_from_refresh_token(&self, refresh_token: &str) -> Answer<Tokens> {
        let answer = self
            .call(
                "GetTokensFromRefreshToken",
                json!({"RefreshToken": refresh_token}),
            )
            .await?;
        Ok(Tokens::read(&answer["AuthenticationResult"]))
    }

    /// Ends a refresh token and what came from it.
    pub async fn revoke(&self, refresh_token: &str) -> Answer<Value> {
        self.call("RevokeToken", json!({"Token": refresh_token}))
            .await
    }

    /// Attributes of the signed-in user.
    pub async fn user(&self, access_token: &str) -> Answer<Value> {
        self.call_as_is("GetUser", &json!({"AccessToken": access_token}))
            .await
    }
}

/// Reads an error as Amplify does: header first, then body, without the service's prefix.
fn refusal(reply: &Reply) -> Refusal {
    let body = reply.json();
    let header = reply
        .header("x-amzn-errortype")
        .split([':', ','])
        .next()
        .unwrap_or_default();
    let named = if header.is_empty() {
        body["__type"].as_str().unwrap_or_default()
    } else {
        header
    };
    let kind = named.rsplit('#').next().unwrap_or_default().to_owned();
    assert!(
        !kind.is_empty(),
        "an error without a name: {} {}",
        reply.status,
        reply.text()
    );
    let message = body["message"]
        .as_str()
        .or(body["Message"].as_str())
        .unwrap_or_default()
        .to_owned();
    Refusal {
        status: reply.status.as_u16(),
        kind,
        message,
    }
}
