//! Films for Chromium's fake camera: a motion JPEG file is JPEGs one after another.

use std::{
    fs,
    path::{Path, PathBuf},
};

use image::RgbImage;
use rand::{RngExt as _, SeedableRng as _, rngs::SmallRng};

use crate::faces;

/// Frames in a film; Chromium starts over at its end.
const FRAMES: u64 = 60;

/// Frames that a picture of several stays.
const STAYS: usize = 3;

/// Writes a film of these pictures (640×480, as [`crate::faces`] makes them), in turn, and gives its absolute path.
/// Each frame of each `reel` has a noise of its own, as a camera's have: no two captures are the same file.
/// A camera that films already goes on with the reel it opened.
pub fn film(folder: &Path, name: &str, pictures: &[Vec<u8>], reel: u64) -> PathBuf {
    let path = folder.join(format!("{name}.mjpeg"));
    let still = |picture: &Vec<u8>| {
        image::load_from_memory(picture)
            .expect("the suite's photos are JPEGs")
            .into_rgb8()
    };
    let stills: Vec<RgbImage> = pictures.iter().map(still).collect();
    let in_turn = stills
        .iter()
        .flat_map(|still| std::iter::repeat_n(still, STAYS))
        .cycle();
    let frames: Vec<u8> = (0..FRAMES)
        .zip(in_turn)
        .flat_map(|(frame, still)| faces::jpeg(&grainy(still, reel * FRAMES + frame), 90))
        .collect();
    let new = folder.join(format!("{name}.new"));
    fs::write(&new, frames).expect("the test's folder takes a film");
    fs::rename(new, &path).expect("a film just written has a path");
    fs::canonicalize(path).expect("a film just written has a path")
}

/// The picture with some of its bytes a little brighter, others for each `seed`.
fn grainy(still: &RgbImage, seed: u64) -> RgbImage {
    let mut noise = SmallRng::seed_from_u64(seed);
    let mut frame = still.clone();
    for byte in frame.iter_mut().step_by(8) {
        *byte = byte.saturating_add(noise.random_range(0..8));
    }
    frame
}
