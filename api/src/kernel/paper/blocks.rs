//! What a document is made of.

use std::sync::Arc;

/// A whole document, A4 upright.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Shown by viewers as the title of the window.
    pub title: String,
    /// Who made it, for the properties of the file.
    pub author: String,
    /// BCP 47, for screen readers.
    pub language: String,
    pub made_at: Option<chrono::DateTime<chrono::Utc>>,
    pub blocks: Vec<Block>,
    /// At the top of each page but the first, left and right.
    pub running_head: Option<(String, String)>,
    /// At the foot of each page, on the left.
    pub foot: String,
    /// At the foot of each page, on the right: of page `n` of `m`.
    pub page_label: Option<fn(usize, usize) -> String>,
}

/// One part of a document, from top to bottom.
#[derive(Clone, Debug)]
pub enum Block {
    /// The document's own name; one to a document.
    Title(String),
    Heading(String),
    Text(Text),
    /// Label and value, one below the other.
    Facts(Vec<(String, String)>),
    /// Side by side; widths by their shares.
    Columns(Vec<(f32, Vec<Block>)>),
    Table(Table),
    /// A row of equal boxes with a figure in each.
    Tiles(Vec<Tile>),
    /// A picture no larger than this, in points.
    Picture {
        picture: Picture,
        most: (f32, f32),
        align: Align,
    },
    /// Empty height in points.
    Space(f32),
    Rule,
}

/// A paragraph; `\n` begins a new line.
#[derive(Clone, Debug)]
pub struct Text {
    pub runs: Vec<Run>,
    pub size: f32,
    pub align: Align,
}

/// Text in one face and tone.
#[derive(Clone, Debug)]
pub struct Run {
    pub text: String,
    pub bold: bool,
    pub tone: Tone,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Right,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Ink,
    Muted,
    Accent,
}

/// A box with a label and a figure.
#[derive(Clone, Debug)]
pub struct Tile {
    pub label: String,
    pub figure: String,
    pub strong: bool,
}

/// Rows under a header that is repeated on each page. No row is ever split between two pages.
#[derive(Clone, Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Every second plain row on a light ground.
    pub zebra: bool,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub heading: String,
    pub width: Width,
    pub align: Align,
}

#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// As wide as its widest cell; for figures and dates, which are never broken.
    Fit,
    /// A share of what the others leave; text is broken into lines.
    Share(f32),
}

#[derive(Clone, Debug)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub kind: RowKind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowKind {
    #[default]
    Plain,
    /// Bold on a light ground: begins a group.
    Group,
    /// Bold, below a line.
    Total,
}

/// A cell; `note` stands below the text, small.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    pub text: String,
    pub note: Option<String>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, note: None }
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Run {
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            bold: false,
            tone: Tone::Ink,
        }
    }
    pub fn bold(text: impl Into<String>) -> Self {
        Self {
            bold: true,
            ..Self::plain(text)
        }
    }
    pub fn muted(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Muted,
            ..Self::plain(text)
        }
    }
}

impl Text {
    /// A paragraph in the document's usual size.
    pub fn of(runs: Vec<Run>) -> Self {
        Self {
            runs,
            size: super::layout::BODY,
            align: Align::Left,
        }
    }
    pub fn sized(mut self, size: f32) -> Self {
        self.size = size;
        self
    }
    pub fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }
}

impl Column {
    pub fn text(heading: &str, share: f32) -> Self {
        Self {
            heading: heading.into(),
            width: Width::Share(share),
            align: Align::Left,
        }
    }
    pub fn date(heading: &str) -> Self {
        Self {
            heading: heading.into(),
            width: Width::Fit,
            align: Align::Left,
        }
    }
    pub fn figure(heading: &str) -> Self {
        Self {
            heading: heading.into(),
            width: Width::Fit,
            align: Align::Right,
        }
    }
}

/// A picture whose bytes have been decoded once, so that drawing it cannot fail later.
#[derive(Clone)]
pub struct Picture {
    pub(super) bytes: Arc<Vec<u8>>,
    pub(super) format: Format,
    pub width: u32,
    pub height: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
}

/// Why bytes are no picture for a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFlaw {
    #[error("neither PNG nor JPEG")]
    UnknownFormat,
    #[error("more pixels than allowed")]
    TooManyPixels,
    #[error("cannot be decoded")]
    Damaged,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} x {}", self.format, self.width, self.height)
    }
}

impl Picture {
    /// Reads a PNG or JPEG by its own bytes, whatever it was called, with at most `most` pixels on a side. Decodes it
    /// wholly: call it on a blocking thread.
    pub fn read(bytes: Vec<u8>, most: u32) -> Result<Self, PictureFlaw> {
        let (format, width, height) = size(&bytes).ok_or(PictureFlaw::UnknownFormat)?;
        if width == 0 || height == 0 {
            return Err(PictureFlaw::Damaged);
        }
        // Before anything is decoded: a small file may announce a picture larger than memory.
        if width > most || height > most {
            return Err(PictureFlaw::TooManyPixels);
        }
        let picture = Self {
            bytes: Arc::new(bytes),
            format,
            width,
            height,
        };
        let alone = Document {
            blocks: vec![Block::Picture {
                picture: picture.clone(),
                most: (100.0, 100.0),
                align: Align::Left,
            }],
            ..Document::default()
        };
        super::draw::pdf(&alone).map_err(|_| PictureFlaw::Damaged)?;
        Ok(picture)
    }
    /// `image/png` or `image/jpeg`.
    pub fn media_type(&self) -> &'static str {
        match self.format {
            Format::Png => "image/png",
            Format::Jpeg => "image/jpeg",
        }
    }
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Format and size as the head of the file says.
fn size(bytes: &[u8]) -> Option<(Format, u32, u32)> {
    let be32 = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let be16 = |at: usize| Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.get(12..16)? == b"IHDR" {
        return Some((Format::Png, be32(16)?, be32(20)?));
    }
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return None;
    }
    let mut at = 2;
    loop {
        // Segments: 0xff, marker, length with itself. A frame header (SOF0 to SOF15 but DHT, JPG, DAC) has the size.
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((Format::Jpeg, be16(at + 7)?, be16(at + 5)?));
            }
            0xda | 0xd9 => return None,
            _ => at += 2 + usize::try_from(be16(at + 2)?).ok()?.max(2),
        }
    }
}
