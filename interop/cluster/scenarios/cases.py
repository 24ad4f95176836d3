"""What is tried: an operation, a provider's way to answer it, and what the operator has to read of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from .fakes import DROPS, HANGS, MIB, Answering, accepting, always
from .operator import Operation, definition, go_json

SIMPLE = ("run", "runschedule", "experiment")
ODD = '-n $HOME `id` "q" \'s\' \\n %2F a/b?c#d&e=f+g;h,i:j@k ~!*() [{|}] ü€🐟\u2028\ttab'
IDS = (ODD, "-n", "--help", "--id=x", "100%", "a%20b", "...", "$(id)", "a\nb", " a ", "y" * 3000)
ERROR = 'no "such" <thing> & $HOME \\ 100% ü🐟'
PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Expected:
    """What the output holds: this id or none, no error or one in which this pattern is found."""

    id: str = ""
    error: str = ""


@dataclass(frozen=True)
class Case:
    """`expected` is None where there is to be no output at all.

    Of the providers, `nobody` is a Service without endpoints, and `nowhere` a name that no Service has.
    """

    provider: str
    operation: Operation
    expected: Expected | None
    id: str = ""
    definition: str = ""
    requests: int = 1
    note: str = ""

    @property
    def target(self) -> str:
        """The request target, as jq and curl write it."""
        path = f"/resource/{self.operation.kind}"
        return path if self.operation.verb == "create" else f"{path}/{quote(self.id, safe='-_.~')}"

    @property
    def body(self) -> bytes:
        """The body: a definition as Argo's raw artifact has it, or both parts of a pipeline."""
        if self.operation.verb == "delete":
            return b""
        if self.operation.kind != "pipeline":
            return self.definition.encode() + b"\n"
        filler = "x" * json.loads(self.definition)["framework"]["parameters"].get("fillerBytes", 0)
        compiled = f'{{"uid":1000,"definition":{self.definition}\n,"filler":"{filler}"}}'
        return f'{{"pipelineDefinition": {self.definition}, "compiledPipeline": {compiled}}}'.encode()

    def __str__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{self.operation.template} {self.operation.kind}, {self.provider}{note}"


def answers() -> dict[str, Answering]:
    """The ways of providers to answer."""
    large = go_json({"providerError": "long " * MIB}).encode()
    error = go_json({"providerError": ERROR}).encode()
    return {
        "accepting": accepting("e-1"),
        "odd": accepting(ODD),
        "refusing": always(422, "application/json", error),
        "unimplemented": always(501, "application/json", error),
        "page": always(502, "text/html", PAGE),
        "empty": always(204, "text/plain", b""),
        "dropping": lambda request: DROPS,
        "hanging": lambda request: HANGS,
        "large-error": always(500, "application/json", large),
    }


# One of each template.
TEMPLATES = (
    Operation("create", "run"),
    Operation("update", "experiment"),
    Operation("create", "pipeline"),
    Operation("update", "pipeline"),
    Operation("delete", "runschedule"),
)


def cases() -> list[Case]:
    return [*every_operation(), *every_failure(), *odd_ids(), *large()]


def case(provider: str, operation: Operation, id: str = "e-1", error: str = "", **more: object) -> Case:
    """An update and a deletion that failed keep the id; what was created, and what was updated, has it in the answer."""
    verb = operation.verb
    given = "" if verb == "create" else id
    kept = given if error else "" if verb == "delete" else id
    changes = more.pop("changes", {})
    text = "" if verb == "delete" else definition(operation.kind, **changes)  # type: ignore[arg-type]
    return Case(provider, operation, Expected(kept, error), given, text, **more)  # type: ignore[arg-type]


def every_operation() -> Iterator[Case]:
    """What the operator sends, of each type. It never updates a run, but a person can make it."""
    for kind in ("pipeline", *SIMPLE):
        for verb in ("create", "update", "delete"):
            yield case("accepting", Operation(verb, kind))


def every_failure() -> Iterator[Case]:
    for operation in TEMPLATES:
        yield case("refusing", operation, error=re.escape(ERROR))
        yield case("unimplemented", operation, error=re.escape(ERROR))
        yield case("page", operation, error="502")
        yield case("dropping", operation, error="answer")
        yield case("nobody", operation, error="refused", requests=0)
        yield case("nowhere", operation, error="lookup", requests=0)
        yield case("large-error", operation, error="^long long|more than")
    for operation in (TEMPLATES[0], TEMPLATES[3]):
        yield case("hanging", operation, error="no answer within 4m 50s")
    for operation in TEMPLATES[:4]:
        yield case("empty", operation, error="204")
    # What was answered with nothing is gone all the same.
    yield case("empty", TEMPLATES[4])
    failing = definition("pipeline", framework={"name": "plain", "parameters": {"compile": "fail"}})
    yield Case("accepting", TEMPLATES[2], None, definition=failing, requests=0, note="the compiler fails")


def odd_ids() -> Iterator[Case]:
    for operation in TEMPLATES:
        yield case("odd", operation, id=ODD)
    for number, id in enumerate(IDS):
        verb = ("update", "delete")[number % 2]
        # The answer of this provider has an id of its own, which an update takes over.
        yield Case(
            "accepting",
            Operation(verb, "experiment"),
            Expected("e-1" if verb == "update" else ""),
            id,
            definition("experiment") if verb == "update" else "",
            note=f"id {id[:20]!r}",
        )


def large() -> Iterator[Case]:
    framework = {"name": "plain", "parameters": {"fillerBytes": 5 * MIB}}
    for operation in TEMPLATES[2:4]:
        yield case("accepting", operation, changes={"framework": framework}, note="5 MiB are compiled")
    for operation in (Operation("create", "experiment"), TEMPLATES[1]):
        yield case("accepting", operation, changes={"description": "d" * (200 << 10)}, note="a definition of 200 KiB")
