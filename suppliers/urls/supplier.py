"""Addresses of the pages of an organisation's people."""

from django.urls import path

from suppliers.views.supplier import (
    answering,
    applying,
    choosing,
    declaring,
    evidence,
    invited,
    joining,
    organisation,
    standing,
    team,
    vault,
)

OWN = "organisation/<uuid:reference>"
JOINING = "qualifications/<uuid:reference>"
APPLICATION = "qualifications/applications/<uuid:reference>"

urlpatterns = [
    path("organisation/", organisation.organisation, name="organisation"),
    path(
        "organisation/register/", organisation.organisation_register, name="organisation_register"
    ),
    path(f"{OWN}/", organisation.organisation_detail, name="organisation_detail"),
    path(f"{OWN}/about/", organisation.organisation_about, name="organisation_about"),
    path(f"{OWN}/contact/", organisation.organisation_contact, name="organisation_contact"),
    path(
        f"{OWN}/identifiers/",
        organisation.organisation_identifiers,
        name="organisation_identifiers",
    ),
    path(f"{OWN}/areas/", organisation.organisation_areas, name="organisation_areas"),
    path(f"{OWN}/team/", team.team_list, name="team_list"),
    path(f"{OWN}/team/invite/", team.team_invite, name="team_invite"),
    path(
        f"{OWN}/team/invitations/<uuid:invitation>/cancel/",
        team.invitation_cancel,
        name="invitation_cancel",
    ),
    path(f"{OWN}/team/<uuid:membership>/role/", team.team_role, name="team_role"),
    path(f"{OWN}/team/<uuid:membership>/remove/", team.team_remove, name="team_remove"),
    path(f"{OWN}/team/<uuid:membership>/let-in/", vault.team_let_in, name="team_let_in"),
    path(f"{OWN}/recovery-code/", vault.recovery_code_make, name="recovery_code_make"),
    path(f"{OWN}/recovery-code/enter/", vault.recovery_code_enter, name="recovery_code_enter"),
    path("invitations/<uuid:reference>/", team.invitation_accept, name="invitation_accept"),
    path("invited/<slug:token>/", invited.invited, name="invited"),
    path(
        "invited/<slug:token>/organisation/",
        invited.invited_organisation,
        name="invited_organisation",
    ),
    path(f"{OWN}/evidence/", evidence.evidence_list, name="evidence_list"),
    path(f"{OWN}/evidence/<slug:code>/add/", evidence.evidence_add, name="evidence_add"),
    path(
        f"{OWN}/evidence/<uuid:evidence>/withdraw/",
        evidence.evidence_withdraw,
        name="evidence_withdraw",
    ),
    path("evidence/<uuid:reference>/", evidence.evidence_download, name="evidence_download"),
    path("qualifications/", joining.qualification_list, name="qualification_list"),
    path(f"{JOINING}/", joining.joining, name="joining"),
    path(f"{JOINING}/start/", joining.application_start, name="application_start"),
    path(f"{APPLICATION}/", applying.application_detail, name="application_detail"),
    path(
        f"{APPLICATION}/categories/", choosing.application_categories, name="application_categories"
    ),
    path(f"{APPLICATION}/areas/", choosing.application_areas, name="application_areas"),
    path(
        f"{APPLICATION}/answers/<slug:section>/",
        answering.application_answers,
        name="application_answers",
    ),
    path(
        f"{APPLICATION}/answers/<slug:section>/<slug:category>/",
        answering.application_answers,
        name="application_category_answers",
    ),
    path(f"{APPLICATION}/check/", declaring.application_check, name="application_check"),
    path(f"{APPLICATION}/declare/", declaring.application_declare, name="application_declare"),
    path(
        f"{APPLICATION}/submitted/", declaring.application_submitted, name="application_submitted"
    ),
    path(f"{APPLICATION}/withdraw/", declaring.application_withdraw, name="application_withdraw"),
    path("removal-notices/<uuid:reference>/", standing.removal_notice, name="removal_notice"),
]
