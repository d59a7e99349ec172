"""A database that is thrown away, made ready for measuring."""

import os


def ready():
    """Keys, tables, reference data, rights and static files, as production has them."""
    import django

    django.setup()
    from django.core.management import call_command

    from framework_portal.sealing.keys import add_key
    from framework_portal.sealing.signing import first_key

    add_key(os.environ["SEALING_KEY_FILE"])
    first_key(os.environ["RECEIPT_KEY_FILE"])
    with open(os.devnull, "w") as quiet:
        for command in (
            ["migrate"],
            ["migrate", "--run-syncdb"],
            ["createcachetable"],
            ["load_reference"],
            ["load_joining_questions"],
            ["apply_grants"],
        ):
            call_command(*command, verbosity=0, stdout=quiet)
        call_command("collectstatic", interactive=False, verbosity=0, stdout=quiet)
