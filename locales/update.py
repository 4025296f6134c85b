"""`python -m locales.update`: collects the sentences and brings the catalogues up to date.

Deterministic: the same sentences give the same bytes, on every machine and day. No dates, no
line numbers, no fuzzy guesses; what is no longer said is dropped. With `--check` nothing is
written and the exit code tells whether something would be.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from locales.catalogues import DOMAIN, HERE, forms, path_of
from locales.speech import LANGUAGES, SOURCE

ROOT: Final = HERE.parent
PACKAGES: Final = ("bot", "handlers", "locales")
KEYWORDS: Final = {"_": None, "plural": (1, 2), "pgettext": ((1, "c"), 2)}
TEMPLATE: Final = f"{DOMAIN}.pot"
TRANSLATED: Final = tuple(code for code in LANGUAGES if code != SOURCE)


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Every file that may say something, in an order that is the same everywhere."""
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def extract(root: Path = ROOT) -> Catalog:
    """The sentences of the code."""
    catalog = Catalog(domain=DOMAIN, charset="utf-8")
    for path in sources(root):
        where = path.relative_to(root).as_posix()
        for line, message, comments, context in extract_from_file(
            "python", path, keywords=KEYWORDS, comment_tags=["NOTE:"], strip_comment_tags=True
        ):
            catalog.add(
                message, None, [(where, line)], auto_comments=comments, context=context or None
            )
    return catalog


def load(language: str, folder: Path = HERE) -> Catalog:
    """A language's catalogue as it lies on disk."""
    path = path_of(language, folder)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def render(catalog: Catalog, language: str | None) -> bytes:
    """A catalogue as a file. The header is ours: Babel's carries the day and its version."""
    header = [
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
    ]
    if language is not None:
        rule = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
        header = [f'"Language: {language}\\n"', *header, f'"Plural-Forms: {rule}\\n"']
    body = BytesIO()
    write_po(
        body,
        catalog,
        width=0,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    lines = ['msgid ""', 'msgstr ""', *header]
    return "\n".join(lines).encode() + b"\n\n" + body.getvalue()


def updated(template: Catalog, catalog: Catalog) -> Catalog:
    """The catalogue with exactly the template's sentences, keeping their translations."""
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    return catalog


def files(root: Path = ROOT) -> dict[Path, bytes]:
    """What every catalogue file should contain."""
    folder, template = root / "locales", extract(root)
    wanted = {folder / TEMPLATE: render(template, None)}
    for language in TRANSLATED:
        catalog = updated(template, load(language, folder))
        wanted[path_of(language, folder)] = render(catalog, language)
    return wanted


def missing(catalog: Catalog) -> int:
    """How many sentences have no complete translation."""
    return sum(1 for message in catalog if message.id and not all(forms(message.string)))


def main(arguments: list[str]) -> int:
    """Exit code 1 when `--check` finds a file that is out of date."""
    stale = [
        (path, content)
        for path, content in files().items()
        if not path.exists() or path.read_bytes() != content
    ]
    if "--check" in arguments:
        sys.stdout.writelines(f"out of date: {path.relative_to(ROOT)}\n" for path, _ in stale)
        return 1 if stale else 0
    for path, content in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_bytes(content)
        draft.replace(path)
    for language in TRANSLATED:
        catalog = load(language)
        name = Locale.parse(language).get_display_name("en")
        sys.stdout.write(f"{name}: {missing(catalog)} of {len(catalog)} not translated\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
