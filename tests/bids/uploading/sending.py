"""Somebody who sends files of a bid in pieces, as far as the protocol goes."""

import base64
import os
from pathlib import Path

from django.test import Client
from django.urls import reverse

from bids.models import Bid
from bids.selectors.bidding import offer_of
from framework_portal.documents import tus
from tests.ground.documents.samples import pdf
from tests.signing_in import sign_in

PDF = pdf(b"(" + os.urandom(1200).hex().encode() + b")")


class Sender:
    """Somebody's browser, as far as tus goes."""

    def __init__(self, bid, person=None, **options):
        self.bid, self.client = bid, Client(**options)
        if person:
            sign_in(self.client, person)

    def ask(self, method, url, body=b"", **headers):
        headers = {"Tus-Resumable": "1.0.0"} | {
            name.replace("_", "-"): str(value) for name, value in headers.items()
        }
        kind = headers.pop("Content-Type", tus.OFFSET_TYPE if method == "PATCH" else "")
        # Said of an empty body too, which the test client would leave out.
        said = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
        return self.client.generic(method, url, body, headers=headers, **said)

    def begin(self, length=len(PDF), name="plan.pdf", **headers):
        url = reverse("supplier:bid_uploads", kwargs={"reference": self.bid.reference})
        headers = {"Upload-Length": length, "Upload-Metadata": metadata(filename=name)} | headers
        return self.ask("POST", url, **headers)

    def started(self, *args, **kwargs):
        return self.begin(*args, **kwargs)["Location"]

    def piece(self, url, body, offset, **headers):
        return self.ask("PATCH", url, body, **{"Upload-Offset": offset} | headers)

    def send(self, content=PDF, name="plan.pdf"):
        return self.piece(self.started(len(content), name), content, 0)


def metadata(**said):
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()
    )


def documents(bid):
    return offer_of(Bid.objects.for_desk().get(pk=bid.pk))["documents"]


def stored(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]
