//! `ListUsers`: filters, pages, chosen attributes.

use serde_json::{Value, json};

use super::stage::{CLIENT, PASSWORD, POOL, Stage};

async fn three() -> Stage {
    let stage = Stage::new();
    for (name, email, given) in [
        ("anna", "Anna@example.com", Some("Anna")),
        ("annika", "annika@example.com", Some("An \"nika\"")),
        ("bea", "bea@example.org", None),
    ] {
        let mut attributes = json!([{"Name": "email", "Value": email}]);
        if let Some(given) = given {
            let given = json!({"Name": "name", "Value": given});
            attributes.as_array_mut().unwrap().push(given);
        }
        let body = json!({"ClientId": CLIENT, "Username": name, "Password": PASSWORD, "UserAttributes": attributes});
        stage.call("SignUp", body).await.ok();
    }
    stage.confirm("bea").await.ok();
    let body = json!({"UserPoolId": POOL, "Username": "anna"});
    stage.call("AdminDisableUser", body).await.ok();
    stage
}

fn names(answer: &Value) -> Vec<&str> {
    let users = answer["Users"].as_array().unwrap().iter();
    users
        .map(|user| user["Username"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn filters_pick_users() {
    let stage = three().await;
    #[rustfmt::skip]
    let cases: [(&str, &[&str]); 12] = [
        ("", &["anna", "annika", "bea"]),
        (r#"email = "anna@example.com""#, &["anna"]),
        (r#"email ^= "ann""#, &["anna", "annika"]),
        (r#"email = "ann""#, &[]),
        (r#"username = "bea""#, &["bea"]),
        (r#"username = "Bea""#, &[]),
        (r#"name = "An \"nika\"""#, &["annika"]),
        (r#"cognito:user_status = "confirmed""#, &["bea"]),
        (r#"cognito:user_status ^= "UN""#, &["anna", "annika"]),
        (r#"status = "Disabled""#, &["anna"]),
        (r#"status = "disabled""#, &[]),
        (r#"given_name ^= """#, &[]),
    ];
    for (filter, want) in cases {
        let body = json!({"UserPoolId": POOL, "Filter": filter});
        let answer = stage.call("ListUsers", body).await.ok();
        assert_eq!(names(&answer), want, "{filter}");
        assert_eq!(answer.get("PaginationToken"), None);
    }
    let all = stage.call("ListUsers", json!({"UserPoolId": POOL})).await;
    let all = all.ok();
    let sub = all["Users"][2]["Attributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|attribute| attribute["Name"] == "sub")
        .unwrap()["Value"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"UserPoolId": POOL, "Filter": format!("sub = \"{sub}\"")});
    let answer = stage.call("ListUsers", body).await.ok();
    assert_eq!(names(&answer), ["bea"]);
    let bea = &answer["Users"][0];
    assert_eq!(
        bea["Attributes"],
        json!([{"Name": "email", "Value": "bea@example.org"}, {"Name": "email_verified", "Value": "true"},
               {"Name": "sub", "Value": sub}])
    );
    assert_eq!(
        (&bea["Enabled"], &bea["UserStatus"]),
        (&json!(true), &json!("CONFIRMED"))
    );
    assert_eq!(bea["UserCreateDate"], json!(1_795_000_000.0));
    assert_eq!(all["Users"][0]["Enabled"], false);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let stage = three().await;
    let mut body = json!({"UserPoolId": POOL, "Limit": 2, "Filter": "username ^= \"\""});
    let first = stage.call("ListUsers", body.clone()).await.ok();
    assert_eq!(names(&first), ["anna", "annika"]);
    body["PaginationToken"] = first["PaginationToken"].clone();
    let gone = json!({"UserPoolId": POOL, "Username": "annika"});
    stage.call("AdminDeleteUser", gone).await.ok();
    let second = stage.call("ListUsers", body.clone()).await.ok();
    assert_eq!(names(&second), ["bea"]);
    assert_eq!(second.get("PaginationToken"), None);

    body["Filter"] = json!("");
    let other_list = stage.call("ListUsers", body.clone()).await;
    other_list.refused("InvalidParameterException", "Invalid pagination token.");
    body["PaginationToken"] = json!("x");
    assert_eq!(
        stage.call("ListUsers", body).await.error().0,
        "InvalidParameterException"
    );
    let zero = json!({"UserPoolId": POOL, "Limit": 0});
    assert_eq!(
        names(&stage.call("ListUsers", zero).await.ok()),
        ["anna", "bea"]
    );
}

#[tokio::test]
async fn wanted_attributes_must_be_set_by_everybody_listed() {
    let stage = three().await;
    let list = |wanted: Value, filter: &str| json!({"UserPoolId": POOL, "AttributesToGet": wanted, "Filter": filter});
    let body = list(json!(["name"]), r#"email ^= "ann""#);
    let answer = stage.call("ListUsers", body).await.ok();
    assert_eq!(
        answer["Users"][0]["Attributes"],
        json!([{"Name": "name", "Value": "Anna"}])
    );
    let reply = stage.call("ListUsers", list(json!(["name"]), "")).await;
    reply.refused(
        "InvalidParameterException",
        "Input fails to satisfy the constraints.",
    );
}

#[tokio::test]
async fn what_is_no_list_is_refused() {
    let stage = Stage::new();
    let at = |name: &str, value: Value| {
        let mut body = json!({"UserPoolId": POOL});
        body[name] = value;
        body
    };
    #[rustfmt::skip]
    let cases = [
        (at("Limit", json!(61)), "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"),
        (at("Limit", json!(-1)), "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0"),
        (at("Filter", json!("email")), "Error while parsing filter."),
        (at("Filter", json!("custom:a = \"b\"")), "Invalid search attribute: custom:a"),
        (at("Sort", json!("up")), "parameter Sort is not supported by the local stack"),
    ];
    for (body, message) in cases {
        let reply = stage.call("ListUsers", body).await;
        reply.refused("InvalidParameterException", message);
    }
    let reply = stage
        .call("ListUsers", json!({"UserPoolId": "us-east-1_Other"}))
        .await;
    reply.refused(
        "ResourceNotFoundException",
        "User pool us-east-1_Other does not exist.",
    );
}
