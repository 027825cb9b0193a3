//! Which collections a stack wants.

use std::num::NonZeroU32;

use face_login_domain::collection::{CollectionName, Collections};

/// Most shards of one generation, as the template allows.
const MAX_SHARDS: u32 = 32;
/// Far more generations than Rekognition will have face models.
const MAX_GENERATION: u32 = 99;

/// `<prefix>-g<generation>-s<0 .. shards>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    prefix: String,
    generation: u32,
    shards: u32,
}

impl Layout {
    /// Returns `None` unless the names that arise are valid, the generation is 1 to 99 and there are 1 to 32 shards.
    pub(crate) fn new(prefix: &str, generation: u32, shards: u32) -> Option<Self> {
        let within =
            (1..=MAX_GENERATION).contains(&generation) && (1..=MAX_SHARDS).contains(&shards);
        // The longest names that may ever arise are checked, so that none is impossible later.
        Collections::new(prefix, MAX_GENERATION, NonZeroU32::new(MAX_SHARDS)?)?;
        within.then(|| Self {
            prefix: prefix.to_owned(),
            generation,
            shards,
        })
    }

    /// Common beginning of all names.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The collections of this layout.
    pub(crate) fn names(&self) -> Vec<CollectionName> {
        self.generation_names(self.generation, self.shards)
    }

    /// Collections of this layout that `smaller` does without.
    pub(crate) fn names_beyond(&self, smaller: &Self) -> Vec<CollectionName> {
        match self.generation.cmp(&smaller.generation) {
            std::cmp::Ordering::Less => Vec::new(),
            std::cmp::Ordering::Equal => self
                .names()
                .into_iter()
                .skip(smaller.names().len())
                .collect(),
            std::cmp::Ordering::Greater => self.names(),
        }
    }

    /// Every name that this stack may have used: earlier generations, shards that an update gave up, and the next
    /// generation, should an update to it have been rolled back.
    pub(crate) fn names_ever(&self) -> Vec<CollectionName> {
        (1..=self.generation + 1)
            .flat_map(|generation| self.generation_names(generation, MAX_SHARDS))
            .collect()
    }

    fn generation_names(&self, generation: u32, shards: u32) -> Vec<CollectionName> {
        let shards = NonZeroU32::new(shards).expect("a layout has shards");
        let collections = Collections::new(&self.prefix, generation, shards);
        collections
            .expect("longer names were valid when the layout was made")
            .all()
            .to_vec()
    }
}
