"""The pages in a real browser: no violation of WCAG 2.2 AA, and the ways through them."""

import pytest
from django.test import Client

from framework_portal.accounts import demonstration
from tests.accounts.people import PASSWORD, code, person, staff
from tests.accounts.test_sessions import wind

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 320, "height": 640}
STRANGERS = ["login", "signup", "password/reset", "password/reset/done", "confirm-email"]
STRANGERS += ["confirm-email/old", "password/reset/key/1-old", "inactive"]
OWN = ["", "name/", "email/", "password/change/", "2fa/", "2fa/totp/activate/", "sessions/"]
OWN += ["activity/", "logout/", "reauthenticate/"]
WITH_FACTOR = ["2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/reauthenticate/"]
WITH_FACTOR += ["2fa/recovery-codes/generate/"]


def come_in(page, user, password=PASSWORD):
    page.goto("/account/login/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", password)
    page.click("main form >> text=Sign in")


def faults(page, axe):
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    headings = page.locator("h1").count()
    sideways = ["scrolls sideways"] if wide else []
    return axe(page) + sideways + ([] if headings == 1 else [f"{headings} first headings"])


@pytest.mark.parametrize("viewport", [None, NARROW])
def test_pages_for_strangers(new_page, axe, viewport):
    page = new_page(viewport=viewport)
    for path in STRANGERS:
        page.goto(f"/account/{path}/")
        assert faults(page, axe) == [], path


@pytest.mark.parametrize("viewport", [None, NARROW])
def test_pages_of_ones_own_account(new_page, axe, viewport):
    page = new_page(viewport=viewport)
    come_in(page, person())
    page.wait_for_selector("header >> text=Sign out")
    for path in OWN:
        page.goto(f"/account/{path}")
        assert faults(page, axe) == [], path


def test_pages_with_a_second_factor(page, axe):
    user = person(factor=True)
    come_in(page, user)
    page.wait_for_url("**/2fa/authenticate/")
    assert faults(page, axe) == []
    page.fill("[name=code]", "000000")
    page.click("text=Continue")
    page.wait_for_selector(".govuk-error-summary")
    assert page.title().startswith("Error:")
    assert faults(page, axe) == []
    page.fill("[name=code]", code(user))
    page.click("text=Continue")
    page.wait_for_selector("header >> text=Sign out")
    for path in WITH_FACTOR:
        page.goto(f"/account/{path}")
        assert faults(page, axe) == [], path


def test_an_officer_sets_the_app_up_before_anything_else(page, axe):
    come_in(page, staff(factor=False))
    page.wait_for_url("**/2fa/totp/activate/")
    page.goto("/account/activity/")

    assert page.url.endswith("/2fa/totp/activate/")
    assert faults(page, axe) == []


def test_mistakes_at_sign_up_are_named_and_what_was_typed_stays(page, axe):
    page.goto("/account/signup/")
    page.fill("[name=name]", "Ada Wren")
    page.fill("[name=email]", "ada at nowhere")
    page.fill("[name=password1]", "short")
    page.click("main >> text=Create account")

    page.wait_for_selector(".govuk-error-summary")
    assert "name@example.com" in page.inner_text(".govuk-error-summary")
    assert "12 characters or more" in page.inner_text(".govuk-error-summary")
    assert page.input_value("[name=name]") == "Ada Wren"
    assert page.input_value("[name=email]") == "ada at nowhere"
    assert faults(page, axe) == []
    page.click(".govuk-error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.name") == "email"


def test_the_strength_of_a_password_is_said_in_words(page, axe):
    page.goto("/account/signup/")

    page.fill("[name=password1]", "too short")
    page.wait_for_selector("text=Strength: too short")
    page.fill("[name=password1]", "marmot lantern gravel")
    page.wait_for_selector("text=Strength: very good")

    assert faults(page, axe) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_time_out_in_the_middle_of_a_form_loses_nothing(new_page, javascript, axe):
    user = person()
    page = new_page(javascript=javascript)
    come_in(page, user)
    page.wait_for_selector("header >> text=Sign out")
    page.goto("/account/name/")
    page.fill("[name=name]", "Ada Lark, who types slowly")
    client = Client()
    for cookie in page.context.cookies():
        client.cookies[cookie["name"]] = cookie["value"]
    wind(client, seen=3 * 3600)

    page.click("text=Save")
    page.wait_for_url("**/account/login/**")
    assert "We kept what you typed" in page.inner_text("main")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form >> text=Sign in")
    page.wait_for_url("**/account/name/")
    assert "Ada Lark, who types slowly" in page.inner_text("main")
    assert "Save" not in page.inner_text("main dl"), "a button is listed as if it was typed"
    if javascript:
        assert faults(page, axe) == []
    page.click("button >> text=Send it now")
    page.wait_for_url("**/account/")

    assert "Ada Lark, who types slowly" in page.inner_text("main")


def test_the_warning_before_the_session_ends(page, axe):
    user = person()
    come_in(page, user)
    page.wait_for_selector("header >> text=Sign out")
    client = Client()
    for cookie in page.context.cookies():
        client.cookies[cookie["name"]] = cookie["value"]
    wind(client, seen=2 * 3600 - 119)
    page.goto("/account/stay/")
    assert '"seconds": 7' in page.content()
    page.goto("/account/")
    page.evaluate("document.querySelector('dialog').showModal()")
    assert faults(page, axe) == []
    page.click("button >> text=Stay signed in")
    page.wait_for_selector("dialog", state="hidden")


def test_a_newcomer_to_the_demonstration_is_in_with_two_clicks_and_a_code(page, axe, settings):
    settings.DEMONSTRATION = True
    user = person("robin@portal.example", password=demonstration.PASSWORD, is_staff=True)
    demonstration.give_second_factor(user)
    demonstration.register_demonstration_person(user=user, role="Administrator")

    page.goto("/account/login/")
    page.click("text=Choose somebody to sign in as")
    assert faults(page, axe) == []
    page.click("main >> text=Sign in as")
    page.wait_for_url("**/2fa/authenticate/")
    assert faults(page, axe) == []
    page.fill("[name=code]", page.inner_text("strong.portal-code"))
    page.click("text=Continue")

    page.wait_for_url("**/admin/")
