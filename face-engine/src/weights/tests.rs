use super::{Weights, WeightsError, verify, weight_files};

const STEM: &str = "face_expression_model";

fn manifest(tensors: &str) -> String {
    format!(r#"[{{"paths":["x.bin"],"weights":[{tensors}]}}]"#)
}

#[test]
fn table_names_ten_files_with_hex_digests() {
    let files = weight_files();
    assert_eq!(files.len(), 10);
    assert!(
        files
            .iter()
            .all(|file| file.sha256.len() == 64 && file.bytes > 0 && !file.name.contains('/'))
    );
}

#[test]
fn reads_bytes_and_floats() {
    let manifest = manifest(
        r#"{"name":"q","shape":[2],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.5,"min":-1.0}},
           {"name":"f","shape":[1,1],"dtype":"float32"}"#,
    );
    let mut binary = vec![0, 4];
    binary.extend(2.5_f32.to_le_bytes());
    let mut weights = Weights::parse(STEM, manifest.as_bytes(), &binary).unwrap();
    assert_eq!(weights.take("q", &[2]).unwrap(), [-1.0, 1.0]);
    assert!(matches!(
        weights.take("f", &[1]),
        Err(WeightsError::WrongShape { .. })
    ));
    assert!(matches!(
        weights.take("g", &[1]),
        Err(WeightsError::NoSuchTensor { .. })
    ));
}

#[test]
fn refuses_binaries_of_another_length() {
    let manifest = manifest(r#"{"name":"f","shape":[2],"dtype":"float32"}"#);
    let parse = |binary: &[u8]| Weights::parse(STEM, manifest.as_bytes(), binary).err();
    assert!(matches!(
        parse(&[0; 7]),
        Some(WeightsError::TooShort { .. })
    ));
    assert!(matches!(
        parse(&[0; 9]),
        Some(WeightsError::LeftOver { bytes: 1, .. })
    ));
    assert!(parse(&[0; 8]).is_none());
    assert!(matches!(
        Weights::parse(STEM, b"{", &[]),
        Err(WeightsError::Manifest { .. })
    ));
}

#[test]
fn each_file_problem_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let [small, large] = [
        "tiny_face_detector_model-weights_manifest.json",
        "tiny_face_detector_model.bin",
    ];
    std::fs::write(dir.path().join(small), "short").unwrap();
    std::fs::write(dir.path().join(large), vec![0; 193_321]).unwrap();
    let problems = verify(dir.path());
    assert_eq!(problems.len(), 10);
    let about = |name: &str| {
        problems
            .iter()
            .find(|problem| problem.to_string().contains(name))
            .unwrap()
    };
    assert!(matches!(
        about(small),
        WeightsError::WrongSize {
            expected: 3219,
            found: 5,
            ..
        }
    ));
    assert!(matches!(about(large), WeightsError::WrongDigest { .. }));
    assert!(matches!(
        about("ssd_mobilenetv1_model.bin"),
        WeightsError::Missing { .. }
    ));
}
