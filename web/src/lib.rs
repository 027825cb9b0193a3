//! face-login-web
