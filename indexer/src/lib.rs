//! face-login-indexer
