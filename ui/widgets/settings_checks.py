"""The catalogue of checks: what each looks at, and its settings."""

from __future__ import annotations

from desktop.cleanse.catalogue import CheckInfo
from desktop.cleanse.check_settings import configure, parse_setting, setting_text
from desktop.cleanse.model import Severity
from ui.dialogs.form import Field, ask
from ui.widgets.basics import label
from ui.widgets.settings_section import Section
from ui.widgets.small_table import SmallTable


class ChecksSection(Section):
    """A line for each check; under it what the chosen one does and where its rule comes from."""

    heading = "Checks"
    about = "What is checked, how severe it is and who mends it. A change counts from the next run of the checks."

    def build(self) -> None:
        self.checks = SmallTable(
            "Checks", ("Check", "Title", "Severity", "Who mends it", "On"), "", edit=lambda key: self._edit(str(key))
        )
        self.checks.list.itemSelectionChanged.connect(self._chosen)
        self.column.addWidget(self.checks, 1)
        self.detail = label(wrap=True, selectable=True)
        self.detail.setMinimumHeight(self.fontMetrics().height() * 6)
        self.column.addWidget(self.detail)
        self._infos: dict[str, CheckInfo] = {}

    def refresh(self) -> None:
        self.context.read("Reading the checks", lambda _job: self.context.workspace.cleanse.catalogue(), self._fill)

    def _fill(self, infos: tuple[CheckInfo, ...]) -> None:
        self._infos = {info.id: info for info in infos}
        self.checks.fill(
            [
                (info.id, (info.id, info.title, info.severity.value, info.party.title, "Yes" if info.on else "No"))
                for info in infos
            ],
            writable=self.writable,
        )
        self._chosen()

    def _chosen(self) -> None:
        info = self._infos.get(str(self.checks.key()))
        if info is None:
            self.detail.setText("")
            return
        settings = "; ".join(
            f"{_words(name)}: {setting_text(value) or 'none'}" for name, value in info.settings.items()
        )
        lines = [info.explanation, f"How it is mended: {info.fix_hint}", f"Source: {info.basis}"]
        self.detail.setText("\n".join([*lines, *([f"Settings: {settings}"] if settings else [])]))

    def _edit(self, check_id: str) -> None:
        info = self._infos[check_id]
        fields = (
            Field("on", "Run this check", "yes" if info.on else "no", (("yes", "Yes"), ("no", "No"))),
            Field("severity", "Severity", info.severity.value, tuple((s.value, s.value) for s in Severity)),
            *(_field(name, value) for name, value in info.settings.items()),
        )

        def check(values: dict[str, str]) -> None:
            for name, default in info.settings.items():
                parse_setting(name, values[name], default)

        values = ask(self, f"{info.id} {info.title}", fields, f"Set {info.id}", check, info.explanation)
        if values is None:
            return
        content = self.context.workspace.content
        on, severity = values["on"] == "yes", Severity(values["severity"])
        self.context.change(
            "Saving", lambda _job: configure(content, info.id, on=on, severity=severity, settings=values), quiet=True
        )


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _field(name: str, value: object) -> Field:
    if isinstance(value, bool):
        return Field(name, _words(name), setting_text(value), (("yes", "Yes"), ("no", "No")))
    hint = "Separated by commas." if isinstance(value, list) else ""
    return Field(name, _words(name), setting_text(value), hint=hint, long=isinstance(value, list) and len(value) > 6)
