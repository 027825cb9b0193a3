//! Amazon SES, version 2: operations are paths. Sending needs the identity in whose name it is done, and policies may ask for the sender.

use super::{Asked, Need, Required, Unmapped};

/// The one operation that is served.
pub(super) const SEND: &str = "SendEmail";

/// The operation, or method and path where it is another one.
pub(super) fn operation<T>(request: &http::Request<T>) -> String {
    let (method, path) = (request.method(), request.uri().path());
    if method == http::Method::POST && path == "/v2/email/outbound-emails" {
        SEND.to_owned()
    } else {
        format!("{method} {path}")
    }
}

pub(super) fn required(asked: Asked<'_>) -> Result<Required, Unmapped> {
    let from = address(asked.text("FromEmailAddress")?);
    let verified = asked.place.mail_identity.as_deref();
    let domain = from.split_once('@').map(|(_, domain)| domain);
    // An address that is no identity itself is sent from in the name of its domain.
    let identity = verified
        .filter(|verified| Some(*verified) == domain)
        .unwrap_or(from);
    Ok(asked.requires(vec![Need {
        action: format!("ses:{SEND}"),
        resource: asked.place.arn("ses", &format!("identity/{identity}")),
        context: vec![("ses:FromAddress", from.to_owned())],
    }]))
}

/// Without the name that may stand before it: `Shop <face@shop.example>`.
fn address(from: &str) -> &str {
    from.rsplit_once('<')
        .and_then(|(_, rest)| rest.strip_suffix('>'))
        .unwrap_or(from)
}
