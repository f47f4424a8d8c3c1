"""A shipped pack never changes under one version: what was signed or checked names a pack by its version and hash."""

from __future__ import annotations

from desktop.content.pack import parse_pack
from desktop.content.service import SHIPPED

SHIPPED_HASHES = {
    ("cleanse_checks", "2026.11"): "0012aacbd6cb792726c77454ec8319dbb863843b7f307c22b897ca357f80002f",
    ("code_lists", "2026.11"): "9c58b73e9384e7b3faaff9e19713c3d9572c8ecd5f8b01d7754957a89cbd607e",
    ("recipients", "2026.11"): "03522abfe1b1ba2489221a7d5075ae5e544202567c36215f31d6da05bbe04b8b",
    ("milestones", "2026.11"): "e61bea4ee1de003b36a710c67df5d5ba8c05da60a4162f165794b6cd670325cb",
    ("pit_plan", "2026.11"): "d3847f3fb97cd0eb55ca15b1b2972383859e43a7923adade4b579a5eb748b94a",
    ("cutover_plans", "2026.11"): "1e342f310a71f7f73975e466f115a623b8087f2e138f60a95a2a2f22dc29af46",
    ("declarations", "2026.11"): "85c65a6bf8d256f11f8ead5e86f55f602b64e8a4cfdaaf434d2e400a1d260242",
    ("submissions", "2026.11"): "41ca103a3c2f6630f8480f980526d23d63beca3acf6b85e0ad0e6ee0c6cb0b3e",
}
"""By kind and version, the SHA-256 of the file. A line stays for ever once its pack was in a release: to change a pack
then, put a new file with a higher version into a new folder and add its line. Before that, put the new hash here."""


def test_no_shipped_pack_changes_under_its_version():
    found = {}
    for file in sorted(SHIPPED.glob("*/*.json")):
        pack = parse_pack(file.read_bytes(), name=file.name, own=False)
        assert (pack.kind, pack.version) not in found, f"two files are {pack.kind} {pack.version}"
        found[pack.kind, pack.version] = pack.sha256
    assert found == SHIPPED_HASHES, "raise the version of a pack that was released; else put its new hash here"
