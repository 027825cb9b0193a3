//! Rounds of a sign-in: photos out, challenges and tokens in.

use face_login_domain::words;

use super::{
    Activity, Answer, Aside, Consent, Ending, Errand, LEAST_UPLOAD_TIME, MAX_QUIET_STARTS, Notice,
    Page, Photo, Plan, Proof, Recovery, Round, Screen, Setup,
};
use crate::{
    challenge::{Kind, State},
    consent,
    failure::{Failure, UploadFailure},
    moment::Moment,
    reason::Reason,
};

impl Page {
    /// A photo is ready. If the form for it is about to run out, a fresh one is fetched first, and the photo goes there.
    pub(super) fn photo_taken(&mut self, now: Moment) -> Vec<Plan> {
        if !matches!(self.screen, Screen::Document | Screen::Selfie)
            || self.activity != Activity::Idle
        {
            return Vec::new();
        }
        self.photo = Photo::Held;
        self.send_photo(now)
    }

    fn send_photo(&mut self, now: Moment) -> Vec<Plan> {
        let expires_at = self.challenge().map(|challenge| challenge.expires_at);
        match (self.upload_form().cloned(), expires_at, &self.proof) {
            (Some(form), Some(end), _) if now.after(LEAST_UPLOAD_TIME) < end => {
                self.work(Plan::Upload(form))
            }
            (_, _, Some(proof)) => {
                let proof = proof.clone();
                self.photo = if self.photo == Photo::Held {
                    Photo::HeldAgain
                } else {
                    Photo::None
                };
                self.begin(proof)
            }
            _ => self.end(Ending::RanOut),
        }
    }

    pub(super) fn sent(&mut self, percent: u8) -> Vec<Plan> {
        if let Activity::Sending(_) = self.activity {
            self.activity = Activity::Sending(percent.min(100));
        }
        Vec::new()
    }

    pub(super) fn uploaded(
        &mut self,
        outcome: Result<(), UploadFailure>,
        now: Moment,
    ) -> Vec<Plan> {
        match (outcome, self.round.clone()) {
            (Ok(()), Some(round)) => {
                self.photo = Photo::None;
                self.screen = Screen::Checking;
                let aside = self.errands_aside(round.challenge.kind);
                self.answer(round, aside)
            }
            (Err(UploadFailure::TooLate), Some(round)) => {
                self.expire(round, now);
                self.send_photo(now)
            }
            (Err(UploadFailure::Offline), _) => self.say(Notice::Failure(Failure::Offline)),
            (Err(UploadFailure::Refused), _) => self.say(Notice::PhotoRefused),
            (_, None) => self.end(Ending::RanOut),
        }
    }

    /// The storage says that the form's time is over, whatever our clock says.
    fn expire(&mut self, mut round: Round, now: Moment) {
        round.challenge.expires_at = now;
        self.round = Some(round);
    }

    pub(super) fn consent_given(&mut self, consent: Consent) -> Vec<Plan> {
        match (consent, self.screen, self.round.clone()) {
            (Consent::NotGiven, ..) => self.say(Notice::ConsentMissing),
            (Consent::Given, Screen::Errand(errand), _) => self.run_errand(errand),
            (Consent::Given, _, Some(round)) => {
                if let Some(Proof::Mailbox { aside, .. }) = &mut self.proof {
                    aside.consent = Consent::Given;
                }
                self.answer(round, Aside::consent(Consent::Given))
            }
            (Consent::Given, _, None) => self.end(Ending::RanOut),
        }
    }

    pub(super) fn answer(&mut self, round: Round, aside: Aside) -> Vec<Plan> {
        self.work(Plan::Answer {
            round,
            aside,
            not_before: self.ready_at,
        })
    }

    pub(super) fn answered(&mut self, outcome: Result<Answer, Failure>, now: Moment) -> Vec<Plan> {
        match outcome {
            Ok(Answer::Granted(session)) => self.granted(session, now),
            Ok(Answer::Challenged(round)) => self.challenged(round, now),
            Ok(Answer::Unknown) => self.end(Ending::PageTooOld),
            Err(Failure::SessionOver) => self.begin_quietly(),
            Err(Failure::Denied) if self.screen == Screen::SignIn => {
                self.say(Notice::Failure(Failure::Denied))
            }
            Err(Failure::Denied) => self.end(Ending::Denied),
            Err(failure) => self.say(Notice::Failure(failure)),
        }
    }

    /// A dead Cognito session is nobody's fault: a new one is begun without a question, but not for ever.
    fn begin_quietly(&mut self) -> Vec<Plan> {
        match &self.proof {
            Some(proof) if self.quiet_starts < MAX_QUIET_STARTS => {
                let proof = proof.clone();
                self.quiet_starts += 1;
                self.begin(proof)
            }
            _ => self.end(Ending::RanOut),
        }
    }

    fn challenged(&mut self, round: Round, now: Moment) -> Vec<Plan> {
        let answered = matches!(self.unfinished.take(), Some(Plan::Answer { .. }));
        if answered {
            self.quiet_starts = 0;
        }
        let challenge = round.challenge.clone();
        if challenge.kind == Kind::Document {
            self.setup = match self.errand {
                Some(Errand::Update) => Setup::Updating,
                _ => Setup::Enrolling,
            };
        }
        let (before, photo) = (self.screen, self.photo);
        self.round = Some(round.clone());
        self.ready_at = now.after(challenge.wait);
        match (&challenge.state, challenge.kind) {
            // The tries for a new photo are used up: the face was proven, so the old photo signs in.
            (State::Locked, _) if self.setup == Setup::Updating => {
                self.ready_at = now;
                self.keep_photo()
            }
            (State::Locked, _) if challenge.reason == TICKET_EXPIRED => {
                self.leave();
                self.show(
                    Screen::Recover(Recovery::NoFace),
                    challenge.reason.map(Notice::Reason),
                )
            }
            (State::Locked, _) => self.show(
                Screen::Locked {
                    until: self.ready_at,
                },
                None,
            ),
            (State::Held, _) => self.held(challenge.expires_at),
            (State::Withdrawn, _) => self.forgotten(),
            (State::Consent { version }, _) if version != consent::VERSION => {
                self.end(Ending::PageTooOld)
            }
            (State::Consent { .. }, _) => self.show(Screen::Consent, None),
            (State::Pending, _) => {
                self.screen = Screen::Checking;
                self.answer(round, Aside::NONE)
            }
            (State::Upload(_), kind) => {
                let screen = camera_screen(kind);
                if photo != Photo::None && before == screen {
                    return self.send_photo(now);
                }
                self.photo = Photo::None;
                let notice = match (challenge.reason, kind) {
                    (Some(reason), _) => Some(Notice::Reason(reason)),
                    (None, Kind::Selfie) if answered && before == Screen::Checking => {
                        Some(Notice::DocumentTaken)
                    }
                    (None, _) if 0 < self.quiet_starts => Some(Notice::BegunAgain),
                    (None, _) => None,
                };
                self.show(screen, notice)
            }
        }
    }

    pub(super) fn end(&mut self, ending: Ending) -> Vec<Plan> {
        self.round = None;
        self.photo = Photo::None;
        self.unfinished = None;
        self.show(Screen::SessionOver(ending), None)
    }
}

const TICKET_EXPIRED: Option<Reason> = Some(Reason::Known(words::Reason::TicketExpired));

fn camera_screen(kind: Kind) -> Screen {
    match kind {
        Kind::Selfie => Screen::Selfie,
        Kind::Document => Screen::Document,
    }
}
