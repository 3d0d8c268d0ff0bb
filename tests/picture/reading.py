"""A page read as a browser's parser sees it: elements in order, with attributes, depth and text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "source", "wbr"}


@dataclass
class Element:
    """One element; `parents` are its ancestors' tags, `text` all the text under it."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find(self, tag: str, css: str = "") -> list[Element]:
        """Return the descendants of a tag, bearing class *css* when given."""
        found = []
        for child in self.children:
            if child.tag == tag and (not css or css in child.attributes.get("class", "").split()):
                found.append(child)
            found += child.find(tag, css)
        return found

    def all(self) -> list[Element]:
        """Return every descendant, in the order of the page."""
        found = []
        for child in self.children:
            found += [child, *child.all()]
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, ())
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parents = tuple(e.tag for e in self.stack[1:])
        element = Element(tag, {name: value or "" for name, value in attrs}, parents)
        self.stack[-1].children.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        for element in self.stack:
            element.text += data


def read_html(text: str) -> Element:
    """Return the root of a page. Fails on an element closed out of order or never closed."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.stack == [reader.root], f"never closed: {[e.tag for e in reader.stack[1:]]}"
    return reader.root


def plain(text: str) -> str:
    """Return *text* on one line with ordinary spaces."""
    return " ".join(text.split())
