//! face-login-collection-init
