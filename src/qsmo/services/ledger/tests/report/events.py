"""Books for tests: events written by hand from the posting rules, without the product's own posting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from qsmo.services.ledger.rules.position import Attributes, Position
from qsmo.services.ledger.rules.symbol import Life

DIRECT = Attributes(
    bea="D",
    defc="Q",
    category="A",
    reimbursable="D",
    federal="N",
    object_class="252",
    activity="0001ABCD",
    authority="P",
    authority_year="NEW",
    exchange="X",
    organization="HQ",
)
EARNED = replace(DIRECT, reimbursable="R", federal="F", partner="047", partner_main="4534")
FLOWS = {"411900", "425200", "426100", "438400", "439200", "439300", "417000", "435000", "425300"}
PAID = {"490200", "498200"}
STAYING = {"101000", "420100", "422100", "422200", "425100", "445000", "465000", "480100", "480200", "490100"}


@dataclass
class Books:
    """One symbol's books over years: what each account holds, debit positive, by attributes."""

    symbol: str = "047-X-0113-000"
    life: Life = "unexpired"
    exempt: bool = False
    opening: dict[tuple[str, Attributes], int] = field(default_factory=dict)
    now: dict[tuple[str, Attributes], int] = field(default_factory=dict)

    def e(self, account: str) -> int:
        """An account's ending balance."""
        return sum(amount for (number, _), amount in self.now.items() if number == account)

    def b(self, account: str) -> int:
        """An account's opening balance."""
        return sum(amount for (number, _), amount in self.opening.items() if number == account)

    def post(self, amount: int, *pairs: str, attributes: Attributes = DIRECT) -> None:
        """Pairs such as `480100>490100`: the first is debited, the second credited."""
        for pair in pairs:
            debit, credit = pair.split(">")
            for account, cents in ((debit, amount), (credit, -amount)):
                self.now[account, attributes] = self.now.get((account, attributes), 0) + cents

    def positions(self) -> list[Position]:
        """What the reports read."""
        keys = sorted({*self.now, *self.opening}, key=str)
        return [
            Position(self.symbol, account, attributes, self.opening.get((account, attributes), 0), ending)
            for account, attributes in keys
            for ending in (self.now.get((account, attributes), 0),)
        ]

    @property
    def free(self) -> str:
        """The account that holds what may be obligated."""
        return "465000" if self.life == "expired" else "462000" if self.exempt else "461000"

    @property
    def recover(self) -> str:
        """The account that a recovery goes to."""
        return {"expired": "465000"}.get(self.life, "462000" if self.exempt else "445000")

    def appropriate(self, amount: int) -> None:
        self.post(amount, "411900>462000" if self.exempt else "411900>445000", "101000>310100")

    def apportion(self, amount: int) -> None:
        self.post(amount, "445000>451000")

    def allot(self, amount: int) -> None:
        self.post(amount, "451000>461000")

    def rescind(self, amount: int) -> None:
        self.post(amount, f"{'462000' if self.exempt else '445000'}>439200", "310600>101000")

    def commit(self, amount: int) -> None:
        self.post(amount, "461000>470000")

    def order_committed(self, amount: int) -> None:
        self.post(amount, "470000>480100")

    def order(self, amount: int, attributes: Attributes = DIRECT) -> None:
        self.post(amount, f"{self.free}>480100", attributes=attributes)

    def advance(self, amount: int) -> None:
        self.post(amount, "480100>480200", "141000>101000")

    def receive(self, amount: int, attributes: Attributes = DIRECT) -> None:
        self.post(amount, "480100>490100", "610000>211000", attributes=attributes)
        if attributes.reimbursable == "D":
            self.used(amount)

    def receive_advance(self, amount: int) -> None:
        self.post(amount, "480200>490200", "610000>141000")
        self.used(amount)

    def used(self, amount: int) -> None:
        self.post(amount, "310700>570000")

    def pay(self, amount: int, attributes: Attributes = DIRECT) -> None:
        self.post(amount, "490100>490200", "211000>101000", attributes=attributes)

    def charge(self, amount: int) -> None:
        self.post(amount, f"{self.free}>490200", "610000>101000")
        self.used(amount)

    def payroll(self, amount: int) -> None:
        self.post(amount, f"{self.free}>490100", "610000>221000")
        self.used(amount)

    def expect_work(self, amount: int) -> None:
        self.post(amount, "421000>445000", "445000>459000", attributes=EARNED)

    def take_order(self, amount: int) -> None:
        self.post(amount, "422100>421000", "459000>461000", attributes=EARNED)

    def take_advance(self, amount: int) -> None:
        self.post(amount, "422200>421000", "459000>461000", "101000>231000", attributes=EARNED)

    def earn(self, amount: int) -> None:
        self.post(amount, "425100>422100", "131000>520000", attributes=EARNED)

    def earn_advance(self, amount: int) -> None:
        self.post(amount, "425200>422200", "231000>520000", attributes=EARNED)

    def collect(self, amount: int) -> None:
        self.post(amount, "425200>425100", "101000>131000", attributes=EARNED)

    def cancel_order(self, amount: int) -> None:
        self.post(amount, f"480100>{self.free}")

    def refund(self, amount: int) -> None:
        self.post(amount, f"490200>{self.free}", "101000>610000")
        self.used(-amount)

    def recover_order(self, amount: int) -> None:
        self.post(amount, f"487100>{self.recover}")

    def recover_receipt(self, amount: int) -> None:
        self.post(amount, f"497100>{self.recover}", "211000>610000")
        self.used(-amount)

    def refund_prior(self, amount: int) -> None:
        self.post(amount, f"497200>{self.recover}", "101000>610000")
        self.used(-amount)

    def raise_order(self, amount: int) -> None:
        self.post(amount, f"{self.free}>488100")

    def receive_raised(self, amount: int) -> None:
        self.post(amount, "488100>498100", "610000>211000")
        self.used(amount)

    def pay_raised(self, amount: int) -> None:
        self.post(amount, "498100>498200", "211000>101000")

    def leave(self, amount: int) -> None:
        self.post(amount, "680000>222000")

    def wear(self, amount: int) -> None:
        self.post(amount, "671000>175900")

    def impute(self, amount: int) -> None:
        self.post(amount, "673000>578000")

    def before_closing(self) -> None:
        """Commitments released, estimates removed: what must be done before the last report of the year."""
        self._move("470000", "461000")
        for account in ("459000", "421000"):
            self._move(account, "445000")

    def close(self, expiring: bool = False) -> None:
        """Year end, and the opening of the next year."""
        if expiring:
            self.life = "expired"
        home = "465000" if self.life == "expired" else "462000" if self.exempt else "445000"
        targets = dict.fromkeys(FLOWS | PAID | {"497200"}, "420100")
        targets |= dict.fromkeys({"445000", "451000", "461000", "462000"} - {home}, home)
        targets |= {"487100": "480100", "488100": "480100", "497100": "490100", "498100": "490100"}
        targets |= dict.fromkeys(("310100", "310200", "310300", "310600", "310700"), "310000")
        nominal = {account for account, _ in self.now if account[0] in "567"}
        targets |= dict.fromkeys(nominal, "331000")
        for account, target in targets.items():
            self._move(account, target)
        self.now = {key: amount for key, amount in self.now.items() if amount}
        self.opening = dict(self.now)

    def _move(self, account: str, target: str) -> None:
        for (number, attributes), amount in list(self.now.items()):
            if number == account and amount:
                self.post(-amount, f"{account}>{target}", attributes=attributes)
