//! QR codes in pictures.

use std::io::Cursor;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::limits::{CODES_MAX, IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX, IMAGE_SIDE_MAX};

/// Pixels of a side to which pictures are made smaller before they are searched: a code that a
/// telephone reads from a screen is still read, and time stays bounded.
const SEARCHED_SIDE_MAX: usize = 1000;

/// Smaller ones are logos and dots.
const SIDE_MIN: usize = 40;

/// A picture in shades of grey.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// The texts of the codes in a PNG or JPEG; `pixels` is what may still be decoded in this mail.
pub(crate) fn codes(bytes: &[u8], pixels: &mut usize) -> Vec<String> {
    if bytes.len() > IMAGE_BYTES_MAX {
        return Vec::new();
    }
    let grey = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes, pixels)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        jpeg(bytes, pixels)
    } else {
        None
    };
    let Some(grey) = grey.map(smaller) else {
        return Vec::new();
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(grey.width, grey.height, |x, y| {
        let at = y.saturating_mul(grey.width).saturating_add(x);
        grey.pixels.get(at).copied().unwrap_or(255)
    });
    let grids = image.detect_grids();
    grids
        .iter()
        .take(CODES_MAX)
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

/// Whether a picture of this size is looked into; takes it from what may still be decoded.
fn may(width: usize, height: usize, pixels: &mut usize) -> bool {
    let sides = SIDE_MIN..=IMAGE_SIDE_MAX;
    let area = width.saturating_mul(height);
    let fits = sides.contains(&width) && sides.contains(&height) && area <= *pixels;
    if fits {
        *pixels -= area;
    }
    fits
}

fn png(bytes: &[u8], pixels: &mut usize) -> Option<Grey> {
    let limits = png::Limits {
        bytes: IMAGE_PIXELS_MAX * 8,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    let (width, height) = (width as usize, height as usize);
    if !may(width, height, pixels) {
        return None;
    }
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut buffer).ok()?;
    buffer.truncate(frame.buffer_size());
    let (samples, has_alpha) = match frame.color_type {
        png::ColorType::Grayscale | png::ColorType::Indexed => (1, false),
        png::ColorType::GrayscaleAlpha => (2, true),
        png::ColorType::Rgb => (3, false),
        png::ColorType::Rgba => (4, true),
    };
    grey(&buffer, width, height, samples, has_alpha)
}

fn jpeg(bytes: &[u8], pixels: &mut usize) -> Option<Grey> {
    let options = DecoderOptions::default()
        .set_max_width(IMAGE_SIDE_MAX)
        .set_max_height(IMAGE_SIDE_MAX)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if !may(width, height, pixels) {
        return None;
    }
    let buffer = decoder.decode().ok()?;
    let samples = buffer.len().checked_div(width.checked_mul(height)?)?;
    grey(&buffer, width, height, samples, false)
}

fn grey(
    buffer: &[u8],
    width: usize,
    height: usize,
    samples: usize,
    has_alpha: bool,
) -> Option<Grey> {
    if samples == 0 {
        return None;
    }
    let pixels = buffer
        .chunks_exact(samples)
        .map(|pixel| {
            let colours = samples - usize::from(has_alpha);
            let sum: u32 = pixel.iter().take(colours).map(|one| u32::from(*one)).sum();
            let shade = sum / u32::try_from(colours.max(1)).unwrap_or(1);
            // What is transparent is shown on white.
            let alpha = match has_alpha {
                true => u32::from(pixel.last().copied().unwrap_or(255)),
                false => 255,
            };
            let shade = (shade * alpha + 255 * (255 - alpha)) / 255;
            u8::try_from(shade).unwrap_or(255)
        })
        .collect::<Vec<u8>>();
    (pixels.len() >= width.checked_mul(height)?).then_some(Grey {
        width,
        height,
        pixels,
    })
}

/// Made smaller by whole steps, each pixel the mean of those it stands for.
fn smaller(grey: Grey) -> Grey {
    let step = grey.width.max(grey.height).div_ceil(SEARCHED_SIDE_MAX);
    if step < 2 {
        return grey;
    }
    let (width, height) = (grey.width / step, grey.height / step);
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let mut sum = 0_usize;
            for row in 0..step {
                let from = (y * step + row) * grey.width + x * step;
                let run = grey.pixels.get(from..from + step).unwrap_or_default();
                sum += run.iter().map(|one| usize::from(*one)).sum::<usize>();
            }
            pixels.push(u8::try_from(sum / (step * step)).unwrap_or(255));
        }
    }
    Grey {
        width,
        height,
        pixels,
    }
}
