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
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(100, 100, image::Rgb([90; 3]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let input = json!({ "Bytes": STANDARD.encode(bytes.into_inner()) });
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
    seconds.fetch_add(16, Ordering::Relaxed);
    let later = analyses.analyse(&photo).await.unwrap().analysis;
    assert!(!Arc::ptr_eq(&detect, &later), "remembered for too long");
}

#[tokio::test]
async fn an_analysis_outlives_a_caller_who_hangs_up() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    let analyses = Analyses::new(engine(), 1, 1, Arc::new(move || now));
    let photo = grey_png();
    let hung_up = tokio::time::timeout(Duration::from_millis(1), analyses.analyse(&photo)).await;
    assert!(hung_up.is_err(), "the nets take longer than a millisecond");
    let cell = analyses.cell(photo.digest);
    let done = async {
        while cell.get().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), done)
        .await
        .expect("the analysis went on");
}
