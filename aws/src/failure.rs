//! Why a call to AWS failed, as far as anybody acts on it.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// An error as the source of another one.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An error with its causes, as one sentence.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Kinds of failure. The first two are outages: they say nothing about what was asked and never become a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// Too many requests; worth another try later.
    Throttled,
    /// No answer in time, a broken connection, or an error of the service's own (5xx).
    Unavailable,
    /// Signature or permissions: a mistake of the deployment.
    Denied,
    /// The service understood the request and refused it; its error code tells why.
    Refused,
}

impl Failure {
    /// Classifies an error of any SDK client.
    pub fn of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Self {
        match error {
            SdkError::ServiceError(answered) => {
                Self::answered(answered.err().code(), answered.raw().status().as_u16())
            }
            SdkError::ConstructionFailure(_) => Self::Refused,
            _ => Self::Unavailable,
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_outage(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }

    fn answered(code: Option<&str>, status: u16) -> Self {
        match (code.unwrap_or_default(), status) {
            (
                "ProvisionedThroughputExceededException"
                | "ThrottlingException"
                | "Throttling"
                | "ThrottledException"
                | "RequestLimitExceeded"
                | "RequestThrottledException"
                | "TooManyRequestsException"
                | "SlowDown",
                _,
            )
            | (_, 429) => Self::Throttled,
            // A success that can't be read is half an answer.
            ("RequestTimeout" | "RequestTimeoutException", _) | (_, 200..300 | 500..) => {
                Self::Unavailable
            }
            (
                "AccessDenied"
                | "AccessDeniedException"
                | "UnrecognizedClientException"
                | "InvalidSignatureException"
                | "SignatureDoesNotMatch"
                | "MissingAuthenticationToken"
                | "MissingAuthenticationTokenException"
                | "ExpiredToken"
                | "ExpiredTokenException"
                | "InvalidAccessKeyId"
                | "InvalidClientTokenId"
                | "RequestTimeTooSkewed"
                | "RequestExpired",
                _,
            )
            | (_, 401 | 403) => Self::Denied,
            _ => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_answers() {
        for (name, code, status, want) in [
            (
                "throughput",
                Some("ProvisionedThroughputExceededException"),
                400,
                Failure::Throttled,
            ),
            (
                "throttling",
                Some("ThrottlingException"),
                400,
                Failure::Throttled,
            ),
            ("s3 slow down", Some("SlowDown"), 503, Failure::Throttled),
            ("bare 429", None, 429, Failure::Throttled),
            (
                "server error",
                Some("InternalServerError"),
                500,
                Failure::Unavailable,
            ),
            ("bare 503", None, 503, Failure::Unavailable),
            ("unreadable success", None, 200, Failure::Unavailable),
            ("role", Some("AccessDeniedException"), 400, Failure::Denied),
            (
                "signature",
                Some("InvalidSignatureException"),
                400,
                Failure::Denied,
            ),
            ("head without a body", None, 403, Failure::Denied),
            (
                "parameter",
                Some("InvalidParameterException"),
                400,
                Failure::Refused,
            ),
            ("head of nothing", None, 404, Failure::Refused),
        ] {
            assert_eq!(Failure::answered(code, status), want, "{name}");
        }
    }

    #[test]
    fn only_waiting_helps_against_outages() {
        let outages: Vec<bool> = [
            Failure::Throttled,
            Failure::Unavailable,
            Failure::Denied,
            Failure::Refused,
        ]
        .into_iter()
        .map(Failure::is_outage)
        .collect();
        assert_eq!(outages, [true, true, false, false]);
    }
}
