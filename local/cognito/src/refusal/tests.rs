//! The errors of Amazon Cognito, word for word.

use http::StatusCode;

use super::Refusal;
use crate::{store::StoreError, triggers::Trigger};

#[track_caller]
fn check(table: impl IntoIterator<Item = (Refusal, &'static str, &'static str)>) {
    for (refusal, kind, message) in table {
        let told = (refusal.error_type(), refusal.to_string(), refusal.status());
        let want = (kind, message.to_owned(), StatusCode::BAD_REQUEST);
        assert_eq!(told, want);
    }
}

#[test]
fn signing_in() {
    let refused = "NotAuthorizedException";
    let invalid = "InvalidParameterException";
    check([
        (
            Refusal::WrongCredentials,
            refused,
            "Incorrect username or password.",
        ),
        (
            Refusal::InvalidSession,
            refused,
            "Invalid session for the user.",
        ),
        (
            Refusal::UsedSession,
            refused,
            "Invalid session for the user, session can only be used once.",
        ),
        (
            Refusal::ExpiredSession,
            refused,
            "Invalid session for the user, session is expired.",
        ),
        (
            Refusal::TriggersNotConfigured,
            invalid,
            "Custom auth lambda trigger is not configured for the user pool.",
        ),
        (
            Refusal::SrpFlowNotEnabled("USER_SRP_AUTH"),
            invalid,
            "USER_SRP_AUTH is not enabled for the client.",
        ),
        (
            Refusal::AdminFlow,
            invalid,
            "Initiate Auth method not supported",
        ),
        (
            Refusal::SecretHash("id".to_owned()),
            refused,
            "Unable to verify secret hash for client id",
        ),
        (
            Refusal::UnknownClient("id".to_owned()),
            "ResourceNotFoundException",
            "User pool client id does not exist.",
        ),
        (
            Refusal::UnknownUser,
            "UserNotFoundException",
            "User does not exist.",
        ),
        (
            Refusal::NotConfirmed,
            "UserNotConfirmedException",
            "User is not confirmed.",
        ),
        (Refusal::Disabled, refused, "User is disabled."),
        (
            Refusal::PasswordAttemptsExceeded,
            refused,
            "Password attempts exceeded",
        ),
    ]);
}

#[test]
fn triggers() {
    let (define, verify) = (
        Trigger::DefineAuthChallenge,
        Trigger::VerifyAuthChallengeResponse,
    );
    let (pre, post) = (Trigger::PreAuthentication, Trigger::PostAuthentication);
    let boom = || "boom".to_owned();
    let lambda = "UserLambdaValidationException";
    check([
        (
            Refusal::TriggerFailed(define, boom()),
            lambda,
            "DefineAuthChallenge failed with error boom.",
        ),
        (
            Refusal::TriggerFailed(verify, boom()),
            lambda,
            "VerifyAuthChallengeResponse failed with error boom.",
        ),
        (
            Refusal::TriggerFailed(pre, boom()),
            lambda,
            "PreAuthentication failed with error boom.",
        ),
        (
            Refusal::TriggerFailed(post, boom()),
            lambda,
            "PostAuthentication failed with error boom.",
        ),
        (
            Refusal::UnusableOutput,
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
        (
            Refusal::OutputNotJson,
            "InvalidLambdaResponseException",
            "Invalid lambda function output : Invalid JSON",
        ),
        (
            Refusal::TriggerDenied(define),
            "UnexpectedLambdaException",
            "DefineAuthChallenge invocation failed due to error AccessDeniedException.",
        ),
    ]);
}

#[test]
fn tokens() {
    let refused = "NotAuthorizedException";
    check([
        (
            Refusal::InvalidRefreshToken,
            refused,
            "Invalid Refresh Token",
        ),
        (
            Refusal::RevokedRefreshToken,
            refused,
            "Refresh Token has been revoked",
        ),
        (
            Refusal::ExpiredRefreshToken,
            refused,
            "Refresh Token has expired",
        ),
        (Refusal::InvalidAccessToken, refused, "Invalid Access Token"),
        (
            Refusal::ExpiredAccessToken,
            refused,
            "Access Token has expired",
        ),
        (
            Refusal::RevokedAccessToken,
            refused,
            "Access Token has been revoked",
        ),
    ]);
}

#[test]
fn accounts() {
    let invalid = "InvalidParameterException";
    check([
        (
            Refusal::UnknownUserOfClient,
            "UserNotFoundException",
            "Username/client id combination not found.",
        ),
        (
            Refusal::CodeMismatch,
            "CodeMismatchException",
            "Invalid verification code provided, please try again.",
        ),
        (
            Refusal::CodeExpired,
            "ExpiredCodeException",
            "Invalid code provided, please request a code again.",
        ),
        (
            Refusal::LimitExceeded,
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        ),
        (
            Refusal::UsernameExists,
            "UsernameExistsException",
            "User already exists",
        ),
        (
            Refusal::AliasExists,
            "AliasExistsException",
            "An account with the email already exists.",
        ),
        (
            Refusal::WeakPassword("Password not long enough"),
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
        ),
        (
            Refusal::NothingVerified,
            invalid,
            "Cannot reset password for the user as there is no registered/verified email or phone_number",
        ),
    ]);
}

#[test]
fn only_our_own_failures_are_the_servers() {
    let refusal = Refusal::Internal(StoreError::Malformed { what: "row" });
    let told = (refusal.error_type(), refusal.status());
    let want = ("InternalErrorException", StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(told, want);
    assert!(
        !refusal.to_string().contains("row"),
        "no details for the client"
    );
}

#[test]
fn what_administrators_meet() {
    let refused = "NotAuthorizedException";
    check([
        (
            Refusal::ResetRequired,
            "PasswordResetRequiredException",
            "Password reset required for the user",
        ),
        (
            Refusal::TemporaryPasswordExpired,
            refused,
            "Temporary password has expired and must be reset by an administrator.",
        ),
        (
            Refusal::CannotBeReset,
            refused,
            "User password cannot be reset in the current state.",
        ),
        (
            Refusal::AccountExists,
            "UsernameExistsException",
            "User account already exists",
        ),
        (
            Refusal::FilterSyntax,
            "InvalidParameterException",
            "Error while parsing filter.",
        ),
        (
            Refusal::RefreshAlwaysAllowed,
            "InvalidParameterException",
            "REFRESH_TOKEN_AUTH should always be allowed.",
        ),
    ]);
}
