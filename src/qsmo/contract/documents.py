"""The papers that pass between services and the marketplace: frozen, complete in themselves, with one spelling."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar, Literal

from qsmo.kernel.finding import Refusal
from qsmo.kernel.ids import digest, plain
from qsmo.kernel.money import Money
from qsmo.kernel.period import Period


@dataclass(frozen=True, slots=True)
class Document:
    """Anything handed over: `kind` names it, `key` makes the same one twice be one."""

    kind: ClassVar[str] = "document"

    def body(self) -> dict[str, Any]:
        """The content as plain JSON data: money in cents, dates in ISO form."""
        content: dict[str, Any] = plain(self)
        return content

    @property
    def digest(self) -> str:
        """SHA-256 of the one spelling of the content."""
        return digest(self.body())


@dataclass(frozen=True, slots=True)
class Usage(Document):
    """A quantity of a meter delivered over days, exact. `evidence` points at what the service can show for it."""

    kind: ClassVar[str] = "usage"
    meter: str
    during: Period
    quantity: Fraction
    evidence: str
    words: str = ""


Side = Literal["debit", "credit"]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One side of an entry in an account of the US Standard General Ledger, within a Treasury account symbol.

    `partner` is the trading partner's agency, and after a hyphen its main account (`014-4523`). `fund` and `program`
    are the entity's own codes, where it keeps its books by them.
    """

    account: str
    side: Side
    amount: Money
    tas: str
    words: str
    partner: str = ""
    object_class: str = ""
    fund: str = ""
    program: str = ""


@dataclass(frozen=True, slots=True)
class Journal(Document):
    """One balanced entry of one entity. Refused (422) unless debits equal credits within each TAS and half.

    Budgetary accounts (4xxx) and proprietary accounts (1–3, 5–7xxx) balance separately, as the USSGL requires.
    """

    kind: ClassVar[str] = "journal"
    key: str
    entity: str
    on: date
    words: str
    source: str
    lines: tuple[JournalLine, ...]

    def __post_init__(self) -> None:
        if not self.lines or any(line.amount.cents <= 0 for line in self.lines):
            raise Refusal(
                "journal-amount", f"Journal {self.key}: every line has an amount above zero", status=422
            )
        sums: dict[tuple[str, bool], int] = {}
        for line in self.lines:
            half = (line.tas, line.account.startswith("4"))
            signed = line.amount.cents if line.side == "debit" else -line.amount.cents
            sums[half] = sums.get(half, 0) + signed
        for (tas, budgetary), off in sums.items():
            if off:
                name = "budgetary" if budgetary else "proprietary"
                words = f"Journal {self.key}: {name} debits and credits of {tas} differ by {Money(off)}"
                raise Refusal("journal-unbalanced", words, status=422)

    @property
    def debits(self) -> Money:
        """The sum of all debits."""
        return Money.total(line.amount for line in self.lines if line.side == "debit")

    @property
    def credits(self) -> Money:
        """The sum of all credits; equal to the debits."""
        return Money.total(line.amount for line in self.lines if line.side == "credit")


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """Hours of one time code on one day, in hundredths of an hour."""

    on: date
    code: str
    centihours: int


@dataclass(frozen=True, slots=True)
class TimeRecord(Document):
    """One employee's certified time for one pay period."""

    kind: ClassVar[str] = "time-record"
    employee: str
    ssn: str
    agency: str
    during: Period
    entries: tuple[TimeEntry, ...]


@dataclass(frozen=True, slots=True)
class Withholding:
    """A Form W-4: its generation, filing status and entries; an employee without one is single with no entries.

    `allowances` belongs to forms of 2019 and earlier; the steps belong to forms of 2020 and later. `signed_on` is the
    day of the form: a claim of exemption lasts until 15 February of the year after it. `letter` is the arrangement of
    an IRS lock-in letter, below which the form may not go.
    """

    form: Literal["2020", "2019"] = "2020"
    status: Literal["single", "married", "head"] = "single"
    step2_checked: bool = False
    step3: Money = Money(0)
    step4a: Money = Money(0)
    step4b: Money = Money(0)
    extra: Money = Money(0)
    allowances: int = 0
    exempt: bool = False
    signed_on: date | None = None
    nonresident_alien: bool = False
    letter: Withholding | None = None


@dataclass(frozen=True, slots=True)
class StateWithholding:
    """A state's withholding certificate, and where a person lives; without one a state's own rule for that holds.

    `status` is spelled as in the state's methods; `dependents` are what the form counts apart from `exemptions`;
    `deduction` is a yearly amount claimed on the form; `percent` is what was elected where the form asks for a rate.
    `local` names a place that taxes wages (`MD/031`); `residence` is the state of a certificate of residence under
    which only that state's tax is withheld.
    """

    state: str = ""
    status: str = ""
    exemptions: int = 0
    dependents: int = 0
    deduction: Money = Money(0)
    extra: Money = Money(0)
    percent: Fraction | None = None
    exempt: bool = False
    local: str = ""
    residence: str = ""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A payment beside hours that human resources orders: `code` says what it is, `amount` or hours how much.

    `on` is the day of the action that orders it; `words` is what the statement may say of it.
    """

    code: str
    amount: Money = Money(0)
    centihours: int = 0
    on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class PayTerms:
    """What else sets an employee's pay: annual premium percentages, the kind of schedule, the special rate table.

    `schedule` is empty where nobody said it; `pay_table` is empty (or zeros) where no special rate is paid;
    `environment_base` is the hourly rate of WG-10 step 2 of the wage area.
    """

    schedule: Literal["", "standard", "flexible", "compressed", "first_40"] = ""
    pay_table: str = ""
    standby: Fraction = Fraction(0)
    auo: Fraction = Fraction(0)
    availability: bool = False
    law_enforcement: bool = False
    annual_cap: bool = False
    certified_appraisal: bool = False
    environment_base: Money = Money(0)


@dataclass(frozen=True, slots=True)
class Election:
    """One thing that an employee elected or that an authority ordered, by its code.

    `amount` is for each pay period (for a flexible spending account, the whole year's); `rate` a share of pay; `total`
    the whole amount to be collected, after which it stops (nothing: until it is withdrawn); `reference` its case.
    """

    code: str
    amount: Money = Money(0)
    rate: Fraction = Fraction(0)
    reference: str = ""
    total: Money = Money(0)


@dataclass(frozen=True, slots=True)
class LeaveTerms:
    """What leave depends on beside service: balances taken in, in hundredths of an hour by name, and the appointment.

    `abroad` is said of those entitled to the ceiling of employees abroad (5 U.S.C. 6304(b)); `limited_to` is the last
    day of an appointment with a limit, which began on `appointed_on`.
    """

    balances: tuple[tuple[str, int], ...] = ()
    abroad: bool = False
    appointed_on: date | None = None
    limited_to: date | None = None


@dataclass(frozen=True, slots=True)
class PayAssignment(Document):
    """What human resources says of one employee from a day on, as far as pay depends on it.

    `basic_pay` and `adjusted_pay` are annual rates without and with locality pay; `agency` is the four-character
    sub-element code; `year_to_date` holds opening balances by name, in cents. For pay basis PH both rates
    are by the hour. Several of one employee in a pay period are its parts; `ends_on` is the last day of employment.
    `accounting` is the accounting text of the position; `address` is street, city, state and ZIP, with bars between;
    `leave_since` is the service computation date for leave.
    """

    kind: ClassVar[str] = "pay-assignment"
    employee: str
    ssn: str
    given_name: str
    last_name: str
    born_on: date
    agency: str
    effective_on: date
    duty_station: str
    pay_plan: str
    grade: str
    step: str
    basic_pay: Money
    adjusted_pay: Money
    pay_basis: str
    work_schedule: str
    tour_hours: int
    flsa: str
    retirement: str
    fegli: str
    fehb: str
    tsp_percent: Fraction = Fraction(0)
    tsp_amount: Money = Money(0)
    tsp_roth: bool = False
    withholding: Withholding = Withholding()
    state: StateWithholding = StateWithholding()
    year_to_date: tuple[tuple[str, int], ...] = field(default=())
    ends_on: date | None = None
    terms: PayTerms = PayTerms()
    entitlements: tuple[Entitlement, ...] = ()
    accounting: str = ""
    address: str = ""
    elections: tuple[Election, ...] = ()
    leave_since: date | None = None
    leave: LeaveTerms = LeaveTerms()


@dataclass(frozen=True, slots=True)
class PaymentRequest(Document):
    """A request that Treasury pay one payee on a day; the account number is held by the disbursing adapter alone."""

    kind: ClassVar[str] = "payment-request"
    key: str
    payer: str
    payee: str
    amount: Money
    on: date
    words: str
    tas: str


@dataclass(frozen=True, slots=True)
class Notice(Document):
    """Something an organisation should know and may have to answer, with a link into the system."""

    kind: ClassVar[str] = "notice"
    key: str
    to: str
    words: str
    link: str = ""
