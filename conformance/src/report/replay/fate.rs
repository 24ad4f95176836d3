//! Whether a defect that is not seen any more is mended, or has only given way to another.

use crate::oracle::Envelope;
use crate::report::repro::{Answer, Ending, Seen, Sequence, Sign, Step, Way};

/// What a request should come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Accepted,
    Refused,
}

/// Why an answer without the defect is not right either; `None` if it is.
pub(super) fn not_right(sequence: &Sequence<'_>, seen: &Seen<'_>) -> Option<String> {
    let before = sequence.steps.iter().zip(&seen.answers[..sequence.shown]);
    if let Some(why) = lost_create(before) {
        return Some(why);
    }
    let (shown, now) = (&sequence.steps[sequence.shown], seen.answers.last()?);
    let Some(is) = class(now) else {
        return Some(format!("neither accepted nor refused: {}", now.describe()));
    };
    // Of an answer that did not end in order it is not known what it was.
    if sequence.way() == Way::ToTheEnd || pinned(sequence.sign(), seen, now).is_some() {
        // The sign itself says what is right, and does not hold.
        return None;
    }
    let real = !shown.record.probing;
    let right = match (is, real) {
        (Wanted::Accepted, true) | (Wanted::Refused, false) => true,
        (is, _) => class(&shown.answer) == Some(is),
    };
    let word = |is| match is {
        Wanted::Accepted => "accepted",
        Wanted::Refused => "refused",
    };
    let was = class(&shown.answer).map_or("answered otherwise", word);
    (!right).then(|| format!("was {was}, and is {} now", word(is)))
}

/// Why the answers to requests that were sent together are not right, if one of them came out as no other time.
pub(super) fn not_right_together(steps: &[Step<'_>], answers: &[Answer]) -> Option<String> {
    let lost = lost_create(steps.iter().zip(answers));
    let odd = answers.iter().find(|answer| class(answer).is_none());
    let odd = odd.map(|odd| format!("neither accepted nor refused: {}", odd.describe()));
    lost.or(odd)
}

fn lost_create<'a>(steps: impl Iterator<Item = (&'a Step<'a>, &'a Answer)>) -> Option<String> {
    let accepted = |answer: &Answer| class(answer) == Some(Wanted::Accepted);
    let lost = |(step, answer): (&Step<'_>, &Answer)| {
        step.is_create() && accepted(&step.answer) && !accepted(answer)
    };
    let why = "a create on the way was accepted, and now is not";
    steps.into_iter().any(lost).then(|| why.to_owned())
}

/// Whether it is a refusal in words.
pub(super) fn is_explained_refusal(answer: &Answer) -> bool {
    class(answer) == Some(Wanted::Refused) && answer.envelope.text("providerError").is_some()
}

/// Whether it is right that the request is refused.
pub(super) fn has_to_be_refused(sequence: &Sequence<'_>, seen: &Seen<'_>) -> bool {
    let shown = &sequence.steps[sequence.shown];
    let now = seen.answers.last();
    let pinned = now.and_then(|now| pinned(sequence.sign(), seen, now));
    match pinned {
        Some(wanted) => wanted == Wanted::Refused,
        None => shown.record.probing,
    }
}

/// Success, or a refusal of the client's; a server's failure and no answer are neither.
fn class(answer: &Answer) -> Option<Wanted> {
    match answer.status? {
        200..=299 => Some(Wanted::Accepted),
        400..=499 => Some(Wanted::Refused),
        // An outage is refused so, and a failed delete.
        500 if answer.envelope.text("providerError").is_some() => Some(Wanted::Refused),
        _ => None,
    }
}

/// What the sign says of a good success and of a good refusal: if it holds for one of them only, the other is right.
fn pinned(sign: Sign, seen: &Seen<'_>, now: &Answer) -> Option<Wanted> {
    let holds = |status, body: &str| {
        let model = Answer {
            status: Some(status),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.as_bytes().to_vec(),
            envelope: Envelope::of(body.as_bytes()),
            milliseconds: 0.0,
            failure: None,
            ending: Ending::default(),
            ..now.clone()
        };
        sign.holds(&Seen {
            answers: &[model],
            declared: seen.declared.clone(),
            pipeline: seen.pipeline.clone(),
            recorded: (None, String::new()),
        })
    };
    let error = "it cannot be done as it is asked for";
    let segment = now.target.rsplit('/').next().unwrap_or_default();
    let (success, refusal) = match now.method.as_str() {
        "POST" => (
            holds(201, r#"{"id":"a"}"#),
            holds(422, &format!(r#"{{"providerError":"{error}"}}"#)),
        ),
        "PUT" => (
            holds(200, &format!(r#"{{"id":"{segment}"}}"#)),
            holds(
                422,
                &format!(r#"{{"id":"{segment}","providerError":"{error}"}}"#),
            ),
        ),
        "DELETE" => (
            holds(200, "{}"),
            holds(
                500,
                &format!(r#"{{"id":"{segment}","providerError":"{error}"}}"#),
            ),
        ),
        _ => (holds(204, ""), holds(404, "{}")),
    };
    match (success, refusal) {
        (true, false) => Some(Wanted::Refused),
        (false, true) => Some(Wanted::Accepted),
        (false, false) | (true, true) => None,
    }
}
