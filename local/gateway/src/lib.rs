//! face-login-local-gateway
