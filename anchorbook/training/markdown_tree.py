"""Markdown of the training kit as a tree of plain data, for drawing on paper.

Blocks are ``paragraph``, ``list``, ``quote``, ``code`` and ``table``; what is inside a paragraph is ``text``, ``break``, ``strong``, ``em``,
``code``, ``link`` and ``citation``. Nothing in the tree is markup: all words are strings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from markdown_it.token import Token

from anchorbook.text import _parser as parser  # the one parser of the book, with its citations and its rules for links

Node = dict[str, Any]
Cited = Callable[[str, str], str]
"""From a citation key and a locator to the words of the citation."""


def tree(text: str, cited: Cited, href: Callable[[str], str] = lambda address: address) -> list[Node]:
    """The blocks of a text. ``href`` turns ``case:its-id`` and ``page:its/address`` into web addresses, or into nothing."""
    return _blocks(iter(parser().parse(text)), "", _Reader(cited, href))


class _Reader:
    def __init__(self, cited: Cited, href: Callable[[str], str]):
        self.cited = cited
        self.href = href

    def inline(self, tokens: Iterator[Token], end: str = "") -> list[Node]:
        """What stands up to the token ``end``."""
        found: list[Node] = []
        for token in tokens:
            match token.type:
                case kind if kind == end:
                    break
                case "text":
                    found.append({"kind": "text", "text": token.content})
                case "softbreak":
                    found.append({"kind": "text", "text": " "})
                case "hardbreak":
                    found.append({"kind": "break"})
                case "code_inline":
                    found.append({"kind": "code", "text": token.content})
                case "citation":
                    found += [{"kind": "citation", "text": f"{' ' if place else ''}({self.cited(*cite)})"} for place, cite in enumerate(token.meta["cites"])]
                case "strong_open" | "em_open" | "s_open":
                    name = token.type.removesuffix("_open")
                    found.append({"kind": name, "inside": self.inline(tokens, f"{name}_close")})
                case "link_open":
                    found.append({"kind": "link", "href": self.href(str(token.attrs["href"])), "inside": self.inline(tokens, "link_close")})
                case _ if token.content:
                    found.append({"kind": "text", "text": token.content})
        return found


def _blocks(tokens: Iterator[Token], end: str, reader: _Reader) -> list[Node]:
    found: list[Node] = []
    for token in tokens:
        match token.type:
            case kind if kind == end:
                break
            case "inline":
                found.append({"kind": "paragraph", "inside": reader.inline(iter(token.children or ()))})
            case "bullet_list_open" | "ordered_list_open":
                found.append({"kind": "list", "ordered": token.type.startswith("ordered"), "start": int(token.attrs.get("start", 1)),
                              "items": _items(tokens, token.type.replace("open", "close"), reader)})
            case "blockquote_open":
                found.append({"kind": "quote", "inside": _blocks(tokens, "blockquote_close", reader)})
            case "fence" | "code_block":
                found.append({"kind": "code", "lines": token.content.rstrip("\n").split("\n")})
            case "table_open":
                found.append(_table(tokens, reader))
    return found


def _items(tokens: Iterator[Token], end: str, reader: _Reader) -> list[list[Node]]:
    found = []
    for token in tokens:
        if token.type == end:
            break
        if token.type == "list_item_open":
            found.append(_blocks(tokens, "list_item_close", reader))
    return found


def _table(tokens: Iterator[Token], reader: _Reader) -> Node:
    head: list[list[Node]] = []
    cells: list[list[Node]] = []
    row = cells
    for token in tokens:
        match token.type:
            case "table_close":
                break
            case "th_open":
                row = head
            case "td_open":
                row = cells
            case "inline":
                row.append(reader.inline(iter(token.children or ())))
    return {"kind": "table", "columns": len(head), "head": head, "cells": cells}
