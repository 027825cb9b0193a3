//! S3 over the network: forms, CORS, conditions, rights, events.

mod harness;

use std::time::Duration;

use http::Method;
use serde_json::json;

use harness::{Bench, Form, PAGE};

#[tokio::test]
async fn a_form_stores_its_file_and_announces_it() {
    let bench = Bench::start().await;
    let answer = bench.post(&bench.form("selfies/a"), b"hello").await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(
        answer.header("etag"),
        "\"5d41402abc4b2a76b9719d911017c592\""
    );
    let stored = bench
        .signed(&bench.admin, Method::GET, "selfies/a", &[])
        .await;
    assert_eq!((stored.status, stored.body.as_str()), (200, "hello"));
    assert_eq!(
        stored.header("etag"),
        "\"5d41402abc4b2a76b9719d911017c592\""
    );
    let head = bench
        .signed(&bench.admin, Method::HEAD, "selfies/a", &[])
        .await;
    assert_eq!((head.status, head.header("content-length")), (200, "5"));
    let events = bench.events.lock().unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].creation.event_name(), "ObjectCreated:Post");
    assert_eq!(
        (events[0].size, events[0].etag.as_str()),
        (5, "5d41402abc4b2a76b9719d911017c592")
    );
}

#[tokio::test]
async fn a_form_is_refused_as_s3_refuses_it() {
    let bench = Bench::start().await;
    let form = || bench.form("selfies/a");
    let name = "x-amz-signature";
    let policy_failed = "Invalid according to Policy: Policy Condition failed: ";
    for (case, form, size, status, want) in [
        ("too large", form(), 11, 400, "<Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the maximum allowed size</Message><ProposedSize>11</ProposedSize><MaxSizeAllowed>10</MaxSizeAllowed>".to_owned()),
        ("too small", form(), 0, 400, "<Code>EntityTooSmall</Code><Message>Your proposed upload is smaller than the minimum allowed size</Message><ProposedSize>0</ProposedSize><MinSizeAllowed>1</MinSizeAllowed>".to_owned()),
        ("expired", bench.form_with("selfies/a", -1, &[]), 5, 403, "<Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message>".to_owned()),
        ("another key", form().with("key", "selfies/b"), 5, 403, format!("{policy_failed}[&quot;eq&quot;, &quot;$key&quot;, &quot;selfies/a&quot;]")),
        ("a condition without field", bench.form_with("selfies/a", 60, &[json!(["starts-with", "$Content-Type", "image/"])]), 5, 403, format!("{policy_failed}[&quot;starts-with&quot;, &quot;$content-type&quot;, &quot;image/&quot;]")),
        ("an extra field", form().with("acl", "public-read"), 5, 403, "Invalid according to Policy: Extra input fields: acl".to_owned()),
        ("no signature", form().without(name), 5, 400, "Bucket POST must contain a field named &apos;x-amz-signature&apos;.  If it is specified, please check the order of the fields.".replace("&apos;", "'")),
        ("another signature", form().with(name, &"0".repeat(64)), 5, 403, "<Code>SignatureDoesNotMatch</Code>".to_owned()),
        ("no token", form().without("x-amz-security-token"), 5, 400, "<Code>InvalidToken</Code>".to_owned()),
        ("nothing signed", form().without(name).without("policy"), 5, 403, "<Code>AccessDenied</Code>".to_owned()),
        ("no key", form().without("key"), 5, 400, "named 'key'".to_owned()),
        ("a key its signer may not write", bench.form("documents/a"), 5, 403, "s3:PutObject".to_owned()),
    ] {
        let answer = bench.post(&form, &vec![b'x'; size]).await;
        assert_eq!(answer.status, status, "{case}: {}", answer.body);
        assert!(answer.body.contains(&want), "{case}: {}", answer.body);
    }
    assert!(bench.events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_large_form_that_is_refused_is_read_to_its_end() {
    let bench = Bench::start().await;
    let file = vec![b'x'; 3 << 20];
    let refused = bench.form("selfies/a").with("x-amz-signature", "0");
    assert_eq!(bench.post(&refused, &file).await.status, 403);
    let too_large = bench.post(&bench.form("selfies/a"), &file).await;
    assert!(
        too_large
            .body
            .contains("<ProposedSize>3145728</ProposedSize>")
    );
    let fields_too_large = bench
        .form("selfies/a")
        .with("x-ignore-a", &"a".repeat(30_000));
    let answer = bench.post(&fields_too_large, &file).await;
    assert!(
        answer.body.contains("MaxPostPreDataLengthExceeded"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn bodies_that_are_no_form_are_refused() {
    let bench = Bench::start().await;
    let plain = bench.send(Method::POST, "/photos", &[], b"{}").await;
    assert_eq!(plain.status, 412);
    let kind = ("content-type", "multipart/form-data; boundary=b");
    let body = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b--\r\n";
    let no_file = bench.send(Method::POST, "/photos", &[kind], body).await;
    assert_eq!(no_file.status, 400);
    assert!(
        no_file.body.contains("exactly one file upload"),
        "{}",
        no_file.body
    );
    let unknown = bench.send(Method::POST, "/nowhere", &[kind], body).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn the_answer_is_as_the_form_asks() {
    let bench = Bench::start().await;
    let status = json!({"success_action_status": "201"});
    let form = bench.form_with("selfies/${filename}", 60, &[status]);
    let form = Form {
        file_name: "C:\\me & you.jpg".to_owned(),
        ..form.with("success_action_status", "201")
    };
    // The policy names the key as it will be.
    let answer = bench.post(&form, b"hello").await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    let starts = bench.form_that_starts("selfies/", "selfies/${filename}");
    let form = Form {
        file_name: "C:\\me & you.jpg".to_owned(),
        ..starts
    };
    let answer = bench.post(&form, b"hello").await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(
        answer.body.contains("<Key>selfies/me &amp; you.jpg</Key>"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("<Bucket>photos</Bucket>"));
}

#[tokio::test]
async fn preflights_are_judged_and_other_requests_only_lack_the_headers() {
    let bench = Bench::start().await;
    let ask =
        async |headers: &[(&str, &str)]| bench.send(Method::OPTIONS, "/photos", headers, b"").await;
    let method = ("access-control-request-method", "POST");
    let allowed = ask(&[
        ("origin", PAGE),
        method,
        ("access-control-request-headers", "X-One"),
    ])
    .await;
    assert_eq!(
        (
            allowed.status,
            allowed.header("access-control-allow-origin")
        ),
        (200, PAGE)
    );
    assert_eq!(allowed.header("access-control-allow-headers"), "x-one");
    assert_eq!(allowed.header("access-control-max-age"), "3600");
    assert!(allowed.header("vary").contains("Origin"));
    for (case, headers, status, want) in [
        (
            "no origin",
            vec![method],
            400,
            "Insufficient information. Origin request header needed.",
        ),
        (
            "another origin",
            vec![("origin", "https://evil.example"), method],
            403,
            "CORSResponse: This CORS request is not allowed.",
        ),
        (
            "another method",
            vec![("origin", PAGE), ("access-control-request-method", "PUT")],
            403,
            "AccessForbidden",
        ),
    ] {
        let refused = ask(&headers).await;
        assert_eq!(refused.status, status, "{case}");
        assert!(refused.body.contains(want), "{case}: {}", refused.body);
        assert_eq!(refused.header("access-control-allow-origin"), "", "{case}");
    }
    let form = Form {
        origin: "https://evil.example".to_owned(),
        ..bench.form("selfies/a")
    };
    let executed = bench.post(&form, b"hello").await;
    assert_eq!(
        (
            executed.status,
            executed.header("access-control-allow-origin")
        ),
        (204, "")
    );
    let own = bench.post(&bench.form("selfies/a"), b"hello").await;
    assert_eq!(own.header("access-control-allow-origin"), PAGE);
}

#[tokio::test]
async fn only_who_may_list_learns_that_a_key_is_missing() {
    let bench = Bench::start().await;
    let status = async |who, method, key| bench.signed(who, method, key, &[]).await.status;
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(
            status(&bench.reader, method.clone(), "selfies/x").await,
            403
        );
        assert_eq!(status(&bench.lister, method, "selfies/x").await, 404);
    }
    bench.post(&bench.form("selfies/x"), b"hello").await;
    assert_eq!(status(&bench.reader, Method::GET, "selfies/x").await, 200);
    assert_eq!(
        status(&bench.reader, Method::DELETE, "selfies/x").await,
        403
    );
    assert_eq!(status(&bench.admin, Method::DELETE, "selfies/x").await, 204);
    assert_eq!(status(&bench.lister, Method::GET, "selfies/x").await, 404);
    assert_eq!(status(&bench.lister, Method::GET, "selfies").await, 404);
}

#[tokio::test]
async fn a_read_is_pinned_to_the_etag() {
    let bench = Bench::start().await;
    bench.post(&bench.form("selfies/a"), b"hello").await;
    let read = async |tag| {
        let header = [("if-match", tag)];
        bench
            .signed(&bench.lister, Method::GET, "selfies/a", &header)
            .await
            .status
    };
    let first = "\"5d41402abc4b2a76b9719d911017c592\"";
    assert_eq!(read(first).await, 200);
    bench.post(&bench.form("selfies/a"), b"other").await;
    assert_eq!(read(first).await, 412);
}

#[tokio::test]
async fn a_bucket_policy_that_denies_wins_over_the_role() {
    let bench = Bench::start().await;
    let answer = bench
        .signed(&bench.admin, Method::GET, "forbidden/a", &[])
        .await;
    assert_eq!(answer.status, 403, "{}", answer.body);
}

#[tokio::test]
async fn objects_past_their_lifecycle_go_away() {
    let bench = Bench::start().await;
    bench.post(&bench.form("selfies/a"), b"hello").await;
    let day = Duration::from_hours(24);
    bench.s3.expire(bench.now()).await;
    assert_eq!(
        bench
            .signed(&bench.lister, Method::GET, "selfies/a", &[])
            .await
            .status,
        200
    );
    bench.s3.expire(bench.now() + day + day).await;
    assert_eq!(
        bench
            .signed(&bench.lister, Method::GET, "selfies/a", &[])
            .await
            .status,
        404
    );
}
