//! face-login-aws
