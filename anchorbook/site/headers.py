"""What a web server says beside each file: the content security policy, other rules for browsers, and how long to keep a file.

The one place for these values. ``deploy/nginx.conf`` and ``deploy/_headers`` are written from here
(``python -m anchorbook.site.headers``), and the pages carry the same policy in a tag (:func:`policy_tag`), so that it
holds on a host whose headers nobody can set.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

POLICY = {
    "default-src": ("'none'",),
    "script-src": ("'self'", "'wasm-unsafe-eval'"),  # Pagefind searches with WebAssembly; nothing else may be evaluated
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),  # pictures inside our own style sheets, and the empty icon of maps
    "connect-src": ("'self'",),  # the search index
    "worker-src": ("'self'",),  # Pagefind's own worker
    "frame-src": ("'self'",),  # maps
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'self'",),  # maps are framed by pages of the site, and by nobody else
}
"""The content security policy: what a page may do. What is not named is refused, inline scripts and inline styles among it."""

NOT_IN_A_TAG = ("frame-ancestors",)
"""Browsers heed these in a header only."""

SWITCHED_OFF = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""Abilities of a browser that no page of the book uses."""

YEAR = 31_536_000
CHECKED = "no-cache"
"""Keep the file, and ask each time whether it is still the same."""
KEPT = f"public, max-age={YEAR}, immutable"
"""Never ask again: the name holds a hash of the content, so another content has another name."""

HASHED = {
    r"^/_images/[0-9a-f]{64}\.": "",
    r"^/_static/mystnb\.[0-9a-f]{64}\.css$": "",
    r"^/pagefind/[^/]+/fragment/[^/]+_[0-9a-f]+\.pf_fragment$": "/pagefind/:part/fragment/*",
    r"^/pagefind/[^/]+/index/[^/]+_[0-9a-f]+\.pf_index$": "/pagefind/:part/index/*",
}
"""Files named after a hash of what they hold: as nginx finds them, and as ``_headers`` names them, which knows a star only as
the last part of an address, and cannot tell these pictures from others. Everything else is checked each time."""

NGINX, STATIC_HOST = "nginx.conf", "_headers"
FOLDER = Path(__file__).parents[2] / "deploy"


def policy(*, in_a_tag: bool = False) -> str:
    """The policy as one line. In a tag it also holds for a book that is opened from a disk.

    There, Firefox takes ``'self'`` to be nothing at all, so the tag says ``file:`` too. On a web server that adds
    nothing: no browser lets a page of a server load a file of the reader's disk.
    """
    parts = []
    for name, sources in POLICY.items():
        if in_a_tag and name in NOT_IN_A_TAG:
            continue
        if in_a_tag and "'self'" in sources:
            sources = (*sources, "file:")
        parts.append(" ".join((name, *sources)))
    return "; ".join(parts)


def policy_tag() -> str:
    """The tag that each page carries, before anything that loads."""
    return f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(in_a_tag=True), quote=False)}">'


def headers() -> dict[str, str]:
    """What goes with every answer, whatever the file."""
    return {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in SWITCHED_OFF),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": f"max-age={YEAR}",
    }


WRITTEN = "Written by: python -m anchorbook.site.headers. Change the values in anchorbook/site/headers.py."


def static_host() -> str:
    """The file ``_headers``, which Netlify and Cloudflare Pages read. It lies beside ``index.html`` on the host.

    Where two rules set one header both hosts join the values, so no rule for all files may say how long to keep them.
    Unless told otherwise, both have each file checked each time.
    """
    lines = [f"# {WRITTEN}", "/*", *(f"  {name}: {value}" for name, value in headers().items())]
    for pattern in filter(None, HASHED.values()):
        lines += [pattern, f"  Cache-Control: {KEPT}"]
    return "\n".join(lines) + "\n"


def nginx() -> str:
    """The configuration of nginx for one site."""
    kept = "\n".join(f'    "~{pattern}" "{KEPT}";' for pattern in HASHED)
    said = "\n".join(f'    add_header {name} "{value}" always;' for name, value in headers().items())
    return _NGINX.replace("@WRITTEN@", WRITTEN).replace("@KEPT@", kept).replace("@CHECKED@", CHECKED).replace("@HEADERS@", said)


_NGINX = """\
# The evidence book for nginx 1.20 or newer. Put this into the "http" part (say, as /etc/nginx/conf.d/book.conf).
# @WRITTEN@
# Yours to set: the server_name, the two certificate lines, and /srv/book if deploy/release.sh writes elsewhere.

map $uri $book_cache {
    default "@CHECKED@";
@KEPT@
}

server {
    listen 80;
    listen [::]:80;
    server_name book.example.org;
    server_tokens off;
    access_log off;
    return 301 https://$server_name$request_uri;
}

server {
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    server_name book.example.org;
    ssl_certificate     /etc/ssl/book/fullchain.pem;
    ssl_certificate_key /etc/ssl/book/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;

    # A link that deploy/release.sh switches. Say "current", not the folder behind it.
    root /srv/book/current;
    index index.html;
    charset utf-8;
    server_tokens off;
    # Who reads what is nobody's business: no record of visits, and none of addresses that do not exist.
    access_log off;
    log_not_found off;
    error_log /var/log/nginx/book-error.log crit;

    # Only here: one add_header in a location would drop all of these for that location.
@HEADERS@
    add_header Cache-Control $book_cache always;

    types {
        text/html                html;
        text/css                 css;
        text/javascript          js;
        text/csv                 csv;
        text/plain               txt bib sha256;
        application/atom+xml     xml;
        application/geo+json     geojson;
        application/json         json ipynb;
        application/x-ndjson     ndjson;
        image/png                png;
        image/svg+xml            svg;
        image/webp               webp;
        image/avif               avif;
        font/woff2               woff2;
        application/pdf          pdf;
        application/zip          zip;
    }
    default_type application/octet-stream;
    charset_types text/css text/javascript text/csv text/plain application/json application/geo+json application/x-ndjson application/atom+xml;

    # deploy/release.sh packs each file once (name.gz); what has no packed copy is packed as it is sent.
    # With the Brotli module, pack files as name.br too and add: brotli_static on;
    gzip_static on;
    gzip on;
    gzip_vary on;
    gzip_comp_level 6;
    gzip_min_length 1000;
    gzip_types text/css text/javascript text/csv text/plain application/json application/geo+json application/x-ndjson application/atom+xml image/svg+xml;

    # For an address where nothing is. Nobody fetches that page by itself.
    error_page 404 /404.html;
    # A folder without a page of its own is such an address too. Its files are not listed.
    error_page 403 =404 /404.html;
    location = /404.html {
        internal;
    }
    location = /SHA256SUMS {
        default_type text/plain;
    }

    # Somebody who searches while the site is switched still needs the index of the release before.
    location /pagefind/ {
        try_files $uri @before;
    }
    location @before {
        root /srv/book/before;
    }

    # Not for readers: hidden files, packed copies by their own name, and the rules of another kind of host.
    location ~ (^|/)\\.(?!well-known/)|\\.gz$|^/_headers$ {
        return 404;
    }
}
"""


def files() -> dict[str, str]:
    """The files of the folder ``deploy`` that are written from here, by name."""
    return {NGINX: nginx(), STATIC_HOST: static_host()}


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")
        print(f"Written: {FOLDER / name}", file=sys.stderr)
