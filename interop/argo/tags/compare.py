"""Descriptions of experiments with braces in them: what Argo makes of each, and what the rehearsal says.

    compare.py make RESOURCES DEFINITIONS     writes both, from a fixed seed
    compare.py compare ANSWERS REPORT         compares Argo's answers with the report of kfp-provider rehearse -o json
"""

import hashlib
import json
import random
import re
import sys

SEED, RANDOM = 20270301, 900

EDGES = [
    "plain", "{{workflow.name}}", "{{ workflow.name }}", "{{=1+1}}", "{{= 2 * (3 - 1) }}", "{{=4/2}}", "{{=1/0}}", "{{='a'+'b'}}",
    "{{=workflow.namespace+'!'}}", "{{=nope}}", "{{=nil}}", "{{=true}}", "{{=1.5}}", "{{=", "{{=1", "{{=}}", "{{={{}}", "{{=steps.a}}",
    "{{inputs.parameters.day}}", "{{item}}", "{{item.x}}", "{{$.x}}", "{{steps}}", "{{steps.name}}", "{{tasks.x.outputs.result}}",
    "{{outputs.parameters.x}}", "{{pod.name}}", "{{workflow.}}", "{{workflow}}", "{{a {{workflow.name}}}}", "{{{workflow.name}}}",
    "{{{{workflow.name}}}}", "{{workflow.name}", "{{", "}}", "{{ {{ }}", "{{nope {{workflow.namespace}}", "a\x7fb", "\U000e0001",
    "\U0001f600", "\U000f0000", "\u2028", "<&>{{workflow.namespace}}", "{{workflow.creationTimestampx}}", "{{inputs.parameters}}",
    "{{outputs.parameters.provider-output.path}}", "{{workflow.mainEntrypoint}}{{workflow.serviceAccountName}}", "\t{{\t}}\n",
]
TOKENS = [
    "{{", "{{", "}}", "}}", "{", "}", " ", "=", "workflow.name", "workflow.namespace", "workflow.", "workflow.nope", "inputs.x", "steps",
    "steps.a", "tasks.", "item", "item.", "nope", "$.x", "1", "+", "'a'", "outputs.x", "pod.name", "-", "(", ")", "\\", '"', "<", "é",
]
SPECIAL = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def texts():
    chance = random.Random(SEED)
    found = list(EDGES)
    for _ in range(RANDOM):
        some = lambda most: "".join(chance.choices(TOKENS, k=chance.randint(1, most)))
        found.append(chance.choice([some(9), "{{" + some(3) + "}}" + some(3), "{{=" + some(5) + "}}"]))
    return found


def definition(number, text):
    version = hashlib.sha1(text.encode() + b"\0").hexdigest()[:6]
    written = json.dumps(text, ensure_ascii=False)
    written = "".join(SPECIAL.get(sign, sign) for sign in written)
    return f'{{"name":"birch/x{number}","version":"{version}","description":{written}}}'


def yaml_of(value):
    """JSON that is YAML too: YAML has no pairs of surrogates, and writes what is beyond U+FFFF with eight digits."""
    pair = re.compile(r"\\\\|\\u(d[89ab]..)\\u(d[c-f]..)")
    whole = lambda high, low: 0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00
    return pair.sub(lambda it: f"\\U{whole(it[1], it[2]):08x}" if it[1] else it[0], json.dumps(value))


def make(resources, definitions):
    head = {"apiVersion": "pipelines.kubeflow.org/v1beta1"}
    provider = head | {
        "kind": "Provider",
        "metadata": {"name": "forge", "namespace": "ml"},
        "spec": {"serviceImage": "i", "serviceAccount": "s", "pipelineRootStorage": "r"},
    }
    with open(resources, "w") as yaml, open(definitions, "w") as lines:
        yaml.write(yaml_of(provider) + "\n")
        for number, text in enumerate(texts()):
            experiment = head | {
                "kind": "Experiment",
                "metadata": {"name": f"x{number}", "namespace": "birch"},
                "spec": {"provider": "ml/forge", "description": text},
            }
            yaml.write("---\n" + yaml_of(experiment) + "\n")
            lines.write(json.dumps(definition(number, text)) + "\n")


def argo(answer):
    refused = answer.get("refused")
    if refused is None:
        return "runs", answer["arrives"].replace("run-once-abcde", "<name>")
    waits = refused.startswith("step: ") and ("failed to resolve" in refused or " is missing" in refused)
    return ("hangs" if waits else "invalid"), None


def ours(steps):
    step = steps[-1]
    if any("cannot be foretold" in warning for warning in step["warnings"]):
        return "only Argo knows", None
    if "request" not in step:
        return ("hangs" if step["state"] == "Creating" else "invalid"), None
    body = step["request"]["body"].removesuffix("\n")
    return "runs", re.sub(r"experiment-x\d+-[b-z2-9]{5}", "<name>", body)


def compare(answers, report):
    steps = {}
    for step in json.load(open(report))["steps"]:
        steps.setdefault(step["resource"], []).append(step)
    counted, wrong = {}, []
    for number, line in enumerate(open(answers)):
        expected, found = argo(json.loads(line)), ours(steps[f"Experiment birch/x{number}"])
        counted[found[0]] = counted.get(found[0], 0) + 1
        if found[0] != "only Argo knows" and expected != found:
            wrong.append(f"{texts()[number]!r}: Argo {expected}, rehearsal {found}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{sum(counted.values())} texts, as Argo has it: " + ", ".join(f"{counted[key]} {key}" for key in sorted(counted)))
    sys.exit(bool(wrong))


{"make": make, "compare": compare}[sys.argv[1]](*sys.argv[2:])
