//! What a statement is about: known issues by their words, `process`, `plan`, or `unmapped`.

use crate::lexicon::Class;
use crate::names::{Issue, Names};
use crate::token::{Document, Token};

/// The words of the known issues, stemmed once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Topics {
    topics: Vec<Topic>,
}

#[derive(Debug, Clone)]
struct Topic {
    id: String,
    phrases: Vec<Vec<String>>,
    options: Vec<(String, Vec<String>)>,
}

const EMPTY: &[&str] = &[
    "the", "and", "of", "in", "on", "for", "to", "a", "an", "over", "with", "its", "their", "by", "from",
    "at", "or", "plan", "issue",
];

impl Topics {
    pub(crate) fn new(names: &Names) -> Self {
        let topics = names.issues.iter().map(|issue| {
            let mut phrases: Vec<Vec<String>> = issue.words.iter().map(|phrase| stems(phrase)).collect();
            if issue.words.is_empty() {
                phrases.extend(title_words(issue));
            }
            phrases.retain(|phrase| !phrase.is_empty());
            let options = issue
                .options
                .iter()
                .filter(|option| !matches!(option.as_str(), "yes" | "no"))
                .map(|option| (option.clone(), stems(&option.replace(['-', '_'], " "))))
                .filter(|(_, stems)| !stems.is_empty())
                .collect();
            Topic { id: issue.id.clone(), phrases, options }
        });
        Topics { topics: topics.collect() }
    }

    /// In the order of the caller's issues; "issue = option" where the option's own word stands too.
    ///
    /// Linear in the words of the statement times the number of issue words.
    pub(crate) fn of(&self, tokens: &[Token<'_>]) -> Vec<String> {
        let words: Vec<String> =
            tokens.iter().filter(|token| token.word).map(|token| stem(&token.lower)).collect();
        let holds = |phrase: &[String]| words.windows(phrase.len().max(1)).any(|window| window == phrase);
        let mut about = Vec::new();
        for topic in &self.topics {
            if !topic.phrases.iter().any(|phrase| holds(phrase)) {
                continue;
            }
            let named: Vec<&str> = topic
                .options
                .iter()
                .filter(|(_, stems)| holds(stems))
                .map(|(option, _)| option.as_str())
                .collect();
            match named[..] {
                [] => about.push(topic.id.clone()),
                _ => about.extend(named.iter().map(|option| format!("{} = {option}", topic.id))),
            }
        }
        if about.is_empty() {
            if tokens.iter().any(|token| token.has(Class::Process)) {
                about.push("process".to_owned());
            } else if tokens.iter().any(|token| token.has(Class::Plan)) {
                about.push("plan".to_owned());
            } else {
                about.push("unmapped".to_owned());
            }
        }
        about
    }
}

fn title_words(issue: &Issue) -> Vec<Vec<String>> {
    let document = Document::new(&issue.title);
    let long =
        |token: &&Token<'_>| token.word && token.text.chars().count() > 3 && !EMPTY.contains(&&*token.lower);
    document.tokens.iter().filter(long).map(|token| vec![stem(&token.lower)]).collect()
}

fn stems(phrase: &str) -> Vec<String> {
    Document::new(phrase).tokens.iter().filter(|token| token.word).map(|token| stem(&token.lower)).collect()
}

/// A light stem: plural, past, "-ing" and a few noun endings come off words that stay long enough.
pub(crate) fn stem(word: &str) -> String {
    let mut word = word.to_owned();
    for (ending, put) in [("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")] {
        if let Some(head) = word.strip_suffix(ending)
            && head.chars().count() >= 3
            && !(ending == "s" && head.ends_with(['s', 'u', 'i']))
        {
            word = format!("{head}{put}");
            break;
        }
    }
    let mut letters: Vec<char> = word.chars().collect();
    if let [.., a, b] = letters[..]
        && a == b
        && !matches!(a, 's' | 'e' | 'o')
    {
        letters.pop();
    }
    if letters.len() > 3 && letters.last() == Some(&'e') {
        letters.pop();
    }
    letters.into_iter().collect()
}
