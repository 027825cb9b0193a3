//! The camera.

use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlVideoElement, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack,
    PermissionStatus,
};

use crate::{
    browser::{json, play, window},
    camera_problem::{CameraProblem, Framed, Surroundings},
    challenge::Kind,
    finder::{Permission, Preview},
};

/// A running camera. It stops when dropped: a light that stays on after the picture is taken is a broken promise.
pub(crate) struct Camera {
    stream: MediaStream,
}

impl Camera {
    /// Asks for the camera that suits the photo: facing the user for a selfie, away from them for a document; or for the one after another one.
    pub(crate) async fn start(kind: Kind, after: Option<String>) -> Result<Self, CameraProblem> {
        let devices = media_devices().ok_or_else(|| explained(CameraProblem::Insecure))?;
        let wanted = match after {
            None => None,
            Some(device) => next(&self::devices().await, &device),
        };
        let asking = devices
            .get_user_media_with_constraints(&constraints(kind, wanted))
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

    /// The camera's id.
    pub(crate) fn device(&self) -> String {
        let track = self.track();
        track
            .and_then(|track| json::text(&track.get_settings(), "deviceId"))
            .unwrap_or_default()
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

/// `None` on insecure origins.
pub(crate) fn media_devices() -> Option<MediaDevices> {
    let devices = window().navigator().media_devices().ok()?;
    (!devices.is_undefined()).then_some(devices)
}

/// Ids of all cameras. Empty before the first was allowed.
pub(crate) async fn devices() -> Vec<String> {
    let asking = media_devices().and_then(|devices| devices.enumerate_devices().ok());
    let Some(asking) = asking else {
        return Vec::new();
    };
    let Ok(all) = JsFuture::from(asking).await else {
        return Vec::new();
    };
    js_sys::Array::from(&all)
        .iter()
        .filter(|device| json::text(device, "kind").as_deref() == Some("videoinput"))
        .filter_map(|device| json::text(&device, "deviceId"))
        .collect()
}

fn next(devices: &[String], after: &str) -> Option<String> {
    let at = devices.iter().position(|device| device == after)?;
    devices.get((at + 1) % devices.len()).cloned()
}

/// Whether the browser would ask; `changed` is told when that changes.
pub(crate) async fn permission(changed: impl Fn(Permission) + 'static) -> Permission {
    let camera = json::texts(&[("name", "camera")]);
    let asking = window()
        .navigator()
        .permissions()
        .and_then(|permissions| permissions.query(camera.unchecked_ref()));
    let Ok(asking) = asking else {
        return Permission::Ask;
    };
    // Browsers that know no permission of this name reject.
    let Ok(status) = JsFuture::from(asking).await else {
        return Permission::Ask;
    };
    let status: PermissionStatus = status.unchecked_into();
    let told = status.clone();
    let listener = Closure::<dyn Fn()>::new(move || changed(read(&told)));
    status.set_onchange(Some(listener.into_js_value().unchecked_ref()));
    read(&status)
}

fn read(status: &PermissionStatus) -> Permission {
    match json::text(status, "state").as_deref() {
        Some("granted") => Permission::Granted,
        Some("denied") => Permission::Denied,
        _ => Permission::Ask,
    }
}

fn constraints(kind: Kind, device: Option<String>) -> MediaStreamConstraints {
    let ideal = |value: JsValue| json::object(&[("ideal", value)]);
    let facing = match kind {
        Kind::Selfie => "user",
        Kind::Document => "environment",
    };
    let which = match device {
        Some(device) => ("deviceId", json::texts(&[("exact", &device)])),
        None => ("facingMode", ideal(JsValue::from_str(facing))),
    };
    let video = json::object(&[
        which,
        ("width", ideal(JsValue::from(1280))),
        ("height", ideal(JsValue::from(960))),
    ]);
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&video);
    constraints
}

fn problem(error: &JsValue) -> CameraProblem {
    let name = json::text(error, "name").unwrap_or_default();
    explained(CameraProblem::from_exception(&name))
}

fn explained(problem: CameraProblem) -> CameraProblem {
    let framed = match window().parent() {
        Ok(Some(parent)) if parent != window() => Framed::Yes,
        _ => Framed::No,
    };
    problem.explained(Surroundings {
        user_agent: &user_agent(),
        framed,
    })
}

/// `navigator.userAgent`
pub(crate) fn user_agent() -> String {
    window().navigator().user_agent().unwrap_or_default()
}
