"""Somebody in front of the browser: presses what is written on buttons, fills what labels say."""

import re

from bids.demonstration.organisations import one_page_pdf
from tests.accounts.people import PASSWORD, code


class Actor:
    """A person with a page of their own."""

    def __init__(self, page, *, user=None, email="", name=""):
        self.page, self.user = page, user
        self.email, self.name = email or user.email, name or user.name

    def go(self, address):
        self.page.goto(address)
        return self

    def press(self, name):
        """Press the button, or follow the link, whose words these are or begin with; arrive."""
        main = self.page.locator("main")
        for words in (re.compile(rf"^{re.escape(name)}$"), re.compile(rf"^{re.escape(name)}\b")):
            found = main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))
            if found.count():
                break
        with self.page.expect_navigation():
            self._one(found).click()
        if "/reauthenticate/" in self.path:  # asked again, for it was a while ago
            self.page.get_by_label("Password", exact=True).fill(PASSWORD)
            self.press("Continue")
        return self

    def fill(self, label, text):
        self._one(self.page.locator("main").get_by_label(label, exact=True)).fill(str(text))
        return self

    def choose(self, *labels):
        """Tick a box or choose a radio by its label."""
        for label in labels:
            self._one(self.page.locator("main").get_by_label(label, exact=True)).check()
        return self

    def attach(self, label, name):
        """Choose a file of this name."""
        file = {"name": name, "mimeType": "application/pdf", "buffer": one_page_pdf(name)}
        self.page.locator("main").get_by_label(label, exact=True).set_input_files(file)
        return self

    def date(self, legend, day):
        """Fill the three boxes of a date."""
        self.sees(legend)
        group = self.page.get_by_role("group", name=legend, exact=True)
        for box, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            group.get_by_label(box, exact=True).fill(str(value))
        return self

    def moment(self, legend, instant):
        """Fill a date and its time."""
        self.date(legend, instant)
        group = self.page.get_by_role("group", name=legend, exact=True)
        group.get_by_label("Time", exact=True).fill(f"{instant:%H:%M}")
        return self

    def sees(self, *words):
        """The page's body says these words."""
        text = self.words
        for each in words:
            assert each in text, f"{each!r} is not on {self.page.url}:\n{text}"
        return self

    @property
    def words(self):
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    @property
    def path(self):
        return re.sub(r"^\w+://[^/]+", "", self.page.url)

    def sign_up(self):
        self.go("/account/signup/")
        self.fill("Full name", self.name).fill("Email address", self.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        return self.press("Create account")

    def follows_the_mail(self, pattern):
        """Read the demonstration's mailbox and go where the latest mail leads."""
        self.go(f"/demonstration/mail/?to={self.email}")
        return self.go(re.search(rf"https?://[^/\s]+({pattern})", self.words).group(1))

    def sign_in(self):
        """By the pages, with a code where one is asked for."""
        self.go("/account/login/")
        self.fill("Email address", self.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign in")
        if "/2fa/authenticate/" in self.page.url:
            self.fill("Code", code(self.user))
            self.press("Continue")
        return self

    def _one(self, found):
        # A hidden copy of the same words, for those who hear the page, is not what one presses.
        return found.locator("visible=true").first
