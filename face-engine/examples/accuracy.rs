//! How well the engine tells people apart: `cargo run --release --example accuracy -- <folder of person/photo.jpg>`.
//!
//! Prints distances of genuine and impostor pairs, and how many pass at the usual thresholds, with one and with three
//! enrolled photos. Weights: `FACE_LOGIN_WEIGHTS` or `target/weights` below the working directory.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line report"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "edge of the program: environment and stop watch"
)]
#![expect(clippy::cast_precision_loss, reason = "counts of photos")]

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use face_login_face_engine::{DecodedImage, Embedding, Engine, Face, Similarity, similarity};

const THRESHOLDS: [f32; 4] = [80.0, 90.0, 95.0, 99.0];
/// Enrolled photos in the second half of the report.
const SEVERAL: usize = 3;

struct Photo {
    person: usize,
    embedding: Embedding,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .ok_or("which folder? (person/photo.jpg inside)")?,
    );
    let weights =
        std::env::var("FACE_LOGIN_WEIGHTS").unwrap_or_else(|_| String::from("target/weights"));
    let engine = Engine::load(Path::new(&weights))?;
    let photos = read_photos(&engine, &folder)?;
    let pairs = || {
        photos
            .iter()
            .enumerate()
            .flat_map(|(i, a)| photos[i + 1..].iter().map(move |b| (a, b)))
    };
    let distances = |genuine: bool| -> Vec<f32> {
        pairs()
            .filter(|(a, b)| (a.person == b.person) == genuine)
            .map(|(a, b)| a.embedding.distance(&b.embedding))
            .collect()
    };
    print_distances("genuine", distances(true));
    print_distances("impostor", distances(false));
    let pair_scores = |genuine: bool| -> Vec<f32> {
        distances(genuine)
            .into_iter()
            .map(|d| Similarity::of_distance(d).percent())
            .collect()
    };
    print_rates(
        "1 enrolled photo (all pairs)",
        &pair_scores(true),
        &pair_scores(false),
    );
    let (genuine, impostor) = enrolled_scores(&photos);
    print_rates("3 enrolled photos, best of 3", &genuine, &impostor);
    Ok(())
}

/// The largest face of each photo.
fn read_photos(engine: &Engine, folder: &Path) -> Result<Vec<Photo>, Box<dyn Error>> {
    let (mut photos, mut times) = (Vec::new(), Vec::new());
    for (person, dir) in sorted(folder)?
        .into_iter()
        .filter(|path| path.is_dir())
        .enumerate()
    {
        for path in sorted(&dir)? {
            let picture = DecodedImage::decode(&fs::read(&path)?)?;
            let start = Instant::now();
            let faces = engine.analyse(&picture);
            let embedding = faces.first().map(|face| engine.embed(face));
            times.push(start.elapsed().as_secs_f32() * 1000.0);
            report(&path, &faces);
            photos.extend(embedding.map(|embedding| Photo { person, embedding }));
        }
    }
    times.sort_by(f32::total_cmp);
    if let (Some(least), Some(median)) = (times.first(), times.get(times.len() / 2)) {
        println!(
            "{} photos, {} with a face; analyse + embed: median {median:.0} ms, least {least:.0} ms",
            times.len(),
            photos.len()
        );
    }
    Ok(photos)
}

fn report(path: &Path, faces: &[Face]) {
    for face in faces {
        let (pose, quality, bounds) = (face.pose, face.quality, face.bounds);
        eprintln!(
            "{}: confidence {:.1}, box {:.2} {:.2} {:.2} {:.2}, yaw {:.0} pitch {:.0} roll {:.0}, brightness {:.0} sharpness {:.0}",
            path.display(),
            face.confidence.percent(),
            bounds.left,
            bounds.top,
            bounds.width,
            bounds.height,
            pose.yaw,
            pose.pitch,
            pose.roll,
            quality.brightness,
            quality.sharpness
        );
    }
    if faces.is_empty() {
        eprintln!("{}: no face", path.display());
    }
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

/// Each person enrols the first three photos; all other photos of everybody try every person.
fn enrolled_scores(photos: &[Photo]) -> (Vec<f32>, Vec<f32>) {
    let (mut genuine, mut impostor) = (Vec::new(), Vec::new());
    let people = photos.last().map_or(0, |photo| photo.person + 1);
    let place = |index: usize| {
        photos[..index]
            .iter()
            .filter(|earlier| earlier.person == photos[index].person)
            .count()
    };
    for (_, probe) in photos
        .iter()
        .enumerate()
        .filter(|(index, _)| place(*index) >= SEVERAL)
    {
        for person in 0..people {
            let enrolled = photos
                .iter()
                .filter(|photo| photo.person == person)
                .take(SEVERAL);
            let best = enrolled
                .map(|photo| similarity(&photo.embedding, &probe.embedding).percent())
                .fold(0.0, f32::max);
            if person == probe.person {
                genuine.push(best);
            } else {
                impostor.push(best);
            }
        }
    }
    (genuine, impostor)
}

fn print_distances(name: &str, mut distances: Vec<f32>) {
    distances.sort_by(f32::total_cmp);
    let at = |share: usize| {
        distances
            .get((distances.len().saturating_sub(1)) * share / 100)
            .copied()
            .unwrap_or(f32::NAN)
    };
    println!(
        "{name:>9}: {:>5} pairs, distance min {:.3} p5 {:.3} p50 {:.3} p95 {:.3} max {:.3}",
        distances.len(),
        at(0),
        at(5),
        at(50),
        at(95),
        at(100)
    );
}

fn print_rates(title: &str, genuine: &[f32], impostor: &[f32]) {
    println!(
        "{title}: {} genuine, {} impostor",
        genuine.len(),
        impostor.len()
    );
    for threshold in THRESHOLDS {
        let rate = |scores: &[f32]| {
            scores.iter().filter(|score| **score >= threshold).count() as f32
                / scores.len().max(1) as f32
        };
        println!(
            "  similarity >= {threshold}: TAR {:.3}  FAR {:.4}",
            rate(genuine),
            rate(impostor)
        );
    }
}
