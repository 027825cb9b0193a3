use super::{DEPTHS, Pose, centred_head, pose};
use crate::geometry::Point;

/// The coarse head turned by pitch, then yaw, then roll (signs as documented), as the camera would see it.
fn seen(turned: Pose) -> [Point; 68] {
    let (sin_roll, cos_roll) = turned.roll.to_radians().sin_cos();
    // About y (down) and x (right): positive turns move the nose, which has negative z, right and up.
    let (sin_yaw, cos_yaw) = (-turned.yaw).to_radians().sin_cos();
    let (sin_pitch, cos_pitch) = (-turned.pitch).to_radians().sin_cos();
    let mut landmarks = [Point::default(); 68];
    for ([x, y, z], (index, _)) in centred_head().iter().zip(DEPTHS) {
        let (y, z) = (cos_pitch * y - sin_pitch * z, sin_pitch * y + cos_pitch * z);
        let (x, _) = (cos_yaw * x + sin_yaw * z, -sin_yaw * x + cos_yaw * z);
        let (x, y) = (cos_roll * x - sin_roll * y, sin_roll * x + cos_roll * y);
        landmarks[index] = Point {
            x: 300.0 + 2.0 * x,
            y: 200.0 + 2.0 * y,
        };
    }
    landmarks
}

#[test]
fn recovers_known_turns() {
    for (roll, yaw, pitch) in [
        (0., 0., 0.),
        (20., 0., 0.),
        (0., 30., 0.),
        (0., 0., 25.),
        (-15., -40., 10.),
        (5., 20., -30.),
    ] {
        let want = Pose { roll, yaw, pitch };
        let got = pose(&seen(want));
        for (got, want) in [(got.roll, roll), (got.yaw, yaw), (got.pitch, pitch)] {
            assert!(
                (got - want).abs() < 0.1,
                "{got} instead of {want}, turned by {roll} {yaw} {pitch}"
            );
        }
    }
}

/// What the module doc says about recorded answers of Rekognition, applied to drawn faces.
#[test]
fn signs_are_those_of_rekognition() {
    let nose_to_the_right = seen(Pose {
        roll: 0.0,
        yaw: 25.0,
        pitch: 0.0,
    });
    assert!(
        nose_to_the_right[30].x
            > f32::midpoint(nose_to_the_right[36].x, nose_to_the_right[45].x) + 10.0
    );
    let right_eye_lower = seen(Pose {
        roll: 15.0,
        yaw: 0.0,
        pitch: 0.0,
    });
    assert!(right_eye_lower[45].y > right_eye_lower[36].y + 10.0);
    let share = |face: &[Point; 68]| (face[30].y - face[36].y) / (face[48].y - face[36].y);
    let (up, straight) = (
        seen(Pose {
            roll: 0.0,
            yaw: 0.0,
            pitch: 20.0,
        }),
        seen(Pose {
            roll: 0.0,
            yaw: 0.0,
            pitch: 0.0,
        }),
    );
    assert!(
        share(&up) < share(&straight) - 0.05,
        "{} {}",
        share(&up),
        share(&straight)
    );
}
