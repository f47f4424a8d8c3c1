#!/bin/sh
# Installs the Debian packages that Qt (and with "tests" the test suite) needs, when root; else prints the one command.
# Usage: system-packages.sh PYTHON [tests]
set -eu
python=${1:-python3}
wanted="libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
 libxcb-xkb1 libxkbcommon-x11-0 libxcb-render-util0 libxcb-image0 fonts-dejavu-core"
if [ "${2:-}" = tests ]; then
    # binutils: PyInstaller reads and strips libraries with it. LibreOffice reads our workbooks as a second opinion.
    # gnome-keyring and a session bus: signing keys are tested in a real keyring.
    # PostgreSQL: tests of the central service start one of their own.
    wanted="$wanted xvfb xauth binutils libreoffice-calc-nogui gnome-keyring dbus dbus-daemon postgresql"
fi
command -v dpkg-query >/dev/null 2>&1 || exit 0   # not Debian: the README says what is needed
has() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }
missing=""
for package in $wanted; do has "$package" || missing="$missing $package"; done
has libglib2.0-0 || has libglib2.0-0t64 || missing="$missing libglib2.0-0"
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    echo "Installing the system packages Qt needs:$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    case "$missing " in *" postgresql "*)
        # Only the programs are wanted: Debian would set up a cluster of its own, and start it.
        mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] ||
            echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf ;;
    esac
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "MHHS Desk needs a few system packages. Please run this once, then try again:" >&2
    echo "  sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
