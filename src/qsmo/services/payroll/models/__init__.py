"""Payroll's records: a customer's account, its pay runs, the files taken in, and the chunks in which a run is computed.

Books are here; people's pay itself is in Parquet files kept by digest, a chunk of people each.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from qsmo.contract.service import Subscription
from qsmo.kernel.finding import Finding, Severity
from qsmo.kernel.period import PayCalendar, PayPeriod, Period
from qsmo.platform.access.owned import Audience, Owned, states_of
from qsmo.services.payroll.flow import EXCEPTION, LATE, PAID, RUN
from qsmo.services.payroll.models.payments import HeldPayment as HeldPayment
from qsmo.services.payroll.models.payments import ManualPayment as ManualPayment
from qsmo.services.payroll.models.payments import SharedBank as SharedBank


class Account(Owned):
    """One customer's use of payroll under one subscription: its calendar, its accounting, whether it is open."""

    audience = Audience(reads="payroll.read", customer="customer_id", provider="provider_id")

    subscription = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    provider = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    agencies = models.CharField(max_length=200)
    first_day = models.DateField()
    pay_lag_days = models.PositiveSmallIntegerField()
    withholding_periods = models.PositiveSmallIntegerField()
    tas = models.CharField(max_length=40)
    is_open = models.BooleanField(default=True)
    paying = models.JSONField(default=dict, blank=True, help_text="lists that payment rests on, by digest")
    hr_workdays = models.PositiveSmallIntegerField(default=2)
    time_workdays = models.PositiveSmallIntegerField(default=2)
    calculate_workdays = models.PositiveSmallIntegerField(default=3)
    certify_workdays = models.PositiveSmallIntegerField(default=3)
    high_rise_percent = models.PositiveSmallIntegerField(default=50)
    most_gross_cents = models.PositiveBigIntegerField(default=15_000_00)

    def __str__(self) -> str:
        return f"Payroll for {self.customer_id}"

    @property
    def began_on(self) -> date:
        """The day on which the subscription was opened here; no pay period that starts before it is run."""
        return self.made_at.date()

    @property
    def calendar(self) -> PayCalendar:
        """The account's pay calendar."""
        return PayCalendar(self.first_day, self.pay_lag_days)

    @property
    def agency_codes(self) -> tuple[str, ...]:
        """The four-character sub-element codes whose people this account pays."""
        return tuple(code.strip() for code in self.agencies.split(",") if code.strip())

    def is_for(self, sub: Subscription) -> bool:
        """Whether this account belongs to a subscription of the contract."""
        return self.subscription == sub.id and self.customer_id == sub.customer


class PayRun(Owned):
    """A payment of people for the days of a pay period, from files to closed. Totals are of the last calculation.

    A regular run pays everybody; one outside the calendar pays the people it names, on a pay date of its own, and a
    final one those who leave on `separates_on`. `sequence` numbers the runs of the same days; the regular one is 0.
    """

    audience = Audience(
        reads="payroll.read", customer="account__customer_id", provider="account__provider_id"
    )
    flow = RUN
    hidden = frozenset({"totals", "paid_out_cents"})
    KINDS: ClassVar = {"regular": "Regular", "off_cycle": "Outside the calendar", "final": "Final pay"}

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="runs")
    label = models.CharField(max_length=8)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the day after the last day")
    pays_on = models.DateField()
    kind = models.CharField(max_length=12, default="regular")
    sequence = models.PositiveSmallIntegerField(default=0)
    names = models.JSONField(default=list, blank=True, help_text="employees of a run outside the calendar")
    separates_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, default=RUN.initial)
    people = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    chunks_planned = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    failure = models.TextField(blank=True)
    reference = models.CharField(max_length=40, blank=True, help_text="of the payment schedule")
    paid_out_cents = models.BigIntegerField(default=0)
    files = models.JSONField(default=dict, blank=True, help_text="what it was written as, by digest")
    prints_planned = models.PositiveIntegerField(default=0, help_text="archives of statements asked for")

    class Meta:
        verbose_name = "pay run"
        ordering = ("-starts_on", "-sequence", "id")
        constraints: ClassVar = [
            states_of(RUN, "payroll_run"),
            models.UniqueConstraint(fields=["account", "starts_on", "sequence"], name="payroll_run_once"),
            models.CheckConstraint(
                condition=models.Q(kind="regular", sequence=0, separates_on=None)
                | models.Q(kind="off_cycle", sequence__gt=0, separates_on=None)
                | models.Q(kind="final", sequence__gt=0, separates_on__isnull=False),
                name="payroll_run_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=PAID) | ~models.Q(digest=""),
                name="payroll_run_paid_is_computed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("disbursed", "closed")) | ~models.Q(reference=""),
                name="payroll_run_disbursed_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"Pay run {self.called} of {self.account.customer_id}"

    @property
    def called(self) -> str:
        """The pay period, and which further run of it this is: `2026-06`, `2026-06-2`."""
        return f"{self.label}-{self.sequence}" if self.sequence else self.label

    @property
    def kind_words(self) -> str:
        """What kind of run it is, in words."""
        return str(self.KINDS[self.kind])

    @property
    def is_paid(self) -> bool:
        """Whether its pay stands: it is certified, or further."""
        return self.state in PAID

    @property
    def during(self) -> Period:
        """The days worked."""
        return Period(self.starts_on, self.ends_on)

    @property
    def pay_period(self) -> PayPeriod:
        """The pay period with its number and pay date."""
        return PayPeriod(self.during, int(self.label[-2:]), self.pays_on)

    @property
    def tax_year(self) -> int:
        """The year of the pay date."""
        day: date = self.pays_on
        return day.year


class Intake(Owned):
    """A file taken in for a run: its digest, what was accepted (a Parquet file) and refused. One in time is used; one
    that came late may wait for the payroll office, which uses it or says how it is settled."""

    audience = Audience(
        reads="payroll.intake.read",
        customer="run__account__customer_id",
        provider="run__account__provider_id",
    )
    KINDS = ("hr", "time", "rates")
    flow = LATE
    HOLDS: ClassVar = {"hr": "people", "time": "time", "rates": "rates of the agency"}

    run = models.ForeignKey(PayRun, on_delete=models.PROTECT, related_name="intakes")
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    file = models.CharField(max_length=64)
    accepted_file = models.CharField(max_length=64)
    accepted = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    is_late = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    state = models.CharField(max_length=8, default="used")
    answer = models.TextField(blank=True)

    class Meta:
        verbose_name = "intake"
        ordering = ("made_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=("hr", "time", "rates")), name="payroll_intake_kind"
            ),
            states_of(LATE, "payroll_intake"),
            models.CheckConstraint(
                condition=models.Q(is_current=False) | models.Q(state="used"), name="payroll_intake_used"
            ),
            models.UniqueConstraint(
                fields=["run", "kind"], condition=models.Q(is_current=True), name="payroll_intake_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} file {self.name}"

    @property
    def holds(self) -> str:
        """What the file holds, in words."""
        return self.HOLDS[self.kind]


class IntakeException(Owned):
    """One thing to mend or to answer for before pay stands: from a file, from the calculation, or from an edit.

    An error keeps the person from being paid; a warning does not, but somebody has to answer for it. What the next
    calculation no longer finds is corrected; what it finds again keeps its owner and its answer.
    """

    audience = Intake.audience
    flow = EXCEPTION

    run = models.ForeignKey(PayRun, on_delete=models.CASCADE, related_name="exceptions")
    intake = models.ForeignKey(Intake, null=True, on_delete=models.CASCADE, related_name="exceptions")
    severity = models.CharField(max_length=8)
    code = models.CharField(max_length=60)
    who = models.CharField(max_length=60, blank=True)
    file = models.CharField(max_length=120, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=80, blank=True)
    words = models.TextField()
    expected = models.TextField(blank=True)
    state = models.CharField(max_length=12, default=EXCEPTION.initial)
    tells_pay = models.BooleanField(default=False)
    owner = models.ForeignKey("access.Person", null=True, on_delete=models.PROTECT, related_name="+")
    answered_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = "exception"
        ordering = ("file", "line", "who", "id")
        indexes: ClassVar = [
            models.Index(fields=["run", "code"], name="payroll_exception_code"),
            models.Index(fields=["run", "state", "severity"], name="payroll_exception_state"),
        ]
        constraints: ClassVar = [
            states_of(EXCEPTION, "payroll_exception"),
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | (~models.Q(answered_by="") & ~models.Q(reason="")),
                name="payroll_exception_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.who}"

    @property
    def finding(self) -> Finding:
        """The same as a finding."""
        severity: Severity = "error" if self.severity == "error" else "warning"
        return Finding(
            self.code, self.words, severity, self.file, self.line, self.field, self.expected, self.who
        )


class Chunk(Owned):
    """A share of a run's people, by employee identifier in order: computed once, kept as a Parquet file by digest."""

    audience = Audience(
        reads="payroll.statement.read",
        customer="run__account__customer_id",
        provider="run__account__provider_id",
    )
    hidden = frozenset({"findings", "of_pay", "totals"})

    run = models.ForeignKey(PayRun, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    input = models.CharField(max_length=64)
    file = models.CharField(max_length=64)
    first = models.CharField(max_length=60)
    last = models.CharField(max_length=60)
    people = models.PositiveIntegerField()
    findings = models.JSONField(default=list, blank=True)
    of_pay = models.JSONField(default=list, blank=True, help_text="findings whose words tell pay")
    totals = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("run", "number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="payroll_chunk_once")]

    def __str__(self) -> str:
        return f"chunk {self.number} of {self.run_id}"


class Archive(Owned):
    """A share of a run's statements as tagged PDF, kept as one file by digest; `unprinted`: no font can show those."""

    audience = Chunk.audience
    run = models.ForeignKey(PayRun, on_delete=models.PROTECT, related_name="archives")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=64)
    first = models.CharField(max_length=60)
    last = models.CharField(max_length=60)
    people = models.PositiveIntegerField()
    unprinted = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("run", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="payroll_archive_once")
        ]

    def __str__(self) -> str:
        return f"statements {self.number} of {self.run_id}"


class PayPerson(Owned):
    """That an employee identifier of an account is a person who signs in; it opens their own statements to them."""

    audience = Audience(
        reads="payroll.own",
        person="person_id",
        customer="account__customer_id",
        provider="account__provider_id",
    )

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="pay_people")
    employee = models.CharField(max_length=60)
    person = models.ForeignKey("access.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "employee"], name="payroll_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.employee}"
