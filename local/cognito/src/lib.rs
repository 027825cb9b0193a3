//! face-login-local-cognito
