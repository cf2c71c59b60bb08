"""The site's settings with the yardstick's addresses: the same middleware, the same database, nothing of the slices."""

from pathlib import Path

from qsmo.site.settings import *  # noqa: F403
from qsmo.site.settings import TEMPLATES

ROOT_URLCONF = "bench.yardstick.urls"
TEMPLATES = [{**TEMPLATES[0], "DIRS": [Path(__file__).parent], "OPTIONS": {"context_processors": []}}]
