//! Makes and checks the tokens of a sign-in.

mod rotation;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{
    clients::{AppClient, ClientProof},
    moment::Moment,
    refusal::Refusal,
    service::Service,
    store::{Enabled, Grant, GrantState, User, UserStatus},
    triggers::{ClaimChanges, TokenChanges, Trigger},
    wire::StringMap,
};

/// Claims that no trigger may change in either token.
const PROTECTED: [&str; 15] = [
    "acr",
    "amr",
    "at_hash",
    "auth_time",
    "azp",
    "event_id",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
];
const PROTECTED_IN_ID: [&str; 3] = ["aud", "cognito:username", "identities"];
const PROTECTED_IN_ACCESS: [&str; 5] = ["client_id", "device_key", "scope", "username", "version"];

/// What the operations on one's own account ask of an access token.
const OWN_SCOPE: &str = "aws.cognito.signin.user.admin";

/// Lengths in bytes of the five parts of an encrypted refresh token; nothing is in them.
const REFRESH_PARTS: [usize; 4] = [256, 12, 640, 16];

/// What tokens are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenSource {
    Authentication,
    NewPassword,
    Refresh,
}

impl TokenSource {
    fn trigger_source(self) -> &'static str {
        match self {
            Self::Authentication => "TokenGeneration_Authentication",
            Self::NewPassword => "TokenGeneration_NewPasswordChallenge",
            Self::Refresh => "TokenGeneration_RefreshTokens",
        }
    }
}

impl Service {
    /// Begins a grant: the `AuthenticationResult` of a finished sign-in.
    pub(crate) async fn grant(
        &self,
        client: &AppClient,
        source: TokenSource,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        self.post_authentication(client, user, metadata).await?;
        let changes = self.token_changes(client, source, user, metadata).await?;
        let now = self.now();
        let grant = Grant {
            origin_jti: self.randomness.uuid().to_string(),
            user: user.key.clone(),
            client: client.id.clone(),
            auth_time: now,
            event_id: self.randomness.uuid().to_string(),
            expires: now.plus(client.config.refresh_validity),
            state: GrantState::Live,
        };
        let refresh_token = self.refresh_token();
        self.store
            .transact(|tx| grant.insert(tx, &refresh_token).map_err(Refusal::from))?;
        let mut result = self.authentication_result(client, user, &grant, &changes, now)?;
        result["RefreshToken"] = json!(refresh_token);
        Ok(result)
    }

    /// New tokens of an old grant.
    pub(crate) async fn refresh(
        &self,
        client: &AppClient,
        token: &str,
        proof: &ClientProof,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let (user, grant) = self
            .store
            .transact(|tx| self.refreshable(tx, client, token, proof))?;
        let changes = self
            .token_changes(client, TokenSource::Refresh, &user, metadata)
            .await?;
        let next = self.rotate(client, token, proof)?;
        let mut result = self.authentication_result(client, &user, &grant, &changes, self.now())?;
        if let Some(next) = next {
            result["RefreshToken"] = json!(next);
        }
        Ok(result)
    }

    /// The user and grant of an access token that still counts.
    pub(crate) fn authorised(&self, access_token: &str) -> Result<(User, Grant), Refusal> {
        let claims = self
            .keys
            .access
            .verified(access_token)
            .ok_or(Refusal::InvalidAccessToken)?;
        if claims["iss"] != self.settings.issuer() || claims["token_use"] != "access" {
            return Err(Refusal::InvalidAccessToken);
        }
        let expires = claims["exp"].as_i64().ok_or(Refusal::InvalidAccessToken)?;
        if expires <= self.now().seconds() {
            return Err(Refusal::ExpiredAccessToken);
        }
        let text = |name: &str| claims[name].as_str().ok_or(Refusal::InvalidAccessToken);
        let scopes = claims["scope"].as_str().unwrap_or_default();
        if !scopes.split(' ').any(|scope| scope == OWN_SCOPE) {
            return Err(Refusal::MissingScope);
        }
        let (jti, user) = (text("jti")?, self.key(text("username")?));
        self.store.transact(|tx| {
            // The name may have gone to somebody else meanwhile.
            let user = User::by_name(tx, &user)?.filter(|user| claims["sub"] == user.sub);
            let user = user.ok_or(Refusal::UnknownUser)?;
            let grant = Grant::of_access_token(tx, jti)?.ok_or(Refusal::RevokedAccessToken)?;
            if grant.state == GrantState::Revoked {
                return Err(Refusal::RevokedAccessToken);
            }
            admit(&user)?;
            Ok((user, grant))
        })
    }

    async fn token_changes(
        &self,
        client: &AppClient,
        source: TokenSource,
        user: &User,
        metadata: Option<&StringMap>,
    ) -> Result<TokenChanges, Refusal> {
        let Some(trigger) = &self.pool.triggers.pre_token_generation else {
            return Ok(TokenChanges::default());
        };
        let source = source.trigger_source();
        let event = self.events(client).token_generation(
            trigger.event,
            source,
            &[OWN_SCOPE],
            user,
            metadata,
        );
        let called = self
            .functions
            .call(Trigger::PreTokenGeneration, &trigger.arn, event);
        TokenChanges::read(trigger.event, &called.await?)
    }

    fn authentication_result(
        &self,
        client: &AppClient,
        user: &User,
        grant: &Grant,
        changes: &TokenChanges,
        now: Moment,
    ) -> Result<Value, Refusal> {
        let access = self.access_claims(client, user, grant, changes, now);
        let jti = access["jti"].as_str().unwrap_or_default();
        let expires = now.plus(client.config.access_validity);
        self.store.transact(|tx| {
            grant
                .add_access_token(tx, jti, now, expires)
                .map_err(Refusal::from)
        })?;
        Ok(json!({
            "AccessToken": self.keys.access.sign(&access),
            "ExpiresIn": client.config.access_validity.as_secs(),
            "IdToken": self.keys.id.sign(&self.id_claims(client, user, grant, &changes.id, now)),
            "TokenType": "Bearer",
        }))
    }

    fn access_claims(
        &self,
        client: &AppClient,
        user: &User,
        grant: &Grant,
        changes: &TokenChanges,
        now: Moment,
    ) -> Value {
        let mut own = Map::new();
        changes.access.apply(&mut own, &PROTECTED_IN_ACCESS);
        let mut claims = Value::Object(own);
        for (name, value) in self.common_claims(client, user, grant, now) {
            claims[name] = value;
        }
        claims["token_use"] = json!("access");
        claims["client_id"] = json!(client.id);
        let mut scopes = vec![OWN_SCOPE];
        scopes.extend(changes.add_scopes.iter().map(String::as_str));
        scopes.retain(|scope| !changes.suppress_scopes.iter().any(|gone| gone == scope));
        let mut seen = BTreeSet::new();
        scopes.retain(|scope| seen.insert(*scope));
        if !scopes.is_empty() {
            claims["scope"] = json!(scopes.join(" "));
        }
        claims["username"] = json!(user.name);
        claims["exp"] = json!(now.plus(client.config.access_validity).seconds());
        claims
    }

    fn id_claims(
        &self,
        client: &AppClient,
        user: &User,
        grant: &Grant,
        changes: &ClaimChanges,
        now: Moment,
    ) -> Value {
        let mut claims = Map::new();
        for (name, text) in client.readable_attributes(user) {
            let value = if name == "email_verified" {
                json!(text == "true")
            } else {
                json!(text)
            };
            claims.insert(name, value);
        }
        changes.apply(&mut claims, &PROTECTED_IN_ID);
        claims.extend(self.common_claims(client, user, grant, now));
        claims.insert("token_use".to_owned(), json!("id"));
        claims.insert("aud".to_owned(), json!(client.id));
        claims.insert("cognito:username".to_owned(), json!(user.name));
        claims.insert(
            "exp".to_owned(),
            json!(now.plus(client.config.id_validity).seconds()),
        );
        Value::Object(claims)
    }

    fn common_claims(
        &self,
        client: &AppClient,
        user: &User,
        grant: &Grant,
        now: Moment,
    ) -> Map<String, Value> {
        let mut claims = Map::from_iter(
            [
                ("sub", json!(user.sub)),
                ("iss", json!(self.settings.issuer())),
                ("event_id", json!(grant.event_id)),
                ("auth_time", json!(grant.auth_time.seconds())),
                ("iat", json!(now.seconds())),
                ("jti", json!(self.randomness.uuid().to_string())),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        if client.config.revocation {
            claims.insert("origin_jti".to_owned(), json!(grant.origin_jti));
        }
        claims
    }

    /// Five parts, like the encrypted token of the real service; its digest alone is kept.
    fn refresh_token(&self) -> String {
        // {"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}
        let mut token = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ".to_owned();
        for length in REFRESH_PARTS {
            token.push('.');
            token.push_str(&self.randomness.opaque(length));
        }
        token
    }
}

impl ClaimChanges {
    /// Takes claims away, then adds; those that tell whose token it is stay as they are.
    fn apply(&self, claims: &mut Map<String, Value>, protected: &[&str]) {
        for name in &self.suppress {
            claims.remove(name);
        }
        for (name, value) in &self.add {
            let name = name.as_str();
            if !PROTECTED.contains(&name) && !protected.contains(&name) {
                claims.insert(name.to_owned(), value.clone());
            }
        }
    }
}

/// Whether this user may sign in or use a token at all.
pub(crate) fn admit(user: &User) -> Result<(), Refusal> {
    match (user.enabled, user.status) {
        (Enabled::No, _) => Err(Refusal::Disabled),
        (Enabled::Yes, UserStatus::Unconfirmed) => Err(Refusal::NotConfirmed),
        (
            Enabled::Yes,
            UserStatus::Confirmed | UserStatus::ForceChangePassword | UserStatus::ResetRequired,
        ) => Ok(()),
    }
}

/// Whether this user may begin or go on to sign in. That the custom flow asks for the reset too is not documented.
pub(crate) fn admit_sign_in(user: &User) -> Result<(), Refusal> {
    admit(user)?;
    match user.status {
        UserStatus::ResetRequired => Err(Refusal::ResetRequired),
        UserStatus::Unconfirmed | UserStatus::Confirmed | UserStatus::ForceChangePassword => Ok(()),
    }
}
