//! Everything that the mock can do wrong: a row has all that there is to know of a fault.
//!
//! Each fault is as narrow as it can be while it still violates something: most act on one kind of
//! answer only, so that few requirements notice.

use std::time::Duration;

use serde_json::{Value, json};

use super::answer::{Answer, Content, Event, Flaw, Mangle, Operation, quote};
use super::effect::Effect::{self, Break, Gate, Id, Overlook, Refuse, Report, Shape};
use super::events::{OTHER, later};
use super::gate::*;
use super::naming::named;
use super::shape::change::*;
use super::shape::concerns::*;
use super::store::family;
use super::want::*;

/// A fault: what it does, and what has to notice it.
#[derive(Clone, Copy, Debug)]
pub struct FaultSpec {
    /// The name by which it is switched on.
    pub name: &'static str,
    /// What the provider does wrong, in one sentence.
    pub what: &'static str,
    /// The requirements that have to turn red: fail, or warn where they are a SHOULD.
    pub red: &'static [&'static str],
    /// Where it acts and what it does there. The code asks for those that have no effect here by their name.
    pub(super) effects: &'static [Effect],
}

named! {
    /// A wrong behaviour that can be switched on.
    Fault, "fault";
    /// All faults, by area.
    FAULTS: FaultSpec;

    // Probes.
    LivezOk "livez-200" "GET /livez answers 200 with a text."
        ["health.livez.status-documented", "health.livez.204-when-up"]
        => Shape(livez, |a| probe_text(a, 200));
    LivezDown "livez-503" "GET /livez always answers 503."
        ["health.livez.204-when-up", "health.probe-accepted-by-kubelet", "health.no-credentials"]
        => Shape(livez, |a| a.status = 503);
    LivezBody "livez-body-on-204" "The 204 of GET /livez is followed by a body."
        ["health.livez.204-no-body"]
        => Shape(livez, |a| a.wire.extra = b"alive");
    ReadyzOk "readyz-200" "GET /readyz answers 200 with a text."
        ["health.readyz.status-documented", "health.readyz.204-when-ready"]
        => Shape(readyz, |a| probe_text(a, 200));
    ReadyzError "readyz-500" "GET /readyz always answers 500."
        ["health.readyz.status-documented", "health.readyz.204-when-ready",
         "health.probe-accepted-by-kubelet", "health.no-credentials"]
        => Shape(readyz, |a| a.status = 500);
    ReadyzDown "readyz-503" "GET /readyz always answers 503."
        ["health.readyz.204-when-ready", "health.probe-accepted-by-kubelet",
         "health.no-credentials"]
        => Shape(readyz, |a| a.status = 503);
    SlowProbe "slow-probe" "Both probes take longer than the kubelet waits."
        ["health.probe-accepted-by-kubelet", "health.not-blocked-by-load"];
    ProbeAcceptsAny "probe-accept-required" "The probes answer 406 unless Accept is */*."
        ["health.no-credentials"]
        => Gate(|c| c.is_probe() && c.header("accept") != "*/*", |_| bare(406));
    ProbeHostAllowList "probe-host-allow-list"
        "The probes answer 400 if Host is not the address that the server knows."
        ["health.no-credentials"]
        => Gate(|c| c.is_probe() && !c.has_own_host(), |_| bare(400));
    ProbeBlockedByUpload "probe-blocked-by-upload"
        "The probes wait while a body is read, and longer while a large one proves to be no JSON."
        ["health.not-blocked-by-load"];

    // Transport.
    UpgradeRequired "upgrade-required" "GET /livez answers 426."
        ["transport.http11-cleartext", "health.livez.status-documented",
         "health.livez.204-when-up", "health.probe-accepted-by-kubelet", "health.no-credentials"]
        => Shape(livez, |a| a.status = 426);
    AuthRequired "auth-required" "DELETE answers 401 without an Authorization header."
        ["transport.no-auth", "response.status-documented", "delete.200.status",
         "delete.status-documented", "delete.unknown-id.404", "delete.unknown-id.operator-safe",
         "delete.repeat.operator-safe", "delete.id-encoding", "delete.while-run-active",
         "create.id.round-trips", "lifecycle.operator-simulation", "lifecycle.random-walk"]
        => Gate(|c| c.is_delete() && c.lacks("authorization"), |_| ask_for_token());
    HostAllowList "host-allow-list" "A Host header other than the server's own address is refused."
        ["transport.any-host-header"]
        => Gate(|c| c.route.kind().is_some() && !c.has_own_host(), |_| error(400, "the host is not allowed"));
    AcceptRefused "accept-refused"
        "DELETE answers 406 to Accept: */*, with an object that is empty."
        ["transport.accept-star", "response.status-documented", "delete.200.status",
         "delete.status-documented", "delete.unknown-id.404"]
        => Gate(|c| c.is_delete() && c.header("accept") == "*/*", |_| Answer::object(Event::Staged, 406));
    RedirectTrailingSlash "redirect-trailing-slash"
        "DELETE without a trailing slash is redirected to the path with one."
        ["transport.no-redirect", "response.status-documented", "delete.200.status",
         "delete.status-documented", "delete.unknown-id.404", "robust.id-traversal"]
        => Gate(|c| c.is_delete(), redirect_to_slash);
    GzipLabel "gzip-encoding" "Every answer says Content-Encoding: gzip."
        ["transport.no-unrequested-encoding"]
        => Shape(resource, |a| a.headers.push(("Content-Encoding", "gzip".to_owned())));
    ExpectRefused "expect-continue-500" "A request that expects 100 Continue is refused."
        ["transport.expect-continue", "create.body.large"];
    WrongContentLength "wrong-content-length"
        "DELETE of what was deleted before has an answer shorter than its Content-Length."
        ["transport.body-complete", "response.json-object", "delete.repeat.operator-safe"]
        => Shape(deleted_former, |a| a.wire.withheld = 1);
    ExtraBytes "extra-bytes" "Refused creates are followed by two bytes too many."
        ["transport.body-complete"]
        => Shape(refused_create, |a| a.wire.extra = b"\r\n");
    LateBytes "late-extra-bytes"
        "Refused creates are followed by two bytes too many, a moment later."
        ["transport.body-complete"]
        => Shape(refused_create, |a| a.wire.late = b"\r\n");
    ShortLength "content-length-too-small"
        "DELETE of what was deleted before has an answer longer than its Content-Length."
        ["transport.body-complete", "response.json-object", "delete.repeat.operator-safe"]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::ShortLength));
    TwoLengths "two-content-lengths" "DELETE of what was deleted before has two different Content-Lengths."
        ["transport.body-complete", "response.json-object", "delete.repeat.operator-safe"]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::TwoLengths));
    LengthBesideChunks "length-beside-chunks"
        "Refused creates come in chunks and have a Content-Length that is wrong."
        ["transport.body-complete"]
        => Shape(refused_create, |a| a.wire.mangle = Some(Mangle::ChunksAndLength));
    EndlessChunks "chunks-without-end" "DELETE of what was deleted before has an answer without its last chunk."
        ["transport.body-complete", "response.json-object"]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::EndlessChunks));
    BadChunkSize "chunk-size-no-number" "DELETE of what was deleted before has a chunk whose size is a word."
        ["transport.body-complete", "response.json-object", "delete.repeat.operator-safe"]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::ChunkSize));
    ResetInBody "reset-in-body" "The connection is reset in the middle of the answer to a DELETE of what was deleted before."
        ["transport.body-complete", "response.json-object", "delete.repeat.operator-safe"]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::Reset));
    BodyAfterNoContent "body-after-204"
        "DELETE of something that is not there answers 204, and then a body."
        ["transport.body-complete", "response.json-object", "response.status-documented",
         "response.content-type-json", "delete.status-documented", "delete.unknown-id.404",
         "delete.unknown-id.operator-safe", "delete.repeat.operator-safe", "delete.id-encoding",
         "robust.id-traversal", "robust.id-8k", "transport.keepalive"]
        => Shape(deleted_nothing, |a| { no_content(a); a.wire.extra = b"{}"; });
    CodedChunks "transfer-encoding-gzip" "Refused creates say that their chunks are compressed."
        ["transport.no-unrequested-encoding"]
        => Shape(refused_create, |a| a.wire.mangle = Some(Mangle::CodedChunks));
    GzipBody "gzip-body" "DELETE of what was deleted before has an answer that is really compressed."
        ["transport.no-unrequested-encoding", "response.json-object", "response.utf8-no-bom",
         "delete.repeat.operator-safe"]
        => Shape(deleted_former, compress);
    ClosesAfterRefusal "closes-after-refusal"
        "The connection is closed after a refusal, which does not say so."
        ["transport.keepalive"]
        => Shape(refused, |a| a.wire.close_silently = true);
    NeverAnswers "never-answers"
        "DELETE of what was deleted before takes longer than anyone waits."
        ["transport.deadline", "response.json-object", "delete.repeat.operator-safe"]
        => Shape(deleted_former, |a| a.wire.delay = Duration::from_secs(300));
    ClosesSilently "closes-without-saying"
        "The connection is closed after each answer, which does not say so."
        ["transport.keepalive"]
        => Shape(any, |a| a.wire.close_silently = true);
    IgnoresClose "ignores-connection-close"
        "The connection stays open although the request asked for its end."
        ["transport.http10-or-close"]
        => Shape(any, |a| a.wire.ignore_close = true);
    MixesConcurrent "mixes-concurrent-answers"
        "Creates of names of one family that are under way together all get the first one's id."
        ["transport.concurrency", "create.id.distinct", "create.id.round-trips"];
    SwapsConcurrent "swaps-concurrent-answers"
        "Creates of names of one family that are under way together get each other's ids."
        ["transport.concurrency"];
    LosesConcurrent "loses-concurrent-creates"
        "Of creates of names of one family that are under way together, only one is kept."
        ["transport.concurrency", "create.id.round-trips"];
    UpdateRevives "update-revives"
        "An update writes back what was deleted while it was under way."
        ["transport.concurrency"];
    SometimesNoContentType "sometimes-no-content-type"
        "Every twentieth create that succeeds is answered without a Content-Type."
        ["response.content-type-json"];
    SometimesSlow "sometimes-slow"
        "Every twentieth create that is no JSON takes far longer than the others."
        ["transport.steady"];
    ForgetsBeyond "forgets-beyond-many"
        "Once there are many resources of a type, what is created is answered but not kept."
        ["create.id.round-trips"];
    IdsUsedTwice "ids-used-twice"
        "Once there are many resources of a type, ids are given out again."
        ["create.id.distinct", "create.id.round-trips"];
    CrashOnAbort "crash-on-aborted-body"
        "A create whose body broke off before gets no answer when it is sent again."
        ["transport.survives-aborted-body", "response.json-object"];

    // The form of answers.
    TextPlain "text-plain" "Answers are labelled text/plain." ["response.content-type-json"]
        => Shape(resource, |a| { a.media = Some("text/plain; charset=utf-8") });
    NoContentType "no-content-type" "Answers have no Content-Type." ["response.content-type-json"]
        => Shape(resource, |a| a.media = None);
    HtmlErrorPage "html-error-page" "Refused creates get a page in HTML."
        ["response.json-object", "response.content-type-json"]
        => Shape(refused_create, Answer::show_page);
    EmptyErrorBody "empty-error-body" "Refused creates get an empty body."
        ["response.json-object"]
        => Shape(refused_create, |a| a.content = Content::Nothing);
    UndeclaredStatus "undeclared-status" "DELETE of something that is not there answers 418 {}."
        ["response.status-documented", "delete.status-documented", "delete.unknown-id.404"]
        => Shape(deleted_nothing, |a| a.status = 418);
    ConflictOnRepeat "conflict-on-repeat" "A create whose name is taken answers 409 with a text."
        ["response.status-documented"]
        => Shape(repeated, conflict);
    SchemaViolation "schema-violation"
        "DELETE of something that is not there answers with members that are null."
        ["response.schema"]
        => Shape(deleted_nothing, null_members);
    NumericId "numeric-id" "A create whose name is taken answers with a number as id."
        ["response.id-is-string", "response.schema", "create.repeat-same-name"]
        => Shape(repeated, |a| a.set("id", b"7".to_vec()));
    ObjectProviderError "object-provider-error" "Refused creates have an object as providerError."
        ["response.provider-error-is-string", "response.schema"]
        => Shape(refused_create, |a| set_error(a, br#"{"message":"wrong body"}"#));
    Bom "bom" "Refused creates start with a byte order mark." ["response.utf8-no-bom"]
        => Shape(refused_create, |a| a.wire.before = b"\xEF\xBB\xBF");
    BrokenUtf8 "utf8-broken" "The text of refused creates is not UTF-8."
        ["response.utf8-no-bom"]
        => Shape(refused_create, |a| set_error(a, b"\"the body is \xFF wrong\""));
    TrailingBytes "trailing-bytes" "The JSON of refused creates is followed by a word."
        ["response.no-trailing-bytes"]
        => Shape(refused_create, |a| a.wire.after = b"done");
    GiantAnswer "giant-answer" "Refused creates answer with more than 256 KiB."
        ["response.size-limit"]
        => Shape(refused_create, |a| a.set("request", quote(&"x".repeat(300 * 1024))));
    HugeMessage "huge-error-message" "The text of refused creates has 40,000 characters."
        ["response.provider-error-length"]
        => Shape(refused_create, |a| set_error(a, &quote(&"wrong ".repeat(6_667))));
    MisspeltId "misspelt-id" "A create whose name is taken answers with ID instead of id."
        ["response.exact-key-case", "create.201.id-non-empty"]
        => Shape(repeated, |a| a.rename("id", "ID"));
    MisspeltError "misspelt-provider-error" "Refused creates have ProviderError with a capital."
        ["response.exact-key-case", "create.error.provider-error"]
        => Shape(refused_create, |a| a.rename("providerError", "ProviderError"));
    SnakeCaseError "snake-case-error" "Refused creates have provider_error."
        ["create.error.provider-error"]
        => Shape(refused_create, |a| a.rename("providerError", "provider_error"));
    DuplicateKeys "duplicate-keys" "Refused creates have providerError twice."
        ["response.exact-key-case"]
        => Shape(refused_create, |a| a.add("providerError", quote("wrong body")));
    WordlessError "wordless-error" "The text of refused creates is the word error."
        ["response.error-not-empty-message"]
        => Shape(refused_create, |a| set_error(a, br#""error""#));
    StackTrace "stack-trace-in-error" "The text of refused creates contains a stack trace."
        ["response.no-leak"]
        => Shape(refused_create, |a| set_error(a, TRACE));

    // Answers to creates.
    WrongCreateStatus "wrong-create-status" "A create answers 200."
        ["create.201.status", "response.status-documented"]
        => Shape(created, |a| a.status = 200);
    MissingId "missing-id" "A create whose name is taken answers 201 without id."
        ["create.201.id-non-empty", "create.repeat-same-name"]
        => Shape(repeated, |a| a.remove("id"));
    EmptyId "empty-id" "A create whose name is taken answers 201 with an empty id."
        ["create.201.id-non-empty", "create.repeat-same-name"]
        => Shape(repeated, |a| a.set("id", quote("")));
    CreateWarning "create-warning" "A create whose name is taken answers 201 with a providerError."
        ["create.201.no-provider-error"]
        => Shape(repeated, |a| set_error(a, br#""the name is taken""#));
    ErrorWithoutText "error-without-provider-error" "Refused creates answer {}."
        ["create.error.provider-error"]
        => Shape(refused_create, |a| a.remove("providerError"));
    GhostId "ghost-id" "Refused creates carry an id." ["create.error.no-id-if-nothing-created"]
        => Shape(refused_create, |a| a.set("id", quote("ghost")));
    RepeatHangsUp "second-create-hangs-up"
        "A create whose name is taken gets no answer, the connection is closed."
        ["create.repeat-same-name", "response.json-object"]
        => Shape(repeated, |a| a.wire.hang_up = true);
    UnnamedPipeline "unknown-pipeline-unnamed"
        "A run of an unknown pipeline is refused with a text that does not name it."
        ["create.run.unknown-pipeline"]
        => Shape(unknown_pipeline, |a| set_error(a, br#""it is not there""#));

    // Ids.
    IdDollar "id-with-dollar" "Ids contain a dollar sign." ["create.id.shell-safe"]
        => Id(|seed| format!("{}-$HOME", seed.plain()));
    IdQuote "id-with-quote" "Ids contain a double quote." ["create.id.shell-safe"]
        => Id(|seed| format!("{}-\"a\"", seed.plain()));
    IdBraces "id-with-braces" "Ids contain two opening braces." ["create.id.shell-safe"]
        => Id(|seed| format!("{}-{{{{a}}}}", seed.plain()));
    IdOption "id-like-option" "The first ids of a type look like options of echo."
        ["create.id.shell-safe"]
        => Id(|seed| seed.first_is(&["-n", "-e", "-ne", "-en"]));
    IdDot "dot-id" "The first id of a type is a dot." ["create.id.not-dot-segment"]
        => Id(|seed| seed.first_is(&["."]));
    IdBlanks "id-with-edge-blanks" "Ids have blanks at both ends."
        ["create.id.no-edge-whitespace"]
        => Id(|seed| format!(" {} ", seed.plain()));
    IdTooLong "id-over-1024-bytes" "Ids have 1,100 bytes." ["create.id.length"]
        => Id(|seed| seed.padded(1_100));
    IdOneSpelling "id-in-one-spelling"
        "Ids have parentheses and are found only as they were first percent-encoded."
        ["create.id.round-trips"]
        => Id(|seed| format!("{}(a)", seed.plain()));
    OneId "one-id-for-all"
        "All resources share one id whose names differ only after the last dash."
        ["create.id.distinct", "transport.concurrency", "lifecycle.random-walk",
         "create.id.round-trips"]
        => Id(|seed| format!("{}/{}", seed.kind, family(seed.name)));
    IdJoined "ids-joined-with-dash" "The id is the namespace and the name joined by a dash."
        ["create.namespaces-distinct"]
        => Id(|seed| seed.name.replace('/', "-"));
    IdBareName "namespace-ignored" "The id is the name without its namespace."
        ["create.namespaces-distinct", "lifecycle.random-walk"]
        => Id(|seed| seed.name.rsplit_once('/').map_or(seed.name, |(_, name)| name).to_owned());

    // Bodies that have to be accepted.
    NamespaceRefused "namespaced-name-refused" "An experiment with a namespace is refused."
        ["create.body.namespaced-name"]
        => Refuse(|r| is_experiment(r) && r.name.contains('/'));
    EnvArrayRefused "env-array-refused" "A list as env is refused." ["create.body.env-array"]
        => Refuse(|r| r.fields.pointer("/pipelineDefinition/env").is_some_and(Value::is_array));
    NullParametersRefused "null-parameters-refused"
        "Framework parameters that are null are refused."
        ["create.body.framework-parameters-null"]
        => Break(|r| r.fields.pointer("/pipelineDefinition/framework/parameters") == Some(&Value::Null));
    DeepCompiledRefused "deep-compiled-refused"
        "A compiled pipeline of more than 64 levels is refused."
        ["create.body.compiled-pipeline-opaque"]
        => Refuse(|r| depth(r.compiled.as_bytes()) > 64);
    BigIntegerRefused "big-integer-refused"
        "A compiled pipeline with an integer of 19 digits is refused."
        ["create.body.compiled-pipeline-opaque"]
        => Refuse(|r| r.compiled.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 19));
    EmptyScheduleRefused "empty-schedule-refused"
        "A schedule that is an empty object is refused."
        ["create.body.schedule-object", "create.body.schedule-empty"]
        => Break(|r| r.fields.get("schedule").is_some_and(is_empty));
    ScheduleWindowRefused "schedule-window-refused" "A schedule with a start is refused."
        ["create.body.schedule-window", "create.201.status", "update.200.status",
         "robust.no-5xx-on-bad-input"]
        => Break(has_start);
    TriggerRefused "trigger-indicator-refused"
        "A run schedule whose trigger indicator has empty members is refused."
        ["create.body.trigger-indicator"]
        => Refuse(has_empty_trigger);
    EmptyNamesRefused "empty-names-refused"
        "A run schedule with both optional names empty is refused."
        ["create.body.empty-optional-names"]
        => Refuse(has_empty_names);
    OptionalsRequired "optionals-required"
        "A run schedule without parameters and artifacts is refused."
        ["create.body.omitted-optionals"]
        => Refuse(lacks_optionals);
    DottedNameRefused "dotted-name-refused" "A name with a dot is refused."
        ["create.body.name-forms"]
        => Refuse(|r| r.name.contains('.'));
    BareVersionRefused "bare-version-refused" "A pipeline version without a tag is refused."
        ["create.body.version-forms"]
        => Refuse(has_bare_version);
    EnvTwiceRefused "duplicate-env-refused" "An env that has a name twice is refused."
        ["create.body.env-duplicates", "create.body.env-array"]
        => Refuse(repeats_env);
    EnvEmptyRefused "empty-env-value-refused" "An env entry with an empty value is refused."
        ["create.body.env-empty-value", "create.body.env-array"]
        => Refuse(|r| env(r).any(|(_, value)| value.is_empty()));
    EscapesRefused "html-escapes-refused" "A body with \\u003c in it is refused."
        ["create.body.html-escapes"]
        => Refuse(|r| has(r, "\\u003c"));
    SeparatorsRefused "line-separators-refused" "A body with \\u2028 in it is refused."
        ["create.body.line-separators"]
        => Refuse(|r| has(r, "\\u2028"));
    BeyondBmpBreaks "beyond-bmp-500" "A body with the letter U+1D4B3, which is beyond U+FFFF, answers 500."
        ["create.body.text-beyond-bmp", "create.201.status", "update.200.status"]
        => Break(|r| has(r, "\u{1d4b3}"));
    FrameworkValuesRefused "framework-booleans-refused"
        "Framework parameters with a boolean in them are refused."
        ["create.body.framework-parameters-values"]
        => Refuse(|r| framework(r).is_some_and(|parameters| parameters.contains("true")));
    BigNumbersRefused "framework-integer-refused"
        "Framework parameters with an integer beyond int64 are refused."
        ["create.body.big-integers"]
        => Refuse(|r| framework(r).is_some() && has(r, "18446744073709552000"));
    CompiledListBreaks "compiled-list-500" "A compiled pipeline that is a list answers 500."
        ["create.body.compiled-shapes"]
        => Break(|r| r.compiled.starts_with('['));
    NullTimeRefused "null-start-refused" "A schedule whose start is null is refused."
        ["create.body.schedule-null-time"]
        => Refuse(|r| r.fields.pointer("/schedule/startTime") == Some(&Value::Null));
    NoVersionRefused "empty-pipeline-version-refused"
        "A run schedule with an empty pipeline version is refused."
        ["create.body.pipeline-version-empty"]
        => Refuse(|r| is_schedule(r) && is_text(r, "pipelineVersion", ""));
    EmptyKeyRefused "empty-parameter-key-refused" "Parameters with an empty key are refused."
        ["create.body.parameters-empty-key"]
        => Refuse(|r| parameters(r).any(|(key, _)| key.is_empty()));
    EmptyParameterRefused "empty-parameter-value-refused"
        "A parameter with a key and an empty value is refused."
        ["create.body.parameters-empty-value"]
        => Refuse(|r| parameters(r).any(|(key, value)| !key.is_empty() && value == ""));
    ConfigurationRefused "run-configuration-refused" "A run configuration's name is refused."
        ["create.body.run-configuration-name"]
        => Refuse(|r| !r.text("/runConfigurationName").is_empty());
    ExperimentRefused "experiment-name-refused" "The name of an experiment is refused."
        ["create.body.experiment-name"]
        => Refuse(|r| !r.text("/experimentName").is_empty());
    TriggeredRefused "triggered-run-refused" "A run that a run configuration triggered is refused."
        ["create.body.trigger-kinds"]
        => Refuse(|r| r.text("/triggerIndicator/type") == "runConfiguration");
    EmptyDescriptionRefused "empty-description-refused"
        "An experiment with an empty description is refused."
        ["create.body.description-empty"]
        => Refuse(|r| is_text(r, "description", ""));
    UpdateStricter "update-refuses-escapes"
        "An update with \\u003c in its body is refused, although a create is not."
        ["update.body.as-create"];
    ForeignAccepted "text-plain-accepted" "A body that is called text/plain is read as JSON."
        ["update.foreign-content-type"];
    UnknownFieldsRefused "unknown-fields-refused" "Members that are not known are refused."
        ["create.body.unknown-fields"]
        => Refuse(has_unknown_members);
    TrailingNewlineRefused "trailing-newline-refused"
        "An experiment that ends in a newline is refused."
        ["create.body.trailing-newline"]
        => Refuse(|r| is_experiment(r) && r.bytes.ends_with(b"\n"));
    ArtifactIndexRefused "artifact-index-refused"
        "An artifact path that ends in an index is refused."
        ["create.body.artifacts-path-form", "create.201.status", "update.200.status"]
        => Break(|r| artifact_paths(r).any(|path| path.ends_with(|c: char| c.is_ascii_digit())));
    ArtifactFilterRefused "artifact-filter-refused"
        "An artifact path with a filter is refused."
        ["create.body.artifacts-path-form", "create.body.artifact-filter", "create.201.status", "update.200.status"]
        => Break(|r| artifact_paths(r).any(|path| path.ends_with(']')));
    LargeRefused "large-refused-with-html" "A body above 4 MiB gets a 413 page in HTML."
        ["create.body.large", "response.json-object", "response.content-type-json",
         "response.status-documented"]
        => Gate(|c| c.request.body.len() > 4 * 1024 * 1024, |_| Answer::page(413));
    UnicodeRefused "unicode-refused" "A body beyond ASCII is refused without a text."
        ["create.body.unicode", "create.error.provider-error", "create.201.status",
         "update.200.status", "update.error.provider-error", "robust.no-5xx-on-bad-input"]
        => Break(|r| !r.bytes.is_ascii())
        => Shape(broken_down, |a| a.remove("providerError"));
    CharsetRefused "charset-refused" "A Content-Type with parameters is answered 415."
        ["create.content-type-parameters", "response.status-documented"]
        => Gate(|c| c.header("content-type").contains(';'), |_| error(415, "the content type has parameters"));

    // Bodies that have to be refused.
    MalformedAccepted "malformed-json-accepted" "A create with truncated JSON succeeds."
        ["create.malformed-json.400"]
        => Overlook(Operation::Create, Flaw::Malformed);
    MalformedUnprocessable "malformed-json-422" "A create with truncated JSON answers 422."
        ["create.malformed-json.400"]
        => Shape(malformed_create, |a| a.status = 422);
    GarbageAccepted "trailing-garbage-accepted" "A create with text after the JSON succeeds."
        ["create.malformed-json.400"]
        => Overlook(Operation::Create, Flaw::TrailingGarbage);
    EmptyAccepted "empty-body-accepted" "A create without a body succeeds."
        ["create.empty-body.4xx"]
        => Overlook(Operation::Create, Flaw::EmptyBody);
    NonObjectAccepted "arrays-accepted" "A create with an array or a bare value succeeds."
        ["create.non-object.4xx"]
        => Overlook(Operation::Create, Flaw::NotObject);
    WrongTypesAccepted "wrong-types-accepted" "A create with members of wrong types succeeds."
        ["create.wrong-types.4xx"]
        => Overlook(Operation::Create, Flaw::WrongTypes);
    WrongResourceAccepted "wrong-resource-accepted" "A create with another type's body succeeds."
        ["create.wrong-resource.422"]
        => Overlook(Operation::Create, Flaw::WrongResource);
    MissingNameAccepted "missing-name-accepted" "A create without a name succeeds."
        ["create.missing-name.4xx"]
        => Overlook(Operation::Create, Flaw::MissingName);
    SlashesAccepted "slashes-accepted" "A create of a name with two slashes succeeds."
        ["create.too-many-slashes.4xx"]
        => Overlook(Operation::Create, Flaw::BadName);
    BadCronAccepted "bad-cron-accepted" "A run schedule with no cron expression succeeds."
        ["create.runschedule.bad-cron.4xx"]
        => Overlook(Operation::Create, Flaw::BadCron);
    UnknownTypeAccepted "unknown-type-accepted" "A create of a type that does not exist succeeds."
        ["create.unknown-type.not-success"]
        => Gate(|c| c.creates_unknown_type(), |_| Answer::object(Event::Staged, 201).with_id("nope-1"));

    // Updates.
    PutCreated "put-201" "An update answers 201."
        ["update.200.status", "response.status-documented"]
        => Shape(updated, |a| a.status = 201);
    PutMissingId "put-missing-id" "An update that changes nothing answers without id."
        ["update.200.id-non-empty", "update.idempotent"]
        => Shape(unchanged, |a| a.remove("id"));
    PutWarning "put-warning" "An update that changes nothing answers with a providerError."
        ["update.200.no-provider-error", "update.idempotent"]
        => Shape(unchanged, |a| set_error(a, br#""nothing has changed""#));
    PutUnknownId "put-returns-unknown-id" "An update answers with an id that is not valid."
        ["update.returned-id-usable", "create.id.round-trips", "delete.200.status",
         "lifecycle.random-walk"]
        => Shape(updated, |a| a.set("id", quote("gone")));
    OldIdDeletes "old-id-deletes-new"
        "Ids change with an update, and DELETE of the former id removes the resource."
        ["update.old-id-harmless", "lifecycle.random-walk"];
    UnchangedRefused "put-unchanged-refused" "An update that changes nothing is refused."
        ["update.idempotent"];
    NewVersionRefused "put-new-version-refused" "An update with another version is refused."
        ["update.200.status", "update.new-version", "lifecycle.operator-simulation",
         "create.id.round-trips", "lifecycle.random-walk", "update.failed-keeps-previous"];
    PutUnknownUnprocessable "put-unknown-422" "An update of an unknown id answers 422."
        ["update.unknown-id.404", "delete.then-put"]
        => Shape(updated_nothing, |a| a.status = 422);
    UnknownIdError "unknown-id-500" "An update of an unknown id answers 500."
        ["update.unknown-id.404", "delete.then-put", "robust.id-control-chars",
         "robust.id-traversal"]
        => Shape(updated_nothing, |a| a.status = 500);
    PutErrorWithoutId "put-error-without-id" "Update errors carry no id."
        ["update.error.echoes-id"]
        => Shape(failed_update, |a| a.remove("id"));
    PutErrorWrongId "put-error-with-wrong-id" "Update errors carry another id."
        ["update.error.echoes-id"]
        => Shape(failed_update, |a| a.set("id", quote("another")));
    PutErrorEncodedId "put-error-encoded-id" "Update errors carry the id as it was encoded."
        ["update.error.echoes-id", "update.id-slash", "update.id-decoded-once",
         "update.id-encoding-equivalence"]
        => Shape(failed_update, echo_raw_id);
    PutErrorWithoutText "put-error-without-text" "Update errors have no providerError."
        ["update.error.provider-error"]
        => Shape(failed_update, |a| a.remove("providerError"));
    PutMalformedAccepted "put-malformed-json-accepted" "An update with truncated JSON succeeds."
        ["update.malformed-json.400"]
        => Overlook(Operation::Update, Flaw::Malformed);
    PutWrongResourceAccepted "put-wrong-resource-accepted"
        "An update with another type's body succeeds." ["update.wrong-resource.422"]
        => Overlook(Operation::Update, Flaw::WrongResource);
    PutNotImplemented "501-on-put" "Updates of schedules answer 501."
        ["update.200.status", "update.new-version", "create.id.round-trips",
         "lifecycle.operator-simulation", "lifecycle.random-walk", "update.failed-keeps-previous"]
        => Shape(|a| updated(a) && a.kind == "runschedule", not_implemented);
    RunPutEmpty "run-put-without-id" "An update of a run answers 200 {}."
        ["update.unsupported-is-explicit"]
        => Shape(updated_run, |a| a.remove("id"));
    NoDecoding "no-percent-decoding" "Ids in paths are not percent-decoded."
        ["update.error.echoes-id", "update.id-slash", "update.id-decoded-once",
         "update.id-encoding-equivalence"];
    DoubleDecoding "double-decoding" "Ids in paths are percent-decoded twice."
        ["update.id-decoded-once"];
    MarksNotDecoded "marks-not-decoded" "The escapes of ! * ' ( ) in paths are not decoded."
        ["update.id-encoding-equivalence"];
    SlashRoutedAway "slash-routed-away" "An id with an encoded slash gets the router's 404 page."
        ["update.id-slash", "delete.id-encoding"]
        => Gate(|c| c.raw_id().to_ascii_uppercase().contains("%2F"), |_| Answer::page(404));
    FailedPutDestroys "failed-put-destroys" "A refused update removes the resource."
        ["update.failed-keeps-previous"];

    // Deletes.
    DeleteAccepted "delete-202" "A delete answers 202 {}."
        ["delete.200.status", "delete.status-documented", "response.status-documented"]
        => Shape(deleted, |a| a.status = 202);
    DeleteNoContent "delete-204" "A delete answers 204 without a body."
        ["delete.200.status", "delete.200.body-object", "delete.status-documented",
         "response.json-object", "response.content-type-json", "response.status-documented",
         "delete.while-run-active", "create.id.round-trips", "lifecycle.operator-simulation",
         "lifecycle.random-walk"]
        => Shape(deleted, no_content);
    DeleteNull "delete-null" "A delete answers with null."
        ["delete.200.body-object", "response.json-object"]
        => Shape(deleted, |a| a.content = Content::Text(b"null".to_vec()));
    DeleteEchoesId "delete-echoes-id" "A delete answers with the id."
        ["delete.200.id-empty", "delete.while-run-active", "create.id.round-trips",
         "lifecycle.operator-simulation", "lifecycle.random-walk"]
        => Shape(deleted, echo_id);
    DeleteWarning "delete-warning" "A delete answers 200 with a providerError."
        ["delete.200.no-provider-error", "delete.while-run-active", "create.id.round-trips",
         "lifecycle.operator-simulation", "lifecycle.random-walk"]
        => Shape(deleted, |a| set_error(a, br#""remains were left""#));
    DeleteNeedsContentType "delete-needs-content-type" "DELETE answers 400 without a Content-Type."
        ["delete.no-content-type-no-body", "delete.200.status", "delete.status-documented",
         "response.status-documented", "delete.unknown-id.404", "delete.unknown-id.operator-safe",
         "delete.repeat.operator-safe", "delete.id-encoding", "delete.while-run-active",
         "create.id.round-trips", "lifecycle.operator-simulation", "lifecycle.random-walk"]
        => Gate(|c| c.is_delete() && c.lacks("content-type"), |_| error(400, "the content type is missing"));
    DeleteUnknownError "delete-404-with-provider-error"
        "DELETE of an id that was never issued answers 404 with a providerError."
        ["delete.unknown-id.operator-safe", "delete.id-encoding"]
        => Shape(deleted_never_issued, |a| set_error(a, br#""it is not there""#));
    DeleteUnknownBadRequest "delete-unknown-400" "DELETE of an unknown id answers 400 {}."
        ["delete.unknown-id.404", "delete.status-documented", "response.status-documented"]
        => Shape(deleted_nothing, |a| a.status = 400);
    RepeatedDeleteError "repeated-delete-error"
        "DELETE of what was deleted before answers 404 with a providerError."
        ["delete.repeat.operator-safe"]
        => Shape(deleted_former, |a| set_error(a, br#""it is gone""#));
    DeleteNotImplemented "501-on-delete" "DELETE of something that is not there answers 501."
        ["response.status-documented", "delete.status-documented", "delete.unknown-id.404",
         "delete.unknown-id.operator-safe", "delete.repeat.operator-safe", "delete.id-encoding"]
        => Shape(deleted_nothing, |a| a.status = 501);
    DeleteTakesFamily "delete-removes-neighbours"
        "A delete removes all resources of the same family of names."
        ["delete.isolation", "create.id.round-trips", "lifecycle.random-walk",
         "transport.concurrency"];
    DeleteIgnoresType "delete-ignores-type" "A delete finds ids of other types too."
        ["delete.type-isolation", "lifecycle.random-walk"];
    PutAfterDeleteError "put-after-delete-500" "An update of what was deleted answers 500."
        ["delete.then-put"]
        => Shape(updated_former, |a| a.status = 500);
    NameNeverFreed "name-never-freed" "The name of what was deleted cannot be created again."
        ["delete.then-recreate", "lifecycle.random-walk"];
    ActiveRunKept "active-run-not-deletable" "DELETE of a run that exists answers 500 with a text."
        ["delete.while-run-active", "delete.200.status", "create.id.round-trips",
         "lifecycle.operator-simulation", "lifecycle.random-walk"]
        => Shape(|a| deleted(a) && a.kind == "run", |a| fail(a, br#""the run is active""#));

    // Life cycles.
    NumberedPipelineUnknown "numbered-pipeline-unknown"
        "A pipeline whose name ends in a digit is not found by its runs."
        ["lifecycle.pipeline-run"];
    UpdatesExhausted "updates-exhausted" "The fifth update of a resource answers 404."
        ["lifecycle.random-walk"];

    // What only help shows.
    CreateWithoutEffect "create-without-effect" "What was created is not there before it is updated."
        ["create.takes-effect"];
    UpdateWithoutEffect "update-without-effect" "An update leaves the former version in place."
        ["update.takes-effect"];
    DeleteWithoutEffect "delete-without-effect" "What was deleted is still there."
        ["delete.takes-effect"];
    DuplicatesOnRepeat "second-create-duplicates"
        "A create whose name is taken makes another resource and tells the id of the first."
        ["lifecycle.no-orphan-after-client-timeout"];
    ReplicasApart "replicas-apart" "Each replica knows only what it has created itself."
        ["lifecycle.replicas"];
    ForgetsOnRestart "forgets-on-restart" "A restart loses everything." ["lifecycle.restart"];
    ReadyWithoutBackend "ready-without-backend" "GET /readyz answers 204 while the backend is down."
        ["health.readyz.503-when-backend-down"];
    DeadWithoutBackend "dead-without-backend" "GET /livez answers 503 while the backend is down."
        ["health.livez.unaffected-by-backend"];
    OutagePutWithoutId "outage-put-without-id"
        "An update while the backend is down answers 500 without the id."
        ["lifecycle.backend-outage", "update.error.echoes-id"];
    OutageDeleteOk "outage-delete-200"
        "A delete while the backend is down answers 200 {} and deletes nothing."
        ["delete.error.provider-error", "lifecycle.backend-outage"];
    FailedDeleteStuck "failed-delete-stuck" "A delete that failed once fails forever."
        ["delete.error.recoverable", "lifecycle.backend-outage"];
    HalfCreatedUnnamed "half-created-without-id"
        "A create while the backend is down leaves something behind and does not tell its id."
        ["create.error.id-if-partly-created"];
    NoRecovery "no-recovery" "Creates fail from the first outage to the next restart."
        ["lifecycle.backend-outage"];

    // Abuse.
    WornOut "worn-out" "The create that comes after all abuse answers 500."
        ["robust.still-works-after-abuse"]
        => Break(|r| r.name.contains("-robust-afterwards-"));
    BadInputError "500-on-bad-input" "A create or update with truncated JSON answers 500."
        ["robust.no-5xx-on-bad-input", "create.malformed-json.400", "update.malformed-json.400"]
        => Shape(malformed, |a| a.status = 500);
    WaveringErrors "wavering-errors"
        "A create with wrong types answers 422 and 400 in turn, for the same body."
        ["robust.deterministic-errors"];
    UnknownPathError "unknown-path-500" "A path that does not exist answers 500."
        ["robust.unknown-path", "robust.path-spelling"]
        => Shape(|a| a.event == Event::NoRoute, |a| a.status = 500);
    OptionsBreaks "options-500" "OPTIONS answers 500 with a page in HTML."
        ["robust.undocumented-methods"]
        => Gate(|c| c.request.method == "OPTIONS", |_| Answer::page(500));
    DoubleSlashRedirected "double-slash-redirected"
        "A path with two slashes in a row is redirected to one without."
        ["robust.path-spelling"]
        => Gate(|c| c.request.target.contains("//"), redirect_to_one_slash);
    WrongMethodOk "wrong-method-200" "A method that does not exist answers 200 {}."
        ["robust.wrong-method"]
        => Shape(|a| a.event == Event::WrongMethod, |a| *a = Answer::object(Event::WrongMethod, 200));
    TraversalError "traversal-500" "An id that climbs out of its folder gets a 500 page in HTML."
        ["robust.id-traversal"]
        => Gate(|c| c.id().contains("../"), |_| Answer::page(500));
    ControlCharsError "control-characters-500" "An id with control characters answers 500."
        ["robust.id-control-chars"]
        => Gate(has_control_characters, |_| error(500, "the id cannot be read"));
    LongIdError "id-8k-500" "An id of 8,000 bytes or more gets a 500 page in HTML."
        ["robust.id-8k"]
        => Gate(|c| c.raw_id().len() >= 8_000, |_| Answer::page(500));
    DeepJsonPanic "panic-on-deep-json"
        "A body of more than 1,000 levels gets no answer, the connection is closed."
        ["robust.deep-json"]
        => Gate(|c| depth(&c.request.body) > 1_000, |_| Answer::hang_up());

    // Events.
    EventsMissing "events-missing" "Nothing is reported of any run."
        ["event.success.delivered", "event.failure.delivered", "event.scheduled-run"];
    EventSuccessMissing "event-success-missing" "Runs that succeed are not reported."
        ["event.success.delivered", "event.scheduled-run", "event.survives-restart"];
    EventFailureMissing "event-failure-missing" "Runs that fail are not reported."
        ["event.failure.delivered"];
    EventTrailingSlash "event-trailing-slash" "Events go to the webhook's URL with a slash behind."
        ["event.target-url"];
    EventCharset "event-charset" "The Content-Type of events has a charset."
        ["event.content-type-exact"];
    EventEnvelope "event-envelope" "Events come in a CloudEvents envelope." ["event.bare-object"];
    EventStatusWord "event-status-word" "The status of every event is SUCCEEDED."
        ["event.status-enum"]
        => Report("status", |_| json!("SUCCEEDED"));
    EventOtherPipeline "event-other-pipeline" "Events name another pipeline."
        ["event.pipeline-name"]
        => Report("pipelineName", |_| json!(OTHER));
    EventUnnamed "event-without-run-name" "Events never name the run."
        ["event.reference-present"]
        => Report("runName", |_| Value::Null);
    EventOtherRun "event-other-run" "Events name another run." ["event.run-name-echo"]
        => Report("runName", |_| json!(OTHER));
    EventOtherConfiguration "event-other-configuration"
        "Events of runs name another run configuration." ["event.run-configuration-echo"];
    EventBareName "event-bare-name" "Events name the run without its namespace."
        ["event.names-namespaced", "event.run-name-echo"]
        => Report("runName", |run| json!(run.bare_name()));
    EventEmptyId "event-empty-id" "The runId of events is empty."
        ["event.run-id-non-empty", "event.run-id-correlates"]
        => Report("runId", |_| json!(""));
    EventOtherId "event-other-id" "Events have an id of their own." ["event.run-id-correlates"]
        => Report("runId", |run| json!(run.other_id()));
    EventConstantId "event-constant-id" "Events of all runs have the same id."
        ["event.run-id-unique", "event.run-id-correlates"]
        => Report("runId", |_| json!("the-run"));
    EventOtherProvider "event-other-provider" "Events name another provider."
        ["event.provider-name"]
        => Report("provider", |_| json!(OTHER));
    EventEmptyTime "event-empty-time" "The end of the run is an empty string."
        ["event.times-rfc3339"]
        => Report("runEndTime", |_| json!(""));
    EventTimesReversed "event-times-reversed" "Runs end before they start."
        ["event.times-ordered"];
    EventTooEarly "event-too-early" "The event comes an hour before the run ends."
        ["event.terminal-only", "event.times-ordered"]
        => Report("runEndTime", |_| json!(later()));
    EventComponentsObject "event-components-object" "The components are an object."
        ["event.components-shape"]
        => Report("pipelineComponents", |_| json!({}));
    EventWithoutArtifacts "event-without-artifacts" "Events list no components."
        ["event.artifact-resolves"]
        => Report("pipelineComponents", |_| json!([]));
    EventNoRetry "event-no-retry" "An event that is answered with 500 is given up."
        ["event.retry-on-500"];
    EventLostUnreachable "event-lost-unreachable"
        "An event is given up if the webhook is out of reach."
        ["event.retry-on-unreachable", "event.survives-restart"];
    EventsForgotten "events-forgotten" "A restart loses the events that wait."
        ["event.survives-restart"];
    EventRepeatedAfter200 "event-repeated-after-200" "An event that has arrived is sent again."
        ["event.stop-on-200"];
    EventRepeatedAfter410 "event-repeated-after-410" "An event that nobody wants is sent again."
        ["event.stop-on-410"];
    EventHotLoop "event-hot-loop" "An event that is refused is sent again at once, forever."
        ["event.no-hot-loop-on-4xx"];
    EventChangesOnRetry "event-changes-on-retry" "Each attempt sends another body."
        ["event.redelivery-identical"];
    EventImpatient "event-impatient" "A slow webhook gets the event again before it answers."
        ["event.slow-sink"];
    EventScheduleUnconfigured "event-schedule-unconfigured"
        "Events of scheduled runs name no run configuration." ["event.scheduled-run"];
}
