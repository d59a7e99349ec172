"""Small words of the bidder's pages: `{% load bidding %}`."""

import json

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from bids.content import answer_text, fingerprint
from bids.selectors.chains import missing_words
from bids.selectors.consents import is_time_to_remind
from bids.selectors.files import files

register = template.Library()


@register.simple_tag
def writing_words():
    """What the script that saves by itself says, as JSON for an attribute."""
    return json.dumps(_writing_words())


@register.simple_tag
def question_words():
    """The same on the page of a question, which nobody else writes at."""
    own = {
        "saved": _("Kept at %(time)s, and not sent yet") % {"time": "%s"},
        "changed": _(
            "Not kept: another page of yours holds another question. Send one of the two first"
        ),
        "closed": _("Not kept: questions can no longer be asked. Copy your words"),
    }
    return json.dumps(_writing_words() | own)


@register.simple_tag
def entry_words():
    """The same on the page of a key subcontractor, which is saved by its button alone."""
    own = {
        "saved": _("Kept at %(time)s. Not part of your bid until you save this organisation")
        % {"time": "%s"},
        "changed": _(
            "Not kept: another page of yours holds other words here. Save this organisation, or "
            "load this page again to see them"
        ),
        "closed": _("Not kept: the competition is not open any more. Copy your words"),
        "refused": _(
            "Not kept: this organisation was removed, or you may no longer change this bid. Copy "
            "your words"
        ),
        "wrong": _("Not kept: %(problem)s") % {"problem": "%s"},
    }
    return json.dumps(_writing_words() | own)


def _writing_words():
    both = {"count": "%s", "moment": "%s"}
    return {
        "saved": _("Saved at %(time)s") % {"time": "%s"},
        "merged": _("Saved at %(time)s, together with what a colleague changed") % {"time": "%s"},
        "uncounted": "%s",
        "offline": _("Not saved: no connection. We keep it on this computer and try again"),
        "unkept": _("Not saved: no connection. Do not close this page. We try again"),
        "signed_out": _("Not saved: your session has ended. Your words stay here."),
        "sign_in": _("Sign in again in another tab, then go on here"),
        "changed": _("Not saved: %(name)s changed the same words. Press Save to see both versions")
        % {"name": "%s"},
        "closed": _("Not saved: the competition is not open any more. Copy your words"),
        "somebody_else": _(
            "Not saved: somebody else is signed in in this browser now. Copy your words"
        ),
        "refused": _("Not saved: you may no longer change this bid. Copy your words"),
        "busy": _("Not saved yet: the portal is very busy. We try again"),
        "kept": _("We kept %(count)s words that had not reached us. ") % both,
        "kept_one": _("We kept %(count)s word that had not reached us. ") % both,
        "kept_none": _("We kept a change that had not reached us. "),
        "kept_when": _("You typed this on this computer on %(moment)s.") % both,
        "vault_locked": _("Not saved: enter your password again, in another tab, to go on"),
        "wrong": _("Not saved yet: %(problem)s") % {"problem": "%s"},
    }


@register.simple_tag
def attempt_words():
    """What the script that keeps attempts says, as JSON for an attribute."""
    return json.dumps(
        {
            "in": _("Your last attempt did arrive, and your bid is in. See your receipts."),
            "ticket": _(
                "An attempt to submit reached us and was not taken in. This token proves when it "
                "arrived, by our database’s clock."
            ),
            "note": _(
                "An attempt to submit did not reach us. We have signed now that this browser says "
                "so; when it was made is the browser’s word alone."
            ),
            "token": _("Token of %(moment)s") % {"moment": "%s"},
        }
    )


@register.filter
def answer(desk, part):
    """The text of an answer."""
    return answer_text(desk.content, part.question)


@register.filter
def files_of(bid, entries):
    """The files that an offer names, each with what the scanner said of it."""
    return files(bid, entries)


@register.filter
def files_under_way(desk):
    """How many files have begun to arrive and are not part of the bid."""
    return desk.bid.uploads.filter(finished_at__isnull=True, expires_at__gt=desk.at).count()


@register.simple_tag
def upload_words():
    """What the script of the files page says."""
    return json.dumps(
        {
            "waiting": _("Waiting"),
            "sent": _("{sent} MB of {total} MB sent"),
            "checking": _("All sent. Checking the file"),
            "one": _("Sending {name}"),
            "many": _("Sending {n} files"),
            "already": _("This file is being sent already"),
            "attached": _("{name} is attached"),
            "cancelled": _("{name} is not sent"),
            "retrying": _("The line was cut. Trying again"),
            "line": _("The line was cut. What has arrived is kept"),
            "signedOut": _(
                "You are signed out. Sign in again and choose the same file: it goes on where "
                "it stopped"
            ),
            "reload": _("Load this page again and choose the same file"),
            "failed": _("The portal could not take this in. Try again in a few minutes"),
            "dismiss": _("Remove from this list"),
        }
    )


@register.filter
def answer_to(desk, question):
    """The text of the answer to a question."""
    return answer_text(desk.content, question)


@register.filter
def change_url(desk, part):
    """The page on which a part is changed, and which leads back to the check page."""
    return desk.url_of(part, back=True)


@register.filter
def signed_instant(text):
    """An instant again from what a signed statement says."""
    return parse_datetime(text)


@register.filter
def unsaid_words(consent):
    """What is still to be said of a key subcontractor."""
    return _listed(missing_words(consent.entry))


@register.filter
def lacking_words(consent):
    """The categories that a key subcontractor is relied on for and lacks."""
    return _listed(consent.lacking)


@register.filter
def may_be_reminded(request, at):
    """Whether a day has gone by since the last mail to a key subcontractor."""
    return request is not None and is_time_to_remind(request, at=at)


def _listed(words):
    return ", ".join(words)


@register.filter
def event_words(event, desk):
    """What happened, for the bid's own record."""
    details = event.details
    if event.verb == "bid.saved":
        return _("Saved: %(part)s") % {"part": _part(details, desk)}
    if event.verb == "bid.submitted":
        return _("Submitted version %(sequence)s") % {"sequence": details["sequence"]}
    words = {
        "bid.started": _("Started the bid"),
        "bid.submission_asked": _("Asked those who may submit to do so"),
        "bid.saving_refused": _("Tried to save"),
        "bid.file_refused": _("Tried to attach a file"),
        "bid.file_infected": _("A virus was found in a file"),
        "bid.submission_refused": _("Tried to submit"),
        "bid.withdrawn": _("Withdrew the bid"),
        "bid.withdrawal_refused": _("Tried to withdraw"),
        "bid.consent_asked": _("Asked a key subcontractor for its consent"),
        "bid.consent_readdressed": _("Corrected the address of a key subcontractor"),
        "bid.consent_reminded": _("Reminded a key subcontractor"),
        "bid.consent_refused": _("Tried to ask a key subcontractor"),
        "bid.unseated": _("No longer submitted: a key subcontractor withdrew its consent"),
        "bid.affirmed": _("Confirmed that the bid stands after a change"),
        "bid.affirmation_refused": _("Tried to confirm that the bid stands"),
        "bid.sharing_refused": _("Tried to take an answer into another lot"),
        "bid.standby_on": _("Let the last complete version count where nobody submits"),
        "bid.standby_off": _("Let nothing count but what is submitted"),
        "bid.standby_kept": _("Kept a stand-by version"),
        "bid.standby_refused": _("Tried to keep a stand-by version"),
    }
    return words.get(event.verb, event.verb)


def _part(details, desk):
    if details.get("part") == "answer":
        for number, question in enumerate(desk.questions, start=1):
            if str(question.reference) == details.get("question"):
                return _("question %(number)d") % {"number": number}
    words = {
        "price": _("the price"),
        "subcontractor": _("a key subcontractor"),
        "subcontractors": _("the key subcontractors"),
        "document": _("the files"),
        "offline": _("answers from an offline file"),
        "replacement": _("a replacement, begun with nothing in it"),
        "changes_dropped": _("the changes were thrown away"),
    }
    return words.get(details.get("part"), _("an answer"))


@register.filter
def seen(held, question):
    """What a box of another bid carries: which bid, and what its answer was seen to say."""
    return f"{held.bid.reference}:{fingerprint(held.text(question))}"


@register.simple_tag
def box_of(place, part):
    """What a box of a part carries: which bid or lot, which part, and what was seen there."""
    return f"{place.name}:{part.key}:{part.shown}"
