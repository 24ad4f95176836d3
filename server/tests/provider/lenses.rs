//! Whatever a provider does, its answer is a declared one, and leaves the operator in the right state.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jsonschema::Validator;
use kfp_operator_sim::{MAX_MESSAGE, Operation, State, Status, StepResult, encode_id, settle};
use kfp_provider_server::{
    Deleted, Experiment, Experiments, Limits, Pipeline, Pipelines, Provider, Refusal, RefusalKind,
    ResourceId, Run, RunSchedule, RunSchedules, Runs, Settings,
};
use kfp_testing::{Answer, Connection, Service, TYPES, body, request};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use serde_json::{Value, json};

/// What the provider is to do next.
#[derive(Clone, Debug)]
enum Script {
    Succeed(ResourceId),
    NotThere,
    Refuse(Refusal),
    Panic(String),
    /// Longer than the deadline.
    Dawdle,
}

/// Does what it is told to.
#[derive(Clone)]
struct Puppet(Arc<Mutex<Script>>);

impl Puppet {
    async fn act(&self) -> Result<Result<ResourceId, Deleted>, Refusal> {
        let script = self.0.lock().expect("not poisoned").clone();
        // Some of it happens right away, some only when others had their turn.
        tokio::task::yield_now().await;
        match script {
            Script::Succeed(id) => Ok(Ok(id)),
            Script::NotThere => Ok(Err(Deleted::NotThere)),
            Script::Refuse(refusal) => Err(refusal),
            Script::Panic(text) => panic!("{text}"),
            Script::Dawdle => std::future::pending().await,
        }
    }

    async fn keep(&self) -> Result<ResourceId, Refusal> {
        let made = self.act().await?;
        made.map_err(|_| Refusal::internal("the script is for deletes"))
    }

    async fn remove(&self) -> Result<Deleted, Refusal> {
        Ok(self
            .act()
            .await?
            .map_or(Deleted::NotThere, |_| Deleted::Removed))
    }
}

macro_rules! puppet {
    ($($name:ident $resource:ident),*) => {$(
        impl $name for Puppet {
            async fn create(&self, _: $resource) -> Result<ResourceId, Refusal> {
                self.keep().await
            }

            async fn update(&self, _: &str, _: $resource) -> Result<ResourceId, Refusal> {
                self.keep().await
            }

            async fn delete(&self, _: &str) -> Result<Deleted, Refusal> {
                self.remove().await
            }
        }
    )*};
}

puppet!(Pipelines Pipeline, Runs Run, RunSchedules RunSchedule, Experiments Experiment);
impl Provider for Puppet {}

/// The published document, and what the service shows.
struct Documents([Value; 2]);

impl Documents {
    fn read() -> Self {
        let published = serde_saphyr::from_str(kfp_provider_api::OPENAPI).expect("the document");
        let effective = serde_json::from_str(kfp_provider_api::EFFECTIVE).expect("the document");
        Self([published, effective])
    }

    /// The spec lens: the status is declared, and the body is what is declared for it.
    fn judge(&self, method: &str, with_id: bool, answer: &Answer) -> TestCaseResult {
        let said: Value = serde_json::from_slice(&answer.body)
            .map_err(|error| TestCaseError::fail(format!("{error}: {}", answer.text())))?;
        prop_assert_eq!(answer.header("content-type"), Some("application/json"));
        for document in &self.0 {
            let path = document["paths"].as_object().and_then(|paths| {
                let fits = |path: &&String| {
                    path.starts_with("/resource/") && path.ends_with("{id}") == with_id
                };
                paths
                    .iter()
                    .find(|(path, _)| fits(path))
                    .map(|(_, item)| item)
            });
            let responses = &path.expect("the path")[method.to_lowercase()]["responses"];
            let declared = &responses[answer.status.to_string()];
            prop_assert!(
                declared.is_object(),
                "{} {} is not declared",
                method,
                answer.status
            );
            let schema = &declared["content"]["application/json"]["schema"];
            prop_assert!(
                schema.is_object(),
                "{} {}: no JSON is declared",
                method,
                answer.status
            );
            let whole = json!({"allOf": [schema], "components": document["components"]});
            let validator = Validator::options()
                .with_draft(jsonschema::Draft::Draft4)
                .build(&whole)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            if let Err(error) = validator.validate(&said) {
                return Err(TestCaseError::fail(format!("{said}: {error}")));
            }
        }
        Ok(())
    }
}

fn ids() -> impl Strategy<Value = ResourceId> {
    let texts = prop_oneof!["[-A-Za-z0-9_.~/:+=,@]{1,60}", "[a-z]{1,1024}", "/{1,341}"];
    texts.prop_filter_map("not an id", |text| text.parse().ok())
}

fn kinds() -> impl Strategy<Value = RefusalKind> {
    use RefusalKind as Kind;
    let all = [
        Kind::Unsupported,
        Kind::Invalid,
        Kind::NotFound,
        Kind::Unavailable,
        Kind::Internal,
    ];
    (0..all.len()).prop_map(move |at| all[at])
}

fn messages() -> impl Strategy<Value = String> {
    let units = prop_oneof![
        Just("\0".to_owned()),
        Just("\u{1f980}".to_owned()),
        Just("\"\\\u{7f}".to_owned()),
        Just("<&>\u{2028}".to_owned()),
        "\\PC{1,8}",
    ];
    let long = (units, 1..40_000_usize).prop_map(|(unit, times)| unit.repeat(times));
    prop_oneof![4 => any::<String>(), 2 => "\\s{0,9}", 2 => long]
}

fn scripts() -> impl Strategy<Value = Script> {
    let refusal = (kinds(), messages(), proptest::option::of(ids()));
    prop_oneof![
        3 => ids().prop_map(Script::Succeed),
        1 => Just(Script::NotThere),
        8 => refusal.prop_map(|(kind, message, created)| Script::Refuse(Refusal { kind, message, created })),
        2 => messages().prop_map(Script::Panic),
    ]
}

/// An id as the operator may hold one: any text, but for those that URLs take away.
fn held() -> impl Strategy<Value = String> {
    let texts = prop_oneof![any::<String>(), ids().prop_map(String::from), "\\PC{1,300}"];
    texts.prop_filter("not a path segment", |id| {
        !matches!(id.as_str(), "" | "." | "..")
    })
}

/// One request, and both lenses on its answer.
struct Stage {
    service: Service,
    puppet: Puppet,
    connection: RefCell<Connection>,
    documents: Documents,
}

impl Stage {
    fn new(limits: Limits) -> Self {
        let puppet = Puppet(Arc::new(Mutex::new(Script::NotThere)));
        let settings = Settings {
            limits,
            ..Settings::ephemeral()
        };
        let service = Service::with(settings, puppet.clone());
        let connection = RefCell::new(Connection::open(service.address()));
        Self {
            service,
            puppet,
            connection,
            documents: Documents::read(),
        }
    }

    /// Sends it, and tells the status and what is left of the resource at the operator.
    fn ask(
        &self,
        operation: Operation,
        kind: &str,
        id: &str,
        sent: &str,
    ) -> Result<Outcome, TestCaseError> {
        let (method, target, before) = match operation {
            Operation::Create => ("POST", format!("/resource/{kind}"), Status::default()),
            Operation::Update => (
                "PUT",
                format!("/resource/{kind}/{}", encode_id(id)),
                Status::succeeded(id),
            ),
            Operation::Delete => (
                "DELETE",
                format!("/resource/{kind}/{}", encode_id(id)),
                Status::succeeded(id),
            ),
        };
        let sent = if operation == Operation::Delete {
            ""
        } else {
            sent
        };
        let answer = {
            let mut connection = self.connection.borrow_mut();
            connection.send(&request(method, &target, sent));
            let answer = connection.answer();
            if answer.header("connection") == Some("close") {
                *connection = Connection::open(self.service.address());
            }
            answer
        };
        self.documents
            .judge(method, operation != Operation::Create, &answer)?;
        let seen = kfp_operator_sim::Answer {
            status: answer.status,
            body: answer.body,
        };
        let settled = settle(operation, &before, &StepResult::from(&seen));
        Ok(Outcome {
            http: seen.status,
            message: settled.instant.message,
            state: settled.steady.state,
            id: settled.steady.id,
        })
    }
}

/// Where a request leaves a resource.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    http: u16,
    /// The operator's message, as long as it can be seen.
    message: String,
    state: State,
    id: String,
}

/// The state and id in which a script must leave a resource, and whether that is a failure.
fn expected(operation: Operation, script: &Script, id: &str) -> (State, String, bool) {
    let kept = |created: Option<&ResourceId>| match operation {
        Operation::Create => created.map_or_else(String::new, |id| id.as_str().to_owned()),
        _ => id.to_owned(),
    };
    let failed = match operation {
        Operation::Delete => State::Deleting,
        _ => State::Failed,
    };
    match (operation, script) {
        (Operation::Create | Operation::Update, Script::Succeed(made)) => {
            (State::Succeeded, made.as_str().to_owned(), false)
        }
        (Operation::Delete, Script::Succeed(_) | Script::NotThere) => {
            (State::Deleted, String::new(), false)
        }
        (Operation::Delete, Script::Refuse(refusal))
            if matches!(
                refusal.kind,
                RefusalKind::Unsupported | RefusalKind::NotFound
            ) =>
        {
            (State::Deleted, String::new(), false)
        }
        (_, Script::Refuse(refusal)) => (failed, kept(refusal.created.as_ref()), true),
        _ => (failed, kept(None), true),
    }
}

fn check(outcome: &Outcome, expected: (State, String, bool)) -> TestCaseResult {
    let (state, id, failure) = expected;
    prop_assert_eq!((outcome.state, &outcome.id), (state, &id), "{:?}", outcome);
    prop_assert_eq!(!outcome.message.trim().is_empty(), failure, "{:?}", outcome);
    prop_assert!(outcome.message.chars().count() <= MAX_MESSAGE);
    prop_assert_ne!(outcome.http, 501);
    Ok(())
}

fn operations() -> impl Strategy<Value = Operation> {
    prop_oneof![
        Just(Operation::Create),
        Just(Operation::Update),
        Just(Operation::Delete)
    ]
}

#[test]
fn no_provider_can_harm_the_operator() {
    let stage = Stage::new(Limits::default());
    let mut runner = TestRunner::new(Config::with_cases(800));
    let cases = (operations(), 0..TYPES.len(), scripts(), held());
    let outcome = runner.run(&cases, |(operation, kind, script, id)| {
        *stage.puppet.0.lock().expect("not poisoned") = script.clone();
        let sent = body(TYPES[kind], "ns/x");
        let outcome = stage.ask(operation, TYPES[kind], &id, &sent)?;
        check(&outcome, expected(operation, &script, &id))?;
        if let Script::Refuse(refusal) = &script {
            let own = refusal.message.trim();
            let cut = own.starts_with(&outcome.message) || own.is_empty();
            prop_assert!(cut, "only cut, never changed: {:?}", outcome.message);
        }
        Ok(())
    });
    assert_eq!(outcome.map_err(|error| error.to_string()), Ok(()));
}

#[test]
fn no_delay_can_harm_the_operator() {
    let stage = Stage::new(Limits {
        // Long enough for a busy machine to read the request.
        deadline: Duration::from_millis(300),
        ..Limits::default()
    });
    *stage.puppet.0.lock().expect("not poisoned") = Script::Dawdle;
    for kind in TYPES {
        for operation in [Operation::Create, Operation::Update, Operation::Delete] {
            let id = "%2F ü/\0";
            let outcome = stage
                .ask(operation, kind, id, &body(kind, "ns/x"))
                .expect("an answer");
            assert_eq!(outcome.http, 500, "{operation:?} {kind}");
            check(&outcome, expected(operation, &Script::Dawdle, id)).expect("the right state");
        }
    }
}

/// Requests that no provider sees are answered as well as those that it sees.
#[test]
fn no_request_can_harm_the_operator() {
    let stage = Stage::new(Limits::default());
    let mutated = (
        0..TYPES.len(),
        any::<prop::sample::Index>(),
        "\\PC{0,6}|[\\[\\]{}:,\"\\\\0-9nulltrue]{1,6}",
    );
    let mutated = mutated.prop_map(|(kind, at, with)| {
        let mut sent = body(TYPES[kind], "ns/x");
        let at = at.index(sent.len());
        sent.replace_range(at..=at, &with);
        sent
    });
    let bodies = prop_oneof![4 => mutated, 1 => any::<String>(), 1 => "[\\[{\"a:,]{0,40}"];
    let kinds = prop_oneof![4 => (0..TYPES.len()).prop_map(|at| TYPES[at].to_owned()), 1 => "[a-zA-Z0-9]{1,12}"];
    let operations = prop_oneof![Just(Operation::Create), Just(Operation::Update)];
    let mut runner = TestRunner::new(Config::with_cases(800));
    let made: ResourceId = "made".parse().expect("an id");
    *stage.puppet.0.lock().expect("not poisoned") = Script::Succeed(made);
    let outcome = runner.run(
        &(operations, kinds, held(), bodies),
        |(operation, kind, id, sent)| {
            let outcome = stage.ask(operation, &kind, &id, &sent)?;
            if outcome.state == State::Succeeded {
                prop_assert_eq!(outcome.id, "made");
                return Ok(());
            }
            let kept = if operation == Operation::Create {
                String::new()
            } else {
                id
            };
            check(&outcome, (State::Failed, kept, true))
        },
    );
    assert_eq!(outcome.map_err(|error| error.to_string()), Ok(()));
}

/// Deletes of what cannot exist let the operator go on.
#[test]
fn a_delete_of_an_unknown_type_is_no_obstacle() {
    let stage = Stage::new(Limits::default());
    let outcome = stage
        .ask(Operation::Delete, "nope", "a/b", "")
        .expect("an answer");
    assert_eq!((outcome.http, outcome.state), (404, State::Deleted));
}
