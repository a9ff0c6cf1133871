"""What the workflow ``import-issue.yml`` does around ``anchorbook import-issue``.

The issue is read from the file in which the code host describes the event, so nothing that somebody typed passes through a
shell. Needs nothing that must be installed, and writes nothing to the disk: each command prints.
"""

from __future__ import annotations

import argparse
import json
import re
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anchorbook.reviewing import LIMIT, code, fitting

LABEL = "import"
"""The label that starts it. Only people with rights in the repository can add one."""

BRANCH = "case-from-issue-"
"""Start of the branch's name; the number of the issue follows."""

LINES = 40
"""Most lines shown of what the checker said."""

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?")
_CASE = re.compile(r"case_studies/[a-z0-9]+(-[a-z0-9]+)*\.yaml")


class NotAnIssue(ValueError):
    """The file is not what the code host writes for an issue."""


class NotOneFile(ValueError):
    """Something else changed than one new case file; says what, without the names that others chose."""


@dataclass(frozen=True)
class Issue:
    """An issue as it was when the label was added. ``author`` is empty when the name is not one of the code host."""

    number: int
    body: str
    author: str
    author_id: int


def read_issue(raw: bytes) -> Issue:
    """The issue of an event.

    :raises NotAnIssue: when the event has another shape
    """
    try:
        issue = json.loads(raw)["issue"]
        number, body, user = issue["number"], issue["body"] or "", issue["user"] or {}
        author, author_id = user.get("login"), user.get("id")
        if type(number) is not int or number < 1 or not isinstance(body, str):
            raise TypeError("not an issue")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAnIssue(f"the event cannot be read ({type(error).__name__})") from error
    known = isinstance(author, str) and _LOGIN.fullmatch(author) and type(author_id) is int and author_id > 0
    return Issue(number, body, author if known else "", author_id if known else 0)


def one_new_file(status: bytes, root: Path) -> str:
    """The path of the one new case file, from what ``git status --porcelain -z --untracked-files=all`` prints.

    :raises NotOneFile: when nothing, more, or anything else changed
    """
    entries = [entry.decode("utf-8", "replace") for entry in status.split(b"\0") if entry]
    if not entries:
        raise NotOneFile("no file was added.")
    if len(entries) > 1:
        raise NotOneFile(f"{len(entries)} files changed. Only one may, and it must be new.")
    kind, path = entries[0][:3], entries[0][3:]
    if kind != "?? ":
        raise NotOneFile("a file that was there already has changed.")
    if not _CASE.fullmatch(path):
        raise NotOneFile("the new file is not a case file: case_studies, then a name of small letters, digits and hyphens.")
    if not stat.S_ISREG((root / path).lstat().st_mode):
        raise NotOneFile("the new file is a link and not a file.")
    return path


def commit_message(issue: Issue) -> str:
    """The message of the commit. It credits who sent the case by the public name and the address the code host keeps for that."""
    text = f"Add the case study of issue {issue.number}\n"
    if issue.author:
        text += f"\nCo-authored-by: {issue.author} <{issue.author_id}+{issue.author}@users.noreply.github.com>\n"
    return text


def quoted(said: str) -> str:
    """What a program said about others' words, as a quotation in which nothing is a mention, a link or markup."""
    lines = [line for line in said.splitlines() if line.strip()]
    rows = fitting((f"> {'&emsp;' if line[0] == ' ' else ''}{code(line)}<br>" for line in lines[:LINES]), LIMIT - 3_000)
    if len(rows) < len(lines):
        rows.append(f"> … and {len(lines) - len(rows):,} more lines.")
    return "\n".join(rows)


def request(issue: Issue, path: str, said: str) -> str:
    """The text of the pull request."""
    sender = f"Sent by {code(issue.author)}, who is named in the commit. " if issue.author else ""
    return f"""\
Closes #{issue.number}

A program made one new file, {code(path)}, from the answers in issue {issue.number}. {sender}Nobody has read it yet.

The checker said:

{quoted(said) or "> Nothing."}

**For the editors**

- Correct the file on this branch: choose "Edit file" in its menu under "Files changed".
- The checks of this pull request may wait until somebody starts them. If there is no button for that, close this pull request and open it again.
"""


def refused(issue: Issue, said: str) -> str:
    """The comment on an issue from which no file could be made."""
    return f"""\
No record could be made of this issue. The program said:

{quoted(said) or "> Nothing."}

Thank you for sending it. An editor will help. After a correction of the issue, an editor can take the label {code(LABEL)} away and add it again.
"""


def there_already(issue: Issue) -> str:
    """The comment on an issue whose branch is there."""
    return f"""\
Nothing was changed: there is a branch {code(f"{BRANCH}{issue.number}")} already, made from this issue before. Its file may have been corrected by hand since.

For the editors: to make it anew, delete the branch. Then take the label {code(LABEL)} away and add it again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """``body``, ``one-file``, ``message``, ``request``, ``refused`` or ``there-already``; each prints a text."""
    top = argparse.ArgumentParser(prog="python -m anchorbook.importing")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("one-file", help="read the state of the repository; print the path of the one new file, or stop")
    for name in ("body", "message", "request", "refused", "there-already"):
        one = commands.add_parser(name)
        one.add_argument("--event", type=Path, required=True, metavar="FILE", help="what the code host says of the event")
        if name == "request":
            one.add_argument("--path", required=True, help="the new file")
        if name in ("request", "refused"):
            one.add_argument("--said", type=Path, required=True, metavar="FILE", help="what import-issue printed")
    options = top.parse_args(arguments)
    try:
        text = _text(options)
    except NotOneFile as error:
        print(f"::error::Nothing was sent: {error}")
        return 1
    except NotAnIssue as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


def _text(options: argparse.Namespace) -> str:
    if options.command == "one-file":
        return one_new_file(sys.stdin.buffer.read(), Path.cwd()) + "\n"
    issue = read_issue(options.event.read_bytes())
    said = options.said.read_text("utf-8", errors="replace") if "said" in options else ""
    match options.command:
        case "body":
            return issue.body
        case "message":
            return commit_message(issue)
        case "request":
            return request(issue, options.path, said)
        case "refused":
            return refused(issue, said)
    return there_already(issue)


if __name__ == "__main__":
    sys.exit(main())
