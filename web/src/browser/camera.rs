//! The camera.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use crate::{
    browser::{json, play, window},
    camera_problem::CameraProblem,
    challenge::Kind,
};

/// A running camera. It stops when dropped: a light that stays on after the picture is taken is a broken promise.
pub(crate) struct Camera {
    stream: MediaStream,
}

/// Which way the picture is shown. What is sent is never mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preview {
    /// As in a mirror: cameras that face the user.
    Mirrored,
    /// As it is: cameras that face away.
    Plain,
}

impl Camera {
    /// Asks for the camera that suits the photo: facing the user for a selfie, away from them for a document.
    pub(crate) async fn start(kind: Kind) -> Result<Self, CameraProblem> {
        let devices = window()
            .navigator()
            .media_devices()
            .map_err(|_| CameraProblem::Insecure)?;
        if devices.is_undefined() {
            return Err(CameraProblem::Insecure);
        }
        let asking = devices
            .get_user_media_with_constraints(&constraints(kind))
            .map_err(|error| problem(&error))?;
        let stream = JsFuture::from(asking)
            .await
            .map_err(|error| problem(&error))?;
        Ok(Self {
            stream: stream.unchecked_into(),
        })
    }

    /// Shows the picture.
    pub(crate) async fn show_in(&self, video: &HtmlVideoElement) {
        video.set_src_object(Some(&self.stream));
        play(video.clone()).await;
    }

    /// The camera's name.
    pub(crate) fn label(&self) -> String {
        self.track().map(|track| track.label()).unwrap_or_default()
    }

    /// The picture's source, whose end is worth listening for.
    pub(crate) fn track(&self) -> Option<MediaStreamTrack> {
        self.stream.get_video_tracks().get(0).dyn_into().ok()
    }

    /// Only a camera that says that it faces away is shown as it is: webcams of computers say nothing.
    pub(crate) fn preview(&self) -> Preview {
        let facing = self
            .track()
            .and_then(|track| json::text(&track.get_settings(), "facingMode"));
        if facing.as_deref() == Some("environment") {
            Preview::Plain
        } else {
            Preview::Mirrored
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        if let Some(track) = self.track() {
            track.stop();
        }
    }
}

fn constraints(kind: Kind) -> MediaStreamConstraints {
    let ideal = |value: JsValue| json::object(&[("ideal", value)]);
    let facing = match kind {
        Kind::Selfie => "user",
        Kind::Document => "environment",
    };
    let video = json::object(&[
        ("facingMode", ideal(JsValue::from_str(facing))),
        ("width", ideal(JsValue::from(1280))),
        ("height", ideal(JsValue::from(960))),
    ]);
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&video);
    constraints
}

fn problem(error: &JsValue) -> CameraProblem {
    CameraProblem::from_exception(&json::text(error, "name").unwrap_or_default())
}
