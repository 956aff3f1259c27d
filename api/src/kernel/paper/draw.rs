//! Pages to PDF.

use super::blocks::{Document, Format, Picture, Tone};
use super::font::Face;
use super::layout::{Ground, Op, PAGE, pages};
use chrono::{Datelike, Timelike};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use std::collections::HashMap;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    #[error("the document has more pages than are made")]
    TooLong,
    #[error("a picture cannot be decoded: {0}")]
    Picture(String),
    #[error("the page size is not one")]
    Page,
    #[error("the PDF could not be written: {0}")]
    Written(String),
}

fn fill(colour: rgb::Color) -> Option<Fill> {
    Some(Fill {
        paint: colour.into(),
        opacity: NormalizedF32::ONE,
        rule: Default::default(),
    })
}

fn ink(tone: Tone) -> rgb::Color {
    match tone {
        Tone::Ink => rgb::Color::new(0x17, 0x1c, 0x26),
        Tone::Muted => rgb::Color::new(0x5b, 0x64, 0x74),
        Tone::Accent => rgb::Color::new(0x1f, 0x4f, 0x8f),
    }
}

fn ground(ground: Ground) -> rgb::Color {
    match ground {
        Ground::Light => rgb::Color::new(0xf2, 0xf5, 0xf9),
        Ground::Accent => rgb::Color::new(0x1f, 0x4f, 0x8f),
        Ground::Line => rgb::Color::new(0xc9, 0xd1, 0xdc),
    }
}

/// A picture as krilla holds it, decoded once for each document.
#[derive(Default)]
struct Pictures(HashMap<usize, krilla::image::Image>);
impl Pictures {
    fn get(&mut self, picture: &Picture) -> Result<krilla::image::Image, PaperError> {
        let key = std::sync::Arc::as_ptr(&picture.bytes) as usize;
        if let Some(image) = self.0.get(&key) {
            return Ok(image.clone());
        }
        let data = picture.bytes.clone().into();
        let image = match picture.format {
            Format::Png => krilla::image::Image::from_png(data, true),
            Format::Jpeg => krilla::image::Image::from_jpeg(data, true),
        }
        .map_err(PaperError::Picture)?;
        self.0.insert(key, image.clone());
        Ok(image)
    }
}

fn text(surface: &mut Surface<'_>, at: Point, text: &str, bold: bool, size: f32) {
    let Some(face) = Face::of(bold) else { return };
    let glyphs: Vec<KrillaGlyph> = text
        .char_indices()
        .map(|(n, c)| {
            let glyph = face.glyph(c);
            let range = n..n + c.len_utf8();
            KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, 0.0, 0.0, 0.0, range, None)
        })
        .collect();
    if !glyphs.is_empty() {
        surface.draw_glyphs(at, &glyphs, face.krilla.clone(), text, size, false);
    }
}

fn draw(surface: &mut Surface<'_>, op: &Op, pictures: &mut Pictures) -> Result<(), PaperError> {
    match op {
        Op::Text {
            x,
            y,
            text: words,
            bold,
            tone,
            size,
        } => {
            surface.set_fill(fill(ink(*tone)));
            text(surface, Point::from_xy(*x, *y), words, *bold, *size);
        }
        Op::Fill { x, y, w, h, ground: g } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, w.max(0.01), h.max(0.01)) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.set_fill(fill(ground(*g)));
                surface.draw_path(&path);
            }
        }
        Op::Picture { x, y, w, h, picture } => {
            let image = pictures.get(picture)?;
            if let Some(size) = Size::from_wh(*w, *h) {
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image, size);
                surface.pop();
            }
        }
    }
    Ok(())
}

fn date(at: chrono::DateTime<chrono::Utc>) -> DateTime {
    let small = |n: u32| u8::try_from(n).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
}

/// The document as PDF. Takes some milliseconds of a processor: call it on a blocking thread.
pub(super) fn pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    let pages = pages(document).ok_or(PaperError::TooLong)?;
    let settings = krilla::SerializeSettings {
        enable_tagging: false,
        ..Default::default()
    };
    let mut out = krilla::Document::new_with(settings);
    let mut about = Metadata::new().title(document.title.clone()).creator("Kept".into());
    if !document.author.is_empty() {
        about = about.authors(vec![document.author.clone()]);
    }
    if !document.language.is_empty() {
        about = about.language(document.language.clone());
    }
    if let Some(at) = document.made_at {
        about = about.creation_date(date(at));
    }
    out.set_metadata(about);
    let mut pictures = Pictures::default();
    for ops in &pages {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PaperError::Page)?;
        let mut page = out.start_page_with(size);
        let mut surface = page.surface();
        let drawn = ops.iter().try_for_each(|op| draw(&mut surface, op, &mut pictures));
        surface.finish();
        page.finish();
        drawn?;
    }
    out.finish().map_err(|e| PaperError::Written(format!("{e:?}")))
}
