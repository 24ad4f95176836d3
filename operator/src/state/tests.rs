use super::*;
use crate::step::{Answer, Reply};
use Operation::{Create, Delete, Update};

/// A status in four words.
fn status(state: State, provider_set: bool, id: &str, message: &str) -> Status {
    Status {
        state,
        provider_set,
        id: id.to_owned(),
        message: message.to_owned(),
    }
}

/// The status before each operation: a new resource, or one that holds the id `old`.
fn before(operation: Operation) -> Status {
    match operation {
        Create => Status::default(),
        Update | Delete => Status::succeeded("old"),
    }
}

const UNREADABLE: &str = "could not retrieve workflow output";
const NO_ID: &str = "id was empty";
const FAILED: &str = "operation failed";
const UNKNOWN: &str = "operation progress unknown";

/// Every row of the decision table: bodies that mean the same; then state, provider, id and message after a creation
/// and an update; then the message, id and state of a deletion at first sight.
type Row<'a> = (
    &'a [&'a str],
    (State, bool, &'a str, &'a str),
    (State, bool, &'a str, &'a str),
    (State, &'a str, &'a str),
);

#[test]
fn every_answer_but_501() {
    use State::*;
    let rows: &[Row<'_>] = &[
        (
            &[
                r#"{"id":"n1"}"#,
                r#"{"id":"n1","more":[1]}"#,
                r#"{"ID":"n1"}"#,
                "{\"id\":\"n1\"}\n\n",
                r#"{"id":"n1","providerError":""}"#,
                r#"{"id":"n1","providerError":null}"#,
            ],
            (Succeeded, true, "n1", ""),
            (Succeeded, true, "n1", ""),
            (Deleting, "old", "id should be empty"),
        ),
        (
            &["{}", "null", r#"{"id":""}"#, r#"{"id":null}"#],
            (Failed, false, "", NO_ID),
            (Failed, true, "old", NO_ID),
            (Deleted, "", ""),
        ),
        (
            &[
                r#"{"providerError":"boom"}"#,
                r#"{"id":"","providerError":"boom"}"#,
            ],
            (Failed, true, "", "boom"),
            (Failed, true, "", "boom"),
            (Deleting, "", "boom"),
        ),
        (
            &[r#"{"id":"old","providerError":"boom"}"#],
            (Failed, true, "old", "boom"),
            (Failed, true, "old", "boom"),
            (Deleting, "old", "boom"),
        ),
        (
            &[r#"{"id":"n2","providerError":"boom"}"#],
            (Failed, true, "n2", "boom"),
            (Failed, true, "n2", "boom"),
            (Deleting, "n2", "boom"),
        ),
        (
            &[
                "",
                "<html>",
                "[]",
                r#""n1""#,
                "7",
                r#"{"id":7}"#,
                r#"{"providerError":{}}"#,
                r#"{"id":"n1"}x"#,
            ],
            (Failed, false, "", UNREADABLE),
            (Failed, true, "old", UNREADABLE),
            (Deleting, "old", UNREADABLE),
        ),
    ];
    for (bodies, create, update, delete) in rows {
        for body in *bodies {
            for code in [200, 204, 302, 400, 404, 500] {
                let step = StepResult::from(&Answer {
                    status: code,
                    body: body.as_bytes().to_vec(),
                });
                let row = |operation| settle(operation, &before(operation), &step);
                for (operation, (state, provider_set, id, message)) in
                    [(Create, create), (Update, update)]
                {
                    let expected = status(*state, *provider_set, id, message);
                    let settled = row(operation);
                    assert_eq!(settled.instant, expected, "{operation} {code} {body}");
                    assert_eq!(settled.steady, expected, "{operation} {code} {body}");
                }
                let (state, id, message) = delete;
                let settled = row(Delete);
                assert_eq!(
                    settled.instant,
                    status(*state, true, id, message),
                    "delete {code} {body}"
                );
                let steady = if *state == Deleted { "" } else { UNKNOWN };
                assert_eq!(
                    settled.steady,
                    status(*state, true, id, steady),
                    "delete {code} {body}"
                );
                assert_eq!(
                    settled.steady.finalizer_released(),
                    *state == Deleted,
                    "delete {code} {body}"
                );
            }
        }
    }
}

#[test]
fn failed_steps_keep_what_is_known() {
    let not_implemented = Reply::Answer(Answer {
        status: 501,
        body: br#"{"id":"n1"}"#.to_vec(),
    });
    for reply in [not_implemented, Reply::Nothing, Reply::Timeout] {
        let row = |operation| settle(operation, &before(operation), &StepResult::from(&reply));
        assert_eq!(
            row(Create).steady,
            status(State::Failed, false, "", FAILED),
            "{reply:?}"
        );
        assert_eq!(
            row(Update).steady,
            status(State::Failed, true, "old", FAILED),
            "{reply:?}"
        );
        assert_eq!(
            row(Delete).instant,
            status(State::Deleting, true, "old", FAILED),
            "{reply:?}"
        );
        assert_eq!(
            row(Delete).steady,
            status(State::Deleting, true, "old", UNKNOWN),
            "{reply:?}"
        );
    }
}

#[test]
fn a_creation_forgets_what_was_noted() {
    let bound = status(State::Failed, true, "", "boom");
    let settled = settle(Create, &bound, &StepResult::from(&Reply::Nothing));
    assert_eq!(settled.steady, status(State::Failed, false, "", FAILED));
}

#[test]
fn a_message_that_is_too_long_blocks_the_status() {
    let step = |length| {
        let body =
            serde_json::json!({"id": "old", "providerError": "é".repeat(length)}).to_string();
        StepResult::from(&Answer {
            status: 500,
            body: body.into_bytes(),
        })
    };
    let states = [
        (Create, State::Creating),
        (Update, State::Updating),
        (Delete, State::Deleting),
    ];
    for (operation, state) in states {
        let settled = settle(operation, &before(operation), &step(MAX_MESSAGE + 1));
        assert_eq!(
            settled.steady,
            begin(operation, &before(operation)),
            "{operation}"
        );
        assert_eq!(settled.steady.state, state, "{operation}");
    }
    assert_eq!(
        settle(Update, &before(Update), &step(MAX_MESSAGE))
            .steady
            .state,
        State::Failed
    );
}

#[test]
fn what_is_sent_when() {
    use State::*;
    let none = Desire::default();
    let change = Desire::CHANGE;
    let deletion = Desire::DELETION;
    let both = Desire {
        version_changed: true,
        ..deletion
    };
    let busy = Desire {
        workflow_unfinished: true,
        ..both
    };
    let moved = Desire {
        provider_changed: true,
        ..none
    };
    let moved_deletion = Desire {
        provider_changed: true,
        ..deletion
    };
    let changed = Action::Fail("the provider has changed");
    let rows = [
        (Unknown, "", none, Action::Send(Create)),
        (Unknown, "", deletion, Action::Send(Create)),
        (Unknown, "x", none, Action::Send(Update)),
        (Unknown, "x", deletion, Action::Send(Update)),
        (Creating, "", busy, Action::Wait),
        (Updating, "x", busy, Action::Wait),
        (Creating, "", deletion, Action::Fail(UNKNOWN)),
        (Updating, "x", none, Action::Fail(UNKNOWN)),
        (Succeeded, "x", none, Action::Nothing),
        (Failed, "x", none, Action::Nothing),
        (Failed, "", none, Action::Nothing),
        (Succeeded, "x", deletion, Action::Send(Delete)),
        (Failed, "x", deletion, Action::Send(Delete)),
        (Failed, "x", both, Action::Send(Delete)),
        (Failed, "", deletion, Action::Release),
        (Failed, "", both, Action::Release),
        (Succeeded, "x", change, Action::Send(Update)),
        (Failed, "x", change, Action::Send(Update)),
        (Failed, "", change, Action::Send(Create)),
        (Deleting, "x", busy, Action::Wait),
        (Deleting, "x", both, Action::Nothing),
        (Deleting, "", deletion, Action::Nothing),
        (Deleted, "", deletion, Action::Release),
        (Succeeded, "x", moved, changed),
        (Succeeded, "x", moved_deletion, changed),
        (Deleting, "x", moved_deletion, changed),
    ];
    for (state, id, desire, expected) in rows {
        let action = next_action(&status(state, true, id, ""), desire);
        assert_eq!(action, expected, "{state:?} with id {id:?}: {desire:?}");
    }
    let unbound = status(Failed, false, "", "");
    assert_eq!(
        next_action(
            &unbound,
            Desire {
                version_changed: true,
                ..moved
            }
        ),
        Action::Send(Create)
    );
}

#[test]
fn after_a_failure() {
    let after = |operation, body: &str| {
        let step = StepResult::from(&Answer {
            status: 500,
            body: body.as_bytes().to_vec(),
        });
        settle(operation, &before(operation), &step).steady
    };
    let rows = [
        (Create, "{}", Action::Send(Create), Action::Release),
        (
            Create,
            r#"{"id":"half","providerError":"boom"}"#,
            Action::Send(Update),
            Action::Send(Delete),
        ),
        (
            Update,
            r#"{"providerError":"boom"}"#,
            Action::Send(Create),
            Action::Release,
        ),
        (
            Update,
            r#"{"id":"old","providerError":"boom"}"#,
            Action::Send(Update),
            Action::Send(Delete),
        ),
        (Update, "", Action::Send(Update), Action::Send(Delete)),
        (Delete, "", Action::Nothing, Action::Nothing),
    ];
    for (operation, body, change, deletion) in rows {
        let status = after(operation, body);
        assert_eq!(
            next_action(&status, Desire::default()),
            Action::Nothing,
            "{operation} {body}"
        );
        assert_eq!(
            next_action(&status, Desire::CHANGE),
            change,
            "{operation} {body}"
        );
        assert_eq!(
            next_action(&status, Desire::DELETION),
            deletion,
            "{operation} {body}"
        );
    }
}
