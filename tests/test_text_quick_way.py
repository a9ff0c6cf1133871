"""Plain paragraphs take a quick way past the Markdown parser. It must give what the parser gives."""

from __future__ import annotations

import random

import pytest

from anchorbook import text

PIECES = ["a", "b", " ", "C.", ",", ";", ":", '"', "'", "(", ")", "-", "+", "=", "#", "1.", "!", "?", "/", "%", "£", "\n", "\n\n", "[", "]",
          "@", "*", "_", "`", "<", ">", "&", "|", "~", "\\", "\t", "é", "–", "[@key]", "[@key, page 1; @other]", "[x](case:y)", "---", "> "]


@pytest.mark.parametrize("seed", range(20))
def test_the_quick_way_gives_what_the_parser_gives(seed, monkeypatch):
    chance = random.Random(seed)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 9))) for _ in range(2000)]

    def results():
        return [(text.render(item, lambda key, locator: f"<i>{key} {locator}</i>", str), text.plain(item)) for item in texts]

    quick = results()
    assert sum(text._simple(item) is not None for item in texts) > 60
    monkeypatch.setattr(text, "_simple", lambda _text: None)
    for item, one, other in zip(texts, quick, results()):
        assert one == other, repr(item)
