"""How an endpoint is reached: proxy, certificates that are trusted too, and how long to wait."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.sync.model import Connection, ProxyChoice
from ui.dialogs.form import narrow
from ui.widgets.basics import button, label
from ui.widgets.declaration_fields import Asked
from ui.widgets.spin_box import SpinBox

PROXIES = (
    (ProxyChoice.SYSTEM, "As the system says"), (ProxyChoice.NONE, "None: go there directly"),
    (ProxyChoice.OWN, "This one"),
)  # fmt: skip
LONGEST = 600
"""Seconds that a person may set for an answer."""


class ConnectionFields(QWidget):
    """The fields of a `Connection`, and a new password of the proxy. `asked`: those that can be wrong, by name."""

    def __init__(self, start: Connection, *, password_kept: bool = False) -> None:
        """`password_kept`: an empty password leaves the one that is kept as it is."""
        super().__init__()
        self._password_kept = password_kept
        unit = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(round(unit * 0.9))
        self.choice = QComboBox()
        for key, words in PROXIES:
            self.choice.addItem(words, key)
        self.choice.setCurrentIndex(self.choice.findData(start.proxy_choice))
        self.proxy = QLineEdit(start.proxy)
        self.proxy.setPlaceholderText("http://proxy.example:8080")
        self.user = QLineEdit(start.proxy_user)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        if password_kept:
            self.password.setPlaceholderText("As it is")
        self.ca_file = QLineEdit(start.ca_file)
        self.connect_seconds, self.read_seconds = _seconds(start.connect_seconds), _seconds(start.read_seconds)
        self.asked: dict[str, Asked] = {}
        column.addWidget(self._ask("proxy_choice", "Proxy", narrow(self.choice)))
        self.own = QWidget()
        inside = QVBoxLayout(self.own)
        inside.setContentsMargins(unit, 0, 0, 0)
        inside.setSpacing(round(unit * 0.6))
        inside.addWidget(self._ask("proxy", "Address of the proxy", self.proxy, "With http:// and its port"))
        pair = QWidget()
        two = QHBoxLayout(pair)
        two.setContentsMargins(0, 0, 0, 0)
        two.addWidget(self._ask("proxy_user", "User", self.user, "Empty = without sign-in"))
        kept = "Empty = as it is" if password_kept else "Kept in the system’s keyring"
        two.addWidget(self._ask("proxy_password", "Password", self.password, kept))
        inside.addWidget(pair)
        column.addWidget(self.own)
        self._others(column)
        self.choice.currentIndexChanged.connect(lambda _index: self._fit())
        self._fit()

    def _others(self, column: QVBoxLayout) -> None:
        """Certificates, and how long to wait."""
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.ca_file, 1)
        choose = button("Choose…", self._choose_ca)
        choose.setAccessibleName("Choose a CA file…")
        line.addWidget(choose)
        self.ca_file.setAccessibleName("Certificates of your own")
        row.setFocusProxy(self.ca_file)
        column.addWidget(
            self._ask(
                "ca_file",
                "Certificates of your own",
                row,
                "A PEM file, for a network that puts its own certificate in between. Those of the operating system "
                "are trusted as well.",
            )
        )
        waits = QWidget()
        two = QHBoxLayout(waits)
        two.setContentsMargins(0, 0, 0, 0)
        for words, made in (("to connect", self.connect_seconds), ("for an answer", self.read_seconds)):
            made.setAccessibleName(f"Seconds {words}")
            two.addWidget(made)
            two.addWidget(label(words))
        two.addStretch()
        waits.setFocusProxy(self.connect_seconds)
        column.addWidget(self._ask("seconds", "How long to wait", waits))

    def connection(self) -> Connection:
        """What the fields say."""
        return Connection(
            ProxyChoice(self.choice.currentData()),
            self.proxy.text().strip(),
            self.user.text().strip(),
            self.ca_file.text().strip(),
            self.connect_seconds.value(),
            self.read_seconds.value(),
        )

    def new_password(self) -> str | None:
        """The password as it is to be kept; None = as it is."""
        text = self.password.text()
        return None if self._password_kept and not text else text

    def _ask(self, name: str, title: str, control: QWidget, hint: str = "") -> Asked:
        made = self.asked[name] = Asked(title, control, hint)
        return made

    def _fit(self) -> None:
        self.own.setVisible(self.choice.currentData() == ProxyChoice.OWN)

    def _choose_ca(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, "Certificates of your own", self.ca_file.text(), "Certificates (*.pem *.crt *.cer);;All files (*)"
        )
        if chosen:
            self.ca_file.setText(chosen)


def _seconds(value: int) -> SpinBox:
    made = SpinBox()
    made.setRange(1, LONGEST)
    made.setSuffix(" s")
    made.setValue(value)
    return made
