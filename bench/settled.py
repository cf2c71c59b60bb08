"""Django with its settings and apps: importing this makes models usable in a program that is no command of the site."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qsmo.site.settings")

import django

django.setup()
SETTLED = True
