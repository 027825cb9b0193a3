//! Rows of the enrolments table: `U#<sub>` with `PROFILE`, `ENR#…`, `FACE#…` and `CONSENT#…`.

use face_login_domain::{
    collection::CollectionName,
    enrolment::{
        Consent, ConsentVersion, EnrolledFace, Enrolment, EnrolmentStatus, Profile, UserRows,
    },
    ids::{ChallengeId, EnrolmentId, FaceId, Sub},
    time::Timestamp,
};

use crate::store::{
    Row, StoreError,
    item::{Item, Reader, enrolment_key, text, time, versioned},
};

/// The partition of a user.
pub(super) fn pk(sub: &Sub) -> String {
    format!("U#{}", sub.as_str())
}

/// The key of the profile.
pub(crate) fn profile_key(sub: &Sub) -> Item {
    enrolment_key(pk(sub), "PROFILE".to_owned())
}

/// The key of an enrolment.
pub(crate) fn enrolment_row_key(sub: &Sub, id: &EnrolmentId) -> Item {
    enrolment_key(pk(sub), format!("ENR#{}", id.as_str()))
}

/// The key of a face.
pub(crate) fn face_key(sub: &Sub, enrolment: &EnrolmentId, face: &FaceId) -> Item {
    enrolment_key(
        pk(sub),
        format!("FACE#{}#{}", enrolment.as_str(), face.as_str()),
    )
}

/// The row of an enrolment.
pub(super) fn enrolment(sub: &Sub, enrolment: &Enrolment) -> Item {
    let mut item = versioned(enrolment_row_key(sub, &enrolment.id));
    item.insert("status".to_owned(), text(enrolment.status.as_str()));
    item.insert("createdAt".to_owned(), time(enrolment.created_at));
    item.insert(
        "consentVersion".to_owned(),
        text(enrolment.consent.version.as_str()),
    );
    item.insert("consentAt".to_owned(), time(enrolment.consent.at));
    item.insert("challengeId".to_owned(), text(enrolment.challenge.as_str()));
    if let Some(until) = enrolment.held_until {
        item.insert("heldUntil".to_owned(), time(until));
    }
    item
}

/// The row of a face.
pub(super) fn face(sub: &Sub, face: &EnrolledFace) -> Item {
    let mut item = versioned(face_key(sub, &face.enrolment, &face.face));
    item.insert("enrolmentId".to_owned(), text(face.enrolment.as_str()));
    item.insert("faceId".to_owned(), text(face.face.as_str()));
    item.insert("collection".to_owned(), text(face.collection.as_str()));
    item.insert("modelVersion".to_owned(), text(&face.model_version));
    item.insert("createdAt".to_owned(), time(face.created_at));
    item
}

/// The key of a consent that was given at this time.
pub(crate) fn consent_key(sub: &Sub, at: Timestamp) -> Item {
    enrolment_key(pk(sub), format!("CONSENT#{:015}", at.millis()))
}

/// The row of a consent. One that is given again in the same millisecond is the same.
pub(super) fn consent(sub: &Sub, consent: &Consent) -> Item {
    let mut item = versioned(consent_key(sub, consent.at));
    item.insert("version".to_owned(), text(consent.version.as_str()));
    item.insert("at".to_owned(), time(consent.at));
    item
}

/// Adds what a row says.
pub(super) fn add(found: &mut UserRows, item: &Item) -> Result<(), StoreError> {
    let Some(row) = Reader::of_this_version(Row::User, item) else {
        return Ok(());
    };
    let kind = row.text("sk", |sk| {
        Some(sk.split('#').next().unwrap_or_default().to_owned())
    })?;
    match kind.as_str() {
        "PROFILE" => {
            found.profile = parse_profile(&row)?;
            found.signed_in = row.optional_time("signedInAt")?;
        }
        "ENR" => found.enrolments.push(parse_enrolment(&row)?),
        "FACE" => found.faces.push(parse_face(&row)?),
        "CONSENT" if row.optional_time("withdrawnAt")?.is_none() => {
            found.open_consents.push(row.time("at")?);
        }
        _ => {}
    }
    Ok(())
}

fn parse_profile(row: &Reader<'_>) -> Result<Profile, StoreError> {
    Ok(Profile {
        active: row.optional_text("activeEnrolment", EnrolmentId::parse)?,
        held: row.optional_text("heldEnrolment", EnrolmentId::parse)?,
        anchor: row.optional_text("anchorEnrolment", EnrolmentId::parse)?,
    })
}

fn parse_enrolment(row: &Reader<'_>) -> Result<Enrolment, StoreError> {
    Ok(Enrolment {
        id: row.text("sk", |sk| EnrolmentId::parse(sk.strip_prefix("ENR#")?))?,
        status: row.text("status", EnrolmentStatus::parse)?,
        created_at: row.time("createdAt")?,
        consent: Consent {
            version: row.text("consentVersion", ConsentVersion::parse)?,
            at: row.time("consentAt")?,
        },
        challenge: row.text("challengeId", ChallengeId::parse)?,
        held_until: row.optional_time("heldUntil")?,
    })
}

fn parse_face(row: &Reader<'_>) -> Result<EnrolledFace, StoreError> {
    Ok(EnrolledFace {
        enrolment: row.text("enrolmentId", EnrolmentId::parse)?,
        face: row.text("faceId", FaceId::parse)?,
        collection: row.text("collection", CollectionName::parse)?,
        model_version: row.text("modelVersion", |version| Some(version.to_owned()))?,
        created_at: row.time("createdAt")?,
    })
}
