"""Checks of dates: supply start (TMP-01), meter installation (TMP-06), supply end (TMP-07), de-energised (TMP-08)."""

from __future__ import annotations

import calendar
from datetime import date

import polars as pl

from desktop.cleanse.check import Check, Fault, Items, RuleContext
from desktop.cleanse.model import Party, Severity
from desktop.portfolio.cleaning import OPEN_DATE
from desktop.working_days import WorkingDays

SHOWN = "%d/%m/%Y"
OPEN_SHOWN = "31/12/9999"


def supply_start(items: Items, ctx: RuleContext) -> list[Fault]:
    """TMP-01: no supply start date, or one that lies ahead."""
    given, start = items.clean("supply_start_date"), items.date("supply_start_date")
    return [
        Fault(
            item="supply_start_date",
            when=given.is_null(),
            message="No supply start date is given.",
            suggestion="Take it from EES.",
        ),
        Fault(
            item="supply_start_date",
            when=start > ctx.as_of,
            message=pl.format("The supply starts on {}, which is still ahead.", start.dt.strftime(SHOWN)),
            suggestion="Leave it out of the batch until the switch is complete.",
        ),
        Fault(
            item="supply_start_date",
            when=given == OPEN_DATE,
            message=f"{OPEN_SHOWN} stands for no end; a supply cannot start on it.",
            suggestion="Take it from EES.",
        ),
    ]


def meter_installed(items: Items, ctx: RuleContext) -> list[Fault]:
    """TMP-06: an installation date that is ahead, or before there could be such a meter."""
    installed = items.date("meter_install_date")
    earliest = _day(ctx.settings["earliest"])
    faults = [
        Fault(
            item="meter_install_date",
            when=installed > ctx.as_of,
            message=pl.format("The meter is given as installed on {}, which is still ahead.",
                              installed.dt.strftime(SHOWN)),
            suggestion="Ask for the meter technical details.",
        ),
        Fault(
            item="meter_install_date",
            when=installed < earliest,
            message=pl.format("The meter is given as installed on {}, before {}.",
                              installed.dt.strftime(SHOWN), pl.lit(earliest.strftime(SHOWN))),
            suggestion="Ask for the meter technical details.",
        ),
        Fault(
            item="meter_install_date",
            when=items.clean("meter_install_date") == OPEN_DATE,
            message=f"{OPEN_SHOWN} stands for no end; a meter cannot have been installed on it.",
            suggestion="Ask for the meter technical details.",
        ),
    ]  # fmt: skip
    if ctx.settings["warn_after_energisation"] and items.has("energisation_status", "energisation_status_from"):
        energised = items.date("energisation_status_from")
        faults.append(
            Fault(
                item="meter_install_date",
                when=(items.clean("energisation_status") == "E")
                & (installed > energised)
                & installed.is_between(earliest, ctx.as_of),
                message=pl.format("The meter was installed on {}, after the supply was energised on {}.",
                                  installed.dt.strftime(SHOWN), energised.dt.strftime(SHOWN)),
                suggestion="Usual after a meter exchange; else ask for the meter technical details.",
                severity=Severity.LOW,
            )
        )  # fmt: skip
    return faults


def supply_ends(items: Items, ctx: RuleContext) -> list[Fault]:
    """TMP-07: the supply ends before the planned migration and the working days after it."""
    planned = ctx.settings["planned_migration_date"]
    plan = ctx.as_of if planned is None else _day(planned)
    last = WorkingDays().add(plan, int(ctx.settings["working_days"]))
    end = items.date("supply_end_date")
    return [
        Fault(
            item="supply_end_date",
            when=end <= last,
            message=pl.format("The supply ends on {}; to migrate, it must run beyond {}.",
                              end.dt.strftime(SHOWN), pl.lit(last.strftime(SHOWN))),
            suggestion="Leave it out of the batch.",
        )
    ]  # fmt: skip


def long_de_energised(items: Items, ctx: RuleContext) -> list[Fault]:
    """TMP-08: de-energised for longer than the months of the settings."""
    months = int(ctx.settings["months"])
    limit = months_before(ctx.as_of, months)
    since = items.date("energisation_status_from")
    return [
        Fault(
            item="energisation_status",
            when=(items.clean("energisation_status") == "D") & (since < limit),
            message=pl.format("De-energised since {}, more than {} months.", since.dt.strftime(SHOWN), pl.lit(months)),
            suggestion="Energise, disconnect if the site is gone, or write down the justification for M15.",
        )
    ]


def months_before(day: date, months: int) -> date:
    """The same day that many months earlier; the last day of a month that is too short."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def _day(setting: date | str) -> date:
    """A date out of the settings: a date, or ISO text."""
    return setting if isinstance(setting, date) else date.fromisoformat(setting)


CHECKS: tuple[Check, ...] = (
    Check(
        id="TMP-01",
        title="Supply start date missing or ahead",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("supply_start_date",),
        explanation=(
            "Every supply in the portfolio has begun on some day. Without that day, or while it lies ahead, the "
            "supply cannot be put into a migration batch."
        ),
        fix_hint="Take the date from EES, or wait for the switch to complete.",
        basis="[derived]",
        needs=("supply_start_date",),
        row=supply_start,
    ),
    Check(
        id="TMP-06",
        title="Meter installed after today, or before it could be",
        severity=Severity.MED,
        party=Party.MEM,
        items=("meter_install_date",),
        explanation=(
            "A meter cannot have been installed in the future, and hardly before 1950. A date after the supply "
            "was energised is normal once a meter has been exchanged, so it is reported only if the setting "
            "asks for it."
        ),
        fix_hint="Ask the meter equipment manager to correct the technical details.",
        basis="[derived]",
        needs=("meter_install_date",),
        defaults={"earliest": "1950-01-01", "warn_after_energisation": False},
        row=meter_installed,
    ),
    Check(
        id="TMP-07",
        title="Supply ends before the planned migration",
        severity=Severity.HIGH,
        party=Party.SUP,
        items=("supply_end_date",),
        explanation=(
            "A supply that ends before its planned migration, or within ten working days after it, must not be "
            "in the batch. Without a planned date in the settings, the day of the check counts as the plan. An "
            "open end is fine."
        ),
        fix_hint="Leave it out of the batch.",
        basis="[derived]",
        needs=("supply_end_date",),
        defaults={"planned_migration_date": None, "working_days": 10},
        row=supply_ends,
    ),
    Check(
        id="TMP-08",
        title="De-energised a long time",
        severity=Severity.MED,
        party=Party.SUP,
        items=("energisation_status", "energisation_status_from"),
        explanation=(
            "A supply that has been de-energised for more than twelve months may be gone. Before M15 it is to "
            "be energised, disconnected, or justified."
        ),
        fix_hint="Disconnect if the site is gone.",
        basis="[mhhs-repo] M15 lists acceptable states; threshold [derived]",
        needs=("energisation_status", "energisation_status_from"),
        defaults={"months": 12},
        row=long_de_energised,
    ),
)
