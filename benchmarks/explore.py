"""Measure Explore in a browser: ``python benchmarks/explore.py [CASES] [--output FILE]``. See README.md beside it.

Builds a book with made-up cases, opens Explore from the disk and types, as a person does. Prints the bytes that the
page loads before its first answer (compressed with gzip, level 6, as servers do) and the time from a key press, or a
click on a filter, until the new list is on the screen. Then opens it as a phone with a bad signal does (opening.py).
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from opening import answers, report  # noqa: E402
from synthetic import make_project  # noqa: E402

from anchorbook.build import build  # noqa: E402
from tests.support.browsers import find_chromium  # noqa: E402

QUERIES = ("procurement", "jobs leeds", "ics", "aprenticeship", "net zero hospital")
AIM_MS, AIM_BYTES = 100, 1_500_000

MEASURE = """async action => {
  // A timer would wait for the files that are coming in: the list is on the screen before.
  const painted = () => new Promise(done => requestAnimationFrame(() => scheduler.postTask(done, {priority: "user-blocking"})));
  await painted();
  const changed = new Promise(done => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(); });
    watch.observe(document.querySelector("[data-explore]"), {childList: true, characterData: true, subtree: true});
    setTimeout(done, 3000);
  });
  const start = performance.now();
  new Function(action)();
  await changed;
  await painted();
  return performance.now() - start;
}"""


def main() -> int:
    options = argparse.ArgumentParser(description="Measure Explore with made-up cases in a browser.")
    options.add_argument("cases", nargs="?", type=int, default=10_000)
    options.add_argument("--output", type=Path, default=HERE / "explore.md")
    options.add_argument("--site", type=Path, help="a site that stands already, instead of a build of CASES")
    given = options.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="anchorbook-bench-") as folder:
        player = sync_playwright().start()
        site = given.site
        if not site:
            project = make_project(Path(folder) / "book", given.cases)
            if not build(project, quick=True, say=lambda _text: None).ok:
                return 1
            site = project.html
        page = player.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"]).new_page(bypass_csp=True)  # the actions are texts
        loaded: list[Path] = []
        page.on("requestfinished", lambda request: loaded.append(Path(request.url.split("#")[0].removeprefix("file://"))))
        page.goto((site / "explore.html").resolve().as_uri())
        page.wait_for_function("window.anchorbookIndex && !document.querySelector('[data-filters]').hidden")
        weight = sum(len(gzip.compress(path.read_bytes(), 6)) for path in loaded if path.is_file())
        status = page.locator("[data-status]")
        rows, times = [], []

        def measure(what: str, action: str, undo: str) -> None:
            took = []
            for _ in range(3):
                took.append(page.evaluate(MEASURE, action))
                said = status.inner_text()
                page.evaluate(MEASURE, undo)
            rows.append(f"| {what} | {took[0]:.0f} | {statistics.median(took[1:]):.0f} | {said} |")
            times.extend(took)

        def typed(text: str) -> str:
            return f"const box = document.querySelector('#explore-text'); box.value = {text!r}; box.dispatchEvent(new Event('input', {{bubbles: true}}));"

        page.focus("#explore-text")  # as a person does: from here on the index is made between key presses
        measure("procurement, before the index is made", typed("procurement"), typed(""))
        page.wait_for_timeout(20_000)  # by now it is
        actions = {query: (typed(query), typed("")) for query in QUERIES}
        for filter in ("domain-purchasing", "level-1", "result-not-measured"):
            actions[f"filter {filter}"] = (f"document.getElementById('f-{filter}').click();",) * 2
        for what, (act, undo) in actions.items():
            measure(what, act, undo)
        text = (
            "# Explore in a browser\n\nWritten by `benchmarks/explore.py`; what is measured stands in [README.md](README.md).\n\n"
            f"- {page.evaluate('anchorbookIndex.count'):,} cases, most of them made up\n"
            f"- Loaded before the first answer, compressed: {weight:,} bytes (aim: at most {AIM_BYTES:,}): {'met' if weight <= AIM_BYTES else 'not met'}\n"
            f"- Slowest answer, the first included: {max(times):.0f} ms (aim: within {AIM_MS} ms): {'met' if max(times) <= AIM_MS else 'not met'}\n\n"
            "| Words or filter | First time, ms | Again, ms | What the page says |\n| :--- | ---: | ---: | :--- |\n" + "\n".join(rows) + "\n")
        page.context.browser.close()
        player.stop()
        text += report(site, answers(site, actions, MEASURE), AIM_MS)
        given.output.write_text(text, "utf-8")
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
