//! Amazon SES, version 2, as far as functions send one plain mail: into the inbox.

use std::sync::Arc;

use bytes::Bytes;
use face_login_local_gateway::{Backend, BackendFuture, Clock, Principal, bare_address};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::inbox::{Inbox, Sent};
use crate::net;

/// SES behind the gateway.
pub(crate) struct Ses {
    /// The address or domain that is verified.
    identity: Option<String>,
    inbox: Arc<Inbox>,
    clock: Clock,
}

/// Why a mail is not sent.
#[derive(Debug, PartialEq, Eq)]
enum Unsent {
    /// A member that is not served, or has no such value.
    Bad(String),
    /// The sender is not verified.
    Rejected(String),
    /// The inbox failed.
    Failed,
}

/// What a request asks to send.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    from: String,
    to: Vec<String>,
    subject: String,
    body: String,
    purpose: String,
}

impl Ses {
    pub(crate) fn new(identity: Option<&str>, inbox: Arc<Inbox>, clock: Clock) -> Self {
        Self {
            identity: identity.map(str::to_owned),
            inbox,
            clock,
        }
    }

    fn send(&self, body: &[u8]) -> Result<Value, Unsent> {
        let value = serde_json::from_slice(body)
            .map_err(|_| Unsent::Bad("the body is no JSON".to_owned()))?;
        let asked = read(&value)?;
        let bare = bare_address(&asked.from);
        let domain = bare.split_once('@').map(|(_, domain)| domain);
        let verified = self.identity.as_deref();
        if verified.is_none() || (verified != Some(bare) && verified != domain) {
            return Err(Unsent::Rejected(format!(
                "Email address is not verified. The following identities failed the check in region US-EAST-1: {bare}"
            )));
        }
        for to in asked.to {
            let sent = Sent {
                to,
                subject: asked.subject.clone(),
                body: asked.body.clone(),
                purpose: asked.purpose.clone(),
                at: (self.clock)(),
            };
            self.inbox.keep_sent(&sent).map_err(|error| {
                tracing::error!(error = %error, "a mail was lost");
                Unsent::Failed
            })?;
        }
        Ok(json!({"MessageId": crate::random::uuid()}))
    }
}

impl Backend for Ses {
    fn handle<'a>(&'a self, request: Request<Bytes>, _: &'a Principal) -> BackendFuture<'a> {
        Box::pin(async move {
            match self.send(request.body()) {
                Ok(answer) => net::json(StatusCode::OK, &answer),
                Err(Unsent::Bad(text)) => {
                    refusal(StatusCode::BAD_REQUEST, "BadRequestException", &text)
                }
                Err(Unsent::Rejected(text)) => {
                    refusal(StatusCode::BAD_REQUEST, "MessageRejected", &text)
                }
                Err(Unsent::Failed) => refusal(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "InternalFailure",
                    "Internal failure",
                ),
            }
        })
    }
}

fn refusal(status: StatusCode, code: &'static str, message: &str) -> Response<Bytes> {
    let mut response = net::json(status, &json!({"message": message}));
    response
        .headers_mut()
        .insert("x-amzn-errortype", HeaderValue::from_static(code));
    response
}

/// A plain mail to addresses; every other member is refused by name.
fn read(request: &Value) -> Result<Asked, Unsent> {
    members(
        request,
        "",
        &["FromEmailAddress", "Destination", "Content", "EmailTags"],
    )?;
    let destination = members(&request["Destination"], "Destination", &["ToAddresses"])?;
    let to = destination
        .get("ToAddresses")
        .and_then(Value::as_array)
        .filter(|list| !list.is_empty());
    let to: Option<Vec<String>> = to.and_then(|list| {
        let text = |to: &Value| to.as_str().map(str::to_owned);
        list.iter().map(text).collect()
    });
    members(&request["Content"], "Content", &["Simple"])?;
    let simple = &request["Content"]["Simple"];
    members(simple, "Content.Simple", &["Subject", "Body"])?;
    let body = &simple["Body"];
    members(body, "Content.Simple.Body", &["Text"])?;
    Ok(Asked {
        from: text(&request["FromEmailAddress"], "FromEmailAddress")?,
        to: to.ok_or_else(|| needs("Destination.ToAddresses"))?,
        subject: data(&simple["Subject"], "Content.Simple.Subject")?,
        body: data(&body["Text"], "Content.Simple.Body.Text")?,
        purpose: purpose(&request["EmailTags"])?,
    })
}

fn data(value: &Value, path: &str) -> Result<String, Unsent> {
    members(value, path, &["Data", "Charset"])?;
    text(&value["Data"], &format!("{path}.Data"))
}

fn purpose(tags: &Value) -> Result<String, Unsent> {
    let mut purpose = "Mail".to_owned();
    if tags.is_null() {
        return Ok(purpose);
    }
    for tag in tags.as_array().ok_or_else(|| needs("EmailTags"))? {
        members(tag, "EmailTags[]", &["Name", "Value"])?;
        let value = text(&tag["Value"], "EmailTags[].Value")?;
        if text(&tag["Name"], "EmailTags[].Name")? == "purpose" {
            purpose = value;
        }
    }
    Ok(purpose)
}

fn text(value: &Value, path: &str) -> Result<String, Unsent> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| needs(path))
}

/// The members of an object at this path, if it has no other ones than these.
fn members<'a>(
    value: &'a Value,
    path: &str,
    names: &[&str],
) -> Result<&'a Map<String, Value>, Unsent> {
    let members = value.as_object().ok_or_else(|| needs(path))?;
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => {
            let at = if path.is_empty() { "" } else { "." };
            Err(Unsent::Bad(format!(
                "parameter {path}{at}{name} is not supported by the local stack"
            )))
        }
        None => Ok(members),
    }
}

fn needs(path: &str) -> Unsent {
    Unsent::Bad(format!("SendEmail needs `{path}`"))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn mail() -> Value {
        json!({
            "FromEmailAddress": "Shop <face@shop.example>",
            "Destination": {"ToAddresses": ["a@b.example"]},
            "Content": {"Simple": {"Subject": {"Data": "S", "Charset": "UTF-8"}, "Body": {"Text": {"Data": "B"}}}},
            "EmailTags": [{"Name": "purpose", "Value": "Claim"}],
        })
    }

    fn ses(identity: Option<&str>) -> (tempfile::TempDir, Arc<Inbox>, Ses) {
        let dir = tempfile::tempdir().unwrap();
        let inbox = Arc::new(Inbox::open(dir.path()).unwrap());
        let ses = Ses::new(identity, Arc::clone(&inbox), Arc::new(|| UNIX_EPOCH));
        (dir, inbox, ses)
    }

    #[test]
    fn a_mail_arrives_with_its_purpose_if_the_sender_is_verified() {
        for (identity, arrives) in [
            (Some("shop.example"), true),
            (Some("face@shop.example"), true),
            (Some("example"), false),
            (Some("other@shop.example"), false),
            (None, false),
        ] {
            let (_dir, inbox, ses) = ses(identity);
            let sent = ses.send(mail().to_string().as_bytes());
            let rejected = matches!(sent, Err(Unsent::Rejected(_)));
            assert_eq!(
                (sent.is_ok(), rejected),
                (arrives, !arrives),
                "{identity:?}"
            );
            let mails = inbox.list(Some("a@b.example")).unwrap();
            assert_eq!(mails.len(), usize::from(arrives));
            assert!(
                mails
                    .iter()
                    .all(|mail| mail["purpose"] == "Claim" && mail["body"] == "B")
            );
        }
    }

    #[test]
    fn whatever_else_may_be_asked_for_is_refused_by_name() {
        for (pointer, name) in [
            ("", "ConfigurationSetName"),
            ("/Destination", "CcAddresses"),
            ("/Content", "Template"),
            ("/Content/Simple", "Headers"),
            ("/Content/Simple/Body", "Html"),
            ("/Content/Simple/Subject", "Language"),
            ("/EmailTags/0", "Colour"),
        ] {
            let mut request = mail();
            request.pointer_mut(pointer).unwrap()[name] = json!("x");
            let Err(Unsent::Bad(text)) = read(&request) else {
                panic!("{name} is taken");
            };
            assert!(text.contains(name), "{text}");
        }
        for gone in [
            "/FromEmailAddress",
            "/Destination/ToAddresses",
            "/Content/Simple/Body/Text/Data",
        ] {
            let mut request = mail();
            *request.pointer_mut(gone).unwrap() = Value::Null;
            assert!(matches!(read(&request), Err(Unsent::Bad(_))), "{gone}");
        }
    }
}
