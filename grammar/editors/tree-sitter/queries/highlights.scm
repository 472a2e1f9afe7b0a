; Colours of a program. Later patterns stand over earlier ones.

(comment) @comment
(string) @string
[(integer) (decimal) (numeral) (percent) (ordinal)] @number
[(date) (datetime) (duration)] @constant
[(label) (tail_label) (paragraph_number)] @label

["module" "use" "source" "counting" "term" "kind" "office" "body" "unit" "act" "deed" "event" "given" "reading" "define"
 "exception to" "table" "status" "also given" "also status" "decision" "procedure" "stage" "outcome" "clock" "scenario"
 "experiment"] @keyword
["article" "annex" "section" "part" "chapter" "preamble" "paragraph" "art"] @keyword.directive
["may" "cannot" "must" "must not" "should" "should not" "must ensure" "should ensure"] @keyword.modifier
["when" "unless" "while" "except" "else" "despite" "where"] @keyword.conditional
["after" "before" "not before" "within" "during" "between" "every" "upon" "from" "until" "at least"] @keyword.operator
["and" "or" "not" "is" "in" "of" "any" "each" "either"] @keyword.operator
["expect" "assume" "because" "branch" "measure" "horizon" "begin" "param"] @keyword
["+" "-" "*" "/" "&" "|" "=" "!=" "<" "<=" ">" ">=" "->" ".."] @operator
["(" ")" "{" "}"] @punctuation.bracket
["," ":" "."] @punctuation.delimiter
