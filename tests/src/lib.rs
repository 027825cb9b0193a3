//! face-login-acceptance
