"""Who may do what with a competition. When it can be done is the lifecycle's matter."""

import rules

from framework_portal.reference.rules import is_commissioning_officer
from lots.models import Competition


@rules.predicate
def runs_competition(user, competition):
    """Acts for the buying body, everywhere or in all the areas of the competition's lots."""
    if competition is None or not user.is_authenticated:
        return False
    return Competition.objects.run_by(user).filter(pk=competition.pk).exists()


rules.add_perm("lots.use_commissioner_pages", is_commissioning_officer)
rules.add_perm("lots.draft_competition", is_commissioning_officer)
rules.add_perm("lots.edit_competition", runs_competition)
rules.add_perm("lots.publish_competition", runs_competition)
rules.add_perm("lots.change_published_competition", runs_competition)
rules.add_perm("lots.extend_competition", runs_competition)
rules.add_perm("lots.abandon_competition", runs_competition)
rules.add_perm("lots.answer_clarification", runs_competition)
