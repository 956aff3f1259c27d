//! From blocks to pages: each block becomes strips that are never split, and strips are stacked until a page is full.

use super::blocks::{Align, Block, Document, Picture, Run, Text, Tile, Tone};
use super::font::{self, Piece};
use super::table;

/// A4 in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// Left and right, top, bottom: the footer stands inside the bottom margin.
const MARGIN: f32 = 42.0;
const TOP: f32 = 40.0;
const BOTTOM: f32 = 54.0;
/// Height of the running head on later pages.
const HEAD: f32 = 24.0;
/// The usual size of text in points, and of small print.
pub(super) const BODY: f32 = 9.0;
pub(super) const SMALL: f32 = 7.5;
const TITLE: f32 = 18.0;
const HEADING: f32 = 11.0;
/// Height of a line as a part of its size.
pub(super) const LEADING: f32 = 1.38;
/// Pages of one document: what is larger belongs in a workbook.
pub(super) const MOST_PAGES: usize = 2_000;

/// Colours that are filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    Light,
    Accent,
    Line,
}

/// Something drawn at a place; y counts down from the top.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Text {
        x: f32,
        /// The baseline.
        y: f32,
        text: String,
        bold: bool,
        tone: Tone,
        size: f32,
    },
    Fill {
        x: f32,
        y: f32,
        w: f32,
        h: f32,
        ground: Ground,
    },
    Picture {
        x: f32,
        y: f32,
        w: f32,
        h: f32,
        picture: Picture,
    },
}

impl Op {
    fn moved(mut self, dx: f32, dy: f32) -> Self {
        match &mut self {
            Self::Text { x, y, .. } | Self::Fill { x, y, .. } | Self::Picture { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
        }
        self
    }
}

/// A piece of a page that is never split. Places count from its own top left corner.
#[derive(Clone, Debug, Default)]
pub(super) struct Strip {
    pub height: f32,
    pub ops: Vec<Op>,
    /// Stays on the page of what follows: a heading.
    pub with_next: bool,
    /// Drawn again at the top of a page that begins inside a table.
    pub header: Option<std::sync::Arc<Strip>>,
}

/// Height of a page between its margins, a later one's: what every strip must fit.
pub(super) fn page_height() -> f32 {
    PAGE.1 - TOP - BOTTOM - HEAD
}

/// One line of pieces at `y` from the top of a strip.
pub(super) fn line_ops(pieces: Vec<Piece>, size: f32, (left, y, wide): (f32, f32, f32), align: Align) -> Vec<Op> {
    let taken: f32 = pieces.iter().map(|p| p.width).sum();
    let mut x = match align {
        Align::Left => left,
        Align::Right => left + (wide - taken),
    };
    let baseline = y + size * LEADING * 0.76;
    pieces
        .into_iter()
        .map(|piece| {
            let at = x;
            x += piece.width;
            Op::Text {
                x: at,
                y: baseline,
                text: piece.text,
                bold: piece.bold,
                tone: piece.tone,
                size,
            }
        })
        .collect()
}

fn paragraph(text: &Text, wide: f32) -> Vec<Strip> {
    font::lines(&text.runs, text.size, wide, 2_000)
        .into_iter()
        .map(|pieces| Strip {
            height: text.size * LEADING,
            ops: line_ops(pieces, text.size, (0.0, 0.0, wide), text.align),
            ..Strip::default()
        })
        .collect()
}

fn headline(text: &str, size: f32, tone: Tone, wide: f32) -> Vec<Strip> {
    let run = Run {
        tone,
        ..Run::bold(text)
    };
    let mut strips = paragraph(&Text::of(vec![run]).sized(size), wide);
    for strip in &mut strips {
        strip.with_next = true;
    }
    if let Some(last) = strips.last_mut() {
        last.height += size * 0.35;
    }
    strips
}

fn facts(facts: &[(String, String)], wide: f32) -> Vec<Strip> {
    let label = facts
        .iter()
        .map(|(label, _)| font::width(&font::clean(label), false, BODY))
        .fold(0.0_f32, f32::max)
        .min(wide * 0.45);
    let left = label + 10.0;
    let mut strips = vec![];
    for (name, value) in facts {
        let mut names = font::lines(&[Run::muted(name)], BODY, label, 20).into_iter();
        let mut values = font::lines(&[Run::plain(value)], BODY, wide - left, 200).into_iter();
        loop {
            let (name, value) = (names.next(), values.next());
            if name.is_none() && value.is_none() {
                break;
            }
            let mut ops = line_ops(name.unwrap_or_default(), BODY, (0.0, 0.0, label), Align::Left);
            let beside = (left, 0.0, wide - left);
            ops.extend(line_ops(value.unwrap_or_default(), BODY, beside, Align::Left));
            strips.push(Strip {
                height: BODY * LEADING + 1.0,
                ops,
                ..Strip::default()
            });
        }
    }
    strips
}

fn tiles(tiles: &[Tile], wide: f32) -> Strip {
    let gap = 5.0;
    #[expect(clippy::cast_precision_loss, reason = "a handful of boxes")]
    let n = tiles.len().max(1) as f32;
    let each = (wide - gap * (n - 1.0)) / n;
    let height = 36.0;
    let inside = each - 14.0;
    // All figures in one size: the largest at which the longest fits.
    let longest = tiles
        .iter()
        .map(|t| font::width(&font::clean(&t.figure), true, 1.0))
        .fold(0.1_f32, f32::max);
    let size = (inside / longest).clamp(4.0, 10.0);
    let mut ops = vec![];
    let mut x = 0.0;
    for tile in tiles {
        ops.push(Op::Fill {
            x,
            y: 0.0,
            w: each,
            h: height,
            ground: Ground::Light,
        });
        if tile.strong {
            ops.push(Op::Fill {
                x,
                y: 0.0,
                w: 2.5,
                h: height,
                ground: Ground::Accent,
            });
        }
        for (text, size, y) in [
            (Run::muted(&tile.label), SMALL, 5.0),
            (Run::bold(&tile.figure), size, 17.5),
        ] {
            for line in font::lines(&[text], size, inside.max(size), 1) {
                ops.extend(line_ops(line, size, (x + 7.0, y, inside), Align::Left));
            }
        }
        x += each + gap;
    }
    Strip {
        height: height + 4.0,
        ops,
        ..Strip::default()
    }
}

fn picture(picture: &Picture, most: (f32, f32), align: Align, wide: f32) -> Strip {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    let (w, h) = (picture.width.max(1) as f32, picture.height.max(1) as f32);
    let room = (most.0.min(wide), most.1.min(page_height() / 2.0));
    let scale = (room.0 / w).min(room.1 / h);
    let (w, h) = (w * scale, h * scale);
    let x = match align {
        Align::Left => 0.0,
        Align::Right => wide - w,
    };
    Strip {
        height: h + 4.0,
        ops: vec![Op::Picture {
            x,
            y: 0.0,
            w,
            h,
            picture: picture.clone(),
        }],
        ..Strip::default()
    }
}

/// What the page builder is handed: strips one below the other, or columns of them side by side.
enum Part {
    Strips(Vec<Strip>),
    Columns(Vec<(f32, Vec<Strip>)>),
}

/// The strips of a block that is no group of columns.
fn strips(block: &Block, wide: f32) -> Vec<Strip> {
    match block {
        Block::Title(text) => headline(text, TITLE, Tone::Ink, wide),
        Block::Heading(text) => headline(text, HEADING, Tone::Accent, wide),
        Block::Text(text) => paragraph(text, wide),
        Block::Facts(all) => facts(all, wide),
        Block::Table(table) => table::strips(table, wide),
        Block::Tiles(all) => vec![tiles(all, wide)],
        Block::Picture {
            picture: p,
            most,
            align,
        } => vec![picture(p, *most, *align, wide)],
        Block::Space(height) => vec![Strip {
            height: *height,
            ..Strip::default()
        }],
        Block::Rule => vec![Strip {
            height: 7.0,
            ops: vec![Op::Fill {
                x: 0.0,
                y: 3.0,
                w: wide,
                h: 0.75,
                ground: Ground::Line,
            }],
            ..Strip::default()
        }],
        // A group inside a group is set one below the other: nothing needs more.
        Block::Columns(columns) => columns
            .iter()
            .flat_map(|(_, blocks)| blocks.iter().flat_map(|b| strips(b, wide)))
            .collect(),
    }
}

fn part(block: &Block, wide: f32) -> Part {
    let Block::Columns(columns) = block else {
        return Part::Strips(strips(block, wide));
    };
    let gap = 20.0;
    let shares: f32 = columns.iter().map(|(share, _)| share.max(0.01)).sum::<f32>().max(0.01);
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let room = wide - gap * (columns.len().max(1) - 1) as f32;
    let mut x = 0.0;
    let columns = columns.iter().map(|(share, blocks)| {
        let own = room * share.max(0.01) / shares;
        let at = x;
        x += own + gap;
        (at, blocks.iter().flat_map(|b| strips(b, own)).collect())
    });
    Part::Columns(columns.collect())
}

struct Pages {
    done: Vec<Vec<Op>>,
    page: Vec<Op>,
    y: f32,
    running_head: Option<Strip>,
}

impl Pages {
    fn bottom(&self) -> f32 {
        PAGE.1 - BOTTOM
    }
    fn top(&self) -> f32 {
        if self.done.is_empty() { TOP } else { TOP + HEAD }
    }
    fn is_fresh(&self) -> bool {
        self.y <= self.top() + 0.01
    }
    fn turn(&mut self) {
        self.done.push(std::mem::take(&mut self.page));
        self.y = self.top();
        if let Some(head) = self.running_head.clone() {
            self.put(&head, MARGIN, TOP);
        }
    }
    fn put(&mut self, strip: &Strip, x: f32, y: f32) {
        self.page.extend(strip.ops.iter().map(|op| op.clone().moved(x, y)));
    }
    fn stack(&mut self, strips: &[Strip]) {
        let mut at = 0;
        while let Some(strip) = strips.get(at) {
            // Headings go with the line that follows them.
            let mut needed = strip.height;
            let mut next = at;
            while strips.get(next).is_some_and(|s| s.with_next) {
                next += 1;
                needed += strips.get(next).map_or(0.0, |s| s.height);
            }
            let stays = needed <= self.bottom() - self.top();
            let ends = self.y + if stays { needed } else { strip.height };
            if ends > self.bottom() && !self.is_fresh() {
                self.turn();
                if let Some(header) = strip.header.clone() {
                    self.put(&header, MARGIN, self.y);
                    self.y += header.height;
                }
            }
            self.put(strip, MARGIN, self.y);
            self.y += strip.height;
            at += 1;
        }
    }
    /// Columns flow side by side, each onto the next page where it does not fit.
    fn beside(&mut self, columns: &[(f32, Vec<Strip>)]) {
        let whole = |strips: &[Strip]| strips.iter().map(|s| s.height).sum::<f32>();
        let tallest = columns.iter().map(|(_, s)| whole(s)).fold(0.0_f32, f32::max);
        if self.y + tallest > self.bottom() && tallest <= self.bottom() - self.top() && !self.is_fresh() {
            self.turn();
        }
        let mut rest: Vec<(f32, &[Strip])> = columns.iter().map(|(x, s)| (*x, s.as_slice())).collect();
        loop {
            let start = self.y;
            let mut lowest = start;
            for (x, strips) in &mut rest {
                let mut y = start;
                while let Some((strip, others)) = strips.split_first() {
                    if y + strip.height > self.bottom() && !(y <= start && self.is_fresh()) {
                        break;
                    }
                    self.put(strip, MARGIN + *x, y);
                    y += strip.height;
                    *strips = others;
                }
                lowest = lowest.max(y);
            }
            self.y = lowest;
            if rest.iter().all(|(_, strips)| strips.is_empty()) {
                return;
            }
            self.turn();
        }
    }
}

fn edge_line(text: &str, size: f32, align: Align, y: f32, wide: f32, left: f32) -> Vec<Op> {
    font::lines(&[Run::muted(text)], size, wide, 1)
        .into_iter()
        .flat_map(|line| line_ops(line, size, (left, y, wide), align))
        .collect()
}

/// The document's pages. `None` when it has more than [`MOST_PAGES`].
pub(super) fn pages(document: &Document) -> Option<Vec<Vec<Op>>> {
    let wide = PAGE.0 - 2.0 * MARGIN;
    let running_head = document.running_head.as_ref().map(|(left, right)| {
        let mut ops = edge_line(left, SMALL, Align::Left, 0.0, wide * 0.42, 0.0);
        ops.extend(edge_line(right, SMALL, Align::Right, 0.0, wide * 0.56, wide * 0.44));
        ops.push(Op::Fill {
            x: 0.0,
            y: 14.0,
            w: wide,
            h: 0.5,
            ground: Ground::Line,
        });
        Strip {
            height: HEAD,
            ops,
            ..Strip::default()
        }
    });
    let mut pages = Pages {
        done: vec![],
        page: vec![],
        y: TOP,
        running_head,
    };
    // Blocks that follow each other are stacked together, so that a heading stays with what comes after it.
    let mut waiting: Vec<Strip> = vec![];
    for block in &document.blocks {
        match part(block, wide) {
            Part::Strips(strips) => waiting.extend(strips),
            Part::Columns(columns) => {
                pages.stack(&std::mem::take(&mut waiting));
                pages.beside(&columns);
            }
        }
        if pages.done.len() > MOST_PAGES {
            return None;
        }
    }
    pages.stack(&waiting);
    let mut done = pages.done;
    done.push(pages.page);
    if done.len() > MOST_PAGES {
        return None;
    }
    let count = done.len();
    for (n, page) in done.iter_mut().enumerate() {
        let y = PAGE.1 - BOTTOM + 18.0;
        page.push(Op::Fill {
            x: MARGIN,
            y: y - 5.0,
            w: wide,
            h: 0.5,
            ground: Ground::Line,
        });
        page.extend(edge_line(&document.foot, SMALL, Align::Left, y, wide * 0.78, MARGIN));
        if let Some(label) = document.page_label {
            let label = label(n + 1, count);
            page.extend(edge_line(
                &label,
                SMALL,
                Align::Right,
                y,
                wide * 0.2,
                MARGIN + wide * 0.8,
            ));
        }
    }
    Some(done)
}
