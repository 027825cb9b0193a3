//! The steps of a person.

use face_login_acceptance::{cognito::Answer, faces, faces::Person, invent, jwt};

use super::{Told as _, Traveller, attribute, refused, round, wrong};

pub(super) async fn join(it: &mut Traveller) {
    it.account.sub = it.sign_up(&it.account).await.expect("sign-up");
    refused(it.sign_up(&it.account).await, "UsernameExistsException");
    it.passed("sign-up");

    let code = it.code(&it.account.email, "SignUp").await;
    let refusal = confirm(it, wrong(&code)).await;
    refused(refusal, "CodeMismatchException");
    let resend = it.pool.resend_confirmation_code();
    let resend = resend
        .client_id(it.client_id())
        .username(&it.account.username);
    resend.send().await.told().expect("a second code");
    let code = it.code(&it.account.email, "ResendCode").await;
    confirm(it, &code).await.expect("the code of the mail");
    it.passed("confirm");
}

async fn confirm(it: &Traveller, code: &str) -> Answer<()> {
    let confirm = it.pool.confirm_sign_up().client_id(it.client_id());
    let confirm = confirm.username(&it.account.username);
    let answer = confirm.confirmation_code(code).send().await;
    answer.told().map(|_| ())
}

pub(super) async fn enrol(it: &mut Traveller) {
    let mut mistaken = it.account.clone();
    mistaken.password = invent::password();
    let answer = it.start_with_password(&mistaken, None).await;
    let refusal = refused(answer, "NotAuthorizedException");
    assert_eq!(refusal.message, "Incorrect username or password.");
    it.passed("wrong-password");

    let started = it.start_with_password(&it.account, None).await;
    let asked = round(
        started.expect("no refusal"),
        "ENROL_DOCUMENT",
        "CONSENT",
        "",
    );
    assert_eq!(asked.parameter("consentVersion"), it.consent());
    let answered = it.answer(&asked, Some(it.consent())).await;
    round(
        answered.expect("no refusal"),
        "ENROL_DOCUMENT",
        "UPLOAD",
        "",
    );
    it.passed("consent");

    let started = it.start_with_password(&it.account, Some(it.consent()));
    let asked = round(
        started.await.expect("no refusal"),
        "ENROL_DOCUMENT",
        "UPLOAD",
        "",
    );
    it.passed("consent-at-once");

    let shown = it.show(&asked, &it.face.document()).await;
    let asked = round(shown, "SELFIE", "UPLOAD", "");
    it.passed("enrol-document");
    it.pass(&asked).await;
    it.passed("enrol-selfie");
}

pub(super) async fn use_session(it: &mut Traveller) {
    let (username, attributes) = it.user(it.tokens()).await.expect("no refusal");
    assert_eq!(username, it.account.username);
    it.passed("current-user");
    assert_eq!(attributes["email"], it.account.email);
    assert_eq!(attributes["email_verified"], "true");
    assert_eq!(attributes["sub"], it.account.sub);
    it.passed("attributes");

    let (_, old) = jwt::peek(&it.tokens().access);
    for fresh in [
        it.refresh(it.tokens()).await.expect("no refusal"),
        it.refresh_by_operation(it.tokens())
            .await
            .expect("no refusal"),
    ] {
        let (_, new) = jwt::peek(&fresh.access);
        assert_ne!(new["jti"], old["jti"]);
        assert_eq!(new["auth_time"], old["auth_time"]);
    }
    it.passed("refresh");

    let revoke = it.pool.revoke_token().client_id(it.client_id());
    let revoked = revoke.token(it.tokens().refresh()).send().await;
    revoked.told().expect("one's own token can be revoked");
    it.expect_ended(it.tokens()).await;
    it.passed("sign-out");
}

pub(super) async fn sign_in(it: &mut Traveller) {
    let started = it.start(&it.account.email, &[]).await;
    let asked = round(started.expect("no refusal"), "SELFIE", "UPLOAD", "");
    let shown = it.show(&asked, &Person::Ada.selfie()).await;
    let asked = round(shown, "SELFIE", "UPLOAD", "NOT_RECOGNISED");
    assert_eq!(asked.parameter("attemptsLeft"), "2");
    it.passed("sign-in-retries");
    it.pass(&asked).await;
    it.passed("sign-in");

    let elsewhere = it.tokens().clone();
    // One wrong photo a session: an outage at the third try ends it, and a busy machine may have one.
    let asked = it
        .start(&it.account.email, &[])
        .await
        .expect("no refusal")
        .round();
    let shown = it.show(&asked, &faces::nobody()).await;
    let asked = round(shown, "SELFIE", "UPLOAD", "NO_FACE");
    it.pass(&asked).await;
    let sign_out = it.pool.global_sign_out();
    let signed_out = sign_out.access_token(&it.tokens().access).send().await;
    signed_out.told().expect("anybody may sign out");
    it.expect_ended(&elsewhere).await;
    it.expect_ended(it.tokens()).await;
    it.passed("sign-out-global");
}

pub(super) async fn reset_password(it: &mut Traveller) {
    let old = it.account.clone();
    let forgot = it.pool.forgot_password().client_id(it.client_id());
    let forgot = forgot.username(&it.account.email).send().await;
    forgot.told().expect("anybody may ask");
    let code = it.code(&it.account.email, "ForgotPassword").await;
    it.account.password = invent::password();
    refused(reset(it, wrong(&code)).await, "CodeMismatchException");
    reset(it, &code).await.expect("the code of the mail");
    let refusal = it.start_with_password(&old, Some(it.consent())).await;
    refused(refusal, "NotAuthorizedException");
    it.passed("reset-password");

    let started = it.start_with_password(&it.account, Some(it.consent()));
    let asked = round(started.await.expect("no refusal"), "SELFIE", "UPLOAD", "");
    it.pass(&asked).await;
    it.passed("reset-keeps-face");
}

async fn reset(it: &Traveller, code: &str) -> Answer<()> {
    let reset = it.pool.confirm_forgot_password();
    let reset = reset
        .client_id(it.client_id())
        .username(&it.account.email)
        .password(&it.account.password);
    let answer = reset.confirmation_code(code).send().await;
    answer.told().map(|_| ())
}

pub(super) async fn change_attributes(it: &mut Traveller) {
    let (access, email) = (it.tokens().access.clone(), invent::email());
    let update = |name: &str, value: &str| {
        let update = it.pool.update_user_attributes().access_token(&access);
        update.user_attributes(attribute(name, value)).send()
    };
    let answer = update("name", "Visitor").await.told().expect("no refusal");
    assert_eq!(answer.code_delivery_details_list(), []);
    let (_, attributes) = it.user(it.tokens()).await.expect("no refusal");
    assert_eq!(attributes["name"], "Visitor");

    let answer = update("email", &email).await.told().expect("no refusal");
    let [delivery] = answer.code_delivery_details_list() else {
        panic!("one code is sent: {answer:?}")
    };
    assert_eq!(delivery.attribute_name(), Some("email"));
    let (_, attributes) = it.user(it.tokens()).await.expect("no refusal");
    assert_eq!(attributes["email"], it.account.email, "not before the code");
    it.passed("update-name");

    let code = it.code(&email, "UpdateUserAttribute").await;
    refused(verify(it, wrong(&code)).await, "CodeMismatchException");
    it.passed("update-email");
    let again = it.pool.get_user_attribute_verification_code();
    let again = again.access_token(&access).attribute_name("email");
    again.send().await.told().expect("a second code");
    let code = it.code(&email, "VerifyUserAttribute").await;
    verify(it, &code).await.expect("the code of the mail");
    let (_, attributes) = it.user(it.tokens()).await.expect("no refusal");
    assert_eq!(attributes["email"], email);
    assert_eq!(attributes["email_verified"], "true");
    it.account.email = email;
    it.passed("verify-email");
    it.sign_in().await;
    it.passed("sign-in-new-email");
}

async fn verify(it: &Traveller, code: &str) -> Answer<()> {
    let verify = it.pool.verify_user_attribute();
    let verify = verify
        .access_token(&it.tokens().access)
        .attribute_name("email");
    let answer = verify.code(code).send().await;
    answer.told().map(|_| ())
}

pub(super) async fn change_password(it: &mut Traveller) {
    let (old, fresh) = (it.account.clone(), invent::password());
    let change = |previous: &str| {
        let change = it.pool.change_password();
        let change = change.access_token(&it.tokens().access);
        let change = change.previous_password(previous);
        change.proposed_password(&fresh).send()
    };
    refused(change(&fresh).await.told(), "NotAuthorizedException");
    change(&old.password).await.told().expect("the right one");
    it.account.password = fresh;
    let started = it.start_with_password(&it.account, Some(it.consent()));
    round(started.await.expect("no refusal"), "SELFIE", "UPLOAD", "");
    let refusal = it.start_with_password(&old, None).await;
    refused(refusal, "NotAuthorizedException");
    it.passed("change-password");
}

pub(super) async fn leave(it: &mut Traveller) {
    let started = it.start(&invent::email(), &[]).await;
    round(started.expect("no refusal"), "SELFIE", "UPLOAD", "");
    it.passed("unknown-user");

    let delete = it.pool.delete_user().access_token(&it.tokens().access);
    delete.send().await.told().expect("anybody may leave");
    refused(it.user(it.tokens()).await, "UserNotFoundException");
    it.expect_no_refresh(it.tokens()).await;
    let started = it.start(&it.account.email, &[]).await;
    round(started.expect("no refusal"), "SELFIE", "UPLOAD", "");
    let refusal = it.start_with_password(&it.account, None).await;
    refused(refusal, "NotAuthorizedException");
    it.passed("delete-user");
}
