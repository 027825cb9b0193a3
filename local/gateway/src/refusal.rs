//! Error answers in the service's own words: JSON with `__type` and `x-amzn-errortype`, XML for S3.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::json;

use crate::{AwsService, required::Unmapped, sigv4::SigV4Error};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. \
                        Consult the service documentation for details.";

/// An error as AWS would answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(crate) fn of_signature(service: AwsService, error: &SigV4Error) -> Self {
        match service {
            AwsService::S3 => Self::of_s3_signature(error),
            AwsService::Ses => Self {
                status: StatusCode::FORBIDDEN,
                ..Self::of_json_signature(error)
            },
            _ => Self::of_json_signature(error),
        }
    }

    fn of_json_signature(error: &SigV4Error) -> Self {
        let (code, message) = match error {
            SigV4Error::Missing => (
                "MissingAuthenticationTokenException",
                "Missing Authentication Token".to_owned(),
            ),
            SigV4Error::TwoMechanisms | SigV4Error::Malformed { .. } => {
                ("IncompleteSignatureException", error.to_string())
            }
            SigV4Error::UnknownKey | SigV4Error::WrongToken => (
                "UnrecognizedClientException",
                "The security token included in the request is invalid.".to_owned(),
            ),
            SigV4Error::KeyExpired => (
                "ExpiredTokenException",
                "The security token included in the request is expired".to_owned(),
            ),
            SigV4Error::Skewed { signed, now } if signed < now => (
                "InvalidSignatureException",
                format!("Signature expired: {signed} is now earlier than {now} (- 5 min.)"),
            ),
            SigV4Error::Skewed { signed, now } => (
                "InvalidSignatureException",
                format!("Signature not yet current: {signed} is still later than {now} (+ 5 min.)"),
            ),
            SigV4Error::NotSigned { header } => (
                "InvalidSignatureException",
                format!("'{header}' must be a 'SignedHeader' in the AWS Authorization."),
            ),
            SigV4Error::WrongRegion { .. }
            | SigV4Error::WrongService { .. }
            | SigV4Error::WrongDate => ("InvalidSignatureException", error.to_string()),
            SigV4Error::Mismatch
            | SigV4Error::BodyMismatch
            | SigV4Error::PresignExpired
            | SigV4Error::PayloadNotServed { .. } => {
                ("InvalidSignatureException", MISMATCH.to_owned())
            }
        };
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    fn of_s3_signature(error: &SigV4Error) -> Self {
        const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        match error {
            SigV4Error::Missing => Self::new(FORBIDDEN, "AccessDenied", "Access Denied"),
            SigV4Error::TwoMechanisms => Self::new(
                BAD,
                "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
            ),
            SigV4Error::Malformed { part }
                if part.starts_with("X-Amz-") && *part != "X-Amz-Date" =>
            {
                Self::new(BAD, "AuthorizationQueryParametersError", error.to_string())
            }
            SigV4Error::Malformed {
                part: "x-amz-content-sha256",
            } => Self::new(
                BAD,
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
            ),
            SigV4Error::Malformed {
                part: "aws-chunked body",
            } => Self::new(
                BAD,
                "IncompleteBody",
                "The request body terminated unexpectedly",
            ),
            SigV4Error::Malformed { .. }
            | SigV4Error::WrongRegion { .. }
            | SigV4Error::WrongService { .. }
            | SigV4Error::WrongDate => Self::new(
                BAD,
                "AuthorizationHeaderMalformed",
                format!("The authorization header is malformed; {error}"),
            ),
            SigV4Error::UnknownKey => Self::new(
                FORBIDDEN,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            ),
            SigV4Error::WrongToken => Self::new(
                BAD,
                "InvalidToken",
                "The provided token is malformed or otherwise invalid.",
            ),
            SigV4Error::KeyExpired => {
                Self::new(BAD, "ExpiredToken", "The provided token has expired.")
            }
            SigV4Error::Skewed { .. } => Self::new(
                FORBIDDEN,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
            SigV4Error::PresignExpired => {
                Self::new(FORBIDDEN, "AccessDenied", "Request has expired")
            }
            SigV4Error::NotSigned { .. } => Self::new(
                FORBIDDEN,
                "AccessDenied",
                "There were headers present in the request which were not signed",
            ),
            SigV4Error::Mismatch => Self::new(
                FORBIDDEN,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
            ),
            SigV4Error::BodyMismatch => Self::new(
                BAD,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            ),
            SigV4Error::PayloadNotServed { .. } => Self::new(
                StatusCode::NOT_IMPLEMENTED,
                "NotImplemented",
                error.to_string(),
            ),
        }
    }

    pub(crate) fn of_unmapped(service: AwsService, error: &Unmapped) -> Self {
        let code = match (service, error) {
            (AwsService::S3, Unmapped::BadAddress) => "InvalidURI",
            (AwsService::S3, _) => {
                return Self::new(
                    StatusCode::NOT_IMPLEMENTED,
                    "NotImplemented",
                    error.to_string(),
                );
            }
            (_, Unmapped::NotJson) => "SerializationException",
            (AwsService::Ses, Unmapped::MissingField { .. }) => "BadRequestException",
            (AwsService::DynamoDb, Unmapped::MissingField { .. }) => "ValidationException",
            (_, Unmapped::MissingField { .. }) => "InvalidParameterException",
            _ => "UnknownOperationException",
        };
        Self::new(StatusCode::BAD_REQUEST, code, error.to_string())
    }

    /// `user` is the caller's ARN.
    pub(crate) fn access_denied(
        service: AwsService,
        user: &str,
        action: &str,
        resource: &str,
        why: &str,
    ) -> Self {
        let message = format!(
            "User: {user} is not authorized to perform: {action} on resource: {resource} {why}"
        );
        match service {
            AwsService::S3 => Self::new(StatusCode::FORBIDDEN, "AccessDenied", message),
            AwsService::Ses => Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", message),
            _ => Self::new(StatusCode::BAD_REQUEST, "AccessDeniedException", message),
        }
    }

    pub(crate) fn throttled(service: AwsService) -> Self {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        match service {
            AwsService::S3 => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "SlowDown",
                "Please reduce your request rate.",
            ),
            AwsService::CognitoIdp => Self::new(BAD, "TooManyRequestsException", "Rate exceeded"),
            AwsService::Ses => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequestsException",
                "Maximum sending rate exceeded.",
            ),
            AwsService::Rekognition => Self::new(
                BAD,
                "ProvisionedThroughputExceededException",
                "Provisioned Rate exceeded.",
            ),
            AwsService::DynamoDb => Self::new(
                BAD,
                "ProvisionedThroughputExceededException",
                "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
            ),
        }
    }

    pub(crate) fn internal(service: AwsService, message: &str) -> Self {
        let code = match service {
            AwsService::S3 => "InternalError",
            AwsService::CognitoIdp => "InternalErrorException",
            AwsService::Ses => "InternalFailure",
            AwsService::DynamoDb | AwsService::Rekognition => "InternalServerError",
        };
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, message)
    }

    pub(crate) fn response(&self, service: AwsService, request_id: u64) -> Response<Bytes> {
        let mut response = match service {
            AwsService::S3 => self.xml(request_id),
            _ => self.json(service, request_id),
        };
        *response.status_mut() = self.status;
        response
    }

    fn json(&self, service: AwsService, request_id: u64) -> Response<Bytes> {
        // REST services name the error in the header only.
        let body = match service {
            AwsService::Ses => json!({"message": self.message}),
            _ => json!({"__type": self.code, "message": self.message}),
        };
        let body = body.to_string();
        let mut response = Response::new(Bytes::from(body));
        let headers = response.headers_mut();
        let kind = match service {
            AwsService::DynamoDb => "application/x-amz-json-1.0",
            AwsService::Ses => "application/json",
            _ => "application/x-amz-json-1.1",
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert("x-amzn-errortype", HeaderValue::from_static(self.code));
        if let Ok(id) = HeaderValue::from_str(&format!("00000000-0000-4000-8000-{request_id:012x}"))
        {
            headers.insert("x-amzn-requestid", id);
        }
        if service == AwsService::CognitoIdp {
            headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
            headers.insert(
                "access-control-expose-headers",
                HeaderValue::from_static(
                    "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
                ),
            );
        }
        response
    }

    fn xml(&self, request_id: u64) -> Response<Bytes> {
        let message = self
            .message
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{message}</Message><RequestId>{request_id:016X}</RequestId><HostId>local</HostId></Error>",
            self.code
        );
        let mut response = Response::new(Bytes::from(body));
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }
}
