"""Markdown of records: what becomes HTML, what never does, citations and links between cases."""

from __future__ import annotations

import html as htmllib
import random
from html.parser import HTMLParser

import pytest

from anchorbook.text import cases_in, cited_in, plain, problems, render

ALLOWED_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "br", "s", "table", "thead", "tbody", "tr", "th",
                "td", "cite"}


def shown(text: str) -> str:
    """The HTML of a text; citations as <cite>, cases as /case/id."""
    return render(text, lambda key, locator: f"<cite>{htmllib.escape(f'{key}|{locator}')}</cite>", lambda id: f"/case/{id}")


class Seen(HTMLParser):
    """Tags, attributes and addresses of a piece of HTML."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def codes(text: str) -> list[str]:
    return [code for code, _message, _hint in problems(text)]


# ---------------------------------------------------------------- Markdown


@pytest.mark.parametrize("text, html", [
    ("Plain words", "<p>Plain words</p>\n"),
    ("**bold** and *italic*", "<p><strong>bold</strong> and <em>italic</em></p>\n"),
    ("One\n\nTwo", "<p>One</p>\n<p>Two</p>\n"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ("[page](https://example.org/)", '<p><a href="https://example.org/">page</a></p>\n'),
    ("<https://example.org/>", '<p><a href="https://example.org/">https://example.org/</a></p>\n'),
    ("[us](mailto:a@example.org)", '<p><a href="mailto:a@example.org">us</a></p>\n'),
    ("p < 0.05 & q > 1", "<p>p &lt; 0.05 &amp; q &gt; 1</p>\n"),
    ("# 1 in the league", "<p># 1 in the league</p>\n"),
    ("    four spaces", "<p>four spaces</p>\n"),
])
def test_markdown(text, html):
    assert shown(text) == html
    assert codes(text) == []


@pytest.mark.parametrize("text, found", [
    ("[](https://a.b)", ["empty-link"]), ("[ ](case:a)", ["empty-link"]), ("[&#32;](https://a.b)", ["empty-link"]), ("[a](https://a.b) [](page:b)", ["empty-link"]),
    ("[a](https:)", ["unsafe-link"]), ("[a](https://)", ["unsafe-link"]), ("[a](http:evil)", ["unsafe-link"]), ("[a](http:///evil)", ["unsafe-link"]), ("[a](https://?x)", ["unsafe-link"]),
    ("[a](mailto:)", ["unsafe-link"]), ("[a](mailto:ann)", ["unsafe-link"]), ("[a](mailto:@b)", ["unsafe-link"]), ("[](https:)", ["unsafe-link", "empty-link"]),
    ("[a](HTTPS://a.b)", []), ("[*a*](https://a.b)", []), ("[`a`](mailto:a.b+c@d.org)", []), ("[a](mailto:a%40b.org)", []), ("[a](<https://a.b/c d>)", []),
    ("<https://a.b>", []), ("[é](https://bücher.example)", []), ("[a](https://user@[::1]/)", []),
    ("[@one, page [3]]", ["broken-citation"]), ("[@one, [3]]", ["broken-citation"]), ("[see [@one, page 3]]", []),
])
def test_links_have_words_and_lead_somewhere(text, found):
    assert codes(text) == found


ALPHABET = ["a", "Word", " ", " ", ". ", ", ", "\n", "\n\n", "- ", "# ", "1. ", "> ", "*", "_", "`", "~~", "|", "<b>", "&amp;", "&", '"', "'", "£5 ", "\\",
            "[@one]", "[@one, page 2]", "[x](https://example.org)", "[x](case:a)", "http://example.org ", "é", "\u00a0", "=", "--- ", "(c) ", "\t"]


@pytest.mark.parametrize("seed", range(5))
def test_a_paragraph_looks_the_same_whatever_follows_it(seed):
    """Plain paragraphs may be rendered by a short way; it must give what the long way gives."""
    dice = random.Random(seed)
    for _ in range(300):
        text = "W" + "".join(dice.choice(ALPHABET) for _ in range(dice.randint(1, 9))).rstrip() + "."
        if not any(sign in text for sign in "`[|"):  # these can reach over to what follows
            assert shown(f"{text}\n\n*end*") == shown(text) + "<p><em>end</em></p>\n", text


# ---------------------------------------------------------------- HTML

HTML = [
    "<b>bold</b>", "<script>alert(1)</script>", "<SCRIPT SRC=//x.org></SCRIPT>", "<img src=x onerror=alert(1)>", "a <!-- b --> c",
    "<?php x ?>", "<![CDATA[x]]>", "</p><iframe>", "<svg/onload=alert(1)>", "**<i>x</i>**", "- <b>x</b>", "> <b>x</b>",
    "<div>\n\nblock\n\n</div>", "<a href=\"javascript:alert(1)\">x</a>", "<x-custom>", "[<b>x</b>](https://example.org)", "<b\nid=x>y</b>",
    "| a | b |\n|---|---|\n| <b>x</b> | y |",
]


@pytest.mark.parametrize("text", HTML)
def test_raw_html_never_survives(text):
    seen = Seen(shown(text))
    assert seen.tags <= ALLOWED_TAGS - {"cite"}
    assert not any(name.startswith("on") for name in seen.attributes)


@pytest.mark.parametrize("text", HTML)
def test_raw_html_is_said_to_be_wrong(text):
    assert "html-in-text" in codes(text)


@pytest.mark.parametrize("text", ["`<b>`", "2 < 3", "a<1", "<- back", "x <3 y"])
def test_signs_and_code_are_not_html(text):
    assert codes(text) == []


@pytest.mark.parametrize("text", ["&lt;b&gt;x&lt;/b&gt;", "\\<b\\>x", "`<b>x</b>`", "```\n<b>x</b>\n```", "```<b>\nx\n```", "&#60;script&#62;"])
def test_escaped_html_stays_escaped(text):
    assert Seen(shown(text)).tags <= {"p", "pre", "code"}


def test_images_are_not_shown():
    assert "<img" not in shown("![x](https://example.org/x.png)")


# ---------------------------------------------------------------- links

UNSAFE = [
    "javascript:alert(1)", "JavaScript:alert(1)", "JAVASCRIPT:alert(1)", "javascript&#58;alert(1)", "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)", "java&#x73;cript:alert(1)", "&#x6A;&#x61;vascript:alert(1)", "<javascript:alert(1)>", "<java&Tab;script:alert(1)>",
    "<java\tscript:alert(1)>", "vbscript:msgbox(1)", "data:text/html,<b>x", "data:text/html;base64,PGI+", "file:///etc/passwd", "blob:x",
    "\\javascript:alert(1)", "java\\script:alert(1)", "//evil.example", "/page", "page.html", "#part", "www.example.org", "?x", "%6Aavascript:alert(1)",
]


@pytest.mark.parametrize("address", UNSAFE)
@pytest.mark.parametrize("form", ["[x]({})", "[*x*]({})", "[x]({} \"title\")", "![x]({})", "[x][1]\n\n[1]: {}", "<{}>"])
def test_links_lead_to_web_mail_or_cases_only(address, form):
    seen = Seen(shown(form.format(address)))
    assert [where for where in seen.addresses if not where.startswith(("https://", "http://", "mailto:", "/case/"))] == []


@pytest.mark.parametrize("address", UNSAFE)
def test_unsafe_links_are_said_to_be_wrong(address):
    assert codes(f"See [the page]({address}).")


@pytest.mark.parametrize("address", ["https://example.org/a?b=c&d#e", "HTTP://EXAMPLE.ORG", "mailto:a@example.org", "case:a-case", "<https://example.org/a b>"])
def test_safe_links_are_links(address):
    text = f"See [the page]({address})."
    assert codes(text) == []
    assert len(Seen(shown(text)).addresses) == 1


def test_an_address_cannot_leave_its_attribute():
    assert Seen(shown('[x](<https://example.org/" onclick="alert(1)>)')).attributes == {"href"}


# ---------------------------------------------------------------- cases


@pytest.mark.parametrize("text", [
    "See [it](case:a-case).", "See [*it*](case:a-case).", 'See [it](case:a-case "Its title").', "See [it](<case:a-case>).", "See [it]( case:a-case ).",
    "See [it](Case:a-case).", "See [it][1].\n\n[1]: case:a-case",
])
def test_every_link_to_a_case_is_known_or_refused(text):
    """A link that reaches the page must be one that the checker can look up."""
    if not codes(text):
        assert Seen(shown(text)).addresses == ["/case/a-case"]
        assert cases_in(text) == ["a-case"]


def test_links_to_cases():
    text = "[a](case:one) and [b](case:two-2), not [c](https://example.org/case:three)"
    assert cases_in(text) == ["one", "two-2"]
    assert Seen(shown(text)).addresses == ["/case/one", "/case/two-2", "https://example.org/case:three"]


# ---------------------------------------------------------------- citations


@pytest.mark.parametrize("text, cites", [
    ("[@reed2019]", ["reed2019|"]),
    ("Words [@reed2019, page 3].", ["reed2019|page 3"]),
    ("[@reed2019_ch7,line 93]", ["reed2019_ch7|line 93"]),
    ("[@a:b.c-d]", ["a:b.c-d|"]),
    ("[@one; @two]", ["one|", "two|"]),
    ("[@one, page 2; @two, lines 3 and 4]", ["one|page 2", "two|lines 3 and 4"]),
    ("**[@one]** and [@two]", ["one|", "two|"]),
    ("[@one,\npage 2]", ["one|page 2"]),
    ("[@one][@two]", ["one|", "two|"]),
])
def test_citations(text, cites):
    html = shown(text)
    assert [piece.split("</cite>")[0].replace("\n", " ") for piece in html.split("<cite>")[1:]] == cites
    assert cited_in(text) == [cite.split("|")[0] for cite in cites]
    assert "@" not in html
    assert codes(text) == []


@pytest.mark.parametrize("text", ["a@example.org", "@reed2019", "[reed2019]", "`[@reed2019]`", "[us](mailto:a@example.org)", "No citation"])
def test_not_citations(text):
    assert "<cite>" not in shown(text)


@pytest.mark.parametrize("text", ["[@]", "[@reed 2019]", "[@one, @two]", "[@one; two]", "[@reed2019", "[@one: page 3]"])
def test_what_looks_like_a_citation_and_is_none_is_said_to_be_wrong(text):
    if "<cite>" not in shown(text):
        assert codes(text) != []
    else:
        assert cited_in(text) and "@" not in shown(text)


def test_what_the_writer_puts_after_a_key_is_escaped():
    assert "<b>" not in shown("[@reed2019, <b>page</b>]")


# ---------------------------------------------------------------- plain text


@pytest.mark.parametrize("text, said", [
    ("**Bold** and *italic* `code`", "Bold and italic code"),
    ("See [the page](https://example.org) now", "See the page now"),
    ("Words [@reed2019, page 3].", "Words ."),
    ("Two\n  lines", "Two lines"),
    ("A hard  \nbreak\n\n- and a list\n- of two", "A hard break: and a list; of two"),
    ("three tiers:\n\n- supporters, who promise [@reed2019]\n- members, who prove.\n- leaders\n\nIt grew.", "three tiers: supporters, who promise; members, who prove. leaders. It grew."),
    ("1. one\n2. two, and\n3. \"three.\"\n\nMore.", "one; two, and \"three.\" More."),
    ("- one\n  - first\n  - second\n- two\n\n  more of two\n- three", "one: first; second; two more of two; three"),
    ("- the last\n\n1. of two lists", "the last. of two lists"),
    ("A paragraph\n\nand *another*", "A paragraph and another"),
    ("snake_case stays", "snake_case stays"),
    ("2 * 3 * 4", "2 * 3 * 4"),
])
def test_plain(text, said):
    assert plain(text).replace(" .", ".") == said.replace(" .", ".")
