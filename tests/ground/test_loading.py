"""What the web server loads before its first request."""

from framework_portal import background, pieces


def test_loading_what_publishing_needs_asks_the_broker_nothing(monkeypatch):
    def asked(*_arguments, **_named):
        raise AssertionError("The broker was asked")

    monkeypatch.setattr("socket.socket.connect", asked)

    assert background.load() is None


def test_every_template_compiles():
    assert pieces.load() is None
