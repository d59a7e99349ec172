"""Criteria with weights, and the questions under them."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.actions.judging import add_question, edit_question, remove_question, set_criteria
from lots.forms.base import accepted, sent_edition
from lots.forms.drafting import QuestionForm
from lots.forms.judging import FIELDS, CriteriaRows, MarksForm, plain, total_of, typed_rows
from lots.models import Question
from lots.states import CriterionKind
from lots.views.commissioner.own import after, draft_page


@draft_page
def competition_criteria(request, competition):
    """All criteria on one page; a row more or less is asked of the server, without saving."""
    if request.method == "POST":
        return _criteria_sent(request, competition)
    there = competition.criteria.order_by("position")
    rows = [{name: getattr(row, name) for name in FIELDS} for row in there]
    for row in rows:
        row["weight"] = plain(row["weight"]) if row["weight"] else None
    names = ("highest_mark", "price_after_quality")
    marks = MarksForm(initial={name: getattr(competition, name) for name in names})
    return _criteria_page(request, competition, rows or _usual_rows(), marks)


def _usual_rows():
    return [
        {"kind": CriterionKind.QUALITY, "name": _("Quality")},
        {"kind": CriterionKind.PRICE, "name": _("Price")},
    ]


def _criteria_sent(request, competition):
    rows = typed_rows(request.POST)
    marks = {
        "highest_mark": request.POST.get("highest_mark", ""),
        "price_after_quality": "price_after_quality" in request.POST,
    }
    if "add" in request.POST:
        return _criteria_page(
            request, competition, [*rows, {"kind": CriterionKind.QUALITY}], MarksForm(initial=marks)
        )
    if "total" in request.POST:
        return _criteria_page(request, competition, rows, MarksForm(initial=marks))
    gone = next((name for name in request.POST if name.startswith("remove-")), None)
    if gone is not None:
        number = gone.removeprefix("remove-")
        kept = [row for place, row in enumerate(rows) if str(place) != number]
        return _criteria_page(request, competition, kept, MarksForm(initial=marks))
    marks = MarksForm(request.POST)
    formset = CriteriaRows(request.POST, comes_back_later="later" in request.POST)
    if _criteria_saved(request, competition, formset, marks):
        return after(request, competition, onwards="commissioner:question_list")
    return _criteria_page(request, competition, rows, marks, formset)


def _criteria_saved(request, competition, formset, marks):
    if not all([formset.is_valid(), marks.is_valid()]):
        return False
    try:
        set_criteria(
            competition=competition,
            criteria=formset.terms(),
            **marks.cleaned_data,
            by=request.user,
            edition=sent_edition(request.POST),
        )
    except Refused as refusal:
        refuse(marks, refusal)
        return False
    return True


def _criteria_page(request, competition, rows, marks, formset=None):
    context = {
        "competition": competition,
        "formset": formset or CriteriaRows(initial=rows),
        "marks": marks,
        "total": total_of(rows),
        "has_errors": bool(formset),
    }
    return render(request, "lots/commissioner/competition_criteria.html", context)


@draft_page
def question_list(request, competition):
    """Each criterion with its questions."""
    judged = competition.criteria.exclude(kind=CriterionKind.PRICE).prefetch_related("questions")
    context = {"competition": competition, "criteria": judged}
    return render(request, "lots/commissioner/question_list.html", context)


@draft_page
def question_add(request, competition, criterion):
    """One more question under a criterion."""
    judged = competition.criteria.exclude(kind=CriterionKind.PRICE)
    criterion = get_object_or_404(judged, reference=criterion)
    initial = {"word_limit": 500}
    form = QuestionForm(request.POST or None, initial=initial, competition=competition)
    if request.method == "POST" and accepted(
        form,
        add_question,
        competition=competition,
        criterion=criterion,
        by=request.user,
        edition=form.edition,
    ):
        return redirect("commissioner:question_list", reference=competition.reference)
    context = {"competition": competition, "criterion": criterion, "form": form}
    return render(request, "lots/commissioner/question_edit.html", context)


@draft_page
def question_edit(request, competition, question):
    """Other words, or another limit."""
    question = _question(competition, question)
    initial = {name: getattr(question, name) for name in ("text", "guidance", "word_limit")}
    form = QuestionForm(request.POST or None, initial=initial, competition=competition)
    if request.method == "POST" and accepted(
        form, edit_question, question=question, by=request.user, edition=form.edition
    ):
        return redirect("commissioner:question_list", reference=competition.reference)
    context = {
        "competition": competition,
        "criterion": question.criterion,
        "question": question,
        "form": form,
    }
    return render(request, "lots/commissioner/question_edit.html", context)


@draft_page
def question_remove(request, competition, question):
    """Ask once, then take it away."""
    question = _question(competition, question)
    if request.method == "POST":
        try:
            edition = sent_edition(request.POST)
            remove_question(question=question, by=request.user, edition=edition)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The question was removed"))
        return redirect("commissioner:question_list", reference=competition.reference)
    context = {"competition": competition, "question": question}
    return render(request, "lots/commissioner/question_remove.html", context)


def _question(competition, reference):
    of_competition = Question.objects.filter(criterion__competition=competition)
    return get_object_or_404(of_competition.select_related("criterion"), reference=reference)
