//! Points, boxes and the transforms between pictures.

/// A position. The unit is stated where it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// Where a face is, as fractions (0–1) of the upright picture's width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoundingBox {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl BoundingBox {
    /// Fraction of the picture that is covered.
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    /// Area of the intersection over area of the union.
    pub fn iou(&self, other: &Self) -> f32 {
        let common = self.common_area(other);
        let union = self.area() + other.area() - common;
        if union > 0.0 { common / union } else { 0.0 }
    }

    /// How much of the smaller of the two lies in the other.
    pub(crate) fn containment(&self, other: &Self) -> f32 {
        let smaller = self.area().min(other.area());
        if smaller > 0.0 {
            self.common_area(other) / smaller
        } else {
            0.0
        }
    }

    fn common_area(&self, other: &Self) -> f32 {
        let width =
            (self.left + self.width).min(other.left + other.width) - self.left.max(other.left);
        let height =
            (self.top + self.height).min(other.top + other.height) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }

    /// The part inside the picture.
    pub(crate) fn clipped(&self) -> Self {
        let (left, top) = (self.left.clamp(0.0, 1.0), self.top.clamp(0.0, 1.0));
        let (right, bottom) = (
            (self.left + self.width).clamp(0.0, 1.0),
            (self.top + self.height).clamp(0.0, 1.0),
        );
        Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }
}

/// A box as a detector gives it: edges relative to its square input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NetBox {
    pub(crate) x1: f32,
    pub(crate) y1: f32,
    pub(crate) x2: f32,
    pub(crate) y2: f32,
}

impl NetBox {
    pub(crate) fn centred(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self {
            x1: x - width / 2.0,
            y1: y - height / 2.0,
            x2: x + width / 2.0,
            y2: y + height / 2.0,
        }
    }
}

/// A box that may hold a face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// 0–1.
    pub(crate) score: f32,
    pub(crate) bounds: NetBox,
}

/// Rotation, uniform scale and shift: `(x, y)` goes to `(a·x − b·y + dx, b·x + a·y + dy)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Transform {
    pub(crate) a: f32,
    pub(crate) b: f32,
    pub(crate) dx: f32,
    pub(crate) dy: f32,
}

impl Transform {
    /// The one that brings `from` closest to `to`, in the sense of least squares.
    pub(crate) fn fit(pairs: impl Iterator<Item = (Point, Point)> + Clone) -> Self {
        let (mut count, mut from_mean, mut to_mean) = (0.0, Point::default(), Point::default());
        for (from, to) in pairs.clone() {
            count += 1.0;
            from_mean = Point {
                x: from_mean.x + from.x,
                y: from_mean.y + from.y,
            };
            to_mean = Point {
                x: to_mean.x + to.x,
                y: to_mean.y + to.y,
            };
        }
        let from_mean = Point {
            x: from_mean.x / count,
            y: from_mean.y / count,
        };
        let to_mean = Point {
            x: to_mean.x / count,
            y: to_mean.y / count,
        };
        let (mut along, mut across, mut norm) = (0.0, 0.0, 0.0);
        for (from, to) in pairs {
            let (px, py) = (from.x - from_mean.x, from.y - from_mean.y);
            let (qx, qy) = (to.x - to_mean.x, to.y - to_mean.y);
            along += px * qx + py * qy;
            across += px * qy - py * qx;
            norm += px * px + py * py;
        }
        let (a, b) = (along / norm, across / norm);
        Self {
            a,
            b,
            dx: to_mean.x - a * from_mean.x + b * from_mean.y,
            dy: to_mean.y - b * from_mean.x - a * from_mean.y,
        }
    }

    pub(crate) fn apply(&self, point: Point) -> Point {
        Point {
            x: self.a * point.x - self.b * point.y + self.dx,
            y: self.b * point.x + self.a * point.y + self.dy,
        }
    }

    pub(crate) fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// The transform that first scales by `factor` and shifts by `shift`, then applies `self`.
    pub(crate) fn after_scaling(&self, factor: f32, shift: Point) -> Self {
        let Point { x: dx, y: dy } = self.apply(shift);
        Self {
            a: self.a * factor,
            b: self.b * factor,
            dx,
            dy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BoundingBox, Point, Transform};

    #[test]
    fn fit_recovers_rotation_scale_and_shift() {
        let truth = Transform {
            a: 1.5,
            b: -0.5,
            dx: 12.0,
            dy: -3.0,
        };
        let points =
            [(0.0, 0.0), (10.0, 1.0), (3.0, 8.0), (-4.0, 2.0)].map(|(x, y)| Point { x, y });
        let fitted = Transform::fit(points.iter().map(|point| (*point, truth.apply(*point))));
        for (got, want) in [
            (fitted.a, truth.a),
            (fitted.b, truth.b),
            (fitted.dx, truth.dx),
            (fitted.dy, truth.dy),
        ] {
            assert!((got - want).abs() < 1e-4, "{fitted:?}");
        }
    }

    #[test]
    fn overlap_of_boxes() {
        let outer = BoundingBox {
            left: 0.0,
            top: 0.0,
            width: 0.4,
            height: 0.4,
        };
        let inner = BoundingBox {
            left: 0.1,
            top: 0.1,
            width: 0.2,
            height: 0.2,
        };
        let apart = BoundingBox {
            left: 0.6,
            top: 0.6,
            width: 0.2,
            height: 0.2,
        };
        assert!((outer.iou(&inner) - 0.25).abs() < 1e-6);
        assert!((outer.containment(&inner) - 1.0).abs() < 1e-6);
        assert!(outer.iou(&apart).abs() < 1e-6);
    }
}
