//! A crowd: people for the soak, invented from the faces of the group photos.
//!
//! Each of them is a face of a photo, bent and painted at random until the engine takes it for somebody else. The engine
//! and the stack are those of every other test; only the photos are made up. `crowd.json` lists the seeds whose faces were
//! measured to be fit for an enrolment and far enough from all others in the list (see `docs/endurance.md`). Many people
//! have the same face, but never two in one collection, where they would be rivals.

use std::sync::OnceLock;

use image::{
    DynamicImage, GenericImage, Rgb, RgbImage,
    imageops::{self, FilterType},
};

use super::random::Random;
use crate::{faces, invent};

/// Side of the picture that is bent and painted, in pixels.
const SIDE: u32 = 256;
/// Width and height of the photos, in pixels.
const FRAME: (u32, u32) = (480, 360);
/// What a selfie leaves away on each side of the document, in pixels.
const CLOSER: u32 = 7;

/// Faces to begin with: file, middle of the face, side of the square around it, in pixels.
const MODELS: [(&str, [u32; 3]); 9] = [
    ("sample3.jpg", [1184, 362, 560]),
    ("sample3.jpg", [684, 466, 511]),
    ("sample3.jpg", [1598, 430, 540]),
    ("sample5.jpg", [462, 1011, 562]),
    ("sample5.jpg", [1191, 317, 446]),
    ("sample5.jpg", [864, 214, 400]),
    ("sample6.jpg", [1591, 409, 564]),
    ("sample6.jpg", [354, 613, 558]),
    ("sample6.jpg", [759, 472, 581]),
];

/// The faces that people are made of, read once.
#[derive(Debug)]
struct Models(Vec<RgbImage>);

/// What a photo is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// To enrol with.
    Document,
    /// To sign in with.
    Selfie,
}

/// Both photos of everybody, made when somebody needs them.
#[derive(Debug)]
pub(super) struct Album {
    models: Models,
    people: Vec<(u32, OnceLock<[Vec<u8>; 2]>)>,
}

impl Album {
    /// Of all people of `crowd.json`.
    pub(super) fn open() -> Self {
        let seeds: Vec<u32> = serde_json::from_str(include_str!("../../crowd.json"))
            .expect("crowd.json is a list of seeds");
        let people = seeds.into_iter().map(|seed| (seed, OnceLock::new()));
        Self {
            models: Models::read(faces::group_photo),
            people: people.collect(),
        }
    }

    /// How many people there are.
    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// A photo that nobody sent before.
    pub(super) fn take(&self, face: usize, taken: Taken) -> Vec<u8> {
        let (seed, both) = &self.people[face];
        let [document, selfie] = both.get_or_init(|| {
            let face = self.models.face(*seed);
            [document(&face), selfie(&face)].map(|photo| faces::jpeg(&photo, 90))
        });
        let photo = match taken {
            Taken::Document => document,
            Taken::Selfie => selfie,
        };
        faces::commented(photo, &invent::bytes::<12>())
    }
}

/// A soft dent: where, how wide, and what it does there.
struct Bump<const N: usize> {
    at: [f32; 2],
    width: f32,
    strength: [f32; N],
}

impl<const N: usize> Bump<N> {
    fn at_random(random: &mut Random, widths: [f32; 2], most: f32) -> Self {
        Self {
            at: [random.between(0.22, 0.78), random.between(0.2, 0.8)],
            width: random.between(widths[0], widths[1]),
            strength: std::array::from_fn(|_| random.between(-most, most)),
        }
    }

    /// 1 in the middle, nothing far away.
    fn weight(&self, [u, v]: [f32; 2]) -> f32 {
        let (x, y) = (u - self.at[0], v - self.at[1]);
        let far = (x * x + y * y) / (2.0 * self.width * self.width);
        if far < 8.0 { (-far).exp() } else { 0.0 }
    }
}

impl Models {
    /// Reads them from the photos; `read` gives a photo by its file name.
    fn read(read: impl Fn(&str) -> RgbImage) -> Self {
        let model = |(file, [x, y, side]): &(&str, [u32; 3])| {
            let photo = read(file);
            let [left, top] = [x, y].map(|middle| middle.saturating_sub(side / 2));
            let (width, height) = (
                (*side).min(photo.width() - left),
                (*side).min(photo.height() - top),
            );
            let square = imageops::crop_imm(&photo, left, top, width, height).to_image();
            imageops::resize(&square, SIDE, SIDE, FilterType::CatmullRom)
        };
        Self(MODELS.iter().map(model).collect())
    }

    /// The face of the person with this seed.
    fn face(&self, seed: u32) -> RgbImage {
        let mut random = Random::of(seed.into());
        let model = &self.0[random.below(self.0.len())];
        let stretch = [(); 2].map(|()| random.between(0.86, 1.14));
        let bends: [Bump<2>; 10] =
            std::array::from_fn(|_| Bump::at_random(&mut random, [0.06, 0.16], 0.45));
        let paints: [Bump<3>; 12] =
            std::array::from_fn(|_| Bump::at_random(&mut random, [0.03, 0.10], 0.6));
        let tint = [(); 3].map(|()| random.between(0.85, 1.35));
        let last = pixels(SIDE) - 2.0;
        RgbImage::from_fn(SIDE, SIDE, |x, y| {
            let at = [pixels(x) / pixels(SIDE), pixels(y) / pixels(SIDE)];
            let mut from = [0, 1].map(|axis| 0.5 + (at[axis] - 0.5) * stretch[axis]);
            for bend in &bends {
                let weight = bend.weight(at) * bend.width;
                from = [0, 1].map(|axis| from[axis] + bend.strength[axis] * weight);
            }
            let [u, v] = from.map(|place| (place * pixels(SIDE)).clamp(0.0, last));
            let model_pixel = imageops::interpolate_bilinear(model, u, v).unwrap_or(Rgb([128; 3]));
            let mut shade = [0.0_f32; 3];
            for paint in &paints {
                let weight = paint.weight(at);
                shade = [0, 1, 2].map(|colour| shade[colour] + paint.strength[colour] * weight);
            }
            Rgb([0, 1, 2].map(|colour| {
                byte(f32::from(model_pixel[colour]) * tint[colour] * shade[colour].exp())
            }))
        })
    }
}

/// The photo that the person enrols with.
fn document(face: &RgbImage) -> RgbImage {
    framed(face)
}

/// The person before the camera: a little closer, in better light.
fn selfie(face: &RgbImage) -> RgbImage {
    let closer = SIDE - 2 * CLOSER;
    let face = imageops::crop_imm(face, CLOSER, CLOSER, closer, closer).to_image();
    framed(&imageops::colorops::brighten(&face, 6))
}

/// `picture` at full height in the middle of a grey frame.
fn framed(picture: &RgbImage) -> RgbImage {
    let (width, height) = FRAME;
    let fitted = DynamicImage::ImageRgb8(picture.clone())
        .resize(width, height, FilterType::CatmullRom)
        .into_rgb8();
    let mut frame = RgbImage::from_pixel(width, height, Rgb([128; 3]));
    let left = (width - fitted.width()) / 2;
    frame
        .copy_from(&fitted, left, 0)
        .expect("a fitted picture lies within its frame");
    frame
}

fn pixels(count: u32) -> f32 {
    f32::from(u16::try_from(count).expect("photos have fewer than 65536 pixels a side"))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte's range"
)]
fn byte(shade: f32) -> u8 {
    shade.clamp(0.0, 255.0) as u8
}
