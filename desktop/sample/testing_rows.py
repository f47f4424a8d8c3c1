"""What the sample participant tests: requirements, cases, results and defects, all made up.

Message names (IF-031, PUB-031, CSS02800) are those seen on the public slides of 23 April 2024; everything said about
them here is invented for showing the product, and stands for no official requirement or test.
"""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = "Sample requirements (made up)"
FIRST_VERSION, SECOND_VERSION = "v1.0", "v1.1"


@dataclass(frozen=True)
class Row:
    """One requirement with the cases that test it: (title, what becomes of it in the first run, in the second)."""

    family: str
    stage: str
    title: str
    text: str
    cases: tuple[tuple[str, str, str], ...] = ()


P, F, B, N, X = "Passed", "Failed", "Blocked", "Not run", ""
"""Statuses; X: not in that run."""

ROWS: tuple[Row, ...] = (
    Row("Functional", "Functional", "Take on a supply at a change of supplier",
        "When a registration becomes effective, the supply is taken on by the next working day.",
        (("Gain: smart, domestic", P, X), ("Gain: advanced, with CT meter", F, P), ("Gain: unmetered", P, X))),
    Row("Functional", "Functional", "Lose a supply at a change of supplier",
        "When another supplier gains the supply, billing ends on the day before.",
        (("Loss: smart", P, X), ("Loss: advanced", P, X))),
    Row("Functional", "Functional", "Appoint the metering service",
        "The appointment is sent as IF-031 and its acceptance or rejection is followed up.",
        (("IF-031 sent and accepted", P, X), ("IF-031 sent and rejected", F, F),
         ("No answer to IF-031 in time", P, X))),
    Row("Functional", "Functional", "Appoint the data service",
        "As the metering service, for smart, advanced and unmetered segments.",
        (("Smart data service appointed", P, X), ("Advanced data service appointed", P, X),
         ("Unmetered data service appointed", N, N))),
    Row("Functional", "Functional", "Take PUB-031 and update the customer record",
        "Each PUB-031 is acknowledged, checked against its schema and shown in the customer record.",
        (("PUB-031 taken", P, X), ("PUB-031 that breaks its schema", P, X), ("PUB-031 twice", F, P))),
    Row("Functional", "Functional", "Follow a change of energisation status",
        "Energised and de-energised states are taken within a working day and drive billing.",
        (("Energised to de-energised", P, X), ("De-energised to energised", P, X))),
    Row("Functional", "Functional", "Follow a change of market segment",
        "A change between smart and advanced starts the change of data service.",
        (("Smart to advanced", B, P), ("Advanced to smart", B, P))),
    Row("Functional", "Functional", "Follow a change of connection type",
        "A change of connection type is checked against the segment before it is taken.",
        (("Whole current to LV with CT", P, X),)),
    Row("Functional", "Functional", "Link import and export supplies",
        "Import and export MPANs of one site are linked and their direction is shown.",
        (("Export MPAN linked", P, X), ("Link removed", P, X))),
    Row("Functional", "Functional", "Take the customer's consent to read",
        "Consent granularity (half-hourly, daily, monthly, none) is held and sent.",
        (("Consent half-hourly", P, X), ("Consent withdrawn", P, X))),
    Row("Functional", "Functional", "Show a rejection with its reason",
        "Each rejection from the hub is shown with its reason and who has to act.",
        (("Rejection shown", P, X),)),
    Row("Functional", "Functional", "Keep messages in their order",
        "Messages about one MPAN are handled in the order of their events."),
    Row("Functional", "Functional", "Read half-hourly consumption for bills",
        "Half-hourly data is taken for billing and gaps are shown.",
        (("Half-hourly day complete", P, X), ("Half-hourly day with a gap", F, N))),
    Row("Functional", "Functional", "Object to a change of supplier",
        "An objection is raised within its window and withdrawn where it was wrong.",
        (("Objection raised", P, X), ("Objection withdrawn", P, X))),
    Row("Migration", "Migration", "Migrate a supply forward",
        "A supply is migrated from the legacy to the new arrangements on its planned day.",
        (("Forward migration: smart", P, X), ("Forward migration: advanced", P, X))),
    Row("Migration", "Migration", "Migrate a supply back",
        "A supply gained by a supplier who is not qualified is migrated back.",
        (("Reverse migration at a loss", N, P),)),
    Row("Migration", "Migration", "Do not migrate while a change is under way",
        "A supply with a change of supplier, agent or meter under way is held back and tried again.",
        (("Held back: change of agent", P, X), ("Held back: meter exchange", P, X))),
    Row("Migration", "Migration", "Plan volumes within the envelope",
        "Volumes per distributor and day stay within the envelope; what does not fit is shown."),
    Row("Migration", "Migration", "Report what was migrated",
        "Planned and migrated supplies are compared each day.",
        (("Daily comparison", P, X),)),
    Row("Migration", "Migration", "Settle a supply once only",
        "No supply is settled twice or not at all around its migration.",
        (("Settlement around the migration day", F, P),)),
    Row("Non-functional", "Non-functional", "Carry a day of peak volume",
        "Twice the messages of the busiest day of the last year are handled within it.",
        (("Peak volume", P, X),)),
    Row("Non-functional", "Non-functional", "Ride out an outage of the hub of 72 hours",
        "After an outage of 72 hours all messages are handled in order within 24 hours.",
        (("Outage of 72 hours, then recovery", B, N),)),
    Row("Non-functional", "Non-functional", "Start again on the second site",
        "The service is up on the second site within four hours with no message lost."),
    Row("Non-functional", "Non-functional", "Answer within the agreed time",
        "95 of 100 messages are answered within 60 seconds.",
        (("Response time at normal load", P, X),)),
    Row("Non-functional", "Non-functional", "Renew certificates without a gap",
        "Signing and transport certificates are renewed before they end.",
        (("Certificate renewed", P, X),)),
    Row("Operational", "Operational", "Handle an incident with the hub's service desk",
        "Incidents are raised, followed and closed with the service desk.",
        (("Incident raised and closed", P, X),)),
    Row("Operational", "Operational", "Train those who handle exceptions",
        "Everybody who handles exceptions was trained and signed for it.",
        (("Training records", P, X),)),
    Row("Operational", "Operational", "Correct an industry record",
        "A wrong record is found, corrected with the party that owns it, and noted.",
        (("Correction with the distributor", P, X),)),
    Row("Operational", "Operational", "Report to the regulator each month",
        "The monthly report is drawn from the system without retyping."),
    Row("Operational", "Operational", "Answer a customer about their meter",
        "Front office staff see meter, segment and agents of a supply on one screen.",
        (("Customer call walked through", P, X),)),
)  # fmt: skip

RELIED_ON = (21, 22)
"""Requirements (by place in ROWS) that rest on the software vendor's testing."""

CHANGED_IN_SECOND = {
    8: "Import and export MPANs of one site are linked, their direction is shown, and a link is removed at a loss.",
}
"""Requirements whose text reads otherwise in the second version of the document."""

DEFECTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("Advanced gain is not billed from its first day", "high", "closed", "Billing team",
     "Gain: advanced, with CT meter"),
    ("Rejected IF-031 is not shown to anybody", "high", "in fix", "Systems team", "IF-031 sent and rejected"),
    ("PUB-031 taken twice makes two entries", "medium", "closed", "Systems team", "PUB-031 twice"),
    ("A gap in half-hourly data is billed as zero", "high", "deferred", "Billing team", "Half-hourly day with a gap"),
    ("Settled twice on the day of migration", "critical", "closed", "Systems team",
     "Settlement around the migration day"),
)  # fmt: skip
"""Title, severity, status, owner, and the case it was seen in."""
