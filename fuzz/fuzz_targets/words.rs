//! Metadata, ids, keys and labels: what is read is written again as it was, and nothing else is read.
#![no_main]

use face_login_domain::ids::{ChallengeId, Etag, FaceLabel};
use face_login_domain::metadata::Metadata;
use face_login_domain::object_key::ObjectKey;
use face_login_domain::sign_up::{Origin, admit};
use face_login_domain::words::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(metadata) = Metadata::parse(text) {
        assert_eq!(metadata.to_string(), text);
    }
    if let Some(id) = ChallengeId::parse(text) {
        assert_eq!(id.as_str(), text);
        assert!(!text.contains(['/', '.', '%', ' ']), "an id is never a path");
    }
    if let Some(id) = ObjectKey::document_challenge(text) {
        assert_eq!(ObjectKey::of_challenge(Kind::Enrol, &id).as_str(), text);
    }
    if let Some(label) = FaceLabel::parse(text) {
        assert_eq!(label.to_string(), text);
    }
    let _ = Etag::parse(text);
    let (name, email) = text.split_once('\n').unwrap_or((text, text));
    let _ = admit(Origin::SignUp, name, Some(email));
});
