//! Several app clients: made at run time, with secrets, and kept apart.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::stage::{CLIENT, EMAIL, PASSWORD, POOL, Stage, USERNAME};

const FLOWS: [&str; 2] = ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

async fn second(stage: &Stage, mut properties: Value) -> Value {
    properties["ClientName"] = json!("second");
    let answer = stage.admin("CreateUserPoolClient", properties).await.ok();
    answer["UserPoolClient"].clone()
}

fn id(client: &Value) -> String {
    client["ClientId"].as_str().unwrap().to_owned()
}

async fn begin(stage: &Stage, client: &str, parameters: Value) -> super::stage::Reply {
    let body = json!({"ClientId": client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters});
    stage.call("InitiateAuth", body).await
}

async fn answer(stage: &Stage, client: &str, round: &Value) -> super::stage::Reply {
    let body = json!({"ClientId": client, "ChallengeName": "CUSTOM_CHALLENGE", "Session": round["Session"],
                      "ChallengeResponses": {"USERNAME": EMAIL, "ANSWER": "42"}});
    stage.call("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn clients_live_from_creation_to_deletion() {
    let mut stage = Stage::new();
    let made = second(
        &stage,
        json!({"ExplicitAuthFlows": FLOWS, "AccessTokenValidity": 2}),
    )
    .await;
    let second = id(&made);
    assert_eq!(second.len(), 26);
    let mut want = json!({
        "UserPoolId": POOL, "ClientId": second, "ClientName": "second", "ExplicitAuthFlows": FLOWS,
        "AccessTokenValidity": 2, "RefreshTokenValidity": 30, "AuthSessionValidity": 3, "TokenValidityUnits": {},
        "EnableTokenRevocation": true, "AllowedOAuthFlowsUserPoolClient": false,
        "EnablePropagateAdditionalUserContextData": false,
        "CreationDate": 1_795_000_000.0, "LastModifiedDate": 1_795_000_000.0,
    });
    assert_eq!(made, want);

    stage.pass(std::time::Duration::from_secs(5));
    let change = json!({"ClientId": second, "RefreshTokenValidity": 2, "PreventUserExistenceErrors": "ENABLED"});
    stage.admin("UpdateUserPoolClient", change).await.ok();
    want["LastModifiedDate"] = json!(1_795_000_005.0);
    want["RefreshTokenValidity"] = json!(2);
    want["PreventUserExistenceErrors"] = json!("ENABLED");
    want.as_object_mut().unwrap().remove("AccessTokenValidity");
    want["ExplicitAuthFlows"] = json!([FLOWS[0], FLOWS[1], "ALLOW_USER_SRP_AUTH"]);
    stage.restart();
    let named = json!({"ClientId": second});
    let told = stage.admin("DescribeUserPoolClient", named.clone()).await;
    assert_eq!(
        told.ok()["UserPoolClient"],
        want,
        "what was not said went back to its default"
    );

    let list = stage
        .admin("ListUserPoolClients", json!({"MaxResults": 1}))
        .await
        .ok();
    assert_eq!(
        list["UserPoolClients"],
        json!([{"ClientId": CLIENT, "UserPoolId": POOL, "ClientName": "page"}])
    );
    let next = json!({"NextToken": list["NextToken"]});
    let list = stage.admin("ListUserPoolClients", next).await.ok();
    assert_eq!(
        list,
        json!({"UserPoolClients": [{"ClientId": second, "UserPoolId": POOL, "ClientName": "second"}]})
    );

    assert_eq!(
        stage
            .admin("DeleteUserPoolClient", named.clone())
            .await
            .ok(),
        json!({})
    );
    let gone = format!("User pool client {second} does not exist.");
    let reply = stage.admin("DescribeUserPoolClient", named).await;
    reply.refused("ResourceNotFoundException", &gone);
    let reply = begin(&stage, &second, json!({"USERNAME": EMAIL})).await;
    reply.refused("ResourceNotFoundException", &gone);
}

#[tokio::test]
async fn what_a_client_cannot_be_is_refused() {
    let stage = Stage::new();
    #[rustfmt::skip]
    let cases = [
        (json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]}), "REFRESH_TOKEN_AUTH should always be allowed."),
        (json!({"CallbackURLs": ["https://example.com"]}), "parameter CallbackURLs is not supported by the local stack"),
        (json!({"AllowedOAuthFlowsUserPoolClient": true}), "property AllowedOAuthFlowsUserPoolClient: only false is supported"),
        (json!({"AuthSessionValidity": 16}), "property AuthSessionValidity is not between 3 and 15 minutes"),
        (json!({"ClientSecret": "x".repeat(30)}), "parameter ClientSecret is not supported by the local stack"),
    ];
    for (mut properties, message) in cases {
        properties["ClientName"] = json!("second");
        let reply = stage.admin("CreateUserPoolClient", properties).await;
        reply.refused("InvalidParameterException", message);
    }
    let nameless = stage.admin("CreateUserPoolClient", json!({})).await;
    assert!(nameless.error().1.contains("'clientName'"));
    let reply = stage
        .admin(
            "UpdateUserPoolClient",
            json!({"ClientId": CLIENT, "GenerateSecret": true}),
        )
        .await;
    reply.refused(
        "InvalidParameterException",
        "parameter GenerateSecret is not supported by the local stack",
    );
}

#[tokio::test]
async fn operators_change_holds_until_the_template_says_otherwise() {
    let mut stage = Stage::new();
    stage.jane().await;
    let change = json!({"ClientId": CLIENT, "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]});
    stage.admin("UpdateUserPoolClient", change).await.ok();
    stage.restart();
    let reply = begin(&stage, CLIENT, json!({"USERNAME": EMAIL})).await;
    assert_eq!(reply.error().0, "InvalidParameterException");
    stage.client["AuthSessionValidity"] = json!(14);
    stage.restart();
    begin(&stage, CLIENT, json!({"USERNAME": EMAIL})).await.ok();

    stage
        .admin("DeleteUserPoolClient", json!({"ClientId": CLIENT}))
        .await
        .ok();
    stage.restart();
    let reply = begin(&stage, CLIENT, json!({"USERNAME": EMAIL})).await;
    assert_eq!(
        reply.error().0,
        "ResourceNotFoundException",
        "a template that did not change brings nothing back"
    );
}

#[tokio::test]
async fn clients_are_kept_apart() {
    let stage = Stage::new();
    stage.jane().await;
    let second = id(&second(&stage, json!({"ExplicitAuthFlows": FLOWS})).await);
    let round = begin(&stage, CLIENT, json!({"USERNAME": EMAIL})).await.ok();
    let reply = answer(&stage, &second, &round).await;
    reply.refused("NotAuthorizedException", "Invalid session for the user.");
    stage.forget_events();
    let tokens = answer(&stage, CLIENT, &round).await.ok()["AuthenticationResult"].take();
    assert_eq!(
        stage.events("VerifyAuth")[0]["callerContext"]["clientId"],
        CLIENT
    );

    for (client, right) in [(second.as_str(), false), (CLIENT, true)] {
        let body = json!({"ClientId": client, "RefreshToken": tokens["RefreshToken"]});
        let reply = stage.call("GetTokensFromRefreshToken", body).await;
        if right {
            reply.ok();
        } else {
            reply.refused("NotAuthorizedException", "Invalid Refresh Token");
        }
    }
    let body = json!({"ClientId": second, "Token": tokens["RefreshToken"]});
    assert_eq!(
        stage.call("RevokeToken", body).await.error().0,
        "UnauthorizedException"
    );

    stage.forget_events();
    let round = begin(&stage, &second, json!({"USERNAME": EMAIL}))
        .await
        .ok();
    let tokens = answer(&stage, &second, &round).await.ok()["AuthenticationResult"].take();
    assert_eq!(
        stage.events("Define")[0]["callerContext"]["clientId"],
        json!(second)
    );
    assert_eq!(
        stage.events("Define")[0]["request"].get("userNotFound"),
        None,
        "this client is LEGACY"
    );
    assert_eq!(tokens["ExpiresIn"], 3600);
    let stranger = begin(&stage, &second, json!({"USERNAME": "nobody"})).await;
    stranger.refused("UserNotFoundException", "User does not exist.");
}

fn hash(secret: &str, name: &str, client: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{name}{client}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn clients_with_a_secret_prove_it_everywhere() {
    let stage = Stage::new();
    stage.jane().await;
    let made = second(
        &stage,
        json!({"ExplicitAuthFlows": FLOWS, "GenerateSecret": true}),
    )
    .await;
    let (client, secret) = (id(&made), made["ClientSecret"].as_str().unwrap());
    assert_eq!(secret.len(), 51);
    let unverified = format!("Unable to verify secret hash for client {client}");
    let by_mail = hash(secret, EMAIL, &client);

    for wrong in [
        None,
        Some(hash("other", EMAIL, &client)),
        Some(hash(secret, USERNAME, &client)),
    ] {
        let mut parameters = json!({"USERNAME": EMAIL});
        if let Some(wrong) = &wrong {
            parameters["SECRET_HASH"] = json!(wrong);
        }
        let reply = begin(&stage, &client, parameters).await;
        reply.refused("NotAuthorizedException", &unverified);
    }
    let parameters = json!({"USERNAME": EMAIL, "SECRET_HASH": by_mail});
    let round = begin(&stage, &client, parameters).await.ok();
    let reply = answer(&stage, &client, &round).await;
    reply.refused("NotAuthorizedException", &unverified);
    let body = json!({"ClientId": client, "ChallengeName": "CUSTOM_CHALLENGE", "Session": round["Session"],
                      "ChallengeResponses": {"USERNAME": EMAIL, "ANSWER": "42", "SECRET_HASH": by_mail}});
    let tokens = stage.call("RespondToAuthChallenge", body).await.ok();
    let refresh_token = &tokens["AuthenticationResult"]["RefreshToken"];

    for operation in ["ForgotPassword", "ResendConfirmationCode"] {
        let body = json!({"ClientId": client, "Username": EMAIL});
        let reply = stage.call(operation, body).await;
        reply.refused("NotAuthorizedException", &unverified);
    }
    let mut sign_up = json!({"ClientId": client, "Username": "n", "Password": PASSWORD,
                             "UserAttributes": [{"Name": "email", "Value": "n@example.com"}]});
    let reply = stage.call("SignUp", sign_up.clone()).await;
    reply.refused("NotAuthorizedException", &unverified);
    sign_up["SecretHash"] = json!(hash(secret, "n", &client));
    stage.call("SignUp", sign_up).await.ok();

    let refresh = |parameters: Value| {
        let body = json!({"ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters});
        stage.call("InitiateAuth", body)
    };
    let reply = refresh(json!({"REFRESH_TOKEN": refresh_token})).await;
    reply.refused("NotAuthorizedException", &unverified);
    let by_name = hash(secret, USERNAME, &client);
    refresh(json!({"REFRESH_TOKEN": refresh_token, "SECRET_HASH": by_name}))
        .await
        .ok();
    for (given, right) in [("no", false), (secret, true)] {
        let body =
            json!({"ClientId": client, "RefreshToken": refresh_token, "ClientSecret": given});
        let reply = stage.call("GetTokensFromRefreshToken", body).await;
        assert_eq!(reply.status.is_success(), right);
        let body = json!({"ClientId": client, "Token": refresh_token, "ClientSecret": given});
        let reply = stage.call("RevokeToken", body).await;
        assert_eq!(reply.status.is_success(), right);
    }
}

#[tokio::test]
async fn pool_is_described_and_never_changed() {
    let mut stage = Stage::new();
    stage.jane().await;
    let pool = stage.admin("DescribeUserPool", json!({})).await.ok()["UserPool"].take();
    assert_eq!(pool["Id"], POOL);
    assert_eq!(
        pool["Arn"],
        format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{POOL}")
    );
    assert_eq!(pool["EstimatedNumberOfUsers"], 1);
    assert_eq!(pool["LambdaConfig"], stage.pool["LambdaConfig"]);
    assert_eq!(
        pool["UsernameConfiguration"],
        json!({"CaseSensitive": false})
    );
    let email = pool["SchemaAttributes"].as_array().unwrap().iter();
    let email: Vec<&Value> = email
        .filter(|attribute| attribute["Name"] == "email")
        .collect();
    assert_eq!(
        email,
        [
            &json!({"Name": "email", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true,
                 "Required": true, "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}})
        ]
    );

    let list = stage
        .call("ListUserPools", json!({"MaxResults": 60}))
        .await
        .ok();
    assert_eq!(
        (&list["UserPools"][0]["Id"], &list["UserPools"][0]["Name"]),
        (&json!(POOL), &json!("face-login"))
    );
    let limitless = stage.call("ListUserPools", json!({})).await;
    assert!(limitless.error().1.contains("'maxResults'"));

    let change = json!({"LambdaConfig": {"PreSignUp": "arn"}, "MfaConfiguration": "OFF"});
    let reply = stage.admin("UpdateUserPool", change).await;
    reply.refused(
        "UnknownOperationException",
        "UpdateUserPool (LambdaConfig, MfaConfiguration) is not supported by the local stack",
    );

    stage.pass(std::time::Duration::from_secs(5));
    stage.restart();
    let same = stage.admin("DescribeUserPool", json!({})).await.ok()["UserPool"].take();
    assert_eq!(same["LastModifiedDate"], pool["CreationDate"]);
    stage.pool["MfaConfiguration"] = json!("OFF");
    stage.pool["UserPoolTags"] = json!({"a": "b"});
    stage.restart();
    let changed = stage.admin("DescribeUserPool", json!({})).await.ok()["UserPool"].take();
    assert_eq!(
        (&changed["CreationDate"], &changed["LastModifiedDate"]),
        (&json!(1_795_000_000.0), &json!(1_795_000_005.0))
    );
    assert_eq!(changed["UserPoolTags"], json!({"a": "b"}));
}

#[tokio::test]
async fn tier_decides_what_a_client_may_allow() {
    for (tier, allowed) in [("LITE", false), ("ESSENTIALS", true)] {
        let stage = Stage::with(|pool, _| pool["UserPoolTier"] = json!(tier));
        let flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
        let body = json!({"ClientName": "second", "ExplicitAuthFlows": flows});
        let reply = stage.admin("CreateUserPoolClient", body).await;
        if allowed {
            reply.ok();
        } else {
            assert_eq!(reply.error().0, "FeatureUnavailableInTierException");
        }
    }
}
