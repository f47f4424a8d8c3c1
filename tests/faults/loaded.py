"""What processes of fault tests need, loaded once in the process that they are forked from."""

import importlib
import pkgutil

import central
import desktop
import local_db

for package in (local_db, desktop, central):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__") and "migrations." not in module.name:
            importlib.import_module(module.name)
for name in (
    "alembic.runtime.migration", "holidays", "keyring.core", "openpyxl", "requests", "tests.faults.world",
    "truststore", "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "urllib3.contrib",
    "email.policy", "dateutil.easter", "concurrent.futures.thread",
):  # fmt: skip
    importlib.import_module(name)
