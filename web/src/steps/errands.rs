//! What people come for besides signing in: a new face, a new photo, to be forgotten.

use super::{
    Activity, Aside, Consent, Errand, Notice, Page, Photo, Plan, Proof, Recovery, Screen, Setup,
    Wish,
};
use crate::{challenge::Kind, entered::Email, moment::Moment};

impl Page {
    /// Begins it, in a Cognito session of its own: what is wanted goes with the proof that it takes.
    pub(super) fn run_errand(&mut self, errand: Errand) -> Vec<Plan> {
        let proof = match (errand, &self.proof, &self.session) {
            (Errand::Replace, Some(Proof::Mailbox { name, password, .. }), _) => Proof::Mailbox {
                name: name.clone(),
                password: password.clone(),
                aside: Aside {
                    consent: Consent::Given,
                    wish: Some(Wish::ReplaceFace),
                },
            },
            (Errand::Replace, ..) => return self.turn_to(Screen::Recover(Recovery::NoFace)),
            (Errand::Update | Errand::Forget, _, Some(session)) => {
                // Kept with the tokens that come of it.
                self.email = Email::parse(&session.login).or(self.email.take());
                Proof::Face {
                    name: session.username.clone(),
                }
            }
            (Errand::Update | Errand::Forget, ..) => return self.turn_to(Screen::SignIn),
        };
        self.errand = Some(errand);
        self.begin(proof)
    }

    /// What goes along with the answer to a photo.
    pub(super) fn errands_aside(&self, kind: Kind) -> Aside {
        match (kind, self.errand) {
            (Kind::Selfie, Some(Errand::Update)) => Aside {
                consent: Consent::Given,
                wish: Some(Wish::UpdatePhoto),
            },
            (Kind::Selfie, Some(Errand::Forget)) => Aside {
                consent: Consent::NotGiven,
                wish: Some(Wish::Withdraw),
            },
            _ => Aside::NONE,
        }
    }

    /// What there is to say when tokens come at the end.
    pub(super) fn errands_outcome(&self) -> Option<Notice> {
        match (self.errand, self.setup) {
            (Some(Errand::Update), Setup::Updating) => Some(Notice::PhotoUpdated),
            (Some(Errand::Update), _) => Some(Notice::PhotoKept),
            _ => None,
        }
    }

    /// No new photo after all.
    pub(super) fn keep_photo(&mut self) -> Vec<Plan> {
        match (self.setup, self.activity, self.round.clone()) {
            (Setup::Updating, Activity::Sending(_), _) => Vec::new(),
            (Setup::Updating, _, Some(round)) => {
                self.setup = Setup::None;
                self.photo = Photo::None;
                self.screen = Screen::Checking;
                self.answer(
                    round,
                    Aside {
                        consent: Consent::NotGiven,
                        wish: Some(Wish::KeepPhoto),
                    },
                )
            }
            _ => Vec::new(),
        }
    }

    /// The new face waits. What an earlier visit left half-finished is finished.
    pub(super) fn held(&mut self, until: Moment) -> Vec<Plan> {
        self.leave();
        self.show(Screen::Held { until }, None);
        vec![Plan::Forget]
    }

    /// The face is gone, and with it every session.
    pub(super) fn forgotten(&mut self) -> Vec<Plan> {
        let ended = self.session.take();
        self.leave();
        self.show(Screen::Forgotten, None);
        let mut plans = vec![Plan::Forget];
        plans.extend(ended.map(Plan::Drop));
        plans
    }

    /// Back to where this began: signed in, if so, or the form. Whether the session still stands is asked at once.
    pub(super) fn go_back(&mut self, now: Moment) -> Vec<Plan> {
        let Some(session) = self.session.take() else {
            return self.turn_to(Screen::SignIn);
        };
        self.leave();
        self.session = Some(session.clone());
        self.show(Screen::SignedIn, None);
        vec![Plan::Renew {
            session,
            not_before: now,
        }]
    }
}
