//! One request with its answer, held against the model.

use std::fmt;

use serde_json::Value;

use crate::judge::{Flaw, Null, flaws};
use crate::model::{Model, Models, Operation};

/// Errors that every service of the JSON protocol may answer with, whatever the operation, and their HTTP statuses ("Common errors" in each
/// API reference). The request did not reach the operation.
const COMMON: [(&str, u16); 13] = [
    ("AccessDeniedException", 400),
    ("ExpiredTokenException", 400),
    ("IncompleteSignatureException", 400),
    ("InternalFailure", 500),
    ("InvalidClientTokenId", 403),
    ("InvalidSignatureException", 400),
    ("MissingAuthenticationTokenException", 400),
    ("SerializationException", 400),
    ("ServiceUnavailable", 503),
    ("ThrottlingException", 400),
    ("UnknownOperationException", 400),
    ("UnrecognizedClientException", 400),
    ("ValidationException", 400),
];

/// Where the service's own answers break its model: end of the path and what is said of it. `DescribeUserPool` lists the standard attribute
/// `phone_number_verified`, which has 21 characters, under a shape made for the names of custom ones.
const AWS_BREAKS_IT: [(&str, &str); 1] =
    [("SchemaAttributes[].Name", "has more than 20 characters")];

/// A request of the JSON protocol and what was answered.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    /// Name in credential scopes, `dynamodb`.
    pub service: &'a str,
    /// As `X-Amz-Target` names it.
    pub operation: &'a str,
    /// Body of the request.
    pub request: &'a [u8],
    /// What was answered.
    pub answer: Answer<'a>,
}

/// What of an answer is held against the model.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`
    pub content_type: &'a str,
    /// `x-amzn-requestid`
    pub request_id: &'a str,
    /// `x-amzn-errortype`, of errors.
    pub error_type: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// Which side of an exchange breaks the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The service did what it should have refused.
    Request,
    /// The service answered as AWS never does.
    Answer,
    /// The service refused as AWS never does.
    Error,
}

/// One way in which an exchange breaks the model. Holds no values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// `cognito-idp`
    pub service: String,
    /// `SignUp`
    pub operation: String,
    /// Whose it is.
    pub side: Side,
    /// `Users[].Attributes[].Name`; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Request => "accepted a request in which",
            Side::Answer => "answered, but",
            Side::Error => "refused, but",
        };
        let path = if self.path.is_empty() {
            "it"
        } else {
            &self.path
        };
        write!(
            f,
            "{}:{} {side} {path} {}",
            self.service, self.operation, self.problem
        )
    }
}

impl Models {
    /// Every way in which the exchange breaks the service's model. A request that breaks it is none where it was refused.
    pub fn judge(&self, exchange: &Exchange<'_>) -> Vec<Breach> {
        let Some(model) = self.service(exchange.service) else {
            return Vec::new();
        };
        let mut breaches = Vec::new();
        let mut note = |side, flaws: Vec<Flaw>| {
            breaches.extend(flaws.into_iter().map(|Flaw { path, problem }| Breach {
                service: exchange.service.to_owned(),
                operation: exchange.operation.to_owned(),
                side,
                path,
                problem,
            }));
        };
        let operation = model.operations.get(exchange.operation);
        match (exchange.answer.status, operation) {
            (200..=299, None) => note(
                Side::Answer,
                vec![whole("is of an operation that is not in the model")],
            ),
            (200..=299, Some(operation)) => {
                note(Side::Request, accepted(model, operation, exchange.request));
                note(Side::Answer, answered(model, operation, &exchange.answer));
            }
            _ => note(Side::Error, refused(model, operation, &exchange.answer)),
        }
        breaches
    }
}

fn whole(problem: impl Into<String>) -> Flaw {
    Flaw {
        path: String::new(),
        problem: problem.into(),
    }
}

fn accepted(model: &Model, operation: &Operation, request: &[u8]) -> Vec<Flaw> {
    match (&operation.input, serde_json::from_slice::<Value>(request)) {
        (_, Err(_)) => vec![whole("is not JSON")],
        (Some(input), Ok(request)) => flaws(model, &input.shape, &request, Null::Absent),
        (None, Ok(_)) => Vec::new(),
    }
}

fn answered(model: &Model, operation: &Operation, answer: &Answer<'_>) -> Vec<Flaw> {
    let mut found = outside(model, answer);
    let status = operation.http.response_code.unwrap_or(200);
    if answer.status != status {
        found.push(whole(format!(
            "has the status {}, not {status}",
            answer.status
        )));
    }
    match (
        &operation.output,
        serde_json::from_slice::<Value>(answer.body),
    ) {
        (Some(output), Ok(body)) => {
            let mut flaws = flaws(model, &output.shape, &body, Null::Wrong);
            flaws.retain(|flaw| {
                !AWS_BREAKS_IT
                    .iter()
                    .any(|(end, problem)| flaw.path.ends_with(end) && flaw.problem == *problem)
            });
            found.extend(flaws);
        }
        (Some(_), Err(_)) => found.push(whole("is not JSON")),
        (None, _) if answer.body.is_empty() || answer.body == b"{}" => {}
        (None, _) => found.push(whole("has a body, and the operation has no answer")),
    }
    found
}

fn refused(model: &Model, operation: Option<&Operation>, answer: &Answer<'_>) -> Vec<Flaw> {
    let mut found = outside(model, answer);
    let Ok(Value::Object(mut body)) = serde_json::from_slice::<Value>(answer.body) else {
        found.push(whole("is not a JSON object"));
        return found;
    };
    let told = body.remove("__type");
    let code = told
        .as_ref()
        .and_then(Value::as_str)
        .map(|told| told.rsplit('#').next().unwrap_or(told));
    let Some(code) = code else {
        found.push(whole("names no error in `__type`"));
        return found;
    };
    if answer.error_type.split(':').next() != Some(code) {
        found.push(whole(format!(
            "has another error than {code} in x-amzn-errortype"
        )));
    }
    let declared =
        operation.is_some_and(|operation| operation.errors.iter().any(|error| error.shape == code));
    let shape = model.shape(code).filter(|_| declared);
    let common = COMMON.iter().find(|(name, _)| *name == code);
    let status = shape
        .map(crate::Shape::error_status)
        .or(common.map(|(_, status)| *status));
    match status {
        Some(status) if status != answer.status => {
            found.push(whole(format!(
                "has {code} with the status {}, not {status}",
                answer.status
            )));
        }
        Some(_) => {}
        None => found.push(whole(format!(
            "has {code}, which the operation does not declare"
        ))),
    }
    if !["message", "Message"]
        .iter()
        .any(|name| body.get(*name).is_some_and(Value::is_string))
    {
        found.push(whole("has no message"));
    }
    // The message is everybody's, and Rekognition adds two of its own to all errors: no shape lists them reliably.
    body.retain(|name, _| !["message", "Message", "Code", "Logref"].contains(&name.as_str()));
    match shape.filter(|_| !body.is_empty()) {
        Some(_) => found.extend(flaws(model, code, &Value::Object(body), Null::Wrong)),
        None if body.is_empty() => {}
        None => found.push(whole(format!("has members that {code} does not have"))),
    }
    found
}

/// What every answer of the protocol has.
fn outside(model: &Model, answer: &Answer<'_>) -> Vec<Flaw> {
    let version = model.metadata.json_version.as_deref().unwrap_or("1.1");
    let mut found = Vec::new();
    if answer.content_type != format!("application/x-amz-json-{version}") {
        found.push(whole(format!(
            "has a content type other than application/x-amz-json-{version}"
        )));
    }
    if answer.request_id.is_empty() {
        found.push(whole("has no x-amzn-requestid"));
    }
    found
}

#[cfg(test)]
mod tests;
