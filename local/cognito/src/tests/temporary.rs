//! Temporary passwords and the challenge to change them.

use serde_json::{Value, json};

use super::{
    flows::{FLOWS, NEW_PASSWORD, attempt, open_client, open_stage, sources},
    srp_client::SrpClient,
    stage::{CLIENT, EMAIL, PASSWORD, Reply, Stage, USERNAME},
};

async fn invited(stage: &Stage) {
    let body = json!({"Username": USERNAME, "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS",
                      "UserAttributes": [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}]});
    stage.admin("AdminCreateUser", body).await.ok();
    stage.forget_events();
}

async fn new_password(stage: &Stage, challenge: &Value, responses: Value) -> Reply {
    let body = json!({"ClientId": CLIENT, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"],
                      "ChallengeResponses": responses});
    stage.call("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn temporary_passwords_have_to_be_changed_in_every_flow() {
    for flow in &FLOWS[..4] {
        let stage = Stage::with(|pool, client| {
            open_client(client);
            pool["LambdaConfig"]["PreTokenGeneration"] =
                json!(super::stage::arn("PreTokenGeneration"));
        });
        invited(&stage).await;
        let challenge = attempt(&stage, flow, EMAIL, PASSWORD).await.ok();
        assert_eq!(
            challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED",
            "{flow}"
        );
        let parameters = &challenge["ChallengeParameters"];
        assert_eq!(parameters["USER_ID_FOR_SRP"], USERNAME);
        assert_eq!(parameters["requiredAttributes"], "[]");
        assert_eq!(
            parameters["userAttributes"],
            json!({"email": EMAIL, "email_verified": "true"}).to_string()
        );
        let weak = json!({"USERNAME": EMAIL, "NEW_PASSWORD": "short1!"});
        assert_eq!(
            new_password(&stage, &challenge, weak).await.error().0,
            "InvalidPasswordException"
        );
        let good = json!({"USERNAME": EMAIL, "NEW_PASSWORD": NEW_PASSWORD});
        let tokens = new_password(&stage, &challenge, good.clone()).await.ok();
        assert!(tokens["AuthenticationResult"].is_object(), "{flow}");
        assert_eq!(
            sources(&stage),
            ["TokenGeneration_NewPasswordChallenge"],
            "{flow}"
        );
        let again = new_password(&stage, &challenge, good).await;
        again.refused(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        );
        let user = stage
            .admin("AdminGetUser", json!({"Username": EMAIL}))
            .await
            .ok();
        assert_eq!(user["UserStatus"], "CONFIRMED");
        attempt(&stage, flow, EMAIL, NEW_PASSWORD).await.ok();
        assert_eq!(
            attempt(&stage, flow, EMAIL, PASSWORD).await.error().0,
            "NotAuthorizedException"
        );
    }
}

#[tokio::test]
async fn invited_users_meet_the_custom_flow_as_on_aws() {
    let stage = open_stage();
    invited(&stage).await;
    let round = stage.begin(EMAIL).await.ok();
    assert_eq!(
        round["ChallengeName"], "CUSTOM_CHALLENGE",
        "without a password nothing is asked about it"
    );
    assert_eq!(
        stage.events("Define")[0]["request"]["userAttributes"]["cognito:user_status"],
        "FORCE_CHANGE_PASSWORD"
    );
    stage.answer(EMAIL, &round["Session"], "42").await.ok();

    let client = SrpClient::new(PASSWORD);
    let challenge = client.begin(&stage, EMAIL).await.ok();
    let challenge = client.prove(&stage, &challenge).await.ok();
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let good = json!({"USERNAME": EMAIL, "NEW_PASSWORD": NEW_PASSWORD});
    let tokens = new_password(&stage, &challenge, good).await.ok();
    assert!(
        tokens["AuthenticationResult"].is_object(),
        "no custom challenge, so the last gate has to hold"
    );
}

#[tokio::test]
async fn attributes_come_with_the_new_password() {
    let stage = Stage::with(|pool, client| {
        open_client(client);
        let name = json!({"Name": "name", "AttributeDataType": "String", "Required": true, "Mutable": true});
        pool["Schema"].as_array_mut().unwrap().push(name);
    });
    invited(&stage).await;
    let challenge = attempt(&stage, "USER_PASSWORD_AUTH", EMAIL, PASSWORD)
        .await
        .ok();
    assert_eq!(
        challenge["ChallengeParameters"]["requiredAttributes"],
        r#"["userAttributes.name"]"#
    );
    #[rustfmt::skip]
    let cases = [
        (json!({}), Some(("InvalidParameterException", "Invalid attributes given, name is missing"))),
        (json!({"userAttributes.name": "Jane", "userAttributes.email": "other@example.com"}),
         Some(("NotAuthorizedException", "Cannot modify an already provided email"))),
        (json!({"userAttributes.name": "Jane", "userAttributes.gender": "f"}),
         Some(("NotAuthorizedException", "A client attempted to write unauthorized attribute"))),
        (json!({"userAttributes.name": "Jane"}), None),
    ];
    for (mut responses, want) in cases {
        let challenge = attempt(&stage, "USER_PASSWORD_AUTH", EMAIL, PASSWORD)
            .await
            .ok();
        responses["USERNAME"] = json!(EMAIL);
        responses["NEW_PASSWORD"] = json!(NEW_PASSWORD);
        let reply = new_password(&stage, &challenge, responses).await;
        match want {
            Some((kind, message)) => reply.refused(kind, message),
            None => drop(reply.ok()),
        }
    }
    let user = stage
        .admin("AdminGetUser", json!({"Username": EMAIL}))
        .await
        .ok();
    assert!(
        user["UserAttributes"]
            .as_array()
            .unwrap()
            .contains(&json!({"Name": "name", "Value": "Jane"}))
    );
}
