//! Bodies in signed chunks, after the example in S3's API reference (66,560 times the letter `a` in chunks of 64 KiB).

use bytes::Bytes;
use http::Request;

use super::{check, keys, request, time};
use crate::sigv4::{SigV4Error, verify::Dialect};

const FIRST: &str = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
const SECOND: &str = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
const LAST: &str = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";

fn example(body: &str) -> Request<Bytes> {
    let headers = [
        "Host: s3.amazonaws.com",
        "x-amz-date: 20130524T000000Z",
        "x-amz-storage-class: REDUCED_REDUNDANCY",
        "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "Content-Encoding: aws-chunked",
        "x-amz-decoded-content-length: 66560",
        "Content-Length: 66824",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
         SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,\
         Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    ];
    request("PUT", "/examplebucket/chunkObject.txt", &headers, body)
}

fn framed(chunks: &[(usize, &str)]) -> String {
    let frame = |(size, signature): &(usize, &str)| {
        let end = if *size == 0 { "" } else { "\r\n" };
        format!(
            "{size:x};chunk-signature={signature}\r\n{}{end}",
            "a".repeat(*size)
        )
    };
    chunks.iter().map(frame).collect::<String>() + "\r\n"
}

#[test]
fn every_chunk_must_be_the_signed_one_in_its_place() {
    let keys = keys(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        None,
    );
    let verified = |body: &str| {
        check(
            example(body),
            &keys,
            "s3",
            Dialect::S3,
            time("20130524T000000Z"),
        )
    };
    let good = framed(&[(65_536, FIRST), (1024, SECOND), (0, LAST)]);
    assert_eq!(good.len(), 66_824);
    let body = verified(&good).map(|verified| verified.request.into_body());
    assert_eq!(body, Ok(Bytes::from("a".repeat(66_560))));

    let malformed = SigV4Error::Malformed {
        part: "aws-chunked body",
    };
    for (name, body, want) in [
        (
            "a letter changed",
            good.replacen("aaaa\r\n", "aaab\r\n", 1),
            SigV4Error::Mismatch,
        ),
        (
            "chunks swapped",
            framed(&[(1024, SECOND), (65_536, FIRST), (0, LAST)]),
            SigV4Error::Mismatch,
        ),
        (
            "a chunk left out",
            framed(&[(65_536, FIRST), (0, LAST)]),
            SigV4Error::Mismatch,
        ),
        (
            "the end left out",
            framed(&[(65_536, FIRST), (1024, SECOND)]),
            malformed,
        ),
        (
            "a signature left out",
            good.replacen(&format!(";chunk-signature={SECOND}"), "", 1),
            SigV4Error::Malformed {
                part: "aws-chunked body",
            },
        ),
    ] {
        assert_eq!(verified(&body).err(), Some(want), "{name}");
    }
}
