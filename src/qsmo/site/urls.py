"""Every address of the site: each slice's pages under its name, the API, sign-in, and the few pages of the site itself."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from qsmo.platform.plugs import parts

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{slice_.name}/", include((module.routes, slice_.name)))
    for slice_, module in parts("pages")
    if hasattr(module, "routes")
]
urlpatterns += [path("accounts/", include("allauth.urls"))]
