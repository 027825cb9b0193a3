//! Photos for the suite: committed rectangles of the group photos inside the npm package, varied in code.
//!
//! A document photo and a selfie of one person are two variations of the *same photo*: the suite shows that the
//! flows work, not how well faces are told apart across photos.

use std::{fs, io::Cursor};

use image::{
    DynamicImage, GenericImage, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder,
    imageops::{self, FilterType},
};
use serde::Deserialize;

use crate::{invent, places};

/// Width of every photo, in pixels; the fake camera has the same.
pub const WIDTH: u32 = 640;
/// Height of every photo, in pixels.
pub const HEIGHT: u32 = 480;

const RECTANGLES: &str = include_str!("../faces.json");

#[derive(Debug, Deserialize)]
struct Rectangle {
    person: String,
    file: String,
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// People who can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// First person.
    Ada,
    /// Second person, beside Ada in the same photo.
    Bea,
    /// Third person.
    Cora,
    /// Fourth person, beside Cora in the same photo.
    Dora,
    /// Fifth person, beside Ada in the same photo.
    Eve,
}

impl Person {
    fn label(self) -> &'static str {
        match self {
            Self::Ada => "ada",
            Self::Bea => "bea",
            Self::Cora => "cora",
            Self::Dora => "dora",
            Self::Eve => "eve",
        }
    }

    /// The photo to enrol with.
    pub fn document(self) -> Vec<u8> {
        jpeg(&unique(framed(&crop(self.label(), 0))), 92)
    }

    /// This person before a camera.
    pub fn pose(self, pose: Pose) -> Vec<u8> {
        let mut picture = grey();
        self.stand(&mut picture, pose);
        jpeg(&unique(picture), 90)
    }

    fn stand(self, picture: &mut RgbImage, pose: Pose) {
        let whole = crop(self.label(), 0);
        let (cell, (middle_x, middle_y)) = (
            2.0 * half(whole.height()) / (pose.size * 2.0 * half(HEIGHT)),
            pose.at,
        );
        let (sin, cos) = pose.lean.to_radians().sin_cos();
        let grey = Rgb([128, 128, 128]);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let across = cell * 2.0 * (half(x) - half(WIDTH) * middle_x);
            let down = cell * 2.0 * (half(y) - half(HEIGHT) * middle_y);
            let (from_x, from_y) = (
                half(whole.width()) + cos * across + sin * down,
                half(whole.height()) - sin * across + cos * down,
            );
            let seen = imageops::interpolate_bilinear(&whole, from_x, from_y);
            *pixel = match seen {
                Some(colour) => lit(colour, pose.light),
                None if *pixel == grey => lit(grey, pose.light),
                None => *pixel,
            };
        }
    }

    /// A new selfie: the same photo, cropped and lit otherwise, a little turned.
    pub fn selfie(self) -> Vec<u8> {
        let [take] = invent::bytes();
        jpeg(&self.take(take), 84 + take % 8)
    }

    /// The pixels of a new selfie.
    pub fn pixels(self) -> RgbImage {
        let [take] = invent::bytes();
        self.take(take)
    }

    fn take(self, take: u8) -> RgbImage {
        let picture = crop(self.label(), 4 + u32::from(take % 4));
        let lit = imageops::colorops::brighten(&picture, 4 + i32::from(take % 8));
        unique(framed(&turned(&lit, 2.0)))
    }

    /// A picture with this person in front, and another one behind whose face has `share` of the height.
    pub fn with_company(self, other: Self, share: f32) -> Vec<u8> {
        let (front, behind) = (crop(self.label(), 0), crop(other.label(), 0));
        let scaled = |picture: &RgbImage, height: f32| {
            let ratio = 2.0 * half(picture.width()) / (2.0 * half(picture.height()));
            let whole = |side: f32| {
                (1..=HEIGHT)
                    .rev()
                    .find(|pixels| 2.0 * half(*pixels) <= side)
            };
            let (width, height) = (whole(height * ratio), whole(height));
            let size = (width.unwrap_or(1), height.unwrap_or(1));
            imageops::resize(picture, size.0, size.1, FilterType::CatmullRom)
        };
        let full = 2.0 * half(HEIGHT) - 40.0;
        let (front, behind) = (scaled(&front, full), scaled(&behind, full * share));
        let mut frame = RgbImage::from_pixel(WIDTH * 2, HEIGHT, Rgb([128, 128, 128]));
        frame.copy_from(&front, 20, 20).expect("the left half");
        let left = WIDTH + 20;
        frame.copy_from(&behind, left, 20).expect("the right half");
        jpeg(&unique(frame), 92)
    }
}

/// Two people in one picture, at about the same size.
pub fn two_people() -> Vec<u8> {
    jpeg(&unique(framed(&crop("two of them", 0))), 90)
}

/// Somebody far away: a face of an eighth of the picture's height or so, in the middle.
pub fn far_away(person: Person) -> Vec<u8> {
    person.pose(Pose {
        size: 0.25,
        ..Pose::default()
    })
}

/// How somebody stands before the camera.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    /// Height of the document's picture, as a share of the camera's. The face has half of that or so.
    pub size: f32,
    /// Where its middle is, as shares of the camera's picture.
    pub at: (f32, f32),
    /// How far the head leans, in degrees.
    pub lean: f32,
    /// Light: 1 as in the document.
    pub light: f32,
}

impl Default for Pose {
    /// In the middle, upright, as near and as well lit as in the document.
    fn default() -> Self {
        Self {
            size: 1.0,
            at: (0.5, 0.5),
            lean: 0.0,
            light: 1.0,
        }
    }
}

/// Two people side by side, both as near as a sign-in needs.
pub fn side_by_side(left: Person, right: Person) -> Vec<u8> {
    let mut picture = grey();
    for (person, x) in [(left, 0.36), (right, 0.64)] {
        let pose = Pose {
            size: 0.5,
            at: (x, 0.5),
            ..Pose::default()
        };
        person.stand(&mut picture, pose);
    }
    jpeg(&unique(picture), 90)
}

fn grey() -> RgbImage {
    RgbImage::from_pixel(WIDTH, HEIGHT, Rgb([128, 128, 128]))
}

/// The same picture as a camera of this size shows it.
pub fn at_size(photo: &[u8], width: u32, height: u32) -> Vec<u8> {
    let photo = image::load_from_memory(photo).expect("the suite's photos are JPEGs");
    let photo = photo.resize_to_fill(width, height, FilterType::CatmullRom);
    jpeg(&photo.into_rgb8(), 90)
}

/// A picture of nobody: soft stripes.
pub fn nobody() -> Vec<u8> {
    let stripes = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let shade = u8::try_from((x / 5 + y / 7) % 96).unwrap_or_default();
        Rgb([90 + shade, 120, 160 - shade / 2])
    });
    jpeg(&unique(stripes), 90)
}

/// The picture with random grey in a corner: no two takes of a camera are the same file, and a file that was judged once is
/// refused, whoever sends it.
fn unique(mut picture: RgbImage) -> RgbImage {
    for (column, shade) in (0..).zip(invent::bytes::<16>()) {
        for row in 0..8 {
            picture.put_pixel(column * 8 % WIDTH, row, Rgb([shade; 3]));
        }
    }
    picture
}

/// The rectangle of `label`, smaller by `margin` per cent of its width on each side.
fn crop(label: &str, margin: u32) -> RgbImage {
    let all: Vec<Rectangle> =
        serde_json::from_str(RECTANGLES).expect("faces.json is a list of rectangles");
    let area = all
        .into_iter()
        .find(|area| area.person == label)
        .unwrap_or_else(|| panic!("faces.json has no {label}"));
    let photo = group_photo(&area.file);
    let off = area.width * margin / 100;
    imageops::crop_imm(
        &photo,
        area.x + off,
        area.y + off,
        area.width - 2 * off,
        area.height - 2 * off,
    )
    .to_image()
}

/// A group photo of the npm package.
pub(crate) fn group_photo(file: &str) -> RgbImage {
    let path = places::photos().join(file);
    let how_to = "`cargo xtask test` extracts the photos, FACE_LOGIN_PHOTOS names another folder";
    let bytes =
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; {how_to}", path.display()));
    image::load_from_memory(&bytes)
        .expect("the photo is a JPEG")
        .into_rgb8()
}

/// `picture` at full height in the middle of a grey frame of the camera's size.
fn framed(picture: &RgbImage) -> RgbImage {
    let fitted = DynamicImage::ImageRgb8(picture.clone())
        .resize(WIDTH, HEIGHT, FilterType::CatmullRom)
        .into_rgb8();
    let mut frame = RgbImage::from_pixel(WIDTH, HEIGHT, Rgb([128, 128, 128]));
    let (left, top) = ((WIDTH - fitted.width()) / 2, (HEIGHT - fitted.height()) / 2);
    frame
        .copy_from(&fitted, left, top)
        .expect("a fitted picture lies within its frame");
    frame
}

/// `picture` turned by `degrees` about its middle; corners repeat the nearest edge.
fn turned(picture: &RgbImage, degrees: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = picture.dimensions();
    let (middle_x, middle_y) = (half(width), half(height));
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (2.0 * half(x) - middle_x, 2.0 * half(y) - middle_y);
        let source = |at: f32, size: u32| at.clamp(0.0, 2.0 * half(size) - 1.0);
        let (from_x, from_y) = (
            source(middle_x + cos * dx - sin * dy, width),
            source(middle_y + sin * dx + cos * dy, height),
        );
        imageops::interpolate_bilinear(picture, from_x, from_y).unwrap_or(Rgb([128, 128, 128]))
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a byte"
)]
fn lit(Rgb(colour): Rgb<u8>, light: f32) -> Rgb<u8> {
    Rgb(colour.map(|byte| (f32::from(byte) * light).clamp(0.0, 255.0) as u8))
}

fn half(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).expect("photos have fewer than 65536 pixels a side")) / 2.0
}

/// Encodes a picture.
pub fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(picture)
        .expect("memory takes a JPEG");
    bytes.into_inner()
}

/// The picture's file with a comment of its own: other bytes, the same pixels.
///
/// A photo's bytes are judged once per stack, as a camera never takes the same file twice.
pub(crate) fn commented(jpeg: &[u8], comment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(comment.len() + 2).expect("a short comment");
    let (start, rest) = jpeg.split_at(2);
    [start, &[0xff, 0xfe], &length.to_be_bytes(), comment, rest].concat()
}
