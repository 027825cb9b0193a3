//! Tokens: what is in them, who signed them, how they end.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{
    BigUint, RsaPublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    sha2::Sha256,
    signature::Verifier,
};
use serde_json::{Value, json};

use super::stage::{CLIENT, EMAIL, POOL, Stage, USERNAME, arn};

const ISSUER: &str = "http://127.0.0.1:9/us-east-1_Example01";

fn part(token: &Value, index: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD
        .decode(token.as_str().unwrap().split('.').nth(index).unwrap())
        .unwrap()
}

fn json_part(token: &Value, index: usize) -> Value {
    serde_json::from_slice(&part(token, index)).unwrap()
}

/// Verifies with the published key alone, as an app would.
async fn verified(stage: &Stage, token: &Value) -> Value {
    let jwks = stage
        .fetch(&format!("/{POOL}/.well-known/jwks.json"))
        .await
        .ok();
    let kid = json_part(token, 0)["kid"].clone();
    let key = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == kid)
        .unwrap();
    let number = |name: &str| {
        BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap())
    };
    let key = VerifyingKey::<Sha256>::new(RsaPublicKey::new(number("n"), number("e")).unwrap());
    let (text, _) = token.as_str().unwrap().rsplit_once('.').unwrap();
    key.verify(
        text.as_bytes(),
        &Signature::try_from(part(token, 2).as_slice()).unwrap(),
    )
    .unwrap();
    json_part(token, 1)
}

async fn refresh(stage: &Stage, token: &Value) -> super::stage::Reply {
    stage
        .call(
            "GetTokensFromRefreshToken",
            json!({"ClientId": CLIENT, "RefreshToken": token}),
        )
        .await
}

async fn get_user(stage: &Stage, tokens: &Value) -> super::stage::Reply {
    stage
        .call("GetUser", json!({"AccessToken": tokens["AccessToken"]}))
        .await
}

#[tokio::test]
async fn claims_are_those_of_the_service() {
    let stage = Stage::new();
    let sub = stage.sign_up(USERNAME, EMAIL).await.ok()["UserSub"].clone();
    stage.confirm(USERNAME).await.ok();
    let tokens = stage.sign_in().await;
    let (id, access) = (
        verified(&stage, &tokens["IdToken"]).await,
        verified(&stage, &tokens["AccessToken"]).await,
    );
    let common = |claims: &Value, own: Value| {
        let mut want = json!({"sub": sub, "iss": ISSUER, "event_id": claims["event_id"], "auth_time": 1_795_000_000,
                              "iat": 1_795_000_000, "exp": 1_795_000_900, "jti": claims["jti"],
                              "origin_jti": claims["origin_jti"]});
        want.as_object_mut()
            .unwrap()
            .extend(own.as_object().unwrap().clone());
        want
    };
    assert_eq!(
        id,
        common(
            &id,
            json!({"token_use": "id", "aud": CLIENT, "cognito:username": USERNAME, "email": EMAIL, "email_verified": true})
        )
    );
    assert_eq!(
        access,
        common(
            &access,
            json!({"token_use": "access", "client_id": CLIENT, "username": USERNAME, "scope": "aws.cognito.signin.user.admin"})
        )
    );
    assert_eq!(id["origin_jti"], access["origin_jti"]);
    assert_eq!(id["event_id"], access["event_id"]);
    assert_ne!(id["jti"], access["jti"]);
    let headers = (
        json_part(&tokens["IdToken"], 0),
        json_part(&tokens["AccessToken"], 0),
    );
    assert_eq!(
        (&headers.0["alg"], &headers.1["alg"]),
        (&json!("RS256"), &json!("RS256"))
    );
    assert_ne!(headers.0["kid"], headers.1["kid"]);
}

#[tokio::test]
async fn documents_describe_the_issuer() {
    let stage = Stage::new();
    let reply = stage.fetch(&format!("/{POOL}/.well-known/jwks.json")).await;
    assert_eq!(reply.headers["access-control-allow-origin"], "*");
    let jwks = reply.ok();
    for key in jwks["keys"].as_array().unwrap() {
        let names: Vec<&str> = key
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!(
            URL_SAFE_NO_PAD
                .decode(key["n"].as_str().unwrap())
                .unwrap()
                .len(),
            256
        );
    }
    let about = stage
        .fetch(&format!("/{POOL}/.well-known/openid-configuration"))
        .await
        .ok();
    assert_eq!(about["issuer"], ISSUER);
    assert_eq!(about["jwks_uri"], format!("{ISSUER}/.well-known/jwks.json"));
    for path in [
        "/",
        "/us-east-1_Other/.well-known/jwks.json",
        &format!("/{POOL}/other"),
    ] {
        assert_eq!(stage.fetch(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn refresh_keeps_the_origin() {
    let stage = Stage::new();
    stage.jane().await;
    let tokens = stage.sign_in().await;
    let refresh_token = &tokens["RefreshToken"];
    assert_eq!(refresh_token.as_str().unwrap().split('.').count(), 5);
    stage.pass(Duration::from_mins(10));
    let flow = |flow: &str| json!({"ClientId": CLIENT, "AuthFlow": flow, "AuthParameters": {"REFRESH_TOKEN": refresh_token}});
    let renewed = [
        refresh(&stage, refresh_token).await.ok()["AuthenticationResult"].take(),
        stage
            .call("InitiateAuth", flow("REFRESH_TOKEN_AUTH"))
            .await
            .ok()["AuthenticationResult"]
            .take(),
        stage.call("InitiateAuth", flow("REFRESH_TOKEN")).await.ok()["AuthenticationResult"].take(),
    ];
    let before = json_part(&tokens["AccessToken"], 1);
    for result in &renewed {
        assert!(result.get("RefreshToken").is_none());
        let after = verified(&stage, &result["AccessToken"]).await;
        for kept in ["origin_jti", "auth_time", "sub", "event_id"] {
            assert_eq!(before[kept], after[kept], "{kept}");
        }
        assert_ne!(before["jti"], after["jti"]);
        assert_eq!(after["iat"], 1_795_000_600);
        get_user(&stage, result).await.ok();
    }
}

#[tokio::test]
async fn refresh_tokens_end() {
    let stage = Stage::new();
    stage.jane().await;
    let tokens = stage.sign_in().await;
    refresh(&stage, &json!("abc.def"))
        .await
        .refused("NotAuthorizedException", "Invalid Refresh Token");
    refresh(&stage, &tokens["IdToken"])
        .await
        .refused("NotAuthorizedException", "Invalid Refresh Token");
    stage.pass(Duration::from_secs(43_200 * 60 - 1));
    refresh(&stage, &tokens["RefreshToken"]).await.ok();
    stage.pass(Duration::from_secs(1));
    refresh(&stage, &tokens["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn revoked_grant_takes_its_tokens_along() {
    let stage = Stage::new();
    stage.jane().await;
    let (tokens, other) = (stage.sign_in().await, stage.sign_in().await);
    let revoke = |token: &Value, client: &str| json!({"ClientId": client, "Token": token});
    let reply = stage
        .call("RevokeToken", revoke(&tokens["AccessToken"], CLIENT))
        .await;
    assert_eq!(reply.error().0, "UnsupportedTokenTypeException");
    let reply = stage
        .call("RevokeToken", revoke(&tokens["RefreshToken"], "other"))
        .await;
    assert_eq!(reply.error().0, "UnauthorizedException");
    assert_eq!(
        stage
            .call("RevokeToken", revoke(&tokens["RefreshToken"], CLIENT))
            .await
            .ok(),
        json!({})
    );
    refresh(&stage, &tokens["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Refresh Token has been revoked");
    get_user(&stage, &tokens)
        .await
        .refused("NotAuthorizedException", "Access Token has been revoked");
    get_user(&stage, &other).await.ok();
}

#[tokio::test]
async fn revocation_can_be_off() {
    let stage = Stage::with(|_, client| client["EnableTokenRevocation"] = json!("false"));
    stage.jane().await;
    let tokens = stage.sign_in().await;
    assert!(
        json_part(&tokens["AccessToken"], 1)
            .get("origin_jti")
            .is_none()
    );
    let reply = stage
        .call(
            "RevokeToken",
            json!({"ClientId": CLIENT, "Token": tokens["RefreshToken"]}),
        )
        .await;
    assert_eq!(reply.error().0, "UnsupportedOperationException");
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_grants() {
    let stage = Stage::new();
    stage.jane().await;
    let admin = json!({"UserPoolId": POOL, "Username": EMAIL});
    for administrator in [false, true] {
        let (one, two) = (stage.sign_in().await, stage.sign_in().await);
        if administrator {
            stage
                .call("AdminUserGlobalSignOut", admin.clone())
                .await
                .ok();
        } else {
            stage
                .call("GlobalSignOut", json!({"AccessToken": one["AccessToken"]}))
                .await
                .ok();
        }
        for tokens in [&one, &two] {
            refresh(&stage, &tokens["RefreshToken"])
                .await
                .refused("NotAuthorizedException", "Refresh Token has been revoked");
            get_user(&stage, tokens)
                .await
                .refused("NotAuthorizedException", "Access Token has been revoked");
        }
    }
    let tokens = stage.sign_in().await;
    stage.call("AdminDeleteUser", admin).await.ok();
    refresh(&stage, &tokens["RefreshToken"])
        .await
        .refused("NotAuthorizedException", "Invalid Refresh Token");
    get_user(&stage, &tokens)
        .await
        .refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn user_of_a_token() {
    let stage = Stage::new();
    let sub = stage.sign_up(USERNAME, EMAIL).await.ok()["UserSub"].clone();
    stage.confirm(USERNAME).await.ok();
    let tokens = stage.sign_in().await;
    let attributes = json!([{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"},
                            {"Name": "sub", "Value": sub}]);
    assert_eq!(
        get_user(&stage, &tokens).await.ok(),
        json!({"Username": USERNAME, "UserAttributes": attributes})
    );

    let (text, signature) = tokens["AccessToken"]
        .as_str()
        .unwrap()
        .rsplit_once('.')
        .unwrap();
    let forged = format!(
        "{text}.{}{}",
        if signature.starts_with('A') { 'B' } else { 'A' },
        &signature[1..]
    );
    for (name, token) in [
        ("ID token", tokens["IdToken"].clone()),
        ("forged", json!(forged)),
        ("noise", json!("a.b.c")),
    ] {
        let (kind, message) = stage
            .call("GetUser", json!({"AccessToken": token}))
            .await
            .error();
        assert_eq!(
            (kind.as_str(), message.as_str()),
            ("NotAuthorizedException", "Invalid Access Token"),
            "{name}"
        );
    }
    stage.pass(Duration::from_mins(15));
    get_user(&stage, &tokens)
        .await
        .refused("NotAuthorizedException", "Access Token has expired");
}

#[tokio::test]
async fn client_reads_what_it_may() {
    let stage = Stage::with(|_, client| client["ReadAttributes"] = json!(["email_verified"]));
    stage.jane().await;
    let id = json_part(&stage.sign_in().await["IdToken"], 1);
    assert_eq!(
        (id.get("email"), id.get("email_verified")),
        (None, Some(&json!(true)))
    );
}

#[tokio::test]
async fn pre_token_generation_changes_the_id_token_only() {
    let stage =
        Stage::with(|pool, _| pool["LambdaConfig"]["PreTokenGeneration"] = json!(arn("PreToken")));
    stage.jane().await;
    stage.script("TokenGeneration", |_| {
        Ok(json!({"claimsOverrideDetails": {
            "claimsToAddOrOverride": {"face_login_method": "face", "sub": "x", "iss": "x", "amr": "x", "email": "y"},
            "claimsToSuppress": ["email_verified", "aud"]}}))
    });
    let tokens = stage.sign_in().await;
    refresh(&stage, &tokens["RefreshToken"]).await.ok();
    let id = json_part(&tokens["IdToken"], 1);
    assert_eq!(
        (&id["face_login_method"], &id["email"]),
        (&json!("face"), &json!("y"))
    );
    assert_eq!((&id["iss"], &id["aud"]), (&json!(ISSUER), &json!(CLIENT)));
    assert_ne!(id["sub"], "x");
    assert!(id.get("email_verified").is_none() && id.get("amr").is_none());
    assert!(
        json_part(&tokens["AccessToken"], 1)
            .get("face_login_method")
            .is_none()
    );
    let sources: Vec<Value> = stage
        .events("TokenGeneration")
        .iter()
        .map(|e| e["triggerSource"].clone())
        .collect();
    assert_eq!(
        sources,
        [
            "TokenGeneration_Authentication",
            "TokenGeneration_RefreshTokens"
        ]
    );

    stage.script("TokenGeneration", |_| {
        Err(crate::TriggerError::FunctionError {
            message: "no pass".to_owned(),
        })
    });
    let reply = refresh(&stage, &tokens["RefreshToken"]).await;
    reply.refused(
        "UserLambdaValidationException",
        "PreTokenGeneration failed with error no pass.",
    );
}
