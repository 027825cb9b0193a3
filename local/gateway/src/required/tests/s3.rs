//! S3, by method, path and headers.

use super::{needed, needs, place, s3_request};
use crate::{AwsService::S3, required::required};

#[test]
fn s3_requests_need_what_method_and_path_say() {
    let object = "arn:aws:s3:::photos/selfies/a b";
    let copy = Some(("x-amz-copy-source", "/photos/documents/a%20b"));
    let copied = [
        ("s3:GetObject", "arn:aws:s3:::photos/documents/a b"),
        ("s3:PutObject", "arn:aws:s3:::photos/kept/a"),
    ];
    #[rustfmt::skip]
    let cases = [
        ("GET", "/photos/selfies/a%20b?x-id=GetObject", None, needs(&[("s3:GetObject", object)])),
        ("HEAD", "/photos/selfies/a%20b", None, needs(&[("s3:GetObject", object)])),
        ("PUT", "/photos/selfies/a%20b", None, needs(&[("s3:PutObject", object)])),
        ("DELETE", "/photos/selfies/a%20b", None, needs(&[("s3:DeleteObject", object)])),
        ("PUT", "/photos/kept/a", copy, needs(&copied)),
        ("GET", "/photos?list-type=2&prefix=selfies%2F", None, needs(&[("s3:ListBucket", "arn:aws:s3:::photos")])),
        ("HEAD", "/photos/", None, needs(&[("s3:ListBucket", "arn:aws:s3:::photos")])),
        ("PUT", "/photos", None, needs(&[("s3:CreateBucket", "arn:aws:s3:::photos")])),
        ("GET", "/", None, needs(&[("s3:ListAllMyBuckets", "*")])),
    ];
    for (method, uri, header, want) in cases {
        assert_eq!(
            needed(required(S3, &s3_request(method, uri, header), &place())),
            Ok(want),
            "{method} {uri}"
        );
    }
}
