//! What an uploaded file is, from its first bytes: names and types that a client gives are not looked at.

use crate::words::Reason;

/// Most bytes of a selfie: 2 MB.
pub const SELFIE_MAX_BYTES: u64 = 2 * 1024 * 1024;
/// Most bytes of a document: 5 MB, as much as Rekognition takes inline.
pub const DOCUMENT_MAX_BYTES: u64 = 5 * 1024 * 1024;
/// Least side in pixels (Rekognition's limit).
const MIN_SIDE: u32 = 80;
/// Largest side in pixels: a file of a few bytes may unpack to any size.
const MAX_SIDE: u32 = 10_000;

/// Width and height of a photo in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoSize {
    width: u16,
    height: u16,
}

impl PhotoSize {
    /// A photo of this many pixels.
    pub const fn new(width: u16, height: u16) -> Self {
        Self { width, height }
    }

    /// Pixels from left to right.
    pub fn width_px(self) -> f32 {
        f32::from(self.width)
    }

    /// Pixels from top to bottom.
    pub fn height_px(self) -> f32 {
        f32::from(self.height)
    }
}

/// The size of a JPEG or PNG photo, if it is one of at most `max_bytes` and of usable dimensions.
///
/// # Errors
/// [`Reason::PhotoInvalid`] for everything else.
pub fn inspect(bytes: &[u8], max_bytes: u64) -> Result<PhotoSize, Reason> {
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= max_bytes);
    let (width, height) = png_size(bytes)
        .or_else(|| jpeg_size(bytes))
        .filter(|_| fits)
        .ok_or(Reason::PhotoInvalid)?;
    let usable = [width, height]
        .iter()
        .all(|side| (MIN_SIDE..=MAX_SIDE).contains(side));
    match (usable, u16::try_from(width), u16::try_from(height)) {
        (true, Ok(width), Ok(height)) => Ok(PhotoSize { width, height }),
        _ => Err(Reason::PhotoInvalid),
    }
}

/// PNG, section 5: the signature, then the chunk IHDR with width and height.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let (width, rest) = header.split_first_chunk::<4>()?;
    let (height, _) = rest.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height)))
}

/// JPEG (ITU T.81, B.1 and B.2): segments up to the first start of frame.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        rest = rest.strip_prefix(b"\xff")?;
        let (marker, after) = rest.split_first()?;
        match marker {
            // Markers may be preceded by any number of fill bytes.
            0xff => {}
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let ([_, _, _, h1, h0, w1, w0], _) = after.split_first_chunk::<7>()?;
                return Some((
                    u32::from(u16::from_be_bytes([*w1, *w0])),
                    u32::from(u16::from_be_bytes([*h1, *h0])),
                ));
            }
            // Start of scan or end of image before any frame; stand-alone markers do not belong here.
            0xd0..=0xda | 0x00..=0x01 => return None,
            _ => {
                let (length, _) = after.split_first_chunk::<2>()?;
                rest = after.get(usize::from(u16::from_be_bytes(*length))..)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes =
            b"\xff\xd8\xff\xe0\x00\x04JF\xff\xff\xc4\x00\x03x\xff\xc2\x00\x0b\x08".to_vec();
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(b"\x01\x01\x11\x00");
        bytes
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn only_usable_photos_have_a_size() {
        let good = |width, height| Ok(PhotoSize::new(width, height));
        for (name, bytes, want) in [
            ("a progressive JPEG", jpeg(640, 480), good(640, 480)),
            ("a PNG", png(640, 480), good(640, 480)),
            ("the smallest", jpeg(80, 80), good(80, 80)),
            ("too narrow", jpeg(79, 480), Err(Reason::PhotoInvalid)),
            (
                "a picture that unpacks to gigabytes",
                png(100_000, 100_000),
                Err(Reason::PhotoInvalid),
            ),
            (
                "just above the largest",
                png(10_001, 480),
                Err(Reason::PhotoInvalid),
            ),
            (
                "a GIF",
                b"GIF89a\x80\x02\xe0\x01".to_vec(),
                Err(Reason::PhotoInvalid),
            ),
            ("a page", b"<html>".to_vec(), Err(Reason::PhotoInvalid)),
            ("nothing", Vec::new(), Err(Reason::PhotoInvalid)),
            (
                "a scan without a frame",
                b"\xff\xd8\xff\xda\x00\x08".to_vec(),
                Err(Reason::PhotoInvalid),
            ),
            (
                "cut off",
                jpeg(640, 480)[..16].to_vec(),
                Err(Reason::PhotoInvalid),
            ),
        ] {
            assert_eq!(inspect(&bytes, SELFIE_MAX_BYTES), want, "{name}");
        }
    }

    #[test]
    fn no_start_of_a_photo_panics() {
        for photo in [jpeg(640, 480), png(640, 480)] {
            for length in 0..photo.len() {
                let _ = inspect(&photo[..length], SELFIE_MAX_BYTES);
            }
        }
    }

    #[test]
    fn a_file_above_the_limit_is_refused() {
        let mut bytes = png(640, 480);
        bytes.resize(100, 0);
        assert!(inspect(&bytes, 100).is_ok());
        assert_eq!(inspect(&bytes, 99), Err(Reason::PhotoInvalid));
    }
}
