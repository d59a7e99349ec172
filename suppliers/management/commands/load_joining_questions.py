"""manage.py load_joining_questions: the questions of the application to join."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from framework_portal.refusals import Refused
from suppliers.actions.questions import load_questions

FILE = Path(__file__).resolve().parents[2] / "data" / "joining_questions.json"


class Command(BaseCommand):
    help = "Loads the questions of the application to join. Run twice, it changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, default=FILE)

    def handle(self, *args, file, **options):
        try:
            contents = json.loads(file.read_text(encoding="utf-8"))
            kept = load_questions(contents=contents)
        except (OSError, ValueError) as trouble:
            raise CommandError(f"{file} cannot be read: {trouble}") from None
        except Refused as refusal:
            raise CommandError(f"{file}: {refusal.message}. Nothing was changed") from None
        count = len(contents["questions"])
        self.stdout.write(f"{count} joining questions are in place")
        if kept:
            self.stdout.write(f"Kept for applications that hold answers: {', '.join(kept)}")
