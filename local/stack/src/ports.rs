//! The listeners. Ports are kept: issuer, refresh tokens and bookmarks depend on them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use crate::data::{Data, DataError};

/// Every listener, in the order of `ports.json`.
pub(crate) const NAMES: [&str; 6] = ["page", "cognito", "s3", "dynamodb", "rekognition", "ses"];

/// Bound, not yet serving.
pub(crate) struct Listeners(BTreeMap<&'static str, TcpListener>);

/// Where everything is.
#[derive(Clone, Debug)]
pub(crate) struct Addresses(BTreeMap<&'static str, SocketAddr>);

/// Why there are no listeners.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PortError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("{}", .0.join("\n"))]
    Taken(Vec<String>),
}

/// Binds all listeners. The page's port is `page` unless that is 0; the others, and then the page too, are those used before, else free ones.
pub(crate) fn bind(data: &Data, page: SocketAddr) -> Result<Listeners, PortError> {
    let known: BTreeMap<String, u16> = data.load("ports.json")?.unwrap_or_default();
    let mut listeners = BTreeMap::new();
    let mut problems = Vec::new();
    for name in NAMES {
        let asked = if name == "page" { page.port() } else { 0 };
        let port = if asked == 0 {
            known.get(name).copied().unwrap_or(0)
        } else {
            asked
        };
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| listener.set_nonblocking(true).map(|()| listener)) {
            Ok(listener) => {
                listeners.insert(name, listener);
            }
            Err(error) => problems.push(format!(
                "127.0.0.1:{port}, where the stack's {name} listens, can't be used ({error}): `lsof -i :{port}` says by whom; end that program{}",
                if name == "page" { ", or give another port with --listen 127.0.0.1:PORT" } else { ", or give another folder with --data" }
            )),
        }
    }
    if !problems.is_empty() {
        return Err(PortError::Taken(problems));
    }
    let listeners = Listeners(listeners);
    let ports: BTreeMap<&str, u16> = listeners
        .addresses()
        .0
        .into_iter()
        .map(|(name, address)| (name, address.port()))
        .collect();
    data.save("ports.json", &ports)?;
    Ok(listeners)
}

impl Listeners {
    pub(crate) fn addresses(&self) -> Addresses {
        Addresses(
            self.0
                .iter()
                .filter_map(|(name, listener)| Some((*name, listener.local_addr().ok()?)))
                .collect(),
        )
    }

    /// Gives a listener to the running program.
    pub(crate) fn take(&mut self, name: &str) -> std::io::Result<tokio::net::TcpListener> {
        let listener = self.0.remove(name).ok_or(std::io::ErrorKind::NotFound)?;
        tokio::net::TcpListener::from_std(listener)
    }
}

impl Addresses {
    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self, name: &str) -> String {
        self.0.get(name).map_or_else(
            || "http://127.0.0.1:1".to_owned(),
            |address| format!("http://{address}"),
        )
    }

    /// Stands in for addresses while a configuration is only checked.
    pub(crate) fn unknown() -> Self {
        Self(BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::{Data, PortError, bind};

    #[test]
    fn ports_are_kept_and_a_taken_one_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let data = Data::open(dir.path()).unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let first = bind(&data, any).unwrap();
        let (page, s3) = (first.addresses().url("page"), first.addresses().url("s3"));
        let Err(PortError::Taken(problems)) = bind(&data, any) else {
            panic!("bound twice")
        };
        assert_eq!(problems.len(), 6);
        drop(first);
        let again = bind(&data, any).unwrap();
        assert_eq!(
            (again.addresses().url("page"), again.addresses().url("s3")),
            (page, s3)
        );
    }
}
