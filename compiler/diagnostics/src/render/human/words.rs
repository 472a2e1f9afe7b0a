//! The words around a finding, in each language.

use crate::{Diagnostic, Lang, Severity, explain};

/// The words of one language.
pub(super) struct Words {
    lang: Lang,
    /// Between what something is and what it says.
    pub(super) colon: &'static str,
    /// Before what was found in this very place.
    pub(super) found: &'static str,
    /// Before an edit to make.
    pub(super) help: &'static str,
    /// Before a remark.
    pub(super) note: &'static str,
}

impl Words {
    pub(super) fn of(lang: Lang) -> Words {
        match lang {
            Lang::En => Words {
                lang,
                colon: ": ",
                found: "found",
                help: "help",
                note: "note",
            },
            Lang::Ja => Words {
                lang,
                colon: "：",
                found: "内容",
                help: "直し方",
                note: "補足",
            },
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> &'static str {
        match (self.lang, severity) {
            (Lang::En, severity) => severity.as_str(),
            (Lang::Ja, Severity::Error) => "誤り",
            (Lang::Ja, Severity::Warning) => "注意",
            (Lang::Ja, Severity::Note) => "参考",
        }
    }

    /// The title of the code, where the finding itself is not said in this language.
    pub(super) fn title(&self, d: &Diagnostic) -> Option<&'static str> {
        match self.lang {
            Lang::En => None,
            Lang::Ja => explain(d.code.as_str()).map(|e| e.title_in(self.lang)),
        }
    }

    /// The article that a place stands in.
    pub(super) fn within(&self, heading: &str) -> String {
        match self.lang {
            Lang::En => format!("in {heading}"),
            Lang::Ja => format!("箇所：{heading}"),
        }
    }

    pub(super) fn more_places(&self, n: usize) -> String {
        match self.lang {
            Lang::En => format!("and {n} more places"),
            Lang::Ja => format!("ほか{n}箇所"),
        }
    }
}
