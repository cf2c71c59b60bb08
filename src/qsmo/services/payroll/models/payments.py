"""Payroll's records of single payments: by hand, stopped or returned; and bank accounts that people may share."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from qsmo.platform.access.owned import Audience, Owned, states_of
from qsmo.services.payroll.flow import HELD, MANUAL, SHARED


class ManualPayment(Owned):
    """An amount paid to somebody outside of any run, because a run was too late or too little; taken back once a run
    has paid the same, or when the money comes back."""

    audience = Audience(
        reads="payroll.payment.read", customer="account__customer_id", provider="account__provider_id"
    )
    flow = MANUAL

    account = models.ForeignKey("payroll.Account", on_delete=models.PROTECT, related_name="manual_payments")
    label = models.CharField(max_length=8, help_text="the pay period that it stands for")
    employee = models.CharField(max_length=60)
    amount_cents = models.PositiveBigIntegerField()
    pays_on = models.DateField()
    reason = models.TextField()
    reference = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, default=MANUAL.initial)

    class Meta:
        verbose_name = "manual payment"
        ordering = ("-made_at", "id")
        constraints: ClassVar = [
            states_of(MANUAL, "payroll_manual"),
            models.CheckConstraint(condition=models.Q(amount_cents__gt=0), name="payroll_manual_amount"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("paid", "reversed")) | ~models.Q(reference=""),
                name="payroll_manual_paid_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"Manual payment to {self.employee} for {self.label}"


class HeldPayment(Owned):
    """One person's net pay of a certified run that was stopped before it went out, or that the bank sent back."""

    audience = Audience(
        reads="payroll.payment.read",
        customer="run__account__customer_id",
        provider="run__account__provider_id",
    )
    flow = HELD

    run = models.ForeignKey("payroll.PayRun", on_delete=models.PROTECT, related_name="held_payments")
    employee = models.CharField(max_length=60)
    amount_cents = models.PositiveBigIntegerField()
    code = models.CharField(max_length=3, blank=True, help_text="the return reason code of the bank")
    reason = models.TextField()
    reference = models.CharField(max_length=40, blank=True, help_text="of the payment that took its place")
    state = models.CharField(max_length=12, default=HELD.initial)

    class Meta:
        verbose_name = "payment held or returned"
        ordering = ("-made_at", "id")
        constraints: ClassVar = [
            states_of(HELD, "payroll_held"),
            models.UniqueConstraint(fields=["run", "employee"], name="payroll_held_once"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("reissued", "settled")) | ~models.Q(reference=""),
                name="payroll_held_reissue_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"Pay of {self.employee} in {self.run}"


class SharedBank(Owned):
    """That people of an account may have their net pay sent to one bank account, until one of them changes theirs.

    `mark` tells the bank account from others without holding it: a keyed digest of its numbers.
    """

    audience = Audience(
        reads="payroll.payment.read", customer="account__customer_id", provider="account__provider_id"
    )
    flow = SHARED

    account = models.ForeignKey("payroll.Account", on_delete=models.PROTECT, related_name="shared_banks")
    employees = models.JSONField(default=list)
    mark = models.CharField(max_length=64)
    accepted_by = models.CharField(max_length=200)
    reason = models.TextField()
    state = models.CharField(max_length=12, default=SHARED.initial)

    class Meta:
        verbose_name = "shared bank account"
        ordering = ("-made_at", "id")
        constraints: ClassVar = [
            states_of(SHARED, "payroll_shared"),
            models.UniqueConstraint(
                fields=["account", "mark"], condition=models.Q(state="accepted"), name="payroll_shared_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(accepted_by="") & ~models.Q(reason=""), name="payroll_shared_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"Bank account shared by {', '.join(self.employees)}"
