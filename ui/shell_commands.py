"""The commands that are there on every page: File, Edit, View, Go, Help, and those of the page's table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ui.commands import Command
from ui.making_books import make_workbook
from ui.pages import PAGES, PageEntry
from ui.pages.payloads import ChooseFile
from ui.reporting import make_report
from ui.sync_now import sync_commands
from ui.theme.theme import Appearance

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.widgets.table_panel import TablePanel


def shell_commands(window: MainWindow) -> list[Command]:
    """Every command of the shell, bound to this window."""
    door, context, history = window.door, window.context, window.undo

    def opened() -> bool:
        return context.open_workspace is not None

    def idle() -> bool:
        return context.jobs.writing() is None

    commands = [
        Command("workspace.new", "New workspace…", door.ask_new, "File", "1", "Ctrl+N", "new",
                "Make a folder for one organisation", idle),
        Command("workspace.open", "Open workspace…", door.ask_open, "File", "1", "Ctrl+O", "open",
                "Open a workspace folder on this computer", idle),
        Command("workspace.sample", "Open the sample workspace", window.open_sample, "File", "1", "", "sample",
                "Look around with made-up data; nothing of yours is touched", idle),
        Command("workspace.restore", "Restore from a backup…", door.ask_restore, "File", "2", "", "restore",
                "Bring a workspace back into an empty folder and verify it", idle),
        Command("workspace.backup", "Back up now…", door.ask_backup, "File", "2", "", "backup",
                "Write one verified backup file to a folder of your choice", lambda: context.can_write),
        Command("workspace.import", "Import a portfolio…", lambda: window.show_page("imports", ChooseFile()), "File",
                "3", "Ctrl+I", "imports", "Read a portfolio file, map its headings, look at it, keep it and check it",
                lambda: context.can_write),
        Command("report.make", "Make the progress report…", lambda: make_report(context, window), "File", "4", "Ctrl+R",
                "report", "The Excel workbook for a Code Body or for yourself, and a fix list for each owner",
                lambda: opened() and idle()),
        Command("books.make", "Make a workbook of testing…", lambda: make_workbook(context, window), "File", "4",
                "Ctrl+Shift+W", "report", "PIT plan, RTTM at a gate, completion report, defect and work-off log",
                lambda: opened() and idle()),
        Command("workspace.close", "Close workspace", window.close_workspace, "File", "3", "Ctrl+W", "",
                "Close it and go to the welcome page", lambda: opened() and idle()),
        Command("app.quit", "Quit", window.close, "File", "9", "Ctrl+Q", "exit", "Close MHHS Desk"),
        Command("edit.undo", "Undo", history.undo, "Edit", "1", "Ctrl+Z", "undo", "Take back the last step",
                history.can_undo, history.undo_words, by_name=True),
        Command("edit.redo", "Redo", history.redo, "Edit", "1", "Ctrl+Shift+Z Ctrl+Y", "redo", "Do the step again",
                history.can_redo, history.redo_words, by_name=True),
        Command("app.palette", "Find anything…", window.show_palette, "View", "1", "Ctrl+K", "palette",
                "Commands, pages and records by a few letters"),
        Command("view.refresh", "Read the page again", window.refresh_page, "View", "1", "F5", "refresh",
                "Read what is shown from the workspace again", opened),
        Command("help.shortcuts", "Keyboard shortcuts", window.show_shortcuts, "Help", "1", "F1 Ctrl+/", "keyboard",
                "Every key in one list"),
        Command("help.about", "About MHHS Desk", window.show_about, "Help", "2", "", "info",
                "Version, and the licences of what it stands on"),
    ]  # fmt: skip
    for number, entry in enumerate(PAGES, start=1):
        commands.append(
            Command(f"go.{entry.id}", entry.title, _go(window, entry.id), "Go", "1", _page_key(number, entry),
                    entry.icon, entry.hint, opened)
        )  # fmt: skip
    commands.append(
        Command("go.back", "Back", window.go_back, "Go", "2", "Alt+Left", "", "To the page before", window.can_go_back)
    )
    for appearance in Appearance:
        commands.append(
            Command(f"appearance.{appearance.value}", f"Appearance: {appearance.title.lower()}",
                    _choose(window, appearance), "View", "9", "", "theme", "Change colours at once",
                    checked=_is_chosen(window, appearance))
        )  # fmt: skip
    return commands + _table_commands(window) + sync_commands(window)


def _page_key(number: int, entry: PageEntry) -> str:
    """Ctrl+1 to Ctrl+9 and Ctrl+0 for the first ten pages; the settings have the key that they have everywhere."""
    if entry.at_bottom:
        return "Ctrl+,"
    return f"Ctrl+{number % 10}" if number <= 10 else ""


def _go(window: MainWindow, page_id: str) -> Callable[[], None]:
    return lambda: window.show_page(page_id, None)


def _choose(window: MainWindow, appearance: Appearance) -> Callable[[], None]:
    return lambda: window.choose_appearance(appearance)


def _is_chosen(window: MainWindow, appearance: Appearance) -> Callable[[], bool]:
    return lambda: window.context.theme.appearance == appearance


_TABLE: tuple[tuple[str, str, str, str, str, str, str, Callable[[TablePanel], object]], ...] = (
    ("copy", "Copy rows", "Ctrl+C", "copy", "Edit", "2",
     "Copy the selected rows with headings, ready for Excel", lambda table: table.copy()),
    ("select_all", "Select all rows", "Ctrl+A", "", "Edit", "2",
     "Every row that the filters leave", lambda table: table.select_all()),
    ("find", "Find in the table", "Ctrl+F", "search", "Edit", "3",
     "Type a text, or a column’s name to filter by it", lambda table: table.focus_search()),
    ("clear", "Clear all filters", "Ctrl+Shift+F", "close", "Edit", "3",
     "Show every row again", lambda table: table.clear_filters()),
    ("filters", "Show or hide filters", "Ctrl+Shift+L", "panel", "View", "2",
     "The panel of values with their counts", lambda table: table.toggle_filters()),
    ("columns", "Columns…", "Ctrl+Shift+K", "columns", "View", "2",
     "Choose and order the columns", lambda table: table.choose_columns()),
    ("views", "Saved views…", "Ctrl+Shift+V", "view", "View", "2",
     "Go to a saved view or save this one", lambda table: table.show_views()),
    ("export", "Export this view…", "Ctrl+Shift+E", "export", "File", "4",
     "The rows and columns as shown, as a workbook or CSV", lambda table: table.export()),
)  # fmt: skip
"""Name, text, key, icon, menu, group, hint, and what is asked of the table of the page in front."""


def _table_commands(window: MainWindow) -> list[Command]:
    def run(do: Callable[[TablePanel], object]) -> None:
        if table := window.table():
            do(table)

    return [
        Command(
            f"table.{name}", text, partial(run, do), menu, group, key, icon, hint, lambda: window.table() is not None
        )
        for name, text, key, icon, menu, group, hint, do in _TABLE
    ]
