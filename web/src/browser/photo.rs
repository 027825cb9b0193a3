//! From a camera picture or a file to the JPEG that is sent.
//!
//! Everything is drawn anew: that removes what cameras write into files (place, time, device), turns phone pictures upright, and brings any format that
//! the browser can read to one that the server takes. Never mirrored.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap};

use crate::{browser::window, hex};

/// Longest side of what is sent: more shows no more of a face.
const LONGEST_SIDE: f64 = 1600.0;
/// Tried in turn until the photo is small enough.
const QUALITIES: [f64; 4] = [0.92, 0.8, 0.6, 0.4];

/// A JPEG, ready to be sent.
#[derive(Clone)]
pub(crate) struct Photo {
    /// The bytes.
    pub(crate) blob: Blob,
    /// Their SHA-256, hexadecimal. Empty where the browser computes none (insecure origins).
    pub(crate) sha256: String,
}

/// A part of a picture, in its pixels.
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Where a photo comes from.
pub(crate) enum Source {
    /// What the preview shows now.
    Camera(HtmlVideoElement),
    /// What it showed a moment ago.
    Kept(ImageBitmap),
    /// A whole picture file.
    File(Blob),
}

/// `None` if there is no picture (yet), the browser can't read it, or it does not get small enough.
pub(crate) async fn taken(source: Source, max_bytes: u32) -> Option<Photo> {
    let canvas = match source {
        Source::Camera(video) => from_camera(&video),
        Source::Kept(bitmap) => from_bitmap(&bitmap),
        Source::File(file) => {
            let reading = window().create_image_bitmap_with_blob(&file).ok()?;
            let bitmap: ImageBitmap = JsFuture::from(reading).await.ok()?.dyn_into().ok()?;
            from_bitmap(&bitmap)
        }
    };
    finish(&canvas?, max_bytes).await
}

/// The middle of the camera picture, three wide and four high.
fn from_camera(video: &HtmlVideoElement) -> Option<HtmlCanvasElement> {
    let (width, height) = (
        f64::from(video.video_width()),
        f64::from(video.video_height()),
    );
    let (across, down) = (width.min(height * 0.75), height.min(width / 0.75));
    let area = Area {
        x: (width - across) / 2.0,
        y: (height - down) / 2.0,
        width: across,
        height: down,
    };
    draw(&area, |context, to| {
        context.draw_image_with_html_video_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            video,
            area.x,
            area.y,
            area.width,
            area.height,
            0.0,
            0.0,
            to.width,
            to.height,
        )
    })
}

fn from_bitmap(bitmap: &ImageBitmap) -> Option<HtmlCanvasElement> {
    let area = Area {
        x: 0.0,
        y: 0.0,
        width: f64::from(bitmap.width()),
        height: f64::from(bitmap.height()),
    };
    draw(&area, |context, to| {
        context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, to.width, to.height)
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are between 1 and LONGEST_SIDE"
)]
fn draw(
    area: &Area,
    paint: impl FnOnce(&CanvasRenderingContext2d, &Area) -> Result<(), JsValue>,
) -> Option<HtmlCanvasElement> {
    let longest = area.width.max(area.height);
    if longest < 1.0 {
        return None;
    }
    let scale = (LONGEST_SIDE / longest).min(1.0);
    let to = Area {
        x: 0.0,
        y: 0.0,
        width: (area.width * scale).round().max(1.0),
        height: (area.height * scale).round().max(1.0),
    };
    let canvas: HtmlCanvasElement = window()
        .document()?
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()?;
    canvas.set_width(to.width as u32);
    canvas.set_height(to.height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    paint(&context, &to).ok()?;
    Some(canvas)
}

async fn finish(canvas: &HtmlCanvasElement, max_bytes: u32) -> Option<Photo> {
    for quality in QUALITIES {
        let encoding = Promise::new(&mut |resolve, _| {
            // A canvas that can't be read gives no blob, which the next line sees.
            let _ = canvas.to_blob_with_type_and_encoder_options(
                &resolve,
                "image/jpeg",
                &JsValue::from_f64(quality),
            );
        });
        let blob: Blob = JsFuture::from(encoding).await.ok()?.dyn_into().ok()?;
        if blob.size() <= f64::from(max_bytes) {
            let sha256 = digest(&blob).await.unwrap_or_default();
            return Some(Photo { blob, sha256 });
        }
    }
    None
}

async fn digest(blob: &Blob) -> Option<String> {
    let bytes = JsFuture::from(blob.array_buffer()).await.ok()?;
    let bytes = Uint8Array::new(&bytes);
    let hashing = window()
        .crypto()
        .ok()?
        .subtle()
        .digest_with_str_and_buffer_source("SHA-256", &bytes)
        .ok()?;
    let hash = Uint8Array::new(&JsFuture::from(hashing).await.ok()?).to_vec();
    Some(hex::encode(&hash))
}
