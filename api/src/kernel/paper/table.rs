//! Tables: column widths, rows, the header that is drawn again on each page.

use super::blocks::{Align, Cell, Row, RowKind, Run, Table, Tone, Width};
use super::font;
use super::layout::{Ground, LEADING, Op, SMALL, Strip, line_ops, page_height};
use std::sync::Arc;

/// Size of the text of a row.
const SIZE: f32 = 8.0;
/// Left and right of a cell's text; above and below it.
const PAD: f32 = 4.0;
const AIR: f32 = 2.6;
/// The least a text column is given.
const NARROWEST: f32 = 40.0;

fn line(size: f32) -> f32 {
    size * LEADING
}

/// Left edge and width of each column.
fn columns(table: &Table, wide: f32) -> Vec<(f32, f32)> {
    let own = |n: usize| {
        let heading = table
            .columns
            .get(n)
            .map_or(0.0, |c| font::width(&font::clean(&c.heading), true, SMALL));
        let cells = table.rows.iter().filter_map(|row| {
            let cell = row.cells.get(n)?;
            Some(font::width(&font::clean(&cell.text), row.kind != RowKind::Plain, SIZE))
        });
        cells.fold(heading, f32::max) + 2.0 * PAD
    };
    let mut widths: Vec<f32> = vec![];
    let (mut fixed, mut shares) = (0.0_f32, 0.0_f32);
    for (n, column) in table.columns.iter().enumerate() {
        match column.width {
            Width::Fit => {
                let own = own(n);
                fixed += own;
                widths.push(own);
            }
            Width::Share(share) => {
                shares += share.max(0.01);
                widths.push(0.0);
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let least = NARROWEST
        * table
            .columns
            .iter()
            .filter(|c| matches!(c.width, Width::Share(_)))
            .count() as f32;
    // Figures too wide for the page: all of them shrink alike, their text is broken. Never off the paper.
    let squeeze = ((wide - least).max(1.0) / fixed.max(1.0)).min(1.0);
    let rest = (wide - fixed * squeeze).max(least);
    let mut x = 0.0;
    table
        .columns
        .iter()
        .zip(widths)
        .map(|(column, own)| {
            let own = match column.width {
                Width::Fit => own * squeeze,
                Width::Share(share) => rest * share.max(0.01) / shares.max(0.01),
            };
            let at = x;
            x += own;
            (at, own)
        })
        .collect()
}

/// Lines a cell may have, so that its row fits a page with the header above it.
fn most_lines(header: f32) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page has some dozens of lines"
    )]
    let lines = ((page_height() - header - 2.0 * AIR) / line(SIZE)).max(2.0) as usize;
    lines / 2
}

fn cell_ops(cell: &Cell, bold: bool, align: Align, (x, own): (f32, f32), most: usize) -> (f32, Vec<Op>) {
    let inside = (own - 2.0 * PAD).max(SIZE);
    let mut ops = vec![];
    let mut y = AIR;
    let text = Run {
        bold,
        ..Run::plain(&cell.text)
    };
    // Room for rounding: a figure measured to fit must not be broken by the last bit.
    for pieces in font::lines(&[text], SIZE, inside + 0.05, most) {
        ops.extend(line_ops(pieces, SIZE, (x + PAD, y, inside), align));
        y += line(SIZE);
    }
    if let Some(note) = cell.note.as_deref().filter(|n| !n.is_empty()) {
        for pieces in font::lines(&[Run::muted(note)], SMALL, inside, most) {
            ops.extend(line_ops(pieces, SMALL, (x + PAD, y, inside), align));
            y += line(SMALL);
        }
    }
    (y + AIR, ops)
}

fn header(table: &Table, places: &[(f32, f32)], wide: f32) -> Strip {
    let mut height = 0.0_f32;
    let mut ops = vec![];
    for (column, (x, own)) in table.columns.iter().zip(places) {
        let run = Run {
            bold: true,
            tone: Tone::Muted,
            ..Run::plain(&column.heading)
        };
        let inside = (own - 2.0 * PAD).max(SMALL);
        let mut y = AIR;
        for pieces in font::lines(&[run], SMALL, inside + 0.05, 3) {
            ops.extend(line_ops(pieces, SMALL, (x + PAD, y, inside), column.align));
            y += line(SMALL);
        }
        height = height.max(y + AIR);
    }
    ops.push(Op::Fill {
        x: 0.0,
        y: height - 1.0,
        w: wide,
        h: 1.0,
        ground: Ground::Accent,
    });
    Strip {
        height: height + 1.0,
        ops,
        with_next: true,
        header: None,
    }
}

fn row(table: &Table, row: &Row, places: &[(f32, f32)], wide: f32, (light, most): (bool, usize)) -> Strip {
    let bold = row.kind != RowKind::Plain;
    let mut height = line(SIZE) + 2.0 * AIR;
    let mut ops = vec![];
    for ((column, place), cell) in table.columns.iter().zip(places).zip(&row.cells) {
        // A group's name may run over the empty cells beside it.
        let place = if row.kind == RowKind::Group && place.0 == 0.0 {
            (0.0, wide)
        } else {
            *place
        };
        let (tall, more) = cell_ops(cell, bold, column.align, place, most);
        height = height.max(tall);
        ops.extend(more);
    }
    let ground = match row.kind {
        RowKind::Plain if light => Some((0.0, height, Ground::Light)),
        RowKind::Plain => None,
        RowKind::Group => Some((0.0, height, Ground::Light)),
        RowKind::Total => Some((0.0, 0.75, Ground::Line)),
    };
    if let Some((y, h, ground)) = ground {
        let fill = Op::Fill {
            x: 0.0,
            y,
            w: wide,
            h,
            ground,
        };
        ops.insert(0, fill);
    }
    Strip {
        height,
        ops,
        with_next: row.kind == RowKind::Group,
        header: None,
    }
}

pub(super) fn strips(table: &Table, wide: f32) -> Vec<Strip> {
    let places = columns(table, wide);
    let head = Arc::new(header(table, &places, wide));
    let most = most_lines(head.height);
    let mut light = false;
    let mut strips = vec![(*head).clone()];
    for line in &table.rows {
        light = line.kind == RowKind::Plain && table.zebra && !light;
        let mut strip = row(table, line, &places, wide, (light, most));
        strip.header = Some(head.clone());
        strips.push(strip);
    }
    strips
}
