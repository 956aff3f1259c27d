//! The faces: which glyph a character has, how wide it is, and where a line of text breaks.

use skrifa::{FontRef, MetadataProvider, instance::LocationRef, instance::Size};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// What stands for a character the face has no glyph for.
pub(super) const MISSING: char = '\u{25a1}';

/// Characters of one piece of text that are set at all; what is longer ends in an ellipsis.
const MOST_CHARS: usize = 20_000;

pub(super) struct Face {
    pub krilla: krilla::text::Font,
    font: FontRef<'static>,
    em: f32,
}

static REGULAR: LazyLock<Option<Face>> =
    LazyLock::new(|| Face::load(include_bytes!("../../../assets/fonts/Inter-Regular.otf")));
static BOLD: LazyLock<Option<Face>> =
    LazyLock::new(|| Face::load(include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")));

/// A glyph of a line: its number in the face, its advance as a part of the size, the character it stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub id: u32,
    pub advance: f32,
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(bytes).ok()?;
        let em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Some(Self {
            krilla: krilla::text::Font::new(bytes.into(), 0)?,
            font,
            em,
        })
    }
    pub fn of(bold: bool) -> Option<&'static Self> {
        if bold { BOLD.as_ref() } else { REGULAR.as_ref() }
    }
    fn find(&self, c: char) -> Option<skrifa::GlyphId> {
        self.font.charmap().map(c)
    }
    /// The glyph of a character that [`clean`] has let through.
    pub fn glyph(&self, c: char) -> Glyph {
        let id = self.find(c).or_else(|| self.find(MISSING)).unwrap_or_default();
        let advance = self
            .font
            .glyph_metrics(Size::unscaled(), LocationRef::default())
            .advance_width(id)
            .unwrap_or(self.em / 2.0);
        Glyph {
            id: id.to_u32(),
            advance: advance / self.em,
        }
    }
    pub fn has(&self, c: char) -> bool {
        self.find(c).is_some()
    }
}

/// Width of cleaned text in points.
pub(super) fn width(text: &str, bold: bool, size: f32) -> f32 {
    Face::of(bold).map_or(0.0, |face| {
        text.chars().map(|c| face.glyph(c).advance).sum::<f32>() * size
    })
}

/// Text as it can be set: composed, without control and invisible characters, with a box for what has no glyph. Line
/// breaks stay.
pub(super) fn clean(text: &str) -> String {
    let Some(face) = Face::of(false) else {
        return String::new();
    };
    let mut out = String::with_capacity(text.len());
    for (n, c) in text.nfc().enumerate() {
        if n >= MOST_CHARS {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push('\n'),
            '\r' => {}
            '\t' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                out.push(' ');
            }
            // Soft hyphen, zero-width and direction marks, variation selectors: nothing to see.
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}' => {}
            c if c.is_control() => out.push(' '),
            c if face.has(c) => out.push(c),
            _ => out.push(MISSING),
        }
    }
    out
}

/// A piece of a line: text in one face.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub text: String,
    pub bold: bool,
    pub tone: super::Tone,
    pub width: f32,
}

/// A word with the blank before it, never broken unless it is wider than a whole line.
struct Word {
    text: String,
    bold: bool,
    tone: super::Tone,
    /// A blank stands before it.
    spaced: bool,
    /// Begins a new line.
    fresh: bool,
}

fn words(runs: &[super::Run]) -> Vec<Word> {
    let mut words: Vec<Word> = vec![];
    let (mut spaced, mut fresh) = (false, false);
    for run in runs {
        let mut open = false;
        for c in clean(&run.text).chars() {
            match c {
                '\n' => (fresh, spaced, open) = (true, false, false),
                ' ' => (spaced, open) = (true, false),
                c => {
                    let joins = open && !spaced && !fresh;
                    match words.last_mut() {
                        Some(word) if joins => word.text.push(c),
                        _ => words.push(Word {
                            text: c.to_string(),
                            bold: run.bold,
                            tone: run.tone,
                            spaced,
                            fresh,
                        }),
                    }
                    (open, spaced, fresh) = (!matches!(c, '-' | '/' | '–'), false, false);
                }
            }
        }
    }
    words
}

/// Breaks text into lines no wider than `most`, greedily; at most `lines` of them, the last ending in an ellipsis when
/// there was more.
pub(super) fn lines(runs: &[super::Run], size: f32, most: f32, limit: usize) -> Vec<Vec<Piece>> {
    let most = most.max(size);
    let mut all: Vec<Vec<Piece>> = vec![vec![]];
    let mut filled = 0.0_f32;
    for word in words(runs) {
        let blank = if word.spaced { width(" ", word.bold, size) } else { 0.0 };
        let wide = width(&word.text, word.bold, size);
        let first = all.last().is_none_or(Vec::is_empty);
        if word.fresh && !(all.len() == 1 && first) || !first && filled + blank + wide > most {
            all.push(vec![]);
            filled = 0.0;
        }
        if all.len() > limit {
            break;
        }
        for part in split(&word, size, most) {
            let wide = width(&part, word.bold, size);
            let at_start = all.last().is_none_or(Vec::is_empty);
            if !at_start && filled + wide > most {
                all.push(vec![]);
                filled = 0.0;
            }
            let Some(line) = all.last_mut() else { continue };
            let mut text = String::new();
            if word.spaced && !line.is_empty() {
                text.push(' ');
            }
            text.push_str(&part);
            let wide = width(&text, word.bold, size);
            filled += wide;
            match line.last_mut() {
                Some(last) if last.bold == word.bold && last.tone == word.tone => {
                    last.text.push_str(&text);
                    last.width += wide;
                }
                _ => line.push(Piece {
                    text,
                    bold: word.bold,
                    tone: word.tone,
                    width: wide,
                }),
            }
        }
    }
    if all.len() > limit {
        all.truncate(limit.max(1));
        end_in_ellipsis(all.last_mut(), size, most);
    }
    all
}

/// A word in pieces that each fit a line: usually itself.
fn split(word: &Word, size: f32, most: f32) -> Vec<String> {
    let Some(face) = Face::of(word.bold) else {
        return vec![];
    };
    let mut parts = vec![String::new()];
    let mut filled = 0.0;
    for c in word.text.chars() {
        let wide = face.glyph(c).advance * size;
        if filled + wide > most && filled > 0.0 {
            parts.push(String::new());
            filled = 0.0;
        }
        filled += wide;
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

fn end_in_ellipsis(line: Option<&mut Vec<Piece>>, size: f32, most: f32) {
    let Some(line) = line else { return };
    let others: f32 = line.iter().rev().skip(1).map(|p| p.width).sum();
    if let Some(last) = line.last_mut() {
        last.text.push('…');
        while width(&last.text, last.bold, size) + others > most && last.text.chars().count() > 1 {
            last.text.pop();
            last.text.pop();
            last.text.push('…');
        }
        last.width = width(&last.text, last.bold, size);
    }
}
