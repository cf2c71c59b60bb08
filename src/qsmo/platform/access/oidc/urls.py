"""The two addresses of signing in by the identity provider; both are not found where none is set."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from qsmo.platform.access.oidc.provider import KeyProvider

urlpatterns = default_urlpatterns(KeyProvider)
