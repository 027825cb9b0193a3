//! Listening sockets of a process and its children, as the kernel lists them (Linux).

use std::{collections::BTreeSet, fs, net::Ipv4Addr};

/// State `LISTEN` in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// Addresses (`ip:port`) on which the process `pid` and its descendants listen.
pub fn listening(pid: u32) -> BTreeSet<String> {
    let inodes: BTreeSet<String> = family(pid).into_iter().flat_map(sockets_of).collect();
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .flat_map(|table| {
            fs::read_to_string(table)
                .unwrap_or_default()
                .lines()
                .skip(1)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (fields[3] == LISTEN && inodes.contains(fields[9])).then(|| readable(fields[1]))
        })
        .collect()
}

/// The process and all its descendants.
pub fn family(pid: u32) -> Vec<u32> {
    let everybody: Vec<(u32, u32)> = fs::read_dir("/proc")
        .expect("Linux has /proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(&member) = family.get(next) {
        family.extend(
            everybody
                .iter()
                .filter(|(_, parent)| *parent == member)
                .map(|(child, _)| *child),
        );
        next += 1;
    }
    family
}

fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name, in brackets, may hold anything.
    stat.rsplit_once(')')?
        .1
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

fn sockets_of(pid: u32) -> Vec<String> {
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return Vec::new();
    };
    open.filter_map(|entry| {
        let link = fs::read_link(entry.ok()?.path()).ok()?;
        Some(
            link.to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')?
                .to_owned(),
        )
    })
    .collect()
}

/// `0100007F:1F90` → `127.0.0.1:8080`; addresses of version 6 stay as they are.
fn readable(entry: &str) -> String {
    let (address, port) = entry.split_once(':').unwrap_or((entry, "0"));
    let port = u16::from_str_radix(port, 16).unwrap_or_default();
    match u32::from_str_radix(address, 16) {
        Ok(bits) => format!("{}:{port}", Ipv4Addr::from(bits.swap_bytes())),
        Err(_) => format!("[{address}]:{port}"),
    }
}
