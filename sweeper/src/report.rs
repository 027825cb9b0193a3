//! What a run did, as counts: for the log, for the metrics, and for whoever called.

use face_login_domain::figures::Swept;
use serde_json::{Map, Value};

/// Declares the counts with what they are among the figures.
macro_rules! counts {
    ($($(#[$doc:meta])* $field:ident = $found:ident,)*) => {
        /// Counts of one run.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Report {
            $($(#[$doc])* pub $field: u64,)*
        }

        impl Report {
            /// Every count with what it counts.
            pub fn counts(&self) -> Vec<(Swept, u64)> {
                vec![$((Swept::$found, self.$field),)*]
            }
        }
    };
}

counts! {
    /// Selfies that were left behind.
    selfies = Selfies,
    /// Uploaded documents that were left behind.
    documents = Documents,
    /// Kept photos whose time or enrolment was over.
    kept_photos = KeptPhotos,
    /// Users who are not in the pool any more.
    erased = Erased,
    /// Users whose enrolment ended, because they did not sign in for so long.
    withdrawn = Withdrawn,
    /// Users with an enrolment that was never finished.
    lapsed = Lapsed,
    /// Faces of erased and retired enrolments.
    faces = Faces,
    /// Faces that no row holds.
    lost_faces = LostFaces,
    /// Faces without a row that were seen for the first time, or not long enough ago.
    suspects = Suspects,
    /// Faces that this product did not label. They stay.
    foreign_faces = ForeignFaces,
    /// Rows whose face is in no collection. They stay, and their owners can't sign in.
    missing_faces = MissingFaces,
    /// Addresses whose owner is gone.
    mailboxes = Mailboxes,
    /// Users who never confirmed their address.
    sign_ups = SignUps,
    /// Rows, keys, faces and photos that this release can't read or that a service keeps. They stay.
    skipped = Skipped,
    /// Tasks that an outage or a refusal ended.
    failed = Failed,
    /// Tasks that the next run goes on with.
    unfinished = Unfinished,
}

impl Report {
    /// The answer of the function.
    pub(crate) fn answer(&self) -> Value {
        let counts = self.counts().into_iter();
        Value::Object(
            counts
                .map(|(found, count)| (found.as_str().to_owned(), Value::from(count)))
                .collect::<Map<_, _>>(),
        )
    }
}
