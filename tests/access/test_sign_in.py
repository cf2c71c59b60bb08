"""Sign-in: password, one-time code, recovery codes, passkey pages, all under the strict policy; and its shut doors."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from qsmo.platform.access.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
MIA = "mia@agency.example"
LOGIN, CODE = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _fresh_limits(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # the strong one is slow on purpose
    cache.clear()


@pytest.fixture
def mia() -> Person:
    return Person.objects.create_user(MIA, PASSWORD, name="Mia")


def sign_in(client: Client, password: str = PASSWORD, query: str = "") -> Any:
    return client.post(f"{LOGIN}{query}", {"login": MIA, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code(secret: str) -> str:
    """The code of this half minute (RFC 6238: SHA-1, 30 seconds, six digits), worked out apart from the library."""
    moment = struct.pack(">Q", int(time.time()) // 30)
    mac = hmac.digest(base64.b32decode(secret), moment, "sha1")
    place = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def confirm(client: Client) -> None:
    """Give the password again, which is asked before second factors are touched."""
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    assert client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def with_code(client: Client) -> str:
    """Turn the second factor on; answers its secret."""
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/")
    shown = page.content.decode()
    secret = re.search(r"\b[A-Z2-7]{32}\b", shown)
    assert secret is not None, shown
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(secret[0])})
    assert answer.status_code == 302, answer.content
    cache.clear()  # the same half minute's code is asked for again below; otherwise it serves once
    return secret[0]


def test_in_with_the_right_password_and_out_again(mia: Person, client: Client) -> None:
    assert client.get(LOGIN).status_code == 200
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/mine/")
    assert signed_in(client)
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client), "leaving needs a click, not a link"
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert not signed_in(client)


@pytest.mark.parametrize(("email", "password"), [(MIA, "wrong"), ("eve@agency.example", PASSWORD), (MIA, "")])
def test_wrong_is_wrong_and_does_not_say_which(
    mia: Person, client: Client, email: str, password: str
) -> None:
    answer = client.post(LOGIN, {"login": email, "password": password})
    assert answer.status_code == 200
    assert not signed_in(client)
    if password:
        assert b"email address and/or password" in answer.content


def test_somebody_inactive_stays_outside(mia: Person, client: Client) -> None:
    mia.is_active = False
    mia.save()
    sign_in(client)
    assert not signed_in(client)


def test_after_several_wrong_tries_even_the_right_password_has_to_wait(mia: Person, client: Client) -> None:
    for _ in range(12):
        sign_in(client, "wrong")
    answer = sign_in(client)
    assert not signed_in(client)
    assert answer.status_code in (200, 429)
    cache.clear()
    sign_in(client)
    assert signed_in(client)


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/billing/", "/billing/"),
        ("https://elsewhere.example/", "/mine/"),
        ("//elsewhere.example/", "/mine/"),
        ("https:elsewhere.example", "/mine/"),
        ("javascript:alert(1)", "/mine/"),
        ("/\\elsewhere.example", "/mine/"),
    ],
)
def test_next_leads_only_to_this_site(mia: Person, client: Client, wanted: str, goes: str) -> None:
    answer = client.post(LOGIN, {"login": MIA, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == goes


def test_nobody_makes_an_account(client: Client) -> None:
    page = client.get("/accounts/signup/")
    assert b"password1" not in page.content
    fields = {"email": "eve@agency.example", "password1": PASSWORD, "password2": PASSWORD}
    for place in ("/accounts/signup/", "/accounts/3rdparty/signup/"):
        client.post(place, fields)
    assert not Person.objects.exists()
    assert not signed_in(client)


def test_the_password_is_changed_with_the_old_one_only(mia: Person, client: Client) -> None:
    sign_in(client)
    place, new = "/accounts/password/change/", "another horse battery staple"
    for old, first, second in (("wrong", new, new), (PASSWORD, new, "other"), (PASSWORD, "short", "short")):
        assert (
            client.post(place, {"oldpassword": old, "password1": first, "password2": second}).status_code
            == 200
        )
        mia.refresh_from_db()
        assert mia.check_password(PASSWORD)
    answer = client.post(place, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    mia.refresh_from_db()
    assert mia.check_password(new)


def test_a_second_factor_is_turned_on_and_then_asked_for(mia: Person, client: Client) -> None:
    sign_in(client)
    secret = with_code(client)
    other = Client()
    answer = sign_in(other, query="?next=/billing/")
    assert answer["Location"].startswith(CODE)
    assert not signed_in(other), "the password alone is not enough"
    assert other.get("/mine/").status_code == 302
    assert other.post(CODE, {"code": "000000"}).status_code == 200
    assert not signed_in(other)
    assert other.post(CODE, {"code": code(secret)}).status_code == 302
    assert signed_in(other)


def test_a_wrong_code_turns_nothing_on(mia: Person, client: Client) -> None:
    sign_in(client)
    confirm(client)
    client.get("/accounts/2fa/totp/activate/")
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    other = Client()
    sign_in(other)
    assert signed_in(other)


def test_a_recovery_code_opens_once(mia: Person, client: Client) -> None:
    sign_in(client)
    with_code(client)
    client.post("/accounts/2fa/recovery-codes/generate/")
    text = client.get("/accounts/2fa/recovery-codes/download/").content.decode()
    spare = re.findall(r"^\s*([0-9a-f]{8}|[0-9a-z-]{9,})\s*$", text, re.MULTILINE)
    assert len(spare) >= 8, text
    for attempt, opens in ((0, True), (0, False), (1, True)):
        other = Client()
        sign_in(other)
        other.post(CODE, {"code": spare[attempt]})
        assert signed_in(other) is opens
        cache.clear()


PAGES = [
    f"/accounts/{each}"
    for each in (
        "login/", "signup/", "inactive/", "password/reset/", "password/reset/done/", "password/change/", "logout/",
        "2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "3rdparty/", "email/", "reauthenticate/",
    )
]  # fmt: skip


@pytest.mark.parametrize("place", PAGES)
def test_every_page_renders_with_nothing_that_the_policy_forbids(
    mia: Person, client: Client, place: str
) -> None:
    if place not in PAGES[:5]:
        sign_in(client)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.get(place)
    assert answer.status_code in (200, 302), answer.content
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    forbidden = re.findall(
        r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>|\son\w+=|\sstyle=|javascript:", page
    )
    assert forbidden == []
    for source in re.findall(r'<script[^>]*\bsrc="([^"]+)"', page):
        assert source.startswith("/static/")
        sent = client.get(unescape(source))
        assert sent.status_code == 200, source


def test_passkeys_are_offered_and_their_scripts_are_there(mia: Person, client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert "mfa/js/webauthn.js" in page
    assert 'id="passkey_login"' in page
    asked = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert set(asked.json()["request_options"]["publicKey"]) >= {"challenge", "rpId"}
    sign_in(client)
    confirm(client)
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    assert "mfa/js/webauthn.js" in page
    assert 'data-allauth-onload="allauth.webauthn.forms.addForm"' in page


def test_a_made_up_passkey_opens_nothing(mia: Person, client: Client) -> None:
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    for credential in ("", "{}", "x", '{"id": "a", "rawId": "a", "response": {}, "type": "public-key"}'):
        answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
        assert answer.status_code < 500
        assert not signed_in(client)
