//! Wording that is decided by code.

use super::*;

const LANGUAGES: [Language; 2] = Language::ALL;

#[test]
fn the_language_is_the_first_wish_that_can_be_met() {
    for (preferred, allowed, want) in [
        (&["de-AT", "en"][..], &[][..], Language::German),
        (&["fr", "de"], &[], Language::German),
        (&["fr", "en-GB", "de"], &[], Language::English),
        (&["fr"], &[], Language::English),
        (&["en"], &["de"], Language::German),
        (&["den"], &[], Language::English),
        (&["fr"], &["fr"], Language::English),
    ] {
        let owned = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            Language::choose(&owned(preferred), &owned(allowed)),
            want,
            "{preferred:?} of {allowed:?}"
        );
    }
}

#[test]
fn every_reason_has_its_own_sentence_in_every_language() {
    for language in LANGUAGES {
        let mut sentences: Vec<&str> = words::Reason::ALL
            .iter()
            .map(|known| reason(language, *known))
            .collect();
        assert!(
            sentences
                .iter()
                .all(|sentence| sentence.ends_with('.') && 20 < sentence.len())
        );
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), words::Reason::ALL.len());
    }
}

#[test]
fn an_unknown_reason_is_named() {
    for language in LANGUAGES {
        let said = notice(
            language,
            &Notice::Reason(Reason::Unknown("HAT_WORN".into())),
        );
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
        assert_eq!(
            (
                time_left(Language::English, seconds).as_str(),
                time_left(Language::German, seconds).as_str()
            ),
            (english, german)
        );
    }
}

#[test]
fn numbers_are_in_the_sentences() {
    for language in LANGUAGES {
        assert!(tries_left(language, 2).contains('2'));
        assert!(progress(language, 2, 4, Text::StepCode).contains('2'));
    }
}
