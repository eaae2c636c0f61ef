//! One small text for each rule that a reader of reports relies on.

use paraph_reading::{
    Act, EventKind, EventStatus, Issue, Names, Negation, Party, Reader, Reading, Source, SpanIndex,
    SpeakerKind, Statement, Switches,
};

fn reading(text: &str) -> Reading {
    with_names(text, &Names::default())
}

/// What the rules alone make of a text: the tagger is switched off.
fn with_names(text: &str, names: &Names) -> Reading {
    rules(names).read(&Source::new(text))
}

fn rules(names: &Names) -> Reader {
    Reader::new(names).with_switches(Switches { tagger: false, ..Switches::default() })
}

/// Speaker, cue and content in words.
fn words(text: &str, statement: &Statement) -> (String, String, String) {
    let index = SpanIndex::new(text);
    let join = |spans: &[_]| index.join(spans).unwrap().into_owned();
    (join(&statement.source), join(&statement.cue), join(&statement.content))
}

fn all(text: &str) -> Vec<(String, String, String)> {
    reading(text).statements.iter().map(|statement| words(text, statement)).collect()
}

fn row(source: &str, cue: &str, content: &str) -> (String, String, String) {
    (source.to_owned(), cue.to_owned(), content.to_owned())
}

#[test]
fn participles_take_over_the_subject() {
    assert_eq!(
        all("The minister said the road was open, stressing that lorries could pass."),
        [
            row("The minister", "said", "the road was open"),
            row("The minister", "stressing", "that lorries could pass")
        ]
    );
}

#[test]
fn a_clause_between_subject_and_cue_is_skipped() {
    assert_eq!(
        all("Ana Brandt, after a long night with the mediators in Oslo, stated that work would go on."),
        [row("Ana Brandt", "stated", "that work would go on")]
    );
    assert_eq!(
        all("Its chief, Jane Roe of Quayline, said profits would fall."),
        [row("Its chief, Jane Roe of Quayline", "said", "profits would fall")]
    );
}

#[test]
fn according_to_stands_in_front_in_the_middle_and_at_the_end() {
    assert_eq!(
        all("According to the ministry, rain is late."),
        [row("the ministry", "According to", "rain is late")]
    );
    assert_eq!(
        all("Rain is late, according to the ministry."),
        [row("the ministry", "according to", "Rain is late")]
    );
    assert_eq!(
        all("Rain, according to the ministry, is late."),
        [row("the ministry", "according to", "Rain … is late")]
    );
}

#[test]
fn what_stands_before_a_late_speaker_is_said_whole() {
    assert_eq!(
        all("The army denied the attack, a spokesman said."),
        [row("The army", "denied", "the attack"), row("a spokesman", "said", "The army denied the attack")]
    );
    assert_eq!(
        all("The sides had agreed on the map but not on the fees, Ana Brandt said."),
        [
            row("The sides", "had agreed", "on the map"),
            row("Ana Brandt", "said", "The sides had agreed on the map but not on the fees")
        ]
    );
    assert_eq!(
        all("The sides had agreed on the map but the fees were too high, Ana Brandt said."),
        [row("The sides", "had agreed", "on the map"), row("Ana Brandt", "said", "the fees were too high")]
    );
}

#[test]
fn passives_put_the_speaker_after_by() {
    assert_eq!(all("The offer was rejected by the union."), [row("the union", "rejected", "The offer")]);
}

#[test]
fn quotations_before_around_and_after_the_speaker() {
    assert_eq!(all("“We are ready,” said Ana Brandt."), [row("Ana Brandt", "said", "“We are ready,”")]);
    assert_eq!(
        all("“We are ready,” Brandt said, “and we are here.”"),
        [row("Brandt", "said", "“We are ready,” … “and we are here.”")]
    );
    assert_eq!(all("Brandt said: “We are ready.”"), [row("Brandt", "said", "“We are ready.”")]);
    assert_eq!(
        all("“Nobody asked us.” — Ana Brandt, pilot"),
        [row("Ana Brandt, pilot", "—", "“Nobody asked us.”")]
    );
}

#[test]
fn a_denied_claim_is_two_linked_records() {
    let text = "Norway denied Swedish claims of overfishing.";
    let reading = reading(text);
    let [denial, claim] = &reading.statements[..] else { panic!("{:?}", all(text)) };
    assert_eq!((denial.act, claim.act), (Some(Act::Deny), Some(Act::ReportClaim)));
    assert_eq!(denial.contests.as_deref(), Some(claim.id.as_str()));
    assert_eq!((denial.party.as_deref(), claim.party.as_deref()), (Some("norway"), Some("sweden")));
    let chain: Vec<_> = claim.chain.iter().map(|hop| hop.name.as_str()).collect();
    assert_eq!(chain, ["reporter", "Norway", "Swedish"]);
}

#[test]
fn a_denial_that_points_back_contests_the_claim_before_it() {
    let link = |text: &str| {
        let reading = reading(text);
        let last = reading.statements.last().unwrap();
        (last.act, last.contests == Some(reading.statements[0].id.clone()))
    };
    let denied = Some(Act::Deny);
    assert_eq!(link("Sweden said that nets were cut. Norway denied this."), (denied, true));
    assert_eq!(link("Sweden said that nets were cut. Norway disputed the account."), (denied, true));
    // Its own words before, or a denial of something named: no link is guessed.
    assert_eq!(link("Norway said that nets were cut. Norway denied this."), (denied, false));
    assert_eq!(
        link("Sweden said that nets were cut. Norway denied the whole long story of the nets."),
        (denied, false)
    );
}

#[test]
fn silence_is_data() {
    for text in [
        "The ministry did not comment on the list.",
        "The ministry declined to comment on the list.",
        "The ministry did not respond to questions.",
        "The ministry refused to say who signed.",
    ] {
        let reading = reading(text);
        assert_eq!(reading.statements.len(), 1, "{text}");
        assert_eq!(reading.statements[0].act, Some(Act::NoComment), "{text}");
        assert_eq!(reading.statements[0].negated, Negation::Cue, "{text}");
    }
}

#[test]
fn negation_on_cue_and_content_is_kept_apart() {
    let negated = |text: &str| reading(text).statements[0].negated;
    assert_eq!(negated("Norway said that the gate was open."), Negation::None);
    assert_eq!(negated("Norway said that the gate was not open."), Negation::Content);
    assert_eq!(negated("Norway did not say that the gate was open."), Negation::Cue);
    assert_eq!(negated("Norway did not say that the gate was not open."), Negation::Both);
}

#[test]
fn acts_by_cue_and_content() {
    let act = |text: &str| reading(text).statements[0].act.unwrap();
    assert_eq!(act("Norway expressed its willingness to talk."), Act::Commit);
    assert_eq!(act("Norway agreed to hold talks with Sweden."), Act::Commit);
    assert_eq!(act("Norway refused to open the gate."), Act::Reject);
    assert_eq!(act("Norway admitted that nets were cut."), Act::Concede);
    assert_eq!(act("Norway did not deny that nets were cut."), Act::Concede);
    assert_eq!(act("Norway suggested sharing the catch."), Act::Offer);
    assert_eq!(act("Norway told its crews to stay."), Act::Demand);
    assert_eq!(act("Norway said it would open the gate if Sweden paid."), Act::Condition);
    assert_eq!(act("Norway accepted the quota."), Act::Accept);
    assert_eq!(act("Norway did not accept the quota."), Act::Reject);
    assert_eq!(act("Norway said that Sweden would accept the quota."), Act::PredictAcceptance);
    assert_eq!(act("Norway said that it would not accept the quota."), Act::Reject);
    assert_eq!(act("Norway expressed support for the plan."), Act::Support);
    assert_eq!(act("Norway said any deal must cover herring."), Act::Condition);
    assert_eq!(act("Norway said that Sweden must open its ports."), Act::Demand);
    assert_eq!(act("Norway confirmed that a draft exists."), Act::Confirm);
    assert_eq!(act("Norway warned that stocks were falling."), Act::Concern);
    assert_eq!(act("Norway described the draft as balanced."), Act::Characterise);
    assert_eq!(act("Norway said that talks would resume on Monday."), Act::AnnounceEvent);
    assert_eq!(act("Sources said the quota was agreed."), Act::ReportClaim);
}

#[test]
fn anonymous_sources_have_a_kind_and_no_party() {
    let reading = reading("Two people familiar with the talks said the quota was agreed.");
    let statement = &reading.statements[0];
    assert_eq!(statement.party, None);
    assert_eq!(statement.chain.last().map(|hop| hop.kind), Some(SpeakerKind::Anonymous));
}

#[test]
fn pronouns_stand_for_the_last_fitting_speaker_or_for_nobody() {
    let text = "Norwegian envoy Ana Brandt said the quota was fair. She added that boats were ready.";
    let one = reading(text);
    let added = &one.statements[1];
    assert_eq!(added.party.as_deref(), Some("norway"));
    assert_eq!(SpanIndex::new(text).get(added.stands_for.unwrap()), Some("Norwegian envoy Ana Brandt"));

    // Two who would fit in the sentence before: nobody is guessed.
    let two = reading(
        "Norwegian envoy Ana Brandt said yes, while Swedish envoy Eva Holm said no. She added that boats were ready.",
    );
    let added = two.statements.last().unwrap();
    assert_eq!((added.party.as_deref(), added.stands_for), (None, None));

    // A man's name does not fit "she".
    let other =
        reading("Norwegian envoy Erik Brandt said the quota was fair. She added that boats were ready.");
    assert_eq!(other.statements[1].party, None);
}

#[test]
fn whom_a_speaker_deals_with_is_not_whose_speaker_it_is() {
    let party = |text: &str| reading(text).statements[0].party.clone();
    assert_eq!(
        party("The Norwegian ambassador to Sweden said the gate was open.").as_deref(),
        Some("norway")
    );
    assert_eq!(party("The ambassador to Sweden said the gate was open."), None);
    assert_eq!(party("Sweden’s allies said the gate was open.").as_deref(), Some("swedens-allies"));
    assert_eq!(party("Israeli critics of the Indian government said the gate was open."), None);
    assert_eq!(party("Officials in Ukraine said the gate was open."), None);
    assert_eq!(party("Chad Wolfram said the gate was open."), None);
    assert_eq!(party("The mayor of a small town said the gate was open."), None);
}

#[test]
fn bodies_named_after_a_state_are_sides_of_their_own() {
    let party = |text: &str| reading(text).statements[0].party.clone();
    assert_eq!(party("The Norwegian Polar Institute said the ice was thin."), None);
    assert_eq!(party("The Mountain Federation of Sweden said the hut was full."), None);
    assert_eq!(party("The Norwegian foreign ministry said the ice was thin.").as_deref(), Some("norway"));
    // To belong to a body is not to speak for it.
    let names = Names {
        parties: vec![Party { id: "harbour-league".to_owned(), ..Party::default() }],
        ..Names::default()
    };
    let known = |text: &str| with_names(text, &names).statements[0].party.clone();
    assert_eq!(known("The Harbour League said the gate was open.").as_deref(), Some("harbour-league"));
    assert_eq!(known("Ana Brandt, a member of the Harbour League, said the gate was open."), None);
    assert_eq!(
        known("Ana Brandt, spokeswoman of the Harbour League, said the gate was open.").as_deref(),
        Some("harbour-league")
    );
}

#[test]
fn things_go_back_to_the_subject_of_the_sentence_before_and_no_further() {
    let party = |text: &str| reading(text).statements.last().unwrap().party.clone();
    assert_eq!(
        party("Norway said the quota was fair. It added that boats were ready.").as_deref(),
        Some("norway")
    );
    assert_eq!(
        party("Norway said the quota was fair. The port was busy that day. It warned that boats were late."),
        None
    );
    assert_eq!(party("Norway said the quota was fair. They warned that boats were late."), None);
}

#[test]
fn a_denial_finds_the_claim_that_it_shares_words_with() {
    let text = "Norway said that Swedish trawlers had cut the cable. Ana Brandt announced a meeting. \
                Sweden denied that its trawlers had come near the cable.";
    let found = reading(text);
    let denial = found.statements.iter().find(|one| one.act == Some(Act::Deny)).unwrap();
    let claim = found.statements.iter().find(|one| Some(&one.id) == denial.contests.as_ref()).unwrap();
    assert_eq!(claim.party.as_deref(), Some("norway"));
    // A denial of something that nobody claimed stays alone.
    let alone = reading("Norway said that the quota was fair. Sweden denied that its pilots were tired.");
    assert!(alone.statements.iter().all(|one| one.contests.is_none()));
}

#[test]
fn readiness_and_support_are_never_read_as_acceptance() {
    let reader = Reader::new(&Names::default());
    for text in [
        "Norway expressed its willingness to talk about the plan.",
        "Norway is ready to discuss the proposal with Sweden.",
        "Norway said it was prepared to hold talks on the draft.",
        "Norway welcomed the plan and said it could be a basis for talks.",
        "Norway voiced support for the proposal.",
        "Norway agreed to hold talks with Sweden on the draft.",
    ] {
        for one in reader.read(&Source::new(text)).statements {
            assert_ne!(one.act, Some(Act::Accept), "{text}");
        }
    }
}

#[test]
fn channels_and_times() {
    let text = "In a post on Telegram, Norway said that the talks would start on Thursday.";
    let mut source = Source::new(text);
    let undated = rules(&Names::default()).read(&source);
    assert_eq!(undated.statements[0].channel.as_deref(), Some("In a post on Telegram"));
    assert_eq!(undated.statements[0].when.as_ref().unwrap().phrase, "on Thursday");
    assert_eq!(undated.statements[0].when.as_ref().unwrap().interval, None);
    source.date = Some("2025-11-22".parse().unwrap());
    let dated = rules(&Names::default()).read(&source);
    let day = "2025-11-27".to_owned();
    assert_eq!(dated.statements[0].when.as_ref().unwrap().interval, Some((day.clone(), day)));
    // The date is no part of what is said, so the identifier stays.
    assert_eq!(dated.statements[0].id, undated.statements[0].id);
}

#[test]
fn the_case_names_its_parties_and_issues() {
    let names = Names {
        parties: vec![
            Party {
                id: "north".to_owned(),
                names: vec!["Norway".to_owned()],
                people: vec!["Ana Brandt".to_owned()],
            },
            Party {
                id: "pilots".to_owned(),
                names: vec!["Pilots’ Guild".to_owned(), "the guild".to_owned()],
                people: vec![],
            },
        ],
        issues: vec![Issue {
            id: "patrols".to_owned(),
            title: "Joint patrols in the strait".to_owned(),
            words: vec!["patrol".to_owned(), "coast guard".to_owned()],
            options: vec!["none".to_owned(), "observers".to_owned(), "joint".to_owned()],
            points: Vec::new(),
        }],
    };
    let about = |text: &str| {
        let reading = with_names(text, &names);
        (reading.statements[0].party.clone().unwrap_or_default(), reading.statements[0].about.clone())
    };
    let pair = |party: &str, about: &str| (party.to_owned(), vec![about.to_owned()]);
    assert_eq!(about("Oslo rejected joint patrols."), pair("north", "patrols = joint"));
    assert_eq!(about("Brandt rejected patrolling at night."), pair("north", "patrols"));
    assert_eq!(about("The guild said the coast guards were late."), pair("pilots", "patrols"));
    assert_eq!(about("The guild said the patroness was late."), pair("pilots", "unmapped"));
    assert_eq!(about("Sweden said the talks were late."), pair("sweden", "process"));
}

#[test]
fn events_have_participants_places_and_a_status() {
    let text = "Ana Brandt met Erik Holm in Oslo on Tuesday. The envoy said talks with Sweden were expected next week.";
    let index = SpanIndex::new(text);
    let reading = reading(text);
    let [meeting, talks] = &reading.events[..] else { panic!("{:?}", reading.events) };
    assert_eq!((meeting.kind, meeting.status), (EventKind::Meeting, EventStatus::Happened));
    assert_eq!(index.join(&meeting.participants).unwrap(), "Ana Brandt … Erik Holm");
    assert_eq!(index.join(&meeting.place).unwrap(), "Oslo");
    assert_eq!(index.join(&meeting.when).unwrap(), "on Tuesday");
    assert_eq!((talks.kind, talks.status), (EventKind::Talks, EventStatus::Expected));
    assert_eq!(talks.statement.as_ref(), Some(&reading.statements[0].id));
}

#[test]
fn what_nobody_said_is_narration() {
    let reading = reading("The river rose. Norway said it would help. The river fell.");
    assert_eq!((reading.statements.len(), reading.narration.len(), reading.unmapped.len()), (1, 2, 0));
}

#[test]
fn the_lists_of_the_gazetteer_are_whole() {
    let file = include_str!("../data/gazetteer.txt");
    let states: Vec<&str> = file.lines().filter(|line| line.starts_with("state |")).collect();
    // 193 members, two observers, Kosovo and Taiwan.
    assert_eq!(states.len(), 197);
    for line in &states {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        assert_eq!(fields.len(), 5, "{line}");
        let id = fields[1];
        assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{line}");
        assert!(!fields[2].is_empty(), "{line}");
    }
    let mut ids: Vec<&str> = states.iter().map(|line| line.split('|').nth(1).unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), states.len());
}
