// Searches the FAQ in the browser, as the bot's lexical tier does: see bot/site/search.py, which builds the index.
//
// It needs <form id="search" data-index="search.json"> with <input id="q">, and <div id="results">. The index holds
// everything that depends on the language or was learned. All texts are shown as text, never as HTML.
"use strict";

(() => {
  const MOST_SHOWN = 8;
  /** Milliseconds without a key after which to search, so that screen readers aren't interrupted by every letter. */
  const PAUSE = 150;
  /** How much costlier the next reading of a misspelling may be to be offered as well. */
  const CLOSE = 1.5;
  const COMPLETION_COST = 2;
  const ITEMS_AT_ONCE = 500;
  /**
   * What the likeness to an entry's nearest phrasing, and to the question that it is listed by, count besides what the
   * bot weighs. They stand in for the classifier: 88 % of the shipped base's questions were right without, 90 % with.
   */
  const OF_NEAREST = 2;
  const OF_TITLE = 1;

  const LINK = /\b(?:https?:\/\/|www\.)\S+/giu;
  const TAG = /[#@][\p{L}\p{N}_]+/gu;
  const CAMEL = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|_+/gu;
  const APOSTROPHE = /[\u2018\u2019\u02bc\u00b4`]/gu;
  const DROPPED = /(?![\n\t\r])[\p{Mn}\p{Cf}\p{Cc}]/gu;
  const LONG_RUN = /(\p{L})\1{2,}/gu;
  const WORD = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu;
  const NUMBER = /^\p{N}+$/u;

  const split = (joined) => joined.split(" ").filter(Boolean);
  const distinct = (items) => [...new Set(items)];
  const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

  /** Do something with each of many items, and let the page react to keys and taps between. */
  async function forEachInTurns(items, work) {
    for (let at = 0; at < items.length; at += 1) {
      if (at % ITEMS_AT_ONCE === ITEMS_AT_ONCE - 1) {
        await new Promise((resolve) => setTimeout(resolve));
      }
      work(items[at], at);
    }
  }

  function fold(text, longest) {
    return text
      .slice(0, longest)
      .normalize("NFKC")
      .slice(0, longest)
      .replace(LINK, " ")
      .replace(TAG, (tag) => ` ${tag.slice(1).replace(CAMEL, " ")} `)
      .replace(APOSTROPHE, "'")
      .toLowerCase()
      .replaceAll("ß", "ss")
      .replaceAll("ς", "σ")
      .normalize("NFD")
      .replace(DROPPED, "")
      .normalize("NFC")
      .slice(0, longest)
      .replace(LONG_RUN, "$1$1");
  }

  /** Terms of one or more words; of overlapping ones the longest counts. */
  class Terms {
    constructor(terms) {
      this.from = new Map();
      for (const term of terms.map(split).sort((left, right) => right.length - left.length)) {
        this.from.set(term[0], [...(this.from.get(term[0]) ?? []), term]);
      }
    }

    /** Return the words with each term replaced by the words that `replacement` gives for it. */
    replace(words, replacement) {
      const replaced = [];
      for (let at = 0; at < words.length; ) {
        const begun = this.from.get(words[at]) ?? [];
        const found = begun.find((term) => term.every((word, place) => words[at + place] === word));
        replaced.push(...(found ? replacement(found.join(" ")) : [words[at]]));
        at += found ? found.length : 1;
      }
      return replaced;
    }
  }

  /** The optimal string alignment distance of two words, or more than `most` if it is more. */
  function distance(left, right, most) {
    let [older, old] = [[], Array.from({ length: right.length + 1 }, (_, at) => at)];
    for (let row = 1; row <= left.length; row += 1) {
      const current = [row];
      for (let column = 1; column <= right.length; column += 1) {
        const same = left[row - 1] === right[column - 1];
        let edits = Math.min(old[column] + 1, current[column - 1] + 1, old[column - 1] + (same ? 0 : 1));
        if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
          edits = Math.min(edits, older[column - 2] + 1);
        }
        current.push(edits);
      }
      if (Math.min(...current) > most) {
        return most + 1;
      }
      [older, old] = [old, current];
    }
    return old[right.length];
  }

  const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

  function areNeighbors(key, other) {
    const [row, otherRow] = [key, other].map((each) => ROWS.findIndex((keys) => keys.includes(each)));
    return (
      key !== other &&
      Math.min(row, otherRow) >= 0 &&
      Math.abs(row - otherRow) <= 1 &&
      Math.abs(ROWS[row].indexOf(key) - ROWS[otherRow].indexOf(other)) <= 1
    );
  }

  /** How much one edit looks like a slip of the fingers, 0 to 1. */
  function fingerSlip(typed, word) {
    if (typed.length < word.length) {
      return 0.7;
    }
    let at = 0;
    while (at < word.length && typed[at] === word[at]) {
      at += 1;
    }
    if (typed.length > word.length) {
      const beside = [typed[at - 1], typed[at + 1]];
      return beside.some((key) => key && (typed[at] === key || areNeighbors(typed[at], key))) ? 0.5 : 0;
    }
    if (typed.slice(at + 1) !== word.slice(at + 1)) {
      return 0.8;
    }
    return areNeighbors(typed[at], word[at]) ? 1 : 0;
  }

  /** The set of a word's letters, as bits; different letters may share one. */
  function letters(word) {
    let bits = 0;
    for (let at = 0; at < word.length; at += 1) {
      bits |= 1 << (word.charCodeAt(at) & 31);
    }
    return bits;
  }

  function countBits(bits) {
    let count = 0;
    for (let left = bits; left; left &= left - 1) {
      count += 1;
    }
    return count;
  }

  const SPELLINGS = [
    ["ph", "f"], ["kh", "k"], ["ck", "k"], ["q", "k"], ["sch", "x"], ["tch", "x"], ["sh", "x"], ["ch", "x"],
    ["ce", "s"], ["ci", "s"], ["cy", "s"], ["dg", "j"], ["ge", "j"], ["gi", "j"], ["gy", "j"], ["gh", ""],
    ["c", "k"], ["z", "s"],
  ];

  /** The key that words of like sound share; see bot/matching/phonetic.py. */
  function sound(word) {
    const spelled = SPELLINGS.reduce((text, [spelling, key]) => text.replaceAll(spelling, key), word);
    const front = /^[aeiouy]/u.test(spelled) ? "a" : spelled.slice(0, 1);
    return (front + spelled.slice(1).replace(/[aeiouyhw]/gu, "")).replace(/(.)\1+/gu, "$1");
  }

  /** Repairs words; see bot/matching/spelling.py. */
  class Speller {
    constructor(index, counts, ranks) {
      this.index = index;
      this.counts = new Map([...split(index.known).map((word) => [word, 0]), ...counts]);
      this.ranks = ranks;
      this.all = total([...counts.values()]) + 1;
      this.rarest = Math.log(ranks.size + 2);
      this.byLength = new Map();
      this.bySound = new Map();
      for (const word of new Set([...this.counts.keys(), ...ranks.keys()])) {
        const shortest = index.SHORTEST_REPAIRED - (this.counts.has(word) ? 1 : 0);
        if (word.length >= shortest && !NUMBER.test(word)) {
          this.#add(this.byLength, word.length, { word, bits: letters(word) });
        }
        if (this.counts.has(word) && word.length >= index.SHORTEST_HEARD) {
          this.#add(this.bySound, sound(word), word);
        }
      }
    }

    #add(map, key, value) {
      const list = map.get(key);
      if (list) {
        list.push(value);
      } else {
        map.set(key, [value]);
      }
    }

    knows(word) {
      return this.counts.has(word) || this.ranks.has(word) || NUMBER.test(word);
    }

    /** Return how each word, or pair with a stray blank between, is read: `{words, other, cost, isRepaired}`. */
    repair(typed, lastIsOpen) {
      const { SHORTEST_REPAIRED, MAX_WORD, MAX_REPAIRED } = this.index;
      const joined = [];
      for (const word of typed) {
        const before = joined.at(-1) ?? "";
        if (before && this.counts.has(before + word) && !(this.knows(before) && this.knows(word))) {
          joined[joined.length - 1] = before + word;
        } else {
          joined.push(word);
        }
      }
      let repaired = 0;
      return joined.map((word, at) => {
        const isOpen = word.length >= SHORTEST_REPAIRED && word.length <= MAX_WORD && !this.knows(word);
        if (!isOpen || repaired === MAX_REPAIRED) {
          return { words: [word] };
        }
        repaired += 1;
        return (lastIsOpen && at === joined.length - 1 && this.#completed(word)) || this.#reading(word);
      });
    }

    /** Return the likeliest word that begins with what was typed; nothing if there is none. */
    #completed(typed) {
      const begun = [...this.counts.keys()].filter((word) => word.startsWith(typed));
      const costs = begun.map((word) => this.#cost(word));
      const best = costs.indexOf(Math.min(...costs));
      const repaired = this.#reading(typed);
      return best >= 0 && !(repaired.cost < costs[best] + COMPLETION_COST) ? { words: [begun[best]] } : repaired;
    }

    #reading(typed) {
      const index = this.index;
      const readings = new Map();
      const consider = (reading, cost) => {
        if (!(readings.get(reading) <= cost)) {
          readings.set(reading, cost);
        }
      };
      const edits = typed.length >= index.LONG_WORD ? 2 : 1;
      const bits = letters(typed);
      for (let length = typed.length - edits; length <= typed.length + edits; length += 1) {
        for (const near of this.byLength.get(length) ?? []) {
          const most = this.counts.has(near.word) ? edits : 1;
          if (countBits(bits ^ near.bits) <= 2 * most) {
            const found = distance(typed, near.word, most);
            if (found <= most) {
              consider(near.word, this.#costOfSlips(typed, near.word, found) + this.#cost(near.word));
            }
          }
        }
      }
      if (typed.length >= index.SHORTEST_HEARD) {
        for (const word of this.bySound.get(sound(typed)) ?? []) {
          const most = Math.floor((typed.length + word.length) / 3);
          const found = distance(typed, word, most);
          if (found <= most) {
            consider(word, index.EDIT_COST + index.HEARD_EDIT_COST * (found - 1) + this.#cost(word));
          }
        }
      }
      for (let cut = 1; cut < typed.length; cut += 1) {
        const parts = [typed.slice(0, cut), typed.slice(cut)];
        if (parts.some((part) => this.counts.has(part)) && parts.every((part) => this.knows(part))) {
          consider(parts.join(" "), index.LOST_BLANK_COST + total(parts.map((part) => this.#cost(part))));
        }
      }
      const order = [...readings].sort(([left, cost], [right, other]) => cost - other || (left < right ? -1 : 1));
      if (!order.length) {
        return { words: [typed] };
      }
      const [[best, cost], next] = order;
      const other = next && next[1] - cost <= CLOSE ? next[0] : "";
      return { words: split(best), other, cost, isRepaired: true };
    }

    #cost(word) {
      const { RARITY_WEIGHT, FAQ_DISCOUNT } = this.index;
      const rank = this.ranks.get(word);
      const rarity = rank === undefined ? this.rarest : Math.log(rank + 2);
      const count = this.counts.get(word);
      return count === undefined
        ? RARITY_WEIGHT * rarity
        : RARITY_WEIGHT * Math.min(rarity, Math.log(this.all / (count + 1))) - FAQ_DISCOUNT;
    }

    #costOfSlips(typed, word, edits) {
      const { EDIT_COST, SECOND_EDIT_COST, FIRST_LETTER_COST, FINGER_DISCOUNT } = this.index;
      const first = typed[0] === word[0] ? 0 : FIRST_LETTER_COST;
      return edits > 1
        ? EDIT_COST + SECOND_EDIT_COST + first
        : EDIT_COST + first - FINGER_DISCOUNT * fingerSlip(typed, word);
    }
  }

  /** Features have numbers as keys: a stem its own; a pair the first stem's times this, plus the second's. */
  const PAIR = 2 ** 20;
  const EDGE = 0;
  const UNKNOWN = PAIR - 1;

  /** Ranks the entries; see bot/matching/scoring.py and reranker.py. */
  class Ranker {
    constructor(index, ranks) {
      this.index = index;
      this.ranks = ranks;
      this.stopWords = new Set(split(index.stopWords));
      this.opensWhether = new Set(split(index.opensWhether));
      this.kinds = Object.entries(index.kinds);
      this.families = new Map();
      for (const family of index.families.map(split)) {
        family.forEach((word) => this.families.set(word, family[0]));
      }
      this.stems = new Map();
      this.features = new Map();
      this.verbatim = new Map();
      this.phrasings = [];
      this.read = new Map();
      this.entries = index.entries.map((entry, number) => this.#listed(entry, number));
      this.idfOfUnknown = this.#idf(0);
    }

    /** Index the phrasings, which takes about a second on a phone. */
    async prepare() {
      const texts = this.index.entries.flatMap(({ phrasings }, number) => phrasings.map((text) => [text, number]));
      await forEachInTurns(texts, ([text, number]) => this.#add(text, this.entries[number]));
      for (const feature of this.features.values()) {
        feature.idf = this.#idf(feature.holders.length);
      }
      await forEachInTurns(this.phrasings, (phrasing, number) => {
        for (const [feature, weight] of this.#weighed(phrasing.said)) {
          feature.phrasings.push(number);
          feature.weights.push(weight);
        }
      });
      const sizes = this.entries.map(({ phrasings }) => phrasings.length).sort((left, right) => left - right);
      const middle = sizes.slice(Math.floor((sizes.length - 1) / 2), Math.floor(sizes.length / 2) + 1);
      const median = total(middle) / Math.max(middle.length, 1);
      for (const entry of this.entries) {
        const size = entry.phrasings.length;
        entry.popularity = Math.log(Math.max(size, median));
        entry.ripeness = size / (size + this.index.RIPE);
      }
    }

    #idf(holders) {
      return Math.log((this.entries.length + 1) / (holders + 0.5));
    }

    #listed({ id, question, title, covered, unless, kinds, answer }, number) {
      return {
        number,
        id,
        question,
        covered,
        unless,
        kinds: new Set(kinds),
        title: this.#compared(title),
        answer: new Set(split(answer).map((word) => this.#word(word).stem)),
        words: new Set(),
        phrasings: [],
      };
    }

    /** Return a text as a question is compared with it: its stems, each once too, and how much the words count. */
    #compared(text) {
      const read = split(text).map((word) => this.#word(word));
      const said = read.map(({ stem }) => stem);
      const rarities = read.map(({ rarity }) => rarity);
      return { said, stems: distinct(said), rarities, rarity: Math.max(total(rarities), 1e-6) };
    }

    #add(text, entry) {
      const phrasing = { entry, ...this.#compared(text) };
      const { said } = phrasing;
      for (const key of this.#keys(said)) {
        if (!this.features.has(key)) {
          this.features.set(key, { idf: 0, holders: [], phrasings: [], weights: [] });
        }
        const { holders } = this.features.get(key);
        if (holders.at(-1) !== entry.number) {
          holders.push(entry.number);
        }
      }
      said.forEach((stem) => entry.words.add(stem));
      entry.phrasings.push(phrasing);
      this.phrasings.push(phrasing);
      this.verbatim.set(text, [...(this.verbatim.get(text) ?? []), entry.number]);
    }

    /** Return the number of a word's stem, from 1 on, and how much the word counts; remembers both. */
    #word(word) {
      if (!this.read.has(word)) {
        const stem = this.families.get(word) ?? word;
        if (!this.stems.has(stem)) {
          this.stems.set(stem, this.stems.size + 1);
        }
        this.read.set(word, { stem: this.stems.get(stem), rarity: this.#rarity(word) });
      }
      return this.read.get(word);
    }

    /** How much a word counts, 0 to 1: by its rank among the common words. */
    #rarity(word) {
      const { OF_STOP_WORD, OF_NUMBER, RARITY_POWER } = this.index;
      if (this.stopWords.has(word)) {
        return OF_STOP_WORD;
      }
      if (NUMBER.test(word)) {
        return OF_NUMBER;
      }
      const rank = this.ranks.get(word) ?? (word.endsWith("s") ? this.ranks.get(word.slice(0, -1)) : undefined);
      return rank === undefined ? 1 : (Math.log(rank + 2) / Math.log(this.ranks.size + 2)) ** RARITY_POWER;
    }

    /** Return the keys of stems and of pairs of neighbors, the edges of a text counting as neighbors. */
    #keys(stems) {
      return [...stems, ...[EDGE, ...stems].map((stem, at) => (stem + 1) * PAIR + (stems[at] ?? EDGE))];
    }

    /** Return the features that phrasings have of a text's, with their weights, of unit length together. */
    #weighed(stems) {
      const counts = new Map();
      for (const key of this.#keys(stems)) {
        const feature = this.features.get(key);
        if (feature) {
          counts.set(feature, (counts.get(feature) ?? 0) + 1);
        }
      }
      const weights = [...counts].map(([feature, count]) => [feature, (1 + Math.log(count)) * feature.idf]);
      const length = Math.sqrt(total(weights.map(([, weight]) => weight * weight))) || 1;
      return weights.map(([feature, weight]) => [feature, weight / length]);
    }

    #kindOf(typed) {
      const text = ` ${typed.join(" ")} `;
      const found = this.kinds.find(
        ([kind, terms]) =>
          terms.some((term) => text.includes(` ${term} `)) || (kind === "whether" && this.opensWhether.has(typed[0])),
      );
      return found?.[0];
    }

    /** The share of a text's words, by weight, that each entry has. */
    #held(asked) {
      const held = new Float64Array(this.entries.length);
      let all = 0;
      for (const { word, stem } of asked) {
        const feature = this.features.get(stem);
        if (feature) {
          all += feature.idf;
          for (const number of feature.holders) {
            held[number] += feature.idf;
          }
        } else if (!this.stopWords.has(word)) {
          all += this.idfOfUnknown;
        }
      }
      return all ? held.map((share) => share / all) : held;
    }

    /** The log-mean-exp of the cosines of each entry's phrasings with a text. */
    #meanLogits(stems) {
      const cosines = new Float64Array(this.phrasings.length);
      for (const [feature, weight] of this.#weighed(stems)) {
        for (let at = 0; at < feature.phrasings.length; at += 1) {
          cosines[feature.phrasings[at]] += feature.weights[at] * weight;
        }
      }
      const sums = Float64Array.from(this.entries, ({ phrasings }) => phrasings.length);
      cosines.forEach((cosine, number) => {
        if (cosine) {
          sums[this.phrasings[number].entry.number] += Math.expm1(this.index.SHARPNESS * cosine);
        }
      });
      return sums.map((sum, number) => Math.log(sum / this.entries[number].phrasings.length));
    }

    /** Return the entries that have to do with a question, best first. */
    rank(typed, words) {
      const { MISSING, CERTAIN, COMPARED, OF_STOP_WORD } = this.index;
      const text = words.join(" ");
      const said = words.map((word) => this.#asked(word));
      const asked = distinct(words).map((word) => this.#asked(word));
      const same = new Set(this.verbatim.get(text));
      const held = this.#held(asked);
      const means = this.#meanLogits(said.map(({ stem }) => stem));
      const ranked = this.entries
        .filter(({ phrasings }) => phrasings.length)
        .filter(({ unless }) => !unless.some((term) => ` ${text} `.includes(` ${term} `)))
        .map((entry) => {
          const lacking = MISSING * entry.ripeness * (1 - held[entry.number]);
          const certain = same.has(entry.number) ? CERTAIN : 0;
          return { entry, logit: means[entry.number] + entry.popularity - lacking + certain };
        })
        .sort((left, right) => right.logit - left.logit);
      const odds = ranked.map(({ logit }) => Math.exp(logit - ranked[0].logit));
      const all = total(odds);
      const kind = this.#kindOf(typed);
      const telling = asked.filter(({ rarity }) => rarity > OF_STOP_WORD);
      const sought = telling.length ? telling : asked;
      return ranked
        .slice(0, COMPARED)
        .map(({ entry }, place) => ({
          entry,
          score: place === 0 && same.has(entry.number) ? Infinity : this.#score(asked, entry, odds[place] / all, kind),
        }))
        .filter(({ entry }) => sought.some(({ stem }) => entry.words.has(stem) || entry.answer.has(stem)))
        .sort((left, right) => right.score - left.score)
        .map(({ entry }) => entry);
    }

    /** Return what is known of a word that was asked. */
    #asked(word) {
      const stem = this.stems.get(this.families.get(word) ?? word) ?? UNKNOWN;
      return { word, stem, rarity: this.read.get(word)?.rarity ?? this.#rarity(word) };
    }

    /** Put a question beside an entry; the figures' names are those of bot/matching/reranker.py. */
    #score(asked, entry, probability, kind) {
      const { reranker, HALF } = this.index;
      const all = total(asked.map(({ rarity }) => rarity)) || 1;
      const shares = new Map();
      for (const { stem, rarity } of asked) {
        shares.set(stem, (shares.get(stem) ?? 0) + rarity / all);
      }
      const shareOf = (stems) => total(asked.filter(({ stem }) => stems.has(stem)).map(({ rarity }) => rarity)) / all;
      const beside = entry.phrasings.map((phrasing) => this.#beside(shares, phrasing));
      const overlap = Math.max(...beside.map((each) => each.overlap));
      const missing = asked
        .filter(({ stem }) => !entry.words.has(stem) && !entry.answer.has(stem))
        .map(({ rarity }) => rarity);
      const alike = shareOf(entry.words);
      const figures = {
        "log probability": Math.log(Math.max(probability, 1e-6)),
        "same words": alike,
        "alike words": alike,
        recall: Math.max(...beside.map((each) => each.recall)),
        overlap,
        "words in the answer": shareOf(entry.answer),
        "most missed word": Math.max(0, ...missing),
        "missing words": total(missing),
        "kind of question": !kind || !entry.kinds.size ? 0 : entry.kinds.has(kind) ? 1 : -1,
      };
      // The more phrasings an entry has, the less the weights for new entries count beside those for any.
      const young = HALF / (entry.phrasings.length + HALF);
      const weighted = total(
        Object.entries(figures).map(([name, value]) => (young * reranker[name][0] + reranker[name][1]) * value),
      );
      const likeness = OF_NEAREST * overlap + OF_TITLE * this.#beside(shares, entry.title).overlap;
      return weighted + likeness;
    }

    /** Return the share of a question, given as its stems' shares, that a text has, and the mean of both ways. */
    #beside(shares, { said, stems, rarities, rarity }) {
      let [recall, shared] = [0, 0];
      for (const stem of stems) {
        recall += shares.get(stem) ?? 0;
      }
      for (let at = 0; at < said.length; at += 1) {
        shared += shares.has(said[at]) ? rarities[at] : 0;
      }
      return { recall, overlap: Math.sqrt((recall * shared) / rarity) };
    }
  }

  /** Reads questions and finds entries. */
  class Engine {
    constructor(index) {
      this.index = index;
      this.forms = new Map(Object.entries(index.forms));
      this.readings = new Map(Object.entries(index.readings));
      this.fillers = new Terms(index.fillers);
      this.synonyms = new Terms([...this.readings.keys()]);
      const ranks = new Map(split(index.common).map((word, rank) => [word, rank]));
      const counts = new Map();
      for (const entry of index.entries) {
        for (const word of entry.phrasings.flatMap(split)) {
          counts.set(word, (counts.get(word) ?? 0) + 1);
        }
      }
      this.speller = new Speller(index, counts, ranks);
      this.ranker = new Ranker(index, ranks);
    }

    static async of(index) {
      const engine = new Engine(index);
      await engine.ranker.prepare();
      return engine;
    }

    #words(text) {
      return (fold(text, this.index.MAX_LENGTH).match(WORD) ?? []).flatMap((word) => {
        const bare = word.replace(/'s$/u, "").replaceAll("'", "");
        return split(this.forms.get(word) ?? this.forms.get(bare) ?? bare);
      });
    }

    /** Return the people that a text names, the entries for it, best first, how it was read, and how else it may be. */
    search(text) {
      const typed = this.#words(text);
      const kept = this.fillers.replace(typed, () => []);
      const content = (kept.length ? kept : typed).slice(0, this.index.MAX_WORDS);
      const repairs = this.speller.repair(content, /[\p{L}\p{N}]$/u.test(text));
      const read = repairs.flatMap(({ words }) => words);
      const words = this.synonyms.replace(read, (term) => split(this.readings.get(term)));
      const doubtful = repairs.find(({ other }) => other);
      const otherwise = repairs.flatMap((each) => (each === doubtful ? split(each.other) : each.words));
      return {
        people: this.index.people.filter(({ called }) => called.includes(words.join(" "))),
        entries: words.length ? this.ranker.rank(typed, words).slice(0, MOST_SHOWN) : [],
        readAs: repairs.some(({ isRepaired }) => isRepaired) ? read.join(" ") : "",
        otherwise: doubtful ? otherwise.join(" ") : "",
      };
    }
  }

  function element(name, text = "") {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  /** Set a text only where it changes, so that screen readers don't say the same again. */
  function setText(node, text) {
    if (node.textContent !== text) {
      node.textContent = text;
    }
    node.hidden = !text;
  }

  function start(form, input, results) {
    const address = new URL(form.dataset.index, document.baseURI);
    const status = element("p");
    const reading = element("p");
    const offer = element("p");
    const list = element("ol");
    offer.className = "did-you-mean";
    // The number of results is read out; the list itself, with every letter, would be too much.
    list.setAttribute("aria-live", "off");
    results.replaceChildren(status, reading, offer, list);

    let engine = null;
    let loading = null;
    let timer = 0;
    let shown = null;

    function load() {
      loading ??= fetch(address)
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
        .then((index) => Engine.of(index))
        .then((made) => {
          engine = made;
        })
        .catch(() => {
          loading = null;
          setText(status, form.dataset.failed ?? "");
        })
        .then(() => engine && show());
    }

    function item(text, pattern, id, covered = true) {
      const link = element("a", text);
      link.href = new URL(pattern.replace("{id}", () => encodeURIComponent(id)), address).href;
      const made = element("li");
      made.append(link);
      if (!covered) {
        const mark = element("span", engine.index.messages.notCovered);
        mark.className = "not-covered";
        made.append(" ", mark);
      }
      return made;
    }

    function offerInstead(text) {
      const label = `${engine.index.messages.didYouMean} `;
      offer.hidden = !text;
      if (!text) {
        offer.replaceChildren();
      } else if (offer.textContent !== label + text) {
        const button = element("button", text);
        button.type = "button";
        button.addEventListener("click", () => {
          input.value = text;
          input.focus();
          show();
        });
        offer.replaceChildren(label, button);
      }
    }

    /** Show what is found, unless it is there already: whoever has moved to a result stays on it. */
    function show() {
      const text = input.value.trim();
      if (text === shown) {
        return;
      }
      shown = text;
      const { messages, link, personLink } = engine.index;
      const found = text ? engine.search(text) : { people: [], entries: [], readAs: "", otherwise: "" };
      const items = [
        ...found.people.map(({ id, name }) => item(name, personLink, id)),
        ...found.entries.map(({ id, question, covered }) => item(question, link, id, covered)),
      ];
      const summary = items.length ? messages.results.replace("{count}", () => String(items.length)) : messages.nothing;
      setText(status, text && summary);
      setText(reading, found.readAs && messages.readAs.replace("{words}", () => found.readAs));
      offerInstead(found.otherwise);
      list.replaceChildren(...items);
      list.hidden = !items.length;
    }

    function search() {
      clearTimeout(timer);
      timer = 0;
      if (engine) {
        show();
      } else if (input.value.trim()) {
        load();
      }
    }

    /** Move between the input and the results with the arrow keys; Escape leads back to the input. */
    function move(event) {
      // What was typed last is looked up before anybody moves, or the list would be replaced under them.
      if (timer && /^(Arrow|Tab)/.test(event.key)) {
        search();
      }
      const places = [input, ...results.querySelectorAll(":not([hidden]) > button, a")];
      const at = places.indexOf(document.activeElement);
      const place = places[{ ArrowDown: at + 1, ArrowUp: at - 1, Escape: 0 }[event.key]];
      const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.isComposing;
      // The results may stand within the form, which then hears of the key as well.
      if (isPlain && at >= 0 && place && place !== places[at] && !event.defaultPrevented) {
        event.preventDefault();
        place.focus();
      }
    }

    form.addEventListener("focusin", load);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      search();
    });
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE);
    });
    form.addEventListener("keydown", move);
    results.addEventListener("keydown", move);
    // On the way back from an entry, the list is there again.
    list.addEventListener("click", () => history.replaceState({ search: input.value }, ""));
    window.addEventListener("pageshow", () => {
      input.value ||= history.state?.search ?? "";
      search();
    });
    form.hidden = false;
  }

  const form = document.getElementById("search");
  const input = document.getElementById("q");
  const results = document.getElementById("results");
  if (form && input && results) {
    start(form, input, results);
  }
})();
