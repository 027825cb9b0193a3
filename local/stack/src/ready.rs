//! The ready file: where everything is, written when everything answers.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::configuration::Blueprint;
use crate::data::write_private;
use crate::identity::REGION;
use crate::ports::{Addresses, NAMES};

/// Removed when dropped.
pub(crate) struct ReadyFile(PathBuf);

impl ReadyFile {
    pub(crate) fn write(path: &Path, content: &Value) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        write_private(path, format!("{content:#}\n").as_bytes())?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(crate) fn content(blueprint: &Blueprint) -> Value {
    let Blueprint {
        identity,
        facts,
        addresses,
        page_client,
        ..
    } = blueprint;
    let page = addresses.url("page");
    let issuer = format!("{}/{}", addresses.url("cognito"), identity.pool_id);
    let names: Map<String, Value> = facts
        .resources
        .iter()
        .map(|(logical_id, resource)| (logical_id.clone(), json!(resource.reference)))
        .collect();
    json!({
        "version": 1,
        "pid": std::process::id(),
        "page": format!("{page}/"),
        "local": format!("{page}/_local"),
        "inbox": format!("{page}/_local/inbox"),
        "region": REGION,
        "userPoolId": identity.pool_id,
        "clientId": page_client,
        "issuer": issuer,
        "jwks": format!("{issuer}/.well-known/jwks.json"),
        "cognito": addresses.url("cognito"),
        "s3": addresses.url("s3"),
        "dynamodb": addresses.url("dynamodb"),
        "rekognition": addresses.url("rekognition"),
        "ses": addresses.url("ses"),
        "adminKey": {"accessKeyId": identity.admin_key_id, "secretAccessKey": identity.admin_secret},
        "stack": names,
    })
}

/// Waits until every listener has answered something.
pub(crate) async fn answers(addresses: &Addresses) -> io::Result<()> {
    for name in NAMES {
        let host = addresses.url(name).trim_start_matches("http://").to_owned();
        let asked = async {
            let mut stream = tokio::net::TcpStream::connect(&host).await?;
            let request =
                format!("GET /config.json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await?;
            let mut start = [0; 8];
            stream.read_exact(&mut start).await
        };
        tokio::time::timeout(Duration::from_secs(10), asked)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    }
    Ok(())
}
