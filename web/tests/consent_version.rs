//! The consent text in the page and the version that the server asks for are one.

use std::{fs, path::Path};

use face_login_web::consent;

#[test]
fn the_template_names_the_version_of_the_pages_text() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let template = fs::read_to_string(template).expect("template.yaml lies beside web/");
    let parameter = template
        .split_once("  ConsentVersion:\n")
        .expect("the template has the parameter")
        .1;
    let default = parameter
        .lines()
        .map(str::trim)
        .find_map(|line| line.strip_prefix("Default: "))
        .expect("the parameter has a default");
    assert_eq!(default.trim_matches('"'), consent::VERSION);
}
