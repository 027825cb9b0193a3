//! Who is on which photo: `cargo run --release --example faces -- photo.jpg …`.
//!
//! Prints each face with its box in pixels of the upright photo, and the similarity of all faces to each other.
//! Weights: `FACE_LOGIN_WEIGHTS` or `target/weights` below the working directory.
#![expect(clippy::print_stdout, reason = "a command-line report")]
#![expect(clippy::cast_precision_loss, reason = "sides of photos")]

use std::{error::Error, fs, path::Path};

use face_login_face_engine::{DecodedImage, Embedding, Engine, Face, similarity};

/// Pairs less alike than this aren't printed.
const WORTH_PRINTING: f32 = 20.0;

fn main() -> Result<(), Box<dyn Error>> {
    let weights = std::env::var_os("FACE_LOGIN_WEIGHTS").unwrap_or_else(|| "target/weights".into());
    let engine = Engine::load(Path::new(&weights))?;
    let mut known: Vec<(String, Embedding)> = Vec::new();
    for photo in std::env::args().skip(1) {
        let picture = DecodedImage::decode(&fs::read(&photo)?)?;
        let stem = Path::new(&photo)
            .file_stem()
            .unwrap_or_default()
            .display()
            .to_string();
        println!("{stem}: {} × {}", picture.width(), picture.height());
        for (number, face) in engine.analyse(&picture).iter().enumerate() {
            let name = format!("{stem}#{number}");
            print_face(&name, &picture, face);
            known.push((name, engine.embed(face)));
        }
    }
    for (index, (a, first)) in known.iter().enumerate() {
        for (b, second) in &known[index + 1..] {
            let alike = similarity(first, second).percent();
            if alike >= WORTH_PRINTING {
                println!(
                    "{a} {b}: similarity {alike:.2}, distance {:.3}",
                    first.distance(second)
                );
            }
        }
    }
    Ok(())
}

fn print_face(name: &str, picture: &DecodedImage, face: &Face) {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let (bounds, pose, quality) = (face.bounds, face.pose, face.quality);
    println!(
        "  {name}: left {:.0} top {:.0} width {:.0} height {:.0}, confidence {:.1}, yaw {:.0} pitch {:.0} roll {:.0}, \
         brightness {:.0} sharpness {:.0}",
        bounds.left * width,
        bounds.top * height,
        bounds.width * width,
        bounds.height * height,
        face.confidence.percent(),
        pose.yaw,
        pose.pitch,
        pose.roll,
        quality.brightness,
        quality.sharpness
    );
}
