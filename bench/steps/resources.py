"""resources.py COUNT: a Provider and so many resources of all kinds, as YAML."""

import sys

HEAD = "---\napiVersion: pipelines.kubeflow.org/v1beta1\nkind: {}\nmetadata: {{name: {}, namespace: team}}\nspec:\n"
PROVIDER = """apiVersion: pipelines.kubeflow.org/v1beta1
kind: Provider
metadata: {name: forge, namespace: ml}
spec:
  serviceImage: forge
  serviceAccount: forge
  pipelineRootStorage: roots
  frameworks: [{name: plain, image: compiler}]
"""
RUN = "provider: ml/forge, pipeline: p-{0}, experimentName: e-{0}"
# Of twenty, so many are of a kind.
KINDS = [("Pipeline", 4), ("Experiment", 4), ("Run", 6), ("RunSchedule", 5), ("RunConfiguration", 1)]


def spec(kind, number):
    run = RUN.format(number % 200)
    match kind:
        case "Pipeline":
            return (
                f"  provider: ml/forge\n  image: registry.example/p:{number}\n"
                "  framework: {name: plain, parameters: {depth: 3}}\n  env: [{name: REGION, value: north}]\n"
            )
        case "Experiment":
            return f"  provider: ml/forge\n  description: number {number}\n"
        case "Run":
            return f"  {run.replace(', ', chr(10) + '  ')}\n  parameters: [{{name: day, value: '{number}'}}]\n"
        case "RunSchedule":
            return f"  {run.replace(', ', chr(10) + '  ')}\n  schedule: {{cronExpression: '0 {number % 24} * * *'}}\n"
        case "RunConfiguration":
            return f"  run: {{{run}}}\n  triggers: {{onChange: [pipeline], schedules: [{{cronExpression: '0 1 * * *'}}]}}\n"


def main():
    count = int(sys.argv[1])
    sys.stdout.write(PROVIDER)
    for kind, share in KINDS:
        initial = "".join(letter for letter in kind if letter.isupper()).lower()
        for number in range(count * share // 20):
            sys.stdout.write(HEAD.format(kind, f"{initial}-{number}" if kind != "Run" else f"run-{number}"))
            sys.stdout.write(spec(kind, number))


main()
