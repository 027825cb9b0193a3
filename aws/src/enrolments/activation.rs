//! The change of a user's active enrolment, and what is forgotten after it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use face_login_domain::{
    SCHEMA_VERSION,
    enrolment::{EnrolledFace, EnrolmentStatus},
    ids::Sub,
    time::Timestamp,
};

use super::{Enrolments, rows};
use crate::{
    judging::Activation,
    store::{
        Row, StoreError,
        item::{number, text, time},
        write::{self, Expression},
    },
};

impl Enrolments {
    /// Makes a PENDING enrolment the active one, if there is none, and retires others.
    pub(crate) fn activate(
        &self,
        sub: &Sub,
        activation: Activation<'_>,
        now: Timestamp,
    ) -> Vec<TransactWriteItem> {
        let id = &activation.chain.enrolment;
        let active = Expression::new("SET #status = :active")
            .with(":active", text(EnrolmentStatus::Active.as_str()));
        let pending = Expression::new("#status = :pending")
            .with(":pending", text(EnrolmentStatus::Pending.as_str()));
        let named = Expression::new(
            "SET #activeEnrolment = :id, #schemaVersion = :schema, #createdAt = if_not_exists(#createdAt, :now)",
        )
        .with(":id", text(id.as_str()))
        .with(":schema", number(SCHEMA_VERSION))
        .with(":now", time(now));
        let first = Expression::new("attribute_not_exists(#activeEnrolment)");
        let mut writes = vec![
            write::update(
                &self.table,
                rows::enrolment_row_key(sub, id),
                active,
                pending,
            ),
            write::update(&self.table, rows::profile_key(sub), named, first),
        ];
        writes.extend(activation.retired.iter().map(|other| {
            let retired = Expression::new("SET #status = :retired")
                .with(":retired", text(EnrolmentStatus::Retired.as_str()));
            let exists = Expression::new("attribute_exists(#pk)");
            write::update(
                &self.table,
                rows::enrolment_row_key(sub, other),
                retired,
                exists,
            )
        }));
        writes
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
