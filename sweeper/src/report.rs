//! What a run did, as counts: for the log, for the metrics, and for whoever called.

use serde_json::{Map, Value};

/// Declares the counts with their names in `CloudWatch`.
macro_rules! counts {
    ($($(#[$doc:meta])* $field:ident = $name:literal,)*) => {
        /// Counts of one run.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Report {
            $($(#[$doc])* pub $field: u64,)*
        }

        impl Report {
            /// Every count under its name.
            pub fn counts(&self) -> Vec<(&'static str, u64)> {
                vec![$(($name, self.$field),)*]
            }
        }
    };
}

counts! {
    /// Selfies that were left behind.
    selfies = "SelfiesRemoved",
    /// Uploaded documents that were left behind.
    documents = "DocumentsRemoved",
    /// Kept photos whose time or enrolment was over.
    kept_photos = "KeptPhotosRemoved",
    /// Users who are not in the pool any more.
    erased = "UsersErased",
    /// Users whose enrolment ended, because they did not sign in for so long.
    withdrawn = "EnrolmentsPastRetention",
    /// Users with an enrolment that was never finished.
    lapsed = "EnrolmentsLapsed",
    /// Faces of erased and retired enrolments.
    faces = "FacesRemoved",
    /// Faces that no row holds.
    lost_faces = "LostFacesRemoved",
    /// Faces without a row that were seen for the first time, or not long enough ago.
    suspects = "LostFacesSuspected",
    /// Faces that this product did not label. They stay.
    foreign_faces = "ForeignFaces",
    /// Rows whose face is in no collection. They stay, and their owners can't sign in.
    missing_faces = "FacesMissing",
    /// Addresses whose owner is gone.
    mailboxes = "MailboxesRemoved",
    /// Users who never confirmed their address.
    sign_ups = "SignUpsRemoved",
    /// Rows, keys, faces and photos that this release can't read or that a service keeps. They stay.
    skipped = "Skipped",
    /// Tasks that an outage or a refusal ended.
    failed = "TasksFailed",
    /// Tasks that the next run goes on with.
    unfinished = "TasksUnfinished",
}

impl Report {
    /// The answer of the function.
    pub(crate) fn answer(&self) -> Value {
        let counts = self.counts().into_iter();
        Value::Object(
            counts
                .map(|(name, count)| (name.to_owned(), Value::from(count)))
                .collect::<Map<_, _>>(),
        )
    }
}
