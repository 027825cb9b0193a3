//! Against AWS's published vectors, against the official signer, and against requests altered on the way.

mod altered;
mod chunked;
mod form;
mod official;
mod vectors;

use std::time::SystemTime;

use bytes::Bytes;
use http::Request;

use super::{
    SigV4Error,
    verify::{Dialect, Expectation, Verified, verify},
};
use crate::credentials::{Credentials, Keys};

/// A request from its parts; header lines as `name: value`.
fn request(method: &str, uri: &str, headers: &[&str], body: &str) -> Request<Bytes> {
    let mut builder = Request::builder().method(method).uri(uri);
    for line in headers {
        let (name, value) = line.split_once(':').expect("a header line");
        builder = builder.header(name, value.trim_start());
    }
    builder
        .body(Bytes::from(body.to_owned()))
        .expect("a request")
}

fn time(text: &str) -> SystemTime {
    super::timestamp::parse(text).expect("a time")
}

fn keys(access_key_id: &str, secret: &str, token: Option<&str>) -> Keys {
    Keys::new(Credentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: secret.to_owned(),
        session_token: token.map(str::to_owned),
    })
}

fn check(
    request: Request<Bytes>,
    keys: &Keys,
    service: &str,
    dialect: Dialect,
    now: SystemTime,
) -> Result<Verified, SigV4Error> {
    verify(
        request,
        keys,
        &Expectation {
            region: "us-east-1",
            service,
            dialect,
            now,
        },
    )
}
