//! Signed-in users change what is said about them.

use serde_json::{Value, json};

use super::stage::{EMAIL, POOL, Reply, Stage, USERNAME};

/// Jane, signed in.
pub(super) struct SignedIn {
    pub(super) stage: Stage,
    pub(super) token: Value,
}

impl SignedIn {
    pub(super) async fn new() -> Self {
        Self::on(Stage::new()).await
    }

    /// On a pool that changes addresses at once.
    pub(super) async fn unguarded() -> Self {
        Self::on(Stage::with(|pool, _| {
            pool["UserAttributeUpdateSettings"] =
                json!({"AttributesRequireVerificationBeforeUpdate": []});
        }))
        .await
    }

    pub(super) async fn on(stage: Stage) -> Self {
        stage.jane().await;
        let token = stage.sign_in().await["AccessToken"].take();
        Self { stage, token }
    }

    pub(super) async fn call(&self, operation: &str, mut body: Value) -> Reply {
        body["AccessToken"] = self.token.clone();
        self.stage.call(operation, body).await
    }

    pub(super) async fn update(&self, name: &str, value: &str) -> Reply {
        let body = json!({"UserAttributes": [{"Name": name, "Value": value}]});
        self.call("UpdateUserAttributes", body).await
    }

    pub(super) async fn verify(&self, code: &str) -> Reply {
        let body = json!({"AttributeName": "email", "Code": code});
        self.call("VerifyUserAttribute", body).await
    }

    pub(super) async fn attributes(&self) -> Value {
        self.stage.user(USERNAME).await["UserAttributes"].take()
    }

    /// Whose the address is to Cognito: a user's name, or nobody's.
    pub(super) async fn owner(&self, email: &str) -> Option<Value> {
        self.stage.forget_events();
        self.stage.begin(email).await.ok();
        let event = self.stage.events("Define").remove(0);
        (event["request"]["userNotFound"] == false).then(|| event["userName"].clone())
    }
}

#[tokio::test]
async fn other_attributes_change_at_once() {
    let jane = SignedIn::new().await;
    let mails = jane.stage.mails().len();
    let body = json!({"UserAttributes": [{"Name": "name", "Value": "Jane"}, {"Name": "locale", "Value": "de"},
                                         {"Name": "email", "Value": EMAIL}]});
    let answer = jane.call("UpdateUserAttributes", body).await.ok();
    assert_eq!(answer, json!({"CodeDeliveryDetailsList": []}));
    let attributes = jane.attributes().await;
    assert_eq!(
        (&attributes["name"], &attributes["locale"]),
        (&json!("Jane"), &json!("de"))
    );
    assert_eq!(
        attributes["email_verified"], "true",
        "the same address stays verified"
    );
    jane.update("name", "").await.ok();
    let names = json!({"UserAttributeNames": ["locale"]});
    assert_eq!(
        jane.call("DeleteUserAttributes", names).await.ok(),
        json!({})
    );
    let attributes = jane.attributes().await;
    assert!(attributes.get("name").is_none() && attributes.get("locale").is_none());
    assert_eq!(jane.stage.mails().len(), mails);
}

#[tokio::test]
async fn table_of_refusals() {
    let jane = SignedIn::on(Stage::with(|pool, client| {
        let schema = pool["Schema"].as_array_mut().unwrap();
        schema.push(json!({"Name": "badge", "AttributeDataType": "String", "Mutable": false}));
        client["WriteAttributes"] = json!(["email", "name", "custom:badge"]);
    }))
    .await;
    let pair =
        |name: &str, value: &str| json!({"UserAttributes": [{"Name": name, "Value": value}]});
    let update = "UpdateUserAttributes";
    let unauthorised = "A client attempted to write unauthorized attribute";
    for (operation, body, kind, message) in [
        (
            update,
            pair("locale", "de"),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            update,
            pair("email_verified", "true"),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            update,
            pair("sub", "x"),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            update,
            pair("custom:badge", "x"),
            "InvalidParameterException",
            "user.custom:badge: Attribute cannot be updated.\n",
        ),
        (
            update,
            pair("email", "nobody"),
            "InvalidParameterException",
            "Invalid email address format.",
        ),
        (
            update,
            pair("email", ""),
            "InvalidParameterException",
            "Attributes did not conform to the schema: email: The attribute is required\n",
        ),
        (
            update,
            pair("colour", "red"),
            "InvalidParameterException",
            "Attributes did not conform to the schema: colour: Attribute does not exist in the schema.\n",
        ),
        (
            update,
            json!({}),
            "InvalidParameterException",
            "1 validation error detected: Value at 'userAttributes' failed to satisfy constraint: Member must not be null",
        ),
        (
            update,
            json!({"UserAttributes": [{"Name": "name", "Value": "x", "Verified": true}]}),
            "InvalidParameterException",
            "parameter UserAttributes.Verified is not supported by the local stack",
        ),
    ] {
        let told = jane.call(operation, body.clone()).await.error();
        assert_eq!(
            told,
            (kind.to_owned(), message.to_owned()),
            "{operation} {body}"
        );
    }
    assert_eq!(jane.attributes().await["email"], EMAIL);
}

#[tokio::test]
async fn refusals_of_the_smaller_operations() {
    let stage = Stage::with(|_, client| client["WriteAttributes"] = json!(["email", "name"]));
    let jane = SignedIn::on(stage).await;
    let unauthorised = "A client attempted to write unauthorized attribute";
    for (operation, body, kind, message) in [
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": ["email"]}),
            "InvalidParameterException",
            "Attributes did not conform to the schema: email: The attribute is required\n",
        ),
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": ["locale"]}),
            "NotAuthorizedException",
            unauthorised,
        ),
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": [1]}),
            "SerializationException",
            "A member of the request has the wrong type",
        ),
        (
            "VerifyUserAttribute",
            json!({"AttributeName": "phone_number", "Code": "1"}),
            "InvalidParameterException",
            "The user has no phone_number that could be verified",
        ),
        (
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "phone_number"}),
            "InvalidParameterException",
            "The user has no phone_number that could be verified",
        ),
    ] {
        let told = jane.call(operation, body.clone()).await.error();
        assert_eq!(
            told,
            (kind.to_owned(), message.to_owned()),
            "{operation} {body}"
        );
    }
    assert_eq!(jane.attributes().await["email"], EMAIL);
}

#[tokio::test]
async fn every_operation_wants_a_token_that_counts() {
    let jane = SignedIn::new().await;
    let id_token = jane.stage.sign_in().await["IdToken"].take();
    let operations = [
        ("UpdateUserAttributes", json!({"UserAttributes": []})),
        ("DeleteUserAttributes", json!({"UserAttributeNames": []})),
        (
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "email"}),
        ),
        (
            "VerifyUserAttribute",
            json!({"AttributeName": "email", "Code": "1"}),
        ),
        (
            "ChangePassword",
            json!({"PreviousPassword": "x", "ProposedPassword": "xxxxxx"}),
        ),
        ("DeleteUser", json!({})),
        ("GetUser", json!({})),
        ("GlobalSignOut", json!({})),
    ];
    let revoked = "Access Token has been revoked";
    for (name, token, message) in [
        ("ID token", id_token, "Invalid Access Token"),
        ("revoked", jane.token.clone(), revoked),
    ] {
        if message == revoked {
            let body = json!({"UserPoolId": POOL, "Username": USERNAME});
            jane.stage.call("AdminUserGlobalSignOut", body).await.ok();
        }
        for (operation, body) in &operations {
            let mut body = body.clone();
            body["AccessToken"] = token.clone();
            let told = jane.stage.call(operation, body).await.error();
            let want = ("NotAuthorizedException".to_owned(), message.to_owned());
            assert_eq!(told, want, "{operation} with {name}");
        }
    }
}
