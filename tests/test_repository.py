"""The repository as a whole: nothing of one machine in it, a lock that only pins, no loose ends."""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("signing", "registry", "search", "web")
_HOMES = {(each,) for each in (*PACKAGES, "tests")}
_LEFT_OUT = {".git", ".venv", "__pycache__", "build", "demo-data", "demo-data-keys"}
_PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==[^\s;]+( ; [^\\]+)? \\")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
_COMMENT = re.compile(r"    #( .*)?")


def files() -> list[Path]:
    """Every file of the repository: as Git lists them, or as they lie there."""
    git = shutil.which("git")
    if git is not None and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, text=True
        )
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not _LEFT_OUT & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """The files that are text, each with its name."""
    for path in files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def product_modules() -> list[Path]:
    """The modules of the four packages."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES]


# Written in pieces, so that this file does not hold what it looks for.
_OF_ONE_MACHINE = re.compile(
    "|".join(
        (
            r"(?<![A-Za-z_])/" + r"(?:root|work)/",
            r"(?<![A-Za-z_])/" + r"(?:home|Users)/[A-Za-z]",
            "pip" + r"\.conf",
            "extra-" + "index" + "-url",
            "--" + "index" + "-url",
            "trusted" + "-host",
            "python" + "hosted",
            "pypi" + r"\.[a-z]+/simple",
            "mirrors?" + r"\.[a-z]+\.",
        )
    )
)


def test_no_file_names_a_machine_or_a_package_index() -> None:
    found = {name: match[0] for name, text in texts() if (match := _OF_ONE_MACHINE.search(text))}
    assert found == {}


def test_the_lock_pins_by_hash_and_does_nothing_else() -> None:
    hashes: dict[str, int] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if _PINNED.fullmatch(line):
            name = line.partition("==")[0].partition("[")[0]
            hashes[name] = 0
        elif _HASH.fullmatch(line):
            hashes[name] += 1
        else:
            assert _COMMENT.fullmatch(line) or line.startswith("# "), line
            assert "://" not in line
    assert hashes
    assert [name for name, count in hashes.items() if not count] == []


def test_the_lock_holds_everything_that_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {_plain(re.split(r"[\[<>=! ;]", each)[0]) for each in declared}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {_plain(each) for each in re.findall(r"^([A-Za-z0-9._-]+)", lock, re.MULTILINE)}
    assert names - pinned == set()


def test_what_ci_runs_is_what_everybody_runs() -> None:
    run = ROOT / ".ci" / "run"
    lines = run.read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test"]
    assert run.stat().st_mode & 0o111


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    listed = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert listed == targets
    assert {"demo", "test", "check", "help"} <= targets


def test_everything_that_the_readme_points_to_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([^)#:]+)\)", readme))
    named = set(re.findall(r"`((?:[a-z_]+/)+(?:[A-Za-z_.-]+)?)`", readme))
    assert len(linked | named) > 15
    assert [each for each in sorted(linked | named) if not (ROOT / each).exists()] == []


@pytest.mark.parametrize("page", ["CHANGELOG.md", "docs/settings.md", "docs/operations.md"])
def test_what_other_pages_link_to_is_there(page: str) -> None:
    path = ROOT / page
    linked = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert [each for each in linked if not (path.parent / each).exists()] == []


def test_every_package_ships_the_files_that_it_reads() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    shipped = {each.lstrip("*") for each in setuptools["package-data"]["*"]} | {".py", ".md"}
    beside = [path for path in files() if path.relative_to(ROOT).parts[0] in PACKAGES]
    left = {path.name for path in beside if path.suffix not in shipped and path.name not in shipped}
    assert left == set()


def test_every_directory_with_modules_is_a_package() -> None:
    homes = {path.parent for path in files() if path.suffix == ".py"}
    ours = {home for home in homes if home.relative_to(ROOT).parts[:1] in _HOMES}
    # Alembic reads the directories of migrations by their path.
    without = [home for home in ours if home.name != "versions" and not (home / "__init__.py").exists()]
    assert without == []


def sources(*endings: str, under: str = "") -> Iterator[tuple[str, str]]:
    """The files with these endings but this one, which holds what it looks for."""
    for name, text in texts():
        if name.endswith(endings) and name.startswith(under) and ROOT / name != Path(__file__):
            yield name, text


@pytest.mark.parametrize(
    ("what", "endings", "under"),
    [
        (r"\b(?:TODO|FIXME|XXX|HACK)\b", (".py", ".typ", ".html", ".css", ".js"), ""),
        (r"#\s*type:\s*ignore(?!\[)", (".py",), ""),
        (r"\b(?:time|asyncio|anyio)\.sleep\(", (".py",), "tests/"),
    ],
    ids=["left-to-do", "silenced-without-a-code", "sleeping-tests"],
)
def test_no_source_holds(what: str, endings: tuple[str, ...], under: str) -> None:
    assert [name for name, text in sources(*endings, under=under) if re.search(what, text)] == []


def test_every_module_class_and_function_of_the_product_says_what_it_is() -> None:
    silent = [each for path in product_modules() for each in _undocumented(path)]
    assert silent == []


def _undocumented(path: Path) -> Iterator[str]:
    """Methods are left out: those of a port's implementation are described at the port."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(ROOT)
    if tree.body and not ast.get_docstring(tree):
        yield str(name)
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{name}:{node.name}"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
