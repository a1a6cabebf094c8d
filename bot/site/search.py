"""The index of the page's search, with which a browser ranks the entries as the bot's lexical tier does.

`static/search.js` reads a question with it: short forms written out, typing errors repaired, synonyms replaced. It then
ranks the entries by the cosines of stems and of pairs of them (the closed form of :mod:`bot.matching.scoring`), and the
best once more by the shipped weights of :mod:`bot.matching.reranker`. In place of the classifier, which would have to
be learned and shipped, it goes by the nearest phrasing and by the entry's title. Character n-grams and the parts of
long messages are left out: they changed the ranking of the shipped FAQ and of eight others by less than a point.

Everything that depends on the language or was learned is in the index; the script has none of it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from importlib.resources import files
from itertools import product
from typing import Final

from bot.answering.answerer import lexicon, targets
from bot.i18n.catalogue import _, speaking
from bot.knowledge.model import KnowledgeBase
from bot.matching import alignment, query, reranker, scoring, spelling
from bot.matching.corpus import Corpus
from bot.matching.decision import default
from bot.matching.everyday import with_everyday
from bot.matching.lexicon import Fillers, Synonyms
from bot.matching.question_kinds import KINDS, OPENS_WHETHER, kind_of
from bot.matching.questions import AUXILIARIES, QUESTION_WORDS
from bot.matching.spelling import common_words
from bot.matching.stems import stem_all
from bot.matching.term_weights import WordWeights
from bot.matching.text import MAX_LENGTH, words
from bot.matching.types import Lexicon, Target

LINK: Final = "e/{id}.html"
PERSON_LINK: Final = "p/{id}.html"
"""Addresses of the pages of an entry and of a person, relative to the index."""

COMMON_WORDS: Final = 12_000
"""The commonest English words in the index, which are never taken for misspellings. With all 30,000 of them the shipped
index would have 77 kB more, and ranking would be the same."""

COMPARED: Final = 24
"""Entries that are compared with a question word by word, twice as many as in the bot, since a browser has the time:
a word that only an answer has finds its entry more often."""

_CONTRACTED: Final = (
    *QUESTION_WORDS, *AUXILIARIES, "i", "you", "he", "she", "it", "we", "they", "this", "that", "there", "here",
    "ca", "wo", "ai", "sha",
)  # fmt: skip
"""Words that are contracted with another; the last four only with "n't"."""

_ENDINGS: Final = ("n't", "nt", "'re", "re", "'ve", "ve", "'ll", "'m", "m", "'d", "'s", "s")
"""Endings of contractions, and of those typed without an apostrophe."""

_CONSTANTS: Final = (
    (alignment, ("OF_NUMBER", "OF_STOP_WORD", "RARITY_POWER")),
    (query, ("MAX_WORDS",)),
    (reranker, ("HALF",)),
    (scoring, ("CERTAIN", "MISSING", "RIPE", "SHARPNESS")),
    (
        spelling,
        (
            "EDIT_COST", "FAQ_DISCOUNT", "FINGER_DISCOUNT", "FIRST_LETTER_COST", "HEARD_EDIT_COST", "LONG_WORD",
            "LOST_BLANK_COST", "MAX_REPAIRED", "MAX_WORD", "RARITY_WEIGHT", "SECOND_EDIT_COST", "SHORTEST_HEARD",
            "SHORTEST_REPAIRED",
        ),
    ),
)  # fmt: skip
"""The matcher's constants that the script goes by too."""


def script() -> bytes:
    """Return the script that searches with an index."""
    return files("bot.site").joinpath("static/search.js").read_bytes()


def build_index(base: KnowledgeBase, link: str = LINK, person_link: str = PERSON_LINK) -> bytes:
    """Return the search index of a knowledge base: JSON, in UTF-8.

    It publishes the entries' phrasings, as normalized words. It has nothing of the regression set, nor of the phrases
    that get no guesses in chat.

    Args:
        base: the knowledge base; the messages are in its language.
        link: the address of an entry's page, relative to the index, with `{id}` in it.
        person_link: the same for a person's page.
    """
    questions = {entry.id: entry.question for entry in base.entries.values()}
    people = {person.id: person.called for person in base.people.values()}
    with speaking(base.case.language):
        return index_of(targets(base), lexicon(base), questions, people, link, person_link)


def index_of(  # noqa: PLR0913, PLR0917 (all that is searched, and where it leads)
    entries: Sequence[Target],
    taught: Lexicon,
    questions: Mapping[str, str],
    people: Mapping[str, Sequence[str]],
    link: str = LINK,
    person_link: str = PERSON_LINK,
) -> bytes:
    """Return the search index of entries and people, with the messages in the current language.

    Args:
        entries: what to search.
        taught: the words that moderators teach.
        questions: the text to show for each entry, by its id.
        people: the names of each person, by the id; the first is shown.
        link: the address of an entry's page, relative to the index, with `{id}` in it.
        person_link: the same for a person's page.
    """
    taught = _with_epithets(with_everyday(taught))
    fillers = Fillers(taught)
    phrasings = [
        _distinct(fillers.drop(words(each, taught.chat_speak)) for each in entry.phrasings) for entry in entries
    ]
    answers = [words(entry.answer, taught.chat_speak) for entry in entries]
    texts = [text for each in phrasings for text in each]
    corpus = Corpus.of(texts, [owner for owner, each in enumerate(phrasings) for _ in each], len(entries))
    synonyms = Synonyms.of(taught, WordWeights(corpus, taught.stop_words).knows)
    unless = [
        [_joined(synonyms.apply(words(term, taught.chat_speak))[0]) for term in entry.unless] for entry in entries
    ]
    common = list(common_words())[:COMMON_WORDS]
    used = {*corpus.vocabulary, *(word for answer in answers for word in answer)}
    called = {
        person: list(dict.fromkeys(_joined(words(name, taught.chat_speak)) for name in names))
        for person, names in people.items()
    }
    known = {
        *used,
        *(word for names in called.values() for name in names for word in name.split()),
        *synonyms.vocabulary,
        *taught.stop_words,
        *(word for name in taught.strangers for word in words(name, {})),
        *(word for terms in unless for term in terms for word in term.split()),
    }
    index = {
        "link": link,
        "personLink": person_link,
        "messages": _messages(),
        "entries": [
            {
                "id": entry.id,
                "question": questions[entry.id],
                "title": _joined(words(questions[entry.id], taught.chat_speak)),
                "covered": entry.covered,
                "phrasings": [_joined(text) for text in texts],
                "answer": _joined(dict.fromkeys(answer)),
                "kinds": sorted({kind for text in texts if (kind := kind_of(text))}),
                "unless": [term for term in terms if term],
            }
            for entry, texts, answer, terms in zip(entries, phrasings, answers, unless, strict=True)
        ],
        "people": [{"id": person, "name": names[0], "called": called[person]} for person, names in people.items()],
        "common": _joined(common),
        "known": _joined(sorted(known.difference(corpus.vocabulary))),
        "families": _families(used, {*common, *known}),
        "forms": _forms(taught.chat_speak),
        "fillers": sorted({_joined(words(term, taught.chat_speak)) for term in taught.fillers} - {""}),
        "stopWords": _joined(sorted(taught.stop_words)),
        "readings": _readings(synonyms, taught),
        "kinds": {kind: list(terms) for kind, terms in KINDS.items()},
        "opensWhether": _joined(sorted(OPENS_WHETHER)),
        "reranker": _weights_of_figures(),
        **{name: getattr(module, name) for module, names in _CONSTANTS for name in names},
        "COMPARED": COMPARED,
        "MAX_LENGTH": MAX_LENGTH,
    }
    return json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()


def _weights_of_figures() -> dict[str, list[float]]:
    """Return what each of the reranker's figures weighs, for new entries and for any."""
    weights = default("lexical").reranker.reshape(2, len(reranker.FIGURES))
    return dict(zip(reranker.FIGURES, weights.T.tolist(), strict=True))


def _messages() -> dict[str, str]:
    return {
        "results": _("Results: {count}"),
        "nothing": _("Nothing found. Try different words."),
        "readAs": _("Read as: {words}"),
        "didYouMean": _("Did you mean:"),
        "notCovered": _("Not covered"),
    }


def _distinct(texts: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    return sorted({tuple(text) for text in texts if text})


def _joined(text: Iterable[str]) -> str:
    return " ".join(text)


def _with_epithets(taught: Lexicon) -> Lexicon:
    """Return a lexicon in which a term that may stand for a name is a synonym of the shortest form of it."""

    def number_of_words(name: str) -> int:
        return len(name.split())

    groups = tuple((*sorted(names, key=number_of_words), *epithets) for names, epithets in taught.epithets)
    return replace(taught, synonyms=(*taught.synonyms, *groups))


def _families(used: AbstractSet[str], others: AbstractSet[str]) -> list[str]:
    """Return the groups of words that have a stem in common, as far as the entries have one of them."""
    families: defaultdict[str, list[str]] = defaultdict(list)
    everything = sorted(used | others)
    for word, stem in zip(everything, stem_all(everything), strict=True):
        families[stem].append(word)
    return [_joined(family) for family in families.values() if len(family) > 1 and not used.isdisjoint(family)]


def _forms(chat_speak: Mapping[str, str]) -> dict[str, str]:
    """Return what short forms and contractions stand for."""
    contracted = map("".join, product(_CONTRACTED, _ENDINGS))
    forms = {form: _joined(words(form, chat_speak)) for form in (*chat_speak, *contracted)}
    return {form: full for form, full in forms.items() if full not in {form, form.removesuffix("'s").replace("'", "")}}


def _readings(synonyms: Synonyms, taught: Lexicon) -> dict[str, str]:
    """Return the terms that no phrasing uses, each with the term that it is read as."""
    terms = (words(term, taught.chat_speak) for group in taught.synonyms for term in group)
    # As the matcher does: a plural, or a possessive without its apostrophe.
    forms = (form for term in terms if term for form in (term, [*term[:-1], f"{term[-1]}s"]))
    return {_joined(form): _joined(read) for form in forms if (read := synonyms.apply(form)[0]) != form}
