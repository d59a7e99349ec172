"""What readers answer: what stands in each box, or that the file cannot be read at all."""

from dataclasses import dataclass, field


@dataclass
class Found:
    """What the file says for one box, and where it stands."""

    key: str
    held: str
    text: str
    place: str
    problems: list = field(default_factory=list)


class Unreadable(Exception):
    """`words` go on where the file’s name stops."""

    def __init__(self, words):
        super().__init__(words)
        self.words = words
