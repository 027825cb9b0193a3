//! face-login-local-stack
