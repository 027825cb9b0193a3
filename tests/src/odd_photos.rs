//! Files that are sent in place of an ordinary photo: what is no photo, what claims to be a large one, and odd but real ones.

use std::io::Cursor;

use image::{
    DynamicImage, ImageBuffer, ImageFormat, Rgb, RgbImage,
    imageops::{flip_horizontal, rotate90, rotate180, rotate270},
};

use crate::faces::{self, Person};

/// Files that are no photo of the two formats, or can't be read as one.
pub fn no_photos() -> Vec<(&'static str, Vec<u8>)> {
    let photo = Person::Ada.selfie();
    let png = png(&Person::Ada.pixels().into());
    let html = b"<!doctype html><script>alert(1)</script>";
    let mut polyglot = b"\xff\xd8\xff\xe0".to_vec();
    polyglot.extend_from_slice(html);
    let mut comment = b"\xff\xd8\xff\xfe\x00\x2a".to_vec();
    comment.extend_from_slice(html);
    let mut zip = b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec();
    zip.extend([0; 4096]);
    vec![
        ("GIF", GIF.to_vec()),
        (
            "WebP",
            b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
                .to_vec(),
        ),
        ("BMP", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec()),
        ("TIFF", b"II\x2a\0\x08\0\0\0\0\0".to_vec()),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        (
            "SVG",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(),
        ),
        ("HTML", html.to_vec()),
        ("a page that begins like a JPEG", polyglot),
        ("a page in a JPEG's comment", comment),
        ("PDF", b"%PDF-1.7\n1 0 obj\n".to_vec()),
        ("zip", zip),
        (
            "gzip of zeros",
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xed\xc1\x01\x0d\0\0\0\xc2\xa0\xf7Om\x0e7\xa0".to_vec(),
        ),
        ("zeros", vec![0; 100_000]),
        ("one byte", vec![0xff]),
        ("half a JPEG's header", photo[..120].to_vec()),
        ("a JPEG's header alone", header_of_jpeg(&photo)),
        ("half a PNG", png[..png.len() / 2].to_vec()),
        ("a PNG with another checksum", damaged(&png, 45)),
        ("one pixel", picture_of(1, 1)),
        ("one pixel high", picture_of(640, 1)),
        ("50 megapixels claimed by a PNG", claimed_png(10_000, 5_000)),
        ("gigapixels claimed by a PNG", claimed_png(60_000, 60_000)),
        (
            "50 megapixels claimed by a JPEG",
            claimed_jpeg(10_000, 5_000),
        ),
        (
            "4 gigapixels claimed by a JPEG",
            claimed_jpeg(65_535, 65_535),
        ),
        ("no pixels claimed by a JPEG", claimed_jpeg(0, 0)),
    ]
}

const GIF: &[u8] =
    b"GIF89a\x80\x02\xe0\x01\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The same pixels in encodings that few cameras write.
pub fn odd_encodings(pixels: &RgbImage) -> Vec<(&'static str, Vec<u8>)> {
    let wide = ImageBuffer::from_fn(pixels.width(), pixels.height(), |x, y| {
        let Rgb(rgb) = *pixels.get_pixel(x, y);
        Rgb(rgb.map(|value| u16::from(value) * 257))
    });
    let whole = DynamicImage::from(pixels.clone());
    vec![
        ("PNG of 16 bits", png(&DynamicImage::ImageRgb16(wide))),
        ("PNG with alpha", png(&whole.to_rgba8().into())),
        ("grey PNG", png(&whole.to_luma8().into())),
        ("grey JPEG", grey_jpeg(&whole)),
    ]
}

/// A flat grey JPEG of four inks, 96 by 96 pixels: no face, but a file that many decoders stumble over.
pub fn cmyk_jpeg() -> Vec<u8> {
    let mut file = b"\xff\xd8\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00".to_vec();
    file.extend(b"\xff\xdb\x00\x43\x00");
    file.extend([16; 64]);
    file.extend(
        b"\xff\xc0\x00\x14\x08\x00\x60\x00\x60\x04\x01\x11\x00\x02\x11\x00\x03\x11\x00\x04\x11\x00",
    );
    for table in [0x00, 0x10] {
        // One code of one bit: "no difference", and "nothing more in this block".
        file.extend([0xff, 0xc4, 0x00, 0x14, table, 1]);
        file.extend([0; 15]);
        file.push(0);
    }
    file.extend(b"\xff\xda\x00\x0e\x04\x01\x00\x02\x00\x03\x00\x04\x00\x00\x3f\x00");
    file.extend([0; 144]);
    file.extend(b"\xff\xd9");
    file
}

/// The same upright picture in five of the ways in which cameras are held, told by EXIF.
pub fn turned_by_exif(pixels: &RgbImage) -> Vec<(u8, Vec<u8>)> {
    [
        (1, pixels.clone()),
        (2, flip_horizontal(pixels)),
        (3, rotate180(pixels)),
        (6, rotate270(pixels)),
        (8, rotate90(pixels)),
    ]
    .map(|(orientation, stored)| {
        (
            orientation,
            with_exif(&faces::jpeg(&stored, 92), orientation),
        )
    })
    .into()
}

/// The JPEG with an EXIF segment that names this orientation.
pub fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut file = jpeg[..2].to_vec();
    file.extend(b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    file.push(orientation);
    file.extend(b"\0\0\0\0\0\0");
    file.extend(&jpeg[2..]);
    file
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("memory takes a PNG");
    bytes.into_inner()
}

fn grey_jpeg(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture.to_luma8())
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .expect("memory takes a JPEG");
    bytes.into_inner()
}

fn picture_of(width: u32, height: u32) -> Vec<u8> {
    png(&RgbImage::from_pixel(width, height, Rgb([128; 3])).into())
}

/// Everything before the scan.
fn header_of_jpeg(photo: &[u8]) -> Vec<u8> {
    let scan = photo.windows(2).position(|pair| pair == b"\xff\xda");
    photo[..scan.expect("a JPEG has a scan")].to_vec()
}

fn damaged(file: &[u8], at: usize) -> Vec<u8> {
    let mut file = file.to_vec();
    file[at] ^= 0x55;
    file
}

/// A small PNG whose header claims this size.
fn claimed_png(width: u32, height: u32) -> Vec<u8> {
    let mut file = picture_of(100, 100);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&file[12..29]).to_be_bytes();
    file[29..33].copy_from_slice(&sum);
    file
}

/// A small JPEG whose header claims this size.
fn claimed_jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut file = faces::jpeg(&RgbImage::from_pixel(100, 100, Rgb([128; 3])), 90);
    let frame = file.windows(2).position(|pair| pair == b"\xff\xc0");
    let at = frame.expect("a baseline JPEG has a frame") + 5;
    file[at..at + 2].copy_from_slice(&height.to_be_bytes());
    file[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
    file
}

/// The checksum of a PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_png() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn four_inks_are_a_picture() {
        let picture = image::load_from_memory(&cmyk_jpeg()).expect("a JPEG");
        assert_eq!((picture.width(), picture.height()), (96, 96));
    }
}
