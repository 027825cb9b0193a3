//! face-login-face-engine
