"""The names under which files carry the data items: the 47 headings of an EES export, MHHS messages, suppliers' own.

Order matters: where a file has several of an item's names, the earlier one is suggested. Names are compared without
case, spaces and punctuation (`mapping.fold`), so each is written once.
"""

from __future__ import annotations

_AGENTS: dict[str, tuple[str, ...]] = {
    "meter_operator": (
        "mop", "meter operator", "mop id", "moa", "mo agent", "meter operator agent", "meter operator mpid",
    ),
    "data_collector": ("dc", "data collector", "dc id", "hhdc", "nhhdc", "data collector mpid"),
    "data_aggregator": ("da", "data aggregator", "da id", "hhda", "nhhda", "data aggregator mpid"),
    "data_service": ("data service mpid", "data service", "ds mpid", "ds", "data service id", "data service dip id"),
    "metering_service": (
        "metering service mpid", "metering service", "mem", "mem mpid", "ms mpid", "metering service id",
        "metering service dip id",
    ),
    "smso": ("smso", "smso id", "smso mpid", "smart metering system operator"),
    "map": ("map id", "map", "meter asset provider", "map mpid", "asset provider"),
}

SYNONYMS: dict[str, tuple[str, ...]] = {
    "mpan": (
        "mpan core", "mpan", "mpancore", "mpan number", "mpan no", "mpan id", "meter point", "meter point reference",
        "meter point administration number", "metering point", "supply mpan", "electricity mpan", "mpxn", "core mpan",
        "mpan bottom line", "mpan 13", "electric mpan",
    ),
    "linked_mpan": (
        "linked mpan", "linked import export mpan", "linked mpan core", "associated mpan", "paired mpan",
        "linked import mpan", "linked export mpan",
    ),
    "related_mpan": ("related mpan", "related mpan core", "primary mpan", "secondary mpan", "related metering mpan"),
    "supply_number": (
        "supply number", "full supply number", "full mpan", "mpan full", "supply no", "s number", "mpan 21",
        "21 digit mpan", "mpan top line and core",
    ),
    "distributor": ("dno name", "distributor", "dno", "ldso", "distributor id", "distribution company", "ldso id"),
    "gsp_group": ("gsp group", "gsp group id", "gsp", "gspgroupid", "grid supply point group"),
    "profile_class": ("pc", "profile class", "profile class id", "profileclass", "profile", "profile class code"),
    "measurement_class": ("measurement class", "mc", "measurement class id", "meas class"),
    "energisation_status": (
        "energisation status", "energised", "energisation", "energisation state", "energization status",
        "energy status",
        "energised status", "energisation status id",
    ),
    "ssc": ("ssc", "standard settlement configuration", "ssc id", "standard settlement configuration id"),
    "mtc": ("mtc", "meter timeswitch code", "meter timeswitch class", "meter time switch class", "mtc id",
            "meter time switch code", "meter timeswitch class id", "timeswitch code"),
    "llfc": (
        "llfc", "llf", "line loss factor", "line loss factor class", "llfc id", "line loss factor class id",
        "llf class",
    ),
    "supplier": ("supplier", "supplier mpid", "supplier id", "supplier code", "current supplier"),
    "supply_start_date": (
        "registration from", "supply start date", "ssd", "start date", "registration effective from",
        "effective from",
        "supply effective from", "contract start", "registration date", "registration start date", "supply start",
        "supplier effective from", "registration effective from date", "effective from date registration",
        "effective from settlement date", "supplier from",
    ),
    "supply_end_date": (
        "supply end date", "sed", "end date", "registration to", "registration effective to", "loss date",
        "effective to",
        "supply effective to", "supply end", "registration end date", "effective to date registration",
    ),
    **_AGENTS,
    "meter_serial": (
        "msn", "meter serial number", "meter serial", "meter serial no", "meter id", "serial number", "meter number",
        "meter id serial number", "meterid", "serial no",
    ),
    "meter_type": ("meter type", "meter type code", "type of meter", "device type"),
    "meter_install_date": (
        "meter install date", "meter installation date", "date of meter installation", "install date",
        "installation date",
        "meter installed", "date meter installed", "meter fix date", "date meter fixed",
    ),
    "smets_version": ("smets version", "smets", "smets chts version", "smets type"),
    "dcc_service_flag": ("dcc service flag", "dcc flag", "dcc status", "dcc service", "dccserviceflag"),
    "domestic_premises": (
        "domestic premises indicator", "domestic premises", "dpi", "domestic indicator", "domestic", "domestic flag",
    ),
    "market_segment": ("market segment indicator", "market segment", "msi", "segment", "mhhs segment"),
    "connection_type": ("connection type indicator", "connection type", "cti"),
    "energy_direction": (
        "energy direction", "direction", "import export", "import export indicator", "energy direction indicator",
        "flow direction", "import or export",
    ),
    "metered": ("metered indicator", "metered", "metered flag"),
    "consent_granularity": ("consent granularity", "data granularity", "consent", "hh consent", "read consent"),
    "duos_tariff": ("duos tariff id", "duos tariff", "duostariffid", "duos id", "duos tariff identifier", "dtid"),
    **{
        f"address_{n}": (
            f"address line {n}", f"address {n}", f"addr {n}", f"address{n}", f"metering point address line {n}",
            f"supply address {n}", f"supply address line {n}", f"site address {n}", f"site address line {n}",
            f"metering point address {n}",
        )
        for n in range(1, 10)
    },
    "postcode": (
        "post code", "postcode", "postal code", "zip", "supply postcode", "site postcode", "metering point postcode",
        "supply address postcode", "address postcode", "pcode",
    ),
    "uprn": ("uprn", "unique property reference number", "unique property reference"),
    "extract_date": (
        "extract date", "date of extract", "report date", "as at date", "snapshot date", "as at",
        "date extracted",
    ),
    "ct_ratio": ("ct ratio", "current transformer ratio", "ct"),
    "mtc_from": ("mtc date", "mtc from"),
    "meter_operator_from": ("mop appoint date", "mop appointment date", "mop from", "mop start date"),
    "gsp_group_from": ("gsp effective from", "gsp group from", "gsp from"),
}
"""Per item, its names in files, the best first. The first name of EES is always among them."""

IMPORT_MPAN = ("import mpan", "import mpan core", "import mpan msid", "mpan import", "import meter point", "mpan imp")
EXPORT_MPAN = ("export mpan", "export mpan core", "export mpan msid", "mpan export", "export meter point", "mpan exp")
"""A file with both sides: the better filled one is the MPAN, the other the linked one."""

FROM_WORDS = ("from", "effective from", "effective from date", "from date", "start date", "date", "efd")
TO_WORDS = ("to", "effective to", "effective to date", "to date", "end date", "etd")
"""What follows an item's name where a heading is about the date from or to which the item holds."""

WITHOUT_ITEM = ("supplier dip", "dno dip", "data service dip id", "metering service dip id")
"
        ""Headings of an EES export that are known and of which no check has use: DIP identifiers (empty as of November 2025)."""
