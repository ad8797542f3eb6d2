#!/bin/sh
# Installs Debian's ffmpeg for the tests of films and sounds, where this may be done; else says how.
set -eu

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests of films and sounds need ffmpeg. On Debian or Ubuntu: sudo apt-get install ffmpeg" >&2
    exit 1
fi

echo "Installing ffmpeg"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends ffmpeg >/dev/null
