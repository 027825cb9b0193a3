//! What the sweeper may remove. Every rule here keeps in doubt: what is in use, or may be for all that is known, stays until a later run.
//! See `docs/adr/0021`.

use std::time::Duration;

use crate::{
    challenge::{ChallengeRecord, Status},
    collection::CollectionName,
    enrolment::{EnrolmentStatus, UserRows},
    ids::{EnrolmentId, FaceId},
    succession::{Succession, lapsed, withdrawn},
    time::Timestamp,
    words::Kind,
};

/// More than the clocks of two functions differ, and than a run takes that began just in time.
const MARGIN: Duration = Duration::from_mins(1);

/// Whether a user exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It does.
    Lives,
    /// It does not, or not any more.
    Gone,
}

/// How long things are left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What is younger may be part of something that is going on. Longer than a ticket lives and than a queue delivers again.
    pub grace: Duration,
    /// For how long an enrolment is kept after the last sign-in.
    pub retention: Duration,
    /// For how long enrolment photos are kept; zero where they are not.
    pub photos: Duration,
}

/// What becomes of what is stored of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Leave,
    /// Everything goes: there is no such user.
    Erase,
    /// The enrolments change, and what they leave behind goes.
    Change(Box<Succession>),
}

/// What becomes of a user's rows.
pub fn fate(existence: Existence, rows: &UserRows, terms: &Terms, now: Timestamp) -> Fate {
    if now.since(youngest(rows)) < terms.grace {
        return Fate::Leave;
    }
    let unused = |at: Timestamp| terms.retention <= now.since(at);
    match existence {
        Existence::Gone => Fate::Erase,
        Existence::Lives if last_used(rows).is_some_and(unused) => {
            Fate::Change(Box::new(withdrawn(rows)))
        }
        Existence::Lives => {
            let change = lapsed(rows, terms.grace, now);
            if change.moves.is_empty() && change.forgotten(rows).is_empty() {
                Fate::Leave
            } else {
                Fate::Change(Box::new(change))
            }
        }
    }
}

/// When the youngest row was written that says so: a first enrolment begins with its consent, before the pool's lists may know the user.
fn youngest(rows: &UserRows) -> Timestamp {
    let enrolments = rows.enrolments.iter().map(|row| row.created_at);
    let faces = rows.faces.iter().map(|row| row.created_at);
    let consents = rows.open_consents.iter().copied();
    let all = enrolments.chain(faces).chain(consents);
    all.max().unwrap_or(Timestamp::from_millis(0))
}

/// When the enrolments of a user were used or made last; `None` if nothing is enrolled.
fn last_used(rows: &UserRows) -> Option<Timestamp> {
    let enrolled = rows
        .enrolments
        .iter()
        .filter(|row| row.status != EnrolmentStatus::Retired);
    let made = enrolled.map(|row| row.created_at).max()?;
    Some(rows.signed_in.map_or(made, |day| made.max(day)))
}

/// Whether the row that says whose an address is says so about nobody. `since` is when it was written.
pub fn mailbox_is_over(
    owner: Existence,
    since: Timestamp,
    grace: Duration,
    now: Timestamp,
) -> bool {
    owner == Existence::Gone && grace <= now.since(since)
}

/// Whether nobody will look at an uploaded photo any more: its challenge is judged, over, or gone for long enough.
pub fn upload_is_over(
    record: Option<&ChallengeRecord>,
    uploaded: Timestamp,
    grace: Duration,
    now: Timestamp,
) -> bool {
    let is_old = grace <= now.since(uploaded);
    let Some(record) = record else {
        return is_old;
    };
    let over = record.expires_at.plus(MARGIN) <= now;
    match (&record.status, record.kind) {
        (Status::Judged { .. }, Kind::Selfie | Kind::Claim) => true,
        (Status::Issued, _) => over,
        (Status::Judging { lease_until, .. }, _) => over && lease_until.plus(MARGIN) <= now,
        // The indexer deletes these itself, perhaps with a copy to be kept, or waits for its services.
        (Status::Judged { .. } | Status::Uploaded(_), _) => is_old && over,
    }
}

/// Whether a kept photo has to go: its time is over, or its enrolment signs nobody in any more.
pub fn kept_photo_is_over(
    enrolment: &EnrolmentId,
    rows: &UserRows,
    written: Timestamp,
    terms: &Terms,
    now: Timestamp,
) -> bool {
    let age = now.since(written);
    let lives = rows
        .enrolments
        .iter()
        .any(|row| row.id == *enrolment && row.status != EnrolmentStatus::Retired);
    terms.grace <= age && (!lives || terms.photos <= age)
}

/// Whether a face of a collection is nobody's: no row of the user whose label it has holds it, and the first look at it that
/// found that was long enough ago. Rekognition doesn't say when a face was put in; an indexer that did so just now writes its row
/// much sooner.
pub fn face_is_lost(
    (collection, face): (&CollectionName, &FaceId),
    rows: &UserRows,
    first_seen: Timestamp,
    grace: Duration,
    now: Timestamp,
) -> bool {
    !holds(rows, collection, face) && grace <= now.since(first_seen)
}

/// Whether a row of the user, whatever its status, holds this face of this collection.
pub fn holds(rows: &UserRows, collection: &CollectionName, face: &FaceId) -> bool {
    rows.faces
        .iter()
        .any(|row| row.face == *face && row.collection == *collection)
}

/// Whether a sign-up that nobody confirmed is given up.
pub fn sign_up_is_over(created: Timestamp, limit: Duration, now: Timestamp) -> bool {
    limit <= now.since(created)
}

#[cfg(test)]
mod tests;
