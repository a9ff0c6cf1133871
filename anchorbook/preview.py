"""Serve the site on this computer and rebuild it when a file changes."""

from __future__ import annotations

import functools
import http.server
import threading

from anchorbook.build import build
from anchorbook.project import Project


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


def serve(project: Project, port: int) -> http.server.ThreadingHTTPServer:
    """A server of the built site, on this computer only. Port 0 takes any free one."""
    handler = functools.partial(_Quiet, directory=str(project.html))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def preview(project: Project, *, port: int = 8000) -> int:
    """Build, serve, and build again after each change, until stopped."""
    from watchfiles import watch

    build(project, say=lambda text: print(text, flush=True))
    project.html.mkdir(parents=True, exist_ok=True)
    try:
        server = serve(project, port)
    except OSError as error:
        print(f"Port {port} cannot be used ({error.strerror}). Try: anchorbook preview --port {port + 1}")
        return 1
    print(f"\nOpen http://127.0.0.1:{server.server_port}/ and leave this running. Press Ctrl+C to stop.", flush=True)
    watched = [path for path in (project.cases, project.book, project.notebooks, project.data) if path.is_dir()]
    watched += [path for name in ("references.bib", "_toc.yml", "_config.yml") if (path := project.root / name).is_file()]
    for changes in watch(*watched, debounce=200, raise_interrupt=False):
        names = ", ".join(sorted({project.relative(type(project.root)(path)) for _, path in changes})[:3])
        print(f"\nChanged: {names}", flush=True)
        summary = build(project, say=lambda text: print(text, flush=True))
        print(f"{'Done' if summary.ok else 'Not built; the last good site stays'}. Reload the page.", flush=True)
    server.shutdown()
    return 0
