"""One demo and one browser for all end-to-end tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.demo_process import RunningDemo, start
from web.bench.processes import free_port

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """The demo, filled and answering."""
    directory = tmp_path_factory.mktemp("e2e") / "demo"
    with (directory.parent / "first.log").open("wb") as log:
        running = start(directory, free_port(), log)
        yield running
        if running.process.poll() is None:
            running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, a must under CI. Closed with the module: its event loop is in others' way."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CHROMIUM IS MISSING: no page was tried in a browser")
        pytest.skip("CHROMIUM IS MISSING: no page was tried in a browser")
    # A busy machine is slow, not wrong.
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def context(request: pytest.FixtureRequest, browser: Browser, demo: RunningDemo) -> Iterator[BrowserContext]:
    """A fresh visitor at desktop and at phone width."""
    opened = browser.new_context(viewport=request.param, locale="zh-CN", base_url=demo.base)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, demo: RunningDemo) -> Iterator[Page]:
    """A page that must stay silent, ask nobody else, and never be wider than the screen."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request",
        lambda asked: None if asked.url.startswith(demo.base) else complaints.append(asked.url),
    )
    yield opened
    too_wide = opened.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not complaints
    assert not too_wide


@pytest.fixture
def samples(demo: RunningDemo) -> Path:
    """What the demo leaves for people to try."""
    return demo.directory / "samples"
