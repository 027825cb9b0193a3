//! What every parser of this crate promises, for any input: what is written is read back, nothing panics, and nothing is taken for
//! ours that we did not write.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use face_login_domain::{
    collection::CollectionName,
    enrolment::ConsentVersion,
    ids::{ChallengeId, ClientId, EnrolmentId, Etag, FaceId, FaceLabel, Sub},
    intent::Intent,
    keyed_hash::{KeyedHash, Pepper},
    metadata::{MAX_WRONG, Metadata, exists},
    object_key::ObjectKey,
    parameters::answered,
    photo::{DOCUMENT_MAX_BYTES, inspect},
    post_form::{Bucket, SigningKey, Upload},
    sign_up::{Admission, Origin, admit},
    similarity::Similarity,
    time::Timestamp,
    words::{Kind, Reason, State},
};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::Config,
};
use serde_json::Value;

fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::with_cases(512)
    }
}

fn pepper() -> Pepper {
    Pepper::new("0123456789abcdef0123456789abcdef").expect("long enough")
}

fn challenge() -> impl Strategy<Value = ChallengeId> {
    any::<[u8; 16]>().prop_map(ChallengeId::from_random)
}

/// Text as attackers write it: anything, or ours with something put in, put in the place of a letter or two, or put before or behind.
fn near(ours: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let piece = select(vec![
        "", ".", "..", "/", "../", "=", " ", "\n", "\0", "A", "0", "_", "-", "%2e", "\u{200b}", "é",
    ]);
    let place = prop_oneof![
        2 => any::<Index>().prop_map(Some),
        1 => Just(None),
    ];
    let bent = (ours, place, 0..3_usize, piece).prop_map(|(text, place, cut, piece)| {
        let letters: Vec<char> = text.chars().collect();
        let at = place.map_or(cut % 2 * letters.len(), |at| at.index(letters.len() + 1));
        let rest = place.map_or(at, |_| (at + cut).min(letters.len()));
        let start: String = letters[..at].iter().collect();
        let end: String = letters[rest..].iter().collect();
        format!("{start}{piece}{end}")
    });
    prop_oneof![4 => bent, 1 => any::<String>(), 1 => "[A-Za-z0-9_.=/-]{0,64}"]
}

/// Whether what was read is written exactly as what it was read from.
fn exact<T>(read: Option<T>, text: &str, written: impl Fn(&T) -> String) -> bool {
    read.is_none_or(|read| written(&read) == text)
}

fn metadata() -> impl Strategy<Value = Metadata> {
    let kinds =
        (select(Kind::ALL), select(State::ALL)).prop_filter("exists", |(k, s)| exists(*k, *s));
    (kinds, 0..=MAX_WRONG, challenge()).prop_map(|((kind, state), wrong, challenge)| Metadata {
        kind,
        state,
        wrong,
        challenge,
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn ids_come_back_and_nothing_else_is_one(bits in any::<[u8; 16]>(), text in near("[A-Za-z0-9_-]{21}[AQgw]")) {
        let id = ChallengeId::from_random(bits);
        prop_assert_eq!(ChallengeId::parse(id.as_str()), Some(id.clone()));
        prop_assert_eq!(answered(id.as_str()), Some(id));
        prop_assert!(exact(ChallengeId::parse(&text), &text, |id| id.as_str().to_owned()));
        prop_assert!(ChallengeId::parse(&text).is_none_or(|_| text.len() == 22 && !text.contains(['/', '.', '='])));
    }

    #[test]
    fn other_peoples_ids_are_read_as_they_are_written(bits in any::<[u8; 16]>(), text in near("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
        let sub = Sub::made_up(bits);
        prop_assert_eq!(Sub::parse(sub.as_str()), Some(sub.clone()));
        let label = FaceLabel { sub, enrolment: EnrolmentId::from_random(bits) };
        prop_assert_eq!(FaceLabel::parse(&label.to_string()), Some(label));
        let is_uuid = text.len() == 36 && text.chars().all(|c| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c));
        prop_assert!(is_uuid || (Sub::parse(&text).is_none() && FaceId::parse(&text).is_none()));
        prop_assert!(exact(Sub::parse(&text), &text, |sub| sub.as_str().to_owned()));
        prop_assert!(exact(FaceId::parse(&text), &text, |id| id.as_str().to_owned()));
        prop_assert!(exact(FaceLabel::parse(&text), &text, FaceLabel::to_string));
        prop_assert!(exact(ClientId::parse(&text), &text, |id| id.as_str().to_owned()));
        prop_assert!(exact(CollectionName::parse(&text), &text, |name| name.as_str().to_owned()));
        prop_assert!(exact(ConsentVersion::parse(&text), &text, |version| version.as_str().to_owned()));
        let bare = text.trim_matches('"');
        prop_assert!(exact(Etag::parse(&text), bare, |etag| etag.as_str().to_owned()));
    }

    #[test]
    fn labels_bent_anywhere_are_nobodys(bits in any::<[u8; 16]>(), text in near("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[A-Za-z0-9_-]{21}[AQgw]")) {
        let label = FaceLabel { sub: Sub::made_up(bits), enrolment: EnrolmentId::from_random(bits) };
        let longer = format!("{label}:");
        prop_assert!(FaceLabel::parse(&longer).is_none());
        prop_assert!(exact(FaceLabel::parse(&text), &text, FaceLabel::to_string));
    }

    #[test]
    fn metadata_comes_back_and_nothing_else_is_metadata(ours in metadata(), text in near("v1\\.(SELFIE|ENROL|CLAIM)\\.(UPLOAD|PENDING|HELD)\\.[0-4]\\.[A-Za-z0-9_-]{21}[AQgw]")) {
        prop_assert_eq!(Metadata::parse(&ours.to_string()), Some(ours));
        prop_assert!(exact(Metadata::parse(&text), &text, Metadata::to_string));
    }

    #[test]
    fn bent_metadata_is_never_another_session(text in near(metadata().prop_map(|ours| ours.to_string()))) {
        prop_assert!(exact(Metadata::parse(&text), &text, Metadata::to_string));
    }

    #[test]
    fn keys_stay_in_their_folder(id in challenge(), kind in select(Kind::ALL), text in near("documents/[A-Za-z0-9_-]{21}[AQgw]")) {
        let key = ObjectKey::of_challenge(kind, &id);
        let folder = if kind == Kind::Enrol { "documents/" } else { "selfies/" };
        prop_assert_eq!(key.as_str().strip_prefix(folder), Some(id.as_str()));
        let named = ObjectKey::document_challenge(key.as_str());
        prop_assert_eq!(named, (kind == Kind::Enrol).then_some(id));
        let written = |id: &ChallengeId| format!("documents/{}", id.as_str());
        prop_assert!(exact(ObjectKey::document_challenge(&text), &text, written));
    }

    #[test]
    fn an_address_has_one_hash_however_it_is_typed(address in "[a-z0-9+._]{1,20}@[a-z0-9.]{1,20}", spaces in "[ \t]{0,3}") {
        let want = pepper().mail(&address);
        let wide: String = address.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect();
        for typed in [address.to_uppercase(), format!("{spaces}{address}{spaces}"), wide] {
            prop_assert_eq!(pepper().mail(&typed), want.clone(), "{}", typed);
        }
        let other = pepper().mail(&format!("x{address}"));
        prop_assert_ne!(other, want);
    }

    #[test]
    fn any_name_has_a_hash_and_a_decoy_of_the_usual_shape(name in any::<String>(), text in near("k1\\.[A-Za-z0-9_-]{43}")) {
        let hash = pepper().name(&name);
        prop_assert_eq!(KeyedHash::parse(hash.as_str()), Some(hash));
        let decoy = pepper().decoy_sub(&name);
        prop_assert_eq!(Sub::parse(decoy.as_str()), Some(decoy));
        prop_assert!(exact(KeyedHash::parse(&text), &text, |hash| hash.as_str().to_owned()));
    }

    #[test]
    fn only_addresses_that_need_no_quotes_are_admitted(text in near("[a-z.]{1,10}@[a-z.-]{1,10}\\.[a-z]{1,5}")) {
        let name = "03670b97-8dee-3875-ab12-0123456789ab";
        if admit(Origin::SignUp, name, Some(&text)) == Admission::Admitted {
            prop_assert!(text.is_ascii() && text.matches('@').count() == 1 && !text.contains([' ', '"', ',', '\n', '\0', '<']));
        }
        let admitted = admit(Origin::SignUp, &text, Some("ana@example.com")) == Admission::Admitted;
        prop_assert!(!admitted || Sub::parse(&text).is_some(), "a name is a UUID");
        prop_assert_eq!(admit(Origin::Other, name, Some(&text)), Admission::ForeignOrigin);
    }

    #[test]
    fn words_are_read_exactly(text in near(select(Reason::ALL).prop_map(|reason| reason.as_str().to_owned()))) {
        prop_assert!(exact(Reason::parse(&text), &text, |word| word.as_str().to_owned()));
        prop_assert!(exact(State::parse(&text), &text, |word| word.as_str().to_owned()));
        prop_assert!(exact(Kind::parse(&text), &text, |word| word.as_str().to_owned()));
        let known = ["", "REPLACE_FACE", "UPDATE_PHOTO", "KEEP_PHOTO", "WITHDRAW"].contains(&text.as_str());
        prop_assert_eq!(Intent::parse(Some(&text)) == Intent::Unsupported, !known);
    }

    #[test]
    fn similarities_are_percentages(percent in prop_oneof![any::<f32>(), -10.0..110.0_f32], text in any::<String>()) {
        prop_assert_eq!(Similarity::new(percent).is_some(), (0.0..=100.0).contains(&percent));
        let _ = Similarity::parse(&text);
    }

    #[test]
    fn no_file_panics_and_sizes_are_in_bounds(start in select(vec![&b"\xff\xd8"[..], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b""]), rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let file = [start, &rest].concat();
        if let Ok(size) = inspect(&file, DOCUMENT_MAX_BYTES) {
            prop_assert!((80.0..=10_000.0).contains(&size.width_px()) && (80.0..=10_000.0).contains(&size.height_px()));
        }
    }

    #[test]
    fn a_picture_has_the_size_that_its_header_says_or_none(width in prop_oneof![0..200_u32, 9_900..10_100_u32, any::<u32>()], height in 0..12_000_u32) {
        let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        file.extend(width.to_be_bytes());
        file.extend(height.to_be_bytes());
        let usable = [width, height].iter().all(|side| (80..=10_000).contains(side));
        prop_assert_eq!(inspect(&file, DOCUMENT_MAX_BYTES).is_ok(), usable);
    }

    /// Whatever a form is made for: the policy names each field with its value, the bucket, a size and an end, and nothing else is signed.
    #[test]
    fn a_policy_pins_whatever_the_form_holds(
        id in challenge(), kind in select(Kind::ALL), max in 1..10_000_000_u64, secs in 0..4_000_000_000_u64, token in proptest::option::of("[!-~]{1,80}"),
    ) {
        let bucket = Bucket { name: "photos".to_owned(), region: "eu-west-1".to_owned(), endpoint: None };
        let key = ObjectKey::of_challenge(kind, &id);
        let now = Timestamp::from_millis(secs * 1000);
        let upload = Upload { bucket: &bucket, key: &key, max_bytes: max, expires_at: now.plus(Duration::from_mins(2)) };
        let signer = SigningKey { access_key_id: "AKIA".to_owned(), secret_access_key: "secret".to_owned(), session_token: token };
        let fields = upload.fields(&signer, now);
        let policy = STANDARD.decode(&fields["policy"]).unwrap();
        let policy: Value = serde_json::from_slice(&policy).unwrap();
        let conditions = policy["conditions"].as_array().unwrap();
        for (name, value) in fields.iter().filter(|(name, _)| !["policy", "x-amz-signature"].contains(&name.as_str())) {
            let pinned = serde_json::json!(["eq", format!("${name}"), value]);
            prop_assert!(conditions.contains(&pinned), "{}", name);
        }
        prop_assert_eq!(conditions.len(), fields.len() - 2 + 2, "and the bucket and the size");
        prop_assert!(conditions.contains(&serde_json::json!(["content-length-range", 1, max])));
        prop_assert!(!policy.to_string().contains("secret"));
        prop_assert_eq!(fields["x-amz-signature"].len(), 64);
    }
}
