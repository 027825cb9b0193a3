//! What wasm-bindgen writes for debuggers, taken out of what people load.
//!
//! Each function that the page borrows from the browser goes by a name with a hash of 64 bits in it, once in the WebAssembly and once in the JavaScript:
//! random text, which no compression makes smaller. Both get the same short name instead, and the JavaScript loses its indentation and comments.

use anyhow::{Context as _, bail};

const MAGIC_AND_VERSION: usize = 8;
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
/// What the bindings call the module that they are.
const MODULE: &str = "./app_bg.js";
const SHORT_MODULE: &str = "_";
const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The module with short names and without custom sections, and the JavaScript that knows it by these names.
pub(super) fn slim(wasm: &[u8], javascript: &str) -> anyhow::Result<(Vec<u8>, String)> {
    let mut names = Vec::new();
    let wasm = module(wasm, &mut names)?;
    Ok((wasm, bindings(javascript, &names)?))
}

/// Reads a module from its beginning.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> anyhow::Result<&'a [u8]> {
        let (head, rest) = self
            .0
            .split_at_checked(count)
            .context("the module ends too early")?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> anyhow::Result<u8> {
        Ok(self.bytes(1)?[0])
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> anyhow::Result<usize> {
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

    fn text(&mut self) -> anyhow::Result<&'a str> {
        let length = self.number()?;
        str::from_utf8(self.bytes(length)?).context("a name of the module is no text")
    }

    /// Least and most pages or elements.
    fn limits(&mut self) -> anyhow::Result<()> {
        let has_most = self.byte()? & 1;
        self.number()?;
        if has_most == 1 {
            self.number()?;
        }
        Ok(())
    }
}

fn module(wasm: &[u8], names: &mut Vec<String>) -> anyhow::Result<Vec<u8>> {
    let mut reader = Reader(wasm);
    let mut slim = reader.bytes(MAGIC_AND_VERSION)?.to_vec();
    while !reader.0.is_empty() {
        let kind = reader.byte()?;
        let length = reader.number()?;
        let section = reader.bytes(length)?;
        let section = match kind {
            CUSTOM => continue,
            IMPORTS => &imports(section, names)?,
            _ => section,
        };
        slim.push(kind);
        push_number(&mut slim, section.len());
        slim.extend(section);
    }
    Ok(slim)
}

fn imports(section: &[u8], names: &mut Vec<String>) -> anyhow::Result<Vec<u8>> {
    let mut reader = Reader(section);
    let count = reader.number()?;
    let mut slim = Vec::new();
    push_number(&mut slim, count);
    for _ in 0..count {
        if reader.text()? != MODULE {
            bail!("the page imports from somewhere else than {MODULE}");
        }
        let name = reader.text()?;
        let at = names
            .iter()
            .position(|known| known == name)
            .unwrap_or(names.len());
        if at == names.len() {
            names.push(name.to_owned());
        }
        push_text(&mut slim, SHORT_MODULE);
        push_text(&mut slim, &short(at));
        let described = reader.0;
        match reader.byte()? {
            0 => drop(reader.number()?),
            1 => {
                reader.byte()?;
                reader.limits()?;
            }
            2 => reader.limits()?,
            3 => drop(reader.bytes(2)?),
            other => bail!("the page imports something of the unknown kind {other}"),
        }
        slim.extend(&described[..described.len() - reader.0.len()]);
    }
    Ok(slim)
}

fn push_number(to: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

fn push_text(to: &mut Vec<u8>, text: &str) {
    push_number(to, text.len());
    to.extend(text.as_bytes());
}

fn short(mut index: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[index % LETTERS.len()]));
        index /= LETTERS.len();
        if index == 0 {
            return name;
        }
        index -= 1;
    }
}

fn bindings(javascript: &str, names: &[String]) -> anyhow::Result<String> {
    let mut missing: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut slim = String::new();
    let mut inside_text = false;
    for line in javascript.lines() {
        let mut kept = if inside_text { line } else { line.trim() };
        let comment = !inside_text && ["//", "/*", "*"].iter().any(|mark| kept.starts_with(mark));
        if kept.is_empty() || comment {
            continue;
        }
        inside_text ^= line.matches('`').count() % 2 == 1;
        let defined = names.iter().enumerate().find_map(|(index, name)| {
            let rest = kept.strip_prefix(name.as_str())?.strip_prefix(':')?;
            Some((index, rest))
        });
        if let Some((index, rest)) = defined {
            missing.retain(|name| *name != names[index]);
            slim.push_str(&short(index));
            slim.push(':');
            kept = rest;
        }
        slim.push_str(&kept.replace(&format!("\"{MODULE}\""), &format!("\"{SHORT_MODULE}\"")));
        slim.push('\n');
    }
    if !missing.is_empty() {
        bail!("the bindings have no {}", missing.join(", "));
    }
    Ok(slim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\0asm\x01\0\0\0";

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut section = vec![kind];
        push_number(&mut section, content.len());
        section.extend(content);
        section
    }

    fn import(name: &str, description: &[u8]) -> Vec<u8> {
        let mut import = Vec::new();
        push_text(&mut import, MODULE);
        push_text(&mut import, name);
        import.extend(description);
        import
    }

    /// A module with two functions, a memory and a table to borrow, a custom section, and code that must stay.
    fn sample() -> Vec<u8> {
        let imports = [
            vec![4],
            import("__wbg_now_0123456789abcdef", &[0, 3]),
            import("memory", &[2, 1, 1, 0xff, 0x01]),
            import("__wbg_table_0123456789abcdef", &[1, 0x70, 0, 2]),
            import("__wbg_end_fedcba9876543210", &[0, 0x80, 0x01]),
        ];
        [
            HEAD.to_vec(),
            section(IMPORTS, &imports.concat()),
            section(CUSTOM, b"\x04name..."),
            section(10, &[1; 300]),
        ]
        .concat()
    }

    const BINDINGS: &str = "    const import0 = {\n        // why\n        __wbg_now_0123456789abcdef: function() { return now(); },\n        memory: m,\n        \
        __wbg_table_0123456789abcdef: t,\n        __wbg_end_fedcba9876543210: e,\n    };\n    /**\n     * What\n     */\n    say(`one\n      two`);\n    return { \"./app_bg.js\": import0 };\n";

    #[test]
    fn both_sides_get_the_same_short_names() {
        let (wasm, javascript) = slim(&sample(), BINDINGS).unwrap();
        let imports = [
            &[4][..],
            b"\x01_\x01a\x00\x03",
            b"\x01_\x01b\x02\x01\x01\xff\x01",
            b"\x01_\x01c\x01\x70\x00\x02",
            b"\x01_\x01d\x00\x80\x01",
        ];
        let want = [
            HEAD.to_vec(),
            section(IMPORTS, &imports.concat()),
            section(10, &[1; 300]),
        ];
        assert_eq!(wasm, want.concat());
        assert_eq!(
            javascript,
            "const import0 = {\na: function() { return now(); },\nb: m,\nc: t,\nd: e,\n};\nsay(`one\n      two`);\nreturn { \"_\": import0 };\n"
        );
    }

    #[test]
    fn a_name_without_its_function_is_no_page() {
        let without = BINDINGS.replace("memory", "memories");
        let text = slim(&sample(), &without).unwrap_err().to_string();
        assert!(text.contains("memory"), "{text}");
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = sample();
        for length in [3, 12, 60, whole.len() - 1] {
            assert!(slim(&whole[..length], BINDINGS).is_err(), "{length}");
        }
    }

    #[test]
    fn short_names_do_not_repeat() {
        let mut names: Vec<String> = (0..4000).map(short).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 4000);
        assert_eq!((short(51), short(52)), ("Z".to_owned(), "aa".to_owned()));
    }
}
