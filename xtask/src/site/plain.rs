//! Files that people write, as browsers load them: without comments and indentation.

/// A style sheet or page without what stands between these marks.
pub(crate) fn without(text: &str, [open, close]: [&str; 2]) -> String {
    let mut parts = text.split(open);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once(close).map_or("", |(_, after)| after));
    }
    let lines = kept.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A script without the lines that are comments.
pub(crate) fn script(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let kept = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    kept.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        let css = "/* One\n   two */\na {\n  b: c; /* d */\n}\n";
        assert_eq!(without(css, ["/*", "*/"]), "a {\nb: c;\n}\n");
        assert_eq!(
            without("<p>\n  <!-- x -->y\n</p>", ["<!--", "-->"]),
            "<p>\ny\n</p>\n"
        );
        assert_eq!(
            script("// One\nf(() => {\n  // two\n  g('//h');\n});\n"),
            "f(() => {\ng('//h');\n});\n"
        );
    }
}
