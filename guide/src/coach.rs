//! From one frame to the next: what is said, when the oval is green, which frame is the best so far, and when to take it.

use std::collections::VecDeque;

use crate::frame::{Frame, Hint};

/// Frames that have a say in the hint.
const WINDOW: usize = 5;
/// So many of them must agree on another hint.
const MAJORITY: usize = 3;
/// So many right frames in a row make the oval green.
const RIGHT_IN_A_ROW: usize = 3;
/// Milliseconds that a hint stays, so that it can be read (and read out). Only green goes earlier.
const READABLE: f64 = 800.0;
/// Milliseconds of a green oval after which the picture is taken.
const HOLD: f64 = 1000.0;
/// Milliseconds between two frames that show whether a face keeps still, whatever the rate.
const STILLNESS: f64 = 100.0;
/// Milliseconds without a frame after which everything begins anew: the camera was off, or a photo under way.
const PAUSE: f64 = 1000.0;

/// What the page shows and does after a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What is said.
    pub hint: Hint,
    /// What this frame is worth.
    pub worth: Worth,
}

/// What a frame is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// Nothing to keep.
    Nothing,
    /// The best of those since the oval got green.
    Best,
    /// It has been green for long enough: take the best one.
    Enough,
}

impl Advice {
    /// For the page: the number of the hint, plus 16 for a frame to keep, plus 32 when it's enough.
    pub fn code(self) -> u32 {
        let hint = Hint::ALL
            .iter()
            .zip(0..)
            .find(|(hint, _)| **hint == self.hint);
        let worth = match self.worth {
            Worth::Nothing => 0,
            Worth::Best => 16,
            Worth::Enough => 32,
        };
        hint.map_or(0, |(_, number)| number) + worth
    }
}

/// Remembers the last frames.
#[derive(Debug, Default)]
pub struct Coach {
    /// The latest first.
    recent: VecDeque<Seen>,
    shown: Option<Hint>,
    shown_since: f64,
    green_since: Option<f64>,
    best: Option<f32>,
}

#[derive(Debug)]
struct Seen {
    frame: Frame,
    hint: Hint,
    at: f64,
}

impl Coach {
    /// Takes in a frame. `now`: milliseconds of any clock that does not jump.
    pub fn see(&mut self, frame: Frame, now: f64) -> Advice {
        if self
            .recent
            .front()
            .is_some_and(|last| last.at + PAUSE < now)
        {
            *self = Self::default();
        }
        let earlier = |seen: &&Seen| seen.at + STILLNESS <= now && !seen.frame.faces.is_empty();
        let before = self.recent.iter().find(earlier).map(|seen| &seen.frame);
        let hint = frame.judge(before);
        let worth = frame.worth();
        self.recent.push_front(Seen {
            frame,
            hint,
            at: now,
        });
        self.recent.truncate(2 * WINDOW);
        let shown = self.choose(hint, now);
        Advice {
            hint: shown,
            worth: self.weigh(shown, hint, worth, now),
        }
    }

    /// How many of the last frames showed something of the kind.
    fn agreed(&self, kind: impl Fn(Hint) -> bool) -> usize {
        let last = self.recent.iter().take(WINDOW);
        last.filter(|seen| kind(seen.hint)).count()
    }

    /// Green comes after a few right frames and goes with the majority; other hints stay for long enough to be read.
    fn choose(&mut self, seen: Hint, now: f64) -> Hint {
        let right_in_a_row = self
            .recent
            .iter()
            .take_while(|seen| seen.hint == Hint::Ready)
            .count();
        let readable = READABLE <= now - self.shown_since;
        let change = match (self.shown, seen) {
            (None, _) => true,
            (Some(shown), seen) if shown == seen => false,
            (_, Hint::Ready) => readable && RIGHT_IN_A_ROW <= right_in_a_row,
            // A step back while holding still is a blur, unless it stays.
            (Some(Hint::Ready), _) => MAJORITY <= self.agreed(|hint| hint != Hint::Ready),
            _ => readable && MAJORITY <= self.agreed(|hint| hint == seen),
        };
        // Nothing is green at the first sight.
        let wanted = if self.shown.is_none() && seen == Hint::Ready {
            Hint::Moving
        } else {
            seen
        };
        if change {
            self.shown = Some(wanted);
            self.shown_since = now;
        }
        self.shown.unwrap_or(wanted)
    }

    fn weigh(&mut self, shown: Hint, seen: Hint, worth: Option<f32>, now: f64) -> Worth {
        if shown != Hint::Ready {
            self.green_since = None;
            return Worth::Nothing;
        }
        let since = *self.green_since.get_or_insert_with(|| {
            self.best = None;
            now
        });
        if self.best.is_some() && HOLD <= now - since {
            // Another one is not due before the oval was green for as long again.
            self.green_since = None;
            return Worth::Enough;
        }
        if seen == Hint::Ready && self.best < worth {
            self.best = worth;
            return Worth::Best;
        }
        Worth::Nothing
    }
}

#[cfg(test)]
mod tests {
    use face_login_face_engine::{BoundingBox, Spotted};

    use super::*;

    const EVERY: f64 = 60.0;

    fn frame(height: f32, sharpness: f32) -> Frame {
        let bounds = BoundingBox {
            left: 0.5 - height / 2.0,
            top: 0.5 - height / 2.0,
            width: height,
            height,
        };
        let face = Spotted { score: 0.9, bounds };
        Frame {
            faces: if height > 0.0 { vec![face] } else { vec![] },
            stance: None,
            brightness: 120.0,
            sharpness: Some(sharpness),
        }
    }

    /// What is advised for faces of these heights, a frame every [`EVERY`] milliseconds.
    fn advised(heights: &[f32]) -> Vec<Advice> {
        let mut coach = Coach::default();
        let mut now = 0.0;
        let see = |height: &f32| {
            now += EVERY;
            coach.see(frame(*height, 10.0), now)
        };
        heights.iter().map(see).collect()
    }

    fn hints(heights: &[f32]) -> Vec<Hint> {
        advised(heights).iter().map(|advice| advice.hint).collect()
    }

    #[test]
    fn green_takes_three_right_frames_after_a_hint_that_could_be_read() {
        let seen = hints(&[0.5; 15]);
        let green = seen.iter().position(|hint| *hint == Hint::Ready);
        assert_eq!(green, Some(14), "0.8 seconds after the first: {seen:?}");
        let mut heights = [0.5; 30];
        heights[12..24]
            .copy_from_slice(&[0.5, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5, 0.5, 0.0, 0.5, 0.5, 0.0]);
        let green = hints(&heights).iter().position(|hint| *hint == Hint::Ready);
        assert_eq!(green, Some(26), "three in a row");
    }

    #[test]
    fn after_a_pause_everything_begins_anew() {
        let mut coach = Coach::default();
        for at in 0..20 {
            coach.see(frame(0.5, 10.0), f64::from(at) * EVERY);
        }
        let advice = coach.see(frame(0.5, 10.0), 60_000.0);
        assert_eq!((advice.hint, advice.worth), (Hint::Moving, Worth::Nothing));
    }

    #[test]
    fn nothing_else_is_ever_green() {
        for height in [0.0, 0.1, 0.25, 0.9] {
            assert!(!hints(&[height; 40]).contains(&Hint::Ready), "{height}");
        }
    }

    #[test]
    fn one_odd_frame_changes_nothing_three_do() {
        let mut heights = [0.5; 24];
        heights[18] = 0.0;
        let shown = hints(&heights);
        assert!(shown[14..].iter().all(|hint| *hint == Hint::Ready));
        heights[19] = 0.0;
        heights[20] = 0.0;
        assert_eq!(hints(&heights)[20], Hint::NoFace);
    }

    #[test]
    fn hints_stay_long_enough_to_be_read() {
        let alternating: Vec<f32> = (0..60)
            .map(|at| if at / 4 % 2 == 0 { 0.0 } else { 0.2 })
            .collect();
        let shown = hints(&alternating);
        let changes = shown.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(
            (1..=5).contains(&changes),
            "{changes} changes in 3.6 seconds"
        );
    }

    #[test]
    fn the_picture_is_taken_after_a_second_of_green_and_the_sharpest_is_kept() {
        let mut coach = Coach::default();
        let mut kept = Vec::new();
        for at in 0..40_u8 {
            let sharpness = if at == 20 { 90.0 } else { f32::from(at) };
            match coach
                .see(frame(0.5, sharpness), f64::from(at) * EVERY)
                .worth
            {
                Worth::Best => kept.push(at),
                Worth::Enough => {
                    assert_eq!(at, 31, "a second after the oval got green");
                    assert_eq!(kept, [14, 15, 16, 17, 18, 19, 20]);
                    return;
                }
                Worth::Nothing => {}
            }
        }
        panic!("never taken");
    }

    #[test]
    fn without_a_frame_that_is_kept_nothing_is_taken() {
        let mut coach = Coach::default();
        for at in 0..80 {
            let frame = Frame {
                sharpness: None,
                ..frame(0.5, 0.0)
            };
            let advice = coach.see(frame, f64::from(at) * EVERY);
            assert_eq!(advice.worth, Worth::Nothing, "{at}");
        }
    }

    #[test]
    fn a_face_that_goes_away_is_not_taken() {
        let mut heights = vec![0.5; 24];
        heights.extend([0.0; 30]);
        let advised = advised(&heights);
        assert!(advised.iter().all(|advice| advice.worth != Worth::Enough));
    }

    #[test]
    fn a_green_that_was_lost_counts_anew() {
        let mut heights = vec![0.5; 24];
        heights.extend([0.0; 20]);
        heights.extend([0.5; 40]);
        let advised = advised(&heights);
        let green = |advice: &Advice| advice.hint == Hint::Ready;
        let again = 44 + advised[44..].iter().position(green).unwrap();
        let taken = advised
            .iter()
            .position(|advice| advice.worth == Worth::Enough)
            .unwrap();
        // A second, at a frame every 60 milliseconds.
        assert_eq!(taken - again, 17);
    }

    #[test]
    fn the_page_reads_numbers() {
        for (hint, worth, want) in [
            (Hint::NoFace, Worth::Nothing, 0),
            (Hint::Ready, Worth::Best, 25),
            (Hint::Ready, Worth::Enough, 41),
        ] {
            assert_eq!(Advice { hint, worth }.code(), want);
        }
    }
}
