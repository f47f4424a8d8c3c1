"""HTML and SVG as plain text: tags taken away, scripts and styles left out, nothing loaded."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from desktop.evidence.reading import plain
from desktop.evidence.reading.gathering import Gathered

_SILENT = {"script", "style", "template", "noscript", "iframe", "object"}
_BLOCKS = {
    "p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
    "header", "footer", "pre", "blockquote", "title", "text", "hr", "dd", "dt",
}  # fmt: skip
_MOST_SOURCE = 4_000_000
"""Characters of the page's source that are looked at."""


class _Words(HTMLParser):
    def __init__(self, gathered: Gathered) -> None:
        super().__init__(convert_charrefs=True)
        self._gathered = gathered
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self._gathered.line()
        elif tag in {"td", "th"}:
            self._gathered.add("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            words = " ".join(data.split())
            if words:
                before, after = " " * data[:1].isspace(), " " * data[-1:].isspace()
                self._gathered.add(f"{before}{words}{after}")


def words_of(source: str, gathered: Gathered) -> None:
    """Add the words of HTML."""
    parser = _Words(gathered)
    for start in range(0, len(source), 65_536):
        if gathered.full:
            return
        parser.feed(source[start : start + 65_536])
    parser.close()


def read(path: Path, gathered: Gathered) -> str:
    """The text of a page or drawing."""
    source = Gathered(_MOST_SOURCE)
    plain.read(path, source)
    words_of(source.text, gathered)
    gathered.full = gathered.full or source.full
    return "Its text, without scripts and pictures"
