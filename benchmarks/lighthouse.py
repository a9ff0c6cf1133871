"""Run Lighthouse over the built site: ``python benchmarks/lighthouse.py [PAGE ...] [--runs N] [--output FILE]``. See README.md beside it.

Serves ``_build/html`` as a host does (gzip, headers for caches) on this computer, and opens the main kinds of page with
the phone profile of Lighthouse: a slow processor, 1.6 Mbit/s, 150 ms. Writes the four scores and the main times.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import json
import mimetypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT)]

from tests.support.browsers import find_chromium, served  # noqa: E402

PAGES = {"home": "index.html", "Explore": "explore.html", "a case": "cases/uhnm-beat-the-cold.html",
         "a notebook": "notebooks/basildon-deprivation.html", "a domain": "domains/work.html"}
AIMS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
TIMES = {"first-contentful-paint": "First paint", "largest-contentful-paint": "Largest paint", "total-blocking-time": "Blocked",
         "cumulative-layout-shift": "Layout shift", "speed-index": "Speed index", "total-byte-weight": "KB"}
TEXT = re.compile(r"^(text/|application/(javascript|json|xml|atom\+xml|ld\+json)|image/svg)")
WORK = ROOT / "_build" / "cache" / "lighthouse"


@functools.lru_cache(256)
def _compressed(raw: bytes) -> bytes:
    """As a host keeps it ready: the time to compress is not the reader's."""
    return gzip.compress(raw, 6, mtime=0)


class Host(http.server.BaseHTTPRequestHandler):
    """Answers as a host of static files does: text compressed, pages checked again each time, the rest kept for a day."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments, directory: str, **more):
        self.folder = Path(directory)
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        path = (self.folder / self.path.partition("?")[0].lstrip("/")).resolve()
        if path.is_dir():
            path /= "index.html"
        if not path.is_relative_to(self.folder) or not path.is_file():
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        raw = path.read_bytes()
        self.send_response(200)
        if TEXT.match(kind) and "gzip" in self.headers.get("Accept-Encoding", ""):
            raw = _compressed(raw)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Type", kind + ("; charset=utf-8" if TEXT.match(kind) else ""))
        self.send_header("Cache-Control", "no-cache" if path.suffix == ".html" else "public, max-age=86400")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def tool() -> list[str]:
    """The command of Lighthouse, which is installed once into a work folder as the lock file has it."""
    script = WORK / "node_modules" / "lighthouse" / "cli" / "index.js"
    lock = (HERE / "lighthouse" / "package-lock.json").read_bytes()
    if not script.is_file() or (WORK / "package-lock.json").read_bytes() != lock:
        shutil.rmtree(WORK, ignore_errors=True)
        shutil.copytree(HERE / "lighthouse", WORK)
        environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}
        npm = shutil.which("npm", path=environment["PATH"])
        if npm is None:
            raise SystemExit("There is no npm. Run: make setup")
        print("Installing Lighthouse, once")
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=WORK, env=environment, check=True)
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    return [node or "node", str(script)]


def examine(command: list[str], url: str, chromium: str) -> dict:
    """One report of Lighthouse, phone profile. It does not send anything to anyone."""
    done = subprocess.run(
        [*command, url, "--output=json", "--quiet", "--no-enable-error-reporting", f"--only-categories={','.join(AIMS)}",
         "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update --disable-sync"],
        capture_output=True, text=True, env={**os.environ, "CHROME_PATH": chromium}, check=False, encoding="utf-8", cwd=WORK)
    if done.returncode:
        raise SystemExit(f"Lighthouse did not finish for {url}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def faults(report: dict) -> list[str]:
    """What each category but performance found wrong."""
    found = []
    for name, category in report["categories"].items():
        for part in category["auditRefs"]:
            audit = report["audits"][part["id"]]
            if name != "performance" and part["weight"] and audit["score"] is not None and audit["score"] < 1:
                places = [str(item.get("node", {}).get("selector") or item.get("url") or item.get("description", ""))[:120]
                          for item in (audit.get("details") or {}).get("items", [])[:3]]
                found.append(f"{name}: {audit['title']} ({'; '.join(places)})")
    return found


def say(report: dict, audit: str) -> str:
    value = report["audits"][audit]["numericValue"]
    if audit == "total-byte-weight":
        return f"{value / 1000:.0f}"
    return f"{value:.3f}" if audit == "cumulative-layout-shift" else f"{value / 1000:.2f} s"


def table(reports: dict[str, dict], version: str, runs: int) -> str:
    heads = ["Page", *(name.capitalize() for name in AIMS), *TIMES.values()]
    rows = [[name, *(str(round(100 * report["categories"][key]["score"])) for key in AIMS), *(say(report, audit) for audit in TIMES)]
            for name, report in reports.items()]
    lines = ["| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]]
    return "\n".join([
        "# Lighthouse", "",
        f"`python benchmarks/lighthouse.py` wrote this: Lighthouse {version}, its phone profile (slow processor, 1.6 Mbit/s, 150 ms), from a server that compresses.",
        f"Each row is the run with the middle performance of {runs}. KB is all that the page loads, compressed.", "",
        *lines, "", "Aims: " + ", ".join(f"{key} {aim}" for key, aim in AIMS.items()) + ".", ""])


def main() -> int:
    options = argparse.ArgumentParser(description="Run Lighthouse over the built site.")
    options.add_argument("pages", nargs="*", help="addresses in the site; otherwise the main kinds of page")
    options.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--output", type=Path, default=HERE / "lighthouse.md")
    given = options.parse_args()
    chromium = find_chromium()
    if chromium is None or not (given.site / "index.html").is_file():
        raise SystemExit("There is no Chromium: install one, or set CHROMIUM to its path." if chromium is None else "There is no site yet. Run: make book")
    command, pages = tool(), {page: page for page in given.pages} or PAGES
    reports, short = {}, []
    with served(given.site.resolve(), Host) as home:
        for name, page in pages.items():
            found = sorted((examine(command, home + page, chromium) for _ in range(given.runs)), key=lambda report: report["categories"]["performance"]["score"])
            report = reports[name] = found[(len(found) - 1) // 2]
            scores = {key: round(100 * report["categories"][key]["score"]) for key in AIMS}
            print(name, *(f"{key} {score}" for key, score in scores.items()), sep="  ", flush=True)
            for fault in faults(report):
                print("   ", fault)
            short += [f"{name}: {key} {scores[key]}, aim {aim}" for key, aim in AIMS.items() if scores[key] < aim]
    given.output.write_text(table(reports, next(iter(reports.values()))["lighthouseVersion"], given.runs), "utf-8")
    print(*(short or ["Every aim is met."]), sep="\n")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
