use super::{Crop, MEAN_SHAPE, chip_to_picture, mirror_index};
use crate::{
    geometry::{BoundingBox, Point, Transform},
    picture::DecodedImage,
};

#[test]
fn mirroring_the_mean_shape_gives_it_back() {
    for (index, point) in MEAN_SHAPE.iter().enumerate() {
        let other = MEAN_SHAPE[mirror_index(index)];
        assert!(
            (point.x + other.x - 150.0).abs() < 0.25,
            "{index}: {point:?} {other:?}"
        );
        assert!(
            (point.y - other.y).abs() < 0.15,
            "{index}: {point:?} {other:?}"
        );
        assert_eq!(mirror_index(mirror_index(index)), index);
    }
}

#[test]
fn alignment_undoes_rotation_and_scale() {
    let truth = Transform {
        a: 0.8,
        b: 0.6,
        dx: 40.0,
        dy: 20.0,
    };
    let fitted = chip_to_picture(&MEAN_SHAPE.map(|point| truth.apply(point)));
    let probe = Point { x: 75.0, y: 75.0 };
    let (got, want) = (fitted.apply(probe), truth.apply(probe));
    assert!(
        (got.x - want.x).abs() < 1e-3 && (got.y - want.y).abs() < 1e-3,
        "{got:?} {want:?}"
    );
}

#[test]
fn crop_maps_its_square_back_to_the_picture() {
    let picture = DecodedImage::from_rgb(200, 100, vec![0; 200 * 100 * 3]).unwrap();
    let crop = Crop::of(
        &picture,
        &BoundingBox {
            left: 0.5,
            top: 0.2,
            width: 0.1,
            height: 0.6,
        },
    );
    assert_eq!(
        (crop.left, crop.top, crop.width, crop.height),
        (100, 20, 20, 60)
    );
    let centre = crop.in_picture(Point { x: 0.5, y: 0.5 });
    assert_eq!(centre, Point { x: 110.0, y: 50.0 });
}
