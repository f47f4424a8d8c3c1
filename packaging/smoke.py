"""Smoke test of the built app: the headless demo, a check with JSON, the window on a real X server, and sending.

Usage: python packaging/smoke.py dist/mhhs-desk
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def run(command: list[str], *, environment: dict[str, str], seconds: int = 300) -> str:
    """Run a command that must succeed; returns what it printed."""
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\nended with {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result.stdout


def make_workbook(folder: Path) -> Path:
    """A small workbook to import, made by the development environment's openpyxl."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (["MPAN", "Postcode"], ["1200000000013", "IP1 1AA"], ["1200000000022", "IP1 1AB"]):
        book.active.append(row)
    path = folder / "portfolio.xlsx"
    book.save(path)
    return path


def make_picture() -> bytes:
    """A small PNG, made by the development environment's Pillow."""
    import io

    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (32, 32), "navy").save(made, "PNG")
    return made.getvalue()


def main(folder: Path) -> int:
    """Run every smoke test on the app in `folder`; returns 0 when all passed."""
    program = str((folder / "mhhs-desk").resolve())
    passed = 0
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        # No Python and no Qt of the build machine may help: an almost empty environment.
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(home)}
        out = home / "demo"
        run([program, "demo", "--headless", "--out", str(out)], environment=environment)
        workbooks = sorted(out.rglob("*.xlsx"))
        if not workbooks or not any((out / "workspace").glob("workspace.db")):
            raise SystemExit(f"the demo left no workbook or workspace: {[str(p) for p in out.rglob('*')]}")
        passed += 1

        portfolio = home / "p.csv"
        portfolio.write_text("MPAN,Postcode\n1200000000013,IP1 1AA\n1200000000014,IP60 LE\n", encoding="utf-8")
        report = home / "report.json"
        run([program, "check", str(portfolio), "--json", str(report)], environment=environment)
        found = {(f["check"], f["row"]) for f in json.loads(report.read_text(encoding="utf-8"))["findings"]}
        if not {("FMT-05", 2), ("FMT-20", 2)} <= found:
            raise SystemExit(f"the check found {sorted(found)}")
        passed += 1

        # A workbook is read in a child process, which in the built app is the app itself.
        from_workbook = home / "from-workbook.json"
        run([program, "check", str(make_workbook(home)), "--json", str(from_workbook)], environment=environment)
        if json.loads(from_workbook.read_text(encoding="utf-8"))["rows"] != 2:
            raise SystemExit("the workbook was not read")
        passed += 1

        # What is in files of evidence is read in another child, with libraries of its own.
        workspace = ["--workspace", str(out / "workspace")]
        found = run(
            [program, "evidence", "list", *workspace, "--search", "outage of 72 hours"], environment=environment
        )
        if "Vendor's test report" not in found:
            raise SystemExit(f"the text of a PDF was not found:\n{found}")
        picture = home / "picture.png"
        picture.write_bytes(make_picture())
        run([program, "evidence", "add", str(picture), *workspace], environment=environment)
        passed += 1

        junit = home / "junit.xml"
        junit.write_text(
            '<testsuite name="s"><testcase classname="a" name="b" time="1"/></testsuite>', encoding="utf-8"
        )
        run([program, "pit", "import", str(junit), *workspace, "--run", "Smoke"], environment=environment)
        rttm = home / "rttm.xlsx"
        run([program, "pit", "export", "--kind", "rttm", "--xlsx", str(rttm), *workspace], environment=environment)
        told = run([program, "pit", "import", str(rttm), "--dry-run", *workspace], environment=environment)
        if "unchanged" not in told:
            raise SystemExit(f"the workbook did not come back in as it went out:\n{told}")
        passed += 1

        # Signing, printing and time zones stand on libraries of their own.
        signed = next(out.glob("SAMPLE-DEC-*"))
        told = run([program, "declare", "verify", str(signed)], environment=environment)
        if "every byte is as it was signed" not in told or not (signed / "declaration.pdf").is_file():
            raise SystemExit(f"the signed declaration does not hold or has no PDF:\n{told}")
        plan = ["--plan", "SAMPLE-CUT-0002", *workspace]
        told = run(
            [program, "cutover", "import", str(out / "cutover-plan.xlsx"), "--dry-run", *plan], environment=environment
        )
        if "unchanged" not in told:
            raise SystemExit(f"the plan did not come back in as it went out:\n{told}")
        run([program, "cutover", "export", "--out", str(home / "deadlines.ics"), *plan], environment=environment)
        passed += 1

        # Packs are verified by the app, and by the script in them with nothing but a Python of the system.
        pack = next((out / "submissions").glob("*-pack-*.zip"))
        told = run([program, "verify", str(pack)], environment=environment)
        if "every byte is as it was sealed" not in told:
            raise SystemExit(f"the sealed pack does not hold:\n{told}")
        shutil.unpack_archive(pack, home / "unpacked")
        script = next((home / "unpacked").rglob("verify_pack.py"))
        run([sys.executable, "-I", "-S", str(script), str(script.parent)], environment=environment)
        workbook = next((out / "submissions").glob("SAMPLE-RTTM-*.xlsx"))
        told = run(
            [program, "submit", "import-review", str(workbook), "--recipient", "REC", *workspace],
            environment=environment,
        )
        if "0 new" not in told:
            raise SystemExit(f"the workbook that was sent did not come back as it went out:\n{told}")
        passed += 1

        smoke = [program, "--smoke", "--workspace", str(out / "workspace")]
        run(smoke, environment={**environment, "QT_QPA_PLATFORM": "offscreen"})
        passed += 1
        xvfb = shutil.which("xvfb-run")
        if xvfb is None:
            raise SystemExit("xvfb-run is missing: the window was not tried on an X server")
        run(
            [xvfb, "-a", "-s", "-screen 0 1920x1080x24", *smoke],
            environment={**environment, "QT_QPA_PLATFORM": "xcb", "TMPDIR": os.environ.get("TMPDIR", "/tmp")},
        )
        passed += 1

        # Sending, with a keyring and a central service that are there for this alone.
        sync = [sys.executable, "packaging/smoke_sync.py", program, str(out / "workspace"), str(home)]
        run(["sh", "tests/keyring-session.sh", *sync], environment=dict(os.environ))
        passed += 1
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink())
    print(f"The built app is {size / 2**20:.0f} MiB.")
    print(f"{passed} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
