use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use super::{DecodeError, DecodedImage};

/// Left half red, right half blue, 16×8.
fn encoded(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(16, 8, |x, _| {
        image::Rgb(if x < 8 { [250, 0, 0] } else { [0, 0, 250] })
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An EXIF segment that states only the orientation, put behind the JPEG's first marker.
fn turned_by_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif =
        b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

#[test]
fn decodes_by_content() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let picture = DecodedImage::decode(&encoded(format)).unwrap();
        assert_eq!((picture.width(), picture.height()), (16, 8), "{format:?}");
        assert!(
            picture.pixel(1, 4)[0] > 200.0 && picture.pixel(14, 4)[2] > 200.0,
            "{format:?}"
        );
    }
}

#[test]
fn exif_orientation_turns_the_picture() {
    let jpeg = encoded(ImageFormat::Jpeg);
    // 6: has to be turned clockwise, so what was left is on top.
    let turned = DecodedImage::decode(&turned_by_exif(&jpeg, 6)).unwrap();
    assert_eq!((turned.width(), turned.height()), (8, 16));
    assert!(turned.pixel(4, 1)[0] > 200.0 && turned.pixel(4, 14)[2] > 200.0);
    let mirrored = DecodedImage::decode(&turned_by_exif(&jpeg, 2)).unwrap();
    assert!(mirrored.pixel(1, 4)[2] > 200.0);
}

#[test]
fn refuses_what_is_no_photo() {
    let png = encoded(ImageFormat::Png);
    assert!(matches!(
        DecodedImage::decode(b"GIF89a....."),
        Err(DecodeError::UnknownFormat)
    ));
    assert!(matches!(
        DecodedImage::decode(b""),
        Err(DecodeError::UnknownFormat)
    ));
    assert!(matches!(
        DecodedImage::decode(&png[..png.len() / 2]),
        Err(DecodeError::Damaged(_))
    ));
}

#[test]
fn refuses_bombs_before_decoding() {
    let mut png = encoded(ImageFormat::Png);
    // Width and height in the header; its checksum follows.
    png[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    let refused = DecodedImage::decode(&png);
    assert!(
        matches!(
            refused,
            Err(DecodeError::TooManyPixels {
                width: 16384,
                height: 16384
            })
        ),
        "{refused:?}"
    );
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn raw_pixels_must_fill_the_picture() {
    assert!(DecodedImage::from_rgb(2, 2, vec![0; 12]).is_some());
    assert!(DecodedImage::from_rgb(2, 2, vec![0; 11]).is_none());
    assert!(DecodedImage::from_rgb(0, 2, vec![]).is_none());
}
