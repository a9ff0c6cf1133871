"""Fuzzing that follows the code: it comes where blind damage does not, and finds nothing wrong with readers and rules.

The long run is ``python benchmarks/guided.py``.
"""

from __future__ import annotations

import random

import pytest

from benchmarks import guided
from benchmarks.fuzz import Readers
from tests.support.mutations import Input, Maker

LOCK = """
def opened(text):
    if text[0:1] == "f":
        if text[1:2] == "o":
            if text[2:3] == "u":
                if text[3:4] == "r":
                    raise ValueError("open")
"""


@pytest.fixture
def lock(tmp_path):
    """A function that fails after four right letters, one after the other; code of a folder of its own."""
    path = tmp_path / "lock.py"
    path.write_text(LOCK, "utf-8")
    names: dict = {}
    exec(compile(LOCK, str(path), "exec"), names)
    return lambda given: names["opened"](given.raw.decode()), str(tmp_path)


def letters(seed: int, kept: list[Input]) -> Input:
    """Four random letters; or one of those that were kept with one letter changed."""
    dice = random.Random(seed)
    text = list(dice.choice(kept).raw.decode() if kept else "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=4)))
    text[dice.randrange(4)] = dice.choice("abcdefghijklmnopqrstuvwxyz")
    return Input(seed, "check", "a.yaml", "".join(text).encode())


def test_it_finds_what_blind_damage_does_not(lock):
    try_out, folder = lock
    blind = guided.explore(try_out, letters, range(3000), folder, guided=False)
    led = guided.explore(try_out, letters, range(3000), folder)
    assert (blind.failures, blind.kept) == ([], [])
    assert led.failures and "open" in led.failures[0].told and led.failures[0].what == "crash"
    assert len(led.ways) > len(blind.ways) and [step[0] for step in led.steps] == list(range(300, 3001, 300))
    assert "## Input" in guided.report(blind, led, "a command")


def test_only_the_code_of_the_folder_is_watched(lock):
    try_out, folder = lock
    with guided.Watch(folder) as watch:
        try_out(Input(1, "check", "a.yaml", b"fx"))
    assert {code.co_filename for code, _, _ in watch.ways} == {f"{folder}/lock.py"} and len(watch.ways) == 2


def test_readers_and_rules_take_what_it_makes(tmp_path):
    readers = Readers(tmp_path)
    made = Maker(readers.known.vocabulary)
    found = guided.explore(readers.try_out, guided.maker(made, guided.CASES), range(300), start=[text.encode() for text in made.files])
    assert found.failures == []
    assert len(found.kept) > 50 and found.steps[-1][1] > found.steps[0][1] > 500


@pytest.mark.parametrize("targets, least", [(("card", "issue"), 300), (("export",), 1500)])
def test_importers_and_exports_take_what_it_makes(targets, least, tmp_path):
    readers = Readers(tmp_path)
    found = guided.explore(readers.try_out, guided.maker(Maker(readers.known.vocabulary), targets), range(100))
    assert found.failures == []
    assert {item.target for item in found.kept} == set(targets) and not any(item.name.endswith(".xlsx") for item in found.kept)
    assert len(found.ways) > least


def test_an_input_is_made_from_one_of_its_own_sort():
    made = Maker()
    kept = [Input(0, "issue", "issue.md", b"### Of an issue\n" * 40), Input(0, "card", "card.csv", b"of,a,card\n" * 40), Input(0, "check", "minimal.yaml", b"of: a case\n" * 40)]
    for target, ours in (("issue", b"Of an issue"), ("card", b"of,a,card"), ("fix", b"of: a case")):
        make = guided.maker(made, (target,))
        several = [make(seed, kept) for seed in range(40)]
        assert sum(ours in item.raw for item in several) > 5
        assert not any(other.raw[:11] in item.raw for item in several for other in kept if ours not in other.raw and not item.name.endswith(".xlsx"))
