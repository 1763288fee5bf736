"""A real OpenID provider (npm `oidc-provider`) as a process of its own, and a person who logs in there."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.outside.node_packages import installed, program

_HERE = Path(__file__).parent / "provider"
_WHAT = "a real OpenID provider"
CLIENT_SECRET = "invented secret + % &"
_STOP_SECONDS = 10
_LEAST_NODE = 20
_FORM = re.compile(r'<form[^>]*action="([^"]+)"')


@dataclass(frozen=True)
class ProviderProgram:
    """A provider that answers."""

    issuer: str
    process: "subprocess.Popen[str]"

    def rotate(self) -> None:
        """Changes all its keys."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("rotate\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "rotated\n"


@contextmanager
def provider_program(
    directory: Path, site: str, accounts: Mapping[str, Mapping[str, str]], *, in_token: bool = False
) -> Iterator[ProviderProgram]:
    """The provider, run in that directory, for that site, with these accounts; any password will do."""
    node = program("node", _WHAT)
    _require_version(node)
    packages = installed(_HERE, _WHAT)
    directory.mkdir(exist_ok=True)
    shutil.copy(_HERE / "provider.mjs", directory)
    (directory / "node_modules").symlink_to(packages)
    told = {"SITE": site, "ACCOUNTS": json.dumps(accounts), "IN_TOKEN": "1" if in_token else ""}
    errors = directory / "stderr"
    with (
        errors.open("w", encoding="utf-8") as aside,
        subprocess.Popen(
            [node, "provider.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=aside,
            text=True,
            encoding="utf-8",
            cwd=directory,
            env={**os.environ, **told},
        ) as process,
    ):
        try:
            assert process.stdout is not None
            issuer = process.stdout.readline().strip()
            assert issuer, errors.read_text(encoding="utf-8")[-2000:]
            yield ProviderProgram(issuer, process)
        finally:
            process.kill()
            process.wait(_STOP_SECONDS)


def _require_version(node: str) -> None:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(said.strip().removeprefix("v").partition(".")[0]) < _LEAST_NODE:
        pytest.skip(f"NOT CHECKED by {_WHAT}: it wants Node {_LEAST_NODE}, here is {said.strip()}")


def at_the_provider(browser: httpx.Client, address: str, login: str, *, agrees: bool = True) -> str:
    """Logs in and agrees, or goes back: the address of the site that the provider leads to at last."""
    page = _followed(browser, browser.get(address))
    while page.is_success:
        found = _FORM.search(page.text)
        assert found is not None, page.text
        form = urljoin(str(page.url), found.group(1))
        if 'name="login"' in page.text:
            told = {"prompt": "login", "login": login, "password": "any"}
        elif agrees:
            told = {"prompt": "consent"}
        else:
            page = _followed(browser, browser.get(f"{form}/abort"))
            continue
        page = _followed(browser, browser.post(form, data=told))
    return page.headers["location"]


def _followed(browser: httpx.Client, page: httpx.Response) -> httpx.Response:
    """The provider's own redirects; the one that leads back to the site is left to its caller."""
    while page.is_redirect:
        location = urljoin(str(page.url), page.headers["location"])
        if "/holder/oidc/return" in location.partition("?")[0]:
            return page
        page = browser.get(location)
    assert page.is_success, page.text
    return page
