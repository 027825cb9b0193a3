//! The little of WebAssembly's binary format that making the page smaller takes: sections, numbers, names.

use std::borrow::Cow;

use anyhow::{Context as _, bail};

const MAGIC_AND_VERSION: usize = 8;
pub(super) const CUSTOM: u8 = 0;

/// The module with each section as `rewrite` makes it of its kind and content; `None` leaves it out.
pub(super) fn rewritten<'a>(
    wasm: &'a [u8],
    mut rewrite: impl FnMut(u8, &'a [u8]) -> anyhow::Result<Option<Cow<'a, [u8]>>>,
) -> anyhow::Result<Vec<u8>> {
    let mut reader = Reader(wasm);
    let mut module = reader.bytes(MAGIC_AND_VERSION)?.to_vec();
    while !reader.0.is_empty() {
        let kind = reader.byte()?;
        let length = reader.number()?;
        if let Some(content) = rewrite(kind, reader.bytes(length)?)? {
            push_section(&mut module, kind, &content);
        }
    }
    Ok(module)
}

/// Reads a module from its beginning.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> anyhow::Result<&'a [u8]> {
        let (head, rest) = self
            .0
            .split_at_checked(count)
            .context("the module ends too early")?;
        self.0 = rest;
        Ok(head)
    }

    pub(super) fn byte(&mut self) -> anyhow::Result<u8> {
        Ok(self.bytes(1)?[0])
    }

    /// An unsigned number in LEB128.
    pub(super) fn number(&mut self) -> anyhow::Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number of the module has too many bytes")
    }

    pub(super) fn text(&mut self) -> anyhow::Result<&'a str> {
        let length = self.number()?;
        str::from_utf8(self.bytes(length)?).context("a name of the module is no text")
    }

    /// Least and most pages or elements.
    pub(super) fn limits(&mut self) -> anyhow::Result<()> {
        let has_most = self.byte()? & 1;
        self.number()?;
        if has_most == 1 {
            self.number()?;
        }
        Ok(())
    }
}

pub(super) fn push_number(to: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

pub(super) fn push_section(to: &mut Vec<u8>, kind: u8, content: &[u8]) {
    to.push(kind);
    push_number(to, content.len());
    to.extend(content);
}

pub(super) fn push_text(to: &mut Vec<u8>, text: &str) {
    push_number(to, text.len());
    to.extend(text.as_bytes());
}
