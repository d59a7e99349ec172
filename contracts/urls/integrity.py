"""The pages of this app for this audience, topic by topic."""

from contracts.urls import cases, ledger, quarters, register, reports, voice

urlpatterns = [
    pattern
    for topic in (ledger, cases, voice, quarters, reports, register)
    for pattern in topic.integrity
]
