"""Which door `mhhs-desk` opens: the window, or a command."""

from __future__ import annotations

import pytest

from ui import launch


@pytest.fixture
def doors(monkeypatch):
    opened = []
    monkeypatch.setattr(launch, "command_line", lambda arguments, printer: opened.append(("command", *arguments)) or 0)
    monkeypatch.setattr("ui.app.main", lambda arguments: opened.append(("window", *arguments)) or 0)
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":99")
    return opened


@pytest.mark.parametrize("arguments", [[], ["demo"], ["--workspace", "x"], ["--smoke", "--workspace", "x"]])
def test_without_a_command_or_for_the_demo_it_is_the_window(doors, arguments):
    launch.main(arguments)
    assert doors == [("window", *arguments)]


def test_a_folder_is_opened_in_the_window(doors, tmp_path):
    launch.main([str(tmp_path)])
    assert doors == [("window", str(tmp_path))]


@pytest.mark.parametrize(
    "arguments",
    [["check", "p.csv"], ["demo", "--headless"], ["demo", "--json", "-"], ["demo", "--help"], ["--version"]],
)
def test_a_command_needs_no_window(doors, arguments):
    launch.main(arguments)
    assert doors == [("command", *arguments)]


@pytest.mark.parametrize("platform", ["offscreen", "minimal"])
def test_where_nobody_would_see_a_window_the_demo_runs_without_one(doors, monkeypatch, capsys, platform):
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    launch.main(["demo"])
    assert doors == [("command", "demo")]
    assert "without a window" in capsys.readouterr().err


@pytest.mark.skipif("sys.platform != 'linux'", reason="Windows and macOS always have a display")
def test_without_a_display_the_demo_runs_without_a_window(doors, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    launch.main(["demo"])
    assert doors == [("command", "demo")]
