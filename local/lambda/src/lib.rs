//! face-login-local-lambda
