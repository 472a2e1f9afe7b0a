//! A small writer of SVG.
//!
//! Comes in: shapes in whole pixels, words. Goes out: one `<svg>` with a title and a description, that
//! needs neither a style sheet nor a font of ours and can stand in a page beside others. Never happens: a number that
//! two machines write differently, a text that is not escaped.

use unicode_width::UnicodeWidthChar;

/// Fonts, the first that there is; the widths below hold for each of them.
const FONTS: &str = "'Noto Sans','Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic','Liberation Sans',Arial,sans-serif";

/// Colours. Each also differs in lightness, and none stands without a shape, a pattern or a word.
pub(crate) mod ink {
    /// Text and outlines.
    pub(crate) const DARK: &str = "#1b1b1b";
    /// Second text.
    pub(crate) const SOFT: &str = "#5a5a5a";
    /// Lines that divide.
    pub(crate) const LINE: &str = "#c4c4c4";
    /// Grid.
    pub(crate) const GRID: &str = "#e7e7e7";
    /// Every other lane.
    pub(crate) const BAND: &str = "#f6f6f4";
    /// What holds, what is in favour.
    pub(crate) const BLUE: &str = "#1f5c99";
    /// The same as a surface.
    pub(crate) const SKY: &str = "#b9d3ec";
    /// What is missed, what is against.
    pub(crate) const RED: &str = "#a8321e";
    /// The same as a surface.
    pub(crate) const ROSE: &str = "#f0c9bf";
    /// Neither.
    pub(crate) const GREY: &str = "#8d8d8d";
    /// Paper.
    pub(crate) const PAPER: &str = "#ffffff";
}

/// Where a text stands to its point.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Begins there.
    Start,
    /// Is centred.
    Middle,
    /// Ends there.
    End,
}

/// How a text looks.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Font {
    /// Pixels.
    pub(crate) size: i64,
    /// Bold.
    pub(crate) bold: bool,
    /// Colour.
    pub(crate) fill: &'static str,
}

impl Font {
    pub(crate) const TITLE: Font = Font {
        size: 20,
        bold: true,
        fill: ink::DARK,
    };
    pub(crate) const HEAD: Font = Font {
        size: 13,
        bold: true,
        fill: ink::DARK,
    };
    pub(crate) const BODY: Font = Font {
        size: 13,
        bold: false,
        fill: ink::DARK,
    };
    pub(crate) const SMALL: Font = Font {
        size: 11,
        bold: false,
        fill: ink::SOFT,
    };
    pub(crate) const NOTE: Font = Font {
        size: 12,
        bold: false,
        fill: ink::SOFT,
    };

    pub(crate) const fn bold(self) -> Font {
        Font { bold: true, ..self }
    }

    pub(crate) const fn fill(self, fill: &'static str) -> Font {
        Font { fill, ..self }
    }

    /// Pixels from one line to the next.
    pub(crate) const fn leading(self) -> i64 {
        self.size + self.size / 3 + 1
    }

    /// Pixels a text takes, rather too many than too few.
    pub(crate) fn width(self, text: &str) -> i64 {
        let units: i64 = text.chars().map(units).sum();
        let units = if self.bold { units * 108 / 100 } else { units };
        (units * self.size).div_euclid(1000) + 1
    }

    /// The text in lines of at most so many pixels.
    pub(crate) fn wrap(self, text: &str, room: i64) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let with = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&with) <= room {
                line = with;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if self.width(&line) > room && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::take(&mut line));
                    line.push(c);
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// The text on one line of so many pixels, its end left out where it is too long.
    pub(crate) fn fit(self, text: &str, room: i64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let mut out = String::new();
        for c in text.chars() {
            out.push(c);
            if self.width(&format!("{out}…")) > room {
                out.pop();
                break;
            }
        }
        format!("{}…", out.trim_end())
    }
}

/// The width of a character in thousandths of the size.
fn units(c: char) -> i64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 330,
        ' ' | 'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' => 400,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 960,
        'A'..='Z' | '<' | '>' | '=' | '+' | '~' | '&' => 720,
        '…' | '→' | '×' | '✓' | '✗' | '·' | '–' | '—' => 1000,
        c => match c.width() {
            Some(2) => 1010,
            Some(0) | None => 0,
            _ => 600,
        },
    }
}

/// A picture being drawn.
pub(crate) struct Svg {
    id: String,
    body: String,
    patterns: bool,
}

impl Svg {
    /// A picture. The name begins the ids of its patterns: two pictures of a page have two names.
    pub(crate) fn new(id: &str) -> Svg {
        Svg {
            id: id.to_owned(),
            body: String::new(),
            patterns: false,
        }
    }

    fn put(&mut self, line: &str) {
        self.body.push_str(line);
        self.body.push('\n');
    }

    /// A text with its baseline at `y`.
    pub(crate) fn text(&mut self, (x, y): (i64, i64), font: Font, anchor: Anchor, text: &str) {
        if text.is_empty() {
            return;
        }
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if font.bold {
            " font-weight=\"600\""
        } else {
            ""
        };
        let (size, fill, text) = (font.size, font.fill, escape(text));
        self.put(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight} fill=\"{fill}\"{anchor}>{text}</text>"
        ));
    }

    /// Text that may stand on a line: the paper shows around its letters.
    pub(crate) fn text_over(&mut self, at: (i64, i64), font: Font, anchor: Anchor, text: &str) {
        let paper = ink::PAPER;
        self.put(&format!(
            "<g stroke=\"{paper}\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\">"
        ));
        self.text(at, font, anchor, text);
        self.put("</g>");
    }

    /// Lines of text; the baseline after the last.
    pub(crate) fn lines(&mut self, (x, y): (i64, i64), font: Font, lines: &[String]) -> i64 {
        let mut y = y;
        for line in lines {
            self.text((x, y), font, Anchor::Start, line);
            y += font.leading();
        }
        y
    }

    /// A filled rectangle.
    pub(crate) fn rect(&mut self, (x, y, w, h): (i64, i64, i64, i64), fill: &str) {
        self.put(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{fill}\"/>"
        ));
    }

    /// A filled rectangle with an outline.
    pub(crate) fn boxed(
        &mut self,
        (x, y, w, h): (i64, i64, i64, i64),
        round: i64,
        fill: &str,
        stroke: &str,
    ) {
        let round = if round > 0 {
            format!(" rx=\"{round}\"")
        } else {
            String::new()
        };
        self.put(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{round} fill=\"{fill}\" stroke=\"{stroke}\"/>"
        ));
    }

    /// A straight line; `dash` as SVG writes it, or nothing.
    pub(crate) fn line(
        &mut self,
        from: (i64, i64),
        to: (i64, i64),
        stroke: &str,
        wide: i64,
        dash: &str,
    ) {
        let dash = dashed(dash);
        self.put(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{stroke}\" stroke-width=\"{wide}\"{dash}/>",
            from.0, from.1, to.0, to.1
        ));
    }

    /// A circle.
    pub(crate) fn circle(&mut self, (x, y): (i64, i64), r: i64, fill: &str, stroke: &str) {
        self.put(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" fill=\"{fill}\" stroke=\"{stroke}\"/>"
        ));
    }

    /// Any path.
    pub(crate) fn path(&mut self, d: &str, fill: &str, stroke: &str, wide: i64, dash: &str) {
        let dash = dashed(dash);
        self.put(&format!(
            "<path d=\"{d}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{wide}\" stroke-linejoin=\"round\"{dash}/>"
        ));
    }

    /// Begins a group that tells what it is when it is pointed at.
    pub(crate) fn open(&mut self, title: &str) {
        self.put(&format!("<g><title>{}</title>", escape(title)));
    }

    /// Ends it.
    pub(crate) fn close(&mut self) {
        self.put("</g>");
    }

    /// A surface of slanted lines.
    pub(crate) fn hatch(&mut self) -> String {
        self.patterns = true;
        format!("url(#{}-hatch)", self.id)
    }

    /// A surface of dots.
    pub(crate) fn dots(&mut self) -> String {
        self.patterns = true;
        format!("url(#{}-dots)", self.id)
    }

    /// The finished picture.
    pub(crate) fn finish(
        self,
        (width, height): (i64, i64),
        lang: &str,
        title: &str,
        desc: &str,
    ) -> String {
        let id = &self.id;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             lang=\"{lang}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{FONTS}\">\n"
        );
        out += &format!("<title id=\"{id}-title\">{}</title>\n", escape(title));
        out += &format!("<desc id=\"{id}-desc\">{}</desc>\n", escape(desc));
        if self.patterns {
            let (rose, red, grey) = (ink::ROSE, ink::RED, ink::GREY);
            out += &format!(
                "<defs>\n<pattern id=\"{id}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
                 <rect width=\"6\" height=\"6\" fill=\"{rose}\"/><rect width=\"2\" height=\"6\" fill=\"{red}\"/></pattern>\n\
                 <pattern id=\"{id}-dots\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
                 <rect width=\"5\" height=\"5\" fill=\"#f4f4f4\"/><circle cx=\"2\" cy=\"2\" r=\".6\" fill=\"{grey}\"/></pattern>\n</defs>\n"
            );
        }
        out += &format!(
            "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
            ink::PAPER
        );
        out += &self.body;
        out += "</svg>\n";
        out
    }
}

fn dashed(dash: &str) -> String {
    if dash.is_empty() {
        String::new()
    } else {
        format!(" stroke-dasharray=\"{dash}\"")
    }
}

/// As it may stand in XML: marks escaped, what XML has no place for left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_twice_the_room() {
        assert!(Font::BODY.width("締約国") > Font::BODY.width("abc") * 3 / 2);
        assert_eq!(Font::BODY.wrap("平和協力法案", 40), ["平和協", "力法案"]);
        assert_eq!(Font::BODY.wrap("one two three", 60), ["one two", "three"]);
        assert!(Font::BODY.width(&Font::BODY.fit("a long name of a long thing", 80)) <= 80);
    }

    #[test]
    fn marks_are_escaped() {
        assert_eq!(
            escape("<a & \"b\">\u{7}\n"),
            "&lt;a &amp; &quot;b&quot;&gt; "
        );
    }
}
