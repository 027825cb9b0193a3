//! The public challenge parameters: the same keys for everybody, whatever is known of the user.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    enrolment::ConsentVersion,
    ids::ChallengeId,
    metadata::MAX_WRONG,
    time::Timestamp,
    words::{Kind, Reason, State},
};

/// Name and version of the protocol.
pub const PROTOCOL: &str = "face-login/1";

/// Waits between answers, in seconds, by how often the session has waited; the last one repeats.
const WAITS: [u64; 6] = [1, 1, 2, 4, 8, 15];

/// The wait after `waits` earlier ones.
pub fn wait(waits: usize) -> Duration {
    Duration::from_secs(WAITS[waits.min(WAITS.len() - 1)])
}

/// An upload form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent; empty if there is none.
    pub url: String,
    /// Its fields.
    pub fields: BTreeMap<String, String>,
}

/// What a round tells the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters<'a> {
    /// What the round is for.
    pub kind: Kind,
    /// What it asks for.
    pub state: State,
    /// The answer to it.
    pub challenge: &'a ChallengeId,
    /// The upload form.
    pub form: Form,
    /// Most bytes of the photo.
    pub max_bytes: u64,
    /// Until when an answer counts.
    pub expires_at: Timestamp,
    /// Tries of this session that are used up.
    pub wrong: u8,
    /// How long to wait before answering.
    pub retry_after: Duration,
    /// The consent text that an enrolment needs.
    pub consent: &'a ConsentVersion,
    /// Why the last answer did not pass.
    pub reason: Option<Reason>,
}

impl Parameters<'_> {
    /// The parameters as Cognito hands them on: twelve strings.
    pub fn to_map(&self) -> BTreeMap<&'static str, String> {
        let fields = if self.form.fields.is_empty() {
            String::new()
        } else {
            json_object(&self.form.fields)
        };
        BTreeMap::from([
            ("protocol", PROTOCOL.to_owned()),
            ("challenge", self.kind.challenge().to_owned()),
            ("state", self.state.as_str().to_owned()),
            ("challengeId", self.challenge.as_str().to_owned()),
            ("uploadUrl", self.form.url.clone()),
            ("uploadFields", fields),
            ("uploadMaxBytes", self.max_bytes.to_string()),
            ("expiresAt", self.expires_at.secs().to_string()),
            (
                "attemptsLeft",
                MAX_WRONG.saturating_sub(self.wrong).to_string(),
            ),
            ("retryAfterMs", self.retry_after.as_millis().to_string()),
            ("consentVersion", self.consent.as_str().to_owned()),
            ("reason", self.reason.map_or("", Reason::as_str).to_owned()),
        ])
    }
}

fn json_object(fields: &BTreeMap<String, String>) -> String {
    serde_json::to_string(fields).expect("texts by text are a JSON object")
}

/// The challenge that an answer names: `<challenge id>`. A proof after a dot is reserved for later and not accepted.
pub fn answered(answer: &str) -> Option<ChallengeId> {
    ChallengeId::parse(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters<'a>(
        challenge: &'a ChallengeId,
        consent: &'a ConsentVersion,
        form: Form,
    ) -> Parameters<'a> {
        Parameters {
            kind: Kind::Selfie,
            state: State::Upload,
            challenge,
            form,
            max_bytes: 2_097_152,
            expires_at: Timestamp::from_millis(1_700_000_120_999),
            wrong: 1,
            retry_after: Duration::ZERO,
            consent,
            reason: Some(Reason::TurnedAway),
        }
    }

    #[test]
    fn every_key_is_always_there() {
        let (id, consent) = (
            ChallengeId::from_random([1; 16]),
            ConsentVersion::parse("2026-11").unwrap(),
        );
        let form = Form {
            url: "https://x/".to_owned(),
            fields: BTreeMap::from([("key".to_owned(), "a\"b".to_owned())]),
        };
        let with = parameters(&id, &consent, form).to_map();
        let without = parameters(&id, &consent, Form::default()).to_map();
        assert!(with.keys().eq(without.keys()));
        let want = [
            ("attemptsLeft", "2"),
            ("challenge", "SELFIE"),
            ("challengeId", "AQEBAQEBAQEBAQEBAQEBAQ"),
            ("consentVersion", "2026-11"),
            ("expiresAt", "1700000120"),
            ("protocol", "face-login/1"),
            ("reason", "TURNED_AWAY"),
            ("retryAfterMs", "0"),
            ("state", "UPLOAD"),
            ("uploadFields", r#"{"key":"a\"b"}"#),
            ("uploadMaxBytes", "2097152"),
            ("uploadUrl", "https://x/"),
        ];
        assert!(
            with.iter()
                .map(|(key, value)| (*key, value.as_str()))
                .eq(want),
            "{with:?}"
        );
        assert_eq!(
            (
                without["uploadUrl"].as_str(),
                without["uploadFields"].as_str()
            ),
            ("", "")
        );
    }

    #[test]
    fn waits_grow() {
        let secs: Vec<_> = (0..8).map(|waits| wait(waits).as_secs()).collect();
        assert_eq!(secs, [1, 1, 2, 4, 8, 15, 15, 15]);
    }

    #[test]
    fn an_answer_is_the_challenge_and_nothing_else() {
        let id = ChallengeId::from_random([1; 16]);
        assert_eq!(answered(id.as_str()), Some(id.clone()));
        for other in [
            "",
            "anything",
            &format!("{}.proof", id.as_str()),
            &format!(" {}", id.as_str()),
        ] {
            assert_eq!(answered(other), None, "{other}");
        }
    }
}
