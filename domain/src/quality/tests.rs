//! One flaw at a time, and the order of several.

use super::*;
use crate::seen::{FaceBox, Percent, Pose};

const PHOTO: PhotoSize = PhotoSize::new(1000, 1000);

fn percent(value: f32) -> Percent {
    Percent::new(value).unwrap()
}

fn boxed(side: f32) -> FaceBox {
    FaceBox::new(0.1, 0.1, side, side).unwrap()
}

fn good() -> SeenFace {
    SeenFace {
        bounds: boxed(0.4),
        confidence: percent(99.0),
        brightness: percent(60.0),
        sharpness: percent(60.0),
        pose: Pose {
            yaw: 0.0,
            pitch: 0.0,
            roll: 0.0,
        },
        eyes_open: Some(Finding::Yes(percent(99.0))),
        sunglasses: Some(Finding::No(percent(99.0))),
        occluded: Some(Finding::No(percent(99.0))),
    }
}

fn posed(yaw: f32, pitch: f32, roll: f32) -> SeenFace {
    SeenFace {
        pose: Pose { yaw, pitch, roll },
        ..good()
    }
}

fn check(name: &str, faces: &[SeenFace], photo: PhotoSize, want: Option<Reason>) {
    assert_eq!(judge(faces, photo).err(), want, "{name}");
}

#[test]
fn a_head_may_be_turned_a_little() {
    let turned = Some(Reason::TurnedAway);
    for (name, face, want) in [
        ("straight", posed(0.0, 0.0, 0.0), None),
        ("yaw at the limit", posed(-35.0, 0.0, 0.0), None),
        ("turned left", posed(-35.1, 0.0, 0.0), turned),
        ("turned right", posed(35.1, 0.0, 0.0), turned),
        ("a little up", posed(0.0, 30.0, 0.0), None),
        ("up", posed(0.0, 35.1, 0.0), turned),
        ("down", posed(0.0, -25.1, 0.0), turned),
        ("tilted", posed(0.0, 0.0, 36.0), turned),
        ("no number", posed(f32::NAN, 0.0, 0.0), turned),
    ] {
        check(name, &[face], PHOTO, want);
    }
}

#[test]
#[rustfmt::skip]
fn each_flaw_has_its_reason() {
    let yes = |sure| Some(Finding::Yes(percent(sure)));
    let no = |sure| Some(Finding::No(percent(sure)));
    for (name, face, want) in [
        ("a good one", good(), None),
        ("small in the picture", SeenFace { bounds: boxed(0.11), ..good() }, Some(Reason::FaceTooSmall)),
        ("dark", SeenFace { brightness: percent(19.9), ..good() }, Some(Reason::TooDark)),
        ("bright", SeenFace { brightness: percent(95.1), ..good() }, Some(Reason::TooBright)),
        ("blurred", SeenFace { sharpness: percent(9.9), ..good() }, Some(Reason::Blurred)),
        ("sunglasses", SeenFace { sunglasses: yes(90.0), ..good() }, Some(Reason::Sunglasses)),
        ("perhaps sunglasses", SeenFace { sunglasses: yes(89.9), ..good() }, None),
        ("eyes closed", SeenFace { eyes_open: no(90.0), ..good() }, Some(Reason::EyesClosed)),
        ("eyes unknown", SeenFace { eyes_open: no(50.0), ..good() }, None),
        ("covered", SeenFace { occluded: yes(95.0), ..good() }, Some(Reason::FaceCovered)),
        ("nothing said", SeenFace { eyes_open: None, sunglasses: None, occluded: None, ..good() }, None),
    ] {
        check(name, &[face], PHOTO, want);
    }
    check("few pixels", &[good()], PhotoSize::new(149, 149), Some(Reason::FaceTooSmall));
    check("nobody", &[], PHOTO, Some(Reason::NoFace));
}

#[test]
fn a_second_face_counts_from_a_quarter_of_the_area() {
    let second = |side| SeenFace {
        bounds: boxed(side),
        ..good()
    };
    check(
        "half the side",
        &[good(), second(0.2)],
        PHOTO,
        Some(Reason::SeveralFaces),
    );
    check("a passer-by", &[good(), second(0.19)], PHOTO, None);
    check("largest last", &[second(0.19), good()], PHOTO, None);
    assert_eq!(
        judge(&[second(0.19), good()], PHOTO).map(|face| face.bounds),
        Ok(boxed(0.4))
    );
}

#[test]
fn the_first_reason_of_the_order_wins() {
    let mut face = SeenFace {
        bounds: boxed(0.1),
        pose: Pose {
            yaw: 90.0,
            pitch: 0.0,
            roll: 0.0,
        },
        brightness: percent(1.0),
        sharpness: percent(1.0),
        sunglasses: Some(Finding::Yes(percent(99.0))),
        eyes_open: Some(Finding::No(percent(99.0))),
        occluded: Some(Finding::Yes(percent(99.0))),
        ..good()
    };
    check(
        "company first",
        &[face, face],
        PHOTO,
        Some(Reason::SeveralFaces),
    );
    check("then size", &[face], PHOTO, Some(Reason::FaceTooSmall));
    face.bounds = boxed(0.4);
    check("then pose", &[face], PHOTO, Some(Reason::TurnedAway));
    face.pose = good().pose;
    check("then light", &[face], PHOTO, Some(Reason::TooDark));
    face.brightness = percent(50.0);
    check("then sharpness", &[face], PHOTO, Some(Reason::Blurred));
    face.sharpness = percent(50.0);
    check("then sunglasses", &[face], PHOTO, Some(Reason::Sunglasses));
    face.sunglasses = None;
    check("then eyes", &[face], PHOTO, Some(Reason::EyesClosed));
    face.eyes_open = None;
    check("then covers", &[face], PHOTO, Some(Reason::FaceCovered));
}
