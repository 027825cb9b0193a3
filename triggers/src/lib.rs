//! face-login-triggers
