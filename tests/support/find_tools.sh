#!/bin/sh
# Finds what the tests need beside Python and Node: a Chromium for the browser tests with letters as wide as readers have
# them, and nginx for the rules of the web server. Installs Debian's where that is allowed.
chromium_there() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    for place in "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        if [ -x "$place" ]; then return 0; fi
    done
    return 1
}
# Most readers have Arial or letters of its width; what stands on one sheet with them needs more with wider ones.
fonts_there() { ! command -v fc-match >/dev/null 2>&1 || fc-match Arial | grep -qi "arial\|liberation\|helvetica\|arimo\|nimbus"; }
nginx_there() { PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v nginx >/dev/null 2>&1; }

wanted=
chromium_there || wanted="chromium fonts-liberation"
fonts_there || wanted="${wanted:-fonts-liberation}"
nginx_there || wanted="$wanted nginx-light"
if [ -n "$wanted" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Setting up: installing Debian's$(printf ' %s' $wanted) for the tests"
    apt-get update -qq
    for package in $wanted; do # one by one: without the one, the other is still of use
        # No server of the system's own is started: the tests start theirs.
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    done
fi
if ! chromium_there; then
    echo "There is no Chromium here, so the browser tests will fail."
    echo "Install Chromium or Chrome, or set CHROMIUM to the path of one, and run make test again."
fi
fonts_there || echo "There is no Arial here, nor letters of its width (Debian: fonts-liberation), so some tests of print may fail."
nginx_there || echo "There is no nginx here, so the tests of deploy/nginx.conf are left out."
exit 0
