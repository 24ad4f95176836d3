"""What a request that is valid by its schema may be refused for, because no schema can say it.

Each refusal is known by its operation, its status and the beginning of its text. Any other refusal of a valid request
stays a failure, on these operations too.
"""

import re

import schemathesis

# That a name is taken, or that a pipeline exists, depends on what was created before; whether a cron text can be read
# takes a parser; and that runs are never changed is a choice of this provider, where the contract has room for others.
NO_PIPELINE = r"pipelineName: there is no pipeline |pipelineVersion: pipeline .* has no version "
NO_CRON = r"schedule\.cronExpression: "
TAKEN = r"name: .* belongs to another "
UNCHANGING = r"this provider does not support changing runs"

REFUSALS = {
    "POST /resource/run": NO_PIPELINE,
    "POST /resource/runschedule": NO_CRON,
    "PUT /resource/pipeline/{id}": TAKEN,
    "PUT /resource/run/{id}": UNCHANGING,
    "PUT /resource/runschedule/{id}": f"{NO_CRON}|{TAKEN}",
    "PUT /resource/experiment/{id}": TAKEN,
}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a failure is one."""
    reason = REFUSALS.get(case.operation.label)
    if "positive_data_acceptance" not in failure.checks or response.status_code != 422 or reason is None:
        return True
    return re.match(reason, response.json()["providerError"], re.DOTALL) is None
