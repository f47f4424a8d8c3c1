#!/bin/sh
# Runs a command with a Secret Service of its own: a fresh home, a session bus, an unlocked gnome-keyring.
# Usage: tests/keyring-session.sh COMMAND [ARGUMENT ...]
set -eu
if [ "$(uname)" != Linux ]; then
    echo "The keyring tests need the Secret Service of Linux: they were not run here." >&2
    exit 0
fi
if [ -z "${MHHS_DESK_TEST_KEYRING:-}" ]; then
    for needed in dbus-run-session dbus-send gnome-keyring-daemon; do
        if ! command -v "$needed" >/dev/null 2>&1; then
            echo "The keyring tests need $needed (Debian: gnome-keyring, dbus, dbus-daemon)." >&2
            exit 1
        fi
    done
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    mkdir -m 700 "$home/run"
    unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
    export HOME="$home" XDG_RUNTIME_DIR="$home/run" MHHS_DESK_TEST_KEYRING=of-these-tests
    # The bus and the daemon talk to standard error of limits and prompts; the command's own stays on 3.
    dbus-run-session -- sh "$0" "$@" 3>&2 2>/dev/null
    exit
fi
# The password without a newline, and the daemon started once only: other ways are known to fail.
printf %s "$MHHS_DESK_TEST_KEYRING" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 3>&-
owner() {
    dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | awk '{print $NF}'
}
tries=100 # of a twentieth of a second: it says that it runs before it answers
while daemon=$(owner) && [ -z "$daemon" ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "The keyring did not start." >&3; exit 1; }
    sleep 0.05
done
trap 'kill "$daemon"' EXIT # it does not always go with its bus
"$@" 2>&3 3>&-
