//! Wording that is decided by code, and the languages' files.

use std::collections::BTreeSet;

use super::*;
use crate::consent;

fn read(tag: &'static str) -> Words {
    let path = format!("{}/static/words-{tag}.json", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let file: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let text = |value: serde_json::Value| value.as_str().expect("texts only").to_owned();
    Words::new(
        tag,
        file.into_iter()
            .map(|(key, value)| (key, text(value)))
            .collect(),
    )
}

/// Names in braces.
fn places(sentence: &str) -> BTreeSet<&str> {
    sentence.split(['{', '}']).skip(1).step_by(2).collect()
}

#[test]
fn the_language_is_the_first_wish_that_can_be_met() {
    for (preferred, allowed, want) in [
        (&["de-AT", "en"][..], &[][..], "de"),
        (&["xx", "de"], &[], "de"),
        (&["xx", "en-GB", "de"], &[], "en"),
        (&["xx"], &[], "en"),
        (&["en"], &["de"], "de"),
        (&["den"], &[], "en"),
        (&["xx"], &["xx"], "en"),
        (&["de", "en"], &["en-GB"], "en"),
    ] {
        let owned = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        let chosen = choose(&owned(preferred), &owned(allowed));
        assert_eq!(chosen, want, "{preferred:?} of {allowed:?}");
    }
}

#[test]
fn every_file_says_everything_and_nothing_else() {
    let english = read("en");
    for tag in LANGUAGES {
        let words = read(tag);
        let mut left: BTreeSet<&str> = words.entries.iter().map(|(key, _)| &**key).collect();
        let texts = Text::ALL.iter().map(|text| text.key());
        let reasons = words::Reason::ALL.iter().map(|reason| reason.as_str());
        for key in texts.chain(reasons).chain(["direction", "consent-version"]) {
            let said = words.entry(key).unwrap_or_default();
            assert!(!said.is_empty(), "{tag} says nothing for {key}");
            let model = english.entry(key).unwrap();
            assert_eq!(places(said), places(model), "values in {tag} {key}");
            left.remove(key);
        }
        assert_eq!(words.consent().len(), english.consent().len(), "{tag}");
        left.retain(|key| !key.starts_with("consent-"));
        assert!(left.is_empty(), "{tag} says what nobody asks for: {left:?}");
        assert!(["ltr", "rtl"].contains(&words.direction()), "{tag}");
    }
}

/// The consent says how it is withdrawn in the very words of the button that does it.
#[test]
fn the_consent_names_the_button_that_withdraws_it() {
    for tag in LANGUAGES {
        let words = read(tag);
        let said = words.consent().into_iter().map(|(_, text)| text);
        let button = words.text(Text::ForgetFace);
        assert_eq!(
            said.filter(|text| text.contains(button)).count(),
            1,
            "{tag}"
        );
    }
}

#[test]
fn every_file_is_in_the_list() {
    let folder = format!("{}/static", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().flatten();
    let tags = files.filter_map(|file| {
        let name = file.file_name().into_string().unwrap();
        Some(
            name.strip_prefix("words-")?
                .strip_suffix(".json")?
                .to_owned(),
        )
    });
    let tags: BTreeSet<String> = tags.collect();
    assert_eq!(tags, LANGUAGES.map(str::to_owned).into());
}

#[test]
fn every_language_asks_for_consent_to_the_same_text() {
    for tag in LANGUAGES {
        assert_eq!(read(tag).consent_version(), consent::VERSION, "{tag}");
    }
}

#[test]
fn every_reason_has_its_own_sentence_in_every_language() {
    for tag in LANGUAGES {
        let words = read(tag);
        let sentences: BTreeSet<&str> = words::Reason::ALL
            .iter()
            .map(|known| words.reason(*known))
            .collect();
        assert_eq!(sentences.len(), words::Reason::ALL.len(), "{tag}");
        assert!(
            sentences.iter().all(|sentence| 20 < sentence.len()),
            "{tag}"
        );
    }
}

#[test]
fn an_unknown_reason_is_named() {
    for tag in LANGUAGES {
        let unknown = Notice::Reason(Reason::Unknown("HAT_WORN".into()));
        let said = read(tag).notice(&unknown);
        assert!(said.contains("HAT_WORN"), "{said}");
    }
}

#[test]
fn lengths_of_time() {
    for (seconds, english, german) in [
        (1, "1 second", "1 Sekunde"),
        (30, "30 seconds", "30 Sekunden"),
        (119, "119 seconds", "119 Sekunden"),
        (120, "2 minutes", "2 Minuten"),
        (899, "15 minutes", "15 Minuten"),
        (86_400, "24 hours", "24 Stunden"),
    ] {
        assert_eq!(read("en").time_left(seconds), english);
        assert_eq!(read("de").time_left(seconds), german);
    }
}

#[test]
fn values_are_in_the_sentences() {
    for tag in LANGUAGES {
        let words = read(tag);
        assert!(words.tries_left(2).contains('2'));
        assert!(words.resend_in(20).contains("20"));
        let progress = words.progress(2, 4, Text::StepCode);
        let parts = ["2", "4", words.text(Text::StepCode)];
        assert!(
            parts.iter().all(|part| progress.contains(part)),
            "{progress}"
        );
        assert!(!progress.contains(['{', '}']), "{progress}");
    }
}

#[test]
fn a_file_that_lacks_a_sentence_shows_its_key() {
    let words = Words::new("en", Vec::new());
    assert_eq!(words.text(Text::SignInTitle), "sign-in-title");
    assert_eq!(words.direction(), "ltr");
}
