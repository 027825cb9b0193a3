//! Traces for AWS X-Ray: what a run waited for, each call a subsegment of the segment that Lambda makes of the run. They go to the daemon that Lambda
//! runs beside a function whose tracing is active; everywhere else nothing is sent. A subsegment holds the service's name and two times.
//!
//! Source: AWS X-Ray Developer Guide, "Sending trace data to X-Ray" (daemon) and "X-Ray segment documents"; Lambda Developer Guide, "Defined runtime
//! environment variables".

use std::net::UdpSocket;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use face_login_domain::figures::Time;
use serde_json::{Value, json};

/// What the daemon wants before each document.
const HEADER: &str = r#"{"format": "json", "version": 1}"#;

/// Sends what a run waited for that ends now, if somebody asked for its trace. What can't be sent is lost: a trace is never a reason to fail.
pub(crate) fn send(
    waits: &[(Time, Instant, Instant)],
    (end, now): (Instant, SystemTime),
    lookup: impl Fn(&str) -> Option<String>,
) {
    let parent = lookup("_X_AMZN_TRACE_ID").and_then(|text| Parent::sampled(&text));
    let (Some(parent), Some(daemon)) = (parent, lookup("AWS_XRAY_DAEMON_ADDRESS")) else {
        return;
    };
    let Ok(socket) = UdpSocket::bind("0.0.0.0:0") else {
        return;
    };
    for document in documents(&parent, waits, (end, now)) {
        let _ = socket.send_to(format!("{HEADER}\n{document}").as_bytes(), &daemon);
    }
}

/// The segment of the run.
#[derive(Debug, PartialEq, Eq)]
struct Parent {
    trace: String,
    segment: u64,
}

impl Parent {
    /// Of a tracing header (`Root=…;Parent=…;Sampled=1`); `None` where the trace is not kept.
    fn sampled(header: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut parts = header.split(';').filter_map(|part| part.split_once('='));
            parts
                .find(|(key, _)| key.trim() == name)
                .map(|(_, value)| value)
        };
        let segment = u64::from_str_radix(value("Parent")?, 16).ok()?;
        let trace = value("Root")?.to_owned();
        (value("Sampled")? == "1").then_some(Self { trace, segment })
    }
}

fn documents(
    parent: &Parent,
    waits: &[(Time, Instant, Instant)],
    (end, now): (Instant, SystemTime),
) -> Vec<Value> {
    let seconds = |at: Instant| {
        let at = now.checked_sub(end.saturating_duration_since(at));
        let since = at.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        since.unwrap_or(Duration::ZERO).as_secs_f64()
    };
    let mut documents = Vec::with_capacity(waits.len());
    for (service, from, to) in waits {
        let Some(name) = name(*service) else { continue };
        // Segments have random numbers; the ones after it are as good as random, and no other run has them.
        let number = documents.len() as u64 + 1;
        documents.push(json!({
            "type": "subsegment",
            "trace_id": parent.trace,
            "parent_id": format!("{:016x}", parent.segment),
            "id": format!("{:016x}", parent.segment.wrapping_add(number)),
            "name": name,
            "namespace": "aws",
            "start_time": seconds(*from),
            "end_time": seconds(*to),
        }));
    }
    documents
}

/// As the AWS SDKs name services in traces.
fn name(service: Time) -> Option<&'static str> {
    match service {
        Time::Rekognition => Some("Rekognition"),
        Time::DynamoDb => Some("DynamoDB"),
        Time::S3 => Some("S3"),
        Time::UserPool => Some("CognitoIdentityProvider"),
        Time::Mail => Some("SESv2"),
        Time::Own | Time::Whole => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[test]
    fn only_sampled_traces_are_told() {
        let parent = Parent::sampled(TRACE).unwrap();
        assert_eq!(parent.trace, "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(parent.segment, 0x5399_5c3f_42cd_8ad8);
        let lineage = format!("{TRACE};Lineage=a87bd80c:0|68fd508a:5");
        assert_eq!(Parent::sampled(&lineage).as_ref(), Some(&parent));
        for header in [
            "",
            "Root=1-2-3;Sampled=1",
            "Root=1-2-3;Parent=53995c3f42cd8ad8",
            "Parent=53995c3f42cd8ad8;Sampled=1",
            "Root=1-2-3;Parent=me;Sampled=1",
            &TRACE.replace("Sampled=1", "Sampled=0"),
        ] {
            assert_eq!(Parent::sampled(header), None, "{header}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    fn the_daemon_hears_of_what_is_sampled_and_of_nothing_else() {
        let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
        daemon
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let address = daemon.local_addr().unwrap().to_string();
        let now = Instant::now();
        let tell = |service: Time, header: String| {
            send(
                &[(service, now, now)],
                (now, UNIX_EPOCH),
                |name| match name {
                    "AWS_XRAY_DAEMON_ADDRESS" => Some(address.clone()),
                    _ => Some(header.clone()),
                },
            );
        };
        tell(Time::S3, TRACE.replace("Sampled=1", "Sampled=0"));
        tell(Time::DynamoDb, TRACE.to_owned());
        let mut datagram = [0; 4096];
        let length = daemon.recv(&mut datagram).unwrap();
        let text = std::str::from_utf8(&datagram[..length]).unwrap();
        let (header, document) = text.split_once('\n').unwrap();
        assert_eq!(header, r#"{"format": "json", "version": 1}"#);
        let document: Value = serde_json::from_str(document).unwrap();
        assert_eq!(
            document["name"], "DynamoDB",
            "the first one was not to be kept"
        );
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "any instant will do")]
    fn a_wait_is_a_subsegment_with_the_times_of_the_clock() {
        let (from, at) = (Instant::now(), Duration::from_millis);
        let waits = [
            (Time::DynamoDb, from, from + at(500)),
            (Time::Own, from, from + at(500)),
            (Time::Rekognition, from + at(500), from + at(1000)),
        ];
        let parent = Parent::sampled(TRACE).unwrap();
        let end = (from + at(2000), UNIX_EPOCH + at(10_000));
        let told = documents(&parent, &waits, end);
        assert_eq!(told.len(), 2, "own time is no service");
        assert_eq!(
            told[1],
            json!({
                "type": "subsegment", "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "parent_id": "53995c3f42cd8ad8", "id": "53995c3f42cd8ada",
                "name": "Rekognition", "namespace": "aws", "start_time": 8.5, "end_time": 9.0,
            })
        );
        assert_ne!(told[0]["id"], told[1]["id"]);
        assert_eq!(
            documents(
                &Parent {
                    trace: String::new(),
                    segment: u64::MAX
                },
                &waits,
                end
            )[0]["id"],
            "0000000000000000"
        );
    }
}
