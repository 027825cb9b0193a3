//! A change of a user's enrolments as writes of one transaction, and what is forgotten after it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use face_login_domain::{
    SCHEMA_VERSION,
    enrolment::EnrolledFace,
    ids::{EnrolmentId, Sub},
    succession::{Event, Move, Succession},
    time::Timestamp,
};

use super::{Enrolments, rows};
use crate::store::{
    Row, StoreError,
    item::{number, text, time},
    write::{self, Expression},
};

/// Attributes of the profile that name enrolments: the attribute, and the names of its value before and afterwards.
const NAMED: [(&str, &str, &str); 3] = [
    ("#activeEnrolment", ":activeBefore", ":activeAfter"),
    ("#heldEnrolment", ":heldBefore", ":heldAfter"),
    ("#anchorEnrolment", ":anchorBefore", ":anchorAfter"),
];

impl Enrolments {
    /// The change, on the condition that profile and enrolments are as they were read. The ticket is the caller's.
    pub(crate) fn change(
        &self,
        sub: &Sub,
        change: &Succession,
        now: Timestamp,
    ) -> Vec<TransactWriteItem> {
        let mut writes = vec![self.profile(sub, change, now)];
        writes.extend(change.moves.iter().map(|step| self.step(sub, step)));
        writes.extend(change.ended_consents.iter().map(|given| {
            let ended = Expression::new("SET #withdrawnAt = :now").with(":now", time(now));
            let exists = Expression::new("attribute_exists(#pk)");
            write::update(&self.table, rows::consent_key(sub, *given), ended, exists)
        }));
        writes
    }

    /// A check that this enrolment is the one that the profile names as active.
    pub(crate) fn is_active(&self, sub: &Sub, active: &EnrolmentId) -> TransactWriteItem {
        let same = Expression::new("#activeEnrolment = :active");
        write::check(
            &self.table,
            rows::profile_key(sub),
            same.with(":active", text(active.as_str())),
        )
    }

    fn profile(&self, sub: &Sub, change: &Succession, now: Timestamp) -> TransactWriteItem {
        let key = rows::profile_key(sub);
        let (before, after) = (&change.before, &change.after);
        let before = [&before.active, &before.held, &before.anchor];
        let after = [&after.active, &after.held, &after.anchor];
        let mut conditions = Vec::new();
        let mut unchanged = Expression::default();
        for ((name, value, _), before) in NAMED.into_iter().zip(before) {
            conditions.push(match before {
                Some(_) => format!("{name} = {value}"),
                None => format!("attribute_not_exists({name})"),
            });
            if let Some(id) = before {
                unchanged = unchanged.with(value, text(id.as_str()));
            }
        }
        unchanged.text = conditions.join(" AND ");
        if before == after && change.event == Event::Lapsed {
            return write::check(&self.table, key, unchanged);
        }
        let mut set = vec![
            "#schemaVersion = :schema".to_owned(),
            "#createdAt = if_not_exists(#createdAt, :now)".to_owned(),
        ];
        let mut remove = Vec::new();
        let mut changed = Expression::default()
            .with(":schema", number(SCHEMA_VERSION))
            .with(":now", time(now));
        for ((name, _, value), after) in NAMED.into_iter().zip(after) {
            if let Some(id) = after {
                set.push(format!("{name} = {value}"));
                changed = changed.with(value, text(id.as_str()));
            } else {
                remove.push(name);
            }
        }
        match change.event {
            Event::Enrolled | Event::Replaced => set.push("#activeSince = :now".to_owned()),
            Event::Withdrawn => set.push("#withdrawnAt = :now".to_owned()),
            Event::SignedIn | Event::Held | Event::Lapsed => {}
        }
        if change.event.opens() {
            // The day is enough for what it is needed for: enrolments end after a long time without a sign-in.
            set.push("#signedInAt = :today".to_owned());
            changed = changed.with(":today", time(now.day()));
        }
        changed.text = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            changed.text = format!("{} REMOVE {}", changed.text, remove.join(", "));
        }
        write::update(&self.table, key, changed, unchanged)
    }

    fn step(&self, sub: &Sub, step: &Move) -> TransactWriteItem {
        let change = match step.held_until {
            Some(until) => Expression::new("SET #status = :to, #heldUntil = :until")
                .with(":until", time(until)),
            None => Expression::new("SET #status = :to"),
        };
        let from = Expression::new("#status = :from");
        write::update(
            &self.table,
            rows::enrolment_row_key(sub, &step.enrolment),
            change.with(":to", text(step.to.as_str())),
            from.with(":from", text(step.from.as_str())),
        )
    }

    /// Deletes the row of a face whose vector is deleted.
    pub async fn forget_face(&self, sub: &Sub, face: &EnrolledFace) -> Result<(), StoreError> {
        let key = rows::face_key(sub, &face.enrolment, &face.face);
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .send()
            .await;
        deleted
            .map(|_| ())
            .map_err(|error| StoreError::call("deleting", Row::User, error))
    }
}
