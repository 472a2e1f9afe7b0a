//! The columns of a table: cells of rows that stand on one line each begin below one another.

use super::{Writer, squeeze};
use crate::token::TokenKind as K;
use unicode_width::UnicodeWidthStr;

/// Rows that would be longer than this are not lined up.
const WIDEST: usize = 110;

/// A row on one line.
struct Row {
    /// The first token of each cell, and of the arrow.
    begins: Vec<usize>,
    /// How wide each cell is, with its comma.
    widths: Vec<usize>,
    /// How wide the arrow and the result are.
    rest: usize,
}

impl Writer<'_> {
    /// The spaces before the cells of a table, by token.
    pub(super) fn columns_of(&self, rows: &[(u32, u32)]) -> Vec<(usize, usize)> {
        // Rows that share a line have no columns.
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Vec::new();
        };
        let block = self.text.get(first.0 as usize..last.1 as usize);
        if block.is_none_or(|text| !text.contains('\n')) {
            return Vec::new();
        }
        let rows: Vec<Row> = rows.iter().filter_map(|r| self.row(*r)).collect();
        let Some(cells) = rows.first().map(|r| r.widths.len()) else {
            return Vec::new();
        };
        if rows.len() < 2 || rows.iter().any(|r| r.widths.len() != cells) {
            return Vec::new();
        }
        let widest = |i: usize| rows.iter().map(|r| r.widths[i]).max().unwrap_or(0);
        let widest: Vec<usize> = (0..cells).map(widest).collect();
        let rest = rows.iter().map(|r| r.rest).max().unwrap_or(0);
        if widest.iter().sum::<usize>() + cells + rest > WIDEST {
            return Vec::new();
        }
        let mut out = Vec::new();
        for row in &rows {
            for (i, token) in row.begins.iter().enumerate().skip(1) {
                out.push((*token, widest[i - 1] - row.widths[i - 1] + 1));
            }
        }
        out
    }

    /// A row that stands on one line, without a comment in it.
    fn row(&self, (start, end): (u32, u32)) -> Option<Row> {
        let text = self.text.get(start as usize..end as usize)?;
        if text.contains('\n') || text.contains("//") {
            return None;
        }
        let first = self.tokens.partition_point(|t| t.start < start);
        let after = self.tokens.partition_point(|t| t.start < end);
        let mut row = Row {
            begins: vec![first],
            widths: Vec::new(),
            rest: 0,
        };
        let (mut depth, mut width, mut arrow) = (0_usize, 0_usize, false);
        for i in first..after {
            let kind = self.tokens.get(i)?.kind;
            if depth == 0 && kind == K::Arrow && !arrow {
                arrow = true;
                row.widths.push(width);
                row.begins.push(i);
                width = 0;
            }
            let begins = row.begins.last() == Some(&i);
            width += usize::from(!begins && self.space(i.checked_sub(1)?, i));
            width += squeeze(self.tokens[i].text(self.text)).width();
            match kind {
                K::LParen => depth += 1,
                K::RParen => depth = depth.saturating_sub(1),
                K::Comma if depth == 0 && !arrow => {
                    row.widths.push(width);
                    row.begins.push(i + 1);
                    width = 0;
                }
                _ => {}
            }
        }
        row.rest = width;
        arrow.then_some(row)
    }
}
