"""What the review pages are made of: labels, headings, headers of tables, colours; for keyboards and screen readers."""

from __future__ import annotations

import itertools
import re
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest

from central import sample
from central.app import build
from central.central import Central
from central.pages.frame import STYLE
from central.queue import Filter
from central.reviews import Said
from tests.central.review_world import ADMINISTRATOR, REVIEWER, browser, let_in
from tests.central_server import Running, listening, settings
from ui.theme.tokens import DARK, LIGHT, colours, contrast


class Page(HTMLParser):
    """The parts that are looked at."""

    VOID = ("input", "meta", "link", "br", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: list[dict[str, str]] = []
        self.labels: set[str] = set()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.scopes: list[str] = []
        self.regions: list[dict[str, str]] = []
        self.inline: list[str] = []
        self.open: list[str] = []
        self.forms: list[dict[str, object]] = []
        self.feed(text)
        assert self.open == [], "a tag is not closed"

    def handle_starttag(self, tag, attrs):
        given = {key: value or "" for key, value in attrs}
        if tag not in self.VOID and tag != "option":
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if "style" in given or any(key.startswith("on") for key in given) or tag in {"script", "style", "iframe"}:
            self.inline.append(tag)
        if tag in {"select", "textarea", "input"} and given.get("type") != "hidden":
            inside = "label" in self.open
            self.fields.append({**given, "inside": "yes" if inside else ""})
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th":
            self.scopes.append(given.get("scope", ""))
        if given.get("role") == "region":
            self.regions.append(given)
        if tag == "form":
            self.forms.append({**given, "csrf": False})
        if tag == "input" and given.get("name") == "csrf" and given.get("value"):
            self.forms[-1]["csrf"] = True

    def handle_endtag(self, tag):
        if tag not in self.VOID and tag != "option":
            assert self.open.pop() == tag, f"</{tag}> closes something else"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every page with something on it, as an administrator and as a reviewer sees it."""
    with sampled(tmp_path_factory.mktemp("markup")) as running:
        let_in(running.central)
        one = running.central.reviews.queue(Filter(kind="rttm")).entries[-1].id
        said = Said(
            "11111111-2222-4333-8444-555555555555", "Why?", "question", "So", "requirements", "SUP-003", "tests"
        )
        running.central.reviews.comment(one, said, REVIEWER)
        running.central.reviews.decide(one, "changes requested", "Because.", "", 1, REVIEWER)
        running.central.packs.withdraw(running.central.packs.all()[0].sha256, "Wrong.", ADMINISTRATOR)
        running.central.participants.suspend("BOREAL", "Left.", ADMINISTRATOR)
        found = {"sign-in": browser(running.address).get("/review/sign-in").text}
        for name in (ADMINISTRATOR, REVIEWER):
            made = browser(running.address, name)
            for path in (
                "", "?state=all", "?text=nothing+fits", f"submissions/{one}?row=SUP-003",
                f"submissions/{one}?table=nope",
                "participants", "participants/ACME", "participants/BOREAL", "packs", "people", "audit", "account",
                "nowhere", "bundles",
            ):  # fmt: skip
                found[f"{path} as {name}"] = made.get(f"/review/{path}").text
            made.post("/review/account/tokens", {"days": "2"})
            found[f"tokens as {name}"] = made.get("/review/account").text
        made = browser(running.address, ADMINISTRATOR)
        found["invitation"] = made.post("/review/participants/ACME/invitations", {"days": "2"}).text
        return {name: Page(text) for name, text in found.items()}


@contextmanager
def sampled(folder):
    """An endpoint that is filled with the sample and answers."""
    chosen = settings(folder, address="https://sample.example")
    central = Central(chosen)
    sample.fill(central)
    with listening(build(chosen, central)) as address:
        yield Running(address, central, chosen)
    central.close()


def test_every_field_has_a_label(pages):
    for name, page in pages.items():
        for field in page.fields:
            assert field["inside"] or field.get("id") in page.labels, (name, field)


def test_ids_are_unique_and_headings_go_down_by_one(pages):
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), (name, [one for one in page.ids if page.ids.count(one) > 1])
        assert page.headings[0] == 1, name
        assert page.headings.count(1) == 1, name
        assert all(after <= before + 1 for before, after in itertools.pairwise(page.headings)), name


def test_headers_of_tables_say_what_they_head_and_wide_tables_can_be_scrolled_by_keyboard(pages):
    for name, page in pages.items():
        assert set(page.scopes) <= {"col", "row"}, name
        for region in page.regions:
            assert region.get("tabindex") == "0", name
            assert region.get("aria-label") or region.get("aria-labelledby") in page.ids, (name, region)


def test_nothing_runs_and_every_form_that_changes_something_is_ours(pages):
    for name, page in pages.items():
        assert page.inline == [], name
        for form in page.forms:
            assert form["csrf"] is (form["method"] == "post"), (name, form)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_colours_are_those_of_the_window_and_can_be_read(tokens):
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.S)
    here = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1 if tokens.dark else 0]))
    for name, colour in colours(tokens).items():
        assert here[name.replace("_", "-")] == colour.lower()
    for name in ("text", "muted", "accent", "block", "high", "med", "low", "good"):
        for behind in ("surface", "background", "raised"):
            assert contrast(here[name], here[behind]) >= 4.5, (name, behind)
    assert contrast(here["text"], here["soft"]) >= 4.5
    assert contrast(here["on-accent"], here["accent"]) >= 4.5
    assert contrast(here["outline"], here["surface"]) >= 3
    assert contrast(here["focus"], here["background"]) >= 3
