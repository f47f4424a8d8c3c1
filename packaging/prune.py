"""Which of the gathered files the app needs: by reachability from a short allow-list, not by a list of names.

Used by build.spec. Pruning halves the download; it does not make the app faster.
"""

from __future__ import annotations

import logging
import re
from pathlib import PurePath

from PyInstaller.depend.bindepend import get_imports

Entry = tuple[str, str, str]
"""Destination in the bundle, source on disk, kind (BINARY, EXTENSION, DATA, SYMLINK)."""

KEPT_PLUGINS = (
    "platforms/libqxcb", "platforms/libqoffscreen", "platforms/libqwayland", "platforms/qwindows",
    "platforms/qoffscreen", "platforms/libqcocoa", "xcbglintegrations/", "wayland-",
    "styles/qmodernwindowsstyle", "styles/qwindowsvistastyle",
    "styles/libqmacstyle", "imageformats/libqsvg", "imageformats/qsvg", "iconengines/", "platforminputcontexts/libibus",
    "platforminputcontexts/libcompose", "platformthemes/libqxdgdesktopportal", "printsupport/", "tls/qschannel",
    "networkinformation/libqnetworkmanager", "networkinformation/qnetworklistmanager",
    "networkinformation/libqscnetworkreachability",
)  # fmt: skip
KEPT_QT_MODULES = {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport", "QtNetwork", "QtDBus"}


class MissingLibraries(logging.Handler):
    """Gathers PyInstaller's "Library not found" warnings: unseen, they abort the app on a real screen."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep (library, file that needs it)."""
        match = re.search(r"could not resolve '([^']+)', dependency of '([^']+)'", record.getMessage())
        if match:
            self.found.append((match[1], match[2]))


def _is_qt(destination: str) -> bool:
    return destination.replace("\\", "/").startswith("PySide6/")


def _root(destination: str, kind: str) -> bool:
    """Whether a file is kept for its own sake: not Qt's, an allowed plugin, or an allowed binding."""
    path = destination.replace("\\", "/")
    if "/plugins/" in path:
        return any(word in path.split("/plugins/", 1)[1] for word in KEPT_PLUGINS)
    if _is_qt(path):
        return PurePath(path).name.split(".")[0] in KEPT_QT_MODULES and "/Qt/" not in path
    # A library of the system beside the program is wanted only by what links to it.
    return "/" in path or kind == "EXTENSION" or PurePath(path).name.startswith("libpython")


def prune(binaries: list[Entry]) -> list[Entry]:
    """The binaries that are roots or that something kept links to; links that would dangle go too."""
    by_name = {PurePath(entry[0]).name: entry for entry in binaries}
    todo = [entry for entry in binaries if entry[2] != "SYMLINK" and _root(entry[0], entry[2])]
    kept: dict[str, Entry] = {}
    while todo:
        entry = todo.pop()
        if entry[0] in kept:
            continue
        kept[entry[0]] = entry
        if entry[2] == "SYMLINK":
            continue
        for name, _resolved in get_imports(entry[1]):
            needed = by_name.get(PurePath(name).name)
            if needed is not None and needed[0] not in kept:
                todo.append(needed)
    names = {PurePath(destination).name for destination in kept}
    for entry in binaries:
        if entry[2] == "SYMLINK" and PurePath(entry[1]).name in names:
            kept.setdefault(entry[0], entry)
    return sorted(kept.values())


def prune_data(datas: list[Entry]) -> list[Entry]:
    """Data without Qt's translations, QML, metatypes and other trees that widgets never read."""
    dropped = ("/translations/", "/qml/", "/metatypes/", "/modules/", "/typesystems/", "/glue/", "/include/", "/doc/")
    return [e for e in datas if not (_is_qt(e[0]) and any(d in "/" + e[0].replace("\\", "/") for d in dropped))]


def refuse_missing(missing: MissingLibraries, kept: list[Entry]) -> None:
    """Raise SystemExit when a kept file needs a library that this machine does not have."""
    sources = {entry[1] for entry in kept}
    wanted = sorted({f"{library} (needed by {PurePath(by).name})" for library, by in missing.found if by in sources})
    if wanted:
        raise SystemExit(f"The build machine lacks libraries without which no window opens: {', '.join(wanted)}")
