//! What an operator does with the pool, with the key of its owner.

use aws_sdk_cognitoidentityprovider as sdk;
use face_login_acceptance::{cognito::Answer, invent, visitor::Account};
use sdk::{
    operation::admin_get_user::AdminGetUserOutput,
    types::{ExplicitAuthFlowsType, UserPoolMfaType, UserStatusType, UserType},
};

use super::{Told as _, Traveller, account, attribute, refused, round, texts};

pub(super) async fn day(it: &mut Traveller) {
    describe(it).await;
    look_up(it).await;
    let second = second_person(it).await;
    change(it).await;
    disable(it).await;
    create_and_delete(it, &second).await;
}

fn pool_id(it: &Traveller) -> &str {
    &it.visitor.ready.user_pool_id
}

async fn user(it: &Traveller, name: &str) -> Answer<AdminGetUserOutput> {
    let get = it.pool.admin_get_user().user_pool_id(pool_id(it));
    get.username(name).send().await.told()
}

async fn found(it: &Traveller, filter: &str) -> Vec<UserType> {
    let list = it.pool.list_users().user_pool_id(pool_id(it));
    let answer = list.filter(filter).send().await;
    answer.told().expect("the owner may list").users().to_vec()
}

async fn describe(it: &mut Traveller) {
    let pool = it.pool.describe_user_pool().user_pool_id(pool_id(it));
    let answer = pool.send().await.told().expect("no refusal");
    let pool = answer.user_pool().expect("a pool");
    assert_eq!(pool.id(), Some(pool_id(it)));
    assert_eq!(pool.mfa_configuration(), Some(&UserPoolMfaType::Off));
    let aliases = pool.alias_attributes();
    assert_eq!(aliases.len(), 1);
    assert_eq!(aliases[0].as_str(), "email");
    it.passed("describe-user-pool");

    let client = it
        .pool
        .describe_user_pool_client()
        .user_pool_id(pool_id(it));
    let client = client.client_id(it.client_id()).send().await;
    let answer = client.told().expect("no refusal");
    let client = answer.user_pool_client().expect("a client");
    let mut flows = client.explicit_auth_flows().to_vec();
    flows.sort();
    let want = [
        ExplicitAuthFlowsType::AllowCustomAuth,
        ExplicitAuthFlowsType::AllowRefreshTokenAuth,
    ];
    assert_eq!(flows, want);
    assert_eq!(client.client_secret(), None);
    it.passed("describe-user-pool-client");
}

async fn look_up(it: &mut Traveller) {
    let seen = user(it, &it.account.email).await.expect("no refusal");
    assert_eq!(seen.username(), it.account.username);
    assert_eq!(seen.user_status(), Some(&UserStatusType::Confirmed));
    assert!(seen.enabled());
    assert_eq!(texts(seen.user_attributes())["sub"], it.account.sub);
    let refusal = user(it, &invent::username()).await;
    refused(refusal, "UserNotFoundException");
    it.passed("admin-get-user");
}

/// Somebody whom the operator confirms, by way of the list.
async fn second_person(it: &mut Traveller) -> Account {
    let mut second = account();
    second.sub = it.sign_up(&second).await.expect("sign-up");
    for filter in [
        format!("email = \"{}\"", second.email),
        format!("username ^= \"{}\"", &second.username[..30]),
        format!("sub = \"{}\"", second.sub),
    ] {
        let [user] = &found(it, &filter).await[..] else {
            panic!("one user for {filter}")
        };
        assert_eq!(user.username(), Some(&*second.username), "{filter}");
        assert_eq!(user.user_status(), Some(&UserStatusType::Unconfirmed));
    }
    let page = || it.pool.list_users().user_pool_id(pool_id(it)).limit(1);
    let first = page().send().await.told().expect("no refusal");
    let token = first.pagination_token().expect("there are two users");
    let next = page()
        .pagination_token(token)
        .send()
        .await
        .told()
        .expect("no refusal");
    assert_ne!(first.users()[0].username(), next.users()[0].username());
    it.passed("list-users");

    confirm(it, &second).await.expect("the owner may confirm");
    let seen = user(it, &second.username).await.expect("no refusal");
    assert_eq!(seen.user_status(), Some(&UserStatusType::Confirmed));
    refused(confirm(it, &second).await, "NotAuthorizedException");
    // Nobody has shown that the mailbox is theirs: no enrolment.
    let started = it.start_with_password(&second, Some(it.consent())).await;
    round(started.expect("no refusal"), "SELFIE", "UPLOAD", "");
    it.passed("admin-confirm-sign-up");
    second
}

async fn confirm(it: &Traveller, account: &Account) -> Answer<()> {
    let confirm = it.pool.admin_confirm_sign_up().user_pool_id(pool_id(it));
    let answer = confirm.username(&account.username).send().await;
    answer.told().map(|_| ())
}

async fn change(it: &mut Traveller) {
    let update = it.pool.admin_update_user_attributes();
    let update = update
        .user_pool_id(pool_id(it))
        .username(&it.account.username);
    let update = update.user_attributes(attribute("name", "Known Visitor"));
    update.send().await.told().expect("the owner may change");
    let (_, attributes) = it.user(it.tokens()).await.expect("no refusal");
    assert_eq!(attributes["name"], "Known Visitor");
    it.passed("admin-update-user-attributes");

    it.account.password = invent::password();
    let set = it.pool.admin_set_user_password().user_pool_id(pool_id(it));
    let set = set
        .username(&it.account.username)
        .password(&it.account.password);
    let answer = set.permanent(true).send().await;
    answer.told().expect("the owner may set");
    let started = it.start_with_password(&it.account, Some(it.consent()));
    round(started.await.expect("no refusal"), "SELFIE", "UPLOAD", "");
    it.passed("admin-set-user-password");
}

async fn disable(it: &mut Traveller) {
    let disable = it.pool.admin_disable_user().user_pool_id(pool_id(it));
    let answer = disable.username(&it.account.username).send().await;
    answer.told().expect("the owner may disable");
    let seen = user(it, &it.account.username).await.expect("no refusal");
    assert!(!seen.enabled());
    refused(it.refresh(it.tokens()).await, "NotAuthorizedException");
    it.passed("admin-disable-user");

    let enable = it.pool.admin_enable_user().user_pool_id(pool_id(it));
    let answer = enable.username(&it.account.username).send().await;
    answer.told().expect("the owner may enable");
    it.sign_in().await;
    it.passed("admin-enable-user");

    let sign_out = it.pool.admin_user_global_sign_out();
    let sign_out = sign_out.user_pool_id(pool_id(it));
    let answer = sign_out.username(&it.account.username).send().await;
    answer.told().expect("the owner may sign anybody out");
    it.expect_ended(it.tokens()).await;
    it.sign_in().await;
    it.passed("admin-user-global-sign-out");
}

async fn create_and_delete(it: &mut Traveller, second: &Account) {
    let create = it.pool.admin_create_user().user_pool_id(pool_id(it));
    let create = create.username(invent::username());
    let create = create.user_attributes(attribute("email", &invent::email()));
    // Only people themselves sign up: the product's own rule, told by its trigger.
    let refusal = create.send().await.told();
    refused(refusal, "UserLambdaValidationException");
    it.passed("admin-create-user");

    let delete = it.pool.admin_delete_user().user_pool_id(pool_id(it));
    let answer = delete.username(&second.username).send().await;
    answer.told().expect("the owner may delete");
    refused(user(it, &second.username).await, "UserNotFoundException");
    let left = found(it, &format!("email = \"{}\"", second.email)).await;
    assert_eq!(left.len(), 0);
    it.passed("admin-delete-user");
}
