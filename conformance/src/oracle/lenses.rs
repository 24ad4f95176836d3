//! The two lenses on an answer as a whole.

use kfp_operator_sim::{Answer, Operation, Reply, Settled, State, Status, StepResult, settle};

use super::Document;
use crate::base::outcome::Lens;
use crate::oracle::exchange::{Class, Exchange, Intent};
use crate::wire::WireFailure;

/// What the operator's resource was before, and where it has to end.
pub(crate) struct Expectation {
    operation: Operation,
    before: Status,
    /// Whether the operator must be content, must be told why not, or either.
    wanted: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Success,
    Refusal,
    Either,
}

impl Expectation {
    /// What a request of that class leads to if all is well; `None` if the operator never sends it.
    pub(crate) fn of(class: &Class) -> Option<Self> {
        let wanted = |intent: &Intent| match intent {
            Intent::Valid => Wanted::Success,
            Intent::Invalid => Wanted::Refusal,
            Intent::Debatable | Intent::Open | Intent::Synthetic => Wanted::Either,
        };
        Some(match class {
            Class::Create(intent) => Self {
                operation: Operation::Create,
                before: Status::default(),
                wanted: wanted(intent),
            },
            Class::Update(id, intent) => Self {
                operation: Operation::Update,
                before: Status::succeeded(id),
                wanted: wanted(intent),
            },
            // Whatever is deleted, existing or not: the resource has to go.
            Class::Delete(id, _) => Self {
                operation: Operation::Delete,
                before: Status::succeeded(id),
                wanted: Wanted::Success,
            },
            Class::Health(_) | Class::Other => return None,
        })
    }
}

/// What the document says of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    /// Whether the status is declared for the operation.
    pub(crate) status: bool,
    /// How the first value of the body violates the schema of its status.
    pub(crate) violation: Option<String>,
    /// Whether status, content type and body are what is declared.
    pub(crate) lens: Lens,
}

/// Holds an answer against the document.
pub(crate) fn spec_lens(document: &Document, exchange: &Exchange) -> Declared {
    let Some(endpoint) = exchange.class.endpoint() else {
        return Declared::default();
    };
    let Some(response) = exchange.response() else {
        return Declared {
            lens: Lens::Fail,
            ..Declared::default()
        };
    };
    let envelope = &exchange.envelope;
    let status = document.declares(endpoint, response.status);
    let value = envelope.first(&response.body);
    let violation = value
        .as_ref()
        .and_then(|value| document.violation(endpoint, response.status, value));
    let lens = if !status {
        Lens::Fail
    } else if !document.has_body(endpoint, response.status) {
        Lens::Pass
    } else {
        let is_json = response
            .header("content-type")
            .is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json"));
        let valid = value.is_some() && envelope.is_whole() && violation.is_none();
        Lens::of(is_json && valid)
    };
    Declared {
        status,
        violation,
        lens,
    }
}

/// Whether the operator's resource ends where it should, and the state it stays in.
pub(crate) fn operator_lens(expectation: &Expectation, exchange: &Exchange) -> (Lens, Status) {
    let step = StepResult::from(&reply(exchange));
    let Settled { instant, steady } = settle(expectation.operation, &expectation.before, &step);
    let success = match expectation.operation {
        Operation::Delete => steady.state == State::Deleted,
        Operation::Create | Operation::Update => steady.state == State::Succeeded,
    };
    // A refusal is right if its text reaches the resource and the id is neither lost nor invented.
    let refusal = steady.state == State::Failed
        && exchange
            .provider_error()
            .is_some_and(|text| text == instant.message)
        && steady.id == expectation.before.id;
    let holds = match expectation.wanted {
        Wanted::Success => success,
        Wanted::Refusal => refusal,
        Wanted::Either => success || refusal,
    };
    (Lens::of(holds), steady)
}

fn reply(exchange: &Exchange) -> Reply {
    match &exchange.result {
        Ok(response) => Reply::Answer(Answer {
            status: response.status,
            body: response.body.clone(),
        }),
        Err(WireFailure::Timeout(_)) => Reply::Timeout,
        // curl keeps what it read, and the step does not look at curl's exit code.
        Err(failure) => failure.partial().map_or(Reply::Nothing, |partial| {
            Reply::Answer(Answer {
                status: 200,
                body: partial.to_vec(),
            })
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::base::contract::Operation;
    use crate::wire::{Body, Response};

    fn answer(class: &Class, status: u16, media: &str, body: &str) -> Exchange {
        let response = Response {
            status,
            version: 1,
            headers: vec![("Content-Type".to_owned(), media.to_owned())],
            body: body.as_bytes().to_vec(),
            framing: Body::Length(body.len()),
            extra: Vec::new(),
            closed: false,
            interim: Vec::new(),
        };
        Exchange::example(class.clone(), Ok(response))
    }

    fn update(intent: Intent) -> Class {
        Class::Update("a".to_owned(), intent)
    }

    fn delete(intent: Intent) -> Class {
        Class::Delete("a".to_owned(), intent)
    }

    #[test]
    fn the_document_asks_for_status_media_type_and_body() {
        let document = Document::embedded();
        let create = Class::Create(Intent::Valid);
        let live = Class::Health(Operation::Livez);
        let json = "application/json";
        let table = [
            (&create, 201, json, r#"{"id":"a"}"#, Lens::Pass),
            (
                &create,
                201,
                "Application/JSON; charset=utf-8",
                "{}",
                Lens::Pass,
            ),
            (&create, 201, "text/plain", r#"{"id":"a"}"#, Lens::Fail),
            (&create, 201, json, r#"{"id":7}"#, Lens::Fail),
            (&create, 201, json, "{", Lens::Fail),
            (&create, 418, json, "{}", Lens::Fail),
            (&live, 204, "", "", Lens::Pass),
            (&live, 200, "text/plain", "well", Lens::Fail),
            (&Class::Other, 418, "", "", Lens::None),
        ];
        for (class, status, media, body, lens) in table {
            let found = spec_lens(&document, &answer(class, status, media, body)).lens;
            assert_eq!(found, lens, "{class:?} {status} {media} {body}");
        }
        let none = Exchange::example(create, Err(WireFailure::ClosedBeforeHead(0)));
        assert_eq!(spec_lens(&document, &none).lens, Lens::Fail);
    }

    #[test]
    fn the_operator_looks_at_the_state_that_the_resource_ends_in() {
        use State::{Deleted, Deleting, Failed, Succeeded};
        let (valid, invalid) = (Intent::Valid, Intent::Invalid);
        let create = |intent: &Intent| Class::Create(intent.clone());
        let text = r#"{"providerError":"no"}"#;
        let echo = r#"{"id":"a","providerError":"no"}"#;
        // class, status, body, whether it is right, state and id in the end
        let table = [
            (create(&valid), 201, r#"{"id":"b"}"#, true, Succeeded, "b"),
            (create(&valid), 500, r#"{"id":"b"}"#, true, Succeeded, "b"),
            (create(&valid), 422, text, false, Failed, ""),
            (create(&valid), 201, "{}", false, Failed, ""),
            (create(&invalid), 422, text, true, Failed, ""),
            (
                create(&invalid),
                201,
                r#"{"id":"b"}"#,
                false,
                Succeeded,
                "b",
            ),
            // The operator's own words instead of the provider's.
            (create(&invalid), 501, text, false, Failed, ""),
            (create(&invalid), 422, "{}", false, Failed, ""),
            // An id that nobody asked for.
            (create(&invalid), 422, echo, false, Failed, "a"),
            (
                create(&Intent::Open),
                201,
                r#"{"id":"b"}"#,
                true,
                Succeeded,
                "b",
            ),
            (create(&Intent::Open), 422, text, true, Failed, ""),
            (create(&Intent::Debatable), 500, "", false, Failed, ""),
            (create(&Intent::Synthetic), 422, text, true, Failed, ""),
            (
                update(valid.clone()),
                200,
                r#"{"id":"b"}"#,
                true,
                Succeeded,
                "b",
            ),
            (update(valid.clone()), 422, echo, false, Failed, "a"),
            (update(invalid.clone()), 422, echo, true, Failed, "a"),
            // The id is lost.
            (update(invalid.clone()), 422, text, false, Failed, ""),
            (delete(valid.clone()), 200, "{}", true, Deleted, ""),
            (delete(valid), 404, text, false, Deleting, ""),
            // Whatever is wrong with a deletion, the resource has to go.
            (delete(invalid), 404, "{}", true, Deleted, ""),
        ];
        for (class, status, body, holds, state, id) in table {
            let expectation = Expectation::of(&class).expect("the operator sends it");
            let exchange = answer(&class, status, "application/json", body);
            let (lens, after) = operator_lens(&expectation, &exchange);
            let row = format!("{class:?} {status} {body}");
            assert_eq!(lens, Lens::of(holds), "{row}: {after:?}");
            assert_eq!((after.state, after.id.as_str()), (state, id), "{row}");
        }
    }

    #[test]
    fn the_operator_takes_what_curl_wrote_before_it_gave_up() {
        let valid = Class::Create(Intent::Valid);
        let cut = |body: &str| WireFailure::Misframed {
            what: "two lengths".to_owned(),
            partial: body.as_bytes().to_vec(),
        };
        let table = [
            (cut(r#"{"id":"b"}"#), Lens::Pass),
            (cut(r#"{"id":"#), Lens::Fail),
            (WireFailure::ClosedBeforeHead(0), Lens::Fail),
            (WireFailure::Timeout(Duration::from_secs(1)), Lens::Fail),
        ];
        for (failure, lens) in table {
            let expectation = Expectation::of(&valid).expect("the operator sends it");
            let exchange = Exchange::example(valid.clone(), Err(failure));
            let (found, after) = operator_lens(&expectation, &exchange);
            assert_eq!(found, lens, "{exchange:?}: {after:?}");
        }
    }

    #[test]
    fn probes_mean_nothing_to_the_operator() {
        for class in [Class::Health(Operation::Livez), Class::Other] {
            assert!(Expectation::of(&class).is_none(), "{class:?}");
        }
    }
}
