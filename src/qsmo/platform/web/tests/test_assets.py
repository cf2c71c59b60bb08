"""The files of others: pinned without an address, installed whole or not at all, none referred to that is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qsmo.platform.web import assets


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with nothing installed, and an npm that brings a little of each package."""
    for name in assets.LOCKED:
        (tmp_path / name).write_text((assets.CHECKOUT / name).read_text())
    monkeypatch.setattr(assets, "CHECKOUT", tmp_path)
    monkeypatch.setattr(assets, "BUILD", tmp_path / "build")
    monkeypatch.setattr(assets, "AXE", tmp_path / "build" / "axe.min.js")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "static" / "vendor")
    monkeypatch.setattr(assets, "_fetch", brought)
    return tmp_path


def brought(folder: Path) -> Path:
    modules = folder / "node_modules"
    dist = modules / "@uswds" / "uswds" / "dist"
    names = [str(dist / name) for name in (*assets._KEPT, "img/hero.jpg", "img/unused.jpg")]
    names += [
        str(modules / name)
        for name in ("@uswds/uswds/LICENSE.md", "htmx.org/LICENSE", "htmx.org/dist/htmx.min.js")
    ]
    for name in [*names, str(modules / "axe-core" / "axe.min.js")]:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("some text\n")
    sheet = 'a{background:url("../img/hero.jpg")}@supports (mask:url()){}\n/*# sourceMappingURL=uswds.min.css.map */\n'
    (dist / "css" / "uswds.min.css").write_text(sheet)
    (dist / "js" / "uswds.min.js").write_text("let a=1;\n//# sourceMappingURL=uswds.min.js.map")
    return modules


def test_every_package_is_pinned_by_digest_and_none_by_address() -> None:
    text = (assets.CHECKOUT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    wanted = json.loads((assets.CHECKOUT / "package.json").read_text())
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in versions} == versions
    assert all(each["integrity"].startswith("sha512-") for name, each in packages.items() if name)
    assert "resolved" not in text
    assert "://" not in text


def test_only_what_is_used_is_kept_and_without_source_maps(folder: Path) -> None:
    count = assets.install()
    vendor = assets.VENDOR
    kept = {str(each.relative_to(vendor)) for each in vendor.rglob("*") if each.is_file()}
    assert count == len(kept) - 1  # the stamp is no file of theirs
    assert {"img/hero.jpg", "js/htmx.min.js", "LICENSE-uswds.md"} <= kept
    assert "img/unused.jpg" not in kept
    assert (
        vendor / "css" / "uswds.min.css"
    ).read_text() == 'a{background:url("../img/hero.jpg")}@supports (mask:url()){}\n\n'
    assert (vendor / "js" / "uswds.min.js").read_text() == "let a=1;\n"
    assert not (vendor / "axe.min.js").exists()
    assert assets.AXE.read_text() == "some text\n"


def test_a_second_installation_does_nothing_and_a_changed_lock_installs_again(folder: Path) -> None:
    assert assets.install() > 0
    assert assets.install() == 0
    (folder / "package-lock.json").write_text("{}")
    assert assets.install() > 0


def test_an_installation_that_dies_half_way_leaves_what_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets.install()
    before = {each: each.read_bytes() for each in assets.VENDOR.rglob("*") if each.is_file()}
    (folder / "package-lock.json").write_text("{}")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(assets, "_replace_file", dies)
        with pytest.raises(KeyboardInterrupt):
            assets.install()
    assert {each: each.read_bytes() for each in assets.VENDOR.rglob("*") if each.is_file()} == before
    assert not assets.current()
    assert assets.install() > 0
    assert [each.name for each in assets.VENDOR.parent.iterdir()] == ["vendor"]
    assert [each.name for each in assets.BUILD.glob("assets-*")] == []


def test_a_copy_without_files_and_without_a_lock_is_told_apart_from_an_installed_one(folder: Path) -> None:
    assets.install()
    (folder / "package-lock.json").unlink()
    assert assets.install() == 0
    (assets.VENDOR / "css" / "uswds.min.css").unlink()
    with pytest.raises(assets.AssetsFailed, match="without its style sheets"):
        assets.install()


@pytest.mark.skipif(not assets.current(), reason="the assets are not installed; run make setup")
def test_the_style_sheet_refers_to_nothing_that_is_missing() -> None:
    sheet = (assets.VENDOR / "css" / "uswds.min.css").read_text()
    named = set(assets.references(sheet))
    assert len(named) > 20
    assert [name for name in named if not (assets.VENDOR / name).is_file()] == []
    for text in assets.VENDOR.rglob("*.*s"):
        assert "sourceMappingURL" not in text.read_text()
