"""Spoils custom resources in every way that a resource definition could notice, one at a time, and says what the
published definitions make of each; then compares with what `kfp-provider rehearse` has said about the same files.

    mutations.py make DEFINITIONS SAMPLES FOLDER     writes FOLDER/*.yaml and FOLDER/verdicts.json
    mutations.py compare FOLDER SAID                 SAID is the standard error of the rehearsal of FOLDER
"""

import copy
import datetime
import json
import pathlib
import re
import sys

import jsonschema
import yaml

VALUES = [None, True, 7, 1.5, "", "a b", "A", "a/b", "a/b/c", "-a/b", "a:b", "a:b:c", "a:b:0007[x == 1]", "a:b:1[]", "a.b", "pipeline",
          "2027-03-01T06:00:00Z", "2027-03-01T06:00:00.5+01:00", "2027-03-01", "2027-13-01T06:00:00Z", [], ["a"], {}, {"name": "a"}]

# Where ours refuses more, and why that is right: the operator cannot decode it, or its webhook refuses it.
STRICTER = [
    (r"^/spec/(run/)?parameters/\d+/valueFrom/runConfigurationRef/name$", "a malformed NamespacedName cannot be decoded"),
    (r"^/spec/triggers/runConfigurations/\d+$", "a malformed NamespacedName cannot be decoded"),
    (r"^/spec/triggers/runConfigurations$", "a malformed NamespacedName cannot be decoded"),
    (r"^/spec/triggers/(onChange|schedules)/\d+$", "nothing may be there twice"),
    (r"^/spec/podTemplateEnv/\d+/name$", "some names are reserved"),
    (r"^/spec/(run/)?parameters/\d+(/valueFrom|/value)?$", "a value and valueFrom exclude each other"),
    (r"^/spec$", "no resource does anything without a specification"),
]


def strict(schema):
    """The schema with unknown fields refused, as the API server does when it is asked by kubectl."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items() if key != "properties"}
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {key: strict(value) for key, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields") and "additionalProperties" not in schema:
            made["additionalProperties"] = False
    return made


def load(definitions):
    specs = {}
    for path in pathlib.Path(definitions).glob("*.yaml"):
        document = yaml.safe_load(path.read_text())
        version = next(v for v in document["spec"]["versions"] if v["name"] == "v1beta1")
        specs[document["spec"]["names"]["kind"]] = strict(version["schema"]["openAPIV3Schema"]["properties"]["spec"])
    return specs


def prune(value, schema):
    """The value without null where the API server drops it before it validates: in members, of objects and of maps, that
    are neither nullable nor have a default. Items of a list stay, and so does what no schema describes."""
    schema = schema if isinstance(schema, dict) else {}
    if isinstance(value, list):
        return [prune(item, schema.get("items")) for item in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for key, member in value.items():
        known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        described = isinstance(known, dict)
        if member is None and described and not known.get("nullable") and "default" not in known:
            continue
        made[key] = prune(member, known)
    return made


checker = jsonschema.FormatChecker([])


@checker.checks("date-time")
def is_time(value):
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", value):
        return False
    try:
        datetime.datetime.fromisoformat(value.upper().replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def places(value, pointer=()):
    yield pointer
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*pointer, key))


def parent(resource, pointer):
    for key in pointer[:-1]:
        resource = resource[key]
    return resource


def mutations(resource):
    for pointer in places(resource["spec"], ("spec",)):
        def changed(change):
            made = copy.deepcopy(resource)
            change(parent(made, pointer), pointer[-1])
            return pointer, made

        yield changed(lambda holder, key: holder.pop(key))
        for value in VALUES:
            yield changed(lambda holder, key: holder.__setitem__(key, copy.deepcopy(value)))
        target = parent(resource, pointer)[pointer[-1]]
        if isinstance(target, dict):
            yield changed(lambda holder, key: holder[key].__setitem__("unknownField", 1))


# What the samples do not have.
RICHER = [
    ("Run", {"parameters": [{"name": "a", "valueFrom": {"runConfigurationRef": {"name": "n/rc", "outputArtifact": "o", "optional": True}}}]}),
    ("RunConfiguration", {"triggers": {"runConfigurations": ["a", "n/a"], "onChange": ["pipeline", "runSpec"],
                                       "schedules": [{"cronExpression": "0 * * * *", "startTime": "2027-03-01T06:00:00Z", "endTime": "2028-03-01T06:00:00Z"}]}}),
    ("RunSchedule", {"schedule": {"cronExpression": "0 * * * *", "startTime": "2027-03-01T06:00:00Z"}}),
]


def make(definitions, samples, folder):
    specs = load(definitions)
    folder = pathlib.Path(folder)
    bases = [yaml.safe_load(path.read_text()) for path in sorted(pathlib.Path(samples).glob("*.yaml"))]
    for kind, more in RICHER:
        base = next(copy.deepcopy(base) for base in bases if base["kind"] == kind)
        base["spec"].update(more)
        bases.append(base)
    verdicts = {}
    for base in bases:
        validator = jsonschema.Draft202012Validator(specs[base["kind"]], format_checker=checker)
        for pointer, resource in [((), base), *mutations(base)]:
            name = f"{len(verdicts):05}.yaml"
            resource["metadata"]["name"] = f"m{len(verdicts)}"
            (folder / name).write_text(yaml.safe_dump(resource))
            spec = resource.get("spec")
            valid = spec is None or validator.is_valid(prune(spec, specs[base["kind"]]))
            verdicts[name] = [valid, resource["kind"], "/" + "/".join(map(str, pointer))]
    (folder / "verdicts.json").write_text(json.dumps(verdicts))


def compare(folder, said):
    verdicts = json.loads((pathlib.Path(folder) / "verdicts.json").read_text())
    refused = {}
    for line in pathlib.Path(said).read_text().splitlines():
        if found := re.search(r"/(\d{5}\.yaml):\d+: (.*)", line):
            refused.setdefault(found[1], found[2])
    wrong, stricter = [], 0
    for name, (valid, kind, pointer) in verdicts.items():
        if valid != (name in refused):
            continue
        if valid and any(re.search(pattern, pointer) for pattern, _ in STRICTER):
            stricter += 1
            continue
        wrong.append(f"{name}: {kind} {pointer}: the definition {'takes' if valid else 'refuses'} it, we do not: {refused.get(name)}")
    print("\n".join(wrong), file=sys.stderr)
    bad = sum(not valid for valid, _, _ in verdicts.values())
    print(f"{len(verdicts)} resources, {bad} of them spoilt: {len(wrong)} judged otherwise than by the definitions, {stricter} more strictly, with a reason")
    return bool(wrong)


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    sys.exit(compare(*sys.argv[2:]))
