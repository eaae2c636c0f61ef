//! The formula language: a lexer and a parser that go on after an error.
//!
//! ```text
//! formula     = conditional [ ("iff" | "<->") conditional ]
//! conditional = disjunction [ ("if" | "->") disjunction ]        a if b: b implies a;  a -> b: a implies b
//! disjunction = conjunction { ("or" | "|") conjunction }
//! conjunction = negation { ("and" | "&") negation }
//! negation    = ("not" | "!" | "-") negation | operand
//! operand     = "(" formula ")" | "true" | "false" | issue [ ("=" | "!=") option ]
//! ```
//!
//! Words of the language may be written in capitals, and the doubled `&&`, `||` and `==` are read as
//! the single ones. A name is a run of characters other than blanks and `( ) = ! & | < > '`; an option whose name holds any of
//! these stands in single quotes, in which a doubled quote is a quote. A hyphen is part of a name,
//! except at the start of an operand, where it negates, and before `>`.

use crate::diagnostic::Diagnostic;
use crate::formula::Formula;
use crate::model::Issue;
use crate::span::Span;
use crate::suggest;
use std::collections::BTreeMap;

/// How deep a formula may nest: parentheses and negations together.
pub(crate) const DEEPEST: usize = 128;

/// Words that cannot name an issue.
pub(crate) const WORDS: [&str; 7] = ["not", "and", "or", "if", "iff", "true", "false"];

/// What a formula's names are resolved against.
pub(crate) struct Names<'a> {
    pub(crate) issues: &'a [Issue],
    pub(crate) by_id: &'a BTreeMap<String, usize>,
    /// Issues whose options could not be read: what is said of them is neither resolved nor reported.
    pub(crate) unclear: &'a [bool],
}

/// A diagnostic of the parser, at bytes of the formula's text.
pub(crate) struct Fault {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) diagnostic: Diagnostic,
}

/// Parses a formula. `None` when there is any fault; then there is also at least one fault, unless the
/// formula speaks of an issue whose options could not be read.
pub(crate) fn parse(text: &str, names: &Names<'_>) -> (Option<Formula>, Vec<Fault>) {
    let mut parser = Parser {
        text,
        at: 0,
        names,
        faults: Vec::new(),
        unsaid: Diagnostic::without_place("formula-syntax", ""),
        failed: false,
        depth: 0,
        token: Token::End,
        from: 0,
        to: 0,
    };
    parser.advance();
    let formula = parser.formula();
    while parser.token != Token::End {
        if parser.token == Token::Close {
            parser.fault("formula-syntax", "there is no `(` for this `)`");
            parser.advance();
        } else {
            let hint = (parser.token == Token::Word || parser.token == Token::Quoted).then(|| {
                "join two formulas with `and`, `or`, `if` or `iff`; an option with blanks in its name stands in single quotes"
                    .to_owned()
            });
            let found = parser.found();
            parser.fault("formula-syntax", format!("expected an operator, found {found}")).hints.extend(hint);
        }
        // Go on behind the next operator, so that the names after it are checked as well.
        parser.skip_to_operator();
        if parser.token != Token::End && parser.token != Token::Close {
            parser.advance();
            parser.formula();
        }
        if parser.faults.len() >= MOST_FAULTS {
            break;
        }
    }
    let complete = !parser.failed && parser.faults.is_empty();
    (complete.then_some(formula), parser.faults)
}

/// No formula needs more to be said about it.
const MOST_FAULTS: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Equal,
    Unequal,
    Not,
    And,
    Or,
    If,
    Implies,
    Iff,
    True,
    False,
    /// A name; its text is the span, or in quotes.
    Word,
    Quoted,
    Unknown,
    End,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    names: &'a Names<'a>,
    faults: Vec<Fault>,
    /// What is beyond the number of faults that are reported.
    unsaid: Diagnostic,
    failed: bool,
    depth: usize,
    token: Token,
    from: usize,
    to: usize,
}

fn in_name(character: char) -> bool {
    !character.is_whitespace() && !matches!(character, '(' | ')' | '=' | '!' | '&' | '|' | '<' | '>' | '\'')
}

impl Parser<'_> {
    /// Reads the next token; a hyphen at its start negates.
    fn advance(&mut self) {
        self.lex(false);
    }

    /// Reads the next token; words and hyphens are all names.
    fn advance_to_option(&mut self) {
        self.lex(true);
    }

    fn lex(&mut self, option: bool) {
        let rest = &self.text[self.at..];
        let rest = rest.trim_start();
        self.from = self.text.len() - rest.len();
        let (token, length) = lex(rest, option);
        self.token = token;
        self.to = self.from + length;
        self.at = self.to;
    }

    fn slice(&self) -> &str {
        &self.text[self.from..self.to]
    }

    fn found(&self) -> String {
        match self.token {
            Token::End => "the end".to_owned(),
            _ => format!("`{}`", shortened(self.slice())),
        }
    }

    fn fault(&mut self, id: &'static str, message: impl Into<String>) -> &mut Diagnostic {
        self.fault_at(self.from, self.to, id, message)
    }

    fn fault_at(
        &mut self,
        start: usize,
        end: usize,
        id: &'static str,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let diagnostic = Diagnostic::new(id, Span::default(), message);
        if self.faults.len() >= MOST_FAULTS {
            self.unsaid = diagnostic;
            return &mut self.unsaid;
        }
        self.faults.push(Fault { start, end, diagnostic });
        let last = self.faults.len() - 1;
        &mut self.faults[last].diagnostic
    }

    fn formula(&mut self) -> Formula {
        let mut left = self.conditional();
        let mut several = false;
        while self.token == Token::Iff {
            if several {
                self.chained("iff");
            }
            several = true;
            self.advance();
            left = Formula::Iff(Box::new(left), Box::new(self.conditional()));
            if several && self.faults.len() >= MOST_FAULTS {
                break;
            }
        }
        left
    }

    fn conditional(&mut self) -> Formula {
        let mut left = self.disjunction();
        let mut several = false;
        while matches!(self.token, Token::If | Token::Implies) {
            let implies = self.token == Token::Implies;
            if several {
                self.chained("if");
            }
            several = true;
            self.advance();
            let right = self.disjunction();
            let (then, when) = if implies { (right, left) } else { (left, right) };
            left = Formula::If { then: Box::new(then), when: Box::new(when) };
            if self.faults.len() >= MOST_FAULTS {
                break;
            }
        }
        left
    }

    fn chained(&mut self, word: &str) {
        let (start, end) = (self.from, self.to);
        self.fault_at(
            start,
            end,
            "chained-conditional",
            format!("a second `{word}` in a row can be read in two ways"),
        )
        .hints
        .push(format!("use parentheses, as in `(a {word} b) {word} c` or `a {word} (b {word} c)`"));
    }

    fn disjunction(&mut self) -> Formula {
        let first = self.conjunction();
        if self.token != Token::Or {
            return first;
        }
        let mut parts = vec![first];
        while self.token == Token::Or {
            self.advance();
            parts.push(self.conjunction());
        }
        Formula::Or(parts)
    }

    fn conjunction(&mut self) -> Formula {
        let first = self.negation();
        if self.token != Token::And {
            return first;
        }
        let mut parts = vec![first];
        while self.token == Token::And {
            self.advance();
            parts.push(self.negation());
        }
        Formula::And(parts)
    }

    fn negation(&mut self) -> Formula {
        let mut negations = 0;
        while self.token == Token::Not {
            negations += 1;
            self.advance();
        }
        if self.depth + negations > DEEPEST {
            return self.too_deep();
        }
        self.depth += negations;
        let mut formula = self.operand();
        self.depth -= negations;
        for _ in 0..negations {
            formula = Formula::Not(Box::new(formula));
        }
        formula
    }

    /// Gives up on the whole formula: what follows would be read out of its context.
    fn too_deep(&mut self) -> Formula {
        self.fault("formula-too-deep", format!("the formula nests deeper than {DEEPEST} levels"));
        self.at = self.text.len();
        self.advance();
        Formula::Constant(false)
    }

    fn operand(&mut self) -> Formula {
        match self.token {
            Token::Open => {
                let (start, end) = (self.from, self.to);
                if self.depth >= DEEPEST {
                    return self.too_deep();
                }
                self.advance();
                self.depth += 1;
                let inner = self.formula();
                self.depth -= 1;
                if self.token == Token::Close {
                    self.advance();
                } else if self.token == Token::End {
                    if !self.faults.iter().any(|fault| fault.diagnostic.id == "formula-too-deep") {
                        self.fault_at(start, end, "formula-syntax", "this `(` is never closed");
                    }
                } else {
                    let found = self.found();
                    self.fault("formula-syntax", format!("expected an operator or `)`, found {found}"));
                    self.skip_past_close();
                }
                inner
            }
            Token::True => {
                self.advance();
                Formula::Constant(true)
            }
            Token::False => {
                self.advance();
                Formula::Constant(false)
            }
            Token::Word | Token::Quoted => self.atom(),
            _ => {
                let found = self.found();
                self.fault("formula-syntax", format!("expected an issue, `not` or `(`, found {found}"));
                // An operator stays, so that its other side is read; anything else would be met again.
                if matches!(self.token, Token::Equal | Token::Unequal | Token::Unknown) {
                    self.advance();
                    if matches!(self.token, Token::Word | Token::Quoted) {
                        self.advance();
                    }
                }
                Formula::Constant(false)
            }
        }
    }

    fn atom(&mut self) -> Formula {
        let (start, end) = (self.from, self.to);
        let name = self.name();
        // Whether an option follows decides how the next token is read.
        self.advance();
        let negated = match self.token {
            Token::Equal => Some(false),
            Token::Unequal => Some(true),
            _ => None,
        };
        let issue = self.issue(&name, start, end, negated.is_none());
        let Some(negated) = negated else {
            return self.bare(issue, start, end);
        };
        self.advance_to_option();
        if !matches!(self.token, Token::Word | Token::Quoted) {
            let found = self.found();
            let options = issue.map(|issue| &self.names.issues[issue].options).map(|o| suggest::list(o));
            let diagnostic = self.fault(
                "formula-syntax",
                format!("expected an option of `{}`, found {found}", shortened(&name)),
            );
            diagnostic.hints.extend(options.map(|options| format!("its options: {options}")));
            if self.token != Token::End {
                // What was read as an option's start may be an operator.
                self.at = self.from;
                self.advance();
            }
            return Formula::Constant(false);
        }
        let (option_start, option_end) = (self.from, self.to);
        let option = self.name();
        self.advance();
        let Some(issue) = issue else { return Formula::Constant(false) };
        let declared = &self.names.issues[issue];
        let Some(index) = declared.options.iter().position(|known| *known == option) else {
            self.failed = true;
            if !self.names.unclear[issue] {
                let message = format!("`{}` has no option `{}`", declared.id, shortened(&option));
                let hint = suggest::hint(&option, "its options", declared.options.iter().map(String::as_str));
                self.fault_at(option_start, option_end, "unknown-option", message).hints.extend(hint);
            }
            return Formula::Constant(false);
        };
        let atom = Formula::Is { issue, option: index };
        if negated { Formula::Not(Box::new(atom)) } else { atom }
    }

    fn bare(&mut self, issue: Option<usize>, start: usize, end: usize) -> Formula {
        let Some(issue) = issue else { return Formula::Constant(false) };
        let declared = &self.names.issues[issue];
        if self.names.unclear[issue] {
            self.failed = true;
            return Formula::Constant(false);
        }
        if !declared.binary {
            let message = format!("`{}` is no yes-or-no issue: say which option", declared.id);
            let first = quoted(declared.options.last().map_or("", String::as_str));
            let hint = format!(
                "write `{} = {first}`; its options: {}",
                declared.id,
                suggest::list(&declared.options)
            );
            self.fault_at(start, end, "bare-issue", message).hints.push(hint);
            return Formula::Constant(false);
        }
        Formula::Is { issue, option: 1 }
    }

    fn issue(&mut self, name: &str, start: usize, end: usize, alone: bool) -> Option<usize> {
        if let Some(&issue) = self.names.by_id.get(name) {
            return Some(issue);
        }
        self.failed = true;
        if self.faults.len() < MOST_FAULTS {
            let owner = if alone {
                self.names.issues.iter().find(|issue| issue.options.iter().any(|option| option == name))
            } else {
                None
            };
            let hint = match owner {
                Some(owner) if !matches!(name, "yes" | "no") => Some(format!(
                    "`{name}` is an option of `{}`: write `{} = {}`",
                    owner.id,
                    owner.id,
                    quoted(name)
                )),
                _ => {
                    suggest::hint(name, "the issues", self.names.issues.iter().map(|issue| issue.id.as_str()))
                }
            };
            self.fault_at(start, end, "unknown-issue", format!("no issue `{}`", shortened(name)))
                .hints
                .extend(hint);
        }
        None
    }

    /// The current token as a name, out of its quotes.
    fn name(&mut self) -> String {
        let text = self.slice().to_owned();
        if self.token != Token::Quoted {
            return text;
        }
        match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            Some(inner) if text.len() >= 2 => inner.replace("''", "'"),
            _ => {
                self.fault("formula-syntax", "this quote is never closed");
                text[1..].to_owned()
            }
        }
    }

    fn skip_to_operator(&mut self) {
        while !matches!(
            self.token,
            Token::End | Token::Close | Token::And | Token::Or | Token::If | Token::Implies | Token::Iff
        ) {
            self.advance();
        }
    }

    fn skip_past_close(&mut self) {
        let mut open = 1usize;
        while self.token != Token::End {
            match self.token {
                Token::Open => open += 1,
                Token::Close => open -= 1,
                _ => {}
            }
            self.advance();
            if open == 0 {
                return;
            }
        }
    }
}

/// The first token of a text without leading blanks, and its length in bytes.
fn lex(rest: &str, option: bool) -> (Token, usize) {
    const SIGNS: [(&str, Token); 14] = [
        ("<->", Token::Iff),
        ("->", Token::Implies),
        ("!=", Token::Unequal),
        ("==", Token::Equal),
        ("&&", Token::And),
        ("||", Token::Or),
        ("(", Token::Open),
        (")", Token::Close),
        ("=", Token::Equal),
        ("!", Token::Not),
        ("&", Token::And),
        ("|", Token::Or),
        ("<", Token::Unknown),
        (">", Token::Unknown),
    ];
    if rest.is_empty() {
        return (Token::End, 0);
    }
    if let Some(&(sign, token)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
        return (token, sign.len());
    }
    if rest.starts_with('\'') {
        return (Token::Quoted, quoted_length(rest));
    }
    if !option && rest.starts_with('-') {
        return (Token::Not, 1);
    }
    let mut length = 0;
    for character in rest.chars() {
        if !in_name(character) || rest[length..].starts_with("->") {
            break;
        }
        length += character.len_utf8();
    }
    let word = &rest[..length];
    let token = match word.to_ascii_lowercase().as_str() {
        _ if option => Token::Word,
        "not" => Token::Not,
        "and" => Token::And,
        "or" => Token::Or,
        "if" => Token::If,
        "iff" => Token::Iff,
        "true" => Token::True,
        "false" => Token::False,
        _ => Token::Word,
    };
    (token, length)
}

/// The length of a text in single quotes, in which a doubled quote is one.
fn quoted_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    rest.len()
}

/// An option's name as a formula has to write it.
pub(crate) fn quoted(option: &str) -> String {
    let (token, length) = lex(option, true);
    if token == Token::Word && length == option.len() {
        option.to_owned()
    } else {
        format!("'{}'", option.replace('\'', "''"))
    }
}

/// A text cut to a length that fits into a message.
pub(crate) fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    text.chars().take(57).chain("...".chars()).collect()
}
