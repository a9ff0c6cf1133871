"""Asks one address whether it is there, as a good guest.

One request at a time to each host, with a pause; HEAD first, which sends no page, and GET only where HEAD was refused; an
honest name that says whose book this is; what ``robots.txt`` forbids is not asked; a host that asks us to wait is waited
for, or left alone until the next time. An answer must come in time, however slowly it drips. Addresses inside private
networks are never asked: anybody may write an address into a case.
"""

from __future__ import annotations

import email.utils
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

TOKEN = "anchorbook-links"
"""Our name in ``robots.txt``."""
OK, FAILED, CLOSED, NOT_ASKED = "ok", "failed", "closed", "not-asked"
NOT_FOR_PROGRAMS = (401, 403, 405, 406, 407, 418, 429, 451, 503, 999)
"""Somebody is there, who does not talk to programs, or not now."""
FOR_GOOD = (301, 308)
MOST_HOPS = 10
MOST_OF_ROBOTS = 500_000
LONGEST = 2000
"""Signs of an address that a host may send us to."""


class Answer(NamedTuple):
    """What one address said: one of the four states, in words, and where it leads when it has moved for good."""

    state: str
    said: str = ""
    moved: str = ""


class _Trouble(Exception):
    """Why nothing was got; says so in plain words."""


class _Alone(Exception):
    """Not asked, and why."""


@dataclass
class _Host:
    """What is known of one host in this run. Its lock is held during a request."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    next: float = 0.0
    pause: float = 0.0
    robots: RobotFileParser | None = None
    down: str = ""
    """Why no address of it can be asked any more: it does not answer at all."""
    alone: str = ""
    """Why it is left alone until the next time."""


def agent_of(address: str) -> str:
    """Our name, with the address of the book or of its project, where a person can read who we are."""
    return f"{TOKEN}/1 (looks whether links of an evidence book still work{f'; +{address}' if address else ''})"


class Asker:
    """Asks addresses. Several threads may share one.

    :param agent: our name; see :func:`agent_of`
    :param pause: seconds between two requests to one host
    :param patience: seconds to wait for a sign of life
    :param most: seconds that one answer may take in all
    :param longest_wait: most seconds to wait when a host asks us to
    :param private: ask addresses in private networks too; for tests
    """

    def __init__(self, agent: str, *, pause: float = 2.0, patience: float = 20.0, most: float = 45.0, longest_wait: float = 120.0,
                 private: bool = False, sleep: Callable[[float], None] = time.sleep):
        self.agent, self.pause, self.patience, self.most, self.longest_wait, self.private, self.sleep = agent, pause, patience, most, longest_wait, private, sleep
        self._hosts: dict[str, _Host] = {}
        self._guard = threading.Lock()

    def ask(self, address: str) -> Answer:
        """What this address says. Never raises for what a host does."""
        codes: list[int] = []
        here = address
        try:
            for _ in range(MOST_HOPS):
                status, there = self._look(here)
                if there is None:
                    break
                codes.append(status)
                here = there
            else:
                return Answer(FAILED, "it leads on and on")
        except _Alone as reason:
            return Answer(NOT_ASKED, str(reason))
        except _Trouble as reason:
            return Answer(FAILED, str(reason))
        if status in NOT_FOR_PROGRAMS:
            return Answer(CLOSED, f"it does not talk to programs: it answers {status}")
        if not 200 <= status < 300:
            return Answer(FAILED, f"it answers {status}")
        return Answer(OK, f"it answers {status}", here if codes and all(code in FOR_GOOD for code in codes) else "")

    def _look(self, address: str) -> tuple[int, str | None]:
        """The status of an address, and where it sends us."""
        host = self._host(address)
        with host.lock:
            if host.down:
                raise _Trouble(host.down)
            if host.alone:
                raise _Alone(host.alone)
            if host.robots is None:
                self._read_robots(host, address)
            if host.robots is not None and not host.robots.can_fetch(TOKEN, address):
                raise _Alone("its robots.txt asks programs to stay away")
            status, headers, _ = self._politely(host, "HEAD", address)
            if status >= 400:
                status, headers, _ = self._politely(host, "GET", address)
        return status, _target(address, headers.get("Location")) if status in (301, 302, 303, 307, 308) else None

    def _host(self, address: str) -> _Host:
        try:
            parts = urlsplit(address)
            name, _port = parts.hostname, parts.port
        except ValueError:
            raise _Trouble("this is no address") from None
        if parts.scheme not in ("http", "https") or not name:
            raise _Trouble("this is no address of a web page")
        if parts.username or parts.password:
            raise _Alone("it holds a name or a password")
        with self._guard:
            return self._hosts.setdefault(f"{parts.scheme}://{parts.netloc.lower()}", _Host(pause=self.pause))

    # ------------------------------------------------------------ robots.txt

    def _read_robots(self, host: _Host, address: str) -> None:
        host.robots = RobotFileParser()
        there: str | None = urljoin(address, "/robots.txt")
        status, body = 404, b""
        try:
            for _ in range(5):
                status, headers, body = self._politely(host, "GET", there, MOST_OF_ROBOTS)
                there = _target(there, headers.get("Location")) if status in (301, 302, 303, 307, 308) else None
                if there is None:
                    break
        except _Trouble as reason:
            host.down = str(reason)
            raise
        if status >= 500:
            host.alone = f"its robots.txt answers {status}, so we do not know whether we may ask"
            raise _Alone(host.alone)
        host.robots.parse(body.decode("utf-8", "replace").splitlines() if status == 200 else [])
        host.robots.modified()
        delay = host.robots.crawl_delay(TOKEN)
        host.pause = max(host.pause, min(float(delay), 30.0)) if delay else host.pause

    # ------------------------------------------------------------ one request

    def _politely(self, host: _Host, method: str, address: str, most_bytes: int = 0) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request after the pause; once more after the wait that the host asks for.

        :raises _Alone: when it asks for a longer wait than we have
        """
        for again in (False, True):
            self.sleep(max(0.0, host.next - time.monotonic()))
            try:
                status, headers, body = self._request(method, address, most_bytes)
            finally:
                host.next = time.monotonic() + host.pause
            wait = _seconds(headers.get("Retry-After"))
            if status not in (429, 503) or wait is None:
                if status == 429:
                    host.alone = "its host has had enough of our questions"
                return status, headers, body
            if again or wait > self.longest_wait:
                host.alone = "its host asks us to wait"
                raise _Alone(host.alone)
            host.next = time.monotonic() + wait
        raise AssertionError

    def _request(self, method: str, address: str, most_bytes: int) -> tuple[int, http.client.HTTPMessage, bytes]:
        parts = urlsplit(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        path = quote(parts.path or "/", safe="/%:=&?~#+!$,;'@()*[]") + (f"?{quote(parts.query, safe='/%:=&?~#+!$,;@()*[]')}" if parts.query else "")
        end = time.monotonic() + self.most
        watch: threading.Timer | None = None
        connection: http.client.HTTPConnection | None = None
        try:
            connection = kind(parts.hostname.encode("idna").decode("ascii"), parts.port, timeout=self.patience)
            connection._create_connection = self._connect  # type: ignore[attr-defined]
            connection.connect()
            # Each sign of life starts the patience of the socket anew; this ends an answer that drips for ever.
            watch = threading.Timer(self.most, _cut, [connection.sock])
            watch.daemon = True
            watch.start()
            connection.request(method, path, headers={"User-Agent": self.agent, "Accept": "text/html,*/*;q=0.8", "Connection": "close"})
            response = connection.getresponse()
            body = response.read(most_bytes) if most_bytes else b""
            if time.monotonic() >= end:  # what was cut looks like an end
                raise TimeoutError
            return response.status, response.headers, body
        except (_Alone, _Trouble):
            raise
        except (http.client.HTTPException, OSError, ValueError, AttributeError) as error:  # AttributeError: its socket was cut
            raise _Trouble("it does not answer in time" if time.monotonic() >= end else _in_words(error)) from None
        finally:
            if watch:
                watch.cancel()
            if connection:
                connection.close()

    def _connect(self, where: tuple[str, int], timeout: float, _source: object = None) -> socket.socket:
        """A connection to a host of the public internet: what was looked at is what is connected to."""
        found = socket.getaddrinfo(*where, type=socket.SOCK_STREAM)
        if not self.private and not all(ipaddress.ip_address(item[4][0].partition("%")[0]).is_global for item in found):
            raise _Alone("it lies in a private network")
        problem: OSError = OSError("no address")
        for family, kind, protocol, _, address in found:
            link = socket.socket(family, kind, protocol)
            try:
                link.settimeout(timeout)
                link.connect(address)
                return link
            except OSError as error:
                link.close()
                problem = error
        raise problem


def _cut(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _target(here: str, there: str | None) -> str:
    """Where a host sends us, as a whole address."""
    if not there or len(there) > LONGEST:
        raise _Trouble("it sends us on without an address")
    try:
        found = urljoin(here, there.strip()).partition("#")[0]
        urlsplit(found)
    except ValueError:
        raise _Trouble("it sends us on to what is no address") from None
    if not found.isprintable() or any(sign in found for sign in " <>\"'"):
        raise _Trouble("it sends us on to what is no address")
    return found


def _seconds(said: str | None) -> float | None:
    """The wait that a host asks for, in seconds; None when it does not, or not so that one could understand it."""
    if not said:
        return None
    if said.strip().isascii() and said.strip().isdigit() and len(said.strip()) < 10:
        return float(said)
    try:
        moment = email.utils.parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, socket.gaierror):
        return "the name of its host is not known"
    if isinstance(error, http.client.HTTPException | ValueError):
        return "what it answers is not the language of the web"
    return "the connection fails"
