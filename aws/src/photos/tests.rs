//! S3's answers against an HTTP stub.

use std::time::Duration;

use super::*;
use crate::stub::{Answer, Call, Stub};

const KEY: &str = "documents/AQEBAQEBAQEBAQEBAQEBAQ";

async fn stub(answer: impl Fn(&Call) -> Option<Answer> + Send + Sync + 'static) -> (Stub, Photos) {
    let stub = Stub::start(answer).await;
    let limit = Duration::from_millis(500);
    let patience = Patience {
        attempt: limit,
        attempts: 1,
        backoff: Duration::from_millis(1),
        overall: limit,
    };
    let photos = Photos::new(&stub.connection(), &patience, "photos".to_owned());
    (stub, photos)
}

fn object(body: &[u8]) -> Answer {
    let answer = Answer::status(200)
        .header("etag", "\"abc\"")
        .header("last-modified", "Sat, 21 Nov 2026 10:00:00 GMT");
    answer.body(body.to_vec())
}

fn xml(status: u16, code: &str) -> Answer {
    let body = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>as recorded</Message></Error>"
    );
    Answer::status(status).body(body.into_bytes())
}

fn outcome(fetched: Result<Fetched, PhotosError>) -> String {
    match fetched {
        Ok(Fetched::Photo(photo)) => format!(
            "{} {}",
            photo.etag.as_str(),
            String::from_utf8(photo.bytes).unwrap()
        ),
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("{:?}", error.failure),
    }
}

#[tokio::test]
async fn a_photo_is_read_only_as_pinned() {
    let (abc, other) = (Etag::parse("abc").unwrap(), Etag::parse("other").unwrap());
    for (name, pinned, answer, want) in [
        ("nothing pinned", None, Some(object(b"photo")), "abc photo"),
        ("pinned", Some(&abc), Some(object(b"photo")), "abc photo"),
        (
            "replaced",
            Some(&abc),
            Some(xml(412, "PreconditionFailed")),
            "Replaced",
        ),
        (
            "replaced, by a server without If-Match",
            Some(&other),
            Some(object(b"photo")),
            "Replaced",
        ),
        ("not there", None, Some(xml(404, "NoSuchKey")), "Missing"),
        (
            "longer than allowed",
            None,
            Some(object(b"a longer photo")),
            "TooLarge",
        ),
        (
            "not permitted",
            None,
            Some(xml(403, "AccessDenied")),
            "Denied",
        ),
        ("slow down", None, Some(xml(503, "SlowDown")), "Throttled"),
        (
            "server error",
            None,
            Some(xml(500, "InternalError")),
            "Unavailable",
        ),
        ("broken off", None, None, "Unavailable"),
        (
            "no ETag",
            None,
            Some(Answer::status(200).body(b"photo".to_vec())),
            "Unavailable",
        ),
    ] {
        let (stub, photos) = stub(move |_| answer.clone()).await;
        assert_eq!(outcome(photos.fetch(KEY, pinned, 10).await), want, "{name}");
        let call = &stub.calls()[0];
        assert_eq!(
            call.path,
            format!("/photos/{KEY}?x-id=GetObject"),
            "{name}: path style, as an endpoint is set"
        );
        let if_match = pinned.map(|etag| format!("\"{}\"", etag.as_str()));
        assert_eq!(call.header("if-match"), if_match.as_deref(), "{name}");
    }
}

#[tokio::test]
async fn checksums_of_the_upload_form_are_no_surprise() {
    let with_checksum = object(b"photo").header("x-amz-checksum-crc32", "AAAAAA==");
    let (stub, photos) = stub(move |_| Some(with_checksum.clone())).await;
    assert_eq!(outcome(photos.fetch(KEY, None, 10).await), "abc photo");
    assert_eq!(stub.calls()[0].header("x-amz-checksum-mode"), None);
    photos
        .put("kept/x", b"photo".to_vec(), "image/jpeg")
        .await
        .unwrap();
    let put = &stub.calls()[1];
    assert_eq!(
        (put.operation.as_str(), put.body.as_slice()),
        ("PUT", b"photo".as_slice()),
        "sent as it is, not in chunks"
    );
    assert_eq!(put.header("content-type"), Some("image/jpeg"));
}

#[tokio::test]
async fn head_and_delete_take_absence_calmly() {
    let (_stub, photos) = stub(|_| Some(Answer::status(404))).await;
    assert_eq!(photos.head(KEY).await.unwrap(), None);
    photos.delete(KEY).await.unwrap();
    let (_stub, photos) = stub(|_| Some(object(b"").header("content-length", "7"))).await;
    assert_eq!(
        photos
            .head(KEY)
            .await
            .unwrap()
            .map(|head| (head.etag, head.bytes)),
        Some((Etag::parse("abc").unwrap(), 7))
    );
    let (_stub, photos) = stub(|_| Some(Answer::status(403))).await;
    assert_eq!(photos.head(KEY).await.unwrap_err().failure, Failure::Denied);
    assert_eq!(
        photos.delete(KEY).await.unwrap_err().failure,
        Failure::Denied
    );
}

#[test]
fn a_photo_never_prints_its_bytes() {
    let photo = Photo {
        bytes: b"secret".to_vec(),
        etag: Etag::parse("abc").unwrap(),
        last_modified: SystemTime::UNIX_EPOCH,
    };
    assert_eq!(
        format!("{photo:?}"),
        "Photo { bytes: 6, etag: Etag(\"abc\"), .. }"
    );
}
