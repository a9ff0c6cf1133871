#!/bin/sh
# Puts the book online on a server of your own, in one step that readers do not notice. Runs on the server.
#
#   sh release.sh put NAME < site.tar.gz    unpack, check every file, then switch to it. NAME: say, 2026-11-22
#   sh release.sh back                      switch to the release before
#   sh release.sh list                      the releases, the one in use marked
#
# In the folder BOOK (default /srv/book): releases/NAME, and two links: current, which the server shows, and before.
# KEEP (default 5) is the number of releases that stay.
set -eu
BOOK=${BOOK:-/srv/book}
KEEP=${KEEP:-5}
SUMS=SHA256SUMS

fail() { echo "$*" >&2; exit 1; }
in_use() { basename "$(readlink "$BOOK/$1" 2>/dev/null || true)"; }
point() { # LINK NAME: a rename, so that there is no moment without a link
    ln -sfn "releases/$2" "$BOOK/.$1.new"
    mv -T "$BOOK/.$1.new" "$BOOK/$1"
}
oldest_last() { ls -1t "$BOOK/releases"; }

put() {
    name=$1
    case $name in '' | .* | *[!A-Za-z0-9._-]*) fail "Give the release a name of letters, digits, dots and hyphens.";; esac
    [ ! -e "$BOOK/releases/$name" ] || fail "There is a release $name already. Nothing was changed."
    new=$BOOK/.unpacked.$$
    mkdir -p "$BOOK/releases" "$new"
    trap 'rm -rf "$new"' EXIT
    trap 'exit 1' HUP INT TERM
    tar -xzf - -C "$new" --no-same-owner || fail "The site did not arrive whole. Nothing was changed."
    [ -f "$new/index.html" ] || fail "There is no index.html: pack the folder _build/html itself. Nothing was changed."
    [ -f "$new/$SUMS" ] || fail "There is no $SUMS. Nothing was changed."
    (cd "$new" && sha256sum --check --strict --quiet "$SUMS") || fail "A file is not the one that was sent. Nothing was changed."
    listed=$(wc -l < "$new/$SUMS")
    there=$(find "$new" -type f ! -name "$SUMS" | wc -l)
    [ "$listed" -eq "$there" ] || fail "$there files arrived, $listed were listed. Nothing was changed."
    # What has not changed keeps its file, and with it the date that browsers ask about.
    old=$BOOK/current
    if [ -d "$old/." ]; then
        (cd "$new" && find . -type f) | while IFS= read -r file; do
            if [ -f "$old/$file" ] && cmp -s "$old/$file" "$new/$file"; then ln -f "$(readlink -f "$old")/$file" "$new/$file"; fi
        done
    fi
    find "$new" -type f -size +1k \( -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.json' -o -name '*.svg' -o -name '*.xml' \
        -o -name '*.csv' -o -name '*.geojson' -o -name '*.ndjson' \) -exec sh -c 'for file; do gzip -9 -n -c "$file" > "$file.gz"; touch -r "$file" "$file.gz"; done' sh {} +
    chmod -R u+rwX,go+rX "$new"
    touch "$new"
    mv "$new" "$BOOK/releases/$name"
    was=$(in_use current)
    [ -z "$was" ] || point before "$was"
    point current "$name"
    [ -n "$was" ] || point before "$name"
    left=0
    for one in $(oldest_last); do
        left=$((left + 1))
        if [ "$left" -gt "$KEEP" ] && [ "$one" != "$(in_use current)" ] && [ "$one" != "$(in_use before)" ]; then rm -rf "$BOOK/releases/$one"; fi
    done
    echo "Readers now see $name."
}

back() {
    now=$(in_use current)
    to=$(in_use before)
    [ -n "$to" ] && [ "$to" != "$now" ] && [ -d "$BOOK/releases/$to" ] || fail "There is no release before this one."
    point current "$to"
    point before "$now"
    echo "Readers now see $to again. The same command goes forward to $now."
}

list() {
    for one in $(oldest_last); do
        if [ "$one" = "$(in_use current)" ]; then echo "$one  (in use)"; else echo "$one"; fi
    done
}

case ${1:-} in
    put) put "${2:-}" ;;
    back) back ;;
    list) list ;;
    *) fail "Say what to do: put NAME, back or list." ;;
esac
