//! The nets against numbers computed by the npm package itself; see `tests/vectors/README.md`.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    expression::ExpressionNet, landmarks::LandmarkNet, recognition::RecognitionNet, ssd::SsdNet,
    tiny::TinyNet,
};
use crate::{geometry::NetBox, tensor::Tensor, testing::weights_dir};

const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    embedding: Vec<(usize, f32)>,
    landmarks: Vec<(usize, f32)>,
    expression: Vec<(usize, f32)>,
    tiny_grid: Vec<(usize, f32)>,
    ssd: Vec<(usize, f32, f32, f32, f32, f32)>,
}

type Draw = fn(i32, i32) -> [i32; 3];

/// Each drawing with what the package makes of it.
fn cases() -> Vec<(&'static str, Draw, Vectors)> {
    let mut vectors: HashMap<String, Vectors> =
        serde_json::from_str(include_str!("../../tests/vectors/vectors.json")).unwrap();
    let drawings: [(&str, Draw); 2] = [("pattern", pattern), ("drawn", drawn)];
    drawings
        .into_iter()
        .map(|(name, draw)| (name, draw, vectors.remove(name).unwrap()))
        .collect()
}

/// A picture drawn on a 256×256 grid. The same formulas are in `make-vectors.mjs`.
fn picture(draw: Draw, side: usize) -> Tensor {
    let grid = |position: usize| i32::try_from(position * 256 / side).unwrap();
    let colours = (0..side * side).flat_map(|index| draw(grid(index % side), grid(index / side)));
    let data = colours
        .map(|value| f32::from(u8::try_from(value).unwrap()))
        .collect();
    Tensor {
        height: side,
        width: side,
        channels: 3,
        data,
    }
}

fn pattern(u: i32, v: i32) -> [i32; 3] {
    [
        (u * 3 + v) % 256,
        (u + v * 2 + u * v / 64) % 256,
        (255 - u + v * v / 128) % 256,
    ]
}

/// A face of ellipses.
fn drawn(u: i32, v: i32) -> [i32; 3] {
    let inside = |cu: i32, cv: i32, ru: i32, rv: i32| {
        (u - cu).pow(2) * rv * rv + (v - cv).pow(2) * ru * ru <= ru * ru * rv * rv
    };
    let either = |cv, ru, rv| inside(96, cv, ru, rv) || inside(160, cv, ru, rv);
    let shade = (u - 128).abs() * 40 / 128;
    match () {
        () if either(108, 7, 7) => [40, 30, 25],
        () if either(108, 17, 9) => [235, 232, 228],
        () if either(88, 22, 5) => [70, 50, 40],
        () if inside(128, 176, 26, 8) => [170, 80, 80],
        () if inside(128, 142, 11, 9) => [195, 145, 120],
        () if inside(128, 130, 70, 92) => [222 - shade, 178 - shade, 150 - shade],
        () if inside(128, 112, 82, 96) => [60, 42, 30],
        () => [150, 170, 190],
    }
}

fn assert_close(what: &str, got: &[f32], want: &[(usize, f32)]) {
    assert!(want.len() >= 5, "{what}: too few numbers to compare");
    for (index, want) in want {
        assert!(
            (got[*index] - want).abs() < TOLERANCE,
            "{what}[{index}]: {} instead of {want}",
            got[*index]
        );
    }
}

#[test]
fn recognition_agrees_with_the_package() {
    let net = RecognitionNet::load(&weights_dir()).unwrap();
    for (name, draw, vectors) in cases() {
        assert_close(name, &net.run(&picture(draw, 150)), &vectors.embedding);
    }
}

#[test]
fn landmarks_agree_with_the_package() {
    let net = LandmarkNet::load(&weights_dir()).unwrap();
    for (name, draw, vectors) in cases() {
        let flat: Vec<f32> = net
            .run(&picture(draw, 112))
            .iter()
            .flat_map(|point| [point.x, point.y])
            .collect();
        assert_close(name, &flat, &vectors.landmarks);
    }
}

#[test]
fn expression_agrees_with_the_package() {
    let net = ExpressionNet::load(&weights_dir()).unwrap();
    for (name, draw, vectors) in cases() {
        let found = net.run(&picture(draw, 112));
        let flat = [
            found.neutral,
            found.happy,
            found.sad,
            found.angry,
            found.fearful,
            found.disgusted,
            found.surprised,
        ];
        assert_close(name, &flat, &vectors.expression);
    }
}

#[test]
fn tiny_detector_agrees_with_the_package() {
    let net = TinyNet::load(&weights_dir()).unwrap();
    for (name, draw, vectors) in cases() {
        assert_close(
            name,
            &net.grid(&picture(draw, 224)).data,
            &vectors.tiny_grid,
        );
    }
}

#[test]
fn ssd_agrees_with_the_package() {
    let net = SsdNet::load(&weights_dir()).unwrap();
    for (name, draw, vectors) in cases() {
        let found = net.run(&picture(draw, 512));
        assert_eq!(found.len(), 5118, "{name}");
        for (anchor, score, y1, x1, y2, x2) in vectors.ssd {
            let NetBox {
                x1: left,
                y1: top,
                x2: right,
                y2: bottom,
            } = found[anchor].bounds;
            let got = [found[anchor].score, top, left, bottom, right];
            for (got, want) in got.into_iter().zip([score, y1, x1, y2, x2]) {
                assert!(
                    (got - want).abs() < TOLERANCE,
                    "{name}, anchor {anchor}: {got} instead of {want}"
                );
            }
        }
    }
}
