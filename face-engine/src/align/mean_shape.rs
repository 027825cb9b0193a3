//! The mean of many aligned faces, in pixels of the 150×150 chip.

use crate::{geometry::Point, nets::landmarks::POINTS};

/// Learned from pictures of some forty people, made symmetric, anchored to dlib's five-point template with padding 0.25,
/// because the recognition net was trained on chips cut that way.
const TABLE: [(f32, f32); POINTS] = [
    (14.7, 47.6),
    (15.8, 63.8),
    (18.4, 79.2),
    (21.0, 92.8),
    (26.3, 107.7),
    (34.4, 119.9),
    (43.8, 127.6),
    (56.2, 135.8),
    (75.0, 140.6),
    (93.8, 135.8),
    (106.2, 127.6),
    (115.6, 119.9),
    (123.7, 107.7),
    (129.0, 92.8),
    (131.6, 79.2),
    (134.2, 63.8),
    (135.3, 47.6),
    (26.8, 33.5),
    (33.9, 29.0),
    (43.2, 27.7),
    (51.8, 28.9),
    (59.4, 31.8),
    (90.6, 31.8),
    (98.2, 28.9),
    (106.8, 27.7),
    (116.1, 29.0),
    (123.2, 33.5),
    (75.0, 49.2),
    (75.0, 60.5),
    (75.0, 71.2),
    (75.0, 80.2),
    (65.1, 85.0),
    (69.3, 86.8),
    (75.0, 88.2),
    (80.7, 86.8),
    (84.9, 85.0),
    (38.7, 46.3),
    (43.9, 43.9),
    (51.7, 43.8),
    (58.8, 47.8),
    (52.5, 50.0),
    (44.3, 49.8),
    (91.2, 47.8),
    (98.3, 43.8),
    (106.1, 43.9),
    (111.3, 46.3),
    (105.7, 49.8),
    (97.5, 50.0),
    (52.2, 103.1),
    (60.0, 100.4),
    (70.0, 98.0),
    (75.0, 99.1),
    (80.0, 98.0),
    (90.0, 100.4),
    (97.8, 103.1),
    (89.7, 109.7),
    (82.4, 112.9),
    (75.0, 114.1),
    (67.6, 112.9),
    (60.3, 109.7),
    (53.6, 103.1),
    (67.7, 103.0),
    (75.0, 102.9),
    (82.3, 103.0),
    (96.4, 103.1),
    (81.9, 106.2),
    (75.0, 107.1),
    (68.1, 106.2),
];

pub(super) const MEAN_SHAPE: [Point; POINTS] = {
    let mut shape = [Point { x: 0.0, y: 0.0 }; POINTS];
    let mut index = 0;
    while index < POINTS {
        shape[index] = Point {
            x: TABLE[index].0,
            y: TABLE[index].1,
        };
        index += 1;
    }
    shape
};

/// Where point `index` (below 68) lies on the mean face.
pub(crate) fn mean_point(index: usize) -> Point {
    MEAN_SHAPE[index]
}
