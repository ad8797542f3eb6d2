#!/bin/sh
# Installs Debian's Chromium for the browser tests, where this may be done; else says how.
set -eu

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The browser tests need Chromium. On Debian or Ubuntu: sudo apt-get install chromium" >&2
    echo "Elsewhere install Chromium or Chrome and name it in OFFICETALK_CHROMIUM." >&2
    exit 1
fi

echo "Installing Chromium"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends chromium fonts-liberation fonts-noto-color-emoji >/dev/null
