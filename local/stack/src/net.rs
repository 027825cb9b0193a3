//! HTTP on 127.0.0.1: connections, the check of the Host header, bodies of limited size.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use face_login_local_gateway::ConnectionReset;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// An answer in the making, or the wish to cut the connection.
pub(crate) type Answer =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, ConnectionReset>> + Send>>;

/// What stands behind a listener.
pub(crate) type Service = Arc<dyn Fn(Request<Incoming>) -> Answer + Send + Sync>;

/// Serves until `stop` changes; running requests are finished.
pub(crate) async fn serve(listener: TcpListener, service: Service, mut stop: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(&service), stop.clone()));
            }
            Err(error) => tracing::warn!(error = %error, "a connection could not be accepted"),
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, service: Service, mut stop: watch::Receiver<()>) {
    let handler = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move {
            answer(service, request)
                .await
                .map(|response| response.map(Full::new))
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), handler);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %error, "a connection ended early");
    }
}

async fn answer(
    service: Service,
    request: Request<Incoming>,
) -> Result<Response<Bytes>, ConnectionReset> {
    if is_for_this_machine(&request) {
        service(request).await
    } else {
        Ok(misdirected())
    }
}

/// A web site whose name leads to 127.0.0.1 must not reach the stack.
fn is_for_this_machine<B>(request: &Request<B>) -> bool {
    let named = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let only_one = hosts.next().is_some() && hosts.next().is_none();
    let name = named.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    only_one && matches!(name, Some("127.0.0.1" | "localhost"))
}

fn misdirected() -> Response<Bytes> {
    text(
        StatusCode::MISDIRECTED_REQUEST,
        "The local stack answers to 127.0.0.1 and localhost only.",
    )
}

/// A plain answer.
pub(crate) fn text(status: StatusCode, body: &'static str) -> Response<Bytes> {
    with_type(
        status,
        "text/plain; charset=utf-8",
        Bytes::from_static(body.as_bytes()),
    )
}

/// An answer in JSON that nobody keeps.
pub(crate) fn json(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    let mut response = with_type(status, "application/json", Bytes::from(body.to_string()));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(crate) fn with_type(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Reads the whole body; past `most` bytes the answer is 413.
pub(crate) async fn read_body(
    request: Request<Incoming>,
    most: usize,
) -> Result<Request<Bytes>, Response<Bytes>> {
    let (head, body) = request.into_parts();
    match Limited::new(body, most).collect().await {
        Ok(body) => Ok(Request::from_parts(head, body.to_bytes())),
        Err(_) => Err(text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The request is too large, or ended early.",
        )),
    }
}

/// Turns a future into an answer that never fails.
pub(crate) fn always(future: impl Future<Output = Response<Bytes>> + Send + 'static) -> Answer {
    Box::pin(async move { Ok(future.await) })
}

/// Text inside XML and HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::is_for_this_machine;

    #[test]
    fn only_the_machines_own_names_are_answered() {
        for (host, want) in [
            (Some("127.0.0.1:8080"), true),
            (Some("localhost"), true),
            (Some("localhost:1"), true),
            (Some("evil.example:8080"), false),
            (Some("127.0.0.1.evil.example"), false),
            (Some("[::1]:8080"), false),
            (Some(""), false),
            (None, false),
        ] {
            let mut request = Request::builder().uri("/");
            if let Some(host) = host {
                request = request.header("host", host);
            }
            assert_eq!(
                is_for_this_machine(&request.body(()).unwrap()),
                want,
                "{host:?}"
            );
        }
        let twice = Request::builder()
            .header("host", "localhost")
            .header("host", "evil.example")
            .body(())
            .unwrap();
        assert!(!is_for_this_machine(&twice));
    }
}
