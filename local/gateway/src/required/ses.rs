//! Amazon SES, version 2: operations are paths. Sending needs the identity in whose name it is done, and policies may ask for the sender.

use super::{Asked, Need, Required, Unmapped};

/// The one operation that is served.
const SEND: &str = "SendEmail";

pub(super) fn operation<T>(request: &http::Request<T>) -> Result<&'static str, Unmapped> {
    let (method, path) = (request.method(), request.uri().path());
    if method == http::Method::POST && path == "/v2/email/outbound-emails" {
        Ok(SEND)
    } else {
        Err(Unmapped::UnknownOperation {
            operation: format!("{method} {path}"),
        })
    }
}

pub(super) fn required(asked: Asked<'_>) -> Result<Required, Unmapped> {
    let from = bare_address(asked.text("FromEmailAddress")?);
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

/// A sender without the name that may stand before it: `face@shop.example` of `Shop <face@shop.example>`.
pub fn bare_address(from: &str) -> &str {
    from.rsplit_once('<')
        .and_then(|(_, rest)| rest.strip_suffix('>'))
        .unwrap_or(from)
}
