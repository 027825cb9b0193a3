//! Photos: what Verify lets pass to Rekognition can't blow up the decoder, and both read the same size.
#![no_main]

use face_login_domain::photo::{DOCUMENT_MAX_BYTES, inspect};
use face_login_face_engine::{DecodedImage, MAX_PIXELS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let size = inspect(bytes, DOCUMENT_MAX_BYTES);
    if let Ok(picture) = DecodedImage::decode(bytes) {
        let pixels = picture.width() as u64 * picture.height() as u64;
        assert!(0 < pixels && pixels <= MAX_PIXELS);
        if let Ok(size) = size {
            let stated = size.width_px() * size.height_px();
            assert!((stated - pixels as f32).abs() < 1.0, "two readers, two sizes");
        }
    }
});
