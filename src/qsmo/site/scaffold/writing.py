"""Writes the folder of a new service: whole, small, and found by everything without another edit."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path
from string import Template

from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.plugs import ROOT, slices

TEMPLATE = Path(__file__).parent / "template"
AREAS = ("FFM", "HCM", "CYB", "GRM", "ACQ", "TRT", "RPM", "ITS", "ERM", "EEO", "MOM")


def write_service(slug: str, *, name: str = "", area: str = "ITS", root: Path = ROOT) -> list[Path]:
    """Write `services/<slug>/` with its first migration. Refused (422) for a slug that is taken or is no name.

    Written beside and moved into place at the end: interrupted, there is no half service.
    """
    folder = root / "services" / slug
    expected = "lower-case letters, digits and underscores, beginning with a letter: water"
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,29}", slug) or keyword.iskeyword(slug):
        finding = Finding(
            "slug-form", f"“{slug}” is not a name for a folder and a module", field="slug", expected=expected
        )
        raise Refusal(
            "slug-form", f"“{slug}” cannot be the name of a service", status=422, findings=(finding,)
        )
    if folder.exists() or any(slice_.name == slug for slice_ in slices()):
        raise Refusal("slug-taken", f"There is already a “{slug}”", status=422)
    if area not in AREAS:
        raise Refusal("area-unknown", f"“{area}” is not one of {', '.join(AREAS)}", status=422)
    title = name or slug.capitalize()
    words = {
        "slug": slug,
        "Name": title,
        "Class": slug.capitalize(),
        "area": area,
        "words": f"{title} for agencies, charged by the day of use.",
    }
    fresh = folder.with_name(f".{slug}-coming")
    written = []
    for source in sorted(TEMPLATE.rglob("*.tmpl")):
        target = fresh / source.relative_to(TEMPLATE).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
        written.append(folder / target.relative_to(fresh))
    (fresh / "migrations").mkdir(exist_ok=True)
    (fresh / "migrations" / "__init__.py").touch()
    fresh.replace(folder)
    command = [
        sys.executable,
        "-m",
        "django",
        "makemigrations",
        slug,
        "--settings",
        "qsmo.site.settings",
        "-v",
        "0",
    ]
    subprocess.run(command, check=True)  # noqa: S603  # our own command
    return [*written, folder / "migrations" / "0001_initial.py"]
