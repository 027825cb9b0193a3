//! face-login-domain
