"""What goes into no log: tokens, passwords, queries of addresses, meter numbers, the person's folder."""

from __future__ import annotations

import logging
import re
from pathlib import Path

_LOGGERS = ("urllib3", "requests", "desktop.sync", "keyring", "http", "secretstorage", "jeepney", "truststore")
_RULES = (
    (re.compile(r"(?i)\b(bearer|basic|negotiate|digest)\s+[^\s'\",;]+"), r"\1 ***"),
    (
        re.compile(r"(?i)((?:proxy-)?authorization|x-signature|(?:set-)?cookie)(['\"]?\s*[:=]\s*b?['\"]?)[^\r\n'\"]+"),
        r"\1\2***",
    ),
    (re.compile(r"(?i)([\"']?(?:code|token|password|seed)[\"']?\s*[:=]\s*[\"']?)[^\s\"',}]+"), r"\1***"),
    (re.compile(r"//[^/\s@'\"]+@"), "//***@"),
    (re.compile(r"\?[^\s'\"]+"), "?***"),
    (re.compile(r"(?<!\d)\d{9}(\d{4})(?!\d)"), r"*********\1"),
)


def redacted(text: str) -> str:
    """The same without what is nobody's business."""
    for pattern, by in _RULES:
        text = pattern.sub(by, text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


class _Redacting(logging.Filter):
    """Rewrites each record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets it pass, rewritten."""
        try:
            record.msg, record.args = redacted(record.getMessage()), None
        except (TypeError, ValueError):
            record.msg, record.args = "A record that cannot be read.", None
        if record.exc_info:
            record.exc_text = redacted(logging.Formatter().formatException(record.exc_info))
        return True


_filter = _Redacting()


def guard() -> None:
    """Put the filter on every logger of the libraries that sync talks through; urllib3 tells of errors only.

    Its warnings are of tries that are made again at once: whoever called is told when none of them came through.

    A filter of a logger is not asked for records of those below it: so it stands on each. Doing it again adds those
    that came meanwhile.
    """
    logging.getLogger("urllib3").setLevel(max(logging.ERROR, logging.getLogger("urllib3").level))
    for name in _LOGGERS:
        logging.getLogger(name)
    for name in list(logging.root.manager.loggerDict):
        if name.split(".", maxsplit=1)[0] in _LOGGERS or name.startswith("desktop.sync"):
            found = logging.getLogger(name)
            if _filter not in found.filters:
                found.addFilter(_filter)
