//! Rekognition collections: their names, and which one a new face goes to.

use std::num::NonZeroU32;

use sha2::{Digest, Sha256};

use crate::ids::Sub;

/// The name of one collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionName(String);

impl CollectionName {
    /// Returns `None` unless `text` is a name that Rekognition takes: 1 to 255 of `a-z A-Z 0-9 _ . -`.
    pub fn parse(text: &str) -> Option<Self> {
        let usable = (1..=255).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        usable.then(|| Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The set of collections over which new faces are spread: `<prefix>-g<generation>-s<shard>`, shards from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collections {
    names: Vec<CollectionName>,
}

impl Collections {
    /// Returns `None` if the names that arise are none that Rekognition takes.
    pub fn new(prefix: &str, generation: u32, shards: NonZeroU32) -> Option<Self> {
        let name = |shard| CollectionName::parse(&format!("{prefix}-g{generation}-s{shard}"));
        let names = (0..shards.get()).map(name).collect::<Option<Vec<_>>>()?;
        CollectionName::parse(prefix)?;
        Some(Self { names })
    }

    /// Every collection of the set, by shard. Never empty.
    pub fn all(&self) -> &[CollectionName] {
        &self.names
    }

    /// The collection for a *new* face of this user, by a hash that stays the same across releases.
    ///
    /// Faces that are stored already stay where their row says, so shards may be added. For a made-up sub this is the
    /// collection in which an unknown user is searched.
    ///
    /// # Panics
    /// Never: a remainder is below the count of shards, which came from 32 bits.
    pub fn place(&self, sub: &Sub) -> &CollectionName {
        let digest = Sha256::digest(sub.as_str().as_bytes());
        let number = digest
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let count = u64::try_from(self.names.len()).expect("the count of shards came from 32 bits");
        let shard =
            usize::try_from(number % count).expect("a remainder is below the count of shards");
        &self.names[shard]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collections(shards: u32) -> Collections {
        Collections::new("face-login-0a1b2c3d", 1, NonZeroU32::new(shards).unwrap()).unwrap()
    }

    #[test]
    fn names_carry_generation_and_shard() {
        let names: Vec<_> = collections(2)
            .all()
            .iter()
            .map(|name| name.as_str().to_owned())
            .collect();
        assert_eq!(
            names,
            ["face-login-0a1b2c3d-g1-s0", "face-login-0a1b2c3d-g1-s1"]
        );
        assert_eq!(Collections::new("a b", 1, NonZeroU32::MIN), None);
        assert_eq!(Collections::new("", 1, NonZeroU32::MIN), None);
    }

    #[test]
    fn placement_never_moves() {
        // Pinned: another result would search known users in the wrong shard after an upgrade.
        let sub = Sub::parse("03670b97-8dee-4875-ab12-0123456789ab").unwrap();
        assert_eq!(collections(8).place(&sub).as_str(), PINNED);
        assert_eq!(
            collections(1).place(&sub).as_str(),
            "face-login-0a1b2c3d-g1-s0"
        );
    }

    const PINNED: &str = "face-login-0a1b2c3d-g1-s2";

    #[test]
    fn placement_reaches_every_shard() {
        let eight = collections(8);
        let used: std::collections::BTreeSet<_> = (0..=255)
            .map(|byte| eight.place(&Sub::made_up([byte; 16])).clone())
            .collect();
        assert_eq!(used.len(), 8);
    }
}
