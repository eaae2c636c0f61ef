//! Cues and small words, from the data files of this crate.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::record::Act;

/// What part a word can play; a word can play several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Class(pub(crate) u32);

macro_rules! classes {
    ($($name:ident = $word:literal),* $(,)?) => {
        #[repr(u32)]
        #[derive(Clone, Copy)]
        enum Bit { $($name),* }
        #[expect(non_upper_case_globals, reason = "one name for the bit and the class")]
        impl Class {
            $(pub(crate) const $name: Class = Class(1 << Bit::$name as u32);)*
            const NAMES: &'static [(&'static str, Class)] = &[$(($word, Class::$name)),*];
        }
    };
}

classes! {
    Determiner = "determiner", Possessive = "possessive", Pronoun = "pronoun",
    Preposition = "preposition", Conjunction = "conjunction", Subordinator = "subordinator",
    Relative = "relative", Auxiliary = "auxiliary", Copula = "copula", Negation = "negation",
    Adverb = "adverb", Question = "wh", Time = "time", Role = "role", Anonymous = "anonymous",
    Collective = "collective", Institution = "institution", Plan = "plan", Process = "process",
    NotAVerb = "noverb", Verb = "verb", Abbreviation = "abbreviation", Light = "light",
    Woman = "woman", Man = "man", Region = "region",
}

impl Class {
    pub(crate) fn has(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }
    pub(crate) const fn or(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}

/// Which form of its verb a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Base,
    Third,
    Past,
    Participle,
    Ing,
    Adjective,
    Noun,
}

/// What the content of a cue may look like.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Frames {
    pub(crate) clause: bool,
    pub(crate) that: bool,
    pub(crate) quote: bool,
    pub(crate) object: bool,
    pub(crate) as_: bool,
    pub(crate) to: bool,
    pub(crate) person: bool,
    pub(crate) person_of: bool,
    pub(crate) prepositions: Vec<String>,
}

/// One sense of a cue.
#[derive(Debug, Clone)]
pub(crate) struct Sense {
    pub(crate) frames: Frames,
    pub(crate) act: Act,
    /// The speaker's stance towards the content: 1, 0 or −1.
    pub(crate) polarity: i8,
    /// The word takes the content for true.
    pub(crate) factive: bool,
}

/// A word form and the senses it can have.
#[derive(Debug, Clone)]
pub(crate) struct Cue {
    pub(crate) forms: Vec<Form>,
    pub(crate) senses: Vec<usize>,
    pub(crate) noun_senses: Vec<usize>,
    pub(crate) lemma: String,
}

impl Cue {
    pub(crate) fn is(&self, form: Form) -> bool {
        self.forms.contains(&form)
    }
}

/// The words of this crate's data files.
pub(crate) struct Lexicon {
    words: HashMap<String, Class>,
    cues: HashMap<String, usize>,
    pub(crate) entries: Vec<Cue>,
    pub(crate) senses: Vec<Sense>,
    /// Trigger words of events: kind index, and whether it is a noun, a verb or needs a text beside it.
    events: HashMap<String, Vec<(crate::record::EventKind, Trigger)>>,
}

/// What sort of word names an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    Noun,
    Verb,
    /// A verb that counts only beside a word for a text.
    Text,
}

pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

impl Lexicon {
    pub(crate) fn class(&self, lower: &str) -> Class {
        self.words.get(lower).copied().unwrap_or_default()
    }

    pub(crate) fn cue(&self, lower: &str) -> Option<usize> {
        self.cues.get(lower).copied()
    }

    /// Whether a cue can report an acceptance.
    pub(crate) fn accepts(&self, cue: usize) -> bool {
        let cue = &self.entries[cue];
        cue.senses.iter().chain(&cue.noun_senses).any(|&sense| self.senses[sense].act == Act::Accept)
    }

    pub(crate) fn events(&self, lower: &str) -> &[(crate::record::EventKind, Trigger)] {
        self.events.get(lower).map_or(&[], Vec::as_slice)
    }

    fn load() -> Lexicon {
        let mut lexicon = Lexicon {
            words: HashMap::new(),
            cues: HashMap::new(),
            entries: Vec::new(),
            senses: Vec::new(),
            events: HashMap::new(),
        };
        for (class, list) in sections(include_str!("../data/words.txt")) {
            let known = Class::NAMES.iter().find(|(name, _)| *name == class);
            let (_, bit) = known.expect("words.txt names only known classes");
            for word in list.split_whitespace() {
                lexicon.words.entry(word.to_owned()).or_default().0 |= bit.0;
                if matches!(class, "role" | "institution") && !word.ends_with('s') {
                    lexicon.words.entry(plural(word)).or_default().0 |= bit.0;
                }
            }
        }
        lexicon.load_cues(include_str!("../data/cues.txt"));
        for (kind, list) in sections(include_str!("../data/events.txt")) {
            let kind = serde::Deserialize::deserialize(serde::de::value::StrDeserializer::<
                serde::de::value::Error,
            >::new(kind))
            .expect("events.txt names only kinds of event records");
            let mut words = list.split_whitespace();
            let sort = match words.next() {
                Some("noun") => Trigger::Noun,
                Some("verb") => Trigger::Verb,
                _ => Trigger::Text,
            };
            for word in words {
                lexicon.events.entry(word.to_owned()).or_default().push((kind, sort));
            }
        }
        lexicon
    }

    fn load_cues(&mut self, file: &str) {
        let (mut class, mut sense) = ("verb", 0);
        for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(head) = line.strip_prefix('@') {
                class = "verb";
                self.senses.push(Sense {
                    frames: Frames::default(),
                    act: Act::State,
                    polarity: 0,
                    factive: false,
                });
                sense = self.senses.len() - 1;
                let new = &mut self.senses[sense];
                for (key, value) in head.split_whitespace().filter_map(|field| field.split_once('=')) {
                    match key {
                        "class" => class = value,
                        "polarity" => new.polarity = i8::from(value == "+") - i8::from(value == "-"),
                        "factive" => new.factive = value == "yes",
                        "act" => {
                            new.act =
                                serde::Deserialize::deserialize(serde::de::value::StrDeserializer::<
                                    serde::de::value::Error,
                                >::new(value))
                                .expect("cues.txt names only acts of the record");
                        }
                        _ => new.frames.read(value),
                    }
                }
                continue;
            }
            for word in line.split_whitespace() {
                for (form, text) in forms(word, class) {
                    let lemma = word.split(':').next().unwrap_or(word);
                    self.add(&text, form, lemma, sense);
                }
            }
        }
    }

    fn add(&mut self, text: &str, form: Form, lemma: &str, sense: usize) {
        let index = *self.cues.entry(text.to_owned()).or_insert_with(|| {
            self.entries.push(Cue {
                forms: Vec::new(),
                senses: Vec::new(),
                noun_senses: Vec::new(),
                lemma: lemma.to_owned(),
            });
            self.entries.len() - 1
        });
        let cue = &mut self.entries[index];
        if !cue.forms.contains(&form) {
            cue.forms.push(form);
        }
        let senses = if form == Form::Noun { &mut cue.noun_senses } else { &mut cue.senses };
        if !senses.contains(&sense) {
            senses.push(sense);
        }
    }
}

impl Frames {
    fn read(&mut self, list: &str) {
        for frame in list.split(',') {
            match frame {
                "clause" => (self.clause, self.that) = (true, true),
                "that" => self.that = true,
                "quote" => self.quote = true,
                "object" => self.object = true,
                "as" => self.as_ = true,
                "to" => self.to = true,
                "person" => self.person = true,
                "person-of" => self.person_of = true,
                other => self.prepositions.extend(other.strip_prefix("p:").map(str::to_owned)),
            }
        }
    }
}

fn plural(word: &str) -> String {
    if let Some(head) = word.strip_suffix("man") {
        return format!("{head}men");
    }
    match word.strip_suffix('y').filter(|head| !head.ends_with(['a', 'e', 'o', 'u'])) {
        Some(head) => format!("{head}ies"),
        None if word.ends_with("ch") || word.ends_with('x') => format!("{word}es"),
        None => format!("{word}s"),
    }
}

/// The lines "name: words" of a data file.
fn sections(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, list)| (name.trim(), list.trim()))
}

/// All forms of a cue, regular ones made from the first.
fn forms(word: &str, class: &str) -> Vec<(Form, String)> {
    match class {
        "adjective" => vec![(Form::Adjective, word.to_owned())],
        "noun" => vec![(Form::Noun, word.to_owned())],
        _ => inflect(word),
    }
}

/// All forms of a verb: regular ones made from the first, which "+" at its end lets double its last
/// letter; irregular ones as they are given after it.
pub(crate) fn inflect(word: &str) -> Vec<(Form, String)> {
    let parts: Vec<&str> = word.split(':').collect();
    if let [base, third, past, participle, ing] = parts[..] {
        return [
            (Form::Base, base),
            (Form::Third, third),
            (Form::Past, past),
            (Form::Participle, participle),
            (Form::Ing, ing),
        ]
        .map(|(form, text)| (form, text.to_owned()))
        .to_vec();
    }
    let base = parts[0].trim_end_matches('+');
    if let Some(last) = base.chars().last().filter(|_| base.len() < parts[0].len()) {
        let past = format!("{base}{last}ed");
        return vec![
            (Form::Base, base.to_owned()),
            (Form::Third, format!("{base}s")),
            (Form::Past, past.clone()),
            (Form::Participle, past),
            (Form::Ing, format!("{base}{last}ing")),
        ];
    }
    let consonant_y =
        base.ends_with('y') && !base.ends_with("ay") && !base.ends_with("ey") && !base.ends_with("oy");
    let third = if consonant_y {
        format!("{}ies", &base[..base.len() - 1])
    } else if base.ends_with("ss") || base.ends_with("sh") || base.ends_with("ch") || base.ends_with('x') {
        format!("{base}es")
    } else {
        format!("{base}s")
    };
    let past = if consonant_y {
        format!("{}ied", &base[..base.len() - 1])
    } else if base.ends_with('e') {
        format!("{base}d")
    } else {
        format!("{base}ed")
    };
    let ing = if base.ends_with('e') && !base.ends_with("ee") {
        format!("{}ing", &base[..base.len() - 1])
    } else {
        format!("{base}ing")
    };
    vec![
        (Form::Base, base.to_owned()),
        (Form::Third, third),
        (Form::Past, past.clone()),
        (Form::Participle, past),
        (Form::Ing, ing),
    ]
}
