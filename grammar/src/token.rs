//! The kinds of tokens and the table of keywords.
//!
//! One table gives the kinds, their spelling in the grammar, and what messages call them; a second one the
//! words, whether they are reserved, and what they are for.

pub use crate::lexer::{Lexed, lex};

/// A token: its kind and its place, in bytes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Whether nothing but white space and comments stands before it on its line.
    pub first_on_line: bool,
}

impl Token {
    /// The text of the token.
    #[must_use]
    pub fn text<'s>(&self, source: &'s str) -> &'s str {
        source
            .get(self.start as usize..self.end as usize)
            .unwrap_or("")
    }
}

macro_rules! kinds {
    ($($kind:ident $spelling:literal,)*) => {
        /// The kinds of tokens.
        #[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TokenKind {
            /// Not a token of the language; reported by the lexer.
            Error,
            $(#[doc = concat!("`", $spelling, "`")] $kind,)*
        }

        /// How many kinds there are.
        const KINDS: usize = [TokenKind::Error, $(TokenKind::$kind),*].len();

        impl TokenKind {
            /// Its name in the grammar: the word or sign itself, or a class such as `INT`.
            #[must_use]
            pub const fn spelling(self) -> &'static str {
                match self {
                    TokenKind::Error => "ERROR",
                    $(TokenKind::$kind => $spelling,)*
                }
            }

            /// The kind with that name in the grammar.
            #[must_use]
            pub fn from_spelling(text: &str) -> Option<TokenKind> {
                match text {
                    $($spelling => Some(TokenKind::$kind),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    // one word
    Act "act",
    Admissible "admissible",
    After "after",
    And "and",
    Annex "annex",
    Any "any",
    Applies "applies",
    Art "art",
    Article "article",
    As "as",
    Assume "assume",
    AtWord "at",
    Ballots "ballots",
    Because "because",
    Before "before",
    Begin "begin",
    Between "between",
    Body "body",
    Branch "branch",
    By "by",
    Calendar "calendar",
    Cannot "cannot",
    Chair "chair",
    Chapter "chapter",
    Clock "clock",
    Closes "closes",
    Counting "counting",
    Decide "decide",
    Decides "decides",
    Decision "decision",
    Deed "deed",
    Deemed "deemed",
    Default "default",
    Define "define",
    Despite "despite",
    Does "does",
    Alternates "alternates",
    During "during",
    Each "each",
    Either "either",
    Else "else",
    Event "event",
    Every "every",
    Except "except",
    Expect "expect",
    Experiment "experiment",
    First "first",
    For "for",
    From "from",
    Given "given",
    Horizon "horizon",
    Hortatory "hortatory",
    Immediately "immediately",
    In "in",
    Is "is",
    Jointly "jointly",
    Kind "kind",
    Last "last",
    May "may",
    Meanwhile "meanwhile",
    Measure "measure",
    Members "members",
    Module "module",
    Must "must",
    New "new",
    Not "not",
    Of "of",
    Office "office",
    On "on",
    Only "only",
    Open "open",
    Opens "opens",
    Or "or",
    Outcome "outcome",
    Over "over",
    Paragraph "paragraph",
    Param "param",
    Part "part",
    Participation "participation",
    Passes "passes",
    Preamble "preamble",
    Present "present",
    Procedure "procedure",
    Promptly "promptly",
    Quorum "quorum",
    Reading "reading",
    Restarting "restarting",
    Resuming "resuming",
    Roll "roll",
    Scenario "scenario",
    Seats "seats",
    Section "section",
    Should "should",
    Silence "silence",
    Source "source",
    Stage "stage",
    Status "status",
    Step "step",
    Strongest "strongest",
    Table "table",
    Term "term",
    Then "then",
    Through "through",
    Tie "tie",
    To "to",
    Together "together",
    Under "under",
    Unique "unique",
    Unit "unit",
    Unless "unless",
    Until "until",
    Upon "upon",
    Use "use",
    Veto "veto",
    Voters "voters",
    Votes "votes",
    Weight "weight",
    When "when",
    Where "where",
    While "while",
    With "with",
    Within "within",
    // several words, glued
    AFurther "a further",
    AllHaveVoted "all have voted",
    AlsoGiven "also given",
    AlsoStatus "also status",
    AppliesVersionBefore "applies version before",
    AsABloc "as a bloc",
    WithProbability "with probability",
    AsOf "as of",
    AtClosing "at closing",
    AtLeast "at least",
    AtMost "at most",
    BecomesTrue "becomes true",
    ByEachOf "by each of",
    EvenWithoutPower "even without power",
    EventsFrom "events from",
    ExceptionTo "exception to",
    ExtendedTo "extended to",
    OpenThrough "open through",
    WithdrawnUpon "withdrawn upon",
    Enacts "enacts",
    FirstCounts "first counts",
    FirstTime "first time",
    ForEach "for each",
    FromColumn "from column",
    HeldBy "held by",
    InAll "in all",
    InTheLast "in the last",
    LastCounts "last counts",
    LessThan "less than",
    MoreThan "more than",
    MustEnsure "must ensure",
    MustNot "must not",
    NoDuty "no duty",
    NoneAfter "none after",
    NotBefore "not before",
    NotCounting "not counting",
    NotModelled "not modelled",
    NotStated "not stated",
    OnceFrom "once from",
    OneOf "one of",
    OpenedBy "opened by",
    OrElse "or else",
    OrUntil "or until",
    PinnedAt "pinned at",
    SetOf "set of",
    ShouldEnsure "should ensure",
    ShouldNot "should not",
    Stay "stay",
    WithoutDelay "without delay",
    ByRank "by RANK",
    ThenRank "then RANK",
    CiteGt "CITE>",
    CiteHeading "CITE HEADING",
    OfModule "of MODULE",
    OfCopy "of COPY",
    Quoting "quoting",
    // signs
    Ne "!=",
    Hash "#",
    Amp "&",
    LParen "(",
    RParen ")",
    Star "*",
    Plus "+",
    Comma ",",
    Minus "-",
    Arrow "->",
    Dot ".",
    DotDot "..",
    Slash "/",
    Colon ":",
    Lt "<",
    Le "<=",
    Eq "=",
    Gt ">",
    Ge ">=",
    Question "?",
    At "@",
    Underscore "_",
    LBrace "{",
    Bar "|",
    RBrace "}",
    Tilde "~",
    // texts, numbers, labels
    Str "STRING",
    Label "LABEL",
    TailLabel "TAILLABEL",
    Para "PARA",
    Ident "IDENT",
    Instance "INSTANCE",
    Int "INT",
    Number "NUMBER",
    Decimal "DECIMAL",
    Stamp "STAMP",
    Verdict "VERDICT",
    Ordinal "ORDINAL",
    Percent "PERCENT",
    Duration "DURATION",
    Date "DATE",
    DateTime "DATETIME",
    // what the parse is for
    StartModule "<module>",
    StartExpr "<expr>",
    StartLine "<line>",
}

/// A word of the language.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word.
    pub word: &'static str,
    /// Whether it can name nothing else.
    pub reserved: bool,
    /// What it is for.
    pub what: &'static str,
    /// Its token.
    pub kind: TokenKind,
}

const fn reserved(word: &'static str, kind: TokenKind, what: &'static str) -> Keyword {
    Keyword {
        word,
        reserved: true,
        what,
        kind,
    }
}

const fn free(word: &'static str, kind: TokenKind, what: &'static str) -> Keyword {
    Keyword {
        word,
        reserved: false,
        what,
        kind,
    }
}

/// Whether a word of the language cannot be a name.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    keywords().iter().any(|k| k.reserved && k.word == word)
}

/// Every word with a meaning of its own, in alphabetical order. Words that mean something only next to another
/// one (`most`, `least`, `once`) are not among them: see the glued kinds of [`TokenKind`].
#[must_use]
pub fn keywords() -> &'static [Keyword] {
    KEYWORDS
}

const KEYWORDS: &[Keyword] = &[
    free("act", TokenKind::Act, "declares a legal act"),
    free("admissible", TokenKind::Admissible, "clause of a decision"),
    reserved("after", TokenKind::After, "time"),
    reserved(
        "alternates",
        TokenKind::Alternates,
        "what is drawn in an experiment",
    ),
    reserved("and", TokenKind::And, "logic"),
    free("annex", TokenKind::Annex, "a heading"),
    reserved("any", TokenKind::Any, "quantifier"),
    free("applies", TokenKind::Applies, "applies another provision"),
    reserved("art", TokenKind::Art, "cites a provision"),
    reserved("article", TokenKind::Article, "a heading"),
    reserved(
        "as",
        TokenKind::As,
        "names what an act creates, or an import",
    ),
    reserved("assume", TokenKind::Assume, "sets a status or given"),
    reserved("at", TokenKind::AtWord, "time"),
    free("ballots", TokenKind::Ballots, "clause of a decision"),
    reserved("because", TokenKind::Because, "cites in `expect`"),
    reserved("before", TokenKind::Before, "time"),
    free("begin", TokenKind::Begin, "of an experiment"),
    reserved("between", TokenKind::Between, "time"),
    reserved("body", TokenKind::Body, "declares a body"),
    free("branch", TokenKind::Branch, "of a scenario"),
    reserved("by", TokenKind::By, "actor"),
    free("calendar", TokenKind::Calendar, "of a clock"),
    reserved("cannot", TokenKind::Cannot, "takes power away"),
    free("chair", TokenKind::Chair, "clause of a body"),
    free("chapter", TokenKind::Chapter, "a heading"),
    reserved("clock", TokenKind::Clock, "declares a clock"),
    free("closes", TokenKind::Closes, "clause of a decision"),
    free(
        "counting",
        TokenKind::Counting,
        "chooses the counting of days",
    ),
    free("decide", TokenKind::Decide, "a stage that decides"),
    free("decides", TokenKind::Decides, "clause of a decision"),
    reserved("decision", TokenKind::Decision, "declares a decision"),
    reserved("deed", TokenKind::Deed, "declares a physical act"),
    free("deemed", TokenKind::Deemed, "clause of a decision"),
    free(
        "default",
        TokenKind::Default,
        "the default choice of a reading",
    ),
    reserved("define", TokenKind::Define, "declares a derived value"),
    reserved("despite", TokenKind::Despite, "priority"),
    free("does", TokenKind::Does, "behaviour in an experiment"),
    reserved("during", TokenKind::During, "time"),
    reserved("each", TokenKind::Each, "quantifier"),
    reserved("either", TokenKind::Either, "quantifier"),
    reserved("else", TokenKind::Else, "what follows a lapse"),
    free("enacts", TokenKind::Enacts, "clause of a decision"),
    reserved("event", TokenKind::Event, "declares an event of nobody"),
    reserved("every", TokenKind::Every, "recurrence"),
    reserved("except", TokenKind::Except, "exception of a slot"),
    reserved("expect", TokenKind::Expect, "asserts"),
    reserved(
        "experiment",
        TokenKind::Experiment,
        "declares an experiment",
    ),
    reserved(
        "first",
        TokenKind::First,
        "the first occurrence; in a decision, the first step",
    ),
    reserved("for", TokenKind::For, "agency"),
    reserved("from", TokenKind::From, "start"),
    reserved(
        "given",
        TokenKind::Given,
        "declares a fact from outside; in a decision, names the text where the rule lies",
    ),
    free("horizon", TokenKind::Horizon, "of an experiment"),
    reserved(
        "hortatory",
        TokenKind::Hortatory,
        "marks a provision without rules",
    ),
    reserved("immediately", TokenKind::Immediately, "urgency"),
    reserved("in", TokenKind::In, "membership"),
    reserved("is", TokenKind::Is, "state or share"),
    reserved("jointly", TokenKind::Jointly, "all together"),
    reserved("kind", TokenKind::Kind, "declares a kind of entity"),
    reserved("last", TokenKind::Last, "the last occurrence"),
    reserved("may", TokenKind::May, "power"),
    free(
        "meanwhile",
        TokenKind::Meanwhile,
        "ends `unless` in a status",
    ),
    reserved("measure", TokenKind::Measure, "what an experiment measures"),
    free("members", TokenKind::Members, "clause of a body"),
    reserved("module", TokenKind::Module, "names the module"),
    reserved("must", TokenKind::Must, "duty"),
    free("new", TokenKind::New, "a parameter that opens an instance"),
    reserved("not", TokenKind::Not, "logic"),
    reserved("of", TokenKind::Of, "base of a share"),
    reserved("office", TokenKind::Office, "declares an office"),
    reserved("on", TokenKind::On, "transition; subject of a decision"),
    free("open", TokenKind::Open, "clause of a decision"),
    free("opens", TokenKind::Opens, "clause of a decision"),
    reserved("or", TokenKind::Or, "logic"),
    reserved("outcome", TokenKind::Outcome, "declares final stages"),
    reserved("over", TokenKind::Over, "range of a sweep"),
    free("paragraph", TokenKind::Paragraph, "a heading"),
    reserved("param", TokenKind::Param, "a parameter of an experiment"),
    free("part", TokenKind::Part, "a heading"),
    free(
        "participation",
        TokenKind::Participation,
        "clause of a decision",
    ),
    free("passes", TokenKind::Passes, "clause of a decision"),
    free("preamble", TokenKind::Preamble, "a heading"),
    free("present", TokenKind::Present, "clause of a decision"),
    reserved("procedure", TokenKind::Procedure, "declares a procedure"),
    reserved("promptly", TokenKind::Promptly, "urgency"),
    free("quorum", TokenKind::Quorum, "clause of a decision"),
    free(
        "reading",
        TokenKind::Reading,
        "declares or chooses a reading",
    ),
    reserved(
        "restarting",
        TokenKind::Restarting,
        "a delay that starts anew",
    ),
    reserved("resuming", TokenKind::Resuming, "a delay that goes on"),
    free("roll", TokenKind::Roll, "clause of a decision"),
    reserved("scenario", TokenKind::Scenario, "declares a scenario"),
    free("seats", TokenKind::Seats, "clause of a body"),
    free("section", TokenKind::Section, "a heading"),
    reserved("should", TokenKind::Should, "recommendation"),
    free("silence", TokenKind::Silence, "clause of a decision"),
    free("source", TokenKind::Source, "names the text"),
    reserved("stage", TokenKind::Stage, "declares a stage"),
    reserved("status", TokenKind::Status, "declares a status"),
    reserved("step", TokenKind::Step, "step of a sweep"),
    free("strongest", TokenKind::Strongest, "hit policy of a table"),
    free("table", TokenKind::Table, "declares a decision table"),
    free("term", TokenKind::Term, "gives an urgency a length"),
    free("then", TokenKind::Then, "clause of a decision"),
    free("through", TokenKind::Through, "clause of a decision"),
    free("tie", TokenKind::Tie, "clause of a decision"),
    reserved("to", TokenKind::To, "addressee"),
    free("together", TokenKind::Together, "clause of a decision"),
    reserved(
        "under",
        TokenKind::Under,
        "keeps occurrences that rest on a provision",
    ),
    free("unique", TokenKind::Unique, "hit policy of a table"),
    free("unit", TokenKind::Unit, "declares a unit"),
    reserved("unless", TokenKind::Unless, "condition that releases"),
    reserved("until", TokenKind::Until, "end"),
    reserved("upon", TokenKind::Upon, "the event that triggers"),
    free("use", TokenKind::Use, "imports a module"),
    free("veto", TokenKind::Veto, "clause of a decision"),
    free("voters", TokenKind::Voters, "clause of a decision"),
    free("votes", TokenKind::Votes, "behaviour in an experiment"),
    free("weight", TokenKind::Weight, "clause of a body"),
    reserved("when", TokenKind::When, "condition"),
    reserved("where", TokenKind::Where, "filters occurrences or elements"),
    reserved("while", TokenKind::While, "condition that must go on"),
    reserved("with", TokenKind::With, "substitutions"),
    reserved("within", TokenKind::Within, "deadline"),
];

/// Where the keywords of each first letter begin in the table, and where those of `z` end.
const BY_LETTER: [u8; 27] = {
    let mut begins = [0; 27];
    let mut at = 0;
    while at < KEYWORDS.len() {
        begins[(KEYWORDS[at].word.as_bytes()[0] - b'a') as usize + 1] = at as u8 + 1;
        at += 1;
    }
    let mut letter = 1;
    while letter < 27 {
        if begins[letter] == 0 {
            begins[letter] = begins[letter - 1];
        }
        letter += 1;
    }
    begins
};

/// The kind of a single word; [`TokenKind::Ident`] for all that are names only.
#[must_use]
pub fn word_kind(word: &str) -> TokenKind {
    let Some(first @ b'a'..=b'z') = word.bytes().next() else {
        return TokenKind::Ident;
    };
    let letter = usize::from(first - b'a');
    let [begin, end] = [BY_LETTER[letter], BY_LETTER[letter + 1]].map(usize::from);
    let found = KEYWORDS[begin..end].iter().find(|k| k.word == word);
    found.map_or(TokenKind::Ident, |k| k.kind)
}

/// Which kinds may be names.
static NAMES: [bool; KINDS] = {
    use TokenKind as K;
    let mut names = [false; KINDS];
    names[K::Ident as usize] = true;
    let mut at = 0;
    while at < KEYWORDS.len() {
        let k = &KEYWORDS[at];
        // The gluing pass has turned these into names wherever they are none of the language.
        let decided = matches!(
            k.kind,
            K::Source | K::Term | K::Reading | K::Branch | K::Begin | K::Horizon | K::Calendar
        );
        names[k.kind as usize] = !k.reserved && !decided;
        at += 1;
    }
    names
};

/// Whether a name may be spelt with this token.
#[must_use]
pub fn is_name(kind: TokenKind) -> bool {
    NAMES[kind as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(KEYWORDS.windows(2).all(|w| w[0].word < w[1].word));
    }

    #[test]
    fn spellings_are_those_of_the_words() {
        for keyword in KEYWORDS {
            assert_eq!(keyword.kind.spelling(), keyword.word);
            assert_eq!(TokenKind::from_spelling(keyword.word), Some(keyword.kind));
            assert_eq!(word_kind(keyword.word), keyword.kind);
        }
    }

    #[test]
    fn other_words_are_names_only() {
        for word in [
            "", "zebra", "jury", "xylem", "acts", "ac", "With", "within1", "é",
        ] {
            assert_eq!(word_kind(word), TokenKind::Ident, "{word}");
        }
        assert!(is_name(TokenKind::Act) && is_name(TokenKind::Ident));
        assert!(!is_name(TokenKind::Must) && !is_name(TokenKind::Term));
    }
}
