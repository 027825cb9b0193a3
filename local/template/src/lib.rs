//! face-login-local-template
