"""Forms that make lots in one step, and put single ones right."""

from itertools import groupby

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Fieldset, Layout, Size
from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import MoneyField, Revealing, WordCountField
from framework_portal.reference.models import Category
from lots.actions.lotting import LotTerms, one_each
from lots.forms.base import CompetitionForm
from lots.states import Sex

CHOSEN = "chosen"
EACH, TOGETHER = "each", "together"
KEEP, REPLACE = "keep", "replace"
TERMS = list(LotTerms.__dataclass_fields__)


class LotTermsForm(CompetitionForm):
    """What all lots of one step, or a single lot, say besides title and areas."""

    categories = forms.ModelMultipleChoiceField(
        Category.objects.none(),
        to_field_name="slug",
        label=_("Categories"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A supplier must be qualified in all that you tick"),
        error_messages={"required": _("Select at least one category")},
    )
    description = WordCountField(
        label=_("Description of the lot"),
        max_words=1000,
        rows=5,
        required=False,
        help_text=_("Optional. What is special about it, beside the competition's description"),
    )
    sex = forms.ChoiceField(
        label=_("Who the service is for"), choices=Sex.choices, widget=forms.RadioSelect
    )
    minimum_age = forms.IntegerField(
        label=_("Youngest age"),
        min_value=0,
        max_value=120,
        required=False,
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )
    maximum_age = forms.IntegerField(
        label=_("Oldest age"),
        min_value=0,
        max_value=120,
        required=False,
        help_text=_("Leave empty where there is no limit"),
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )
    value = MoneyField(
        label=_("Value of the lot, excluding VAT"),
        required=False,
        help_text=_("For the whole term. Every lot needs one before you publish"),
    )
    value_if_extended = MoneyField(
        label=_("Value with all extensions"), required=False, help_text=_("Optional")
    )
    volume = forms.CharField(
        label=_("Expected volume"),
        max_length=200,
        required=False,
        help_text=_("Optional. For example: 300 referrals a year"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["categories"].queryset = self.competition.categories.all()

    def clean(self):
        cleaned = super().clean()
        cleaned["terms"] = LotTerms(**{name: cleaned.pop(name, None) for name in TERMS})
        return cleaned

    @staticmethod
    def terms_layout():
        """The fields above, under two headings."""
        return [
            Fieldset("description", "categories", legend=_("What"), legend_size=Size.MEDIUM),
            Fieldset(
                "sex", "minimum_age", "maximum_age", legend=_("For whom"), legend_size=Size.MEDIUM
            ),
            Fieldset(
                "value",
                "value_if_extended",
                "volume",
                legend=_("For how much"),
                legend_size=Size.MEDIUM,
            ),
        ]


class AreasField(forms.MultipleChoiceField):
    """Areas to tick, each named by level and slug; gives the areas themselves."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, areas):
        """Let these be chosen from."""
        self.by_key = {area.key: area for area in areas}
        self.choices = [(key, shown(area)) for key, area in self.by_key.items()]

    def clean(self, value):
        return [self.by_key[key] for key in super().clean(value)]


def shown(area):
    """An area in a list where the larger ones stand before their parts."""
    if area.parent_id:
        return now_("– %(area)s") % {"area": area.name}
    level = area.level.name[:1].lower() + area.level.name[1:]
    return now_("%(area)s, %(level)s") % {"area": area.name, "level": level}


def _by_level(areas):
    """The areas of each level, the larger levels first."""

    def level(area):
        return area.level

    def order(area):
        return area.level.area_set_id, area.level.depth

    return {level: list(found) for level, found in groupby(sorted(areas, key=order), key=level)}


class MakeLotsForm(LotTermsForm):
    """Many lots in one step."""

    button = _("Make the lots")
    split = forms.ChoiceField(
        label=_("Which lots do you want?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select which lots you want")},
    )
    areas = AreasField(label=_("Areas"), required=False)
    together = forms.ChoiceField(
        label=_("How many lots for these areas?"),
        widget=forms.RadioSelect,
        required=False,
        initial=EACH,
        choices=[
            (EACH, _("One lot for each area I tick")),
            (TOGETHER, _("One lot over all the areas I tick")),
        ],
    )
    title_pattern = forms.CharField(
        label=_("Title of each lot"),
        max_length=150,
        initial="[category]: [area]",
        help_text=_("[area], [region], [category] and [number] are filled in for each lot"),
        error_messages={"required": _("Enter a title, for example [category]: [area]")},
    )
    already = forms.ChoiceField(
        label=_("What happens to the lots that are there?"),
        widget=forms.RadioSelect,
        initial=KEEP,
        choices=[
            Choice(KEEP, _("Keep them"), hint=_("Areas that have such a lot get no second one")),
            Choice(REPLACE, _("Delete them first"), hint=_("What you put right in them is lost")),
        ],
    )

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.at_level = _by_level(areas)
        self.fields["areas"].offer(areas)
        self.fields["split"].choices = [*self._levels(), (CHOSEN, _("Areas that I choose"))]
        there = [] if self.competition.lots.exists() else None
        if there is None:
            del self.fields["already"]
        else:
            there = [Field.radios("already")]
        self.helper.layout = Layout(
            Revealing("split", {CHOSEN: [Field.checkboxes("areas", small=True), "together"]}),
            Field.text("title_pattern"),
            *(there or []),
            *self.terms_layout(),
        )

    def _levels(self):
        for level, areas in self.at_level.items():
            called = level.plural if len(areas) > 1 else level.name
            words = {"count": len(areas), "level": called[:1].lower() + called[1:]}
            yield level.slug, now_("One lot for each of %(count)d %(level)s") % words

    def clean(self):
        cleaned = super().clean()
        split, areas = cleaned.pop("split", None), cleaned.pop("areas", [])
        together = cleaned.pop("together", EACH) == TOGETHER
        if split == CHOSEN:
            if not areas and "areas" not in self.errors:
                self.add_error("areas", _("Select at least one area"))
            cleaned["groups"] = [areas] if together else one_each(areas)
        elif split:
            at_level = next(a for level, a in self.at_level.items() if level.slug == split)
            cleaned["groups"] = one_each(at_level)
        cleaned["replace"] = cleaned.pop("already", KEEP) == REPLACE
        return cleaned


class LotForm(LotTermsForm):
    """One lot."""

    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Enter a title")}
    )
    areas = AreasField(label=_("Areas"), error_messages={"required": _("Select at least one area")})

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["areas"].offer(areas)
        what, *rest = self.terms_layout()
        self.helper.layout = Layout(
            Field.text("title"),
            what,
            Fieldset(
                Field.checkboxes("areas", small=True), legend=_("Where"), legend_size=Size.MEDIUM
            ),
            *rest,
        )


class LotOrderForm(CompetitionForm):
    """A number for each lot."""

    button = _("Save the order")

    def __init__(self, *args, lots, **kwargs):
        super().__init__(*args, **kwargs)
        self.references = {f"place_{lot.reference.hex}": lot.reference for lot in lots}

    @classmethod
    def over(cls, lots):
        """A form with a box for each of `lots`."""
        boxes = {
            f"place_{lot.reference.hex}": forms.IntegerField(
                label=lot.title,
                min_value=0,
                max_value=9999,
                initial=lot.position,
                widget=forms.NumberInput({"class": "govuk-input--width-3"}),
            )
            for lot in lots
        }
        return type("LotOrderOverForm", (cls,), boxes)

    def clean(self):
        places = super().clean()
        ordered = sorted(self.references, key=lambda name: places.get(name, 0))
        return {"references": [self.references[name] for name in ordered]}
