"""The pages of an application to join. They check; `suppliers.actions.joining` writes."""

from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import (
    GovDateField,
    PortalForm,
    Revealing,
    UploadField,
    WordCountField,
)
from framework_portal.reference.models import Area, AreaSet, Category
from suppliers.forms.organisation import YesNoField
from suppliers.states import AnswerKind
from suppliers.versions import answer_version, choice_version

# An explanation of a yes or no, where the question sets no limit of its own.
EXPLANATION_WORDS = 150


class SeenMixin(forms.Form):
    """Remembers what the page showed, so that a stale one is noticed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class CategoriesForm(PortalForm, SeenMixin):
    """Which categories to apply in."""

    later = True
    categories = forms.ModelMultipleChoiceField(
        queryset=None,
        to_field_name="slug",
        label=_("Which categories do you want to join in?"),
        help_text=_("Choose only what you do. You can apply for more at any time."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one category"),
            "invalid_choice": _("Choose categories from the list"),
        },
    )

    def __init__(self, *args, choosable, chosen, **kwargs):
        kwargs["initial"] = {
            "categories": [category.slug for category in chosen],
            "seen": choice_version(chosen),
        }
        super().__init__(*args, **kwargs)
        field = self.fields["categories"]
        field.queryset = Category.objects.filter(pk__in=choosable)
        field.label_from_instance = lambda category: category.name
        self.helper.layout = Layout(
            "seen", Field.checkboxes("categories", legend_size=Size.LARGE, legend_tag="h1")
        )


class AreasForm(PortalForm, SeenMixin):
    """Which areas are served. The template lays the boxes out by region: see `groups`."""

    areas = forms.MultipleChoiceField(
        label=_("Areas"),
        choices=(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one area"),
            "invalid_choice": _("Choose areas from the list"),
        },
    )

    def __init__(self, *args, chosen, later=True, **kwargs):
        self.later = later
        chosen = list(chosen)
        self.tree = _tree()
        self.by_key = {
            area.key: area for _set, regions in self.tree for one in regions for area in one
        }
        kwargs["initial"] = {
            "areas": _ticked(self.tree, {area.pk for area in chosen}),
            "seen": choice_version(chosen),
        }
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = [(key, area.name) for key, area in self.by_key.items()]
        self.helper.form_tag = False

    def chosen_areas(self):
        """The areas that were ticked, regions among them."""
        return [self.by_key[key] for key in self.cleaned_data["areas"]]

    def groups(self):
        """Each set with its regions, each region with its boxes, for the template."""
        bound = self["areas"]
        ticked = set(bound.value() or [])
        first = True
        found = []
        for area_set, regions in self.tree:
            shown = []
            for region, *parts in regions:
                boxes = []
                for area in [region, *(parts if len(parts) > 1 else [])]:
                    boxes.append(
                        {
                            "id": bound.auto_id if first else f"{bound.auto_id}_{area.pk}",
                            "value": area.key,
                            "name": area.name,
                            "checked": area.key in ticked,
                        }
                    )
                    first = False
                shown.append({"whole": boxes[0], "parts": boxes[1:]})
            is_flat = not any(region["parts"] for region in shown)
            is_used = any(region["whole"]["checked"] for region in shown)
            found.append(
                {"name": area_set.name, "regions": shown, "is_flat": is_flat, "is_used": is_used}
            )
        return found


def _tree():
    """Each set of areas with its regions, each followed by its parts; two queries."""
    areas = list(Area.objects.select_related("level").order_by("position", "name"))
    parts = {}
    for area in areas:
        parts.setdefault(area.parent_id, []).append(area)
    return [
        (
            area_set,
            [
                (region, *parts.get(region.pk, []))
                for region in parts.get(None, [])
                if region.level.area_set_id == area_set.pk
            ],
        )
        for area_set in AreaSet.objects.order_by("pk")
    ]


def _ticked(tree, chosen):
    """The keys of the boxes that say `chosen`: a region where all its parts are in it."""
    keys = []
    for _area_set, regions in tree:
        for region, *parts in regions:
            inside = [part for part in parts if part.pk in chosen]
            if region.pk in chosen or (parts and len(inside) == len(parts)):
                keys.append(region.key)
            else:
                keys += [part.key for part in inside]
    return keys


class AnswersForm(PortalForm):
    """A short page of questions. Every answer comes with the version that the page showed."""

    button = _("Save and continue")
    later = True

    def __init__(self, *args, asked, **kwargs):
        self.asked = asked
        # Set before the form is made, so that these fields are treated like any others.
        self.base_fields = {
            name: field for step in asked for name, field in _fields_of(step).items()
        }
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(*(piece for step in asked for piece in self._pieces(step)))

    def _pieces(self, step):
        """An explanation is revealed by the answer it explains."""
        code, explain_when = step.question.code, step.question.explain_when
        yield f"seen_{code}"
        if f"yes_{code}" in self.fields:
            revealed = {explain_when: [f"text_{code}"]} if explain_when else {}
            yield Revealing(f"yes_{code}", revealed, legend_size=Size.MEDIUM)
        else:
            yield Field.textarea(f"text_{code}", label_size=Size.MEDIUM)

    def clean(self):
        cleaned = super().clean()
        for step in self.asked:
            code, explain_when = step.question.code, step.question.explain_when
            said = {True: "yes", False: "no"}.get(self.cleaned_data.get(f"yes_{code}"))
            must_explain = explain_when and said == explain_when
            is_empty = f"text_{code}" not in self.errors and not cleaned.get(f"text_{code}")
            if must_explain and is_empty:
                message = _("Explain your answer to “%(question)s”")
                self.add_error(f"text_{code}", message % {"question": step.question.text})
        return cleaned

    def answers(self):
        """What can be saved: each question with what was typed, whether or not it is complete."""
        for step in self.asked:
            code = step.question.code
            text, yes = self._typed(f"text_{code}"), self._typed(f"yes_{code}")
            if text is None and yes is None:
                continue
            yield (
                step,
                {
                    "text": text or "",
                    "is_yes": yes,
                    "seen": self.data.get(self.add_prefix(f"seen_{code}")) or None,
                },
            )

    def saw(self, step, now):
        """Let the next save from this page be against the answer that is there `now`."""
        self.data = self.data.copy()
        self.data[self.add_prefix(f"seen_{step.question.code}")] = answer_version(now)

    def show_both(self, step, now):
        """Keep what was typed beside what is there `now`, and let the next save decide."""
        self.saw(step, now)
        code = step.question.code
        name = f"text_{code}" if f"text_{code}" in self.fields else f"yes_{code}"
        message = _("Somebody changed this answer after you opened the page. Yours is not saved")
        self.add_error(name, message)
        said = {True: _("Yes"), False: _("No"), None: ""}[now.is_yes if now else None]
        return {"question": step.question.text, "said": said, "text": now.text if now else ""}

    def _typed(self, name):
        """What was typed in the field, if it can be kept: an explanation may still be missing."""
        if name not in self.fields:
            return None
        try:
            field = self.fields[name]
            is_required, field.required = field.required, False
            value = field.clean(self[name].data)
        except forms.ValidationError:
            return None
        finally:
            field.required = is_required
        return None if value == "" and name.startswith("yes_") else value


def _fields_of(step):
    """The fields of one question, by name."""
    code, question = step.question.code, step.question
    seen = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=40, initial=step.version
    )
    fields = {f"seen_{code}": seen}
    if question.kind == AnswerKind.YES_NO:
        fields[f"yes_{code}"] = YesNoField(
            label=question.text,
            help_text=question.hint,
            required=question.is_required,
            initial=step.is_yes,
            empty_value=None,
            error_messages={"required": _("Select yes or no: %(q)s") % {"q": question.text}},
        )
    is_words = question.kind == AnswerKind.TEXT
    if is_words or question.explain_when:
        fields[f"text_{code}"] = WordCountField(
            label=question.text if is_words else _("Explain your answer"),
            help_text=question.hint if is_words else "",
            max_words=question.word_limit or EXPLANATION_WORDS,
            rows=8 if is_words else 4,
            required=is_words and question.is_required,
            initial=step.text,
            error_messages={"required": _("Answer: %(q)s") % {"q": question.text}},
        )
    return fields


class EvidenceForm(PortalForm):
    """A document to show, with the day it runs out where it does."""

    button = _("Upload")
    upload = UploadField(
        label=_("Choose a file"),
        help_text=_("PDF, Word, Excel, OpenDocument, CSV or a picture, up to 25 MB"),
    )
    expires_on = GovDateField(label=_("When does it run out?"), help_text=_("Like 31 3 2027"))

    def __init__(self, *args, question, at, **kwargs):
        super().__init__(*args, **kwargs)
        if question.needs_expiry:
            self.fields["expires_on"].earliest = timezone.localdate(at)
        else:
            del self.fields["expires_on"]
            self.helper.layout = Layout("upload")


class DeclarationForm(PortalForm):
    """What is declared on submitting: a box each."""

    button = _("Submit application")

    def __init__(self, *args, declarations, **kwargs):
        self.base_fields = {
            question.code: forms.BooleanField(
                label=question.text,
                help_text=question.hint,
                required=question.is_required,
                error_messages={"required": _("Tick the box: %(q)s") % {"q": question.text}},
            )
            for question in declarations
        }
        super().__init__(*args, **kwargs)

    def codes(self):
        """The codes of the boxes that were ticked."""
        return [name for name in self.fields if self.cleaned_data.get(name)]


class ReplyForm(PortalForm):
    """What a supplier says before it may be removed."""

    button = _("Send your answer")
    reply = WordCountField(
        label=_("Your answer"),
        help_text=_("Say what is not right in our reasons, or what you have done since."),
        max_words=500,
        error_messages={"required": _("Enter your answer")},
    )
