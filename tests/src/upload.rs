//! Uploads by presigned POST form, as a browser sends them.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;

use crate::{
    challenge::Round,
    http::{Http, Reply},
};

const BOUNDARY: &str = "----face-login-acceptance-boundary";

/// A form that the server made for one photo.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it goes.
    pub url: String,
    /// Its fields, without the file.
    pub fields: BTreeMap<String, String>,
}

impl Form {
    /// The form of a round; `None` when the round invites no upload.
    pub fn of(round: &Round) -> Option<Self> {
        let url = round
            .parameters
            .get("uploadUrl")
            .filter(|url| !url.is_empty())?
            .clone();
        let fields = serde_json::from_str(round.parameter("uploadFields"))
            .expect("uploadFields is a JSON object of strings");
        Some(Self { url, fields })
    }

    /// The same form with one field changed.
    #[must_use]
    pub fn with(mut self, field: &str, value: &str) -> Self {
        assert!(
            self.fields
                .insert(field.to_owned(), value.to_owned())
                .is_some(),
            "the form has no field {field}"
        );
        self
    }

    /// The same form with one field left out.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        assert!(
            self.fields.remove(field).is_some(),
            "the form has no field {field}"
        );
        self
    }

    /// Sends the form with `photo` as its last part.
    pub async fn send(&self, http: &Http, origin: &str, photo: &[u8]) -> Reply {
        http.send(self.request(origin, photo)).await
    }

    /// The request that [`Self::send`] sends.
    pub fn request(&self, origin: &str, photo: &[u8]) -> Request<Bytes> {
        Request::post(&self.url)
            .header("origin", origin)
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(self.body(photo))
            .expect("a POST to the form's address")
    }

    fn body(&self, photo: &[u8]) -> Bytes {
        let mut body = Vec::with_capacity(photo.len() + 4096);
        for (name, value) in &self.fields {
            body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
        }
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg";
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(photo);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        body.into()
    }
}
