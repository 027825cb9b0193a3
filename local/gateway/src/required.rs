//! From a request to the permissions it needs: the operation, and each (action, resource) that the caller's role must allow.

mod cognito;
mod dynamodb;
mod rekognition;
mod s3;
mod ses;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use serde_json::Value;

use crate::{AwsService, Principal};

pub use ses::bare_address;

/// One permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `dynamodb:GetItem`.
    pub action: String,
    /// An ARN, or `*` for actions that know no resources.
    pub resource: String,
    /// What conditions of policies may ask about the request: keys with their values.
    pub context: Vec<(&'static str, String)>,
}

/// What a request asks for. All needs must be allowed; none means that nobody has to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    /// The operation as AWS names it.
    pub operation: String,
    /// Each permission that it takes.
    pub needs: Vec<Need>,
}

/// Why a request can't be mapped to permissions. It is then refused: an operation that nobody judged must not run.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unmapped {
    #[error("the request names no operation")]
    NoOperation,
    #[error("the operation {operation} is not served here")]
    UnknownOperation { operation: String },
    #[error("the body is no JSON object")]
    NotJson,
    #[error("{operation} needs `{field}`")]
    MissingField {
        operation: String,
        field: &'static str,
    },
    #[error("{feature} is not served here")]
    NotServed { feature: String },
    #[error("the address is no bucket and key that can be stored here")]
    BadAddress,
}

/// Where the stack pretends to be: the middle of every ARN.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) partition: String,
    pub(crate) region: String,
    pub(crate) account_id: String,
    /// The one identity (address or domain) in whose name SES sends; `None` where none is verified.
    pub(crate) mail_identity: Option<String>,
}

impl Place {
    fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{resource}",
            self.partition, self.region, self.account_id
        )
    }

    /// Who calls, as refusals name them.
    pub(crate) fn caller(&self, caller: &Principal) -> String {
        let Self {
            partition,
            account_id,
            ..
        } = self;
        let name = caller.label();
        match caller {
            Principal::Anonymous => "anonymous".to_owned(),
            Principal::Function { .. } => {
                format!("arn:{partition}:sts::{account_id}:assumed-role/{name}/{name}")
            }
            Principal::Admin | Principal::Service(_) => {
                format!("arn:{partition}:iam::{account_id}:user/{name}")
            }
        }
    }
}

/// The operation that a request names, also where it can't be mapped: for the call log.
pub(crate) fn operation_named<T>(service: AwsService, request: &http::Request<T>) -> String {
    match service {
        AwsService::S3 => s3::operation(request).unwrap_or_default().to_owned(),
        AwsService::Ses => match ses::operation(request) {
            Ok(operation) => operation.to_owned(),
            Err(Unmapped::UnknownOperation { operation }) => operation,
            Err(_) => String::new(),
        },
        _ => target(service, request).unwrap_or_default().to_owned(),
    }
}

/// Whether the request may come without a signature: then the permissions that it needs; `None` where it must be signed.
pub(crate) fn unsigned(service: AwsService, request: &http::Request<Bytes>) -> Option<Required> {
    match service {
        AwsService::CognitoIdp if request.method() == http::Method::GET => Some(Required {
            operation: "WellKnown".to_owned(),
            needs: Vec::new(),
        }),
        AwsService::CognitoIdp => target(service, request)
            .filter(|operation| cognito::is_unsigned(operation))
            .map(|operation| Required {
                operation: operation.to_owned(),
                needs: Vec::new(),
            }),
        _ => None,
    }
}

/// The permissions that a signed request needs.
pub(crate) fn required(
    service: AwsService,
    request: &http::Request<Bytes>,
    place: &Place,
) -> Result<Required, Unmapped> {
    let operation = match service {
        AwsService::S3 => return s3::required(request, place),
        AwsService::Ses => ses::operation(request)?,
        _ => target(service, request).ok_or(Unmapped::NoOperation)?,
    };
    let body: Value = serde_json::from_slice(request.body()).map_err(|_| Unmapped::NotJson)?;
    if !body.is_object() {
        return Err(Unmapped::NotJson);
    }
    let asked = Asked {
        operation,
        body: &body,
        place,
    };
    match service {
        AwsService::DynamoDb => dynamodb::required(asked),
        AwsService::Rekognition => rekognition::required(asked),
        AwsService::Ses => ses::required(asked),
        AwsService::CognitoIdp => cognito::required(asked),
        AwsService::S3 => Err(Unmapped::NoOperation),
    }
}

/// The operation of the JSON protocols: the header `X-Amz-Target`, behind the service's own prefix. Two such headers name none: the back end
/// might take the other one.
fn target<T>(service: AwsService, request: &http::Request<T>) -> Option<&str> {
    let prefix = match service {
        AwsService::CognitoIdp => "AWSCognitoIdentityProviderService.",
        AwsService::DynamoDb => "DynamoDB_20120810.",
        AwsService::Rekognition => "RekognitionService.",
        AwsService::S3 | AwsService::Ses => return None,
    };
    if request.method() != http::Method::POST || request.uri().path() != "/" {
        return None;
    }
    let mut targets = request.headers().get_all("x-amz-target").iter();
    let (Some(target), None) = (targets.next(), targets.next()) else {
        return None;
    };
    target.to_str().ok()?.strip_prefix(prefix)
}

/// A JSON request.
#[derive(Clone, Copy)]
struct Asked<'a> {
    operation: &'a str,
    body: &'a Value,
    place: &'a Place,
}

impl<'a> Asked<'a> {
    fn text(self, field: &'static str) -> Result<&'a str, Unmapped> {
        self.body[field].as_str().ok_or_else(|| self.missing(field))
    }

    fn missing(self, field: &'static str) -> Unmapped {
        Unmapped::MissingField {
            operation: self.operation.to_owned(),
            field,
        }
    }

    fn unknown(self) -> Unmapped {
        Unmapped::UnknownOperation {
            operation: self.operation.to_owned(),
        }
    }

    fn requires(self, needs: Vec<Need>) -> Required {
        Required {
            operation: self.operation.to_owned(),
            needs,
        }
    }
}

fn need(service: &str, action: &str, resource: impl Into<String>) -> Need {
    Need {
        action: format!("{service}:{action}"),
        resource: resource.into(),
        context: Vec::new(),
    }
}
