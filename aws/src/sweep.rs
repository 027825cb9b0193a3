//! What the sweeper remembers from run to run, among the short-lived rows: where it is (`SWEEP#<task>`) and when it first saw a face that
//! no row holds (`SEEN#<face>`). Losing either costs a second look.

use std::time::Duration;

use face_login_domain::{ids::FaceId, time::Timestamp};

use crate::{
    challenges::Challenges,
    store::{
        Row, StoreError, changed,
        item::{Item, Reader, challenge_key, number, text, time, versioned},
        read,
        write::Expression,
    },
};

/// For how long either is remembered.
const KEPT: Duration = Duration::from_hours(24 * 7);

impl Challenges {
    /// Where a task of the sweeper goes on; `None` for the beginning.
    pub async fn sweep_place(&self, task: &str) -> Result<Option<String>, StoreError> {
        let item = read(&self.client, &self.table, Row::Sweep, place_key(task)).await?;
        let row = item
            .as_ref()
            .and_then(|item| Reader::of_this_version(Row::Sweep, item));
        row.map_or(Ok(None), |row| {
            row.optional_text("place", |place| Some(place.to_owned()))
        })
    }

    /// Notes where a task goes on.
    pub async fn note_sweep_place(
        &self,
        task: &str,
        place: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = versioned(place_key(task));
        if let Some(place) = place {
            item.insert("place".to_owned(), text(place));
        }
        item.insert("ttl".to_owned(), number(now.plus(KEPT).secs()));
        let put = self.client.put_item().table_name(&self.table);
        put.set_item(Some(item))
            .send()
            .await
            .map(|_| ())
            .map_err(|error| StoreError::call("writing", Row::Sweep, error))
    }

    /// When a face without a row was seen first: now, unless it was before.
    pub async fn first_seen(&self, face: &FaceId, now: Timestamp) -> Result<Timestamp, StoreError> {
        let change = Expression::new(
            "SET #firstSeen = if_not_exists(#firstSeen, :now), #ttl = :ttl, #schemaVersion = :schema",
        )
        .with(":now", time(now))
        .with(":ttl", number(now.plus(KEPT).secs()))
        .with(":schema", number(face_login_domain::SCHEMA_VERSION));
        let key = challenge_key(format!("SEEN#{}", face.as_str()));
        let seen = changed(&self.client, &self.table, Row::Sweep, (key, change)).await?;
        Reader::required(Row::Sweep, &seen)?.time("firstSeen")
    }
}

fn place_key(task: &str) -> Item {
    challenge_key(format!("SWEEP#{task}"))
}
