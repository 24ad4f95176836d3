//! Everything that the mock can do wrong: a row has all that there is to know of a fault.
//!
//! Each fault is as narrow as it can be while it still violates something: most act on one kind of
//! answer only, so that few requirements notice.

use crate::catalogue::ids;
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
        [ids::HEALTH_LIVEZ_STATUS_DOCUMENTED, ids::HEALTH_LIVEZ_204_WHEN_UP]
        => Shape(livez, |a| probe_text(a, 200));
    LivezDown "livez-503" "GET /livez always answers 503."
        [ids::HEALTH_LIVEZ_204_WHEN_UP, ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET, ids::HEALTH_NO_CREDENTIALS]
        => Shape(livez, |a| a.status = 503);
    LivezBody "livez-body-on-204" "The 204 of GET /livez is followed by a body."
        [ids::HEALTH_LIVEZ_204_NO_BODY]
        => Shape(livez, |a| a.wire.extra = b"alive");
    ReadyzOk "readyz-200" "GET /readyz answers 200 with a text."
        [ids::HEALTH_READYZ_STATUS_DOCUMENTED, ids::HEALTH_READYZ_204_WHEN_READY]
        => Shape(readyz, |a| probe_text(a, 200));
    ReadyzError "readyz-500" "GET /readyz always answers 500."
        [ids::HEALTH_READYZ_STATUS_DOCUMENTED, ids::HEALTH_READYZ_204_WHEN_READY,
         ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET, ids::HEALTH_NO_CREDENTIALS]
        => Shape(readyz, |a| a.status = 500);
    ReadyzDown "readyz-503" "GET /readyz always answers 503."
        [ids::HEALTH_READYZ_204_WHEN_READY, ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET,
         ids::HEALTH_NO_CREDENTIALS]
        => Shape(readyz, |a| a.status = 503);
    SlowProbe "slow-probe" "Both probes take longer than the kubelet waits."
        [ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET, ids::HEALTH_NOT_BLOCKED_BY_LOAD];
    ProbeAcceptsAny "probe-accept-required" "The probes answer 406 unless Accept is */*."
        [ids::HEALTH_NO_CREDENTIALS]
        => Gate(|c| c.is_probe() && c.header("accept") != "*/*", |_| bare(406));
    ProbeHostAllowList "probe-host-allow-list"
        "The probes answer 400 if Host is not the address that the server knows."
        [ids::HEALTH_NO_CREDENTIALS]
        => Gate(|c| c.is_probe() && !c.has_own_host(), |_| bare(400));
    ProbeBlockedByUpload "probe-blocked-by-upload"
        "The probes wait while a body is read, and longer while a large one proves to be no JSON."
        [ids::HEALTH_NOT_BLOCKED_BY_LOAD];

    // Transport.
    UpgradeRequired "upgrade-required" "GET /livez answers 426."
        [ids::TRANSPORT_HTTP11_CLEARTEXT, ids::HEALTH_LIVEZ_STATUS_DOCUMENTED,
         ids::HEALTH_LIVEZ_204_WHEN_UP, ids::HEALTH_PROBE_ACCEPTED_BY_KUBELET, ids::HEALTH_NO_CREDENTIALS]
        => Shape(livez, |a| a.status = 426);
    AuthRequired "auth-required" "DELETE answers 401 without an Authorization header."
        [ids::TRANSPORT_NO_AUTH, ids::RESPONSE_STATUS_DOCUMENTED, ids::DELETE_200_STATUS,
         ids::DELETE_STATUS_DOCUMENTED, ids::DELETE_UNKNOWN_ID_404, ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
         ids::DELETE_REPEAT_OPERATOR_SAFE, ids::DELETE_ID_ENCODING, ids::DELETE_WHILE_RUN_ACTIVE,
         ids::CREATE_ID_ROUND_TRIPS, ids::LIFECYCLE_OPERATOR_SIMULATION, ids::LIFECYCLE_RANDOM_WALK]
        => Gate(|c| c.is_delete() && c.lacks("authorization"), |_| ask_for_token());
    HostAllowList "host-allow-list" "A Host header other than the server's own address is refused."
        [ids::TRANSPORT_ANY_HOST_HEADER]
        => Gate(|c| c.route.kind().is_some() && !c.has_own_host(), |_| error(400, "the host is not allowed"));
    AcceptRefused "accept-refused"
        "DELETE answers 406 to Accept: */*, with an object that is empty."
        [ids::TRANSPORT_ACCEPT_STAR, ids::RESPONSE_STATUS_DOCUMENTED, ids::DELETE_200_STATUS,
         ids::DELETE_STATUS_DOCUMENTED, ids::DELETE_UNKNOWN_ID_404]
        => Gate(|c| c.is_delete() && c.header("accept") == "*/*", |_| Answer::object(Event::Staged, 406));
    RedirectTrailingSlash "redirect-trailing-slash"
        "DELETE without a trailing slash is redirected to the path with one."
        [ids::TRANSPORT_NO_REDIRECT, ids::RESPONSE_STATUS_DOCUMENTED, ids::DELETE_200_STATUS,
         ids::DELETE_STATUS_DOCUMENTED, ids::DELETE_UNKNOWN_ID_404, ids::ROBUST_ID_TRAVERSAL]
        => Gate(|c| c.is_delete(), redirect_to_slash);
    GzipLabel "gzip-encoding" "Every answer says Content-Encoding: gzip."
        [ids::TRANSPORT_NO_UNREQUESTED_ENCODING]
        => Shape(resource, |a| a.headers.push(("Content-Encoding", "gzip".to_owned())));
    ExpectRefused "expect-continue-500" "A request that expects 100 Continue is refused."
        [ids::TRANSPORT_EXPECT_CONTINUE, ids::CREATE_BODY_LARGE];
    WrongContentLength "wrong-content-length"
        "DELETE of what was deleted before has an answer shorter than its Content-Length."
        [ids::TRANSPORT_BODY_COMPLETE, ids::RESPONSE_JSON_OBJECT, ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, |a| a.wire.withheld = 1);
    ExtraBytes "extra-bytes" "Refused creates are followed by two bytes too many."
        [ids::TRANSPORT_BODY_COMPLETE]
        => Shape(refused_create, |a| a.wire.extra = b"\r\n");
    LateBytes "late-extra-bytes"
        "Refused creates are followed by two bytes too many, a moment later."
        [ids::TRANSPORT_BODY_COMPLETE]
        => Shape(refused_create, |a| a.wire.late = b"\r\n");
    ShortLength "content-length-too-small"
        "DELETE of what was deleted before has an answer longer than its Content-Length."
        [ids::TRANSPORT_BODY_COMPLETE, ids::RESPONSE_JSON_OBJECT, ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::ShortLength));
    TwoLengths "two-content-lengths" "DELETE of what was deleted before has two different Content-Lengths."
        [ids::TRANSPORT_BODY_COMPLETE, ids::RESPONSE_JSON_OBJECT, ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::TwoLengths));
    LengthBesideChunks "length-beside-chunks"
        "Refused creates come in chunks and have a Content-Length that is wrong."
        [ids::TRANSPORT_BODY_COMPLETE]
        => Shape(refused_create, |a| a.wire.mangle = Some(Mangle::ChunksAndLength));
    EndlessChunks "chunks-without-end" "DELETE of what was deleted before has an answer without its last chunk."
        [ids::TRANSPORT_BODY_COMPLETE, ids::RESPONSE_JSON_OBJECT]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::EndlessChunks));
    BadChunkSize "chunk-size-no-number" "DELETE of what was deleted before has a chunk whose size is a word."
        [ids::TRANSPORT_BODY_COMPLETE, ids::RESPONSE_JSON_OBJECT, ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::ChunkSize));
    ResetInBody "reset-in-body" "The connection is reset in the middle of the answer to a DELETE of what was deleted before."
        [ids::TRANSPORT_BODY_COMPLETE, ids::RESPONSE_JSON_OBJECT, ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, |a| a.wire.mangle = Some(Mangle::Reset));
    BodyAfterNoContent "body-after-204"
        "DELETE of something that is not there answers 204, and then a body."
        [ids::TRANSPORT_BODY_COMPLETE, ids::RESPONSE_JSON_OBJECT, ids::RESPONSE_STATUS_DOCUMENTED,
         ids::RESPONSE_CONTENT_TYPE_JSON, ids::DELETE_STATUS_DOCUMENTED, ids::DELETE_UNKNOWN_ID_404,
         ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, ids::DELETE_REPEAT_OPERATOR_SAFE, ids::DELETE_ID_ENCODING,
         ids::ROBUST_ID_TRAVERSAL, ids::ROBUST_ID_8K, ids::TRANSPORT_KEEPALIVE]
        => Shape(deleted_nothing, |a| { no_content(a); a.wire.extra = b"{}"; });
    CodedChunks "transfer-encoding-gzip" "Refused creates say that their chunks are compressed."
        [ids::TRANSPORT_NO_UNREQUESTED_ENCODING]
        => Shape(refused_create, |a| a.wire.mangle = Some(Mangle::CodedChunks));
    GzipBody "gzip-body" "DELETE of what was deleted before has an answer that is really compressed."
        [ids::TRANSPORT_NO_UNREQUESTED_ENCODING, ids::RESPONSE_JSON_OBJECT, ids::RESPONSE_UTF8_NO_BOM,
         ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, compress);
    ClosesAfterRefusal "closes-after-refusal"
        "The connection is closed after a refusal, which does not say so."
        [ids::TRANSPORT_KEEPALIVE]
        => Shape(refused, |a| a.wire.close_silently = true);
    NeverAnswers "never-answers"
        "DELETE of what was deleted before takes longer than anyone waits."
        [ids::TRANSPORT_DEADLINE, ids::RESPONSE_JSON_OBJECT, ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, |a| a.wire.delay = Duration::from_secs(300));
    ClosesSilently "closes-without-saying"
        "The connection is closed after each answer, which does not say so."
        [ids::TRANSPORT_KEEPALIVE]
        => Shape(any, |a| a.wire.close_silently = true);
    IgnoresClose "ignores-connection-close"
        "The connection stays open although the request asked for its end."
        [ids::TRANSPORT_HTTP10_OR_CLOSE]
        => Shape(any, |a| a.wire.ignore_close = true);
    MixesConcurrent "mixes-concurrent-answers"
        "Creates of names of one family that are under way together all get the first one's id."
        [ids::TRANSPORT_CONCURRENCY, ids::CREATE_ID_DISTINCT, ids::CREATE_ID_ROUND_TRIPS];
    SwapsConcurrent "swaps-concurrent-answers"
        "Creates of names of one family that are under way together get each other's ids."
        [ids::TRANSPORT_CONCURRENCY];
    LosesConcurrent "loses-concurrent-creates"
        "Of creates of names of one family that are under way together, only one is kept."
        [ids::TRANSPORT_CONCURRENCY, ids::CREATE_ID_ROUND_TRIPS];
    UpdateRevives "update-revives"
        "An update writes back what was deleted while it was under way."
        [ids::TRANSPORT_CONCURRENCY];
    SometimesNoContentType "sometimes-no-content-type"
        "Every twentieth create that succeeds is answered without a Content-Type."
        [ids::RESPONSE_CONTENT_TYPE_JSON];
    SometimesSlow "sometimes-slow"
        "Every twentieth create that is no JSON takes far longer than the others."
        [ids::TRANSPORT_STEADY];
    ForgetsBeyond "forgets-beyond-many"
        "Once there are many resources of a type, what is created is answered but not kept."
        [ids::CREATE_ID_ROUND_TRIPS];
    IdsUsedTwice "ids-used-twice"
        "Once there are many resources of a type, ids are given out again."
        [ids::CREATE_ID_DISTINCT, ids::CREATE_ID_ROUND_TRIPS];
    CrashOnAbort "crash-on-aborted-body"
        "A create whose body broke off before gets no answer when it is sent again."
        [ids::TRANSPORT_SURVIVES_ABORTED_BODY, ids::RESPONSE_JSON_OBJECT];

    // The form of answers.
    TextPlain "text-plain" "Answers are labelled text/plain." [ids::RESPONSE_CONTENT_TYPE_JSON]
        => Shape(resource, |a| { a.media = Some("text/plain; charset=utf-8") });
    NoContentType "no-content-type" "Answers have no Content-Type." [ids::RESPONSE_CONTENT_TYPE_JSON]
        => Shape(resource, |a| a.media = None);
    HtmlErrorPage "html-error-page" "Refused creates get a page in HTML."
        [ids::RESPONSE_JSON_OBJECT, ids::RESPONSE_CONTENT_TYPE_JSON]
        => Shape(refused_create, Answer::show_page);
    EmptyErrorBody "empty-error-body" "Refused creates get an empty body."
        [ids::RESPONSE_JSON_OBJECT]
        => Shape(refused_create, |a| a.content = Content::Nothing);
    UndeclaredStatus "undeclared-status" "DELETE of something that is not there answers 418 {}."
        [ids::RESPONSE_STATUS_DOCUMENTED, ids::DELETE_STATUS_DOCUMENTED, ids::DELETE_UNKNOWN_ID_404]
        => Shape(deleted_nothing, |a| a.status = 418);
    ConflictOnRepeat "conflict-on-repeat" "A create whose name is taken answers 409 with a text."
        [ids::RESPONSE_STATUS_DOCUMENTED]
        => Shape(repeated, conflict);
    SchemaViolation "schema-violation"
        "DELETE of something that is not there answers with members that are null."
        [ids::RESPONSE_SCHEMA]
        => Shape(deleted_nothing, null_members);
    NumericId "numeric-id" "A create whose name is taken answers with a number as id."
        [ids::RESPONSE_ID_IS_STRING, ids::RESPONSE_SCHEMA, ids::CREATE_REPEAT_SAME_NAME]
        => Shape(repeated, |a| a.set("id", b"7".to_vec()));
    ObjectProviderError "object-provider-error" "Refused creates have an object as providerError."
        [ids::RESPONSE_PROVIDER_ERROR_IS_STRING, ids::RESPONSE_SCHEMA]
        => Shape(refused_create, |a| set_error(a, br#"{"message":"wrong body"}"#));
    Bom "bom" "Refused creates start with a byte order mark." [ids::RESPONSE_UTF8_NO_BOM]
        => Shape(refused_create, |a| a.wire.before = b"\xEF\xBB\xBF");
    BrokenUtf8 "utf8-broken" "The text of refused creates is not UTF-8."
        [ids::RESPONSE_UTF8_NO_BOM]
        => Shape(refused_create, |a| set_error(a, b"\"the body is \xFF wrong\""));
    TrailingBytes "trailing-bytes" "The JSON of refused creates is followed by a word."
        [ids::RESPONSE_NO_TRAILING_BYTES]
        => Shape(refused_create, |a| a.wire.after = b"done");
    GiantAnswer "giant-answer" "Refused creates answer with more than 256 KiB."
        [ids::RESPONSE_SIZE_LIMIT]
        => Shape(refused_create, |a| a.set("request", quote(&"x".repeat(300 * 1024))));
    HugeMessage "huge-error-message" "The text of refused creates has 40,000 characters."
        [ids::RESPONSE_PROVIDER_ERROR_LENGTH]
        => Shape(refused_create, |a| set_error(a, &quote(&"wrong ".repeat(6_667))));
    MisspeltId "misspelt-id" "A create whose name is taken answers with ID instead of id."
        [ids::RESPONSE_EXACT_KEY_CASE, ids::CREATE_201_ID_NON_EMPTY]
        => Shape(repeated, |a| a.rename("id", "ID"));
    MisspeltError "misspelt-provider-error" "Refused creates have ProviderError with a capital."
        [ids::RESPONSE_EXACT_KEY_CASE, ids::CREATE_ERROR_PROVIDER_ERROR]
        => Shape(refused_create, |a| a.rename("providerError", "ProviderError"));
    SnakeCaseError "snake-case-error" "Refused creates have provider_error."
        [ids::CREATE_ERROR_PROVIDER_ERROR]
        => Shape(refused_create, |a| a.rename("providerError", "provider_error"));
    DuplicateKeys "duplicate-keys" "Refused creates have providerError twice."
        [ids::RESPONSE_EXACT_KEY_CASE]
        => Shape(refused_create, |a| a.add("providerError", quote("wrong body")));
    WordlessError "wordless-error" "The text of refused creates is the word error."
        [ids::RESPONSE_ERROR_NOT_EMPTY_MESSAGE]
        => Shape(refused_create, |a| set_error(a, br#""error""#));
    StackTrace "stack-trace-in-error" "The text of refused creates contains a stack trace."
        [ids::RESPONSE_NO_LEAK]
        => Shape(refused_create, |a| set_error(a, TRACE));

    // Answers to creates.
    WrongCreateStatus "wrong-create-status" "A create answers 200."
        [ids::CREATE_201_STATUS, ids::RESPONSE_STATUS_DOCUMENTED]
        => Shape(created, |a| a.status = 200);
    MissingId "missing-id" "A create whose name is taken answers 201 without id."
        [ids::CREATE_201_ID_NON_EMPTY, ids::CREATE_REPEAT_SAME_NAME]
        => Shape(repeated, |a| a.remove("id"));
    EmptyId "empty-id" "A create whose name is taken answers 201 with an empty id."
        [ids::CREATE_201_ID_NON_EMPTY, ids::CREATE_REPEAT_SAME_NAME]
        => Shape(repeated, |a| a.set("id", quote("")));
    CreateWarning "create-warning" "A create whose name is taken answers 201 with a providerError."
        [ids::CREATE_201_NO_PROVIDER_ERROR]
        => Shape(repeated, |a| set_error(a, br#""the name is taken""#));
    ErrorWithoutText "error-without-provider-error" "Refused creates answer {}."
        [ids::CREATE_ERROR_PROVIDER_ERROR]
        => Shape(refused_create, |a| a.remove("providerError"));
    GhostId "ghost-id" "Refused creates carry an id." [ids::CREATE_ERROR_NO_ID_IF_NOTHING_CREATED]
        => Shape(refused_create, |a| a.set("id", quote("ghost")));
    RepeatHangsUp "second-create-hangs-up"
        "A create whose name is taken gets no answer, the connection is closed."
        [ids::CREATE_REPEAT_SAME_NAME, ids::RESPONSE_JSON_OBJECT]
        => Shape(repeated, |a| a.wire.hang_up = true);
    UnnamedPipeline "unknown-pipeline-unnamed"
        "A run of an unknown pipeline is refused with a text that does not name it."
        [ids::CREATE_RUN_UNKNOWN_PIPELINE]
        => Shape(unknown_pipeline, |a| set_error(a, br#""it is not there""#));

    // Ids.
    IdDollar "id-with-dollar" "Ids contain a dollar sign." [ids::CREATE_ID_SHELL_SAFE]
        => Id(|seed| format!("{}-$HOME", seed.plain()));
    IdQuote "id-with-quote" "Ids contain a double quote." [ids::CREATE_ID_SHELL_SAFE]
        => Id(|seed| format!("{}-\"a\"", seed.plain()));
    IdBraces "id-with-braces" "Ids contain two opening braces." [ids::CREATE_ID_SHELL_SAFE]
        => Id(|seed| format!("{}-{{{{a}}}}", seed.plain()));
    IdOption "id-like-option" "The first ids of a type look like options of echo."
        [ids::CREATE_ID_SHELL_SAFE]
        => Id(|seed| seed.first_is(&["-n", "-e", "-ne", "-en"]));
    IdDot "dot-id" "The first id of a type is a dot." [ids::CREATE_ID_NOT_DOT_SEGMENT]
        => Id(|seed| seed.first_is(&["."]));
    IdBlanks "id-with-edge-blanks" "Ids have blanks at both ends."
        [ids::CREATE_ID_NO_EDGE_WHITESPACE]
        => Id(|seed| format!(" {} ", seed.plain()));
    IdTooLong "id-over-1024-bytes" "Ids have 1,100 bytes." [ids::CREATE_ID_LENGTH]
        => Id(|seed| seed.padded(1_100));
    IdOneSpelling "id-in-one-spelling"
        "Ids have parentheses and are found only as they were first percent-encoded."
        [ids::CREATE_ID_ROUND_TRIPS]
        => Id(|seed| format!("{}(a)", seed.plain()));
    OneId "one-id-for-all"
        "All resources share one id whose names differ only after the last dash."
        [ids::CREATE_ID_DISTINCT, ids::TRANSPORT_CONCURRENCY, ids::LIFECYCLE_RANDOM_WALK,
         ids::CREATE_ID_ROUND_TRIPS]
        => Id(|seed| format!("{}/{}", seed.kind, family(seed.name)));
    IdJoined "ids-joined-with-dash" "The id is the namespace and the name joined by a dash."
        [ids::CREATE_NAMESPACES_DISTINCT]
        => Id(|seed| seed.name.replace('/', "-"));
    IdBareName "namespace-ignored" "The id is the name without its namespace."
        [ids::CREATE_NAMESPACES_DISTINCT, ids::LIFECYCLE_RANDOM_WALK]
        => Id(|seed| seed.name.rsplit_once('/').map_or(seed.name, |(_, name)| name).to_owned());

    // Bodies that have to be accepted.
    NamespaceRefused "namespaced-name-refused" "An experiment with a namespace is refused."
        [ids::CREATE_BODY_NAMESPACED_NAME]
        => Refuse(|r| is_experiment(r) && r.name.contains('/'));
    EnvArrayRefused "env-array-refused" "A list as env is refused." [ids::CREATE_BODY_ENV_ARRAY]
        => Refuse(|r| r.fields.pointer("/pipelineDefinition/env").is_some_and(Value::is_array));
    NullParametersRefused "null-parameters-refused"
        "Framework parameters that are null are refused."
        [ids::CREATE_BODY_FRAMEWORK_PARAMETERS_NULL]
        => Break(|r| r.fields.pointer("/pipelineDefinition/framework/parameters") == Some(&Value::Null));
    DeepCompiledRefused "deep-compiled-refused"
        "A compiled pipeline of more than 64 levels is refused."
        [ids::CREATE_BODY_COMPILED_PIPELINE_OPAQUE]
        => Refuse(|r| depth(r.compiled.as_bytes()) > 64);
    BigIntegerRefused "big-integer-refused"
        "A compiled pipeline with an integer of 19 digits is refused."
        [ids::CREATE_BODY_COMPILED_PIPELINE_OPAQUE]
        => Refuse(|r| r.compiled.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 19));
    EmptyScheduleRefused "empty-schedule-refused"
        "A schedule that is an empty object is refused."
        [ids::CREATE_BODY_SCHEDULE_OBJECT, ids::CREATE_BODY_SCHEDULE_EMPTY]
        => Break(|r| r.fields.get("schedule").is_some_and(is_empty));
    ScheduleWindowRefused "schedule-window-refused" "A schedule with a start is refused."
        [ids::CREATE_BODY_SCHEDULE_WINDOW, ids::CREATE_201_STATUS, ids::UPDATE_200_STATUS,
         ids::ROBUST_NO_5XX_ON_BAD_INPUT]
        => Break(has_start);
    TriggerRefused "trigger-indicator-refused"
        "A run schedule whose trigger indicator has empty members is refused."
        [ids::CREATE_BODY_TRIGGER_INDICATOR]
        => Refuse(has_empty_trigger);
    EmptyNamesRefused "empty-names-refused"
        "A run schedule with both optional names empty is refused."
        [ids::CREATE_BODY_EMPTY_OPTIONAL_NAMES]
        => Refuse(has_empty_names);
    OptionalsRequired "optionals-required"
        "A run schedule without parameters and artifacts is refused."
        [ids::CREATE_BODY_OMITTED_OPTIONALS]
        => Refuse(lacks_optionals);
    DottedNameRefused "dotted-name-refused" "A name with a dot is refused."
        [ids::CREATE_BODY_NAME_FORMS]
        => Refuse(|r| r.name.contains('.'));
    BareVersionRefused "bare-version-refused" "A pipeline version without a tag is refused."
        [ids::CREATE_BODY_VERSION_FORMS]
        => Refuse(has_bare_version);
    EnvTwiceRefused "duplicate-env-refused" "An env that has a name twice is refused."
        [ids::CREATE_BODY_ENV_DUPLICATES, ids::CREATE_BODY_ENV_ARRAY]
        => Refuse(repeats_env);
    EnvEmptyRefused "empty-env-value-refused" "An env entry with an empty value is refused."
        [ids::CREATE_BODY_ENV_EMPTY_VALUE, ids::CREATE_BODY_ENV_ARRAY]
        => Refuse(|r| env(r).any(|(_, value)| value.is_empty()));
    EscapesRefused "html-escapes-refused" "A body with \\u003c in it is refused."
        [ids::CREATE_BODY_HTML_ESCAPES]
        => Refuse(|r| has(r, "\\u003c"));
    SeparatorsRefused "line-separators-refused" "A body with \\u2028 in it is refused."
        [ids::CREATE_BODY_LINE_SEPARATORS]
        => Refuse(|r| has(r, "\\u2028"));
    BeyondBmpBreaks "beyond-bmp-500" "A body with the letter U+1D4B3, which is beyond U+FFFF, answers 500."
        [ids::CREATE_BODY_TEXT_BEYOND_BMP, ids::CREATE_201_STATUS, ids::UPDATE_200_STATUS]
        => Break(|r| has(r, "\u{1d4b3}"));
    FrameworkValuesRefused "framework-booleans-refused"
        "Framework parameters with a boolean in them are refused."
        [ids::CREATE_BODY_FRAMEWORK_PARAMETERS_VALUES]
        => Refuse(|r| framework(r).is_some_and(|parameters| parameters.contains("true")));
    BigNumbersRefused "framework-integer-refused"
        "Framework parameters with an integer beyond int64 are refused."
        [ids::CREATE_BODY_BIG_INTEGERS]
        => Refuse(|r| framework(r).is_some() && has(r, "18446744073709552000"));
    CompiledListBreaks "compiled-list-500" "A compiled pipeline that is a list answers 500."
        [ids::CREATE_BODY_COMPILED_SHAPES]
        => Break(|r| r.compiled.starts_with('['));
    NullTimeRefused "null-start-refused" "A schedule whose start is null is refused."
        [ids::CREATE_BODY_SCHEDULE_NULL_TIME]
        => Refuse(|r| r.fields.pointer("/schedule/startTime") == Some(&Value::Null));
    NoVersionRefused "empty-pipeline-version-refused"
        "A run schedule with an empty pipeline version is refused."
        [ids::CREATE_BODY_PIPELINE_VERSION_EMPTY]
        => Refuse(|r| is_schedule(r) && is_text(r, "pipelineVersion", ""));
    EmptyKeyRefused "empty-parameter-key-refused" "Parameters with an empty key are refused."
        [ids::CREATE_BODY_PARAMETERS_EMPTY_KEY]
        => Refuse(|r| parameters(r).any(|(key, _)| key.is_empty()));
    EmptyParameterRefused "empty-parameter-value-refused"
        "A parameter with a key and an empty value is refused."
        [ids::CREATE_BODY_PARAMETERS_EMPTY_VALUE]
        => Refuse(|r| parameters(r).any(|(key, value)| !key.is_empty() && value == ""));
    ConfigurationRefused "run-configuration-refused" "A run configuration's name is refused."
        [ids::CREATE_BODY_RUN_CONFIGURATION_NAME]
        => Refuse(|r| !r.text("/runConfigurationName").is_empty());
    ExperimentRefused "experiment-name-refused" "The name of an experiment is refused."
        [ids::CREATE_BODY_EXPERIMENT_NAME]
        => Refuse(|r| !r.text("/experimentName").is_empty());
    TriggeredRefused "triggered-run-refused" "A run that a run configuration triggered is refused."
        [ids::CREATE_BODY_TRIGGER_KINDS]
        => Refuse(|r| r.text("/triggerIndicator/type") == "runConfiguration");
    EmptyDescriptionRefused "empty-description-refused"
        "An experiment with an empty description is refused."
        [ids::CREATE_BODY_DESCRIPTION_EMPTY]
        => Refuse(|r| is_text(r, "description", ""));
    UpdateStricter "update-refuses-escapes"
        "An update with \\u003c in its body is refused, although a create is not."
        [ids::UPDATE_BODY_AS_CREATE];
    ForeignAccepted "text-plain-accepted" "A body that is called text/plain is read as JSON."
        [ids::UPDATE_FOREIGN_CONTENT_TYPE];
    UnknownFieldsRefused "unknown-fields-refused" "Members that are not known are refused."
        [ids::CREATE_BODY_UNKNOWN_FIELDS]
        => Refuse(has_unknown_members);
    TrailingNewlineRefused "trailing-newline-refused"
        "An experiment that ends in a newline is refused."
        [ids::CREATE_BODY_TRAILING_NEWLINE]
        => Refuse(|r| is_experiment(r) && r.bytes.ends_with(b"\n"));
    ArtifactIndexRefused "artifact-index-refused"
        "An artifact path that ends in an index is refused."
        [ids::CREATE_BODY_ARTIFACTS_PATH_FORM, ids::CREATE_201_STATUS, ids::UPDATE_200_STATUS]
        => Break(|r| artifact_paths(r).any(|path| path.ends_with(|c: char| c.is_ascii_digit())));
    ArtifactFilterRefused "artifact-filter-refused"
        "An artifact path with a filter is refused."
        [ids::CREATE_BODY_ARTIFACTS_PATH_FORM, ids::CREATE_BODY_ARTIFACT_FILTER, ids::CREATE_201_STATUS, ids::UPDATE_200_STATUS]
        => Break(|r| artifact_paths(r).any(|path| path.ends_with(']')));
    LargeRefused "large-refused-with-html" "A body above 4 MiB gets a 413 page in HTML."
        [ids::CREATE_BODY_LARGE, ids::RESPONSE_JSON_OBJECT, ids::RESPONSE_CONTENT_TYPE_JSON,
         ids::RESPONSE_STATUS_DOCUMENTED]
        => Gate(|c| c.request.body.len() > 4 * 1024 * 1024, |_| Answer::page(413));
    UnicodeRefused "unicode-refused" "A body beyond ASCII is refused without a text."
        [ids::CREATE_BODY_UNICODE, ids::CREATE_ERROR_PROVIDER_ERROR, ids::CREATE_201_STATUS,
         ids::UPDATE_200_STATUS, ids::UPDATE_ERROR_PROVIDER_ERROR, ids::ROBUST_NO_5XX_ON_BAD_INPUT]
        => Break(|r| !r.bytes.is_ascii())
        => Shape(broken_down, |a| a.remove("providerError"));
    CharsetRefused "charset-refused" "A Content-Type with parameters is answered 415."
        [ids::CREATE_CONTENT_TYPE_PARAMETERS, ids::RESPONSE_STATUS_DOCUMENTED]
        => Gate(|c| c.header("content-type").contains(';'), |_| error(415, "the content type has parameters"));

    // Bodies that have to be refused.
    MalformedAccepted "malformed-json-accepted" "A create with truncated JSON succeeds."
        [ids::CREATE_MALFORMED_JSON_400]
        => Overlook(Operation::Create, Flaw::Malformed);
    MalformedUnprocessable "malformed-json-422" "A create with truncated JSON answers 422."
        [ids::CREATE_MALFORMED_JSON_400]
        => Shape(malformed_create, |a| a.status = 422);
    GarbageAccepted "trailing-garbage-accepted" "A create with text after the JSON succeeds."
        [ids::CREATE_MALFORMED_JSON_400]
        => Overlook(Operation::Create, Flaw::TrailingGarbage);
    EmptyAccepted "empty-body-accepted" "A create without a body succeeds."
        [ids::CREATE_EMPTY_BODY_4XX]
        => Overlook(Operation::Create, Flaw::EmptyBody);
    NonObjectAccepted "arrays-accepted" "A create with an array or a bare value succeeds."
        [ids::CREATE_NON_OBJECT_4XX]
        => Overlook(Operation::Create, Flaw::NotObject);
    WrongTypesAccepted "wrong-types-accepted" "A create with members of wrong types succeeds."
        [ids::CREATE_WRONG_TYPES_4XX]
        => Overlook(Operation::Create, Flaw::WrongTypes);
    WrongResourceAccepted "wrong-resource-accepted" "A create with another type's body succeeds."
        [ids::CREATE_WRONG_RESOURCE_422]
        => Overlook(Operation::Create, Flaw::WrongResource);
    MissingNameAccepted "missing-name-accepted" "A create without a name succeeds."
        [ids::CREATE_MISSING_NAME_4XX]
        => Overlook(Operation::Create, Flaw::MissingName);
    SlashesAccepted "slashes-accepted" "A create of a name with two slashes succeeds."
        [ids::CREATE_TOO_MANY_SLASHES_4XX]
        => Overlook(Operation::Create, Flaw::BadName);
    BadCronAccepted "bad-cron-accepted" "A run schedule with no cron expression succeeds."
        [ids::CREATE_RUNSCHEDULE_BAD_CRON_4XX]
        => Overlook(Operation::Create, Flaw::BadCron);
    UnknownTypeAccepted "unknown-type-accepted" "A create of a type that does not exist succeeds."
        [ids::CREATE_UNKNOWN_TYPE_NOT_SUCCESS]
        => Gate(|c| c.creates_unknown_type(), |_| Answer::object(Event::Staged, 201).with_id("nope-1"));

    // Updates.
    PutCreated "put-201" "An update answers 201."
        [ids::UPDATE_200_STATUS, ids::RESPONSE_STATUS_DOCUMENTED]
        => Shape(updated, |a| a.status = 201);
    PutMissingId "put-missing-id" "An update that changes nothing answers without id."
        [ids::UPDATE_200_ID_NON_EMPTY, ids::UPDATE_IDEMPOTENT]
        => Shape(unchanged, |a| a.remove("id"));
    PutWarning "put-warning" "An update that changes nothing answers with a providerError."
        [ids::UPDATE_200_NO_PROVIDER_ERROR, ids::UPDATE_IDEMPOTENT]
        => Shape(unchanged, |a| set_error(a, br#""nothing has changed""#));
    PutUnknownId "put-returns-unknown-id" "An update answers with an id that is not valid."
        [ids::UPDATE_RETURNED_ID_USABLE, ids::CREATE_ID_ROUND_TRIPS, ids::DELETE_200_STATUS,
         ids::LIFECYCLE_RANDOM_WALK]
        => Shape(updated, |a| a.set("id", quote("gone")));
    OldIdDeletes "old-id-deletes-new"
        "Ids change with an update, and DELETE of the former id removes the resource."
        [ids::UPDATE_OLD_ID_HARMLESS, ids::LIFECYCLE_RANDOM_WALK];
    UnchangedRefused "put-unchanged-refused" "An update that changes nothing is refused."
        [ids::UPDATE_IDEMPOTENT];
    NewVersionRefused "put-new-version-refused" "An update with another version is refused."
        [ids::UPDATE_200_STATUS, ids::UPDATE_NEW_VERSION, ids::LIFECYCLE_OPERATOR_SIMULATION,
         ids::CREATE_ID_ROUND_TRIPS, ids::LIFECYCLE_RANDOM_WALK, ids::UPDATE_FAILED_KEEPS_PREVIOUS];
    PutUnknownUnprocessable "put-unknown-422" "An update of an unknown id answers 422."
        [ids::UPDATE_UNKNOWN_ID_404, ids::DELETE_THEN_PUT]
        => Shape(updated_nothing, |a| a.status = 422);
    UnknownIdError "unknown-id-500" "An update of an unknown id answers 500."
        [ids::UPDATE_UNKNOWN_ID_404, ids::DELETE_THEN_PUT, ids::ROBUST_ID_CONTROL_CHARS,
         ids::ROBUST_ID_TRAVERSAL]
        => Shape(updated_nothing, |a| a.status = 500);
    PutErrorWithoutId "put-error-without-id" "Update errors carry no id."
        [ids::UPDATE_ERROR_ECHOES_ID]
        => Shape(failed_update, |a| a.remove("id"));
    PutErrorWrongId "put-error-with-wrong-id" "Update errors carry another id."
        [ids::UPDATE_ERROR_ECHOES_ID]
        => Shape(failed_update, |a| a.set("id", quote("another")));
    PutErrorEncodedId "put-error-encoded-id" "Update errors carry the id as it was encoded."
        [ids::UPDATE_ERROR_ECHOES_ID, ids::UPDATE_ID_SLASH, ids::UPDATE_ID_DECODED_ONCE,
         ids::UPDATE_ID_ENCODING_EQUIVALENCE]
        => Shape(failed_update, echo_raw_id);
    PutErrorWithoutText "put-error-without-text" "Update errors have no providerError."
        [ids::UPDATE_ERROR_PROVIDER_ERROR]
        => Shape(failed_update, |a| a.remove("providerError"));
    PutMalformedAccepted "put-malformed-json-accepted" "An update with truncated JSON succeeds."
        [ids::UPDATE_MALFORMED_JSON_400]
        => Overlook(Operation::Update, Flaw::Malformed);
    PutWrongResourceAccepted "put-wrong-resource-accepted"
        "An update with another type's body succeeds." [ids::UPDATE_WRONG_RESOURCE_422]
        => Overlook(Operation::Update, Flaw::WrongResource);
    PutNotImplemented "501-on-put" "Updates of schedules answer 501."
        [ids::UPDATE_200_STATUS, ids::UPDATE_NEW_VERSION, ids::CREATE_ID_ROUND_TRIPS,
         ids::LIFECYCLE_OPERATOR_SIMULATION, ids::LIFECYCLE_RANDOM_WALK, ids::UPDATE_FAILED_KEEPS_PREVIOUS]
        => Shape(|a| updated(a) && a.kind == "runschedule", not_implemented);
    RunPutEmpty "run-put-without-id" "An update of a run answers 200 {}."
        [ids::UPDATE_UNSUPPORTED_IS_EXPLICIT]
        => Shape(updated_run, |a| a.remove("id"));
    NoDecoding "no-percent-decoding" "Ids in paths are not percent-decoded."
        [ids::UPDATE_ERROR_ECHOES_ID, ids::UPDATE_ID_SLASH, ids::UPDATE_ID_DECODED_ONCE,
         ids::UPDATE_ID_ENCODING_EQUIVALENCE];
    DoubleDecoding "double-decoding" "Ids in paths are percent-decoded twice."
        [ids::UPDATE_ID_DECODED_ONCE];
    MarksNotDecoded "marks-not-decoded" "The escapes of ! * ' ( ) in paths are not decoded."
        [ids::UPDATE_ID_ENCODING_EQUIVALENCE];
    SlashRoutedAway "slash-routed-away" "An id with an encoded slash gets the router's 404 page."
        [ids::UPDATE_ID_SLASH, ids::DELETE_ID_ENCODING]
        => Gate(|c| c.raw_id().to_ascii_uppercase().contains("%2F"), |_| Answer::page(404));
    FailedPutDestroys "failed-put-destroys" "A refused update removes the resource."
        [ids::UPDATE_FAILED_KEEPS_PREVIOUS];

    // Deletes.
    DeleteAccepted "delete-202" "A delete answers 202 {}."
        [ids::DELETE_200_STATUS, ids::DELETE_STATUS_DOCUMENTED, ids::RESPONSE_STATUS_DOCUMENTED]
        => Shape(deleted, |a| a.status = 202);
    DeleteNoContent "delete-204" "A delete answers 204 without a body."
        [ids::DELETE_200_STATUS, ids::DELETE_200_BODY_OBJECT, ids::DELETE_STATUS_DOCUMENTED,
         ids::RESPONSE_JSON_OBJECT, ids::RESPONSE_CONTENT_TYPE_JSON, ids::RESPONSE_STATUS_DOCUMENTED,
         ids::DELETE_WHILE_RUN_ACTIVE, ids::CREATE_ID_ROUND_TRIPS, ids::LIFECYCLE_OPERATOR_SIMULATION,
         ids::LIFECYCLE_RANDOM_WALK]
        => Shape(deleted, no_content);
    DeleteNull "delete-null" "A delete answers with null."
        [ids::DELETE_200_BODY_OBJECT, ids::RESPONSE_JSON_OBJECT]
        => Shape(deleted, |a| a.content = Content::Text(b"null".to_vec()));
    DeleteEchoesId "delete-echoes-id" "A delete answers with the id."
        [ids::DELETE_200_ID_EMPTY, ids::DELETE_WHILE_RUN_ACTIVE, ids::CREATE_ID_ROUND_TRIPS,
         ids::LIFECYCLE_OPERATOR_SIMULATION, ids::LIFECYCLE_RANDOM_WALK]
        => Shape(deleted, echo_id);
    DeleteWarning "delete-warning" "A delete answers 200 with a providerError."
        [ids::DELETE_200_NO_PROVIDER_ERROR, ids::DELETE_WHILE_RUN_ACTIVE, ids::CREATE_ID_ROUND_TRIPS,
         ids::LIFECYCLE_OPERATOR_SIMULATION, ids::LIFECYCLE_RANDOM_WALK]
        => Shape(deleted, |a| set_error(a, br#""remains were left""#));
    DeleteNeedsContentType "delete-needs-content-type" "DELETE answers 400 without a Content-Type."
        [ids::DELETE_NO_CONTENT_TYPE_NO_BODY, ids::DELETE_200_STATUS, ids::DELETE_STATUS_DOCUMENTED,
         ids::RESPONSE_STATUS_DOCUMENTED, ids::DELETE_UNKNOWN_ID_404, ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE,
         ids::DELETE_REPEAT_OPERATOR_SAFE, ids::DELETE_ID_ENCODING, ids::DELETE_WHILE_RUN_ACTIVE,
         ids::CREATE_ID_ROUND_TRIPS, ids::LIFECYCLE_OPERATOR_SIMULATION, ids::LIFECYCLE_RANDOM_WALK]
        => Gate(|c| c.is_delete() && c.lacks("content-type"), |_| error(400, "the content type is missing"));
    DeleteUnknownError "delete-404-with-provider-error"
        "DELETE of an id that was never issued answers 404 with a providerError."
        [ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, ids::DELETE_ID_ENCODING]
        => Shape(deleted_never_issued, |a| set_error(a, br#""it is not there""#));
    DeleteUnknownBadRequest "delete-unknown-400" "DELETE of an unknown id answers 400 {}."
        [ids::DELETE_UNKNOWN_ID_404, ids::DELETE_STATUS_DOCUMENTED, ids::RESPONSE_STATUS_DOCUMENTED]
        => Shape(deleted_nothing, |a| a.status = 400);
    RepeatedDeleteError "repeated-delete-error"
        "DELETE of what was deleted before answers 404 with a providerError."
        [ids::DELETE_REPEAT_OPERATOR_SAFE]
        => Shape(deleted_former, |a| set_error(a, br#""it is gone""#));
    DeleteNotImplemented "501-on-delete" "DELETE of something that is not there answers 501."
        [ids::RESPONSE_STATUS_DOCUMENTED, ids::DELETE_STATUS_DOCUMENTED, ids::DELETE_UNKNOWN_ID_404,
         ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, ids::DELETE_REPEAT_OPERATOR_SAFE, ids::DELETE_ID_ENCODING]
        => Shape(deleted_nothing, |a| a.status = 501);
    DeleteTakesFamily "delete-removes-neighbours"
        "A delete removes all resources of the same family of names."
        [ids::DELETE_ISOLATION, ids::CREATE_ID_ROUND_TRIPS, ids::LIFECYCLE_RANDOM_WALK,
         ids::TRANSPORT_CONCURRENCY];
    DeleteIgnoresType "delete-ignores-type" "A delete finds ids of other types too."
        [ids::DELETE_TYPE_ISOLATION, ids::LIFECYCLE_RANDOM_WALK];
    PutAfterDeleteError "put-after-delete-500" "An update of what was deleted answers 500."
        [ids::DELETE_THEN_PUT]
        => Shape(updated_former, |a| a.status = 500);
    NameNeverFreed "name-never-freed" "The name of what was deleted cannot be created again."
        [ids::DELETE_THEN_RECREATE, ids::LIFECYCLE_RANDOM_WALK];
    ActiveRunKept "active-run-not-deletable" "DELETE of a run that exists answers 500 with a text."
        [ids::DELETE_WHILE_RUN_ACTIVE, ids::DELETE_200_STATUS, ids::CREATE_ID_ROUND_TRIPS,
         ids::LIFECYCLE_OPERATOR_SIMULATION, ids::LIFECYCLE_RANDOM_WALK]
        => Shape(|a| deleted(a) && a.kind == "run", |a| fail(a, br#""the run is active""#));

    // Life cycles.
    NumberedPipelineUnknown "numbered-pipeline-unknown"
        "A pipeline whose name ends in a digit is not found by its runs."
        [ids::LIFECYCLE_PIPELINE_RUN];
    UpdatesExhausted "updates-exhausted" "The fifth update of a resource answers 404."
        [ids::LIFECYCLE_RANDOM_WALK];

    // What only help shows.
    CreateWithoutEffect "create-without-effect" "What was created is not there before it is updated."
        [ids::CREATE_TAKES_EFFECT];
    UpdateWithoutEffect "update-without-effect" "An update leaves the former version in place."
        [ids::UPDATE_TAKES_EFFECT];
    DeleteWithoutEffect "delete-without-effect" "What was deleted is still there."
        [ids::DELETE_TAKES_EFFECT];
    DuplicatesOnRepeat "second-create-duplicates"
        "A create whose name is taken makes another resource and tells the id of the first."
        [ids::LIFECYCLE_NO_ORPHAN_AFTER_CLIENT_TIMEOUT];
    ReplicasApart "replicas-apart" "Each replica knows only what it has created itself."
        [ids::LIFECYCLE_REPLICAS];
    ForgetsOnRestart "forgets-on-restart" "A restart loses everything." [ids::LIFECYCLE_RESTART];
    ReadyWithoutBackend "ready-without-backend" "GET /readyz answers 204 while the backend is down."
        [ids::HEALTH_READYZ_503_WHEN_BACKEND_DOWN];
    DeadWithoutBackend "dead-without-backend" "GET /livez answers 503 while the backend is down."
        [ids::HEALTH_LIVEZ_UNAFFECTED_BY_BACKEND];
    OutagePutWithoutId "outage-put-without-id"
        "An update while the backend is down answers 500 without the id."
        [ids::LIFECYCLE_BACKEND_OUTAGE, ids::UPDATE_ERROR_ECHOES_ID];
    OutageDeleteOk "outage-delete-200"
        "A delete while the backend is down answers 200 {} and deletes nothing."
        [ids::DELETE_ERROR_PROVIDER_ERROR, ids::LIFECYCLE_BACKEND_OUTAGE];
    FailedDeleteStuck "failed-delete-stuck" "A delete that failed once fails forever."
        [ids::DELETE_ERROR_RECOVERABLE, ids::LIFECYCLE_BACKEND_OUTAGE];
    HalfCreatedUnnamed "half-created-without-id"
        "A create while the backend is down leaves something behind and does not tell its id."
        [ids::CREATE_ERROR_ID_IF_PARTLY_CREATED];
    NoRecovery "no-recovery" "Creates fail from the first outage to the next restart."
        [ids::LIFECYCLE_BACKEND_OUTAGE];

    // Abuse.
    WornOut "worn-out" "The create that comes after all abuse answers 500."
        [ids::ROBUST_STILL_WORKS_AFTER_ABUSE]
        => Break(|r| r.name.contains("-robust-afterwards-"));
    BadInputError "500-on-bad-input" "A create or update with truncated JSON answers 500."
        [ids::ROBUST_NO_5XX_ON_BAD_INPUT, ids::CREATE_MALFORMED_JSON_400, ids::UPDATE_MALFORMED_JSON_400]
        => Shape(malformed, |a| a.status = 500);
    WaveringErrors "wavering-errors"
        "A create with wrong types answers 422 and 400 in turn, for the same body."
        [ids::ROBUST_DETERMINISTIC_ERRORS];
    UnknownPathError "unknown-path-500" "A path that does not exist answers 500."
        [ids::ROBUST_UNKNOWN_PATH, ids::ROBUST_PATH_SPELLING]
        => Shape(|a| a.event == Event::NoRoute, |a| a.status = 500);
    OptionsBreaks "options-500" "OPTIONS answers 500 with a page in HTML."
        [ids::ROBUST_UNDOCUMENTED_METHODS]
        => Gate(|c| c.request.method == "OPTIONS", |_| Answer::page(500));
    DoubleSlashRedirected "double-slash-redirected"
        "A path with two slashes in a row is redirected to one without."
        [ids::ROBUST_PATH_SPELLING]
        => Gate(|c| c.request.target.contains("//"), redirect_to_one_slash);
    WrongMethodOk "wrong-method-200" "A method that does not exist answers 200 {}."
        [ids::ROBUST_WRONG_METHOD]
        => Shape(|a| a.event == Event::WrongMethod, |a| *a = Answer::object(Event::WrongMethod, 200));
    TraversalError "traversal-500" "An id that climbs out of its folder gets a 500 page in HTML."
        [ids::ROBUST_ID_TRAVERSAL]
        => Gate(|c| c.id().contains("../"), |_| Answer::page(500));
    ControlCharsError "control-characters-500" "An id with control characters answers 500."
        [ids::ROBUST_ID_CONTROL_CHARS]
        => Gate(has_control_characters, |_| error(500, "the id cannot be read"));
    LongIdError "id-8k-500" "An id of 8,000 bytes or more gets a 500 page in HTML."
        [ids::ROBUST_ID_8K]
        => Gate(|c| c.raw_id().len() >= 8_000, |_| Answer::page(500));
    DeepJsonPanic "panic-on-deep-json"
        "A body of more than 1,000 levels gets no answer, the connection is closed."
        [ids::ROBUST_DEEP_JSON]
        => Gate(|c| depth(&c.request.body) > 1_000, |_| Answer::hang_up());

    // Events.
    EventsMissing "events-missing" "Nothing is reported of any run."
        [ids::EVENT_SUCCESS_DELIVERED, ids::EVENT_FAILURE_DELIVERED, ids::EVENT_SCHEDULED_RUN];
    EventSuccessMissing "event-success-missing" "Runs that succeed are not reported."
        [ids::EVENT_SUCCESS_DELIVERED, ids::EVENT_SCHEDULED_RUN, ids::EVENT_SURVIVES_RESTART];
    EventFailureMissing "event-failure-missing" "Runs that fail are not reported."
        [ids::EVENT_FAILURE_DELIVERED];
    EventTrailingSlash "event-trailing-slash" "Events go to the webhook's URL with a slash behind."
        [ids::EVENT_TARGET_URL];
    EventCharset "event-charset" "The Content-Type of events has a charset."
        [ids::EVENT_CONTENT_TYPE_EXACT];
    EventEnvelope "event-envelope" "Events come in a CloudEvents envelope." [ids::EVENT_BARE_OBJECT];
    EventStatusWord "event-status-word" "The status of every event is SUCCEEDED."
        [ids::EVENT_STATUS_ENUM]
        => Report("status", |_| json!("SUCCEEDED"));
    EventOtherPipeline "event-other-pipeline" "Events name another pipeline."
        [ids::EVENT_PIPELINE_NAME]
        => Report("pipelineName", |_| json!(OTHER));
    EventUnnamed "event-without-run-name" "Events never name the run."
        [ids::EVENT_REFERENCE_PRESENT]
        => Report("runName", |_| Value::Null);
    EventOtherRun "event-other-run" "Events name another run." [ids::EVENT_RUN_NAME_ECHO]
        => Report("runName", |_| json!(OTHER));
    EventOtherConfiguration "event-other-configuration"
        "Events of runs name another run configuration." [ids::EVENT_RUN_CONFIGURATION_ECHO];
    EventBareName "event-bare-name" "Events name the run without its namespace."
        [ids::EVENT_NAMES_NAMESPACED, ids::EVENT_RUN_NAME_ECHO]
        => Report("runName", |run| json!(run.bare_name()));
    EventEmptyId "event-empty-id" "The runId of events is empty."
        [ids::EVENT_RUN_ID_NON_EMPTY, ids::EVENT_RUN_ID_CORRELATES]
        => Report("runId", |_| json!(""));
    EventOtherId "event-other-id" "Events have an id of their own." [ids::EVENT_RUN_ID_CORRELATES]
        => Report("runId", |run| json!(run.other_id()));
    EventConstantId "event-constant-id" "Events of all runs have the same id."
        [ids::EVENT_RUN_ID_UNIQUE, ids::EVENT_RUN_ID_CORRELATES]
        => Report("runId", |_| json!("the-run"));
    EventOtherProvider "event-other-provider" "Events name another provider."
        [ids::EVENT_PROVIDER_NAME]
        => Report("provider", |_| json!(OTHER));
    EventEmptyTime "event-empty-time" "The end of the run is an empty string."
        [ids::EVENT_TIMES_RFC3339]
        => Report("runEndTime", |_| json!(""));
    EventTimesReversed "event-times-reversed" "Runs end before they start."
        [ids::EVENT_TIMES_ORDERED];
    EventTooEarly "event-too-early" "The event comes an hour before the run ends."
        [ids::EVENT_TERMINAL_ONLY, ids::EVENT_TIMES_ORDERED]
        => Report("runEndTime", |_| json!(later()));
    EventComponentsObject "event-components-object" "The components are an object."
        [ids::EVENT_COMPONENTS_SHAPE]
        => Report("pipelineComponents", |_| json!({}));
    EventWithoutArtifacts "event-without-artifacts" "Events list no components."
        [ids::EVENT_ARTIFACT_RESOLVES]
        => Report("pipelineComponents", |_| json!([]));
    EventNoRetry "event-no-retry" "An event that is answered with 500 is given up."
        [ids::EVENT_RETRY_ON_500];
    EventLostUnreachable "event-lost-unreachable"
        "An event is given up if the webhook is out of reach."
        [ids::EVENT_RETRY_ON_UNREACHABLE, ids::EVENT_SURVIVES_RESTART];
    EventsForgotten "events-forgotten" "A restart loses the events that wait."
        [ids::EVENT_SURVIVES_RESTART];
    EventRepeatedAfter200 "event-repeated-after-200" "An event that has arrived is sent again."
        [ids::EVENT_STOP_ON_200];
    EventRepeatedAfter410 "event-repeated-after-410" "An event that nobody wants is sent again."
        [ids::EVENT_STOP_ON_410];
    EventHotLoop "event-hot-loop" "An event that is refused is sent again at once, forever."
        [ids::EVENT_NO_HOT_LOOP_ON_4XX];
    EventChangesOnRetry "event-changes-on-retry" "Each attempt sends another body."
        [ids::EVENT_REDELIVERY_IDENTICAL];
    EventImpatient "event-impatient" "A slow webhook gets the event again before it answers."
        [ids::EVENT_SLOW_SINK];
    EventScheduleUnconfigured "event-schedule-unconfigured"
        "Events of scheduled runs name no run configuration." [ids::EVENT_SCHEDULED_RUN];
}
