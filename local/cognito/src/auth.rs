//! The custom authentication flow: rounds of Define, Create and Verify, with or without a password first.

mod advance;
mod around;
mod initiate;
mod parameters;
mod respond;
mod state;
