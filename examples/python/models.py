"""What the operator really sends, which is not quite what the published document says.

Everything else in a body is ignored, because a Provider's patches can add anything.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from cron import Cron


def _cron(text: str) -> str:
    """Accepts a text that will match at least once more."""
    if text and not Cron.parse(text).next_after(datetime.now(UTC)):
        raise ValueError("there is no such time within five years")
    return text


def _time_text(value: object) -> object:
    """Keeps pydantic from reading numbers as seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("a time is a text")
    return value


Name = Annotated[str, StringConstraints(pattern=r"^[^/]+(/[^/]+)?$")]
OptionalName = Annotated[str, StringConstraints(pattern=r"^([^/]+(/[^/]+)?)?$")]
ArtifactPath = Annotated[str, StringConstraints(pattern=r"^[^\[\]:]+:[^\[\]:]+(:[0-9]*)?(\[[^\[\]:]+\])?$")]
CronText = Annotated[str, StringConstraints(max_length=256), AfterValidator(_cron)]
Time = Annotated[AwareDatetime | None, BeforeValidator(_time_text)]


class Model(BaseModel):
    """JSON spells the fields in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class NamedValue(Model):
    name: str
    value: str


class Artifact(Model):
    """An output to report when a run has finished."""

    name: str
    path: ArtifactPath


class TriggerIndicator(Model):
    """Why a run was asked for."""

    type: str
    source: str
    source_namespace: str


class Schedule(Model):
    """When to start runs. `{}` is real, and means never."""

    cron_expression: CronText = ""
    start_time: Time = None
    end_time: Time = None

    def next_after(self, now: datetime) -> datetime | None:
        """The first time after `now`, or None if there is none."""
        if not self.cron_expression:
            return None
        cron = Cron.parse(self.cron_expression)
        after = now
        if self.start_time and self.start_time > now:
            # The start itself counts, but for what counts from it.
            after = self.start_time if cron.every else self.start_time - timedelta(microseconds=1)
        found = cron.next_after(after)
        return None if found and self.end_time and found > self.end_time else found


class Framework(Model):
    name: str = ""
    parameters: dict[str, Any] | None = None


class PipelineDefinition(Model):
    """Patches may remove all but the name before the definition is sent."""

    name: Name
    version: str = ""
    image: str = ""
    env: list[NamedValue] = []
    framework: Framework = Framework()


class Pipeline(Model):
    pipeline_definition: PipelineDefinition
    compiled_pipeline: Any

    @property
    def name(self) -> str:
        return self.pipeline_definition.name


class Run(Model):
    """Parameters may hold an empty key: the operator's trace of one that it could not resolve."""

    name: Name
    version: str
    pipeline_name: Name
    pipeline_version: str
    run_configuration_name: OptionalName
    experiment_name: OptionalName
    parameters: dict[str, str] = {}
    artifacts: list[Artifact] = []
    trigger_indicator: TriggerIndicator


class RunSchedule(Run):
    """A run, over and over. Its pipeline need not exist yet, and no version means the newest."""

    schedule: Schedule


class Experiment(Model):
    name: Name
    version: str
    description: str


Resource = Pipeline | Run | RunSchedule | Experiment

MODELS: dict[str, type[Pipeline] | type[Run] | type[RunSchedule] | type[Experiment]] = {
    "pipeline": Pipeline,
    "run": Run,
    "runschedule": RunSchedule,
    "experiment": Experiment,
}
