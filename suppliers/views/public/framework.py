"""What the framework is, and how to join it."""

from django.db.models import Count
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from framework_portal.freshness import public_page
from framework_portal.reference.models import Category, Framework, Period
from framework_portal.reference.states import CategoryKind
from suppliers.models import JoiningQuestion, Qualification
from suppliers.states import AnswerKind

KINDS = {
    CategoryKind.NEED_AREA: _("Needs"),
    CategoryKind.COHORT: _("Groups of people"),
    CategoryKind.SPECIALIST_SERVICE: _("Specialist services"),
}


@public_page
def framework(request):
    """Term, categories, what applicants need, how long it takes, and the protections."""
    held = dict(
        Qualification.objects.in_force(at=request.at)
        .order_by()
        .values_list("category")
        .annotate(count=Count("supplier", distinct=True))
    )
    categories = list(Category.objects.all())
    for category in categories:
        category.suppliers = held.get(category.pk, 0)
    questions = list(JoiningQuestion.objects.order_by("position", "code"))
    context = {
        "framework": Framework.objects.current(),
        "kinds": [
            (words, [category for category in categories if category.kind == kind])
            for kind, words in KINDS.items()
        ],
        "conditions": list(dict.fromkeys(each.condition for each in questions if each.condition)),
        "evidence": [each for each in questions if each.kind == AnswerKind.EVIDENCE],
        "question_count": len(questions),
        "periods": {period.slug.replace("-", "_"): period for period in Period.objects.all()},
    }
    return render(request, "suppliers/public/framework.html", context)
