//! What a person agrees to before the first photo. The server stores the version together with the time.
//!
//! The texts are in the languages' files ([`crate::words`]). Whoever changes one changes [`VERSION`], the `consent-version` of every file and the template's
//! parameter `ConsentVersion`: tests compare them, and the page does not ask for consent to a text of another version.

/// The version of the texts.
pub const VERSION: &str = "2026-11-2";
