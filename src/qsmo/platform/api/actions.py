"""Making and ending one's own API keys."""

from __future__ import annotations

from qsmo.kernel import clock
from qsmo.kernel.finding import Finding, Refusal
from qsmo.platform.access.door import action
from qsmo.platform.access.viewer import Viewer
from qsmo.platform.api.models import ApiKey, new_secret, secret_digest
from qsmo.platform.api.queries import own_keys
from qsmo.platform.record import trail

MOST_KEYS = 20


@action("key.make")
def make_key(viewer: Viewer, /, *, name: str) -> tuple[ApiKey, str]:
    """Make a key for the viewer's own person; the secret is answered once and not kept."""
    if not viewer.person:
        raise Refusal("no-person", "Only a person who signed in can make a key", status=403)
    if not name.strip() or len(name) > 80:
        finding = Finding(
            "field", "A key needs a name of at most 80 characters", field="name", expected="payroll feed"
        )
        raise Refusal("fields", "The key has no usable name", status=422, findings=(finding,))
    if own_keys(viewer).count() >= MOST_KEYS:
        raise Refusal("too-many-keys", f"At most {MOST_KEYS} keys at a time; end one first")
    secret = new_secret()
    key = ApiKey(person_id=viewer.person, name=name.strip(), start=secret[:10], digest=secret_digest(secret))
    key.save(force_insert=True)
    trail.write(viewer, key, "key.make", after=key.picture())
    return key, secret


@action("key.make")
def end_key(viewer: Viewer, /, key_id: str) -> None:
    """End one of the viewer's own keys, at once and for good; ending it again changes nothing."""
    key = own_keys(viewer).filter(pk=key_id).first()
    if key is None:
        raise Refusal("not-found", "None of your keys has this id, or it has ended", status=404)
    ApiKey.every.filter(pk=key.pk, ended_at=None).update(ended_at=clock.now())
    trail.write(viewer, key, "key.end")
