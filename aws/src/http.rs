//! The way to AWS: one HTTP client with one connection pool and one set of root certificates for every SDK client of a process.
//!
//! `aws-config` is left out on purpose: in Lambda, region and credentials are environment variables, and its chain would only
//! add code, profile files and metadata look-ups to a cold start.

use std::fmt;
use std::time::Duration;

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{
    RequestChecksumCalculation, ResponseChecksumValidation, SharedCredentialsProvider,
};

use face_login_domain::figures::Time;
use face_login_process::figures;
use tokio::time::Instant;

pub use aws_credential_types::Credentials;

use crate::failure::BoxError;
use crate::settings::Settings;

/// How long a caller waits for one call, and how often it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Limit of a single try.
    pub attempt: Duration,
    /// Tries in all, at least 1. The SDK repeats throttled, unanswered and 5xx ones.
    pub attempts: u32,
    /// Longest random wait before the second try; doubles with each further one.
    pub backoff: Duration,
    /// Limit of all tries together.
    pub overall: Duration,
}

/// Region, credentials, endpoints and the HTTP client that all SDK clients share.
#[derive(Clone)]
pub struct Connection {
    region: Region,
    credentials: Credentials,
    connector: SharedHttpConnector,
    endpoints: Endpoints,
}

#[derive(Clone)]
struct Endpoints {
    s3: Endpoint,
    dynamodb: Endpoint,
    rekognition: Endpoint,
    user_pools: Endpoint,
    mails: Endpoint,
}

/// Where a service answers.
#[derive(Clone)]
enum Endpoint {
    /// Where the SDK's rules say.
    Aws,
    /// At this URL, without a slash at the end.
    Url(String),
}

impl Endpoint {
    fn parse(text: &str) -> Option<Self> {
        let web = text.starts_with("http://") || text.starts_with("https://");
        web.then(|| Self::Url(text.trim_end_matches('/').to_owned()))
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Aws => None,
            Self::Url(url) => Some(url),
        }
    }
}

impl Connection {
    /// Reads what Lambda sets for every function: `AWS_REGION`, the role's temporary credentials, and the SDK's standard
    /// `AWS_ENDPOINT_URL_<SERVICE>`. `None` means that `settings` now holds a mistake.
    pub fn read<F: Fn(&str) -> Option<String>>(settings: &mut Settings<F>) -> Option<Self> {
        let region = settings.required_text("AWS_REGION");
        let key = settings.required_text("AWS_ACCESS_KEY_ID");
        let secret = settings.required_text("AWS_SECRET_ACCESS_KEY");
        let token = settings.optional_text("AWS_SESSION_TOKEN");
        let s3 = settings.optional("AWS_ENDPOINT_URL_S3", Endpoint::Aws, Endpoint::parse);
        let dynamodb =
            settings.optional("AWS_ENDPOINT_URL_DYNAMODB", Endpoint::Aws, Endpoint::parse);
        let rekognition = settings.optional(
            "AWS_ENDPOINT_URL_REKOGNITION",
            Endpoint::Aws,
            Endpoint::parse,
        );
        let user_pools = settings.optional(
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
            Endpoint::Aws,
            Endpoint::parse,
        );
        let mails = settings.optional("AWS_ENDPOINT_URL_SESV2", Endpoint::Aws, Endpoint::parse);
        let endpoints = Endpoints {
            mails: mails?,
            user_pools: user_pools?,
            s3: s3?,
            dynamodb: dynamodb?,
            rekognition: rekognition?,
        };
        Some(Self {
            region: Region::new(region?),
            credentials: Credentials::new(key?, secret?, token, None, "environment"),
            connector: connector(),
            endpoints,
        })
    }

    /// The function's region.
    pub fn region(&self) -> &str {
        self.region.as_ref()
    }

    /// The role's credentials, for the signature of an upload form.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Where SES answers when it is not AWS's.
    pub(crate) fn mail_endpoint(&self) -> Option<&str> {
        self.endpoints.mails.url()
    }

    /// Where S3 answers when it is not AWS's; requests are path style then.
    pub fn s3_endpoint(&self) -> Option<&str> {
        self.endpoints.s3.url()
    }

    /// A client of S3. Checksums only where S3 demands them: the photos are pinned by their `ETag`.
    pub fn s3(&self, patience: &Patience) -> aws_sdk_s3::Client {
        let mut config = aws_sdk_s3::config::Builder::from(&self.sdk(patience, Time::S3));
        config.set_force_path_style(Some(self.s3_endpoint().is_some()));
        config.set_endpoint_url(self.endpoints.s3.url().map(str::to_owned));
        aws_sdk_s3::Client::from_conf(config.build())
    }

    /// A client of `DynamoDB`.
    pub fn dynamodb(&self, patience: &Patience) -> aws_sdk_dynamodb::Client {
        let mut config =
            aws_sdk_dynamodb::config::Builder::from(&self.sdk(patience, Time::DynamoDb));
        config.set_endpoint_url(self.endpoints.dynamodb.url().map(str::to_owned));
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// A client of Rekognition.
    pub fn rekognition(&self, patience: &Patience) -> aws_sdk_rekognition::Client {
        let mut config =
            aws_sdk_rekognition::config::Builder::from(&self.sdk(patience, Time::Rekognition));
        config.set_endpoint_url(self.endpoints.rekognition.url().map(str::to_owned));
        aws_sdk_rekognition::Client::from_conf(config.build())
    }

    /// A client of Cognito's user pools.
    pub fn user_pools(&self, patience: &Patience) -> aws_sdk_cognitoidentityprovider::Client {
        let sdk = self.sdk(patience, Time::UserPool);
        let mut config = aws_sdk_cognitoidentityprovider::config::Builder::from(&sdk);
        config.set_endpoint_url(self.endpoints.user_pools.url().map(str::to_owned));
        aws_sdk_cognitoidentityprovider::Client::from_conf(config.build())
    }

    fn sdk(&self, patience: &Patience, service: Time) -> SdkConfig {
        let connector = Timed::of(&self.connector, service);
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(self.region.clone())
            .credentials_provider(SharedCredentialsProvider::new(self.credentials.clone()))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_attempt_timeout(patience.attempt)
                    .operation_timeout(patience.overall)
                    .build(),
            )
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(patience.attempts)
                    .with_initial_backoff(patience.backoff),
            )
            .build()
    }
}

/// Without the credentials.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Sends HTTP requests where no SDK client does: to CloudFormation's presigned response URL, and to SES.
#[derive(Clone, Debug)]
pub struct Http(SharedHttpConnector);

/// A request that got no answer, or not the one it needs.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The URL is none.
    #[error("the address of the request is no URL")]
    Address(#[source] BoxError),
    /// No answer came.
    #[error("sending a request of {bytes} bytes")]
    Send {
        /// Length of the body.
        bytes: usize,
        /// What happened.
        #[source]
        source: BoxError,
    },
    /// No answer came in time.
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The answer was no success.
    #[error("the request was answered with status {0}")]
    Status(u16),
}

impl Default for Http {
    fn default() -> Self {
        Self(connector())
    }
}

impl Http {
    /// Over the connections that the SDK clients use.
    pub(crate) fn of(connection: &Connection) -> Self {
        Self(Timed::of(&connection.connector, Time::Mail))
    }

    /// PUTs `body` with an empty content type, as CloudFormation's presigned URLs are signed, and expects a 2xx answer
    /// within `limit`.
    ///
    /// # Errors
    /// No connection, no answer in time, or any other status.
    pub async fn put(&self, url: &str, body: Vec<u8>, limit: Duration) -> Result<(), HttpError> {
        let length = body.len().to_string();
        let mut request = Request::new(SdkBody::from(body));
        request
            .set_method("PUT")
            .map_err(|error| HttpError::Address(error.into()))?;
        request
            .set_uri(url)
            .map_err(|error| HttpError::Address(error.into()))?;
        request.headers_mut().insert("content-type", "");
        request.headers_mut().insert("content-length", length);
        self.call(request, limit).await
    }

    /// Sends a request and expects a 2xx answer within `limit`.
    ///
    /// # Errors
    /// No connection, no answer in time, or any other status.
    pub(crate) async fn call(&self, request: Request, limit: Duration) -> Result<(), HttpError> {
        let bytes = request.body().bytes().map_or(0, <[u8]>::len);
        let answer = tokio::time::timeout(limit, self.0.call(request))
            .await
            .map_err(|_| HttpError::TimedOut(limit))?
            .map_err(|source| HttpError::Send {
                bytes,
                source: source.into(),
            })?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(HttpError::Status(status.as_u16())),
        }
    }
}

/// Measures for the figures how long each request of a service takes, lost answers included.
#[derive(Clone, Debug)]
struct Timed {
    service: Time,
    inner: SharedHttpConnector,
}

impl Timed {
    fn of(inner: &SharedHttpConnector, service: Time) -> SharedHttpConnector {
        SharedHttpConnector::new(Self {
            service,
            inner: inner.clone(),
        })
    }
}

impl HttpConnector for Timed {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (service, answer) = (self.service, self.inner.call(request));
        let waiting = Waiting {
            service,
            from: Instant::now(),
        };
        HttpConnectorFuture::new(async move {
            let _until_the_end = waiting;
            answer.await
        })
    }
}

/// Told when it is dropped: a request that is given up has been waited for too.
struct Waiting {
    service: Time,
    from: Instant,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let (from, to) = (self.from.into_std(), Instant::now().into_std());
        figures::waited(self.service, from, to);
    }
}

fn connector() -> SharedHttpConnector {
    let tls = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    SharedHttpConnector::new(Connector::builder().tls_provider(tls).build())
}

#[cfg(test)]
mod tests;
