//! Random numbers that a seed repeats: a soak that found something can be run again.

/// `SplitMix64` (Steele, Lea and Flood, 2014): small, and good enough to pick people and moments.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to less than `limit`, which is more than 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        usize::try_from(self.bits() % limit).unwrap_or_default()
    }

    /// A number from `least` to less than `most`.
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit")]
    pub fn between(&mut self, least: f32, most: f32) -> f32 {
        let unit = (self.bits() >> 40) as f32 / (1_u32 << 24) as f32;
        least + (most - least) * unit
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_repeats_its_numbers_within_their_bounds() {
        let take = |seed| {
            let mut random = Random::of(seed);
            [(); 100].map(|()| random.below(7))
        };
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
        assert!((0..7).all(|number| take(1).contains(&number)));
        let mut random = Random::of(3);
        assert!((0..100).all(|_| (0.5..0.75).contains(&random.between(0.5, 0.75))));
    }
}
