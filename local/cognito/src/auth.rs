//! Signing in: the custom flow with its rounds of Define, Create and Verify, and the flows in which the password alone counts.

mod advance;
mod around;
mod choice;
mod initiate;
mod new_password;
mod parameters;
mod password;
mod reply;
mod respond;
mod state;
