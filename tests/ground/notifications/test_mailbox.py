import pytest
from django.urls import reverse

from framework_portal.notifications.models import Message
from framework_portal.notifications.outbox import cancel, queue, queue_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letters")]


@pytest.fixture
def demonstration(settings):
    settings.DEMONSTRATION = True


def opened(client, **query):
    return client.get(reverse("demonstration:mail_list"), query)


def test_nobody_elses_mail_is_ever_shown_outside_the_demonstration(client, settings):
    settings.DEMONSTRATION = False
    queue("welcome", to="a@example.org")

    assert opened(client).status_code == 404


def test_everybody_reads_what_was_sent_in_the_demonstration(demonstration, client):
    queue("welcome", to="a@example.org", what="<script>", bid="b1")
    queue("welcome", to="gone@example.org", key="gone:1")
    cancel("gone:")

    page = opened(client).content.decode()

    assert "a@example.org" in page and "gone@example.org" not in page
    assert "It&#x27;s &lt;script&gt;" in page
    assert 'href="https://portal.example/x/b1/"' in page
    assert "Not sent yet" in page


def test_a_mail_whose_subject_is_gone_does_not_break_the_page(demonstration, client):
    queue("headless", to="a@example.org")

    response = opened(client)

    assert response.status_code == 200
    assert "no longer there" in response.content.decode()


def test_the_mails_of_one_recipient_can_be_picked(demonstration, client):
    queue("welcome", to="a@example.org")
    queue("welcome", to="b@example.org")

    page = opened(client, to="b@ex").content.decode()

    assert "To b@example.org" in page and "To a@example.org" not in page


@pytest.mark.parametrize("query", [{"to": "\x00"}, {"page": "x"}, {"page": "9" * 40}, {"to": "%"}])
def test_odd_queries_are_answered(demonstration, client, query):
    queue("welcome", to="a@example.org")

    assert opened(client, **query).status_code in {200, 400}


def test_the_mailbox_is_paged(demonstration, client, django_assert_max_num_queries):
    queue_many("welcome", [{"to": f"p{n}@example.org"} for n in range(50)])

    with django_assert_max_num_queries(4):
        page = opened(client, page=3).content.decode()

    assert page.count("To p") == 10
    assert Message.objects.count() == 50
