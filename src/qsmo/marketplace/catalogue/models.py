"""Providers, offerings with their immutable versions, plans with dated prices, evidence, and what search reads."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from qsmo.kernel.finding import Refusal
from qsmo.marketplace.catalogue.flow import OFFERING, PUBLIC
from qsmo.marketplace.catalogue.rules import prices
from qsmo.marketplace.catalogue.rules.listing import KINDS, LEVELS, SECTORS, SERVICE_KINDS
from qsmo.marketplace.catalogue.rules.readiness import EVIDENCE_KINDS
from qsmo.platform.access.owned import EVERYBODY, Audience, Owned, states_of


def _one_of(column: str, values: Iterable[str], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{column}__in": tuple(values)}), name=name)


def _choices(named: dict[str, str]) -> list[tuple[str, str]]:
    return list(named.items())


class Provider(Owned):
    """Who sells: an organisation of kind provider. `legacy_areas` are those it was designated for before the memo."""

    audience = Audience(reads="offering.read", provider="organisation_id", public=~Q(sector=""))

    organisation = models.OneToOneField(
        "access.Organisation", on_delete=models.PROTECT, related_name="provider_listing"
    )
    sector = models.CharField(max_length=12, choices=_choices(SECTORS))
    legacy_areas = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [_one_of("sector", SECTORS, "provider_sector_known")]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def is_legacy(self) -> bool:
        """Whether new customers, wider services and investments need a joint business case with the office."""
        return bool(self.legacy_areas)


class Offering(Owned):
    """What a provider sells through one office. Its content stands still once published; each publish is a version.

    `activities` are identifiers of the release named; `scopes` the office's scopes it falls under, `office/scope`,
    separated by spaces; `service` the slug of the service that delivers it here, empty when it is provided outside.
    """

    audience = Audience(
        reads="offering.read", provider="provider_id", office="office_id", public=Q(state__in=PUBLIC)
    )
    flow = OFFERING

    provider = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="offerings")
    office = models.ForeignKey("access.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    area = models.CharField(max_length=3)
    kind = models.CharField(max_length=12, choices=_choices(KINDS))
    service_kind = models.CharField(max_length=24, choices=_choices(SERVICE_KINDS))
    summary = models.CharField(max_length=300)
    release = models.CharField(max_length=12)
    activities = models.JSONField(default=list, blank=True)
    scopes = models.CharField(max_length=120, blank=True)
    service = models.CharField(max_length=40, blank=True)
    formats = models.JSONField(default=list, blank=True)
    service_levels = models.TextField(blank=True)
    exit_terms = models.TextField(blank=True)
    badges = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField(blank=True)
    invented = models.CharField(max_length=200, blank=True)
    has_federal_unique = models.BooleanField(default=False)
    notice_days = models.PositiveSmallIntegerField(default=60)
    authorization = models.CharField(max_length=10, choices=_choices(LEVELS), default="none")
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, default=OFFERING.initial)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            states_of(OFFERING, "offering"),
            _one_of("kind", KINDS, "offering_kind_known"),
            _one_of("service_kind", SERVICE_KINDS, "offering_service_kind_known"),
            _one_of("authorization", LEVELS, "offering_level_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "name"], name="offering_by_name")]

    def __str__(self) -> str:
        return self.name


class OfferingVersion(Owned):
    """The content of an offering as it was published, never changed: what an order points at."""

    audience = Audience(
        reads="offering.read",
        provider="offering__provider_id",
        office="offering__office_id",
        public=EVERYBODY,
    )

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    published_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("offering_id", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offering", "number"], name="offering_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.content['name']}, version {self.number}"


class Plan(Owned):
    """One way to buy an offering."""

    audience = Audience(
        reads="offering.read",
        provider="offering__provider_id",
        office="offering__office_id",
        public=Q(offering__state__in=PUBLIC),
    )

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=80)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ("offering_id", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=["offering", "name"], name="plan_name_once")]

    def __str__(self) -> str:
        return self.name


class PriceVersion(Owned):
    """What a unit of a meter costs under a plan from a day on, never changed; `made_at` is when it was recorded.

    `unit_price` is the exact text of dollars (`6.3375`, `1/3`); `recurs` says on which occasions a unit counts anew.
    """

    audience = Audience(
        reads="offering.read",
        provider="plan__offering__provider_id",
        office="plan__offering__office_id",
        public=Q(plan__offering__state__in=PUBLIC),
    )

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="prices")
    meter = models.CharField(max_length=40)
    unit = models.CharField(max_length=80)
    recurs = models.CharField(max_length=12, choices=_choices(prices.RECURS))
    measure = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=12, default="per_unit", choices=[("per_unit", "Per unit")])
    unit_price = models.CharField(max_length=40)
    effective_on = models.DateField()
    announced_on = models.DateField()
    approved_by = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    is_invented = models.BooleanField(default=False)

    class Meta:
        ordering = ("plan_id", "meter", "effective_on", "made_at", "id")
        constraints: ClassVar = [
            _one_of("recurs", prices.RECURS, "price_recurs_known"),
            models.CheckConstraint(condition=Q(model="per_unit"), name="price_model_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["plan", "meter", "effective_on"], name="price_of_plan")]

    def __str__(self) -> str:
        return f"${self.fact.shown} per {self.unit} from {self.effective_on}"

    def clean(self) -> None:
        """The price is exact text of zero or more dollars."""
        try:
            prices.unit_price(self.unit_price)
        except Refusal as refusal:
            raise ValidationError({"unit_price": refusal.words}) from refusal

    @property
    def exact(self) -> Fraction:
        """The price in dollars, exact."""
        return prices.unit_price(self.unit_price)

    @property
    def fact(self) -> prices.Price:
        """The price version as the rules know it."""
        return prices.Price(
            id=self.pk,
            plan=self.plan_id,
            meter=self.meter,
            unit=self.unit,
            recurs=self.recurs,
            text=self.unit_price,
            effective_on=self.effective_on,
            recorded_on=self.made_at.date(),
            announced_on=self.announced_on,
            order=f"{self.made_at.isoformat()} {self.pk}",
            note=self.note,
            is_invented=self.is_invented,
        )


class Evidence(Owned):
    """Something on file about an offering, never changed; the latest of a kind counts."""

    audience = Audience(
        reads="offering.read",
        provider="offering__provider_id",
        office="offering__office_id",
        public=Q(offering__state__in=PUBLIC),
    )

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=20, choices=_choices(EVIDENCE_KINDS))
    status = models.CharField(max_length=20)
    level = models.CharField(max_length=10, choices=_choices(LEVELS), default="none")
    reference = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200, blank=True)
    dated_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ("offering_id", "made_at", "id")
        constraints: ClassVar = [_one_of("kind", EVIDENCE_KINDS, "evidence_kind_known")]
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{EVIDENCE_KINDS[self.kind]}: {self.status}"


class SearchText(models.Model):
    """What search reads of an offering, made anew whenever it changes: sector and functions to filter, words to find.

    The long text stands last, so that reading the short columns does not pass over it.
    """

    offering = models.OneToOneField(Offering, on_delete=models.CASCADE, related_name="search_text")
    sector = models.CharField(max_length=12, blank=True)
    functions = models.TextField(blank=True)
    title = models.CharField(max_length=120)
    provider = models.CharField(max_length=200)
    body = models.TextField()

    rows = models.Manager["SearchText"]()

    def __str__(self) -> str:
        return self.title


class SearchActivity(models.Model):
    """One activity of an offering, for finding all that cover it."""

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="search_activities")
    activity = models.CharField(max_length=24)

    rows = models.Manager["SearchActivity"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["activity", "offering"], name="search_activity_once")
        ]

    def __str__(self) -> str:
        return self.activity
