"""Which mails of news a person gets."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bids.actions.news import choose_news, follow_again, unfollow
from bids.forms.news import NewsForm
from bids.models import NewsBy, NewsReader
from bids.selectors.following import followed_by
from framework_portal import clock
from framework_portal.access import allow
from lots.models import Competition
from suppliers.views.supplier.finding import posted


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def news_choice(request):
    """Once a day, at once or never; and which competitions to hear of."""
    at = clock.now()
    reader = NewsReader.objects.filter(person=request.user).first()
    form = NewsForm(posted(request), initial={"by": reader.by if reader else NewsBy.DAILY})
    if request.method == "POST" and form.is_valid():
        choose_news(person=request.user, by=NewsBy(form.cleaned_data["by"]), at=at)
        messages.success(request, _("Your choice is saved"))
        return redirect("supplier:news_choice")
    context = {"form": form, "competitions": followed_by(request.user, at=at), "at": at}
    return render(request, "bids/supplier/news_choice.html", context)


@allow("suppliers.use_supplier_pages")
@require_POST
def news_unfollow(request, reference):
    """No more news of one competition."""
    unfollow(person=request.user, competition=_competition(reference), at=clock.now())
    messages.success(request, _("You get no more news of this competition"))
    return redirect("supplier:news_choice")


@allow("suppliers.use_supplier_pages")
@require_POST
def news_follow(request, reference):
    """News of it again."""
    follow_again(person=request.user, competition=_competition(reference))
    messages.success(request, _("You get news of this competition again"))
    return redirect("supplier:news_choice")


def _competition(reference):
    return get_object_or_404(Competition.objects.public(), reference=reference, is_history=False)
