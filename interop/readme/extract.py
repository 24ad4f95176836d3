"""Finds the providers that the documentation shows, and makes a project of each, outside of the workspace.

extract.py ROOT FOLDER: writes FOLDER/NAME/{Cargo.toml,src/main.rs,provider.toml} and prints each NAME.

A provider is a block of Rust that implements `Provider`, in a README or in the documentation of the source. What stands around
it has to be all that it takes: dependencies and the runner's configuration are blocks of the same text.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOC = re.compile(r"^\s*//[/!] ?(.*)$")
PROVIDER = re.compile(r"^impl(<[^>]*>)? Provider for ", re.MULTILINE)
# Where the text says that the kit lies, beside the project.
KIT = "../kfp-provider-kit/"


def texts(root: Path) -> list[tuple[str, str]]:
    """Every text of the documentation, by its file."""
    files = subprocess.run(["git", "ls-files", "*.md", "*.rs"], cwd=root, capture_output=True, text=True, check=True)
    found = []
    for name in files.stdout.splitlines():
        text = (root / name).read_text()
        if name.endswith(".rs"):
            lines = (DOC.match(line) for line in text.splitlines())
            text = "\n".join(line[1] if line else "" for line in lines)
        found.append((name, text))
    return found


def one(blocks: list[tuple[str, str]], what: str, file: str) -> str:
    having = [text for language, text in blocks if language == "toml" and re.search(rf"^\[{what}\]$", text, re.MULTILINE)]
    if len(having) != 1:
        sys.exit(f"{file}: {len(having)} blocks of TOML with [{what}] (hint: the provider beside it takes one)")
    return having[0]


def dependencies_of(block: str, root: Path, file: str) -> str:
    """The dependencies that a text shows, as they are outside of the workspace."""
    section = re.search(r"^\[dependencies\]\n.*?(?=^\[|\Z)", block, re.MULTILINE | re.DOTALL)[0]
    if KIT in section:
        return section.replace(KIT, f"{root}/")
    # A member of the workspace: what `NAME.workspace = true` stands for.
    table = tomllib.loads((root / "Cargo.toml").read_text())["workspace"]["dependencies"]
    lines = []
    for name, value in tomllib.loads(section)["dependencies"].items():
        if value != {"workspace": True}:
            sys.exit(f"{file}: {name} is neither in {KIT} nor of the workspace")
        meant = table[name] if isinstance(table[name], dict) else {"version": table[name]}
        if "path" in meant:
            meant = meant | {"path": str(root / meant["path"])}
        lines.append(f"{name} = {{ {', '.join(f'{key} = {json.dumps(of)}' for key, of in meant.items())} }}")
    return "[dependencies]\n" + "\n".join(lines) + "\n"


def main() -> None:
    root, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    profile = re.search(r"^\[profile\.dev\]\n.*?(?=^\[profile\.release\])", (root / "Cargo.toml").read_text(), re.MULTILINE | re.DOTALL)
    names = []
    for file, text in texts(root):
        blocks = BLOCK.findall(text)
        for number, code in enumerate(code for language, code in blocks if language == "rust" and PROVIDER.search(code)):
            if not re.search(r"^async fn main|^fn main", code, re.MULTILINE):
                sys.exit(f"{file}: a provider without `main` (hint: a whole program, so that it can be judged)")
            name = re.sub(r"\W+", "-", f"shown-{file}-{number}").lower()
            names.append(name)
            dependencies = dependencies_of(one(blocks, "dependencies", file), root, file)
            project = folder / name
            (project / "src").mkdir(parents=True)
            # Hidden lines of a documentation test are lines of the program.
            (project / "src/main.rs").write_text(re.sub(r"^# ?", "", code, flags=re.MULTILINE) if file.endswith(".rs") else code)
            (project / "provider.toml").write_text(one(blocks, "provider", file))
            package = f'[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2024"\n\n'
            # The workspace's profile, so that what is built already is built once.
            (project / "Cargo.toml").write_text(
                package + dependencies + "\n[workspace]\n\n" + (profile[0] if profile else "")
            )
            (project / "Cargo.lock").write_text((root / "Cargo.lock").read_text())
    if not names:
        sys.exit("the documentation shows no provider (hint: server/README.md)")
    print("\n".join(names))


main()
