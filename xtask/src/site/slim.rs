//! What wasm-bindgen writes for debuggers, taken out of what people load.
//!
//! Each function that the page borrows from the browser goes by a name with a hash of 64 bits in it, once in the WebAssembly and once in the JavaScript:
//! random text, which no compression makes smaller. Both get the same short name instead, and the JavaScript loses its indentation and comments.
//! Panics name the source that they come from: paths of the machine that built the page, which nobody prints.

use anyhow::bail;

use super::module::{CUSTOM, Reader, push_number, push_text, rewritten};

const IMPORTS: u8 = 2;
const DATA: u8 = 11;
const SHORT_MODULE: &str = "_";
const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Where sources lie that panics name: the compiler's, its dependencies', the registry's. Nobody reads them in a browser.
const SOURCES: [&[u8]; 4] = [b"/rustc/", b"/rust/deps/", b"/registry/src/", b"/crates/"];

/// The module with short names and without custom sections, and the JavaScript that knows it by these names. `own` is what the bindings call themselves.
pub(super) fn slim(wasm: &[u8], javascript: &str, own: &str) -> anyhow::Result<(Vec<u8>, String)> {
    let mut names = Vec::new();
    let wasm = module(wasm, own, &mut names)?;
    Ok((wasm, bindings(javascript, own, &names)?))
}

fn module(wasm: &[u8], own: &str, names: &mut Vec<String>) -> anyhow::Result<Vec<u8>> {
    rewritten(wasm, |kind, section| {
        Ok(match kind {
            CUSTOM => None,
            IMPORTS => Some(imports(section, own, names)?.into()),
            DATA => Some(without_paths(section).into()),
            _ => Some(section.into()),
        })
    })
}

/// Paths of sources, in as many equal bytes: nothing moves, and nearly nothing is left to load.
fn without_paths(section: &[u8]) -> Vec<u8> {
    let mut slim = section.to_vec();
    let mut at = 0;
    while at < slim.len() {
        let rest = &slim[at..];
        let begins = SOURCES.iter().any(|source| rest.starts_with(source));
        let length = if begins { path_length(rest) } else { 0 };
        slim[at..at + length].fill(b'/');
        at += length.max(1);
    }
    slim
}

/// Of the source's path that this begins with; 0 for what is none.
fn path_length(text: &[u8]) -> usize {
    let path = text.iter().take_while(|byte| byte.is_ascii_graphic());
    let mut ends = text[..path.count()].windows(3);
    ends.position(|end| end == b".rs").map_or(0, |at| at + 3)
}

fn imports(section: &[u8], own: &str, names: &mut Vec<String>) -> anyhow::Result<Vec<u8>> {
    let mut reader = Reader(section);
    let count = reader.number()?;
    let mut slim = Vec::new();
    push_number(&mut slim, count);
    for _ in 0..count {
        if reader.text()? != own {
            bail!("the page imports from somewhere else than {own}");
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

fn bindings(javascript: &str, own: &str, names: &[String]) -> anyhow::Result<String> {
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
        slim.push_str(&kept.replace(&format!("\"{own}\""), &format!("\"{SHORT_MODULE}\"")));
        slim.push('\n');
    }
    if !missing.is_empty() {
        bail!("the bindings have no {}", missing.join(", "));
    }
    Ok(slim)
}

#[cfg(test)]
mod tests {
    use super::{super::module::push_section, *};

    const OWN: &str = "./app_bg.js";
    const HEAD: &[u8] = b"\0asm\x01\0\0\0";

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut section = Vec::new();
        push_section(&mut section, kind, content);
        section
    }

    fn import(name: &str, description: &[u8]) -> Vec<u8> {
        let mut import = Vec::new();
        push_text(&mut import, OWN);
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
            section(
                DATA,
                b"a None/rustc/5980/library/x.rs!/home/x/registry/src/y/z.rs/a.rs/rustc/\x01.rs",
            ),
        ]
        .concat()
    }

    const BINDINGS: &str = "    const import0 = {\n        // why\n        __wbg_now_0123456789abcdef: function() { return now(); },\n        memory: m,\n        \
        __wbg_table_0123456789abcdef: t,\n        __wbg_end_fedcba9876543210: e,\n    };\n    /**\n     * What\n     */\n    say(`one\n      two`);\n    return { \"./app_bg.js\": import0 };\n";

    #[test]
    fn both_sides_get_the_same_short_names() {
        let (wasm, javascript) = slim(&sample(), BINDINGS, OWN).unwrap();
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
            section(
                DATA,
                b"a None////////////////////////!/home/x/////////////////////a.rs/rustc/\x01.rs",
            ),
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
        let text = slim(&sample(), &without, OWN).unwrap_err().to_string();
        assert!(text.contains("memory"), "{text}");
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = sample();
        for length in [3, 12, 60, whole.len() - 1] {
            assert!(slim(&whole[..length], BINDINGS, OWN).is_err(), "{length}");
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
