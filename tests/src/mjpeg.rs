//! Films for Chromium's fake camera: a motion JPEG file is JPEGs one after another.

use std::{
    fs,
    path::{Path, PathBuf},
};

use image::RgbImage;

use crate::faces;

/// Frames in a film; Chromium starts over at its end.
const FRAMES: u8 = 60;

/// Writes a film of one still picture (640×480, as [`crate::faces`] makes them) and gives its absolute path.
/// Each frame has a little noise of its own, as a camera's have: no two captures are the same file.
pub fn film(folder: &Path, name: &str, picture: &[u8]) -> PathBuf {
    let path = folder.join(format!("{name}.mjpeg"));
    let still = image::load_from_memory(picture)
        .expect("the suite's photos are JPEGs")
        .into_rgb8();
    let frames: Vec<u8> = (0..FRAMES)
        .flat_map(|frame| faces::jpeg(&noisy(&still, frame), 90))
        .collect();
    fs::write(&path, frames).expect("the test's folder takes a film");
    fs::canonicalize(path).expect("a file just written has a path")
}

/// The picture with every tenth byte or so a little brighter, elsewhere in each frame.
fn noisy(still: &RgbImage, frame: u8) -> RgbImage {
    let mut noisy = still.clone();
    for byte in noisy
        .iter_mut()
        .skip(usize::from(frame))
        .step_by(7 + usize::from(frame % 11))
    {
        *byte = byte.saturating_add(4 + frame % 5);
    }
    noisy
}
