// Labels and paragraphs: what the gluing pass of the compiler decides by looking around.
//
// `(4)` first on its line, or where no argument could stand, is a label; one of a clause inside an item if a word that
// begins such a clause follows. On the line of the number of a provision it is a paragraph. `>` before a number or a heading goes on
// to a further provision where one is cited; a heading on the line of a cited number goes on into it (`annex II part 1`).

#include "tree_sitter/parser.h"
#include <string.h>
#include <wctype.h>

enum Kind { LABEL, TAIL_LABEL, PARAGRAPH, CITE_OF, CITE_IN, OPEN };

void *tree_sitter_rogatio_external_scanner_create(void) { return NULL; }
void tree_sitter_rogatio_external_scanner_destroy(void *state) { (void)state; }
unsigned tree_sitter_rogatio_external_scanner_serialize(void *state, char *buffer) {
  (void)state, (void)buffer;
  return 0;
}
void tree_sitter_rogatio_external_scanner_deserialize(void *state, const char *buffer, unsigned length) {
  (void)state, (void)buffer, (void)length;
}

static bool blank(int32_t c) { return iswspace((wint_t)c) || c == 0x3000 || c == 0xa0 || c == 0xfeff; }
static bool space(int32_t c) { return blank(c) && c != '\n' && c != '\r'; }
static bool opens(int32_t c) { return c == '(' || c == 0xff08; }
static bool closes(int32_t c) { return c == ')' || c == 0xff09; }
static bool digit(int32_t c) { return (c >= '0' && c <= '9') || (c >= 0xff10 && c <= 0xff19); }
static bool kanji(int32_t c) {
  static const int32_t numerals[] = {0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d, 0x5341};
  for (unsigned i = 0; i < sizeof numerals / sizeof *numerals; i++)
    if (c == numerals[i]) return true;
  return false;
}
static bool kana(int32_t c) { return c >= 0x30a1 && c <= 0x30f3; }
static bool roman(int32_t c) { return c == 'i' || c == 'v' || c == 'x'; }

// Reads `(4)`, `(2a)`, `(a)`, `(iv)`, `(十一)`, `(イ)`; false if it is something else.
static bool numbered(TSLexer *lexer) {
  if (!opens(lexer->lookahead)) return false;
  lexer->advance(lexer, false);
  unsigned length = 0, digits = 0, kanjis = 0, romans = 0, singles = 0;
  bool inserted = false;
  while (!closes(lexer->lookahead)) {
    int32_t c = lexer->lookahead;
    if (lexer->eof(lexer) || ++length > 8) return false;
    inserted = digits > 0 && digits == length - 1 && c >= 'a' && c <= 'z';
    digits += digit(c), kanjis += kanji(c), romans += roman(c);
    singles += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kana(c);
    lexer->advance(lexer, false);
  }
  lexer->advance(lexer, false);
  return length > 0 && (digits == length || inserted || kanjis == length || romans == length || (singles == 1 && length == 1));
}

// Reads a word of lower-case letters and looks it up.
static bool one_of(TSLexer *lexer, const char *const *words, unsigned count) {
  char word[12] = {0};
  unsigned length = 0;
  while (length < sizeof word - 1 && lexer->lookahead >= 'a' && lexer->lookahead <= 'z') {
    word[length++] = (char)lexer->lookahead;
    lexer->advance(lexer, false);
  }
  for (unsigned i = 0; i < count; i++)
    if (strcmp(word, words[i]) == 0) return true;
  return false;
}

// Whether a clause of the item before it follows the label.
static bool clause_follows(TSLexer *lexer) {
  for (;;) {
    while (blank(lexer->lookahead)) lexer->advance(lexer, false);
    if (!opens(lexer->lookahead)) break;
    if (!numbered(lexer)) return false;
  }
  static const char *const words[] = {"from", "until", "while", "is", "once", "none", "except", "unless"};
  return one_of(lexer, words, sizeof words / sizeof *words);
}

bool tree_sitter_rogatio_external_scanner_scan(void *state, TSLexer *lexer, const bool *valid) {
  (void)state;
  // All at once only when the parser recovers from a mistake: no guess of ours helps it.
  if (valid[LABEL] && valid[PARAGRAPH] && valid[CITE_OF] && valid[CITE_IN] && valid[TAIL_LABEL] && valid[OPEN]) return false;
  bool first = lexer->get_column(lexer) == 0;
  while (blank(lexer->lookahead)) {
    first |= lexer->lookahead == '\n';
    lexer->advance(lexer, true);
  }
  if (lexer->lookahead == '>') {
    if (!valid[CITE_OF]) return false;
    lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    while (blank(lexer->lookahead)) lexer->advance(lexer, false);
    lexer->result_symbol = CITE_OF;
    static const char *const headings[] = {"annex", "section", "part", "chapter", "paragraph"};
    return digit(lexer->lookahead) || one_of(lexer, headings, sizeof headings / sizeof *headings);
  }
  if (valid[CITE_IN] && !first && lexer->lookahead >= 'a' && lexer->lookahead <= 'z') {
    static const char *const headings[] = {"article", "annex", "section", "part", "chapter", "paragraph", "art"};
    if (!one_of(lexer, headings, sizeof headings / sizeof *headings) || !space(lexer->lookahead)) return false;
    lexer->mark_end(lexer);
    while (space(lexer->lookahead)) lexer->advance(lexer, false);
    lexer->result_symbol = CITE_IN;
    return digit(lexer->lookahead) || iswalpha((wint_t)lexer->lookahead) || lexer->lookahead >= 0x3041;
  }
  bool paragraph = valid[PARAGRAPH] && (!first || !(valid[LABEL] || valid[TAIL_LABEL]));
  bool label = (valid[LABEL] || valid[TAIL_LABEL]) && (first || !valid[OPEN]);
  if (!(paragraph || label) || !numbered(lexer)) return false;
  lexer->mark_end(lexer);
  if (paragraph) {
    lexer->result_symbol = PARAGRAPH;
    return true;
  }
  bool tail = valid[TAIL_LABEL] && (!valid[LABEL] || clause_follows(lexer));
  lexer->result_symbol = tail ? TAIL_LABEL : LABEL;
  return tail || valid[LABEL];
}
