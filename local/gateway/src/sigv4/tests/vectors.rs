//! Requests and signatures that AWS publishes: the Signature Version 4 test suite (service `service`) and the examples of S3's API reference.

use super::{check, keys, request, time};
use crate::sigv4::verify::Dialect;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

#[test]
fn the_test_suite_verifies() {
    let form = "Content-Type:application/x-www-form-urlencoded; charset=utf-8";
    let digest =
        "x-amz-content-sha256:9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e";
    let token = format!("X-Amz-Security-Token:{TOKEN}");
    #[rustfmt::skip]
    let vectors = [
        ("get-vanilla", "GET", "/", vec![], "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("get-vanilla-query-order-encoded", "GET", "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1", vec![], "", "host;x-amz-date", "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
        ("get-header-value-trim", "GET", "/", vec!["My-Header1: value1", "My-Header2: \"a   b   c\""], "", "host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        ("get-header-key-duplicate", "GET", "/", vec!["My-Header1:value2", "My-Header1:value2", "My-Header1:value1"], "", "host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
        ("post-x-www-form-urlencoded-parameters", "POST", "/", vec![form, "Content-Length:13", digest], "Param1=value1", "content-length;content-type;host;x-amz-content-sha256;x-amz-date", "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"),
        ("get-vanilla-with-session-token", "GET", "/", vec![token.as_str()], "", "host;x-amz-date;x-amz-security-token", "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
    ];
    for (name, method, uri, headers, body, signed, signature) in vectors {
        let authorization = format!(
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signed}, Signature={signature}"
        );
        let common = [
            "Host:example.amazonaws.com",
            "X-Amz-Date:20150830T123600Z",
            &authorization,
        ];
        let request = request(method, uri, &[common.as_slice(), &headers].concat(), body);
        let keys = keys(
            "AKIDEXAMPLE",
            SECRET,
            headers.contains(&token.as_str()).then_some(TOKEN),
        );
        let verified = check(
            request,
            &keys,
            "service",
            Dialect::Json,
            time("20150830T123600Z"),
        );
        assert!(verified.is_ok(), "{name}: {:?}", verified.err());
    }
}

/// "Examples: Signature Calculations in AWS Signature Version 4" and "Authenticating Requests: Using Query Parameters" in S3's API reference.
#[test]
fn the_examples_of_s3_verify() {
    const EMPTY: &str =
        "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let host = "Host: examplebucket.s3.amazonaws.com";
    let date = "x-amz-date:20130524T000000Z";
    let signed = |headers: &str, signature: &str| {
        format!(
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={headers},Signature={signature}"
        )
    };
    let get = signed(
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
    let put = signed(
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
    let list = signed(
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
    let put_headers = [
        host,
        "Date: Fri, 24 May 2013 00:00:00 GMT",
        date,
        "x-amz-storage-class: REDUCED_REDUNDANCY",
        "x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        put.as_str(),
    ];
    let presigned = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                     &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
                     &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let keys = keys(
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        None,
    );
    for (name, request) in [
        (
            "get object",
            request(
                "GET",
                "/test.txt",
                &[host, "Range: bytes=0-9", EMPTY, date, &get],
                "",
            ),
        ),
        (
            "put object",
            request(
                "PUT",
                "/test%24file.text",
                &put_headers,
                "Welcome to Amazon S3.",
            ),
        ),
        (
            "list objects",
            request(
                "GET",
                "/?max-keys=2&prefix=J",
                &[host, EMPTY, date, &list],
                "",
            ),
        ),
        ("presigned", request("GET", presigned, &[host], "")),
    ] {
        let verified = check(request, &keys, "s3", Dialect::S3, time("20130524T000000Z"));
        assert!(verified.is_ok(), "{name}: {:?}", verified.err());
    }
}
