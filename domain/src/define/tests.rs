//! A table of the stories that matter, and every history that fits into six rounds.

use super::*;

const fn ours(kind: Kind, state: State, wrong: u8, passed: bool) -> Round {
    Round::Ours(OurRound {
        kind,
        state,
        wrong,
        passed,
    })
}

const SRP: Round = Round::SrpA { passed: true };
const PASSWORD: Round = Round::Password { passed: true };
const SELFIE: Round = ours(Kind::Selfie, State::Upload, 0, true);
const MISS: Round = ours(Kind::Selfie, State::Upload, 0, false);
const DOCUMENT: Round = ours(Kind::Enrol, State::Upload, 0, true);
const WAITING: Round = ours(Kind::Enrol, State::Pending, 0, false);
const CONSENT: Round = ours(Kind::Enrol, State::Consent, 0, false);
const REFUSED: Round = ours(Kind::Enrol, State::Upload, 0, false);
const CLAIM: Round = ours(Kind::Claim, State::Upload, 0, true);
const HELD: Round = ours(Kind::Claim, State::Held, 0, false);
const GONE: Round = ours(Kind::Selfie, State::Withdrawn, 0, false);

fn deny(reason: DenyReason) -> Decision {
    Decision::Deny(reason)
}

#[test]
#[rustfmt::skip]
fn stories() {
    const NEXT: Decision = Decision::Challenge;
    const TOKENS: Decision = Decision::IssueTokens;
    let second_miss = ours(Kind::Selfie, State::Upload, 1, false);
    let third_miss = ours(Kind::Selfie, State::Upload, 2, false);
    let last_document = ours(Kind::Enrol, State::Upload, 3, true);
    let proving_consent = ours(Kind::Enrol, State::Consent, 0, true);
    let foreign = deny(DenyReason::ForeignRound);
    let table: [(&str, &[Round], Decision); 29] = [
        ("first contact", &[], NEXT),
        ("a face", &[SELFIE], TOKENS),
        ("a miss", &[MISS], NEXT),
        ("a miss, then the face", &[MISS, SELFIE], TOKENS),
        ("two misses", &[MISS, second_miss], NEXT),
        ("three misses", &[MISS, second_miss, third_miss], deny(DenyReason::TooManyTries)),
        ("a face with no try left", &[ours(Kind::Selfie, State::Upload, 3, true)], deny(DenyReason::TooManyTries)),
        ("the count falls", &[second_miss, MISS], foreign),
        ("SRP_A only", &[SRP], Decision::AskPassword),
        ("SRP_A refused", &[Round::SrpA { passed: false }], foreign),
        ("a face right after SRP_A", &[SRP, SELFIE], foreign),
        ("a wrong password", &[SRP, Round::Password { passed: false }], deny(DenyReason::WrongPassword)),
        ("a password without SRP_A", &[PASSWORD], foreign),
        ("the password", &[SRP, PASSWORD], NEXT),
        ("the password and a face", &[SRP, PASSWORD, SELFIE], TOKENS),
        ("a password after the face", &[SELFIE, PASSWORD], foreign),
        ("a document without the password", &[DOCUMENT], deny(DenyReason::NoPassword)),
        ("a document", &[SRP, PASSWORD, DOCUMENT], NEXT),
        ("the whole enrolment", &[SRP, PASSWORD, CONSENT, WAITING, DOCUMENT, SELFIE], TOKENS),
        ("a selfie before the document is in", &[SRP, PASSWORD, WAITING, SELFIE], foreign),
        ("a document that cost the last try", &[SRP, PASSWORD, last_document], deny(DenyReason::TooManyTries)),
        ("consent that proves something", &[SRP, PASSWORD, proving_consent], foreign),
        ("a document after a selfie", &[SRP, PASSWORD, MISS, DOCUMENT], foreign),
        ("an answered lock", &[ours(Kind::Selfie, State::Locked, 0, false)], deny(DenyReason::DeadEnd)),
        ("a lock that passed", &[ours(Kind::Selfie, State::Locked, 0, true)], deny(DenyReason::DeadEnd)),
        ("a claim is never tokens", &[SRP, PASSWORD, DOCUMENT, CLAIM], NEXT),
        ("a claim turned into a selfie", &[SRP, PASSWORD, DOCUMENT, CLAIM, SELFIE], foreign),
        ("another challenge smuggled in", &[Round::Foreign, SELFIE], foreign),
        ("something after the tokens", &[SELFIE, SELFIE], foreign),
    ];
    for (name, history, want) in table {
        assert_eq!(decide(history, Intent::SignIn, User::Found), want, "{name}");
    }
}

#[test]
fn a_session_ends_after_24_rounds() {
    let waiting = |rounds: usize| [vec![SRP, PASSWORD], vec![WAITING; rounds - 2]].concat();
    assert_eq!(
        decide(&waiting(23), Intent::SignIn, User::Found),
        Decision::Challenge
    );
    assert_eq!(
        decide(&waiting(24), Intent::SignIn, User::Found),
        deny(DenyReason::TooManyRounds)
    );
}

#[test]
fn an_unknown_user_or_intent_gets_nothing() {
    assert_eq!(
        decide(&[SELFIE], Intent::SignIn, User::NotFound),
        deny(DenyReason::UnknownUser)
    );
    assert_eq!(
        decide(&[], Intent::SignIn, User::NotFound),
        Decision::Challenge
    );
    assert_eq!(
        decide(&[SELFIE], Intent::Unsupported, User::Found),
        deny(DenyReason::UnsupportedIntent)
    );
}

#[test]
#[rustfmt::skip]
fn wishes() {
    const NEXT: Decision = Decision::Challenge;
    const TOKENS: Decision = Decision::IssueTokens;
    let misplaced = deny(DenyReason::UnsupportedIntent);
    let locked = ours(Kind::Enrol, State::Locked, 3, false);
    let (second, third) = (ours(Kind::Enrol, State::Upload, 1, false), ours(Kind::Enrol, State::Upload, 2, false));
    let table: [(&str, &[Round], Intent, Decision); 27] = [
        ("a new face", &[SRP, PASSWORD], Intent::ReplaceFace, NEXT),
        ("repeated in its chain", &[SRP, PASSWORD, CONSENT], Intent::ReplaceFace, NEXT),
        ("without the password", &[MISS], Intent::ReplaceFace, misplaced),
        ("at the first contact", &[], Intent::ReplaceFace, misplaced),
        ("instead of tokens", &[SRP, PASSWORD, SELFIE], Intent::ReplaceFace, misplaced),
        ("its claim", &[SRP, PASSWORD, DOCUMENT, CLAIM], Intent::ReplaceFace, NEXT),
        ("the answer to HELD", &[SRP, PASSWORD, DOCUMENT, CLAIM, HELD], Intent::ReplaceFace, deny(DenyReason::DeadEnd)),
        ("a second photo after the claim", &[SRP, PASSWORD, DOCUMENT, CLAIM, CLAIM], Intent::ReplaceFace, deny(DenyReason::ForeignRound)),
        ("a new photo", &[SELFIE], Intent::UpdatePhoto, NEXT),
        ("a new photo of somebody else's", &[MISS], Intent::UpdatePhoto, NEXT),
        ("a new photo first", &[SRP, PASSWORD], Intent::UpdatePhoto, misplaced),
        ("the consent to it", &[SELFIE, CONSENT], Intent::UpdatePhoto, NEXT),
        ("it waits", &[SELFIE, WAITING], Intent::SignIn, NEXT),
        ("it is in", &[SELFIE, WAITING, DOCUMENT], Intent::SignIn, TOKENS),
        ("it is in, the mailbox way", &[SRP, PASSWORD, SELFIE, DOCUMENT], Intent::UpdatePhoto, TOKENS),
        ("it is refused", &[SELFIE, REFUSED], Intent::SignIn, NEXT),
        ("it is refused again and again", &[SELFIE, REFUSED, second, third, locked], Intent::SignIn, deny(DenyReason::DeadEnd)),
        ("then the old one will do", &[SELFIE, REFUSED, second, third, locked], Intent::KeepPhoto, TOKENS),
        ("the old one will do at once", &[SELFIE, CONSENT], Intent::KeepPhoto, TOKENS),
        ("keeping a photo proves nothing", &[MISS], Intent::KeepPhoto, misplaced),
        ("nor after a document", &[SRP, PASSWORD, DOCUMENT], Intent::KeepPhoto, misplaced),
        ("nor after a foreign round", &[SELFIE, REFUSED, MISS], Intent::KeepPhoto, deny(DenyReason::ForeignRound)),
        ("forgetting", &[SELFIE], Intent::Withdraw, NEXT),
        ("forgetting by somebody else", &[MISS], Intent::Withdraw, NEXT),
        ("forgotten", &[SELFIE, GONE], Intent::SignIn, deny(DenyReason::DeadEnd)),
        ("forgotten, and a photo", &[SELFIE, GONE, DOCUMENT], Intent::SignIn, deny(DenyReason::ForeignRound)),
        ("forgetting in an update", &[SELFIE, REFUSED], Intent::Withdraw, misplaced),
    ];
    for (name, history, intent, want) in table {
        assert_eq!(decide(history, intent, User::Found), want, "{name}");
    }
    assert_eq!(decide(&[SELFIE], Intent::UpdatePhoto, User::NotFound), deny(DenyReason::UnknownUser));
    assert_eq!(decide(&[SELFIE, REFUSED], Intent::KeepPhoto, User::NotFound), deny(DenyReason::UnknownUser));
}

/// What must hold whatever the history: written apart from the code under test, on purpose in other words.
fn tokens_are_deserved(history: &[Round], intent: Intent) -> bool {
    let own: Vec<OurRound> = history
        .iter()
        .filter_map(|round| match round {
            Round::Ours(round) => Some(*round),
            _ => None,
        })
        .collect();
    let others = history.len() - own.len();
    let password = history.starts_with(&[SRP, PASSWORD]);
    let proof = |round: &OurRound| {
        round.passed
            && round.kind == Kind::Selfie
            && round.state == State::Upload
            && round.wrong < 3
    };
    let Some(proven) = own.iter().position(proof) else {
        return false;
    };
    let (before, after) = (&own[..proven], &own[proven + 1..]);
    let kind = |kind| move |round: &OurRound| round.kind == kind;
    let claimed = own.iter().any(kind(Kind::Claim));
    let enrolled = before.iter().any(kind(Kind::Enrol));
    let asked_for = match after.last() {
        None => intent == Intent::SignIn,
        Some(last) => {
            after.iter().all(kind(Kind::Enrol))
                && (last.passed && last.wrong < 3 || intent == Intent::KeepPhoto)
                && [Intent::SignIn, Intent::UpdatePhoto, Intent::KeepPhoto].contains(&intent)
        }
    };
    asked_for && !claimed && others == if password { 2 } else { 0 } && (password || !enrolled)
}

/// Calls `visit` with every history of at most `longest` rounds of `alphabet` that starts with `start`.
fn every_history(
    alphabet: &[Round],
    start: &[Round],
    longest: usize,
    visit: &mut impl FnMut(&[Round]),
) {
    let mut history = start.to_vec();
    visit(&history);
    grow(alphabet, &mut history, longest, visit);
}

fn grow(
    alphabet: &[Round],
    history: &mut Vec<Round>,
    longest: usize,
    visit: &mut impl FnMut(&[Round]),
) {
    if history.len() == longest {
        return;
    }
    for round in alphabet {
        history.push(*round);
        visit(history);
        grow(alphabet, history, longest, visit);
        history.pop();
    }
}

/// Histories that were looked at, each with every wish, and how many of them gave tokens.
fn check(alphabet: &[Round], start: &[Round], longest: usize) -> (usize, usize) {
    let (mut seen, mut tokens) = (0_usize, 0_usize);
    every_history(alphabet, start, longest, &mut |history| {
        seen += 1;
        for intent in Intent::ALL {
            if decide(history, intent, User::Found) == Decision::IssueTokens {
                tokens += 1;
                assert!(
                    tokens_are_deserved(history, intent),
                    "{history:?} {intent:?}"
                );
            }
        }
    });
    (seen, tokens)
}

#[test]
fn all_histories_up_to_six_rounds_give_tokens_only_after_a_proven_face() {
    let locked = ours(Kind::Selfie, State::Locked, 0, false);
    let alphabet = [
        SRP,
        Round::SrpA { passed: false },
        PASSWORD,
        Round::Password { passed: false },
        Round::Foreign,
        SELFIE,
        MISS,
        DOCUMENT,
        WAITING,
        CONSENT,
        REFUSED,
        CLAIM,
        HELD,
        locked,
    ];
    let (seen, tokens) = check(&alphabet, &[], 6);
    assert_eq!(
        seen,
        (0..=6).map(|rounds| 14_usize.pow(rounds)).sum::<usize>()
    );
    // Misses do not raise their own count here: 0 to 5 of them before the face, or 0 to 3 after the password, and the
    // enrolments that fit (documents and waits before the one that passed).
    assert!(100 < tokens, "{tokens}");
}

#[test]
fn every_kind_state_count_and_result_gives_tokens_only_after_a_proven_face() {
    let mut alphabet = vec![SRP, PASSWORD, Round::Foreign];
    for (kind, state) in Kind::ALL
        .iter()
        .flat_map(|kind| State::ALL.iter().map(move |state| (*kind, *state)))
    {
        for wrong in 0..=3 {
            alphabet.extend([false, true].map(|passed| ours(kind, state, wrong, passed)));
        }
    }
    for start in [
        vec![],
        vec![SRP, PASSWORD],
        vec![SRP, PASSWORD, DOCUMENT],
        vec![SRP, PASSWORD, CONSENT, WAITING],
        vec![SELFIE],
        vec![SELFIE, REFUSED],
        vec![SRP, PASSWORD, DOCUMENT, CLAIM],
    ] {
        let (seen, tokens) = check(&alphabet, &start, start.len() + 2);
        assert!(20_000 < seen, "{seen}");
        assert_eq!(0 < tokens, !start.contains(&CLAIM), "{start:?} {tokens}");
    }
}
