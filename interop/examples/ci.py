"""Runs the CI files of examples/ci as GitHub's and GitLab's runners do.

ci.py github|gitlab FILE REPOSITORY FOLDER COMMAND...: jobs run one after the other, each in a clean folder below FOLDER; what
is checked out is a copy of REPOSITORY; each step's script goes to `COMMAND... FOLDER ENVIRONMENT SHELL... SCRIPT`, which runs it
in the job's container. Anything in the file that is not known here is an error, not passed over. Exits with 1 if a job fails.
"""

import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

IMAGE = "registry.example/kfp-provider-kit-ci:0.1.0"
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def known(what: str, mapping: dict[Any, Any], *keys: str) -> None:
    if unknown := {str(key) for key in mapping} - set(keys):
        sys.exit(f"{what}: not known to this runner: {sorted(unknown)}")


class Runner:
    def __init__(self, repository: Path, folder: Path, command: list[str]) -> None:
        self.repository, self.folder, self.command = repository, folder, command
        self.artifacts = folder / "artifacts"
        self.artifacts.mkdir(parents=True)

    def clean(self, job: str) -> Path:
        workspace = self.folder / re.sub(r"\W+", "-", job)
        workspace.mkdir()
        workspace.chmod(0o755)
        return workspace

    def run(self, workspace: Path, script: str, shell: list[str], env: dict[str, str]) -> int:
        file = workspace.with_suffix(".script")
        file.write_text(script)
        words = [f"{name}={value}" for name, value in env.items()]
        print(f"  $ {script.strip()}", flush=True)
        done = subprocess.run([*self.command, str(workspace), " ".join(words), *shell, str(file)])
        print(f"    exit code {done.returncode}", flush=True)
        return done.returncode

    # GitHub

    def github(self, file: Path) -> bool:
        workflow = yaml.safe_load(file.read_text())
        known(file.name, workflow, "name", "True", "jobs")  # YAML 1.1 takes `on` for a truth
        done: dict[str, bool] = {}
        for name, job in workflow["jobs"].items():
            known(name, job, "runs-on", "container", "strategy", "steps", "needs")
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            if not all(done[need] for need in needs):
                print(f"{name}: skipped, because a job that it needs failed")
                done[name] = False
                continue
            strategy = job.get("strategy", {})
            known(name, strategy, "fail-fast", "matrix")
            matrix = strategy.get("matrix", {})
            rows = [dict(zip(matrix, values)) for values in itertools.product(*matrix.values())]
            if self.evaluate(job["container"], {}) != IMAGE:
                sys.exit(f"{name}: its image is {job['container']!r}, and nowhere")
            done[name] = all([self.github_job(f"{name} {list(row.values())}", job["steps"], row) for row in rows])
        return all(done.values())

    def evaluate(self, text: str, matrix: dict[str, Any]) -> str:
        context = {"vars.KFP_KIT_CI": IMAGE} | {f"matrix.{key}": str(value) for key, value in matrix.items()}
        return EXPRESSION.sub(lambda found: context[found[1]], str(text))

    def github_job(self, name: str, steps: list[dict[str, Any]], matrix: dict[str, Any]) -> bool:
        print(f"{name}:")
        workspace, summary, good = self.clean(name), self.folder / "summary.md", True
        summary.write_text("")
        summary.chmod(0o666)
        for step in steps:
            known(name, step, "name", "uses", "run", "with", "if")
            if step.get("if", "success()") not in ("success()", "always()"):
                sys.exit(f"{name}: not known to this runner: if: {step['if']}")
            if not good and step.get("if") != "always()":
                continue
            given = {key: self.evaluate(value, matrix) for key, value in step.get("with", {}).items()}
            if "run" in step:
                env = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
                good = self.run(workspace, self.evaluate(step["run"], matrix), ["bash", "-e"], env) == 0 and good
            else:
                good = self.action(step["uses"], given, workspace) and good
        print(f"  summary: {len(summary.read_text().splitlines())} lines")
        return good

    def action(self, uses: str, given: dict[str, str], workspace: Path) -> bool:
        name, _, version = uses.partition("@")
        if version != "v4":
            sys.exit(f"{uses}: not known to this runner")
        print(f"  {uses} {given}")
        if name == "actions/checkout":
            shutil.copytree(self.repository, workspace, dirs_exist_ok=True)
        elif name == "actions/upload-artifact":
            known(uses, given, "name", "path")
            if not (workspace / given["path"]).is_dir():
                print(f"    {given['path']}: nothing to upload")
                return False
            shutil.copytree(workspace / given["path"], self.artifacts / given["name"])
        elif name == "actions/download-artifact":
            known(uses, given)
            shutil.copytree(self.artifacts, workspace, dirs_exist_ok=True)  # each in a folder of its name
        else:
            sys.exit(f"{uses}: not known to this runner")
        return True

    # GitLab

    def gitlab(self, file: Path) -> bool:
        good = True
        for name, job in yaml.safe_load(file.read_text()).items():
            known(name, job, "image", "script", "artifacts")
            if os.path.expandvars(job["image"]) != IMAGE:
                sys.exit(f"{name}: its image is {job['image']!r}, and nowhere")
            print(f"{name}:")
            workspace = self.clean(name)
            shutil.copytree(self.repository, workspace, dirs_exist_ok=True)
            script = "set -eo pipefail\n" + "\n".join(job["script"])
            passed = self.run(workspace, script, ["bash"], {"CI": "true", "GITLAB_CI": "true"}) == 0
            artifacts = job["artifacts"]
            known(f"{name}: artifacts", artifacts, "when", "paths", "reports")
            if passed or artifacts.get("when") == "always":
                for path in [*artifacts["paths"], *artifacts["reports"].values()]:
                    if not (workspace / path).exists():
                        sys.exit(f"{name}: {path}: nothing to upload")
                shutil.copytree(workspace / artifacts["paths"][0], self.artifacts / name)
            good = good and passed
        return good


def main() -> None:
    flavour, file, repository, folder, *command = sys.argv[1:]
    os.environ["KFP_KIT_CI"] = IMAGE
    runner = Runner(Path(repository), Path(folder), command)
    good = {"github": runner.github, "gitlab": runner.gitlab}[flavour](Path(file))
    sys.exit(0 if good else 1)


main()
