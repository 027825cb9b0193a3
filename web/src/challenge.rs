//! The challenge parameters of the protocol `face-login/1`, read tolerantly.

use std::time::Duration;

use face_login_domain::{parameters::PROTOCOL, words};

use crate::{moment::Moment, reason::Reason};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A selfie.
    Selfie,
    /// The reference photo of an enrolment.
    Document,
}

/// How it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Consent to this version of the text has to come first.
    Consent {
        /// The version that the server wants.
        version: String,
    },
    /// A photo is to be sent.
    Upload(Form),
    /// The photo is being worked on: answer again after the wait.
    Pending,
    /// Too many wrong faces. The wait says for how long.
    Locked,
    /// The new face is not valid before `expires_at`.
    Held,
    /// The face is forgotten.
    Withdrawn,
}

/// A presigned POST.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    /// Where to.
    pub url: String,
    /// The form fields as a JSON object, in the order in which they go before the file.
    pub fields: String,
    /// Bytes the photo may have at most.
    pub max_bytes: u32,
}

/// The form's fields sign an upload: they are not for logs.
impl std::fmt::Debug for Form {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Form")
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}

/// One challenge of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// What is asked for.
    pub kind: Kind,
    /// How.
    pub state: State,
    /// Answered with, whatever the state.
    pub id: String,
    /// Until when it can be answered.
    pub expires_at: Moment,
    /// Tries left in this Cognito session, this one included.
    pub attempts_left: u32,
    /// How long to wait before answering (or, when locked, before beginning again).
    pub wait: Duration,
    /// Why the last answer did not pass.
    pub reason: Option<Reason>,
}

impl Challenge {
    /// `parameter` looks a challenge parameter up. `None` for another protocol, kind or state than this page knows, or a challenge that can't be answered:
    /// the page then says so and stops.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let text = |key: &str| parameter(key).unwrap_or_default();
        let number = |key: &str| text(key).parse::<u64>().ok();
        if text("protocol") != PROTOCOL {
            return None;
        }
        let kind = match text("challenge") {
            challenge if challenge == words::Kind::Selfie.challenge() => Kind::Selfie,
            challenge if challenge == words::Kind::Enrol.challenge() => Kind::Document,
            _ => return None,
        };
        let state = match words::State::parse(&text("state"))? {
            words::State::Consent => State::Consent {
                version: text("consentVersion"),
            },
            words::State::Upload => State::Upload(Form {
                url: parameter("uploadUrl").filter(|url| !url.is_empty())?,
                fields: text("uploadFields"),
                max_bytes: u32::try_from(number("uploadMaxBytes")?).ok()?,
            }),
            words::State::Pending => State::Pending,
            words::State::Locked => State::Locked,
            words::State::Held => State::Held,
            words::State::Withdrawn => State::Withdrawn,
        };
        Some(Self {
            kind,
            state,
            id: parameter("challengeId").filter(|id| !id.is_empty())?,
            expires_at: Moment::from_seconds(number("expiresAt").unwrap_or(u64::MAX)),
            attempts_left: number("attemptsLeft")
                .and_then(|left| u32::try_from(left).ok())
                .unwrap_or(1),
            wait: Duration::from_millis(number("retryAfterMs").unwrap_or_default()),
            reason: Reason::parse(&text("reason")),
        })
    }
}

#[cfg(test)]
mod tests {
    use face_login_domain::{
        enrolment::ConsentVersion,
        ids::ChallengeId,
        parameters::{self, Parameters},
        time::Timestamp,
    };

    use super::*;

    const SELFIE: &[(&str, &str)] = &[
        ("protocol", "face-login/1"),
        ("challenge", "SELFIE"),
        ("state", "UPLOAD"),
        ("challengeId", "AAAAAAAAAAAAAAAAAAAAAA"),
        ("uploadUrl", "http://127.0.0.1:9/selfies"),
        ("uploadFields", "{\"key\":\"selfies/A\"}"),
        ("uploadMaxBytes", "2000000"),
        ("expiresAt", "1793500205"),
        ("attemptsLeft", "3"),
        ("retryAfterMs", "1000"),
        ("consentVersion", "2026-11"),
        ("reason", ""),
    ];

    fn read(changes: &[(&str, Option<&str>)]) -> Option<Challenge> {
        Challenge::read(
            |key| match changes.iter().find(|(changed, _)| *changed == key) {
                Some((_, value)) => value.map(str::to_owned),
                None => SELFIE
                    .iter()
                    .find(|(known, _)| *known == key)
                    .map(|(_, value)| (*value).to_owned()),
            },
        )
    }

    #[test]
    fn a_selfie_to_upload() {
        let challenge = read(&[]).unwrap();
        assert_eq!(challenge.kind, Kind::Selfie);
        assert_eq!(
            challenge.state,
            State::Upload(Form {
                url: "http://127.0.0.1:9/selfies".into(),
                fields: "{\"key\":\"selfies/A\"}".into(),
                max_bytes: 2_000_000
            })
        );
        assert_eq!(
            (challenge.id.as_str(), challenge.attempts_left),
            ("AAAAAAAAAAAAAAAAAAAAAA", 3)
        );
        assert_eq!(
            (challenge.expires_at, challenge.wait),
            (Moment::from_seconds(1_793_500_205), Duration::from_secs(1))
        );
        assert_eq!(challenge.reason, None);
    }

    #[test]
    fn states_without_an_upload_do_not_need_its_parameters() {
        for (state, want) in [
            (
                "CONSENT",
                State::Consent {
                    version: "2026-11".into(),
                },
            ),
            ("PENDING", State::Pending),
            ("LOCKED", State::Locked),
            ("HELD", State::Held),
        ] {
            let challenge = read(&[
                ("state", Some(state)),
                ("uploadUrl", Some("")),
                ("uploadFields", None),
                ("uploadMaxBytes", None),
                ("challenge", Some("ENROL_DOCUMENT")),
            ]);
            assert_eq!(
                challenge.map(|challenge| (challenge.kind, challenge.state)),
                Some((Kind::Document, want))
            );
        }
    }

    #[test]
    fn what_the_page_does_not_know_it_does_not_guess() {
        for (name, change) in [
            ("another protocol", ("protocol", Some("face-login/2"))),
            ("no protocol", ("protocol", None)),
            ("another challenge", ("challenge", Some("LIVENESS"))),
            ("another state", ("state", Some("DANCE"))),
            ("nowhere to upload to", ("uploadUrl", Some(""))),
            ("nothing to answer", ("challengeId", None)),
            ("no size", ("uploadMaxBytes", Some("many"))),
        ] {
            assert_eq!(read(&[change]), None, "{name}");
        }
    }

    #[test]
    fn the_reason_is_kept() {
        assert_eq!(
            read(&[("reason", Some("TOO_DARK"))]).unwrap().reason,
            Some(Reason::Known(words::Reason::TooDark))
        );
    }

    #[test]
    fn everything_that_the_server_can_say_is_understood() {
        let id = ChallengeId::from_random([7; 16]);
        let consent = ConsentVersion::parse(crate::consent::VERSION).unwrap();
        for kind in words::Kind::ALL {
            for state in words::State::ALL {
                let sent = Parameters {
                    kind: *kind,
                    state: *state,
                    challenge: &id,
                    form: parameters::Form {
                        url: "http://127.0.0.1:9/b".into(),
                        ..Default::default()
                    },
                    max_bytes: 2_097_152,
                    expires_at: Timestamp::from_millis(1_793_500_205_000),
                    wrong: 1,
                    retry_after: Duration::from_secs(4),
                    consent: &consent,
                    reason: Some(words::Reason::Blurred),
                };
                let sent = sent.to_map();
                let read = Challenge::read(|key| sent.get(key).cloned());
                let read = read.unwrap_or_else(|| panic!("{kind:?} {state:?}"));
                assert_eq!(
                    (read.id.as_str(), read.attempts_left, read.wait),
                    (id.as_str(), 2, Duration::from_secs(4))
                );
                assert_eq!(read.reason, Some(Reason::Known(words::Reason::Blurred)));
                assert_eq!(read.expires_at, Moment::from_seconds(1_793_500_205));
            }
        }
    }

    #[test]
    fn a_form_does_not_print_its_signature() {
        let printed = format!("{:?}", read(&[]).unwrap());
        assert!(!printed.contains("selfies"), "{printed}");
    }
}
