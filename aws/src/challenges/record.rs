//! The record of a challenge as a row, and its status changes as conditional updates.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use face_login_domain::{
    attempts::Bucket,
    challenge::{Aim, Chain, ChallengeRecord, Ruling, Status, Step},
    collection::CollectionName,
    enrolment::{Consent, ConsentVersion},
    ids::{ChallengeId, EnrolmentId, Etag, RunId, Sub, TicketId},
    keyed_hash::KeyedHash,
    object_key::ObjectKey,
    time::Timestamp,
    words::{Kind, Reason, State},
};

use super::key;
use crate::store::{
    Row, StoreError,
    item::{Item, Reader, number, text, time, versioned},
    write::Expression,
};

/// For how long a record outlives its expiry, so that the round after it still learns what became of it.
const KEPT: Duration = Duration::from_hours(24);

/// The row of a new record. Its status is always ISSUED.
pub(super) fn write(record: &ChallengeRecord) -> Item {
    let mut item = versioned(key(&record.id));
    let mut set = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
    set("kind", text(record.kind.as_str()));
    set("state", text(record.state.as_str()));
    set("status", text("ISSUED"));
    set("subject", text(record.subject.as_str()));
    set("lockKey", text(record.name.as_str()));
    set("bucket", text(record.bucket.as_str()));
    set("key", text(record.key.as_str()));
    set("issuedAt", time(record.issued_at));
    set("expiresAt", time(record.expires_at));
    set("ttl", number(record.expires_at.plus(KEPT).secs()));
    set("wrong", number(record.wrong));
    if let Some(chain) = &record.chain {
        set("enrolmentId", text(chain.enrolment.as_str()));
        match &chain.aim {
            Aim::First(ticket) => {
                set("aim", text("FIRST"));
                set("ticketId", text(ticket.as_str()));
            }
            Aim::Replace(ticket) => {
                set("aim", text("REPLACE"));
                set("ticketId", text(ticket.as_str()));
            }
            Aim::Update(active) => {
                set("aim", text("UPDATE"));
                set("activeEnrolmentId", text(active.as_str()));
            }
        }
    }
    if let Some(consent) = &record.consent {
        set("consentVersion", text(consent.version.as_str()));
        set("consentAt", time(consent.at));
    }
    item
}

/// The record of a row; `None` if another release wrote it.
pub(super) fn parse(item: &Item) -> Result<Option<ChallengeRecord>, StoreError> {
    let Some(row) = Reader::of_this_version(Row::Challenge, item) else {
        return Ok(None);
    };
    let id = row.text("pk", |pk| ChallengeId::parse(pk.strip_prefix("C#")?))?;
    let kind = row.text("kind", Kind::parse)?;
    Ok(Some(ChallengeRecord {
        key: ObjectKey::of_challenge(kind, &id),
        id,
        kind,
        state: row.text("state", State::parse)?,
        status: status(&row)?,
        subject: row.text("subject", Sub::parse)?,
        name: row.text("lockKey", KeyedHash::parse)?,
        bucket: row
            .optional_text("bucket", Bucket::parse)?
            .unwrap_or(Bucket::Plain),
        issued_at: row.time("issuedAt")?,
        expires_at: row.time("expiresAt")?,
        wrong: row.number("wrong")?,
        chain: chain(&row)?,
        consent: consent(&row)?,
        indexing: match row.part("indexing")? {
            Some(place) => Some(place.text("collection", CollectionName::parse)?),
            None => None,
        },
    }))
}

fn status(row: &Reader<'_>) -> Result<Status, StoreError> {
    match row.text("status", |word| Some(word.to_owned()))?.as_str() {
        "ISSUED" => Ok(Status::Issued),
        "UPLOADED" => Ok(Status::Uploaded(row.text("etag", Etag::parse)?)),
        "JUDGING" => Ok(Status::Judging {
            owner: row.text("owner", RunId::parse)?,
            lease_until: row.time("leaseUntil")?,
        }),
        "JUDGED" => Ok(Status::Judged {
            ruling: ruling(row)?,
            at: row.time("judgedAt")?,
        }),
        _ => Err(row.malformed("status")),
    }
}

fn ruling(row: &Reader<'_>) -> Result<Ruling, StoreError> {
    match row.text("verdict", |word| Some(word.to_owned()))?.as_str() {
        "PASSED" => Ok(Ruling::Passed),
        "INDEXED" => Ok(Ruling::Indexed),
        "REFUSED" => row.text("reason", Reason::parse).map(Ruling::Refused),
        _ => Err(row.malformed("verdict")),
    }
}

fn chain(row: &Reader<'_>) -> Result<Option<Chain>, StoreError> {
    let Some(enrolment) = row.optional_text("enrolmentId", EnrolmentId::parse)? else {
        return Ok(None);
    };
    let word = row.optional_text("aim", |word| Some(word.to_owned()))?;
    let ticket = || row.text("ticketId", TicketId::parse);
    let aim = match word.as_deref() {
        // The release before knew no other aim, and did not write it.
        None | Some("FIRST") => Aim::First(ticket()?),
        Some("REPLACE") => Aim::Replace(ticket()?),
        Some("UPDATE") => Aim::Update(row.text("activeEnrolmentId", EnrolmentId::parse)?),
        Some(_) => return Err(row.malformed("aim")),
    };
    Ok(Some(Chain { enrolment, aim }))
}

fn consent(row: &Reader<'_>) -> Result<Option<Consent>, StoreError> {
    let Some(version) = row.optional_text("consentVersion", ConsentVersion::parse)? else {
        return Ok(None);
    };
    Ok(Some(Consent {
        version,
        at: row.time("consentAt")?,
    }))
}

/// What a step changes, and on which condition: [`Status::after`] in `DynamoDB`'s words.
pub(super) fn step(step: &Step, now: Timestamp) -> (Expression, Expression) {
    let issued = || Expression::new("#status = :issued").with(":issued", text("ISSUED"));
    match step {
        Step::Pin(etag) => {
            let change = Expression::new("SET #status = :uploaded, #etag = :etag");
            (
                change
                    .with(":uploaded", text("UPLOADED"))
                    .with(":etag", text(etag.as_str())),
                issued(),
            )
        }
        Step::Take { owner, lease_until } => {
            let change =
                Expression::new("SET #status = :judging, #owner = :owner, #leaseUntil = :until")
                    .with(":judging", text("JUDGING"))
                    .with(":owner", text(owner.as_str()))
                    .with(":until", time(*lease_until));
            let condition = Expression::new(
                "#status = :issued OR (#status = :judging AND #leaseUntil <= :now)",
            );
            (
                change,
                condition
                    .with(":issued", text("ISSUED"))
                    .with(":judging", text("JUDGING"))
                    .with(":now", time(now)),
            )
        }
        Step::Rule { owner, ruling } => {
            let condition =
                Expression::new("#status = :judging AND #owner = :owner AND :now < #leaseUntil");
            (
                settle(*ruling, now),
                condition
                    .with(":judging", text("JUDGING"))
                    .with(":now", time(now))
                    .with(":owner", text(owner.as_str())),
            )
        }
        Step::Close(reason) => (settle(Ruling::Refused(*reason), now), issued()),
        Step::Settle { etag, ruling } => (settle(*ruling, now), settleable(etag)),
    }
}

/// The condition of [`Step::Settle`].
pub(super) fn settleable(etag: &Etag) -> Expression {
    Expression::new("#status = :issued OR (#status = :uploaded AND #etag = :etag)")
        .with(":issued", text("ISSUED"))
        .with(":uploaded", text("UPLOADED"))
        .with(":etag", text(etag.as_str()))
}

fn settle(ruling: Ruling, now: Timestamp) -> Expression {
    let (verdict, reason) = match ruling {
        Ruling::Passed => ("PASSED", ""),
        Ruling::Indexed => ("INDEXED", ""),
        Ruling::Refused(reason) => ("REFUSED", reason.as_str()),
    };
    Expression::new(
        "SET #status = :judged, #verdict = :verdict, #reason = :reason, #judgedAt = :now",
    )
    .with(":judged", text("JUDGED"))
    .with(":verdict", text(verdict))
    .with(":reason", text(reason))
    .with(":now", time(now))
}
