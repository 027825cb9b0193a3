//! Mails of the product's own, by Amazon SES: one operation, signed with the SDK's own signer. A client for all of SES would be another SDK in a
//! program that sends next to no mail; see `docs/adr/0025`.

use std::time::{Duration, UNIX_EPOCH};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::body::SdkBody;
use face_login_domain::{claim_mail::ClaimMail, post_form::dns_suffix, time::Timestamp};
use serde_json::{Value, json};

use crate::failure::BoxError;
use crate::http::{Connection, Http, HttpError};

const PATH: &str = "/v2/email/outbound-emails";
/// Limit of a single try.
const ATTEMPT: Duration = Duration::from_millis(1500);

/// Who sends, and by which service.
#[derive(Clone)]
pub struct Mailer {
    connection: Connection,
    http: Http,
    from: String,
}

/// A mail that is not known to be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The request could not be signed.
    #[error("signing a mail's request")]
    Sign(#[source] BoxError),
    /// It was not taken.
    #[error("handing a mail over")]
    Send(#[from] HttpError),
}

impl Mailer {
    /// `from` is a verified address, or one of a verified domain.
    pub fn new(connection: &Connection, from: String) -> Self {
        Self {
            connection: connection.clone(),
            http: Http::of(connection),
            from,
        }
    }

    /// Sends a mail to one address. Tried again, once, only where SES said that it did not send it: no answer may mean that it did.
    ///
    /// # Errors
    /// It may not have been sent.
    pub async fn send(&self, to: &str, mail: &ClaimMail, now: Timestamp) -> Result<(), MailError> {
        match self.attempt(to, mail, now).await {
            Err(MailError::Send(HttpError::Status(429 | 500..))) => {
                self.attempt(to, mail, now).await
            }
            ended => ended,
        }
    }

    async fn attempt(&self, to: &str, mail: &ClaimMail, now: Timestamp) -> Result<(), MailError> {
        let request = self.request(&self.content(to, mail), now)?;
        Ok(self.http.call(request, ATTEMPT).await?)
    }

    fn content(&self, to: &str, mail: &ClaimMail) -> Value {
        let text = |data: &str| json!({"Data": data, "Charset": "UTF-8"});
        json!({
            "FromEmailAddress": self.from,
            "Destination": {"ToAddresses": [to]},
            "Content": {"Simple": {"Subject": text(mail.subject), "Body": {"Text": text(&mail.body)}}},
            "EmailTags": [{"Name": "purpose", "Value": "Claim"}],
        })
    }

    fn request(&self, content: &Value, now: Timestamp) -> Result<Request, MailError> {
        let region = self.connection.region();
        let endpoint = self.connection.mail_endpoint().map_or_else(
            || format!("https://email.{region}.{}", dns_suffix(region)),
            str::to_owned,
        );
        let (url, body) = (format!("{endpoint}{PATH}"), content.to_string());
        let identity = self.connection.credentials().clone().into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("ses")
            .time(UNIX_EPOCH + Duration::from_millis(now.millis()))
            .settings(SigningSettings::default())
            .build()
            .map_err(unsigned)?
            .into();
        let headers = [("content-type", "application/json")];
        let signable = SignableRequest::new(
            "POST",
            url.as_str(),
            headers.into_iter(),
            SignableBody::Bytes(body.as_bytes()),
        )
        .map_err(unsigned)?;
        let (signature, _) = sign(signable, &params).map_err(unsigned)?.into_parts();
        let mut request = Request::new(SdkBody::from(body.as_str()));
        request.set_method("POST").map_err(unsigned)?;
        request.set_uri(url.as_str()).map_err(unsigned)?;
        let length = body.len().to_string();
        let mine = headers
            .into_iter()
            .chain([("content-length", length.as_str())]);
        for (name, value) in mine.chain(signature.headers()) {
            request
                .headers_mut()
                .insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }
}

fn unsigned(error: impl Into<BoxError>) -> MailError {
    MailError::Sign(error.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::stub::{Answer, Stub};

    fn mail() -> ClaimMail {
        ClaimMail {
            subject: "S",
            body: "B".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_mail_is_one_signed_request() {
        let stub = Stub::start(|_| Some(Answer::json(&json!({"MessageId": "m"})))).await;
        let mailer = Mailer::new(&stub.connection(), "face@shop.example".to_owned());
        let now = Timestamp::from_millis(1_800_000_000_000);
        mailer.send("a@b.example", &mail(), now).await.unwrap();
        let calls = stub.calls();
        let [call] = &calls[..] else {
            panic!("{} calls", calls.len())
        };
        assert_eq!(call.path, PATH);
        assert_eq!(call.json()["FromEmailAddress"], "face@shop.example");
        assert_eq!(
            call.json()["Destination"]["ToAddresses"],
            json!(["a@b.example"])
        );
        assert_eq!(
            call.json()["Content"]["Simple"]["Body"]["Text"]["Data"],
            "B"
        );
        let authorisation = call.header("authorization").unwrap();
        assert!(authorisation.contains("/20270115/"), "{authorisation}");
        assert!(
            authorisation.contains("/ses/aws4_request"),
            "{authorisation}"
        );
    }

    #[tokio::test]
    async fn only_what_was_certainly_not_sent_is_sent_again() {
        for (status, tries) in [(429, 2), (500, 2), (503, 2), (400, 1), (403, 1)] {
            let count = std::sync::Arc::new(Mutex::new(0));
            let counted = std::sync::Arc::clone(&count);
            let stub = Stub::start(move |_| {
                *counted.lock().unwrap() += 1;
                Some(Answer::status(status))
            })
            .await;
            let mailer = Mailer::new(&stub.connection(), "face@shop.example".to_owned());
            let now = Timestamp::from_millis(1_800_000_000_000);
            mailer.send("a@b.example", &mail(), now).await.unwrap_err();
            assert_eq!(*count.lock().unwrap(), tries, "{status}");
        }
    }
}
