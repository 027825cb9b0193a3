//! The flows in which the password alone counts, when a client allows them, and who gets how far in each.

use serde_json::{Value, json};

use super::{
    srp_client::SrpClient,
    stage::{CLIENT, EMAIL, PASSWORD, POOL, Reply, Stage, USERNAME},
};

pub(super) const NEW_PASSWORD: &str = "brand-new-Horse-battery-staple-42!";
pub(super) const FLOWS: [&str; 5] = [
    "USER_PASSWORD_AUTH",
    "USER_SRP_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
    "CUSTOM_AUTH",
];

pub(super) fn open_client(client: &mut Value) {
    client["ExplicitAuthFlows"] = json!([
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
    ]);
}

pub(super) fn open_stage() -> Stage {
    Stage::with(|_, client| open_client(client))
}

async fn by_password(stage: &Stage, flow: &str, name: &str, password: &str) -> Reply {
    let mut parameters = json!({"USERNAME": name, "PASSWORD": password});
    if flow == "USER_AUTH" {
        parameters["PREFERRED_CHALLENGE"] = json!("PASSWORD");
    }
    let body = json!({"ClientId": CLIENT, "AuthFlow": flow, "AuthParameters": parameters});
    if flow.starts_with("ADMIN") {
        return stage.admin("AdminInitiateAuth", body).await;
    }
    stage.call("InitiateAuth", body).await
}

/// What comes of a right password, or of the first contact where a flow wants none.
pub(super) async fn attempt(stage: &Stage, flow: &str, name: &str, password: &str) -> Reply {
    match flow {
        "USER_SRP_AUTH" => {
            let client = SrpClient::new(password);
            let challenge = client.begin_in(stage, flow, name).await;
            if !challenge.status.is_success() {
                return challenge;
            }
            client.prove(stage, &challenge.body).await
        }
        "CUSTOM_AUTH" => stage.begin(name).await,
        _ => by_password(stage, flow, name, password).await,
    }
}

pub(super) fn sources(stage: &Stage) -> Vec<String> {
    let events = stage.events("").into_iter();
    events
        .map(|event| event["triggerSource"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn flows_that_the_client_does_not_allow_are_refused() {
    let stage = Stage::new();
    stage.jane().await;
    for (flow, message) in [
        (
            "USER_SRP_AUTH",
            "USER_SRP_AUTH is not enabled for the client.",
        ),
        (
            "USER_PASSWORD_AUTH",
            "USER_PASSWORD_AUTH flow not enabled for this client",
        ),
        ("USER_AUTH", "USER_AUTH flow not enabled for this client"),
        (
            "ADMIN_USER_PASSWORD_AUTH",
            "ADMIN_USER_PASSWORD_AUTH flow not enabled for this client",
        ),
    ] {
        let reply = attempt(&stage, flow, EMAIL, PASSWORD).await;
        reply.refused("InvalidParameterException", message);
    }
    assert_eq!(sources(&stage), [""; 0], "no trigger hears of it");
}

#[tokio::test]
async fn flows_of_administrators_are_theirs_alone() {
    let stage = open_stage();
    stage.jane().await;
    let parameters = json!({"USERNAME": EMAIL, "PASSWORD": PASSWORD});
    let body =
        |flow: &str| json!({"ClientId": CLIENT, "AuthFlow": flow, "AuthParameters": parameters});
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        let reply = stage.call("InitiateAuth", body(flow)).await;
        reply.refused(
            "InvalidParameterException",
            "Initiate Auth method not supported",
        );
        let tokens = stage.admin("AdminInitiateAuth", body(flow)).await.ok();
        assert!(
            tokens["AuthenticationResult"]["AccessToken"].is_string(),
            "{flow}"
        );
    }
    let reply = stage
        .admin("AdminInitiateAuth", body("USER_PASSWORD_AUTH"))
        .await;
    reply.refused(
        "InvalidParameterException",
        "Initiate Auth method not supported",
    );
    let mut elsewhere = body("ADMIN_USER_PASSWORD_AUTH");
    elsewhere["UserPoolId"] = json!("us-east-1_Other");
    let reply = stage.call("AdminInitiateAuth", elsewhere).await;
    assert_eq!(reply.error().0, "ResourceNotFoundException");
}

#[tokio::test]
async fn right_password_is_worth_tokens_wrong_one_nothing() {
    let stage = open_stage();
    stage.jane().await;
    for flow in &FLOWS[..4] {
        stage.forget_events();
        let answer = attempt(&stage, flow, EMAIL, PASSWORD).await.ok();
        assert!(
            answer["AuthenticationResult"]["RefreshToken"].is_string(),
            "{flow}"
        );
        assert_eq!(answer["ChallengeParameters"], json!({}), "{flow}");
        assert_eq!(sources(&stage), [""; 0], "{flow} asks no custom trigger");
        let reply = attempt(&stage, flow, EMAIL, NEW_PASSWORD).await;
        reply.refused("NotAuthorizedException", "Incorrect username or password.");
        let reply = attempt(&stage, flow, "nobody@example.com", PASSWORD).await;
        reply.refused("NotAuthorizedException", "Incorrect username or password.");
    }
}

#[tokio::test]
async fn triggers_around_a_sign_in_run_in_every_flow() {
    let stage = Stage::with(|pool, client| {
        open_client(client);
        for name in [
            "PreAuthentication",
            "PostAuthentication",
            "PreTokenGeneration",
        ] {
            pool["LambdaConfig"][name] = json!(super::stage::arn(name));
        }
    });
    stage.jane().await;
    for flow in &FLOWS[..4] {
        stage.forget_events();
        attempt(&stage, flow, EMAIL, PASSWORD).await.ok();
        assert_eq!(
            sources(&stage),
            [
                "PreAuthentication_Authentication",
                "PostAuthentication_Authentication",
                "TokenGeneration_Authentication"
            ],
            "{flow}"
        );
    }
    stage.script("TokenGeneration", |_| {
        Err(crate::TriggerError::FunctionError {
            message: "closed".to_owned(),
        })
    });
    for flow in &FLOWS[..4] {
        let reply = attempt(&stage, flow, EMAIL, PASSWORD).await;
        reply.refused(
            "UserLambdaValidationException",
            "PreTokenGeneration failed with error closed.",
        );
    }
}

#[tokio::test]
async fn wrong_passwords_are_counted_across_flows() {
    let stage = open_stage();
    stage.jane().await;
    for name in [EMAIL, "nobody@example.com"] {
        for flow in [
            "USER_PASSWORD_AUTH",
            "USER_SRP_AUTH",
            "USER_AUTH",
            "USER_PASSWORD_AUTH",
            "USER_SRP_AUTH",
        ] {
            let reply = attempt(&stage, flow, name, NEW_PASSWORD).await;
            reply.refused("NotAuthorizedException", "Incorrect username or password.");
        }
        for flow in &FLOWS[..4] {
            let reply = attempt(&stage, flow, name, PASSWORD).await;
            reply.refused("NotAuthorizedException", "Password attempts exceeded");
        }
    }
}

#[tokio::test]
async fn srp_alone_has_the_secret_block_for_a_session() {
    let stage = open_stage();
    stage.jane().await;
    let client = SrpClient::new(PASSWORD);
    let challenge = client.begin_in(&stage, "USER_SRP_AUTH", EMAIL).await.ok();
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    assert_eq!(challenge.get("Session"), None);
    client.prove(&stage, &challenge).await.ok();
    let again = client.prove(&stage, &challenge).await;
    again.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );

    let custom = client.begin(&stage, EMAIL).await.ok();
    let mut stolen = custom.clone();
    stolen.as_object_mut().unwrap().remove("Session");
    let reply = client.prove(&stage, &stolen).await;
    reply.refused("NotAuthorizedException", "Invalid session for the user.");
    let round = client.prove(&stage, &custom).await.ok();
    assert_eq!(
        round["ChallengeName"], "CUSTOM_CHALLENGE",
        "the custom flow still asks for more"
    );
}

async fn select(stage: &Stage, session: &Value, responses: Value) -> Reply {
    let body = json!({"ClientId": CLIENT, "ChallengeName": "SELECT_CHALLENGE", "Session": session,
                      "ChallengeResponses": responses});
    stage.call("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn user_auth_lets_the_client_choose() {
    let stage = open_stage();
    stage.jane().await;
    let begin = |parameters: Value| {
        let body =
            json!({"ClientId": CLIENT, "AuthFlow": "USER_AUTH", "AuthParameters": parameters});
        stage.call("InitiateAuth", body)
    };
    for name in [EMAIL, "nobody@example.com"] {
        let offer = begin(json!({"USERNAME": name})).await.ok();
        assert_eq!(offer["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(
            offer["AvailableChallenges"],
            json!(["PASSWORD_SRP", "PASSWORD"])
        );
    }
    let offer = begin(json!({"USERNAME": EMAIL})).await.ok();
    let answer = json!({"USERNAME": EMAIL, "ANSWER": "PASSWORD", "PASSWORD": PASSWORD});
    let tokens = select(&stage, &offer["Session"], answer).await.ok();
    assert!(tokens["AuthenticationResult"].is_object());

    let client = SrpClient::new(PASSWORD);
    let offer = begin(json!({"USERNAME": EMAIL})).await.ok();
    let answer = json!({"USERNAME": EMAIL, "ANSWER": "PASSWORD_SRP", "SRP_A": client.public()});
    let challenge = select(&stage, &offer["Session"], answer).await.ok();
    assert!(challenge["Session"].is_string());
    client.prove(&stage, &challenge).await.ok();
    let preferred = client.begin_in(&stage, "USER_AUTH", EMAIL).await.ok();
    client.prove(&stage, &preferred).await.ok();

    let offer = begin(json!({"USERNAME": EMAIL})).await.ok();
    for way in ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"] {
        let reply = select(
            &stage,
            &offer["Session"],
            json!({"USERNAME": EMAIL, "ANSWER": way}),
        )
        .await;
        reply.refused(
            "InvalidParameterException",
            &format!("parameter ANSWER {way} is not supported by the local stack"),
        );
        let reply = begin(json!({"USERNAME": EMAIL, "PREFERRED_CHALLENGE": way})).await;
        reply.refused(
            "InvalidParameterException",
            &format!("parameter PREFERRED_CHALLENGE {way} is not supported by the local stack"),
        );
    }
    let custom = json!({"USERNAME": EMAIL, "ANSWER": "42"});
    let body = json!({"ClientId": CLIENT, "ChallengeName": "CUSTOM_CHALLENGE", "Session": offer["Session"],
                      "ChallengeResponses": custom});
    let reply = stage.call("RespondToAuthChallenge", body).await;
    reply.refused("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn disabled_unconfirmed_and_reset_users_get_nowhere() {
    let stage = open_stage();
    stage.jane().await;
    stage.sign_up("late", "late@example.com").await.ok();
    let disabled = ("NotAuthorizedException", "User is disabled.");
    let unconfirmed = ("UserNotConfirmedException", "User is not confirmed.");
    let reset = (
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    let jane = json!({"Username": USERNAME});
    for flow in FLOWS {
        let reply = attempt(&stage, flow, "late", PASSWORD).await;
        reply.refused(unconfirmed.0, unconfirmed.1);
    }
    for (operation, want) in [("AdminDisableUser", disabled), ("AdminEnableUser", reset)] {
        stage.admin(operation, jane.clone()).await.ok();
        if want == reset {
            stage
                .admin("AdminResetUserPassword", jane.clone())
                .await
                .ok();
        }
        for flow in FLOWS {
            let reply = attempt(&stage, flow, EMAIL, PASSWORD).await;
            reply.refused(want.0, want.1);
        }
    }
}

#[tokio::test]
async fn who_is_disabled_in_the_middle_gets_no_further() {
    let stage = open_stage();
    stage.jane().await;
    let client = SrpClient::new(PASSWORD);
    let challenge = client.begin_in(&stage, "USER_SRP_AUTH", EMAIL).await.ok();
    let body = json!({"UserPoolId": POOL, "Username": USERNAME});
    stage.call("AdminDisableUser", body).await.ok();
    let reply = client.prove(&stage, &challenge).await;
    reply.refused("NotAuthorizedException", "User is disabled.");
}
