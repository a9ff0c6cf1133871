"""Every link inside the site leads somewhere, or the build stops before the site is switched and says where it was written."""

from __future__ import annotations

import pytest

from anchorbook import build as building
from anchorbook.inside import checking
from anchorbook.inside.checking import FRAMES, SHELF, Ahead, Reader, check, findings, keep
from anchorbook.inside.scanning import Facts, Parsed, Scanner, links_of, resolve
from anchorbook.inside.writing import instead
from anchorbook.reporting import as_text
from anchorbook.site.checksums import each_sum
from anchorbook.store import Store
from tests.support.projects import good_file, write_case
from tests.support.small_builds import small_project, without_sphinx  # noqa: F401

HOST = "https://host.example/our/book"


# ---------------------------------------------------------------- one link


@pytest.mark.parametrize("page, written, site, expected", [
    ("cases/a.html", "../domains/work.html", "", "domains/work.html"), ("cases/a.html", "b.html#cost", "", "cases/b.html#cost"), ("cases/a.html", "#cost", "", "cases/a.html#cost"),
    ("index.html", "explore.html?domain=work&amp;level=3", "", "explore.html"), ("index.html", "search.html#q=pension", "", "search.html"),
    ("index.html", "data/cases.csv", "", "data/cases.csv"), ("a/b.html", "../../c.html", "", "../c.html"), ("a/b.html", "../", "", "./"),
    ("index.html", "caf%C3%A9.html#caf%C3%A9", "", "café.html#café"), ("index.html", "b.html#:~:text=word", "", "b.html"),
    ("index.html", "https://nhs.uk/", "", None), ("index.html", "mailto:a@b.example", "", None), ("index.html", "data:image/png;base64,AA", "", None),
    ("index.html", "//host.example/x", "", None), ("index.html", "", "", None), ("index.html", "javascript:x", "", None),
    ("cases/a.html", f"{HOST}/cases/b.html#cost", HOST, "cases/b.html#cost"), ("cases/a.html", HOST, HOST, "index.html"), ("cases/a.html", f"{HOST}/training/", HOST, "training/index.html"),
    ("cases/a.html", "https://host.example/our/bookshop", HOST, None), ("404.html", "/our/book/index.html", HOST, "index.html"), ("404.html", "/index.html", "", "index.html"),
    ("index.html", "http://[broken", "", None), ("index.html", "//[", "", None),
])
def test_where_a_link_leads(page, written, site, expected):
    assert resolve(page, written, site) == expected


ODD = [
    "<a href='b.html'>", "<a href=b.html>", '<a\nhref="b.html">', '<a HREF="b.html" href="b.html">', '<a  href = "b.html">', '<img srcset="b.html 1x, c.html 2x" src="d.png">',
    '<meta http-equiv="refresh" content="0; url=b.html">', '<video poster="b.html">', '<object data="b.html">', '<p\nid="x">', "<p id='x'>", "<p id=x>", '<p id="a&amp;b">',
    '<a href="b.html?x=1&amp;y=2#z">', '<svg><use xlink:href="b.svg#x"/></svg>', '<!-- <a href="never.html"> -->',
    f'<script type="application/ld+json">{{"url":"{HOST}/cases/x.html","citation":[{{"url":"https://doi.org/1"}}]}}</script>',
    '<a HREF="b.html">', '<img SRC="b.png">', '<p ID="x">', '<p\tid="x">', '<p class="a"id="x">', '<p id = "x">', '<img data-src="b.png">', '<img data-src="b.png" src="c.png">',
    "<img data-src='b.png' src='c.png'>", "<form action='b.html'>", '<form ACTION="b.html">', "<form><input id='x'></form>", "<video poster='b.png'>", '<VIDEO POSTER="b.png">',
    "<meta http-equiv=refresh content='0; url=b.html'>", "<img SRCSET='b.png 1x'>", "<OBJECT DATA='b.svg'>", "<p data-id='x' data-href='b.html'>",
]


@pytest.mark.parametrize("html", ODD)
@pytest.mark.parametrize("frame", ["{}", '<html><head></head><nav><a href="index.html">h</a></nav><main id="main">{}</main></html>', "<html><head>{}</head><main></main></html>",
                                   '<html><head></head>{}<main></main><footer id="f"></footer></html>'])
def test_the_quick_way_misses_nothing_that_a_parser_sees(tmp_path, html, frame):
    """Only a link in a comment is taken for one; nothing is said of it, as the parser is asked before."""
    text = frame.format(html)
    (tmp_path / "p.html").write_text(text, "utf-8")
    scanner = Scanner(HOST)
    facts, frames = scanner.read(tmp_path, "p.html")
    quick = Facts(facts.places, facts.links.union(*(scanner.frames[name].links for name in frames)), facts.own)
    parsed = Parsed(text)
    slow = scanner._facts("p.html", [link for link, _, _ in parsed.links], parsed.places)
    assert quick._replace(links=quick.links - {"never.html"}) == slow
    assert {link.target for link in links_of(tmp_path, "p.html", HOST)} == slow.links | {f"p.html#{place}" for place in slow.own}


# ---------------------------------------------------------------- a site of a few files

PAGE = '<html><head></head><nav><a href="{up}index.html">Home</a></nav><main id="main">{text}</main><a href="#main">Top</a></html>'


@pytest.fixture
def site(tmp_path):
    class Site:
        folder = tmp_path / "site"
        store = Store(None)

        def write(self, **files: str) -> None:
            for name, text in files.items():
                name = name.replace("__", "/").replace("_html", ".html").replace("_css", ".css").replace("_xml", ".xml").replace("_json", ".json").replace("_csv", ".csv")
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(PAGE.format(up="../" * name.count("/"), text=text) if name.endswith(".html") else text, "utf-8")

        def look(self, **options) -> dict[str, list[str]]:
            found = check(self.folder, each_sum(self.folder), self.store, **options)
            if not found.broken:
                keep(found, self.store)
            self.read = found.read
            return found.broken

    made = Site()
    made.write(index_html='<a href="cases/a.html#cost">a</a>', cases__a_html='<h2 id="cost">c</h2><a href="../cases/b.html">b</a>', cases__b_html='<p id="x"></p>')
    return made


def test_a_whole_site_has_no_broken_link(site):
    assert site.look() == {} and site.read == 3
    assert site.look() == {} and site.read == 0


@pytest.mark.parametrize("files, broken", [
    ({"cases__a_html": '<h2 id="cost"></h2><a href="gone.html">'}, {"cases/gone.html": ["cases/a.html"]}),
    ({"cases__a_html": "no heading"}, {"cases/a.html#cost": ["index.html"]}),
    ({"cases__b_html": '<a href="#nowhere">'}, {"cases/b.html#nowhere": ["cases/b.html"]}),
    ({"cases__b_html": '<a href="../">'}, {"./": ["cases/b.html"]}),
    ({"cases__b_html": '<a href="../../outside.html">'}, {"../outside.html": ["cases/b.html"]}),
    ({"cases__b_html": '<img src="x.png"><script src="x.js"></script><form action="y.html">'}, dict.fromkeys(("cases/x.js", "cases/x.png", "cases/y.html"), ["cases/b.html"])),
    ({"style_css": "/* url(never.png) */ a {background: url('data:x')} b {background: url( \"gone.png\" )}"}, {"gone.png": ["style.css"]}),
    ({"feed_xml": '<feed><link href="cases/gone.html" /></feed>'}, {"cases/gone.html": ["feed.xml"]}),
    ({"ro-crate-metadata_json": '{"@graph": [{"@id": "data/gone.csv", "@type": "File"}, {"@id": "#author", "@type": "Person"}]}'}, {"data/gone.csv": ["ro-crate-metadata.json"]}),
    ({"data__cases_csv": "id,page\nx,cases/gone.html\n"}, {"cases/gone.html": ["data/cases.csv"]}),
    ({"data__catalogue_json": '{"page":"cases/gone.html"}' + "." * 3_000_000 + '{"page": "cases/b.html"}'}, {"cases/gone.html": ["data/catalogue.json"]}),
    ({"training__slides__d_html": '<section><a href="../../cases/c.html">'}, {"cases/c.html": ["training/slides/d.html"]}),
])
def test_what_leads_nowhere_is_found_in_a_new_site_and_after_a_change(site, files, broken):
    assert site.look() == {}
    site.write(**files)
    assert site.look() == broken
    site.store = Store(None)
    assert site.look() == broken


def test_addresses_of_the_site_itself_are_followed(site, monkeypatch):
    monkeypatch.setenv("ANCHORBOOK_ADDRESS", HOST + "/")
    site.write(sitemap_xml=f"<urlset><url><loc>{HOST}/cases/b.html</loc></url><url><loc>{HOST}/cases/no.html</loc></url></urlset>",
               cases__b_html=f'<script type="application/ld+json">{{"@id":"{HOST}/cases/not.html","isPartOf":{{"url":"{HOST}/"}}}}</script>', page_html=f'<a href="{HOST}/never.html">')
    assert site.look() == {"cases/no.html": ["sitemap.xml"], "cases/not.html": ["cases/b.html"], "never.html": ["page.html"]}


def test_a_page_that_goes_is_missed_by_pages_that_did_not_change(site):
    site.look()
    (site.folder / "cases" / "b.html").unlink()
    assert site.look() == {"cases/b.html": ["cases/a.html"]} and site.read == 0


def test_after_an_edit_only_that_page_is_read(site):
    site.write(**{f"cases__c{number}_html": '<a href="a.html#cost">' for number in range(50)})
    assert site.look() == {} and site.read == 53
    site.write(cases__a_html='<h2 id="cost">c</h2>', cases__c7_html='<a href="b.html#x">')
    assert site.look() == {} and site.read == 2
    site.write(cases__b_html="x is gone")
    assert site.look() == {"cases/b.html#x": ["cases/c7.html"]} and site.read == 1


def test_the_frame_of_all_pages_counts_once(site):
    text = (site.folder / "index.html").read_text("utf-8")
    for page in ("index.html", "more.html"):
        (site.folder / page).write_text(text.replace('href="index.html"', 'href="gone.html"'), "utf-8")
    assert site.look() == {"gone.html": ["index.html", "more.html"]}


@pytest.mark.parametrize("shelf", [SHELF, FRAMES, checking.STATE])
def test_what_is_kept_may_be_lost(site, shelf):
    site.look()
    site.store.keep_only(shelf, ())
    (site.folder / "cases" / "b.html").unlink()
    assert site.look() == {"cases/b.html": ["cases/a.html"]}
    site.write(index_html='<a href="cases/a.html#not">')
    assert site.look() == {"cases/b.html": ["cases/a.html"], "cases/a.html#not": ["index.html"]}


def test_what_is_kept_of_an_older_page_does_not_count(site):
    """As when a build was killed between the rows and the state."""
    site.look()
    site.store.put(SHELF, "cases/a.html", site.store.get(SHELF, "cases/a.html")._replace(digest="older", places="cost\nmain\nmore"))
    site.write(index_html='<a href="cases/a.html#more">')
    assert site.look() == {"cases/a.html#more": ["index.html"]}


def test_an_older_note_of_a_page_that_did_not_change_does_not_count_either(site):
    site.look()
    site.store.put(SHELF, "cases/a.html", site.store.get(SHELF, "cases/a.html")._replace(digest="older", links=""))
    (site.folder / "cases" / "b.html").unlink()
    assert site.look() == {"cases/b.html": ["cases/a.html"]}


def test_what_only_the_frame_points_at_is_missed_on_pages_that_did_not_change(site):
    site.look()
    (site.folder / "index.html").unlink()
    assert site.look() == {"index.html": ["cases/a.html", "cases/b.html"]} and site.read == 0


@pytest.mark.parametrize("place", range(-24, 4, 3))
def test_an_address_that_lies_across_two_pieces_of_a_large_file_is_seen(site, place):
    site.write(**{"data__catalogue_json": " " * (2**20 + place) + '{"page":"cases/gone.html"}'})
    assert site.look() == {"cases/gone.html": ["data/catalogue.json"]}


def test_files_that_wait_for_a_whole_build_are_left_out(site):
    site.write(feed_xml='<feed><link href="cases/gone.html" /></feed>')
    assert site.look(waits=lambda name: name == "feed.xml") == {}
    assert site.look() == {"cases/gone.html": ["feed.xml"]}


# ---------------------------------------------------------------- what to write


@pytest.mark.parametrize("target, expected", [
    ("evidence/clams.html", "evidence/claims.html"), ("claims.html", "evidence/claims.html"), ("evidence/clams.html#cl01", "evidence/claims.html#cl01"),
    ("evidence/claims.html#cl-01", "evidence/claims.html#cl01"), ("evidence/claims.html#zzzzzzzz", "evidence/claims.html"), ("training/", "training/index.html"),
    ("_images/panell.png", "_images/panel.png"), ("qqqqqqqqqqqqqqq.html", ""),
])
def test_the_nearest_address_is_offered(target, expected):
    names = {"index.html", "evidence/claims.html", "training/index.html", "_images/panel.png", "cases/leeds.html"}
    assert instead(target, names, lambda page: {"cl01", "main"} if "claims" in page else ()) == expected


# ---------------------------------------------------------------- builds

@pytest.fixture
def book(tmp_path, without_sphinx):  # noqa: F811
    project = small_project(tmp_path / "book-project", {name: good_file(id=name[0]) for name in ("a.yaml", "b.yaml")})
    (project.book / "index.md").write_text('# A small book\n\n<h2 id="part">Part</h2> <h2 id="nowhere">N</h2>\n', "utf-8")
    return project


def run(project, **options) -> tuple[bool, str]:
    said: list[str] = []
    done = building.build(project, say=said.append, **options)
    return done.ok, "\n".join(said)


def linking(link: str) -> str:
    return good_file(id="a", problem=f"We looked at [the list]({link}) before.")


def test_a_broken_link_stops_the_build_before_the_switch(book):
    assert run(book)[0]
    before = (book.html / "cases" / "a.html").read_bytes()
    write_case(book.root, "a.yaml", linking("page:index#nowere"))
    (book.book / "index.md").write_text('# A small book\n\n<h2 id="part">Part</h2> <h2 id="nowhere">N</h2>\nSee <a href="/cases/bb.html">b</a>.\n', "utf-8")
    ok, said = run(book)
    assert not ok and (book.html / "cases" / "a.html").read_bytes() == before
    line = next(number for number, text in enumerate((book.cases / "a.yaml").read_text("utf-8").split("\n"), 1) if "nowere" in text)
    column = (book.cases / "a.yaml").read_text("utf-8").split("\n")[line - 1].index("page:") + 1
    assert f'case_studies/a.yaml:{line}:{column}: error link-to-no-place this link leads to a place that is not there: index.html has no "nowere".\n    hint: Write page:index#nowhere.' in said
    assert "book/index.md:4:14: error link-to-nothing this link leads nowhere: there is no cases/bb.html in the site.\n    hint: Write cases/b.html." in said
    assert said.endswith("The site was not built: 2 links would lead nowhere. Correct that first. The last good site stays as it was.")
    assert not run(book)[0]
    write_case(book.root, "a.yaml", linking("page:index#nowhere"))
    (book.book / "index.md").write_text('# A small book\n\n<h2 id="part">Part</h2> <h2 id="nowhere">N</h2>\nSee <a href="/cases/b.html">b</a>.\n', "utf-8")
    assert run(book)[0]
    assert b"#nowhere" in (book.html / "cases" / "a.html").read_bytes()


def test_a_place_that_goes_is_missed_where_somebody_wrote_its_name(book):
    write_case(book.root, "a.yaml", linking("page:index#part"))
    assert run(book)[0]
    (book.book / "index.md").write_text('# A small book\n\n<h2 id="parts">Part</h2>\n', "utf-8")
    ok, said = run(book)
    assert not ok and "case_studies/a.yaml:" in said and "Write page:index#parts." in said


def test_a_link_that_nobody_wrote_is_told_with_its_page(book):
    assert run(book)[0]
    (book.html / "cases" / "a.html").unlink()
    folder = book.html
    found = check(folder, each_sum(folder), Store(None))
    broken = {target: pages for target, pages in found.broken.items() if target == "cases/a.html"}
    said = as_text(findings(book, folder, checking.Checked(broken=broken), each_sum(folder)))
    assert "_build/html/" in said and "there is no cases/a.html in the site." in said and "hint: Write " in said


def test_a_quick_build_does_not_mind_data_files_that_wait(book):
    write_case(book.root, "b.yaml", good_file("full", id="b"))
    assert run(book)[0]
    (book.cases / "b.yaml").unlink()
    assert run(book, quick=True)[0]
    assert "cases/b.html" in (book.html / "data" / "cases.csv").read_text("utf-8")
    assert run(book)[0]
    assert "cases/b.html" not in (book.html / "data" / "cases.csv").read_text("utf-8")


def test_an_unchanged_build_reads_no_page(book, monkeypatch):
    assert run(book)[0]
    seen: list[str] = []
    read = Scanner.read
    monkeypatch.setattr(Scanner, "read", lambda self, folder, name: seen.append(name) or read(self, folder, name))
    assert run(book)[0] and seen == []
    write_case(book.root, "a.yaml", linking("page:index#part"))
    assert run(book)[0] and {name for name in seen if name.startswith("cases/")} == {"cases/a.html"}


# ---------------------------------------------------------------- read when they were written


def _read_ahead(folder, names):
    reader = Reader(folder, HOST)
    sums = each_sum(folder)
    return Ahead({name: reader.read(name, sums[name]) for name in names}, reader.frames()), sums


FRAMED = '<html><head></head><nav><a href="{nav}">h</a></nav><main>{main}</main></html>'


def test_pages_that_were_read_ahead_are_not_read_again(tmp_path, monkeypatch):
    for name, links in (("a.html", '<a href="b.html#there">x</a><p id="here">'), ("b.html", '<p id="there">')):
        (tmp_path / name).write_text(FRAMED.format(nav="c.html", main=links), "utf-8")
    (tmp_path / "c.html").write_text("<p>c</p>")
    ahead, sums = _read_ahead(tmp_path, ("a.html", "b.html", "c.html"))
    with Store(None) as store:
        plain = check(tmp_path, sums, store)
        monkeypatch.setattr(Scanner, "read", None)
        quick = check(tmp_path, sums, store, ahead=ahead)
    assert (quick.rows, quick.frames, quick.broken, quick.state) == (plain.rows, plain.frames, {}, plain.state) and quick.frames


@pytest.mark.parametrize("main, nav, target", [
    ('<a href="gone.html">x</a>', "a.html", "gone.html"), ('<a href="#gone">x</a>', "a.html", "a.html#gone"), ("", "gone.html", "gone.html"),
])
def test_what_was_read_ahead_is_checked_as_well(tmp_path, main, nav, target):
    (tmp_path / "a.html").write_text(FRAMED.format(nav=nav, main=main), "utf-8")
    ahead, sums = _read_ahead(tmp_path, ("a.html",))
    with Store(None) as store:
        assert check(tmp_path, sums, store, ahead=ahead).broken == {target: ["a.html"]} == check(tmp_path, sums, store).broken


def test_a_page_that_changed_since_it_was_read_is_read_again(tmp_path):
    (tmp_path / "a.html").write_text(FRAMED.format(nav="a.html", main=""), "utf-8")
    ahead, _sums = _read_ahead(tmp_path, ("a.html",))
    (tmp_path / "a.html").write_text(FRAMED.format(nav="a.html", main='<a href="gone.html">x</a>'), "utf-8")
    with Store(None) as store:
        assert check(tmp_path, each_sum(tmp_path), store, ahead=ahead).broken == {"gone.html": ["a.html"]}
