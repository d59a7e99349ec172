"""The least that a Django view could do behind the same server: the limits of the table."""

from django import forms
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bench.models import Mark
from framework_portal.access import public, signed_in
from lots.models import Lot

ETAG = '"bare"'


@public
@require_safe
def rows(request):
    """One query and a table of as many rows."""
    lots = Lot.objects.order_by("pk").values_list("title", "value", "volume", "sex")[:100]
    return render(request, "bench/rows.html", {"lots": lots})


@public
@require_safe
def fresh(request):
    """A 304 that looks at nothing."""
    if request.headers.get("If-None-Match") == ETAG:
        return HttpResponseNotModified(headers={"ETag": ETAG})
    return HttpResponse("fresh", headers={"ETag": ETAG})


class BareForm(forms.Form):
    """One field."""

    text = forms.CharField(widget=forms.Textarea, required=False)


@signed_in
def step(request):
    """A page of one form for somebody signed in, with one query; posted, it leads on."""
    form = BareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("/bare/step/")
    lot = Lot.objects.order_by("pk").values_list("title", flat=True).first()
    return render(request, "bench/step.html", {"form": form, "lot": lot})


@signed_in
def durable(request):
    """The same, with one durable row written."""
    form = BareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        Mark.objects.create(text=form.cleaned_data["text"])
        return redirect("/bare/step/")
    return render(request, "bench/step.html", {"form": form, "lot": ""})
