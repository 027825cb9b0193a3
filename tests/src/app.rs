//! An app of another origin than the page's: a folder of files, served on a free port.

use std::{
    convert::Infallible,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

/// The app; ends when dropped.
#[derive(Debug)]
pub struct App {
    /// Where it is.
    pub origin: String,
    folder: Arc<TempDir>,
    asked: Asked,
    serving: JoinHandle<()>,
}

/// The paths of all requests.
type Asked = Arc<Mutex<Vec<String>>>;

impl App {
    /// Starts with no files.
    pub async fn start() -> Self {
        let folder = Arc::new(TempDir::with_prefix("face-login-app-").expect("a temporary folder"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let asked = Asked::default();
        let serving = tokio::spawn(serve(listener, Arc::clone(&folder), Arc::clone(&asked)));
        Self {
            origin: format!("http://{address}"),
            folder,
            asked,
            serving,
        }
    }

    /// Whether a browser has asked for this file.
    pub fn was_asked_for(&self, name: &str) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked
            .iter()
            .any(|path| path.trim_start_matches('/') == name)
    }

    /// Copies every file of a folder.
    pub fn files_of(&self, folder: &Path) {
        let entries = std::fs::read_dir(folder);
        for entry in entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a file of the folder").path();
            let name = path.file_name().expect("it has a name");
            let content = std::fs::read(&path).expect("it can be read");
            self.file(&name.display().to_string(), &content);
        }
    }

    /// Writes a file.
    pub fn file(&self, name: &str, content: &[u8]) {
        std::fs::write(self.folder.path().join(name), content)
            .expect("the app's folder takes a file");
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, folder: Arc<TempDir>, asked: Asked) {
    while let Ok((stream, _)) = listener.accept().await {
        let (folder, asked) = (Arc::clone(&folder), Arc::clone(&asked));
        let service = service_fn(move |request: Request<Incoming>| {
            let path = request.uri().path().to_owned();
            asked
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(path);
            let answer = file(folder.path(), request.uri().path());
            async move { Ok::<_, Infallible>(answer) }
        });
        tokio::spawn(async move {
            // Browsers cut connections when they like.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// `index.html` where the path names no file.
fn file(folder: &Path, path: &str) -> Response<Full<Bytes>> {
    let name = path.trim_start_matches('/');
    let name = if name.contains('.') {
        name
    } else {
        "index.html"
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    let content = std::fs::read(folder.join(name));
    let status = if content.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    let mut response = Response::new(Full::new(content.unwrap_or_default().into()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
