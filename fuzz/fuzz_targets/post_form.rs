//! Multipart bodies of POST forms, over a connection as a browser has one: read or refused, never more than allowed kept.
#![no_main]

#[expect(dead_code, reason = "whole modules, as the local S3 has them")]
#[path = "../../local/stack/src/s3"]
mod s3 {
    pub mod failure;
    pub mod form;
}

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use libfuzzer_sys::fuzz_target;
use s3::form::{Content, Form};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// More than the fields may take and less than the file below, so that both limits are met.
const MOST: u64 = 1000;

fuzz_target!(|body: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(exchange(body));
});

async fn exchange(body: &[u8]) {
    let (mut browser, server) = tokio::io::duplex(1 << 16);
    let head = format!(
        "POST / HTTP/1.1\r\nhost: s3\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let service = service_fn(async |request| {
        if let Ok(mut form) = Form::read(request).await
            && let Ok(Content::Whole(file)) = form.content(MOST).await
        {
            assert!(file.len() as u64 <= MOST);
        }
        Ok::<_, Infallible>(http::Response::new(Empty::<Bytes>::new()))
    });
    let serve = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(server), service);
    let send = async {
        let _ = browser.write_all(head.as_bytes()).await;
        let _ = browser.write_all(body).await;
        let mut answer = Vec::new();
        let _ = browser.read_to_end(&mut answer).await;
    };
    let _ = tokio::join!(serve, send);
}
