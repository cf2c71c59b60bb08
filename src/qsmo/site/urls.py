"""Every address of the site: each slice's pages under its name, the API, sign-in, and the site's own few pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from qsmo.platform.api.door import mount
from qsmo.platform.plugs import parts
from qsmo.site import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{slice_.name}/", include((module.routes, slice_.name)))
    for slice_, module in parts("pages")
    if hasattr(module, "routes")
]
urlpatterns += [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", mount().urls),
    *pages.routes,
]

handler400 = "qsmo.platform.web.errors.bad_request"
handler403 = "qsmo.platform.web.errors.forbidden"
handler404 = "qsmo.platform.web.errors.not_found"
handler500 = "qsmo.platform.web.errors.server_error"
