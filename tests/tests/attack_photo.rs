//! Attacks on the photo: files that are none, files that were seen before, and forms that are bent.

use bytes::Bytes;
use face_login_acceptance::{
    admin::Admin,
    attack::{patient, reason, until_called, victim},
    challenge::Round,
    faces::{self, Person},
    http::Reply,
    odd_photos,
    upload::Form,
    visitor::Visitor,
};
use http::Request;
use serde_json::json;

/// Sends `file` with the first of several tries of a session that still has some.
async fn send(visitor: &Visitor, name: &str, case: &str, file: &[u8]) -> String {
    let round = visitor.begin_sign_in(name).await;
    reason(case, visitor.show(round, file).await)
}

#[tokio::test]
async fn what_is_no_photo_is_refused_and_costs_no_attempt() {
    let (_stack, visitor, account) = victim(&patient(), Person::Ada).await;
    for (case, file) in odd_photos::no_photos() {
        let told = send(&visitor, &account.email, case, &file).await;
        assert_eq!(told, "PHOTO_INVALID", "{case}");
    }
    let told = send(
        &visitor,
        &account.email,
        "four inks",
        &odd_photos::cmyk_jpeg(),
    )
    .await;
    assert!(
        ["NO_FACE", "PHOTO_INVALID", "TOO_DARK"].contains(&told.as_str()),
        "{told}"
    );
    let admin = Admin::new(&visitor.ready);
    assert_eq!(
        admin.failures().await,
        0,
        "no attempt of the account is lost"
    );
    assert_eq!(
        admin.photos().await,
        Vec::<String>::new(),
        "nothing is kept"
    );
    visitor.sign_in(&account.email, &Person::Ada.selfie()).await;
}

#[tokio::test]
async fn documents_that_are_no_photo_enrol_nobody() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let nobody = faces::nobody();
    for (case, file, want) in [
        ("HTML", b"<html>".as_slice(), "PHOTO_INVALID"),
        ("nobody", &nobody, "NO_FACE"),
    ] {
        let round = visitor.begin_enrolment(&account).await;
        let round = visitor.show(round, file).await.expect("an answer").round();
        assert_eq!(
            (round.challenge(), round.reason()),
            ("ENROL_DOCUMENT", want),
            "{case}"
        );
    }
    let rows = Admin::new(&visitor.ready).rows_of(&account.sub).await;
    assert!(rows.iter().all(|row| !row["sk"].starts_with("FACE#")));
}

/// An odd encoding is neither a way in for a stranger nor a wall for the person.
#[tokio::test]
async fn odd_encodings_and_turned_photos_are_judged_like_others() {
    let (_stack, visitor, account) = victim(&patient(), Person::Bea).await;
    for (case, file) in odd_photos::odd_encodings(&Person::Cora.pixels()) {
        let told = send(&visitor, &account.email, case, &file).await;
        assert_eq!(told, "NOT_RECOGNISED", "{case}");
    }
    for (orientation, file) in odd_photos::turned_by_exif(&Person::Bea.pixels()) {
        let round = visitor.begin_sign_in(&account.email).await;
        let shown = visitor.show(round, &file).await;
        let told = shown.map(|step| format!("{step:?}"));
        assert_eq!(
            told,
            Ok("Tokens(Tokens(…))".to_owned()),
            "orientation {orientation}"
        );
    }
}

/// A file is good for one judgement, whoever sends it, for whom and in which round: a picture that leaked from a sign-in opens nothing.
#[tokio::test]
async fn a_file_that_was_judged_once_is_refused_everywhere() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let (enrolling, passing) = (Person::Cora.selfie(), Person::Cora.selfie());
    visitor
        .enrol(&account, &Person::Cora.document(), &enrolling)
        .await;
    visitor.sign_in(&account.email, &passing).await;
    let other = visitor.enrolled(Person::Dora).await;
    for (case, name, file) in [
        ("the enrolment's selfie", &account.email, &enrolling),
        ("the sign-in's selfie", &account.email, &passing),
        ("another person's account", &other.email, &passing),
        (
            "an unknown name",
            &"nobody-here@example.com".to_owned(),
            &passing,
        ),
    ] {
        assert_eq!(
            send(&visitor, name, case, file).await,
            "PHOTO_REUSED",
            "{case}"
        );
    }
    // In an enrolment of somebody else, and in one that begins again.
    let third = visitor.join().await;
    for (case, file) in [("a new enrolment", &passing), ("again", &enrolling)] {
        let round = visitor.begin_enrolment(&third).await;
        let round = visitor
            .show(round, &Person::Eve.document())
            .await
            .expect("an answer")
            .round();
        let told = reason(case, visitor.show(round, file).await);
        assert_eq!(told, "PHOTO_REUSED", "{case}");
    }
}

/// The photo is read once: what takes its place while it is judged is not looked at.
#[tokio::test]
async fn a_photo_that_is_replaced_while_it_is_judged_changes_nothing() {
    let (_stack, visitor, account) = victim(&patient(), Person::Dora).await;
    let round = visitor.begin_sign_in(&account.email).await;
    let uploaded = visitor.upload(&round, &Person::Eve.selfie()).await;
    assert!(uploaded.status.is_success());
    let slow = json!({"service": "rekognition", "operation": "DetectFaces", "caller": "VerifyFunction",
        "kind": "delay", "delayMs": 1500});
    visitor.local.fault(slow).await;
    let before = visitor.local.calls().await.len();
    let answering = tokio::spawn({
        let (visitor, round) = (visitor.clone(), round.clone());
        async move { visitor.cognito.answer(&round, round.challenge_id()).await }
    });
    until_called(&visitor, before, |call| {
        call.operation() == "GetObject" && call.caller().contains("VerifyFunction")
    })
    .await;
    let replaced = visitor.upload(&round, &Person::Dora.selfie()).await;
    assert!(replaced.status.is_success(), "{}", replaced.text());
    let told = reason("replaced", answering.await.expect("an answer"));
    assert!(
        ["NOT_RECOGNISED", "BUSY"].contains(&told.as_str()),
        "{told}"
    );
}

/// What a client can do with the form: put one object of one key, type and size. Nothing is read, listed or removed with it.
#[tokio::test]
async fn an_upload_form_does_one_thing_only() {
    let (_stack, visitor, account) = victim(&patient(), Person::Eve).await;
    let round = visitor.begin_sign_in(&account.email).await;
    let form = Form::of(&round).expect("a form");
    let photo = Person::Eve.selfie();
    let uploaded = visitor.upload(&round, &photo).await;
    assert!(uploaded.status.is_success());
    for (case, bent) in bent_forms(&form, &round) {
        let reply = bent
            .send(&visitor.http, visitor.ready.origin(), &photo)
            .await;
        assert!(
            [400, 403, 404].contains(&reply.status.as_u16()),
            "{case}: {}",
            reply.status
        );
    }
    for (case, reply) in other_requests(&visitor, &form).await {
        assert!(
            [400, 403, 405].contains(&reply.status.as_u16()),
            "{case}: {} {}",
            reply.status,
            reply.text()
        );
    }
    let admin = Admin::new(&visitor.ready);
    assert_eq!(
        admin.selfie(round.challenge_id()).await,
        Some(photo),
        "as it was uploaded"
    );
    assert_eq!(admin.photos().await.len(), 1, "and nothing else");
}

fn bent_forms(form: &Form, round: &Round) -> Vec<(&'static str, Form)> {
    let id = round.challenge_id();
    let field = |name: &str, value: &str| form.clone().with(name, value);
    let added = |name: &str, value: &str| {
        let mut bent = form.clone();
        bent.fields.insert(name.to_owned(), value.to_owned());
        bent
    };
    let documents = form.url.replace("selfies", "documents");
    vec![
        ("another type", field("Content-Type", "text/html")),
        (
            "another key",
            field("key", "selfies/AAAAAAAAAAAAAAAAAAAAAA"),
        ),
        ("a longer key", field("key", &format!("selfies/{id}/x"))),
        ("a document's key", field("key", &format!("documents/{id}"))),
        (
            "the file's name as key",
            field("key", "selfies/${filename}"),
        ),
        (
            "the other bucket",
            Form {
                url: documents,
                ..form.clone()
            },
        ),
        ("no type", form.clone().without("Content-Type")),
        ("public", added("acl", "public-read")),
        (
            "a redirect",
            added("success_action_redirect", "https://example.com"),
        ),
        ("a status", added("success_action_status", "200")),
        ("metadata", added("x-amz-meta-owner", "me")),
        ("a storage class", added("x-amz-storage-class", "GLACIER")),
        ("a tag", added("tagging", "<Tagging/>")),
        ("a lock", added("x-amz-object-lock-mode", "COMPLIANCE")),
        ("encoding", added("Content-Encoding", "gzip")),
        ("caching", added("Cache-Control", "public")),
    ]
}

async fn other_requests(visitor: &Visitor, form: &Form) -> Vec<(&'static str, Reply)> {
    let field = |name: &str| form.fields[name].clone();
    let object = format!("{}/{}", form.url.trim_end_matches('/'), field("key"));
    let encoded = |text: String| {
        text.bytes().fold(String::new(), |mut url, byte| {
            use std::fmt::Write as _;
            let _ = write!(url, "%{byte:02X}");
            url
        })
    };
    let presigned = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires=300\
         &X-Amz-SignedHeaders=host&X-Amz-Security-Token={}&X-Amz-Signature={}",
        encoded(field("x-amz-credential")),
        field("x-amz-date"),
        encoded(field("x-amz-security-token")),
        field("x-amz-signature"),
    );
    let bucket = form.url.trim_end_matches('/').to_owned();
    let mut replies = Vec::new();
    for (case, method, address) in [
        ("reading", "GET", object.clone()),
        ("looking", "HEAD", object.clone()),
        ("putting", "PUT", object.clone()),
        ("deleting", "DELETE", object.clone()),
        ("listing", "GET", bucket.clone()),
        (
            "listing the other way",
            "GET",
            format!("{bucket}?list-type=2"),
        ),
        ("reading, signed", "GET", format!("{object}?{presigned}")),
        ("putting, signed", "PUT", format!("{object}?{presigned}")),
        (
            "deleting, signed",
            "DELETE",
            format!("{object}?{presigned}"),
        ),
        (
            "listing, signed",
            "GET",
            format!("{bucket}?list-type=2&{presigned}"),
        ),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header("x-amz-security-token", field("x-amz-security-token"))
            .body(Bytes::from_static(b"x"))
            .expect("a request");
        replies.push((case, visitor.http.send(request).await));
    }
    replies
}

/// The size that the round names is the size that is taken, for both kinds of photo.
#[tokio::test]
async fn a_form_takes_its_size_and_not_a_byte_more() {
    let (_stack, visitor) = Visitor::alone().await;
    let account = visitor.join().await;
    let document = visitor.begin_enrolment(&account).await;
    let selfie = visitor.begin_sign_in(&account.email).await;
    for (case, round, megabytes) in [("a selfie", selfie, 2), ("a document", document, 5)] {
        let most: usize = round.parameter("uploadMaxBytes").parse().expect("a number");
        assert_eq!(most, megabytes << 20, "{case}");
        let above = visitor.upload(&round, &vec![0; most + 1]).await;
        assert!(
            above.text().contains("EntityTooLarge"),
            "{case}: {}",
            above.text()
        );
        let empty = visitor.upload(&round, b"").await;
        assert!(
            empty.text().contains("EntityTooSmall"),
            "{case}: {}",
            empty.text()
        );
        let exact = visitor.upload(&round, &vec![0; most]).await;
        assert!(exact.status.is_success(), "{case}: {}", exact.text());
    }
}
