"""What is kept between two readings, and what becomes of a store that cannot be read."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from anchorbook import checking as module
from anchorbook import loading
from anchorbook.loading import Memory, read_catalogue
from anchorbook.store import Store, digest_of
from tests.support.projects import case, good_file, write_case


def ids(entries) -> list[str]:
    return [entry.id for entry in entries]


# ---------------------------------------------------------------- between two readings


@pytest.fixture
def checks(monkeypatch) -> list[str]:
    """Names of the files that are really checked."""
    seen: list[str] = []
    real = module.check_document

    def counted(document, *words):
        seen.append(document.path.removeprefix("case_studies/"))
        return real(document, *words)

    monkeypatch.setattr(module, "check_document", counted)
    return seen


def test_files_that_have_not_changed_are_not_read_again(project, checks):
    folder = project({**case("a"), **case("b"), "bad.yaml": good_file(id="bad", status="nonsense")})
    first = read_catalogue(folder)
    assert sorted(checks) == ["a.yaml", "b.yaml", "bad.yaml"]
    checks.clear()
    os.utime(folder.cases / "a.yaml", (1, 1))
    second = read_catalogue(folder)
    assert checks == []
    assert second.all_entries == first.all_entries
    assert second.findings == first.findings and len(first.findings) > 0


def test_only_the_changed_file_is_read_again(project, checks):
    folder = project({**case("a"), **case("b")})
    read_catalogue(folder)
    checks.clear()
    write_case(folder.root, "b.yaml", good_file(id="b", title="Another title"))
    assert read_catalogue(folder).by_id["b"].title == "Another title"
    assert checks == ["b.yaml"]


def test_with_a_memory_only_changed_files_are_opened(project, monkeypatch):
    """What the preview does after each save."""
    folder = project({**case("a"), **case("b"), **case("c")})
    for path in filter(Path.is_file, folder.root.rglob("*")):  # what was written just now is not trusted
        os.utime(path, (1_700_000_000, 1_700_000_000))
    memory = Memory()
    first = read_catalogue(folder, memory=memory)
    opened: list[str] = []
    real = os.open

    def noted(path, *more, **named):
        opened.append(Path(path).name)
        return real(path, *more, **named)

    monkeypatch.setattr(os, "open", noted)  # which reading a file of the book comes down to
    again = read_catalogue(folder, memory=memory)
    assert [name for name in opened if name.endswith(".yaml")] == []
    assert (again.all_entries, again.findings, again.keys, again.page_citations) == (first.all_entries, first.findings, first.keys, first.page_citations)
    write_case(folder.root, "b.yaml", good_file(id="b", title="Another title"))
    write_case(folder.root, "d.yaml", good_file(id="d"))
    (folder.cases / "c.yaml").unlink()
    third = read_catalogue(folder, memory=memory)
    assert {name for name in opened if name.endswith(".yaml")} == {"b.yaml", "d.yaml"}
    assert ids(third.all_entries) == ["a", "b", "d"] and third.by_id["b"].title == "Another title"
    plain = read_catalogue(folder)
    assert (plain.all_entries, plain.findings, plain.keys) == (third.all_entries, third.findings, third.keys)


def test_a_memory_sees_changes_of_lists_and_references(project):
    folder = project(case("a"))
    memory = Memory()
    read_catalogue(folder, memory=memory)
    path = folder.vocabulary / "statuses.yaml"
    path.write_text(path.read_text("utf-8").replace("label: Planned", "label: Very planned"), "utf-8")
    folder.references.write_text(folder.references.read_text("utf-8") + "\n@misc{new2026, title = {A new source}, year = {2026}}\n", "utf-8")
    changed = read_catalogue(folder, memory=memory)
    assert "new2026" in changed.bibliography and changed.vocabulary.label("statuses", "planned") == "Very planned"


def test_a_memory_does_not_trust_a_file_that_was_written_just_now(project, monkeypatch):
    """Two saves may have the same time and the same length."""
    monkeypatch.setattr(loading, "JUST_NOW", 60_000_000_000)  # so that a slow computer is in time
    folder = project(case("a"))
    memory = Memory()
    path = write_case(folder.root, "a.yaml", good_file(id="a", title="One title"))
    stat = path.stat()
    read_catalogue(folder, memory=memory)
    path.write_text(good_file(id="a", title="Two title"), "utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert read_catalogue(folder, memory=memory).by_id["a"].title == "Two title"


def test_a_renamed_file_is_checked_under_its_new_name(project):
    folder = project(case("a"))
    read_catalogue(folder)
    (folder.cases / "a.yaml").rename(folder.cases / "b.yaml")
    assert "id-mismatch" in [item.code for item in read_catalogue(folder).findings]


def test_removed_files_are_gone(project):
    folder = project({**case("a", related="[b]"), **case("b")})
    assert ids(read_catalogue(folder).entries) == ["a", "b"]
    (folder.cases / "b.yaml").unlink()
    read = read_catalogue(folder)
    assert ids(read.entries) == ["a"]
    assert "unknown-case" in [item.code for item in read.findings]


@pytest.mark.parametrize("name, old, new, code", [
    ("data/vocabulary/domains.yaml", "id: work", "id: jobs", "unknown-term"),
    ("references.bib", "ihi_anchors_2022", "ihi_slides_2022", "unknown-citation"),
])
def test_changed_lists_make_every_case_be_read_again(project, checks, name, old, new, code):
    folder = project({**case("a"), **case("b")})
    read_catalogue(folder)
    checks.clear()
    path = folder.root / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    read = read_catalogue(folder)
    assert sorted(checks) == ["a.yaml", "b.yaml"]
    assert read.all_entries == []
    assert code in [item.code for item in read.findings]


def spoil_everywhere(raw: bytes) -> bytes:
    return b"\xab" * len(raw)


def spoil_after_the_first_page(raw: bytes) -> bytes:
    return raw[:4096] + b"\xab" * (len(raw) - 4096)


@pytest.mark.parametrize("spoil", [spoil_everywhere, spoil_after_the_first_page, lambda raw: raw[:6000], lambda raw: b""])
def test_a_damaged_store_is_thrown_away(project, spoil):
    folder = project({key: text for number in range(60) for key, text in case(f"case-{number}").items()})
    first = read_catalogue(folder)
    path = folder.cache / "cases.sqlite"
    path.write_bytes(spoil(path.read_bytes()))
    assert read_catalogue(folder).all_entries == first.all_entries


def test_a_store_of_another_make_is_thrown_away(project):
    folder = project(case("a"))
    folder.cache.mkdir(parents=True)
    with sqlite3.connect(folder.cache / "cases.sqlite") as other:
        other.execute("CREATE TABLE kept (name TEXT)")
    assert ids(read_catalogue(folder).entries) == ["a"]


def test_store_keeps_values_by_shelf_and_key(tmp_path):
    with Store(tmp_path / "deep" / "s.sqlite") as store:
        store.put_many("one", {"a": 1, "b": [2]}.items())
        store.put("other", "a", {"x": 3})
    with Store(tmp_path / "deep" / "s.sqlite") as store:
        assert store.get_many("one", ["a", "b", "c"]) == {"a": 1, "b": [2]}
        assert store.get("other", "a") == {"x": 3} and store.get("other", "b") is None
        store.keep_only("one", ["b"])
        assert store.get("one", "a") is None and store.get("one", "b") == [2] and store.get("other", "a") == {"x": 3}


def test_digests_depend_on_where_parts_begin():
    assert digest_of("ab", "c") != digest_of("a", "bc")
    assert digest_of("é") == digest_of("é".encode())


@pytest.mark.parametrize("read", [lambda store: store.get("shelf", "a"), lambda store: store.get_many("shelf", ["a"]) or None])
def test_a_store_damaged_while_open_gives_nothing_and_works_again(tmp_path, read):
    with Store(tmp_path / "store.sqlite") as store:
        store.put("shelf", "a", "kept")
        store._db.execute("DROP TABLE kept")
        assert read(store) is None
        store.put("shelf", "a", "kept again")
        assert read(store)
