#!/bin/sh
# Runs inside dbus-run-session: unlocks a keyring of our own, then runs the command. The order matters: with Xvfb
# outermost, a prompt for the password would block the app for ever.
set -e
printf '%s' "${HOLDFAST_KEYRING_PASSWORD:?}" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
unset HOLDFAST_KEYRING_PASSWORD
exec "$@"
