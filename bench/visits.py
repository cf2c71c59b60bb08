"""What is asked of the server: pages and API calls, each with who asks and the ceiling it is held against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

READS, PAGES, WRITES = "small read", "page", "write"
CEILINGS = {READS: 600, PAGES: 250, WRITES: 400}
"""Requests per core-second of the trials on an empty frame of the same framework (docs/decisions/0001)."""


@dataclass(frozen=True)
class Visit:
    """One kind of request. `who` is a session, `key` for an API key, or empty for the public."""

    name: str
    kind: str
    path: str
    who: str = ""
    body: str = ""

    @property
    def method(self) -> str:
        """POST with a body, else GET."""
        return "POST" if self.body else "GET"

    def headers(self, world: dict[str, Any]) -> dict[str, str]:
        """What a browser or program of this person sends along."""
        if self.who == "key":
            held = {"Authorization": f"Bearer {world['key']}"}
        else:
            held = {"Cookie": f"sessionid={world['sessions'][self.who]}"} if self.who else {}
        return held | ({"Content-Type": "application/json"} if self.body else {})


def visits(world: dict[str, Any]) -> list[Visit]:
    """Every request that is measured, for a world as `bench.rows` made it."""
    keys = world["keys"]
    draft = {
        "requesting_id": "073", "servicing_id": "seller-0000", "starts_on": "2026-10-01", "ends_on": "2027-10-01",
        "ceiling_cents": 100_000_000, "termination_days": 90, "authority": "economy_act",
    }  # fmt: skip
    catalogue = "/catalogue/?q="
    return [
        Visit("empty page (/health)", READS, "/health"),
        Visit("home", PAGES, "/"),
        Visit("catalogue, first page", PAGES, "/catalogue/"),
        Visit("catalogue, words", PAGES, f"{catalogue}payroll"),
        Visit("catalogue, words that all hold", PAGES, f"{catalogue}measuring"),
        Visit("catalogue, two filters", PAGES, "/catalogue/?area=HCM&kind=solution"),
        Visit(
            "catalogue, words, filters, signed in",
            PAGES,
            f"{catalogue}ledger&area=FFM&level=moderate",
            "agency",
        ),
        Visit("one offering", PAGES, f"/catalogue/{keys['offering']}/"),
        Visit("my organization", PAGES, "/mine/", "agency"),
        Visit("orders, those of one agency", PAGES, "/agreements/orders/", "agency"),
        Visit("orders, all 58,000", PAGES, "/agreements/orders/", "oversight"),
        Visit("one order", PAGES, f"/agreements/orders/{keys['order']}/", "agency"),
        Visit("bills, those of one agency", PAGES, "/billing/", "agency"),
        Visit("bills, all 40,000", PAGES, "/billing/", "oversight"),
        Visit("one bill", PAGES, f"/billing/{keys['bill']}/", "agency"),
        Visit("API: one order", READS, f"/api/v1/agreements/orders/{keys['order']}", "key"),
        Visit("API: 20 orders", READS, "/api/v1/agreements/orders?size=20", "key"),
        Visit("API: one offering", READS, f"/api/v1/catalogue/offerings/{keys['offering']}"),
        Visit("API: search, 20 offerings with filters", PAGES, "/api/v1/catalogue/offerings?size=20"),
        Visit(
            "API: draft general terms", WRITES, "/api/v1/agreements/general-terms", "key", json.dumps(draft)
        ),
    ]
