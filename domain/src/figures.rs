//! The figures that functions tell: the one home of their names. A closed list, so that no figure can name anybody: a name is made of fixed words only,
//! its one dimension is the function, and every value counts events or measures milliseconds.
//!
//! A reason is a part of the name and no dimension: one line of a function may count several.

use std::borrow::Cow;

use crate::{
    challenge::{Aim, ChallengeRecord},
    define::DenyReason,
    last_gate::Closed,
    similarity::Similarity,
    succession::Event,
    words::{Kind, Reason},
};

words! {
    /// What a person is about to do.
    Step {
        /// Sign in with the active face.
        SignIn = "SignIns",
        /// Enrol the first face.
        Enrolment = "Enrolments",
        /// Claim the account with a new face.
        Claim = "Claims",
        /// Give the face a new photo.
        Update = "Updates",
        /// Be forgotten.
        Withdrawal = "Withdrawals",
    }
}

words! {
    /// How alike the user's own best face was, as Rekognition says it, in per cent. It tells only of faces at the threshold.
    Band {
        /// No face of the user's was at the threshold.
        None = "none",
        /// 90 to below 95.
        From90 = "90",
        /// 95 to below 97.
        From95 = "95",
        /// 97 to below 98.
        From97 = "97",
        /// 98 to below 99.
        From98 = "98",
        /// 99 to below 99.5.
        From99 = "99",
        /// 99.5 to below 99.9.
        From995 = "99.5",
        /// 99.9 to 100.
        From999 = "99.9",
    }
}

words! {
    /// What the sweeper found, per run.
    Swept {
        /// Selfies that were left behind.
        Selfies = "SelfiesRemoved",
        /// Uploaded documents that were left behind.
        Documents = "DocumentsRemoved",
        /// Kept photos whose time or enrolment was over.
        KeptPhotos = "KeptPhotosRemoved",
        /// Users who are not in the pool any more.
        Erased = "UsersErased",
        /// Users whose enrolment ended, because they did not sign in for so long.
        Withdrawn = "EnrolmentsPastRetention",
        /// Users with an enrolment that was never finished.
        Lapsed = "EnrolmentsLapsed",
        /// Faces of erased and retired enrolments.
        Faces = "FacesRemoved",
        /// Faces that no row holds.
        LostFaces = "LostFacesRemoved",
        /// Faces without a row that were seen for the first time, or not long enough ago.
        Suspects = "LostFacesSuspected",
        /// Faces that this product did not label. They stay.
        ForeignFaces = "ForeignFaces",
        /// Rows whose face is in no collection. They stay, and their owners can't sign in.
        MissingFaces = "FacesMissing",
        /// Addresses whose owner is gone.
        Mailboxes = "MailboxesRemoved",
        /// Users who never confirmed their address.
        SignUps = "SignUpsRemoved",
        /// Rows, keys, faces and photos that this release can't read or that a service keeps. They stay.
        Skipped = "Skipped",
        /// Tasks that an outage or a refusal ended.
        Failed = "TasksFailed",
        /// Tasks that the next run goes on with.
        Unfinished = "TasksUnfinished",
    }
}

words! {
    /// What is measured in milliseconds.
    Time {
        /// One request to Rekognition, as it went over the wire.
        Rekognition = "RekognitionTime",
        /// One request to `DynamoDB`.
        DynamoDb = "DynamoDbTime",
        /// One request to S3.
        S3 = "S3Time",
        /// One request to the user pool.
        UserPool = "UserPoolTime",
        /// One request to SES.
        Mail = "MailTime",
        /// A run, without the times in which it waited for a service.
        Own = "OwnTime",
        /// A run.
        Whole = "RunTime",
    }
}

/// What happened, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Create presented the first custom round of a session.
    SessionBegun,
    /// Define ended a session with tokens.
    SessionApproved,
    /// Define ended a session that had a custom round.
    SessionDenied(DenyReason),
    /// Define ended a session that never had one.
    SessionStopped(DenyReason),
    /// Create invited a photo for it.
    Begun(Step),
    /// Verify stored what it changes.
    Approved(Step),
    /// Verify, or for documents the indexer, refused a photo.
    Refused(Step, Reason),
    /// An answer came to nothing: a service was down, or another run is at it.
    Unjudged,
    /// Create presented a pause, or Verify closed a challenge for one.
    Paused,
    /// A sign-in replaced the face.
    FaceReplaced,
    /// Two users' faces were alike at the threshold.
    Ambiguous,
    /// How alike, of a selfie that was compared.
    Likeness(Band),
    /// Living users who have the enrolled face too.
    Duplicates,
    /// Rekognition looked for faces in a photo.
    FacesDetected,
    /// Rekognition searched a collection.
    FacesSearched,
    /// Rekognition put a face into a collection.
    FacesIndexed,
    /// Rekognition deleted faces.
    FacesDeleted,
    /// The indexer deleted a photo that nobody invited, unread.
    DocumentDiscarded,
    /// A document went back to the queue.
    DocumentPutBack,
    /// The last gate let tokens be made for a pass.
    TokensMade,
    /// The last gate let tokens be made anew.
    TokensRenewed,
    /// The last gate stayed closed.
    TokensRefused(Closed),
    /// A sign-up was admitted.
    SignUpAdmitted,
    /// A sign-up was refused.
    SignUpRefused,
    /// A sign-up was one too many for its address.
    SignUpLimited,
    /// A mail code was confirmed.
    MailboxConfirmed,
    /// The owner was told of a claim.
    ClaimMail,
    /// The owner could not be told of a claim.
    ClaimMailFailed,
    /// The sweeper.
    Swept(Swept),
}

impl Figure {
    /// The names under which it counts: its own, and for a reason the sum of all reasons too.
    pub fn names(self) -> Vec<Cow<'static, str>> {
        let one = |name: &'static str| vec![Cow::Borrowed(name)];
        let both = |sum: String, reason: String| {
            vec![
                Cow::Owned(sum.clone()),
                Cow::Owned(format!("{sum}.{reason}")),
            ]
        };
        match self {
            Self::SessionBegun => one("SessionsBegun"),
            Self::SessionApproved => one("SessionsApproved"),
            Self::SessionDenied(reason) => both("SessionsDenied".to_owned(), format!("{reason:?}")),
            Self::SessionStopped(reason) => {
                both("SessionsStopped".to_owned(), format!("{reason:?}"))
            }
            Self::Begun(step) => vec![Cow::Owned(format!("{}Begun", step.as_str()))],
            Self::Approved(step) => vec![Cow::Owned(format!("{}Approved", step.as_str()))],
            Self::Refused(step, reason) => both(
                format!("{}Refused", step.as_str()),
                reason.as_str().to_owned(),
            ),
            Self::Unjudged => one("AnswersUnjudged"),
            Self::Paused => one("Lockouts"),
            Self::FaceReplaced => one("FacesReplaced"),
            Self::Ambiguous => one("Ambiguous"),
            Self::Likeness(band) => vec![Cow::Owned(format!("Likeness.{}", band.as_str()))],
            Self::Duplicates => one("Duplicates"),
            Self::FacesDetected => one("FacesDetected"),
            Self::FacesSearched => one("FacesSearched"),
            Self::FacesIndexed => one("FacesIndexed"),
            Self::FacesDeleted => one("FacesDeleted"),
            Self::DocumentDiscarded => one("DocumentsDiscarded"),
            Self::DocumentPutBack => one("DocumentsPutBack"),
            Self::TokensMade => one("TokensMade"),
            Self::TokensRenewed => one("TokensRenewed"),
            Self::TokensRefused(closed) => both("TokensRefused".to_owned(), format!("{closed:?}")),
            Self::SignUpAdmitted => one("SignUpsAdmitted"),
            Self::SignUpRefused => one("SignUpsRefused"),
            Self::SignUpLimited => one("SignUpsLimited"),
            Self::MailboxConfirmed => one("MailboxesConfirmed"),
            Self::ClaimMail => one("ClaimMails"),
            Self::ClaimMailFailed => one("ClaimMailsFailed"),
            Self::Swept(found) => one(found.as_str()),
        }
    }
}

impl Step {
    /// What the photo of a challenge is for.
    pub fn of(record: &ChallengeRecord) -> Self {
        match (record.kind, record.chain.as_ref().map(|chain| &chain.aim)) {
            (_, Some(aim)) => Self::aiming(aim),
            (Kind::Claim, None) => Self::Claim,
            (Kind::Enrol, None) => Self::Enrolment,
            (Kind::Selfie, None) => Self::SignIn,
        }
    }

    /// What an enrolment is for.
    pub const fn aiming(aim: &Aim) -> Self {
        match aim {
            Aim::First(_) => Self::Enrolment,
            Aim::Replace(_) => Self::Claim,
            Aim::Update(_) => Self::Update,
        }
    }

    /// What a stored change was; `None` for one that nobody asked for.
    pub const fn done(event: Event) -> Option<Self> {
        match event {
            Event::SignedIn | Event::Replaced => Some(Self::SignIn),
            Event::Enrolled => Some(Self::Enrolment),
            Event::Held => Some(Self::Claim),
            Event::Withdrawn => Some(Self::Withdrawal),
            Event::Lapsed => None,
        }
    }
}

impl Band {
    /// The band of the best face, or that of none.
    pub fn of(best: Option<Similarity>) -> Self {
        match best.map(Similarity::percent) {
            None => Self::None,
            Some(percent) if percent < 95.0 => Self::From90,
            Some(percent) if percent < 97.0 => Self::From95,
            Some(percent) if percent < 98.0 => Self::From97,
            Some(percent) if percent < 99.0 => Self::From98,
            Some(percent) if percent < 99.5 => Self::From99,
            Some(percent) if percent < 99.9 => Self::From995,
            Some(_) => Self::From999,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every figure that there is.
    fn all() -> Vec<Figure> {
        use Figure as F;
        let mut all = vec![
            F::SessionBegun,
            F::SessionApproved,
            F::Unjudged,
            F::Paused,
            F::FaceReplaced,
            F::Ambiguous,
            F::Duplicates,
            F::FacesDetected,
            F::FacesSearched,
            F::FacesIndexed,
            F::FacesDeleted,
            F::DocumentDiscarded,
            F::DocumentPutBack,
            F::TokensMade,
            F::TokensRenewed,
            F::SignUpAdmitted,
            F::SignUpRefused,
            F::SignUpLimited,
            F::MailboxConfirmed,
            F::ClaimMail,
            F::ClaimMailFailed,
        ];
        for reason in DenyReason::ALL {
            all.extend([F::SessionDenied(*reason), F::SessionStopped(*reason)]);
        }
        all.extend(Closed::ALL.iter().map(|closed| F::TokensRefused(*closed)));
        all.extend(Band::ALL.iter().map(|band| F::Likeness(*band)));
        all.extend(Swept::ALL.iter().map(|found| F::Swept(*found)));
        for step in Step::ALL {
            all.extend([F::Begun(*step), F::Approved(*step)]);
            all.extend(Reason::ALL.iter().map(|reason| F::Refused(*step, *reason)));
        }
        all
    }

    #[test]
    fn names_are_few_and_each_means_one_thing() {
        let mut own = BTreeSet::new();
        for figure in all() {
            let names = figure.names();
            let name = names.last().unwrap().clone().into_owned();
            assert!(
                name.len() <= 64
                    && name
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "._".contains(c)),
                "{name}"
            );
            assert!(
                names.len() < 2 || name.starts_with(&format!("{}.", names[0])),
                "{names:?}"
            );
            assert!(own.insert(name.clone()), "{name} means two things");
        }
        let times: BTreeSet<&str> = Time::ALL.iter().map(|time| time.as_str()).collect();
        assert!(own.iter().all(|name| !times.contains(name.as_str())));
        assert!(own.len() < 250, "{} names", own.len());
    }

    #[test]
    fn similarities_fall_into_bands() {
        for (percent, band) in [
            (90.0, "90"),
            (94.99, "90"),
            (95.0, "95"),
            (97.5, "97"),
            (98.99, "98"),
            (99.0, "99"),
            (99.5, "99.5"),
            (99.95, "99.9"),
            (100.0, "99.9"),
        ] {
            assert_eq!(
                Band::of(Similarity::new(percent)).as_str(),
                band,
                "{percent}"
            );
        }
        assert_eq!(Band::of(None), Band::None);
    }

    /// The metrics of our namespace that alarms and dashboard name.
    fn shown() -> BTreeSet<String> {
        let template = include_str!("../../template.yaml");
        let ends = |rest: &str| rest.split(['"', ',', '}', '\n']).next().unwrap().to_owned();
        let on_dashboard = template.split("[\"FaceLogin\",\"").skip(1).map(ends);
        let inline = template
            .split("Namespace: FaceLogin, MetricName: ")
            .skip(1)
            .map(ends);
        let lines = template
            .split("Namespace: FaceLogin\n      MetricName: ")
            .skip(1)
            .map(ends);
        on_dashboard.chain(inline).chain(lines).collect()
    }

    #[test]
    fn whatever_alarms_and_dashboard_show_is_told_by_somebody() {
        let figures = all().into_iter().flat_map(Figure::names);
        let mut told: BTreeSet<String> = figures.map(Cow::into_owned).collect();
        told.extend(Time::ALL.iter().map(|time| time.as_str().to_owned()));
        let shown = shown();
        assert!(50 < shown.len(), "{shown:?}");
        let unknown: Vec<_> = shown.difference(&told).collect();
        assert!(unknown.is_empty(), "nobody tells {unknown:?}");
    }
}
