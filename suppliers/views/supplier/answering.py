"""The pages of an application on which its questions are answered."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.joining import save_answer
from suppliers.forms.joining import AnswersForm
from suppliers.questionnaire import steps
from suppliers.states import AnswerKind
from suppliers.views.supplier.applying import back_from, editable, onward
from suppliers.views.supplier.finding import posted


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_answers(request, reference, section, category=None):
    """A short page of questions. What can be saved is saved, whatever else is still wrong."""
    application, in_hand = editable(request, reference)
    if not in_hand:
        return redirect("supplier:application_detail", reference=reference)
    asked = _asked(application, section, category)
    form = AnswersForm(posted(request), asked=asked)
    theirs = {}
    if request.method == "POST":
        theirs = _save(request, application, form)
        is_whole = form.is_valid() and not theirs
        if is_whole or ("later" in request.POST and not theirs and not _unsaved(form)):
            return onward(request, application)
    context = {
        "form": form,
        "application": application,
        "title": asked[0].category.name if category else asked[0].question.section,
        "asked": asked,
        "theirs": theirs,
        "has_errors": bool(theirs) or bool(form.errors),
        "back": back_from(request, application),
    }
    return render(request, "suppliers/supplier/application_answers.html", context)


def _asked(application, section, category):
    asked = [
        step
        for step in steps(application)
        if slugify(step.question.section) == section
        and step.question.kind != AnswerKind.EVIDENCE
        and (step.category.slug if step.category else None) == category
    ]
    if not asked:
        raise Http404
    return asked


def _save(request, application, form):
    """Save each answer that can be; what a colleague wrote meanwhile, by the code it is about."""
    form.is_valid()
    at, theirs = clock.now(), {}
    for step, answer in form.answers():
        try:
            kept = save_answer(
                application=application,
                question=step.question,
                category=step.category,
                by=request.user,
                at=at,
                **answer,
            )
            form.saw(step, kept)
        except Refused as refusal:
            if refusal.code != "stale":
                refuse(form, refusal)
                continue
            now = application.answers.filter(question=step.question, category=step.category).first()
            theirs[step.question.code] = form.show_both(step, now)
    return theirs


def _unsaved(form):
    """Whether something was typed that could not be kept, so that it must stay on the page."""
    typed = {name for name in form.errors if form.data.get(name, "").strip()}
    return bool(typed)
