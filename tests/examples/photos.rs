//! Writes the suite's photos into a folder, for people who want to see what the tests show to the camera:
//! `cargo run -p face-login-acceptance --example photos -- FOLDER`.

use std::{env, fs, path::PathBuf, process::ExitCode};

use face_login_acceptance::faces::{Person, nobody, two_people};

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return ExitCode::from(2);
    };
    let people = [
        Person::Ada,
        Person::Bea,
        Person::Cora,
        Person::Dora,
        Person::Eve,
    ];
    let documents = people.map(|person| (format!("{person:?}-document"), person.document()));
    let selfies = people.map(|person| (format!("{person:?}-selfie"), person.selfie()));
    let others = [
        ("two".to_owned(), two_people()),
        ("nobody".to_owned(), nobody()),
    ];
    let mut written = documents.into_iter().chain(selfies).chain(others);
    let all = fs::create_dir_all(&folder).is_ok()
        && written.all(|(name, bytes)| fs::write(folder.join(name + ".jpg"), bytes).is_ok());
    if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
