//! The page's files as they travel with the function, and the one that is made here: `config.json`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use face_login_aws::site_files::SiteFile;
use serde_json::json;

use super::plan::Target;

/// What a browser asks for first.
const START: &str = "index.html";
/// Browsers ask whether a file is still the same: names stay from version to version.
const ASK_AGAIN: &str = "no-cache";
/// The configuration is never kept.
const NEVER_KEPT: &str = "no-store";
/// Around the name of a language, in the name of the file of its words.
const WORDS: (&str, &str) = ("words-", ".json");
/// What is spoken to whoever speaks none of the others.
const FIRST_LANGUAGE: &str = "en";

/// Why there is no page to put in place.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FilesError {
    #[error(
        "this function was packed without the page: `cargo xtask package` adds it, or set Site to OFF"
    )]
    NoPage,
    #[error("reading {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

/// All files in the order in which they are put in place: what a browser asks for first comes last.
pub(crate) fn all(
    folder: &Path,
    target: &Target,
    cognito: Option<&str>,
) -> Result<Vec<SiteFile>, FilesError> {
    let mut files = read(folder)?;
    let languages = languages(&files);
    files.push(config(target, cognito, &languages));
    files.sort_by_key(|file| (file.key == START, file.key.clone()));
    Ok(files)
}

fn read(folder: &Path) -> Result<Vec<SiteFile>, FilesError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| FilesError::Read { path, source }
    };
    if !folder.join(START).is_file() {
        return Err(FilesError::NoPage);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        files.push(SiteFile {
            key: name.to_owned(),
            media_type: media_type(&path),
            caching: ASK_AGAIN,
            bytes: fs::read(&path).map_err(at(&path))?,
        });
    }
    Ok(files)
}

/// The languages that there are words for.
fn languages(files: &[SiteFile]) -> Vec<String> {
    let language = |file: &SiteFile| {
        let name = file.key.strip_prefix(WORDS.0)?.strip_suffix(WORDS.1)?;
        Some(name.to_owned())
    };
    let mut languages: Vec<String> = files.iter().filter_map(language).collect();
    languages.sort_by_key(|language| (language != FIRST_LANGUAGE, language.clone()));
    languages
}

/// What tells the page which pool it is for.
fn config(target: &Target, cognito: Option<&str>, languages: &[String]) -> SiteFile {
    let origins = target.app_origins.split(',').map(str::trim);
    let origins: Vec<&str> = origins.filter(|origin| !origin.is_empty()).collect();
    let config = json!({
        "version": 1,
        "region": target.region,
        "userPoolId": target.user_pool_id,
        "clientId": target.client_id,
        "cognitoEndpoint": cognito.map(|address| format!("{}/", address.trim_end_matches('/'))),
        "consentVersion": target.consent_version,
        "languages": languages,
        "returnOrigins": origins,
    });
    SiteFile {
        key: "config.json".to_owned(),
        bytes: config.to_string().into_bytes(),
        media_type: "application/json",
        caching: NEVER_KEPT,
    }
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
