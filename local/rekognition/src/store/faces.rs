//! The faces in the collections.

use face_login_face_engine::{BoundingBox, EMBEDDING_LENGTH, Embedding};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Store, StoreError, ensure_exists};
use crate::{
    input::{CollectionId, ExternalImageId},
    photo::{UuidVersion, uuid_of},
};

/// A face to be indexed.
pub(crate) struct NewFace {
    /// How many larger faces its picture has: tells the faces of one picture apart.
    pub(crate) place: usize,
    pub(crate) bounds: BoundingBox,
    pub(crate) confidence: f32,
    pub(crate) embedding: Embedding,
}

/// A face in a collection.
#[derive(Clone)]
pub(crate) struct StoredFace {
    /// Rises with the time of indexing.
    pub(crate) number: i64,
    pub(crate) face_id: String,
    pub(crate) image_id: String,
    pub(crate) external_image_id: Option<String>,
    pub(crate) bounds: BoundingBox,
    pub(crate) confidence: f32,
    pub(crate) embedding: Embedding,
}

const COLUMNS: &str = "number, face_id, image_id, external_image_id, bounds, confidence, embedding";

impl Store {
    /// Adds the faces of one picture. What is already there (same picture, same external id) stays and is given back.
    pub(crate) fn index(
        &self,
        collection: &CollectionId,
        image_id: &str,
        external: Option<&ExternalImageId>,
        faces: &[NewFace],
    ) -> Result<Vec<StoredFace>, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        ensure_exists(&transaction, collection)?;
        let of_picture = Picture {
            collection,
            image_id,
            external: external.map(ExternalImageId::as_str),
        };
        let stored = faces
            .iter()
            .map(|face| of_picture.find_or_add(&transaction, face))
            .collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(stored)
    }

    /// Up to `limit` faces indexed after number `after`, the oldest first.
    pub(crate) fn faces(
        &self,
        collection: &CollectionId,
        after: i64,
        limit: usize,
    ) -> Result<Vec<StoredFace>, StoreError> {
        let connection = self.connection();
        ensure_exists(&connection, collection)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM faces WHERE collection = ?1 AND number > ?2 ORDER BY number LIMIT ?3"
        );
        let mut query = connection.prepare(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![collection.as_str(), after, limit], |row| {
            Ok(read(row))
        })?;
        rows.map(|row| row?).collect()
    }

    /// Deletes what is there; gives back the ids that were.
    pub(crate) fn delete_faces(
        &self,
        collection: &CollectionId,
        ids: &[String],
    ) -> Result<Vec<String>, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        ensure_exists(&transaction, collection)?;
        let mut deleted = Vec::new();
        for id in ids {
            let sql = "DELETE FROM faces WHERE collection = ?1 AND face_id = ?2";
            if transaction.execute(sql, [collection.as_str(), id])? > 0 {
                deleted.push(id.clone());
            }
        }
        transaction.commit()?;
        Ok(deleted)
    }
}

struct Picture<'a> {
    collection: &'a CollectionId,
    image_id: &'a str,
    external: Option<&'a str>,
}

impl Picture<'_> {
    fn find_or_add(
        &self,
        transaction: &Transaction<'_>,
        face: &NewFace,
    ) -> Result<StoredFace, StoreError> {
        match self.find(transaction, face)? {
            Some(known) => Ok(known),
            None => self.add(transaction, face),
        }
    }

    fn find(
        &self,
        connection: &Connection,
        face: &NewFace,
    ) -> Result<Option<StoredFace>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM faces
             WHERE collection = ?1 AND image_id = ?2 AND ifnull(external_image_id, '') = ifnull(?3, '') AND place = ?4"
        );
        let key = params![
            self.collection.as_str(),
            self.image_id,
            self.external,
            place(face)
        ];
        connection
            .query_row(&sql, key, |row| Ok(read(row)))
            .optional()?
            .transpose()
    }

    /// The id comes from the row's number, which is never given twice, so a deleted face's id doesn't come back.
    fn add(&self, transaction: &Transaction<'_>, face: &NewFace) -> Result<StoredFace, StoreError> {
        transaction.execute(
            "INSERT INTO faces (collection, image_id, external_image_id, place, bounds, confidence, embedding)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                self.collection.as_str(),
                self.image_id,
                self.external,
                place(face),
                bounds_bytes(&face.bounds),
                face.confidence,
                float_bytes(face.embedding.values()),
            ],
        )?;
        let number = transaction.last_insert_rowid();
        let parts: [&[u8]; 4] = [
            b"face",
            self.collection.as_str().as_bytes(),
            self.image_id.as_bytes(),
            &number.to_be_bytes(),
        ];
        let face_id = uuid_of(&parts, UuidVersion::Random);
        transaction.execute(
            "UPDATE faces SET face_id = ?1 WHERE number = ?2",
            params![face_id, number],
        )?;
        Ok(StoredFace {
            number,
            face_id,
            image_id: self.image_id.to_owned(),
            external_image_id: self.external.map(str::to_owned),
            bounds: face.bounds,
            confidence: face.confidence,
            embedding: face.embedding.clone(),
        })
    }
}

fn place(face: &NewFace) -> i64 {
    i64::try_from(face.place).unwrap_or(i64::MAX)
}

fn read(row: &Row<'_>) -> Result<StoredFace, StoreError> {
    let face_id: String = row.get(1)?;
    let malformed = || StoreError::Malformed {
        id: face_id.clone(),
    };
    let [left, top, width, height] = floats(&row.get::<_, Vec<u8>>(4)?).ok_or_else(malformed)?;
    let embedding: [f32; EMBEDDING_LENGTH] =
        floats(&row.get::<_, Vec<u8>>(6)?).ok_or_else(malformed)?;
    Ok(StoredFace {
        number: row.get(0)?,
        image_id: row.get(2)?,
        external_image_id: row.get(3)?,
        bounds: BoundingBox {
            left,
            top,
            width,
            height,
        },
        confidence: row.get(5)?,
        embedding: Embedding::new(embedding).ok_or_else(malformed)?,
        face_id,
    })
}

fn bounds_bytes(bounds: &BoundingBox) -> Vec<u8> {
    float_bytes(&[bounds.left, bounds.top, bounds.width, bounds.height])
}

fn float_bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn floats<const N: usize>(bytes: &[u8]) -> Option<[f32; N]> {
    let (chunks, rest) = bytes.as_chunks::<4>();
    let values: Vec<f32> = chunks
        .iter()
        .map(|chunk| f32::from_le_bytes(*chunk))
        .collect();
    rest.is_empty().then_some(values)?.try_into().ok()
}
