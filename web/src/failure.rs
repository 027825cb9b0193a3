//! What an operation of Cognito, or the way to it, can fail with, as far as the page treats it differently.

/// Why an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer: no connection, or the answer was not what Cognito sends.
    Offline,
    /// Cognito, or a trigger, had a problem of its own. The same request may work later.
    Trouble,
    /// Too many requests, mails or attempts.
    TooMany,
    /// Sign-in was refused for good; the Cognito session is dead.
    Denied,
    /// The Cognito session was used before or is too old: beginning again costs nothing.
    SessionOver,
    /// A wrong mail code.
    CodeWrong,
    /// A mail code that is too old.
    CodeTooOld,
    /// The address belongs to another account. Said only to somebody who had the right code.
    AddressTaken,
    /// The sign-up was confirmed before, perhaps by a request whose answer got lost.
    AlreadyConfirmed,
    /// The input was refused.
    NotAccepted,
}

impl Failure {
    /// From `__type` (which may carry a `prefix#`) or `x-amzn-errortype` (which may carry a `:suffix`), and the message.
    pub fn classify(error_type: &str, message: &str) -> Self {
        let name = error_type.rsplit('#').next().unwrap_or_default();
        let name = name.split([':', ',']).next().unwrap_or_default();
        match name {
            "NotAuthorizedException" if message.starts_with("Invalid session") => Self::SessionOver,
            "NotAuthorizedException" if says(message, "CONFIRMED") => Self::AlreadyConfirmed,
            "NotAuthorizedException"
            | "UserNotFoundException"
            | "UserNotConfirmedException"
            | "PasswordResetRequiredException"
            | "RefreshTokenReuseException" => Self::Denied,
            "CodeMismatchException" => Self::CodeWrong,
            "ExpiredCodeException" => Self::CodeTooOld,
            "AliasExistsException" => Self::AddressTaken,
            "LimitExceededException"
            | "TooManyRequestsException"
            | "TooManyFailedAttemptsException"
            | "ThrottlingException" => Self::TooMany,
            "InvalidParameterException" | "UsernameExistsException" => Self::NotAccepted,
            // A PreSignUp that throws refuses the address; any other trigger that throws failed.
            "UserLambdaValidationException" if message.starts_with("PreSignUp ") => {
                Self::NotAccepted
            }
            _ => Self::Trouble,
        }
    }

    /// Whether the same request may work a little later.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Offline | Self::Trouble | Self::TooMany)
    }
}

/// Why a photo could not be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadFailure {
    /// No answer from the storage.
    Offline,
    /// The form's time was over.
    TooLate,
    /// The storage refused the photo.
    Refused,
}

impl UploadFailure {
    /// From the status and the XML body that S3 answers a refused form with.
    pub fn classify(status: u16, body: &str) -> Self {
        match status {
            0 | 500.. => Self::Offline,
            403 if says(body, "expired") => Self::TooLate,
            _ => Self::Refused,
        }
    }
}

/// Whether `word` is one of the words of a sentence. (Searching for any text anywhere costs the page two kilobytes.)
fn says(sentence: &str, word: &str) -> bool {
    sentence.split([' ', '.']).any(|other| other == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_cognito() {
        for (error_type, message, want) in [
            (
                "NotAuthorizedException",
                "Incorrect username or password.",
                Failure::Denied,
            ),
            (
                "NotAuthorizedException:",
                "Refresh Token has been revoked",
                Failure::Denied,
            ),
            (
                "NotAuthorizedException",
                "Invalid session for the user, session can only be used once.",
                Failure::SessionOver,
            ),
            (
                "NotAuthorizedException",
                "Invalid session for the user, session is expired.",
                Failure::SessionOver,
            ),
            (
                "NotAuthorizedException",
                "User cannot be confirmed. Current status is CONFIRMED",
                Failure::AlreadyConfirmed,
            ),
            (
                "com.amazonaws.cognito#CodeMismatchException",
                "Invalid verification code provided, please try again.",
                Failure::CodeWrong,
            ),
            (
                "ExpiredCodeException",
                "Invalid code provided, please request a code again.",
                Failure::CodeTooOld,
            ),
            (
                "AliasExistsException",
                "An account with the email already exists.",
                Failure::AddressTaken,
            ),
            (
                "LimitExceededException",
                "Attempt limit exceeded, please try after some time.",
                Failure::TooMany,
            ),
            (
                "InvalidParameterException",
                "Invalid email address format.",
                Failure::NotAccepted,
            ),
            (
                "UserLambdaValidationException",
                "PreSignUp failed with error no.",
                Failure::NotAccepted,
            ),
            (
                "UserLambdaValidationException",
                "VerifyAuthChallengeResponse failed with error no.",
                Failure::Trouble,
            ),
            ("InternalErrorException", "", Failure::Trouble),
            ("SomethingNewException", "", Failure::Trouble),
            ("", "", Failure::Trouble),
        ] {
            assert_eq!(
                Failure::classify(error_type, message),
                want,
                "{error_type} {message}"
            );
        }
    }

    #[test]
    fn answers_of_the_storage() {
        for (status, body, want) in [
            (0, "", UploadFailure::Offline),
            (503, "<Code>SlowDown</Code>", UploadFailure::Offline),
            (
                403,
                "<Message>Invalid according to Policy: Policy expired.</Message>",
                UploadFailure::TooLate,
            ),
            (
                403,
                "<Code>SignatureDoesNotMatch</Code>",
                UploadFailure::Refused,
            ),
            (400, "<Code>EntityTooLarge</Code>", UploadFailure::Refused),
        ] {
            assert_eq!(
                UploadFailure::classify(status, body),
                want,
                "{status} {body}"
            );
        }
    }
}
