"use strict";
// Searches the files of `search/` by the rules of govscrape.dataset.search, in the browser. See explore/search_index.py.
(() => {
  const own = document.getElementById("search");
  const words = JSON.parse(own.dataset.words);
  const vi = own.dataset.language === "vi";
  const place = document.getElementById("results");
  const WORDS_MAX = 16, QUERY_MAX = 400, SHOWN_MAX = 50, TITLE_END = 1000, NEAR = 10, NAME_MAX = 8;
  const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
  const waiting = new Map();

  // The index files call this with what they hold.
  window.govscrapeIndex = (name, value) => waiting.get(name)?.(value);
  const loaded = new Map();
  function load(file, name) {
    if (!loaded.has(file)) {
      loaded.set(file, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = own.dataset.index + file;
        script.onerror = reject;
        document.head.append(script);
      }));
    }
    return loaded.get(file);
  }

  function normalise(text) {
    return text.replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, "").replace(/[ÐƉ]/g, "Đ").replace(/[ðɖ]/g, "đ").normalize("NFC").toLowerCase();
  }
  function fold(text) {
    return [...text.toLowerCase()].map((sign) => (/[đðɖ]/.test(sign) ? "d" : /\p{Script=Latin}/u.test(sign) ? sign.normalize("NFD")[0] : sign)).join("");
  }
  function spelling(word) {
    const split = word.normalize("NFD");
    const tones = split.match(TONES) ?? [];
    return split.replace(TONES, "").normalize("NFC") + tones.map((tone) => tone.codePointAt(0).toString(16)).join("");
  }
  const WORD = /[\p{L}\p{N}_]+/gu;
  function parse(text) {
    const terms = [];
    for (const found of normalise(text).matchAll(/"([^"]*)"(\*?)|([\p{L}\p{N}_]+)(\*?)/gu)) {
      const list = (found[1] ?? found[3] ?? "").match(WORD) ?? [];
      if (list.length) terms.push({ words: list, accents: list.some((word) => fold(word) !== word), prefix: Boolean(found[2] || found[4]) });
    }
    return terms;
  }

  const shardOf = (word) => {
    const found = /^[a-z0-9]{1,2}/.exec(word);
    return found && (found[0].length === 2 || word.length === 1) ? found[0] : "other";
  };
  async function entries(word, prefix, index) {
    const folded = fold(word);
    const name = shardOf(folded);
    const shards = prefix && folded.length === 1 ? index.shards.filter((each) => each.startsWith(folded)) : index.shards.includes(name) ? [name] : [];
    // A common word has a file of its own, which nobody else loads.
    const own = prefix ? Object.keys(index.own).filter((each) => each.startsWith(folded)) : Object.hasOwn(index.own, folded) ? [folded] : [];
    const names = own.length && !prefix ? [index.own[folded]] : [...shards, ...own.map((each) => index.own[each])];
    const parts = await Promise.all(names.map((each) => load(`words/${each}.js`, each)));
    return parts.flatMap((part) => (prefix ? Object.keys(part).filter((each) => each.startsWith(folded)) : Object.hasOwn(part, folded) ? [folded] : []).map((each) => part[each]));
  }
  // Article to the places of a word in it.
  const placed = new Map();
  function places(word, accents, prefix, index) {
    const key = [word, accents, prefix].join(" ");
    if (!placed.has(key)) placed.set(key, placesOf(word, accents, prefix, index));
    return placed.get(key);
  }
  async function placesOf(word, accents, prefix, index) {
    const found = new Map();
    const wanted = spelling(word);
    const letters = wanted.replace(/\d+$/, "");
    for (const spellings of await entries(word, prefix, index)) {
      for (const [key, packed] of Object.entries(spellings)) {
        if (accents && (prefix ? !key.startsWith(letters) || !key.endsWith(wanted.slice(letters.length)) : key !== wanted)) continue;
        for (const [article, list] of unpacked(packed)) found.set(article, [...(found.get(article) ?? []), ...list]);
      }
    }
    return found;
  }
  function* unpacked(packed) {
    let article = 0;
    for (let at = 0; at < packed.length; ) {
      article += packed[at];
      let word = 0;
      const list = [];
      for (let next = at + 2; next < at + 2 + packed[at + 1]; next += 1) list.push((word += packed[next]));
      at += 2 + packed[at + 1];
      yield [article, list];
    }
  }
  async function rowOf(list, accents, prefix, index) {
    const each = await Promise.all(list.map((word, at) => places(word, accents, prefix && at === list.length - 1, index)));
    const found = new Map();
    for (const [article, starts] of each[0]) {
      const rest = each.slice(1).map((places) => new Set(places.get(article) ?? []));
      const fit = starts.filter((start) => rest.every((places, at) => places.has(start + at + 1)));
      if (fit.length) found.set(article, fit);
    }
    return found;
  }
  const inARow = (terms) => ({ words: terms.flatMap((term) => term.words), accents: terms.some((term) => term.accents), prefix: terms.at(-1).prefix });
  // Each spelling of a province among the terms as its name: as _with_names does.
  function withNames(terms, names) {
    const found = [];
    for (let at = 0; at < terms.length; ) {
      let after = Math.min(terms.length, at + NAME_MAX), name = null;
      for (; after > at; after -= 1) {
        const some = terms.slice(at, after);
        const text = some.flatMap((term) => term.words).join(" ");
        if (!Object.hasOwn(names, text) || some.some((term) => term.prefix)) continue;
        const own = normalise(names[text]).match(WORD).join(" ");
        const accents = fold(text) !== text;
        name = { words: (!accents && text === fold(own) ? text : own).split(" "), accents, prefix: false };
        break;
      }
      found.push(name ?? terms[at]);
      at = name ? after : at + 1;
    }
    return found;
  }
  // Of the parts where terms are near each other the one with most of them, and of these the closest: how many terms are
  // not there, its start and end.
  function closest(lists, terms) {
    const places = lists.flatMap((list, number) => list.map((at) => [at, number])).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const latest = new Map();
    let best = null;
    for (const [at, number] of places) {
      latest.set(number, at);
      const near = [...latest].filter(([each, from]) => at - from - terms[each].words.length <= NEAR);
      const [first, start] = near.reduce((a, b) => (b[1] < a[1] ? b : a));
      const missing = terms.length - near.length;
      const between = Math.max(0, at - start - terms[first].words.length);
      if (best && (missing > best.missing || (missing === best.missing && between >= best.between))) continue;
      best = { missing, between, start, end: Math.max(...near.map(([each, from]) => from + terms[each].words.length)) };
    }
    return best;
  }
  // The articles that have all terms, each with whether they are in the title and whether they stand near each other.
  async function having(terms, index) {
    if (!terms.length) return new Map();
    const found = await Promise.all(terms.map((term) => rowOf(term.words, term.accents, term.prefix, index)));
    const having = new Map();
    for (const article of found[0].keys()) {
      if (!found.every((places) => places.has(article))) continue;
      const lists = found.map((places) => places.get(article));
      having.set(article, { title: lists.every((list) => list.some((at) => at < TITLE_END)), near: terms.length > 1 && !closest(lists, terms).missing });
    }
    return having;
  }
  async function search(text, index) {
    const terms = parse(text);
    if (!terms.length) return [];
    const named = withNames(terms, index.names);
    // Quotes have told already what stands in a row.
    const quoted = terms.length > 1 && terms.some((term) => term.words.length > 1);
    const [row, byName, all] = await Promise.all([quoted ? [] : [inARow(terms)], named, terms].map((each) => having(each, index)));
    const rank = (article) => {
      const readings = [[row, 0], [byName, byName.get(article)?.near ? 2 : 4], [all, 6]];
      const [reading, least] = readings.find(([each]) => each.has(article));
      return least + (reading.get(article).title ? 0 : 1);
    };
    // Articles are numbered from the newest on.
    const articles = [...new Set([...row.keys(), ...byName.keys(), ...all.keys()])].map((article) => [article, rank(article)]);
    articles.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
    return articles.map(([article]) => ({ article, terms: byName.has(article) && !row.has(article) ? named : terms }));
  }

  function excerpt(text, terms) {
    const tokens = [...text.normalize("NFC").matchAll(WORD)];
    const shown = text.normalize("NFC");
    const starts = (term) => tokens.flatMap((_, at) => {
      const fits = at + term.words.length <= tokens.length && term.words.every((word, next) => {
        const token = normalise(tokens[at + next][0]);
        const last = term.prefix && next === term.words.length - 1;
        const [a, b] = term.accents ? [spelling(token), spelling(word)] : [fold(token), fold(word)];
        return last ? fold(token).startsWith(fold(word)) : a === b;
      });
      return fits ? [at] : [];
    });
    const row = inARow(terms);
    const found = closest([starts(row)], [row]) ?? closest(terms.map(starts), terms);
    if (found) {
      const end = tokens[found.end - 1];
      return [shown, tokens[found.start].index, end.index + end[0].length];
    }
    return [shown, 0, 0];
  }
  function shownExcerpt([text, start, end]) {
    const part = document.createElement("p");
    part.lang = "vi";
    const before = Math.max(0, start - 70), after = Math.min(text.length, end + 90);
    const first = before ? text.indexOf(" ", before) + 1 : 0;
    const last = after < text.length ? Math.max(end, text.lastIndexOf(" ", after)) : after;
    part.append(first ? "… " : "", text.slice(first, start));
    if (end > start) {
      const mark = document.createElement("mark");
      mark.className = "k-index";
      mark.textContent = text.slice(start, end);
      part.append(mark);
    }
    part.append(text.slice(end, last), last < text.length ? " …" : "");
    return part;
  }
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  function dayOf(text) {
    const [year, month, day] = text.split("-").map(Number);
    if (!year) return "";
    return vi ? `${day}/${month}/${year}` : `${day} ${MONTHS[month - 1]} ${year}`;
  }
  async function show(found, index) {
    const list = document.createElement("ol");
    list.className = "found";
    for (const { article, terms } of found.slice(0, SHOWN_MAX)) {
      const shown = await load(`texts/${Math.floor(article / index.texts)}.js`, `text ${Math.floor(article / index.texts)}`);
      const [id, title, province, published, text] = shown[article % index.texts];
      const item = document.createElement("li");
      const heading = document.createElement("h2");
      const link = document.createElement("a");
      link.href = own.dataset.article.replace("NUMBER", id);
      link.lang = "vi";
      link.textContent = title ?? words.untitled;
      heading.append(link);
      const about = document.createElement("p");
      about.className = "quiet";
      about.textContent = [province, dayOf(published)].filter(Boolean).join(" · ");
      item.append(heading, shownExcerpt(excerpt(text, terms)), about);
      list.append(item);
    }
    return list;
  }
  // Bodies and documents that have all words in their spellings and province.
  async function namedIn(text) {
    const wanted = (normalise(text).match(WORD) ?? []).map((word) => (fold(word) === word ? [word, fold] : [spelling(word), spelling]));
    const found = [];
    for (const row of wanted.length ? await load("names.js", "names") : []) {
      const list = normalise([...row[4], row[3]].join(" ")).match(WORD) ?? [];
      if (wanted.every(([word, as]) => list.some((one) => as(one) === word))) found.push(row);
    }
    const most = ["organisation", "document"].flatMap((kind) => found.filter((row) => row[0] === kind).slice(0, 8));
    if (!most.length) return [];
    const section = document.createElement("section");
    section.className = "named";
    section.setAttribute("aria-label", words.named);
    const heading = document.createElement("h2");
    heading.textContent = words.named;
    const list = document.createElement("ul");
    list.className = "linked";
    for (const [kind, key, name, beside] of most) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = own.dataset.article.replace("article/NUMBER.html", `${kind}/${key}.html`);
      link.lang = "vi";
      link.textContent = name;
      const about = document.createElement("span");
      about.className = "quiet";
      about.textContent = ` ${beside}`;
      item.append(link, about);
      list.append(item);
    }
    section.append(heading, list);
    return [section];
  }
  const number = (value) => value.toLocaleString(vi ? "vi-VN" : "en-GB");
  function counted(count) {
    return (count > SHOWN_MAX ? words.of.replace("{shown}", number(SHOWN_MAX)) : words.found).replace("{count}", number(count));
  }
  function say(text) {
    const line = document.createElement("p");
    line.className = "quiet";
    line.dataset.count = "";
    line.textContent = text;
    return line;
  }
  async function run() {
    const text = new URLSearchParams(location.search).get("q") ?? "";
    for (const box of document.querySelectorAll('input[name="q"]')) if (box.id === "q") box.value = text;
    if (!text.trim()) return;
    const other = document.querySelector("a.language");
    other.href = `${other.getAttribute("href")}?q=${encodeURIComponent(text)}`;
    if (text.length > QUERY_MAX || parse(text).flatMap((term) => term.words).length > WORDS_MAX) {
      place.replaceChildren(say(words.too_long));
      return;
    }
    place.replaceChildren(say(words.reading));
    const index = await load("index.js", "index");
    const all = await search(text, index);
    const named = await namedIn(text);
    if (!all.length) {
      place.replaceChildren(...named, say(words.none));
      return;
    }
    place.replaceChildren(...named, say(counted(all.length)), await show(all, index));
  }
  run();
})();
