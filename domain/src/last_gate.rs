//! The last gate: whether Cognito may make tokens, whatever led it there.
//!
//! Define says "tokens" only after a proven face. This asks again from what Verify wrote, so that another client, another flow or a
//! switch of the pool that nobody thought of opens nothing. See `docs/adr/0010` and `docs/adr/0011`.

use std::time::Duration;

use crate::{
    ids::{ChallengeId, ClientId, EnrolmentId},
    time::Timestamp,
};

words! {
    /// What a sign-in proved, as the claim `face_login_method` says it.
    Method {
        /// The face.
        Face = "face",
        /// The mailbox, and then the face.
        MailAndFace = "mail+face",
    }
}

/// A passed selfie, as Verify recorded it. It is worth tokens once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The challenge that it answered; names the pass.
    pub challenge: ChallengeId,
    /// When.
    pub at: Timestamp,
    /// What was proven.
    pub method: Method,
    /// Whose face it was compared with.
    pub enrolment: EnrolmentId,
    /// The client that answered.
    pub client: ClientId,
}

/// Why Cognito asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A sign-in, of whatever flow.
    SignIn,
    /// A refresh token was shown. Cognito does not tell from which sign-in it is.
    Refresh,
    /// A way to tokens that this product does not have: a hosted page, a temporary password, a remembered device.
    Foreign,
}

impl Occasion {
    /// The occasion of a trigger source.
    pub fn of_source(source: &str) -> Self {
        match source {
            "TokenGeneration_Authentication" => Self::SignIn,
            "TokenGeneration_RefreshTokens" => Self::Refresh,
            _ => Self::Foreign,
        }
    }
}

/// Whether the client that asks is one that the template made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client<'a> {
    /// It is this one.
    Ours(&'a ClientId),
    /// It is another one.
    Foreign,
}

/// What the gate knows.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The time.
    pub now: Timestamp,
    /// Why Cognito asks.
    pub occasion: Occasion,
    /// Who asks.
    pub client: Client<'a>,
    /// The user's active enrolment. `None` too for a user who is not confirmed or has no verified address.
    pub active: Option<&'a EnrolmentId>,
    /// The user's passes that gave no tokens yet.
    pub passes: &'a [Pass],
    /// How old a pass may be.
    pub window: Duration,
}

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Tokens for this pass, once it is spent.
    Spend(Pass),
    /// Tokens from a sign-in before.
    Renew {
        /// The only enrolment that a living refresh token can be from.
        enrolment: EnrolmentId,
    },
    /// No tokens.
    Refuse(Closed),
}

/// Why there are no tokens, for the log. The client hears one text for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    /// A way to tokens that is not ours.
    ForeignOccasion,
    /// A client that is not ours.
    ForeignClient,
    /// Nothing is enrolled, or not any more.
    NotEnrolled,
    /// No pass that is fresh, this client's, of the active enrolment, and unspent.
    NoPass,
}

impl Closed {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::ForeignOccasion,
        Self::ForeignClient,
        Self::NotEnrolled,
        Self::NoPass,
    ];
}

/// Decides. Of several passes the newest counts: it tells the most of this sign-in.
pub fn decide(situation: &Situation<'_>) -> Decision {
    let Client::Ours(client) = situation.client else {
        return Decision::Refuse(Closed::ForeignClient);
    };
    let Some(active) = situation.active else {
        return Decision::Refuse(Closed::NotEnrolled);
    };
    match situation.occasion {
        Occasion::Foreign => Decision::Refuse(Closed::ForeignOccasion),
        Occasion::Refresh => Decision::Renew {
            enrolment: active.clone(),
        },
        Occasion::SignIn => {
            let good = situation.passes.iter().filter(|pass| {
                situation.now.since(pass.at) < situation.window
                    && pass.client == *client
                    && pass.enrolment == *active
            });
            good.max_by_key(|pass| pass.at)
                .map_or(Decision::Refuse(Closed::NoPass), |pass| {
                    Decision::Spend(pass.clone())
                })
        }
    }
}

impl Decision {
    /// The claims of the ID token: only what is recorded.
    ///
    /// A refresh tells neither time nor method of the sign-in, so its time is left out (`auth_time` is in the token) and the method is the
    /// one that every sign-in proves at least.
    pub fn claims(&self) -> Vec<(&'static str, String)> {
        let claims = |method: Method, enrolment: &EnrolmentId| {
            vec![
                ("face_login_method", method.as_str().to_owned()),
                ("face_login_enrolment", enrolment.as_str().to_owned()),
            ]
        };
        match self {
            Self::Spend(pass) => {
                let mut claims = claims(pass.method, &pass.enrolment);
                claims.push(("face_login_at", pass.at.secs().to_string()));
                claims
            }
            Self::Renew { enrolment } => claims(Method::Face, enrolment),
            Self::Refuse(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
#[path = "last_gate/tests.rs"]
mod tests;
