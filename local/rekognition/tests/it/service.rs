//! A service in a folder of its own, and pictures to ask it about.

use std::{
    env,
    io::Cursor,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use face_login_face_engine::{Engine, verify};
use face_login_local_rekognition::{Rekognition, Settings};
use http::{Request, StatusCode};
use image::{DynamicImage, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) error_type: Option<String>,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of an answer that must be a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// Asserts type (header and body) and text of an error.
    #[track_caller]
    pub(crate) fn refused(self, error_type: &str, message: &str) {
        assert_eq!(self.status, StatusCode::BAD_REQUEST, "{}", self.body);
        assert_eq!(self.error_type.as_deref(), Some(error_type));
        assert_eq!(self.body["__type"], error_type);
        let found = self.body["Message"].as_str().unwrap();
        assert!(found.contains(message), "{found:?} lacks {message:?}");
    }
}

pub(crate) struct Service {
    pub(crate) rekognition: Arc<Rekognition>,
    pub(crate) dir: TempDir,
}

impl Service {
    pub(crate) fn start() -> Self {
        Self::with_limits(2, 50)
    }

    pub(crate) fn with_limits(max_concurrent: usize, max_waiting: usize) -> Self {
        let dir = TempDir::new().unwrap();
        let rekognition = Arc::new(open(dir.path(), max_concurrent, max_waiting));
        Self { rekognition, dir }
    }

    pub(crate) async fn call(&self, operation: &str, input: Value) -> Answer {
        call(&self.rekognition, operation, input).await
    }

    /// Creates the collection `people` with one face per picture, each under the external id beside it.
    pub(crate) async fn with_people(self, people: &[(&str, &[u8])]) -> Self {
        self.call("CreateCollection", json!({ "CollectionId": "people" }))
            .await
            .ok();
        for (name, picture) in people {
            let input = json!({
                "CollectionId": "people", "Image": bytes(picture), "ExternalImageId": name, "MaxFaces": 1,
                "QualityFilter": "HIGH"
            });
            let indexed = self.call("IndexFaces", input).await.ok();
            assert_eq!(
                indexed["FaceRecords"].as_array().unwrap().len(),
                1,
                "{name}: {indexed}"
            );
        }
        self
    }
}

pub(crate) fn open(dir: &Path, max_concurrent: usize, max_waiting: usize) -> Rekognition {
    let settings = Settings {
        region: String::from("us-east-1"),
        account_id: String::from("123456789012"),
        max_concurrent,
        max_waiting,
    };
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    Rekognition::open(dir, settings, engine(), Arc::new(move || noon)).unwrap()
}

pub(crate) async fn call(rekognition: &Rekognition, operation: &str, input: Value) -> Answer {
    let request = Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("RekognitionService.{operation}"))
        .body(Bytes::from(input.to_string()))
        .unwrap();
    let (parts, body) = rekognition.handle(request).await.into_parts();
    let error_type = parts
        .headers
        .get("x-amzn-errortype")
        .map(|value| value.to_str().unwrap().to_owned());
    assert!(parts.headers.contains_key("x-amzn-requestid"));
    Answer {
        status: parts.status,
        error_type,
        body: serde_json::from_slice(&body).unwrap(),
    }
}

fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    let load = || {
        let dir = data_dir("FACE_LOGIN_WEIGHTS", "weights");
        let problems: Vec<String> = verify(&dir).iter().map(ToString::to_string).collect();
        assert!(
            problems.is_empty(),
            "no usable weights (`cargo xtask test` fetches them):\n{}",
            problems.join("\n")
        );
        Arc::new(Engine::load(&dir).unwrap())
    };
    Arc::clone(ENGINE.get_or_init(load))
}

fn data_dir(variable: &str, folder: &str) -> PathBuf {
    let given = env::var_os(variable).map(PathBuf::from);
    given.unwrap_or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../target")
            .join(folder)
    })
}

/// Member `Image` of a request.
pub(crate) fn bytes(picture: &[u8]) -> Value {
    json!({ "Bytes": STANDARD.encode(picture) })
}

/// One of the package's photos.
pub(crate) fn photo(name: &str) -> DynamicImage {
    let path = data_dir("FACE_LOGIN_PHOTOS", "face-photos").join(name);
    let bytes = std::fs::read(&path);
    let bytes = bytes.unwrap_or_else(|error| {
        panic!(
            "{} ({error}): `cargo xtask test` fetches it",
            path.display()
        )
    });
    image::load_from_memory(&bytes).unwrap()
}

pub(crate) fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .to_rgb8()
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
        .unwrap();
    bytes.into_inner()
}

/// One person of the group photo `sample6.jpg`, cut out with room around the face.
pub(crate) fn woman_in_front() -> DynamicImage {
    photo("sample6.jpg").crop_imm(1330, 100, 520, 620)
}

/// Another person of the same photo.
pub(crate) fn woman_on_the_left() -> DynamicImage {
    photo("sample6.jpg").crop_imm(60, 310, 560, 620)
}

/// The same photo of [`woman_in_front`], cut otherwise, smaller, brighter and more compressed.
pub(crate) fn woman_in_front_again() -> Vec<u8> {
    let picture = photo("sample6.jpg").crop_imm(1380, 140, 440, 560);
    jpeg(
        &picture
            .resize(330, 420, image::imageops::FilterType::Triangle)
            .brighten(12),
        80,
    )
}

/// A pattern without any face.
pub(crate) fn no_face() -> Vec<u8> {
    let shade = |value: u32| u8::try_from(value % 256).unwrap();
    let picture = RgbImage::from_fn(320, 240, |x, y| Rgb([shade(x), shade(y), shade(x * y)]));
    jpeg(&picture.into(), 90)
}

/// The picture of [`woman_in_front`] with a fifth of its light.
pub(crate) fn woman_in_the_dark() -> Vec<u8> {
    let mut picture = woman_in_front().to_rgb8();
    picture.iter_mut().for_each(|value| *value /= 5);
    jpeg(&picture.into(), 92)
}
