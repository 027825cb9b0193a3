//! Who gets tokens, and what they say.

use super::*;

const WINDOW: Duration = Duration::from_mins(1);

fn at(secs: u64) -> Timestamp {
    Timestamp::from_millis(1_000_000 + secs * 1000)
}

fn enrolment(byte: u8) -> EnrolmentId {
    EnrolmentId::from_random([byte; 16])
}

fn client(name: &str) -> ClientId {
    ClientId::parse(name).unwrap()
}

fn pass(byte: u8, secs: u64) -> Pass {
    Pass {
        challenge: ChallengeId::from_random([byte; 16]),
        at: at(secs),
        method: Method::Face,
        enrolment: enrolment(1),
        client: client("page"),
    }
}

#[test]
fn tokens_need_an_own_client_an_enrolment_and_a_fresh_pass() {
    let (page, active) = (client("page"), enrolment(1));
    let passes = [pass(1, 0)];
    let old_face = [Pass {
        enrolment: enrolment(2),
        ..pass(1, 0)
    }];
    let other_client = [Pass {
        client: client("other"),
        ..pass(1, 0)
    }];
    let good = Situation {
        now: at(59),
        occasion: Occasion::SignIn,
        client: Client::Ours(&page),
        active: Some(&active),
        passes: &passes,
        window: WINDOW,
    };
    assert_eq!(decide(&good), Decision::Spend(pass(1, 0)));
    for (name, situation, want) in [
        (
            "a minute later",
            Situation {
                now: at(60),
                ..good
            },
            Closed::NoPass,
        ),
        (
            "no pass",
            Situation {
                passes: &[],
                ..good
            },
            Closed::NoPass,
        ),
        (
            "a pass of a replaced face",
            Situation {
                passes: &old_face,
                ..good
            },
            Closed::NoPass,
        ),
        (
            "a pass at another client",
            Situation {
                passes: &other_client,
                ..good
            },
            Closed::NoPass,
        ),
        (
            "a second client",
            Situation {
                client: Client::Foreign,
                ..good
            },
            Closed::ForeignClient,
        ),
        (
            "nothing enrolled",
            Situation {
                active: None,
                ..good
            },
            Closed::NotEnrolled,
        ),
        (
            "another way to tokens",
            Situation {
                occasion: Occasion::Foreign,
                ..good
            },
            Closed::ForeignOccasion,
        ),
        (
            "a refresh at a second client",
            Situation {
                occasion: Occasion::Refresh,
                client: Client::Foreign,
                ..good
            },
            Closed::ForeignClient,
        ),
        (
            "a refresh after the consent was withdrawn",
            Situation {
                occasion: Occasion::Refresh,
                active: None,
                ..good
            },
            Closed::NotEnrolled,
        ),
    ] {
        assert_eq!(decide(&situation), Decision::Refuse(want), "{name}");
    }
}

#[test]
fn a_refresh_needs_no_pass() {
    let (page, active) = (client("page"), enrolment(1));
    let refresh = Situation {
        now: at(100_000),
        occasion: Occasion::Refresh,
        client: Client::Ours(&page),
        active: Some(&active),
        passes: &[],
        window: WINDOW,
    };
    let decision = decide(&refresh);
    assert_eq!(
        decision,
        Decision::Renew {
            enrolment: enrolment(1)
        }
    );
    assert_eq!(
        decision.claims(),
        [
            ("face_login_method", "face".to_owned()),
            ("face_login_enrolment", enrolment(1).as_str().to_owned())
        ]
    );
}

#[test]
fn the_newest_pass_counts_and_its_claims_are_its_own() {
    let (page, active) = (client("page"), enrolment(1));
    let by_mail = Pass {
        method: Method::MailAndFace,
        ..pass(2, 20)
    };
    let passes = [pass(1, 0), by_mail.clone(), pass(3, 10)];
    let decision = decide(&Situation {
        now: at(30),
        occasion: Occasion::SignIn,
        client: Client::Ours(&page),
        active: Some(&active),
        passes: &passes,
        window: WINDOW,
    });
    assert_eq!(decision, Decision::Spend(by_mail));
    assert_eq!(
        decision.claims(),
        [
            ("face_login_method", "mail+face".to_owned()),
            ("face_login_enrolment", enrolment(1).as_str().to_owned()),
            ("face_login_at", "1020".to_owned())
        ]
    );
}

#[test]
fn only_two_sources_are_known() {
    for (source, want) in [
        ("TokenGeneration_Authentication", Occasion::SignIn),
        ("TokenGeneration_RefreshTokens", Occasion::Refresh),
        ("TokenGeneration_HostedAuth", Occasion::Foreign),
        ("TokenGeneration_NewPasswordChallenge", Occasion::Foreign),
        ("TokenGeneration_AuthenticateDevice", Occasion::Foreign),
        ("", Occasion::Foreign),
    ] {
        assert_eq!(Occasion::of_source(source), want, "{source}");
    }
}
