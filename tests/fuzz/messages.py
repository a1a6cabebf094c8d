"""Messages that nobody would think of, the same for the same seed."""

import string
from collections.abc import Callable, Sequence
from random import Random
from typing import Final, final

from tests.benchmarks.synthetic import slip

LENGTH: Final = 4_000
"""Characters; Discord's own limit for members with Nitro."""

LONG: Final = 0.01
"""Share of messages that are as long as they may be: each costs as much as ten others."""

_PLANES: Final = 17
_PLANE: Final = 0x10000
_SURROGATES: Final = range(0xD800, 0xE000)
"""Not characters, and never in what Discord sends."""

_CONTROLS: Final = [
    *map(chr, range(32)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe",
]
_MARKS: Final = [*map(chr, range(0x300, 0x370)), "\u0489", *map(chr, range(0x20D0, 0x20F0)), "\ufe0f", "\u20e3"]
_RIGHT_TO_LEFT: Final = [*map(chr, range(0x5D0, 0x5EB)), *map(chr, range(0x620, 0x64B)), *map(chr, range(0x780, 0x7A6))]
_MARKDOWN: Final = [
    *("*", "**", "***", "_", "__", "~~", "||", "`", "``", "```", ">", ">>>", "#", "##", "###", "-#", "-", "1."),
    *("[", "](", ")", "<>", "\\", "\\n", "\n", "|", "---"),
]
_EMOJI: Final = [*"😂😭🔥💀🙏👨👩👧🏽🏿🇺🇸🏳🌈⚖", "\u200d", "\ufe0f", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
_PINGS: Final = [
    *("@everyone", "@here", "<@1>", "<@!1>", "<@&720720>", "<#5>", "<id:customize>", "</ask:1>", "<a:x:1>", "<:x:1>"),
    *("<t:0:R>", "<t:99999999999999:F>", "<@999999999999999999999>", "<@>", "<@1", "@\u200beveryone", "<@&1><@&2>"),
    *("@everyone\n" * 3, "[x](<@1>)", "`@everyone`", "\\@everyone", "＠everyone", "<@\u06611>"),
]
_CODE: Final = [
    *(
        '{"question": "who was killed?", "n": [1, 2, {}]}',
        "entries:\n  - id: x\n    answer: !!python/object:x\n&a [*a]",
    ),
    *("{0.__class__.__mro__} %s %n %(x)s ${x} {{x}}", "'; DROP TABLE questions; --", "<script>alert(1)</script>"),
    *(
        "```py\nprint('x')\n```",
        "```\n```",
        "`a``b```c",
        "\x1b[31mred\x1b[0m",
        "../../etc/passwd",
        "C:\\x\\y",
        "NULL nan",
    ),
    *("null true NaN -Infinity 1e999", "[p1] [p2] [article:p3] [[p1]]", "a\\", "\\\\\\", "(?:a+)+$", "[a-", "%00%0a"),
]
_LINKS: Final = [
    *(
        "https://example.org/a?b=c&d=%F0%9F#e",
        "http://[::1]:80/",
        "<https://example.org>",
        "[text](https://example.org)",
    ),
    *(
        "https://discord.gg/abc",
        "discord://-/x",
        "mailto:a@b.c",
        "ftp://a",
        "javascript:alert(1)",
        "www.x.y",
        "//x",
        "x.y/z",
    ),
]
_LANGUAGES: Final = [
    *(
        "Кто был убит в клубе?",
        "מי נהרג במועדון?",
        "من الذي قُتل في النادي؟",
        "谁被杀了？",
        "誰が殺されたのですか？",
        "누가 죽었나요?",
    ),
    *(
        "किसकी हत्या हुई थी?",
        "ใครถูกฆ่า",
        "Ποιος σκοτώθηκε;",
        "Wer wurde getötet, und wie alt war er?",
        "¿Quién fue asesinado?",
    ),
    *(
        "Qui a été tué ?",
        "Kim öldürüldü?",
        "Ai đã bị giết?",
        "ვინ მოკლეს?",
        "Ո՞վ է սպանվել",
        "ማን ተገደለ?",
        "யார் கொல்லப்பட்டார்?",
    ),
    *(
        "Chi è stato ucciso?",
        "Kto został zabity?",
        "Hver ble drept?",
        "Nani aliuawa?",
        "کون مارا گیا؟",
        "কে নিহত হয়েছিল?",
    ),
]


@final
class Messages:
    """A stream of messages: some like questions, most like none."""

    def __init__(self, phrasings: Sequence[str], seed: int) -> None:
        """Start the stream.

        Args:
            phrasings: what a FAQ's entries are asked by.
            seed: of the random choices.
        """
        self._random: Final = Random(seed)  # noqa: S311 (repeatable, nothing secret)
        self._phrasings: Final = phrasings
        self._words: Final = sorted({word for phrasing in phrasings for word in phrasing.split()})
        self._kinds: Final[Sequence[Callable[[], str]]] = (
            *(self._question,) * 4,
            *(self._any_characters,) * 3,
            self._one_block,
            self._words_at_random,
            self._markdown,
            self._pings,
            self._controls,
            self._zalgo,
            self._right_to_left,
            self._numbers,
            self._code,
            self._language,
            self._emoji,
            self._repeated,
        )

    def next(self) -> str:
        """Make a message of 0 to :data:`LENGTH` characters."""
        random = self._random
        text = " ".join(random.choice(self._kinds)() for _ in range(random.choice((1, 1, 1, 2, 3))))
        if random.random() < LONG:
            parts = [text]
            while sum(map(len, parts)) < LENGTH:
                parts.append(random.choice(self._kinds)())
            text = random.choice((" ", "", "\n", "? ")).join(parts)
        return text[:LENGTH]

    def _question(self) -> str:
        text = self._random.choice(self._phrasings)
        for _ in range(self._random.randrange(3)):
            text = slip(text, self._random)
        return text + self._random.choice(("", "?", "??", "!?", " pls", "?!1"))

    def _any_characters(self) -> str:
        return "".join(self._character() for _ in range(self._random.randrange(1, 40)))

    def _character(self) -> str:
        while (point := self._random.randrange(_PLANES) * _PLANE + self._random.randrange(_PLANE)) in _SURROGATES:
            pass
        return chr(point)

    def _one_block(self) -> str:
        start = self._random.randrange(0, 0x2FFFF, 0x80)
        points = (start + self._random.randrange(0x80) for _ in range(self._random.randrange(1, 60)))
        return "".join(chr(point) for point in points if point not in _SURROGATES)

    def _words_at_random(self) -> str:
        return " ".join(self._random.choice(self._words) for _ in range(self._random.randrange(1, 20)))

    def _markdown(self) -> str:
        return self._mixed(_MARKDOWN, self._random.choice(("", " ", "\n")))

    def _pings(self) -> str:
        return self._mixed(_PINGS, self._random.choice(("", " ")))

    def _controls(self) -> str:
        return self._mixed(_CONTROLS, "")

    def _zalgo(self) -> str:
        def cursed(letter: str) -> str:
            return letter + "".join(self._random.choices(_MARKS, k=self._random.randrange(12)))

        return "".join(map(cursed, self._question()))

    def _right_to_left(self) -> str:
        letters = (self._random.choice([*_RIGHT_TO_LEFT, " ", "\u202e", "a"]) for _ in range(40))
        return "".join(letters)

    def _numbers(self) -> str:
        digits = self._random.choice((string.digits, "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "9", "½²Ⅷ①"))
        number = "".join(self._random.choices(digits, k=self._random.choice((1, 4, 20, 400))))
        return self._random.choice(("", "-", "+", "1e", "0x", "$", "#", "10-2 ", "in ")) + number

    def _code(self) -> str:
        return self._random.choice([*_CODE, *_LINKS])

    def _language(self) -> str:
        return self._random.choice(_LANGUAGES)

    def _emoji(self) -> str:
        return self._mixed(_EMOJI, "")

    def _repeated(self) -> str:
        return self._random.choice((self._character(), self._random.choice(self._words))) * self._random.randrange(
            1, 200
        )

    def _mixed(self, pieces: Sequence[str], between: str) -> str:
        """Put pieces and words together."""
        count = self._random.randrange(1, 12)
        chosen = (
            self._random.choice((self._random.choice(pieces), self._random.choice(self._words))) for _ in range(count)
        )
        return between.join(chosen)
