//! How alike two faces are, and how alike they have to be.

use std::collections::BTreeMap;

/// How alike Rekognition judged two faces, in per cent (0–100), as the service reports it.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Similarity(f32);

impl Similarity {
    /// Returns `None` for NaN or anything outside 0–100.
    pub fn new(percent: f32) -> Option<Self> {
        (0.0..=100.0).contains(&percent).then_some(Self(percent))
    }

    /// Returns `None` unless `text` is a number from 0 to 100.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    /// Per cent, 0–100.
    pub fn percent(self) -> f32 {
        self.0
    }
}

/// The least similarity at which two faces are the same person. Rekognition's face models have scales of their own, so that one of them may need another
/// one than the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    usual: Similarity,
    by_model: BTreeMap<String, Similarity>,
}

impl Thresholds {
    /// The same for every face model.
    pub fn new(usual: Similarity) -> Self {
        Self {
            usual,
            by_model: BTreeMap::new(),
        }
    }

    /// With others for single models: `6.0=99.5,7.0=98`. Returns `None` for anything else, and for a model that is named twice.
    pub fn parse(usual: Similarity, by_model: &str) -> Option<Self> {
        let mut thresholds = Self::new(usual);
        for entry in by_model.split(',') {
            let (model, percent) = entry.split_once('=')?;
            let threshold = Similarity::parse(percent)?;
            if model.is_empty()
                || thresholds
                    .by_model
                    .insert(model.to_owned(), threshold)
                    .is_some()
            {
                return None;
            }
        }
        Some(thresholds)
    }

    /// For faces of this model.
    pub fn of(&self, model_version: &str) -> Similarity {
        self.by_model
            .get(model_version)
            .copied()
            .unwrap_or(self.usual)
    }

    /// What a search has to ask for before it is known which model answers.
    pub fn lowest(&self) -> Similarity {
        let all = self.by_model.values().copied();
        all.fold(
            self.usual,
            |one, other| if other < one { other } else { one },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(percent: f32) -> Similarity {
        Similarity::new(percent).unwrap()
    }

    #[test]
    fn a_model_may_have_a_threshold_of_its_own() {
        let thresholds = Thresholds::parse(percent(99.0), "6.0=99.5,7.0=98").unwrap();
        for (model, want) in [("6.0", 99.5), ("7.0", 98.0), ("8.0", 99.0), ("", 99.0)] {
            assert_eq!(thresholds.of(model), percent(want), "{model}");
        }
        assert_eq!(thresholds.lowest(), percent(98.0));
        assert_eq!(
            Thresholds::parse(percent(99.0), "6.0=99.5")
                .unwrap()
                .lowest(),
            percent(99.0)
        );
        assert_eq!(Thresholds::new(percent(99.0)).of("7.0"), percent(99.0));
        for wrong in [
            "",
            "7.0",
            "7.0=",
            "7.0=high",
            "7.0=101",
            "=99",
            "7.0=99,7.0=98",
            "7.0=99,",
        ] {
            assert_eq!(Thresholds::parse(percent(99.0), wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_percentages_are_similarities() {
        for (percent, usable) in [
            (0.0, true),
            (99.5, true),
            (100.0, true),
            (-0.1, false),
            (100.1, false),
            (f32::NAN, false),
        ] {
            assert_eq!(Similarity::new(percent).is_some(), usable, "{percent}");
        }
        assert_eq!(Similarity::parse("99"), Similarity::new(99.0));
        assert_eq!(Similarity::parse("many"), None);
    }
}
