//! Sending a photo with a presigned POST. `XMLHttpRequest`, because `fetch` tells no progress of what it sends.

use js_sys::Promise;
use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FormData, ProgressEvent, XmlHttpRequest};

use crate::{browser::json, challenge::Form, failure::UploadFailure};

/// A photo on a slow line. The form itself is good for two to five minutes.
const TIMEOUT_MILLIS: u32 = 120_000;

/// Sends the form's fields in their order and the photo last, as S3 wants it. `progress` gets per cents.
pub(crate) async fn send(
    form: &Form,
    photo: &Blob,
    progress: impl Fn(u8) + 'static,
) -> Result<(), UploadFailure> {
    let data = form_data(form, photo).ok_or(UploadFailure::Refused)?;
    let request = XmlHttpRequest::new().map_err(|_| UploadFailure::Offline)?;
    request
        .open("POST", &form.url)
        .map_err(|_| UploadFailure::Refused)?;
    request.set_timeout(TIMEOUT_MILLIS);
    let listener = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        progress(per_cent(&event));
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(listener.as_ref().unchecked_ref()));
    }
    let done = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request
        .send_with_opt_form_data(Some(&data))
        .map_err(|_| UploadFailure::Offline)?;
    let _ = JsFuture::from(done).await;
    // 0 if no answer came, whatever the cause.
    let status = request.status().unwrap_or(0);
    if (200..300).contains(&status) {
        return Ok(());
    }
    let body = request.response_text().ok().flatten().unwrap_or_default();
    Err(UploadFailure::classify(status, &body))
}

fn form_data(form: &Form, photo: &Blob) -> Option<FormData> {
    let data = FormData::new().ok()?;
    for (name, value) in json::entries(&json::parse(&form.fields)?) {
        data.append_with_str(&name, &value).ok()?;
    }
    data.append_with_blob_and_filename("file", photo, "photo.jpg")
        .ok()?;
    Some(data)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a whole is between 0 and 100"
)]
fn per_cent(event: &ProgressEvent) -> u8 {
    let share = event.loaded() / event.total();
    if event.length_computable() && share.is_finite() {
        (share * 100.0) as u8
    } else {
        0
    }
}
