//! Takes out of the module what the page never calls and wasm-bindgen would keep.
//!
//! Leptos brings `wasm-streams`, whose classes a server's streams need. wasm-bindgen gives each class to JavaScript, and keeps all the code behind them, because
//! somebody might call it. Without their exports, and without the description of them, it removes the code by itself.

use anyhow::Context as _;

use super::module::{CUSTOM, Reader, push_number, push_text, rewritten};

const EXPORTS: u8 = 7;
/// Where each crate that uses wasm-bindgen describes what it exports.
const DESCRIPTIONS: &str = "__wasm_bindgen_unstable";
/// In the names of the classes and of all that belongs to them.
const UNUSED: &str = "intounderlying";

/// The module as cargo made it, without the classes.
pub(super) fn prune(wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    rewritten(wasm, |kind, section| {
        Ok(Some(match kind {
            EXPORTS => exports(section)?.into(),
            CUSTOM => custom(section)?.into(),
            _ => section.into(),
        }))
    })
}

fn is_unused(name: &[u8]) -> bool {
    let unused = UNUSED.as_bytes();
    name.windows(unused.len())
        .any(|part| part.eq_ignore_ascii_case(unused))
}

fn exports(section: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut reader = Reader(section);
    let (mut count, mut kept) = (0, Vec::new());
    for _ in 0..reader.number()? {
        let name = reader.text()?;
        let (kind, index) = (reader.byte()?, reader.number()?);
        if !is_unused(name.as_bytes()) {
            count += 1;
            push_text(&mut kept, name);
            kept.push(kind);
            push_number(&mut kept, index);
        }
    }
    let mut pruned = Vec::new();
    push_number(&mut pruned, count);
    pruned.extend(kept);
    Ok(pruned)
}

/// Of the descriptions, each a version and what it describes, those of the classes go.
fn custom(section: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut reader = Reader(section);
    let name = reader.text()?;
    if name != DESCRIPTIONS {
        return Ok(section.to_vec());
    }
    let mut pruned = Vec::new();
    push_text(&mut pruned, name);
    while !reader.0.is_empty() {
        let whole = reader.0;
        description(&mut reader)?;
        let described = description(&mut reader)?;
        if !is_unused(described) {
            pruned.extend(&whole[..whole.len() - reader.0.len()]);
        }
    }
    Ok(pruned)
}

/// Four bytes of length, the lowest first, and that many bytes.
fn description<'a>(reader: &mut Reader<'a>) -> anyhow::Result<&'a [u8]> {
    let length = reader.bytes(4)?.try_into().context("four bytes are four")?;
    reader.bytes(u32::from_le_bytes(length) as usize)
}

#[cfg(test)]
mod tests {
    use super::{super::module::push_section, *};

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut section = Vec::new();
        push_section(&mut section, kind, content);
        section
    }

    fn module(exports: &[&str], descriptions: &[&[u8]]) -> Vec<u8> {
        let mut exported = Vec::new();
        push_number(&mut exported, exports.len());
        for (index, name) in exports.iter().enumerate() {
            push_text(&mut exported, name);
            exported.push(0);
            push_number(&mut exported, 1000 + index);
        }
        let mut described = Vec::new();
        push_text(&mut described, DESCRIPTIONS);
        for text in descriptions.iter().flat_map(|text| [b"{}", *text]) {
            described.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
            described.extend(text);
        }
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(EXPORTS, &exported),
            section(10, &[1; 300]),
            section(CUSTOM, &described),
            section(CUSTOM, b"\x04nameIntoUnderlying"),
        ]
        .concat()
    }

    #[test]
    fn classes_for_streams_go_and_everything_else_stays() {
        let whole = module(
            &[
                "main",
                "__wbindgen_describe_intounderlyingsink_new",
                "intounderlyingsink_close",
            ],
            &[b"main", b"..IntoUnderlyingSink..", b"other"],
        );
        let want = module(&["main"], &[b"main", b"other"]);
        assert_eq!(prune(&whole).unwrap(), want);
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = module(&["main"], &[b"main"]);
        for length in [3, 12, 40, whole.len() - 1] {
            assert!(prune(&whole[..length]).is_err(), "{length}");
        }
    }
}
