"""What a newcomer reads leads somewhere: every file that README, tour and decisions name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
READ = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs" / "tour.md",
    ROOT / "docs" / "decisions" / "README.md",
]


@pytest.mark.parametrize("document", READ, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    named = LINK.findall(document.read_text(encoding="utf-8"))
    assert [each for each in named if not (document.parent / each).exists()] == []


def test_the_tour_passes_through_every_slice_of_the_story() -> None:
    named = LINK.findall((ROOT / "docs" / "tour.md").read_text(encoding="utf-8"))
    story = {
        "standards",
        "designation",
        "catalogue",
        "agreements",
        "orders",
        "metering",
        "billing",
        "payroll",
    }
    assert story <= {part for each in named for part in Path(each).parts}
