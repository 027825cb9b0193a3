use std::{
    env,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use face_login_face_engine::Engine;
use serde_json::json;

use super::Analyses;
use crate::photo::{ImageInput, Photo};

fn grey_png() -> Photo {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(100, 100, image::Rgb([90; 3]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    photo(&bytes.into_inner())
}

/// The same pixels in another file: trailing bytes are no part of a PNG.
fn grey_png_of_another_camera() -> Photo {
    let mut bytes = grey_png().bytes.to_vec();
    bytes.extend_from_slice(b"taken elsewhere");
    photo(&bytes)
}

fn photo(bytes: &[u8]) -> Photo {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let input = json!({ "Bytes": STANDARD.encode(bytes) });
    serde_json::from_value::<ImageInput>(input)
        .unwrap()
        .photo()
        .unwrap()
}

fn engine() -> Arc<Engine> {
    let given = env::var_os("FACE_LOGIN_WEIGHTS").map(PathBuf::from);
    let dir =
        given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/weights"));
    Arc::new(Engine::load(&dir).expect("`cargo xtask test` fetches the weights"))
}

#[tokio::test]
async fn requests_that_arrive_together_share_one_analysis() {
    let seconds = Arc::new(AtomicU64::new(1000));
    let clock = Arc::clone(&seconds);
    let now = move || SystemTime::UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed));
    let analyses = Analyses::new(engine(), 2, 2, Arc::new(now));
    let photo = grey_png();
    let (detect, search) = tokio::join!(analyses.analyse(&photo), analyses.analyse(&photo));
    let (detect, search) = (detect.unwrap().analysis, search.unwrap().analysis);
    assert!(Arc::ptr_eq(&detect, &search), "the nets ran twice");
    let shortly_after = analyses.analyse(&photo).await.unwrap().analysis;
    assert!(Arc::ptr_eq(&detect, &shortly_after));
    seconds.fetch_add(601, Ordering::Relaxed);
    let later = analyses.analyse(&photo).await.unwrap().analysis;
    assert!(!Arc::ptr_eq(&detect, &later), "remembered for too long");
}

#[tokio::test]
async fn files_with_the_same_pixels_share_one_analysis() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    let analyses = Analyses::new(engine(), 2, 2, Arc::new(move || now));
    let (one, other) = (grey_png(), grey_png_of_another_camera());
    assert_ne!(one.digest, other.digest);
    let first = analyses.analyse(&one).await.unwrap().analysis;
    let second = analyses.analyse(&other).await.unwrap().analysis;
    assert!(Arc::ptr_eq(&first, &second), "the nets ran twice");
    for shade in 0..u8::MAX {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(100, 100, image::Rgb([shade; 3]))
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        let digest = super::Upright::of(&photo(&bytes.into_inner()))
            .unwrap()
            .digest;
        analyses.pictures.cell(digest, now);
    }
    let known = analyses.pictures.entries.lock().unwrap().len();
    assert_eq!(known, super::PICTURES.most, "memory is bounded");
}

#[tokio::test]
async fn an_analysis_outlives_a_caller_who_hangs_up() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    let analyses = Analyses::new(engine(), 1, 1, Arc::new(move || now));
    let photo = grey_png();
    let hung_up = tokio::time::timeout(Duration::from_millis(1), analyses.analyse(&photo)).await;
    assert!(hung_up.is_err(), "the nets take longer than a millisecond");
    let cell = analyses.files.cell(photo.digest, now);
    let done = async {
        while cell.get().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), done)
        .await
        .expect("the analysis went on");
}
