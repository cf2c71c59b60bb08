"""A site of its own for the tests of pages: their addresses, a navigation, a place to sign in."""

from __future__ import annotations

import pytest
from django.test import Client

from qsmo.platform.web.tests import gallery


@pytest.fixture
def client(settings) -> Client:
    """A browser without a session, which is shown the error pages instead of the exceptions."""
    for name, value in gallery.SITE.items():
        setattr(settings, name, value)
    return Client(raise_request_exception=False)
