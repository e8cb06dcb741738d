#!/bin/sh
# A desktop session for one command: a bus, an unlocked keyring, a virtual screen. Gives the command's exit code and
# takes everything down with it, on a signal too.
set -e
run="${XDG_RUNTIME_DIR:?}"
command= screen= bus=
trap 'kill $command $screen $bus 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# wait_for <fifo> <what> <log>: the line the part writes when it is ready.
wait_for() {
  if ! read -r line <"$1"; then
    echo "the $2 of the desktop session does not start:" >&2
    cat "$3" >&2
    exit 1
  fi
}

mkfifo "$run/bus-ready" "$run/screen-ready"

dbus-daemon --config-file="$(dirname "$0")/session-bus.conf" --address="unix:path=$run/bus" --nofork --nosyslog --print-address=3 \
  3>"$run/bus-ready" >"$run/bus.log" 2>&1 &
bus=$!
wait_for "$run/bus-ready" bus "$run/bus.log"
export DBUS_SESSION_BUS_ADDRESS="$line"

# Before there is a screen: on one, a prompt for the password would block for ever. The daemon ends with its bus.
printf '%s' "${HOLDFAST_KEYRING_PASSWORD:?}" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
unset HOLDFAST_KEYRING_PASSWORD

# Xvfb picks a free display itself: nothing to race for when several sessions start at once.
Xvfb -displayfd 3 -screen 0 1920x1080x24 -nolisten tcp -noreset 3>"$run/screen-ready" >"$run/screen.log" 2>&1 &
screen=$!
wait_for "$run/screen-ready" screen "$run/screen.log"
export DISPLAY=":$line"

# In the background, so that a signal is handled at once and not after the command.
"$@" <&0 &
command=$!
set +e
wait "$command"
code=$?
command=
exit "$code"
