"""Sign-in by an identity provider with a key: the good way, and every bent answer turned away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from qsmo.platform.access.models import Person
from qsmo.platform.access.oidc.tests.fake import CLIENT, LEVELS, Fake, key_of, running

pytestmark = pytest.mark.django_db
LEAVE, BACK = "/accounts/oidc/login/", "/accounts/oidc/login/callback/"


@pytest.fixture
def fake(tmp_path: Path, settings: Any) -> Iterator[Fake]:
    with running(tmp_path) as made:
        settings.SOCIALACCOUNT_PROVIDERS = made.settings()
        yield made


@pytest.fixture
def mia() -> Person:
    return Person.objects.create_user("Mia@agency.example", "correct horse battery", name="Mia")


def signed_in(client: Client) -> str:
    """Who is signed in."""
    return str(client.session.get("_auth_user_id", ""))


def through(client: Client, fake: Fake, leave: str = LEAVE) -> Any:
    """Leave, agree there, come back."""
    there = client.post(leave)
    assert there.status_code == 302, there.content
    return client.get(f"{BACK}?{fake.leave(there['Location'])}")


def test_a_known_person_signs_in_and_is_bound_to_the_provider(
    fake: Fake, mia: Person, client: Client
) -> None:
    back = through(client, fake)
    assert (back.status_code, back["Location"]) == (302, "/mine/")
    assert fake.refusals == []
    assert signed_in(client) == mia.pk
    assert SocialAccount.objects.values_list("user_id", "provider", "uid").get() == (mia.pk, "oidc", "s-1")
    mia.refresh_from_db()
    assert mia.check_password("correct horse battery"), "another way in does not take the first away"


def test_what_is_asked_for(fake: Fake, mia: Person, client: Client) -> None:
    through(client, fake)
    assert fake.asked["acr_values"] == LEVELS[0]
    assert set(fake.asked["scope"].split()) == {"openid", "email"}
    assert (fake.asked["client_id"], fake.asked["response_type"]) == (CLIENT, "code")
    assert fake.asked["redirect_uri"].endswith(BACK)
    assert fake.asked["code_challenge_method"] == "S256"
    assert min(len(fake.asked[name]) for name in ("nonce", "code_challenge")) >= 43


def test_the_second_time_goes_by_the_providers_own_identifier(
    fake: Fake, mia: Person, client: Client
) -> None:
    through(client, fake)
    fake.person = {**fake.person, "email": "married@agency.example"}
    again = Client()
    through(again, fake)
    assert signed_in(again) == mia.pk
    assert SocialAccount.objects.count() == 1


def test_a_stronger_level_than_asked_is_welcome(fake: Fake, mia: Person, client: Client) -> None:
    fake.bent = {"claims": {"acr": LEVELS[1]}}
    through(client, fake)
    assert signed_in(client) == mia.pk


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"acr": "urn:acr.login.gov:auth-only"},
        {"acr": ""},
        {"acr": None},
        {"aud": "somebody-else"},
        {"iss": "https://elsewhere.example"},
        {"exp": -60},
        {"exp": None},
        {"nbf": 600},
        {"iat": 600},
        {"sub": "s-2"},
    ],
    ids=str,
)
def test_an_answer_that_does_not_hold_is_turned_away(
    fake: Fake, mia: Person, client: Client, claims: dict[str, Any]
) -> None:
    # Instants stand as seconds from now, so that every worker collects the same tests.
    now = int(time.time())
    fake.bent = {
        "claims": {name: now + value if isinstance(value, int) else value for name, value in claims.items()}
    }
    turned_away(client, fake)


def turned_away(client: Client, fake: Fake) -> None:
    """Coming back signs nobody in, binds nobody and says so."""
    back = through(client, fake)
    assert back.status_code in (200, 401)
    assert b"Login Failure" in back.content
    assert signed_in(client) == ""
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("bent", ["another key", "unknown key", "shared secret", "unsigned"])
def test_a_signature_that_does_not_hold_is_turned_away(
    fake: Fake, mia: Person, client: Client, bent: str
) -> None:
    match bent:
        case "another key":
            fake.signing = key_of("nobody")
        case "unknown key":
            fake.signing, fake.bent = key_of("nobody"), {"kid": "k2"}
        case "shared secret":
            fake.signing, fake.bent = "s" * 32, {"algorithm": "HS256"}
        case "unsigned":
            fake.signing, fake.bent = None, {"algorithm": "none"}
    turned_away(client, fake)


@pytest.mark.parametrize("bent", [{"issuer_published": "https://elsewhere.example"}])
def test_a_provider_that_speaks_for_another_is_not_gone_to(
    fake: Fake, mia: Person, client: Client, bent: dict[str, Any]
) -> None:
    fake.bent = bent
    answer = client.post(LEAVE)
    assert b"Login Failure" in answer.content


def test_a_provider_that_is_not_there_is_said_and_does_not_break(
    settings: Any, fake: Fake, client: Client
) -> None:
    changed = fake.settings()
    changed["oidc"]["APP"]["settings"]["server"] = "http://127.0.0.1:9"
    settings.SOCIALACCOUNT_PROVIDERS = changed
    assert b"Login Failure" in client.post(LEAVE).content


@pytest.mark.parametrize(
    "query", ["auth_params=acr_values%3Dlow%26nonce%3Dn", "scope=openid,all", "process=connect"]
)
def test_the_address_cannot_change_what_is_asked_for(
    fake: Fake, mia: Person, client: Client, query: str
) -> None:
    there = client.post(f"{LEAVE}?{query}")
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert asked["acr_values"] == [LEVELS[0]]
    assert asked["nonce"] != ["n"]
    assert set(asked["scope"][0].split()) == {"openid", "email"}
    client.get(f"{BACK}?{fake.leave(there['Location'])}")
    assert signed_in(client) == mia.pk


def test_somebody_unknown_is_turned_away_and_nobody_is_made(fake: Fake, mia: Person, client: Client) -> None:
    fake.person = {**fake.person, "email": "stranger@agency.example"}
    back = through(client, fake)
    assert back.status_code == 403
    assert b"given access" in back.content
    assert signed_in(client) == ""
    assert (Person.objects.count(), SocialAccount.objects.count()) == (1, 0)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_opens_nothing(
    fake: Fake, mia: Person, client: Client, verified: Any
) -> None:
    fake.person = {**fake.person, "email_verified": verified}
    assert through(client, fake).status_code == 403
    assert signed_in(client) == ""
    assert not SocialAccount.objects.exists()


def test_somebody_inactive_is_not_let_in(fake: Fake, mia: Person, client: Client) -> None:
    through(client, fake)
    mia.is_active = False
    mia.save()
    again = Client()
    through(again, fake)
    assert signed_in(again) == ""


def test_an_answer_serves_once_and_in_its_own_browser(fake: Fake, mia: Person, client: Client) -> None:
    there = client.post(LEAVE)
    query = fake.leave(there["Location"])
    other = Client()
    assert b"Login Failure" in other.get(f"{BACK}?{query}").content
    assert signed_in(other) == ""
    client.get(f"{BACK}?{query}")
    assert signed_in(client) == mia.pk
    client.logout()
    assert b"Login Failure" in client.get(f"{BACK}?{query}").content


def test_next_leads_only_to_this_site(fake: Fake, mia: Person, client: Client) -> None:
    assert through(client, fake, f"{LEAVE}?next=/billing/")["Location"] == "/billing/"
    assert through(Client(), fake, f"{LEAVE}?next=https://elsewhere.example/")["Location"] == "/mine/"


def test_the_sign_in_page_offers_it_only_where_it_is_set(fake: Fake, settings: Any, client: Client) -> None:
    assert b"Sign in with Login.gov" in client.get("/accounts/login/").content
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert b"Login.gov" not in client.get("/accounts/login/").content
    assert client.post(LEAVE).status_code == client.get(BACK).status_code == 404
