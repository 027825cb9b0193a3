//! Pure rules of Face Login: what a face, a ticket or a mail code opens, and what it does not.
//!
//! Nothing here reads a clock, an environment or a socket: time and randomness are arguments, and what the outside
//! answered arrives as values. The same code compiles for Lambda and for the page (wasm32).

#[macro_use]
pub mod words;

pub mod admission;
pub mod attempts;
pub mod challenge;
pub mod claim_mail;
pub mod collection;
pub mod create;
pub mod define;
pub mod enrolment;
pub mod figures;
pub mod ids;
pub mod intent;
pub mod keyed_hash;
pub mod last_gate;
pub mod metadata;
pub mod object_key;
pub mod parameters;
pub mod photo;
pub mod post_form;
pub mod quality;
pub mod rivals;
pub mod seen;
pub mod sign_up;
pub mod sign_up_limit;
pub mod similarity;
pub mod subject;
pub mod succession;
pub mod sweep;
pub mod time;
mod uuid_text;
pub mod verdict;

/// Version of the rows and private parameters that this release writes. A row of another version counts as expired.
pub const SCHEMA_VERSION: u32 = 1;
