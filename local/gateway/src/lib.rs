//! The door of the local AWS stack: nothing reaches a back end but through here.
//!
//! One request goes: authenticate (`SigV4`) → fault → authorise (the role's policy) → back end → fault → answer, and leaves one line in the
//! call log. [`Gateway::call`] does all of it for a request as it came from the network; [`Gateway::call_as`] does the part after
//! authentication, for front ends that found out the caller themselves (S3's POST form: [`Gateway::verify_post_form`]).
//!
//! Not here: routing by host or port, CORS of buckets, bucket policies, the policy document of a POST form (S3's front end), and HTTP itself.

mod calls;
mod credentials;
mod faults;
mod gateway;
mod iam;
mod refusal;
mod required;
mod sigv4;
mod witness;

pub use calls::{Call, Calls};
pub use credentials::{Credentials, Principal};
pub use faults::{FaultError, FaultKind, Faults, Moment};
pub use gateway::{Backend, BackendFuture, Clock, ConnectionReset, Gateway, Kill, Settings};
pub use iam::{Grant, PolicyError, RolePolicy, Verdict};
pub use required::{Need, Required, bare_address};
pub use sigv4::PostFormError;
pub use witness::{Asked, Onlooker};

/// The AWS services behind the gateway, each with its own wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AwsService {
    /// Cognito user pools: JSON 1.1, most operations unsigned.
    CognitoIdp,
    /// S3: REST with XML errors, path-style addresses.
    S3,
    /// DynamoDB: JSON 1.0.
    DynamoDb,
    /// Rekognition: JSON 1.1.
    Rekognition,
    /// Amazon SES, version 2: REST with JSON.
    Ses,
}

impl AwsService {
    /// The name in credential scopes, IAM actions, faults and the call log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CognitoIdp => "cognito-idp",
            Self::S3 => "s3",
            Self::DynamoDb => "dynamodb",
            Self::Rekognition => "rekognition",
            Self::Ses => "ses",
        }
    }
}
