//! Headless Chromium with a fake camera, driven through a chromedriver of its own.

use std::{
    cell::{Cell, RefCell},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{mjpeg, places, sockets};

/// Name of the camera's film in the browser's folder.
const FILM: &str = "camera";

/// Pixels that Chromium gives every window at least.
const NARROWEST_WINDOW: u32 = 500;

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Colours {
    /// Chromium's number for it.
    fn number(self) -> u8 {
        match self {
            Self::Dark => 0,
            Self::Light => 1,
        }
    }
}

/// What the browser's user has set.
#[derive(Clone, Debug)]
pub struct Look {
    /// Width of the window.
    pub width: u32,
    /// Height of the window.
    pub height: u32,
    /// Light or dark.
    pub colours: Colours,
    /// The language of the browser.
    pub language: &'static str,
    /// Whether things may move.
    pub motion: Motion,
}

/// Whether things may move on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// As the page likes.
    Free,
    /// As little as possible.
    Reduced,
}

impl Default for Look {
    /// A phone.
    fn default() -> Self {
        Self {
            width: 412,
            height: 915,
            colours: Colours::Light,
            language: "en",
            motion: Motion::Free,
        }
    }
}

/// A browser whose camera shows a picture; ends when dropped.
#[derive(Debug)]
pub struct Browser {
    /// Session with the driver.
    pub client: Client,
    driver: Child,
    pictures: RefCell<Vec<Vec<u8>>>,
    film: PathBuf,
    reels: Cell<u64>,
    folder: TempDir,
}

impl Browser {
    /// Starts a browser with a camera that shows `picture`.
    pub async fn with_camera(picture: &[u8]) -> Self {
        Self::with_look(picture, &Look::default()).await
    }

    /// The same with a screen, colours and a language.
    pub async fn with_look(picture: &[u8], look: &Look) -> Self {
        let folder = TempDir::with_prefix("face-login-browser-").expect("a temporary folder");
        let pictures = vec![picture.to_vec()];
        let film = mjpeg::film(folder.path(), FILM, &pictures, 0);
        let (driver, address) = start_driver(folder.path());
        let client = connect(&address, folder.path(), &film, look).await;
        Self {
            client,
            driver,
            pictures: RefCell::new(pictures),
            film,
            reels: Cell::new(1),
            folder,
        }
    }

    /// Writes a file that the browser can choose, and gives its absolute path.
    pub fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the browser's folder takes a file");
        path.display().to_string()
    }

    /// What the camera films when it is opened the next time. Without it each opening would start at the same frame,
    /// and a page that takes a picture as soon as it can would take the same one.
    pub fn change_reel(&self) {
        let reel = self.reels.replace(self.reels.get() + 1);
        mjpeg::film(self.folder.path(), FILM, &self.pictures.borrow(), reel);
    }

    /// What the camera shows when it is opened the next time: these pictures, in turn.
    pub fn show(&self, pictures: &[Vec<u8>]) {
        self.pictures.replace(pictures.to_vec());
        self.change_reel();
    }

    /// Path of the film that the camera shows, which is the camera's name too.
    pub fn film(&self) -> String {
        self.film.display().to_string()
    }
}

impl Drop for Browser {
    /// Ends the driver and every process that it started, by id.
    fn drop(&mut self) {
        let everybody: Vec<String> = sockets::family(self.driver.id())
            .iter()
            .map(u32::to_string)
            .collect();
        // An error says that some of them ended by themselves.
        let _ = Command::new("kill")
            .arg("-KILL")
            .args(everybody)
            .stderr(Stdio::null())
            .status();
        let _ = self.driver.wait();
    }
}

/// The driver and the browser below it write to `home` only: Chromium keeps crash reports and settings outside its profile.
fn start_driver(home: &Path) -> (Child, String) {
    let (chromium, driver) = (places::chromium(), places::chromedriver());
    let missing = !chromium.exists() || !driver.exists();
    assert!(
        !missing,
        "no Chromium: `apt-get install --no-install-recommends chromium chromium-driver` (elsewhere: set FACE_LOGIN_CHROMIUM and FACE_LOGIN_CHROMEDRIVER)"
    );
    // On a busy machine the port that it picked may be somebody else's by then, and it ends.
    let started = (0..3).find_map(|_| try_driver(&driver, home));
    started.expect("chromedriver says its port")
}

fn try_driver(driver: &Path, home: &Path) -> Option<(Child, String)> {
    let mut child = Command::new(driver)
        .arg("--port=0")
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver starts");
    let printed = BufReader::new(child.stdout.take().expect("standard output is piped"));
    let port = printed.lines().map_while(Result::ok).find_map(|line| {
        line.split_once("successfully on port ")
            .map(|(_, port)| port.trim_end_matches('.').to_owned())
    });
    if port.is_none() {
        // It ended by itself, or said something else.
        let _ = child.kill();
        let _ = child.wait();
    }
    Some((child, format!("http://127.0.0.1:{}", port?)))
}

async fn connect(driver: &str, folder: &Path, film: &Path, look: &Look) -> Client {
    let flags: Value = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain((look.motion == Motion::Reduced).then(|| "--force-prefers-reduced-motion".to_owned()))
    .chain([
        format!("--window-size={},{}", look.width, look.height),
        format!("--lang={}", look.language),
        format!(
            "--blink-settings=preferredColorScheme={}",
            look.colours.number()
        ),
        format!("--user-data-dir={}", folder.join("profile").display()),
        format!("--use-file-for-fake-video-capture={}", film.display()),
    ])
    .collect();
    let mut options = json!({"binary": places::chromium(), "args": flags, "prefs": {"intl.accept_languages": look.language}});
    // No window gets narrower than 500 pixels, whatever the flag says; a screen does.
    if look.width < NARROWEST_WINDOW {
        let screen = json!({"width": look.width, "height": look.height, "pixelRatio": 1.0, "touch": false, "mobile": false});
        options["mobileEmulation"] = json!({"deviceMetrics": screen});
    }
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL"},
    });
    let capabilities = capabilities
        .as_object()
        .expect("an object written above")
        .clone();
    let session = async {
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(driver)
            .await
    };
    let started = tokio::time::timeout(Duration::from_mins(1), session).await;
    started
        .expect("Chromium starts within a minute")
        .expect("a WebDriver session")
}
