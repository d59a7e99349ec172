"""The words of confidential reports: under the portal's key for such things, bound to their row."""

from framework_portal.sealing.confidential import conceal, reveal


def concealed_words(message, words):
    """The bytes to keep of what `message` says."""
    return conceal({"words": words}, bound_to=_message(message))


def words_of(message):
    """What `message` says. Callers have found it through whoever asks."""
    return reveal(message.words, bound_to=_message(message))["words"]


def concealed_reason(finding, words):
    """The bytes to keep of why `finding` is settled."""
    return conceal({"words": words}, bound_to=_finding(finding))


def reason_of(finding):
    """Why `finding` is settled, or ""."""
    if finding.settled_because is None:
        return ""
    return reveal(finding.settled_because, bound_to=_finding(finding))["words"]


def _message(message):
    return {
        "message": message.reference,
        "report": message.report_id,
        "from_officer": message.from_officer,
        "by": message.made_by_id,
    }


def _finding(finding):
    return {"finding": finding.reference}
