use super::{Detection, exposed, merged, strongest, with_border};
use crate::{geometry::BoundingBox, tensor::Tensor};

fn at(left: f32, top: f32, side: f32, score: f32) -> Detection {
    Detection {
        score,
        bounds: BoundingBox {
            left,
            top,
            width: side,
            height: side,
        },
    }
}

#[test]
fn merge_adds_only_other_faces() {
    let ssd = vec![at(0.1, 0.1, 0.4, 0.9)];
    for (name, tiny, want) in [
        ("the same box", at(0.1, 0.1, 0.4, 0.8), 1),
        ("half overlapping", at(0.2, 0.1, 0.4, 0.8), 1),
        ("a small box inside", at(0.2, 0.2, 0.15, 0.8), 1),
        ("another face", at(0.6, 0.1, 0.3, 0.8), 2),
    ] {
        assert_eq!(merged(ssd.clone(), &[tiny]).len(), want, "{name}");
    }
}

#[test]
fn suppression_keeps_the_highest_score() {
    let kept = strongest(
        vec![
            at(0.1, 0.1, 0.4, 0.5),
            at(0.11, 0.1, 0.4, 0.9),
            at(0.7, 0.7, 0.1, 0.6),
        ],
        0.5,
    );
    let scores: Vec<f32> = kept.iter().map(|found| found.score).collect();
    assert_eq!(scores, [0.9, 0.6]);
}

#[test]
fn border_puts_the_picture_in_the_middle() {
    let (canvas, margin_x, margin_y) = with_border(&Tensor::filled(50, 100, 3, 9.0));
    assert_eq!((canvas.width, canvas.height), (160, 80));
    assert!((margin_x - 30.0 / 160.0).abs() < 1e-6 && (margin_y - 15.0 / 80.0).abs() < 1e-6);
    assert_eq!(
        (canvas.pixel(14, 30)[0], canvas.pixel(15, 30)[0]),
        (0.0, 9.0)
    );
}

#[test]
fn only_dark_pictures_get_more_light() {
    let mean = |value: f32| {
        exposed(&Tensor::filled(8, 8, 3, value)).map(|brighter| brighter.channel_means()[0])
    };
    assert!(mean(100.0).is_none() && mean(0.0).is_none());
    assert!((mean(22.0).unwrap() - 110.0).abs() < 0.1);
    assert!((mean(2.0).unwrap() - 24.0).abs() < 0.1);
}
