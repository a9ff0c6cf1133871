"""Measure how Explore opens on a phone with a bad signal: ``explore.py`` calls this. What is measured stands in README.md.

The site is served compressed, through a line of 10 Mbit/s that takes 40 ms each way and back, to a processor made four
times slower; both by Chromium itself. Each opening has an empty cache.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from lighthouse import Host

from tests.support.browsers import ARGUMENTS, find_chromium, served

LINE = {"offline": False, "latency": 40, "downloadThroughput": 10_000_000 / 8, "uploadThroughput": 10_000_000 / 8}
SLOWER = 4
OPENINGS = {"nothing chosen": "", "a filter in the address": "#domain=purchasing", "two filters": "#domain=work&level=3",
            "a word in the address": "#q=procurement", "a wrong letter": "#q=aprenticeship"}
SETTLED = 60_000
CALM, PATIENCE = 15, 20
"""Share of the processors that others may use when an opening begins, percent; seconds to wait for that."""
MB = 1_000_000
AIM_FIRST, AIM_BYTES, AIM_MEMORY = 1000, 1_500_000, 150
"""Milliseconds, bytes, MB."""

WATCH = """() => {
  // The time at which cards of an answer are on the screen, and that at which the answer is whole: its number is said.
  const seen = window.answered = {};
  const painted = what => requestAnimationFrame(() => setTimeout(() => { seen[what] = seen[what] || performance.now(); }));
  const look = () => {
    const form = document.querySelector("[data-filters]"), list = document.querySelector("[data-cards]"), status = document.querySelector("[data-status]");
    if (!form || !list || !status || form.hidden && location.hash) { return; }
    if (!seen.asked && list.children.length) { seen.asked = true; painted("first"); }
    if (!seen.whole && !form.hidden && list.getAttribute("aria-busy") !== "true" && status.textContent) { painted("whole"); watch.disconnect(); }
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}"""


@dataclass
class Opening:
    """One opening: milliseconds until cards were on the screen and until the answer was whole; compressed bytes before the first."""

    first: float
    whole: float
    carried: int
    said: str
    others: float
    """Share of the processors that other programs took just before, percent: where it is not small, the times are too long."""


@contextmanager
def slow_page(site: Path, *, throttled: bool = True) -> Iterator:
    """A function that opens a page of the site in an empty browser, slowed; gives the page and its session with the browser."""
    from playwright.sync_api import sync_playwright

    with served(site.resolve(), Host) as home, sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)

        def opened(address: str):
            page = chromium.new_context(viewport={"width": 412, "height": 823}, bypass_csp=True).new_page()
            session = page.context.new_cdp_session(page)
            session.send("Network.enable")
            if throttled:
                session.send("Network.emulateNetworkConditions", LINE)
                session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.add_init_script(f"({WATCH})()")
            return page, session, home + address

        yield opened
        chromium.close()


def calm() -> float:
    """Wait until nothing else runs; gives the share of the processors that others use now, percent."""
    end = time.monotonic() + PATIENCE
    while (busy := psutil.cpu_percent(0.5)) > CALM and time.monotonic() < end:
        pass
    return busy


def opening(opened, address: str) -> Opening:
    """Open Explore with this in its address and wait for the whole answer."""
    busy = calm()
    page, session, url = opened("explore.html" + address)
    carried: list[tuple[float, int]] = []
    sizes: dict[str, float] = {}
    session.on("Network.dataReceived", lambda event: carried.append((event["timestamp"], event["encodedDataLength"])))
    session.on("Network.requestWillBeSent", lambda event: sizes.setdefault("start", event["timestamp"]))
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.answered && answered.whole", timeout=SETTLED)
    seen = page.evaluate("answered")
    said = page.locator("[data-status]").inner_text()
    until = sizes["start"] + seen["first"] / 1000
    page.context.close()
    return Opening(seen["first"], seen["whole"], sum(size for at, size in carried if at <= until), said, busy)


@dataclass
class PageMemory:
    """Memory of the process of a page, MB."""

    own: float
    """What would be free if it ended (unique set size): the page, without the files of the browser that all its processes share."""
    whole: float
    """The same with its share of those files (proportional set size). An empty page has some 40."""


def heap_and_process(opened, words: str = "procurement") -> tuple[float, PageMemory, PageMemory]:
    """Memory of a page after words were looked for and everything has loaded: the JavaScript heap in MB, and the process of the page
    at most, and after it has tidied up."""
    page, session, url = opened("explore.html#q=" + words)
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.answered && answered.whole", timeout=SETTLED)
    session.send("Performance.enable")
    peak, end = PageMemory(0, 0), time.monotonic() + 5
    while time.monotonic() < end:
        now = _page()
        peak = PageMemory(max(peak.own, now.own), max(peak.whole, now.whole))
        time.sleep(0.1)
    session.send("HeapProfiler.collectGarbage")
    metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
    heap = metrics["JSHeapUsedSize"] / MB
    settled = _page()
    page.context.close()
    return heap, peak, settled


def _page() -> PageMemory:
    """The largest process that shows a page."""
    found = [PageMemory(0, 0)]
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                info = process.memory_full_info()
                found.append(PageMemory(info.uss / MB, (getattr(info, "pss", 0) or info.uss) / MB))
        except psutil.Error:
            continue
    return max(found, key=lambda one: one.own)


def openings(site: Path, runs: int = 3) -> dict[str, list[Opening]]:
    """Several openings of each kind, quickest first answer first."""
    with slow_page(site) as opened:
        return {name: sorted((opening(opened, address) for _ in range(runs)), key=lambda one: one.first) for name, address in OPENINGS.items()}


def answers(site: Path, actions: dict[str, tuple[str, str]], measure: str) -> dict[str, float]:
    """Milliseconds from each key press or click until the answer is on the screen, on the slowed processor, once all words have been
    read. Each action comes with what undoes it; the middle of three."""
    with slow_page(site) as opened:
        page, session, url = opened("explore.html#q=procurement")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        page.goto(url, wait_until="commit")
        page.wait_for_function("window.answered && answered.whole", timeout=SETTLED)
        page.evaluate("document.querySelector('[data-clear]').click()")
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        found = {}
        for name, (act, undo) in actions.items():
            calm()
            several = []
            for _ in range(3):
                several.append(page.evaluate(measure, act))
                page.evaluate(measure, undo)
            found[name] = sorted(several)[1]
        return found


def report(site: Path, answered: dict[str, float], aim_ms: int, runs: int = 3) -> str:
    """The openings, the answers after them and the memory, as Markdown."""
    found = openings(site, runs)
    with slow_page(site, throttled=False) as opened:
        heap, most, settled = heap_and_process(opened)
    rows = [f"| {name} | {several[0].first:.0f} | {several[(runs - 1) // 2].first:.0f} | {several[(runs - 1) // 2].whole:.0f} | {several[0].carried:,} | {max(one.others for one in several):.0f} | {several[0].said} |"
            for name, several in found.items()]
    first, carried = max(several[0].first for several in found.values()), max(one.carried for several in found.values() for one in several)
    return "\n".join([
        "", "## Opened on a slow line", "",
        f"10 Mbit/s, 40 ms, processor {SLOWER} times slower, nothing kept from before, 412 by 823. First: cards that fit are on the screen. Whole: their",
        "number is final. Others: what other programs took of the processors just before, at worst; where it is not near 0, times are too long.", "",
        "| In the address | First, best ms | First, middle ms | Whole, middle ms | Bytes before the first | Others % | What the page says |",
        "| :--- | ---: | ---: | ---: | ---: | ---: | :--- |", *rows, "",
        f"- Slowest kind, at its best: {first:.0f} ms (aim: within {AIM_FIRST} ms): {_met(first <= AIM_FIRST)}",
        f"- Carried before the first answer: at most {carried:,} bytes (aim: at most {AIM_BYTES:,}): {_met(carried <= AIM_BYTES)}",
        "- Later answers on the slowed processor, ms: " + ", ".join(f"{name} {ms:.0f}" for name, ms in answered.items()) + f" (aim: within {aim_ms}): {_met(max(answered.values()) <= aim_ms)}",
        f"- Memory of the page after looking for words: at most {most.own:.0f} MB, {settled.own:.0f} MB after tidying up (aim: under {AIM_MEMORY}): {_met(most.own < AIM_MEMORY)}. "
        f"With its share of the browser's own files {most.whole:.0f} and {settled.whole:.0f} MB. JavaScript has {heap:.0f} MB of it.", ""])


def _met(met: bool) -> str:
    return "met" if met else "not met"
