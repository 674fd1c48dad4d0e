"""The errors a person can meet: each is a sentence and a remedy; everything else is a bug.

ConsoleError
├── Expected            something outside our code; shown as it is
│   ├── Invalid         what was asked for makes no sense as typed
│   ├── NotFound        what was named does not exist
│   ├── Forbidden       the role or the workflow does not allow it
│   ├── Conflict        somebody else changed it first
│   ├── Offline         the other side could not be reached, or did not answer in time
│   ├── Refused         the other side answered, and said no
│   │   └── KeyRefused  … to our key, whatever was asked
│   ├── Unreadable      the other side answered with something that cannot be read
│   └── StoreProblem    the store cannot be opened or written
│       ├── StoreGone   … because its server cannot be reached; it may come back
│       ├── StoreRefused … because its server does not let this person in, or see that
│       ├── StoreForbidden … because its server does not let this person do that
│       └── StoreBusy   … because somebody else is changing the same
└── Bug                 a state that our own code promised could not be
"""


class ConsoleError(Exception):
    """Root of every error raised on purpose."""


class Expected(ConsoleError):
    """A fault of the world, not of the program: a sentence for the person who meets it, and a remedy."""

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(f"{sentence} {remedy}".strip())
        self.sentence = sentence
        self.remedy = remedy


class Invalid(Expected):
    """What was asked for makes no sense as typed."""


class NotFound(Expected):
    """What was named does not exist."""


class Forbidden(Expected):
    """The role or the workflow does not allow it."""


class Conflict(Expected):
    """Somebody else changed the same thing first; the sentence says what changed."""


class Offline(Expected):
    """The other side could not be reached, or did not answer in time.

    `maybe_done` is true when the call may have taken effect all the same (the answer was lost).
    """

    def __init__(
        self, sentence: str, remedy: str = "", *, maybe_done: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(sentence, remedy)
        self.maybe_done = maybe_done
        self.retry_after = retry_after


class Refused(Expected):
    """The other side answered, and said no. `status` is the HTTP status, 0 when there is none."""

    def __init__(self, sentence: str, remedy: str = "", *, status: int = 0) -> None:
        super().__init__(sentence, remedy)
        self.status = status


class KeyRefused(Refused):
    """The other side does not take our key: the set-up is at fault, not what was asked, so that it can wait."""


class Unreadable(Expected):
    """The other side answered with something that cannot be read."""


class StoreProblem(Expected):
    """The store cannot be opened or written: full disk, newer version, damaged file, network drive."""


class StoreGone(StoreProblem):
    """The store's server cannot be reached just now. Whether what was under way was saved is not known."""


class StoreRefused(StoreProblem):
    """The store's server answers, and does not let whoever asks in, or see what they ask for."""


class StoreForbidden(StoreProblem):
    """The store's server looked at what was asked, and does not let whoever asks do it; nothing of it was saved."""


class StoreBusy(StoreProblem):
    """Somebody else is changing the same; nothing of this was saved."""


class Bug(ConsoleError):
    """A state that our own code promised could not be."""
