"use strict";
// Draws the figures of a page with Observable Plot. What a figure shows is the JSON inside it; colours are the page's.
(() => {
  const own = document.getElementById("charts");
  const words = JSON.parse(own.dataset.words);
  const vi = own.dataset.language === "vi";
  const format = new Intl.NumberFormat(vi ? "vi-VN" : "en-GB", { maximumFractionDigits: 4 });
  const whole = new Intl.NumberFormat(vi ? "vi-VN" : "en-GB", { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(vi ? "vi-VN" : "en-GB", { maximumFractionDigits: 1 });
  const hundredth = new Intl.NumberFormat(vi ? "vi-VN" : "en-GB", { maximumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat(vi ? "vi-VN" : "en-GB", { dateStyle: "medium", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(vi ? "vi-VN" : "en-GB", { year: "numeric", month: "short", timeZone: "UTC" });
  const category = (at) => `var(--cat-${(at % 6) + 1})`;
  const number = (value) => (value === undefined || value === null ? "" : format.format(value));
  const slug = (name) => fold(name).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  const provinceLink = (name) => own.dataset.province.replace("NAME", slug(name));
  const stateColour = (name) => `var(--state-${name})`;

  function fold(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  }
  // What a line joins: results of one place on one scale.
  const ranked = (row) => `${row.province} ${row.era}`;
  const series = (row) => `${ranked(row)} ${row.scale ?? ""}`;
  const unique = (values) => [...new Set(values)];
  const has = (row, name) => row[name] !== undefined && row[name] !== null;

  // A plot's frame: what all have in common.
  function plot(options, width) {
    const small = width < 480;
    return Plot.plot({
      width,
      marginTop: 14,
      marginBottom: 30,
      style: { fontSize: small ? "11px" : "12px", color: "var(--soft)", background: "transparent", fontFamily: "inherit" },
      ...options,
    });
  }
  const tip = { pointerEvents: "none", fill: "var(--raised)", stroke: "var(--line)", textPadding: 9, fontSize: 12.5, lineHeight: 1.35 };
  const years = (rows, width) => {
    const all = unique(rows.map((row) => row.year)).sort((a, b) => a - b);
    const step = Math.max(1, Math.ceil((all.length * 46) / width));
    return all.filter((_, at) => (all.length - 1 - at) % step === 0);
  };
  const axisX = (rows, width) => Plot.axisX({ ticks: years(rows, width), tickFormat: "d", tickSize: 0, tickPadding: 8, label: null });
  const axisY = (options = {}) => [
    Plot.gridY({ stroke: "var(--faint)", strokeOpacity: 1, ticks: 5, ...options }),
    Plot.axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: (value) => format.format(value), ...options }),
  ];

  const worst = (rows) => Math.max(2, ...rows.map((row) => row.value));
  const rankScale = (rows) => ({ domain: [worst(rows), 1] });
  const rankTicks = (rows) => ({ ticks: [1, ...[5, 10, 20, 30, 40, 50, 60].filter((tick) => tick <= worst(rows) && (tick > 5 || worst(rows) < 20))] });

  // Rows as points of one measure: claimed and published apart.
  function points(rows, measure) {
    const claimed = rows.filter((row) => has(row, measure)).map((row) => ({ ...row, value: row[measure], claimed: true }));
    const name = `published_${measure}`;
    const published = rows.filter((row) => has(row, name)).map((row) => ({ ...row, value: row[name] }));
    const joins = measure === "rank" ? ranked : series;
    return { claimed: unbroken(claimed, ranked), published: unbroken(published, joins), all: [...claimed, ...published] };
  }
  // The rows by year, each with the line it lies on: a year without a value ends a line.
  function unbroken(rows, joins) {
    const last = new Map();
    for (const row of [...rows].sort((a, b) => a.year - b.year)) {
      const before = last.get(joins(row));
      row.line = before && row.year - before.year <= 1 ? before.line : `${joins(row)} ${row.year}`;
      last.set(joins(row), row);
    }
    return rows;
  }
  function told(row, measure) {
    const lines = [`${row.province} ${row.year}${row.era === 34 ? ` (${words.grid34})` : ""}`];
    if (has(row, measure)) lines.push(`${words.claimed}: ${number(row[measure])}`);
    if (has(row, `published_${measure}`)) lines.push(`${words.published}: ${number(row[`published_${measure}`])}`);
    return lines.join("\n");
  }
  const pointer = (all, measure) =>
    Plot.tip(all, Plot.pointer({ x: "year", y: "value", title: (row) => told(row, measure), ...tip }));

  // Labels at the ends of lines, moved apart where they would lie on each other.
  function endLabels(ends, scale, gap) {
    const placed = ends.map((end) => ({ ...end, at: scale.apply(end.value) })).sort((a, b) => a.at - b.at);
    for (let at = 1; at < placed.length; at += 1) placed[at].at = Math.max(placed[at].at, placed[at - 1].at + gap);
    return placed.map((end) => ({ ...end, value: scale.invert(end.at) }));
  }
  // Of points along the years, the newest and those far enough from the next for a label of their own.
  function spaced(claimed, all, width) {
    const span = Math.max(1, Math.max(...all.map((row) => row.year)) - Math.min(...all.map((row) => row.year)));
    let next = Infinity;
    return [...claimed].sort((a, b) => b.year - a.year).filter((row) => {
      if (((next - row.year) / span) * width < 88) return false;
      next = row.year;
      return true;
    });
  }
  function lastOf(rows) {
    const last = new Map();
    for (const row of rows) if (!last.has(row.province) || last.get(row.province).year <= row.year) last.set(row.province, row);
    return [...last.values()];
  }
  const focusOf = (spec, state) => unique([...spec.focus, ...(state.highlight ? [state.highlight] : [])]);
  const measuresOf = (spec) => ["score", "rank"].filter((name) => spec.rows.some((row) => has(row, name) || has(row, `published_${name}`)));

  function measureControl(spec) {
    const measures = measuresOf(spec);
    return { name: "measure", label: words.measure, choices: measures.map((name) => [name, words[name]]), first: spec.measure };
  }
  function highlightControl(spec) {
    const names = unique(spec.rows.map((row) => row.province)).sort((a, b) => a.localeCompare(b, "vi"));
    return { name: "highlight", label: words.highlight, choices: [["", words.nobody], ...names.map((name) => [name, name])], first: "" };
  }

  const KINDS = {
    lines: {
      controls: (spec) => [measureControl(spec), highlightControl(spec)],
      draw(spec, width, state) {
        const measure = state.measure;
        const { claimed, published, all } = points(spec.rows, measure);
        if (!all.length) return null;
        const focus = focusOf(spec, state);
        const colour = (row) => category(focus.indexOf(row.province));
        const inFocus = (row) => focus.includes(row.province);
        const ends = lastOf(all.filter(inFocus));
        const long = published.filter(inFocus);
        const bare = claimed.filter((row) => inFocus(row) && !long.some((other) => other.province === row.province));
        const make = (labels) =>
          plot(
            {
              height: Math.max(260, Math.min(440, width * 0.5)),
              marginRight: width < 480 ? 88 : 124,
              marginLeft: 40,
              x: { inset: 10 },
              y: measure === "rank" ? rankScale(all) : { nice: true },
              marks: [
                ...axisY(measure === "rank" ? rankTicks(all) : {}),
                axisX(spec.rows, width - 160),
                Plot.line(published.filter((row) => !inFocus(row)), { x: "year", y: "value", z: "line", stroke: "var(--line)", strokeWidth: 1 }),
                Plot.dot(claimed.filter((row) => !inFocus(row)), { x: "year", y: "value", r: 2.5, fill: "var(--soft)", fillOpacity: 0.65 }),
                Plot.line(long, { x: "year", y: "value", z: "line", stroke: colour, strokeWidth: 2 }),
                Plot.dot(long, { x: "year", y: "value", r: 2, fill: colour }),
                Plot.line(bare, { x: "year", y: "value", z: "line", stroke: colour, strokeWidth: 1.5, strokeDasharray: "2 4" }),
                Plot.dot(claimed.filter(inFocus), { x: "year", y: "value", r: 5, fill: colour, stroke: "var(--paper)", strokeWidth: 1.5 }),
                Plot.text(labels, { x: "year", y: "value", text: "province", textAnchor: "start", dx: 10, fill: colour, fontWeight: 600 }),
                pointer(all, measure),
              ],
            },
            width,
          );
        return make(endLabels(ends, make([]).scale("y"), 15));
      },
      keys: () => [{ shape: "dot", colour: "var(--cat-1)", text: words.claimed }, { shape: "line", colour: "var(--cat-1)", text: words.published }],
    },

    ranks: {
      controls: (spec) => [highlightControl(spec)],
      draw(spec, width, state) {
        const focus = focusOf(spec, state);
        const rows = spec.rows
          .filter((row) => focus.includes(row.province) && (has(row, "rank") || has(row, "published_rank")))
          .map((row) => ({ ...row, value: has(row, "rank") ? row.rank : row.published_rank }));
        const shown = rows.filter((row) => spec.rows.some((other) => other.year === row.year && has(other, "rank")));
        const used = unbroken(shown.length ? shown : rows, ranked);
        if (!used.length) return null;
        const colour = (row) => category(focus.indexOf(row.province));
        const make = (labels) =>
          plot(
            {
              height: 420,
              marginLeft: 30,
              marginRight: width < 480 ? 92 : 124,
              x: { inset: 14 },
              y: { ...rankScale(used), insetTop: 12, insetBottom: 4 },
              marks: [
                ...axisY(rankTicks(used)),
                axisX(used, width - 160),
                Plot.line(used, { x: "year", y: "value", z: "line", stroke: colour, strokeWidth: 2, curve: "bump-x" }),
                Plot.dot(used, { x: "year", y: "value", r: 10, fill: (row) => (has(row, "rank") ? colour(row) : "var(--paper)"), stroke: colour, strokeWidth: 1.5 }),
                Plot.text(used, { x: "year", y: "value", text: (row) => String(row.value), fill: (row) => (has(row, "rank") ? "var(--paper)" : colour(row)), fontSize: 10, fontWeight: 700 }),
                Plot.text(labels, { x: "year", y: "value", text: "province", textAnchor: "start", dx: 16, fill: colour, fontWeight: 600 }),
                pointer(used, "rank"),
              ],
            },
            width,
          );
        return make(endLabels(lastOf(used), make([]).scale("y"), 16));
      },
      keys: () => [{ shape: "dot", colour: "var(--cat-1)", text: words.claimed }, { shape: "dot", colour: "var(--cat-1)", hollow: true, text: words.published }],
    },

    single: {
      controls: () => [],
      draw(spec, width) {
        const measure = spec.rows.some((row) => has(row, "score")) ? "score" : spec.rows.some((row) => has(row, "rank")) ? "rank" : "score";
        const { claimed, published, all } = points(spec.rows, measure);
        if (!all.length) return null;
        return plot(
          {
            height: 190,
            marginTop: 26,
            marginLeft: 36,
            marginRight: 8,
            x: { insetLeft: 34, insetRight: 34 },
            y: measure === "rank" ? { domain: [63, 1], inset: 8 } : { nice: true, inset: 8 },
            marks: [
              ...axisY(measure === "rank" ? { ticks: [1, 20, 40, 60] } : { ticks: 3 }),
              axisX(all, width - 60),
              Plot.line(published, { x: "year", y: "value", z: "line", stroke: "var(--cat-1)", strokeOpacity: 0.55, strokeWidth: 1.75 }),
              Plot.dot(published, { x: "year", y: "value", r: 2, fill: "var(--cat-1)", fillOpacity: 0.55 }),
              Plot.dot(claimed, { x: "year", y: "value", r: 5, fill: "var(--cat-1)", stroke: "var(--raised)", strokeWidth: 1.5 }),
              Plot.text(spaced(claimed, all, width - 112), {
                x: "year", y: "value", dy: -13, fill: "var(--ink)", stroke: "var(--raised)", strokeWidth: 4, fontSize: 11, fontWeight: 600,
                text: (row) => (measure === "rank" ? `#${row.rank}` : `${number(row.score)}${has(row, "rank") ? ` · #${row.rank}` : ""}`),
              }),
              pointer(all, measure),
            ],
          },
          width,
        );
      },
    },

    tiles: {
      controls(spec) {
        const found = [];
        if (spec.states) {
          const indices = unique(spec.rows.map((row) => row.index));
          const counted = (index) => spec.rows.filter((row) => row.index === index && row.state !== "not_covered").length;
          indices.sort((a, b) => counted(b) - counted(a));
          found.push({ name: "index", label: words.index, choices: indices.map((name) => [name, name.replaceAll("_", " ")]), first: indices[0] });
        }
        if (spec.rows.some((row) => has(row, "year"))) {
          const claimed = spec.rows.filter((row) => has(row, "score") || has(row, "rank") || (has(row, "state") && row.state !== "not_covered"));
          const all = unique(spec.rows.map((row) => row.year)).sort((a, b) => b - a);
          const counts = new Map();
          for (const row of claimed) counts.set(row.year, (counts.get(row.year) ?? 0) + 1);
          const first = [...all].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0];
          found.push({ name: "year", label: words.year, choices: all.map((year) => [String(year), String(year)]), first: String(first) });
        }
        if (spec.focus) {
          const sources = [["claimed", words.claimed], ["published", words.published]];
          found.push(measureControl(spec), { name: "source", label: words.source, choices: sources, first: "claimed" });
        }
        found.push({ name: "grid", label: words.map, choices: [["63", words.grid63], ["34", words.grid34]], first: "63" });
        return found;
      },
      draw(spec, width, state) {
        const tiles = coloured(spec, state);
        const columns = 1 + Math.max(...tiles.map((tile) => tile.column));
        const rows = 1 + Math.max(...tiles.map((tile) => tile.row));
        const drawn = Math.min(width, columns * (state.grid === "34" ? 104 : 76));
        const narrow = drawn / columns < 68;
        const high = narrow || state.grid === "34" ? 40 : 34;
        // A unit that shows its old provinces has its name in a band above their strips.
        const upper = (tile) => (tile.strips.length > 1 ? tile.row + 0.46 : tile.row);
        const strips = tiles.flatMap((tile) => tile.strips.map((strip, at) => ({ ...strip, tile, x1: tile.column + at / tile.strips.length, x2: tile.column + (at + 1) / tile.strips.length })));
        const label = (tile) => (narrow && tile.label.length > 7 && tile.strips.length === 1 ? tile.label.replace(/ (?=\S+$)/, "\n") : tile.label);
        const known = (strip) => has(strip, "value") && !spec.states;
        const short = (value) => (Number.isInteger(value) ? whole : Math.abs(value) >= 10 ? tenth : hundredth).format(value);
        const ink = (strip) => (strip.step > 3 ? "var(--seq-ink-5)" : "var(--ink)");
        const single = tiles.filter((tile) => tile.strips.length === 1);
        const several = tiles.filter((tile) => tile.strips.length > 1);
        const text = { x: (tile) => tile.column + 0.5, y: (tile) => tile.row + 0.5, text: label, fontSize: narrow ? 8.5 : 10.5, lineHeight: 1, pointerEvents: "none" };
        const middle = (strip) => (strip.x1 + strip.x2) / 2;
        return plot(
          {
            width: drawn,
            height: rows * high + 2,
            margin: 1,
            x: { domain: [0, columns], axis: null },
            y: { domain: [rows, 0], axis: null },
            marks: [
              Plot.rect(strips, {
                x1: "x1", x2: "x2", y1: (strip) => upper(strip.tile), y2: (strip) => strip.tile.row + 1, insetTop: 1, insetBottom: 1,
                insetLeft: 1, rx: 2, fill: "colour", href: (strip) => provinceLink(strip.name),
              }),
              Plot.text(single.filter((tile) => known(tile.strips[0])), { ...text, dy: -6, fill: (tile) => ink(tile.strips[0]), fontWeight: 500 }),
              Plot.text(single.filter((tile) => !known(tile.strips[0])), { ...text, fill: "var(--ink)" }),
              Plot.text(several, { ...text, y: (tile) => tile.row + 0.26, fill: "var(--ink)" }),
              Plot.text(strips.filter(known), {
                x: middle, y: (strip) => strip.tile.row + 0.5, dy: narrow && strips.length === tiles.length ? 12 : 9, text: (strip) => short(strip.value),
                fontSize: narrow || strips.length > tiles.length ? 9 : 10.5, fontWeight: 700, fill: ink, pointerEvents: "none",
              }),
              Plot.tip(strips, Plot.pointer({
                x: middle, y: (strip) => strip.tile.row + 0.5, maxRadius: 30, ...tip,
                title: (strip) => `${strip.name}\n${has(strip, "state") ? spec.states[strip.state] : has(strip, "value") ? number(strip.value) : words.none}`,
              })),
            ],
          },
          drawn,
        );
      },
      keys(spec, state) {
        if (spec.states) return Object.entries(spec.states).map(([name, text]) => ({ colour: stateColour(name), text }));
        const { classes } = classesOf(spec, state);
        return [...classes.map(([low, high], at) => ({ colour: `var(--seq-${at + 1})`, text: low === high ? number(low) : `${number(low)} – ${number(high)}` })), { colour: "var(--blank)", text: words.none }];
      },
    },

    posts: {
      controls: () => [],
      draw(spec, width) {
        const rows = spec.rows.map((row) => ({ ...row, from: new Date(row.from), to: new Date(row.to) }));
        const dots = spec.dots.filter((dot) => rows.some((row) => row.title === dot.title)).map((dot) => ({ ...dot, day: new Date(dot.day) }));
        if (!rows.length) return null;
        const first = Math.min(...rows.map((row) => +row.from)), last = Math.max(...rows.map((row) => +row.to));
        const pad = Math.max((last - first) * 0.05, 45 * 864e5);
        const titles = unique(rows.map((row) => row.title));
        const months = (last - first + 2 * pad) / 2.63e9 / (width / 96);
        const ticks = `${[1, 3, 6, 12, 24, 60].find((step) => step >= months) ?? 120} months`;
        return plot(
          {
            height: titles.length * 52 + 40,
            marginLeft: 4,
            marginRight: 12,
            x: { type: "utc", domain: [new Date(first - pad), new Date(last + pad)] },
            y: { domain: titles, axis: null },
            marks: [
              Plot.gridX({ stroke: "var(--faint)", strokeOpacity: 1, ticks }),
              Plot.axisX({ ticks, tickSize: 0, tickFormat: (date) => month.format(date), label: null }),
              Plot.ruleY(rows, { y: "title", x1: "from", x2: "to", stroke: "var(--cat-1)", strokeOpacity: 0.4, strokeWidth: 7, strokeLinecap: "round" }),
              Plot.dot(dots, { y: "title", x: "day", r: 5, fill: "var(--cat-1)", stroke: "var(--paper)", strokeWidth: 1.5 }),
              Plot.text(rows, { y: "title", text: "title", frameAnchor: "left", dy: -17, fill: "var(--ink)", fontSize: 12.5, lineWidth: width / 13, textOverflow: "ellipsis" }),
              Plot.tip(dots, Plot.pointer({ x: "day", y: "title", title: (dot) => `${dot.title}\n${day.format(dot.day)}`, ...tip })),
            ],
          },
          width,
        );
      },
    },

    months: {
      controls: () => [],
      draw(spec, width) {
        const rows = spec.rows.map((row) => ({ ...row, date: new Date(`${row.month}-01`) }));
        if (!rows.length) return null;
        return plot(
          {
            height: 200,
            marginLeft: 30,
            marginRight: 10,
            x: { type: "utc", inset: 6 },
            y: { nice: true },
            marks: [
              ...axisY({ ticks: 4, tickFormat: (value) => (Number.isInteger(value) ? whole.format(value) : "") }),
              Plot.axisX({ ticks: "year", tickSize: 0, tickFormat: "%Y", label: null }),
              Plot.rectY(rows, { x: "date", interval: "month", y: "directives", insetLeft: 0.5, insetRight: 0.5, fill: (row) => (row.month.startsWith(spec.year) ? "var(--cat-1)" : "var(--seq-3)") }),
              Plot.ruleY([0], { stroke: "var(--line)" }),
              Plot.tip(rows, Plot.pointerX({ x: "date", y: "directives", title: (row) => `${month.format(row.date)}\n${spec.labels.directives}: ${whole.format(row.directives)}`, ...tip })),
            ],
          },
          width,
        );
      },
    },
  };

  // Of the rows that a map shows, what each province has.
  function chosen(spec, state) {
    const name = spec.focus ? (state.source === "published" ? `published_${state.measure}` : state.measure) : "value";
    const rows = spec.rows.filter((row) => (!state.year || String(row.year) === state.year) && (!state.index || row.index === state.index));
    return new Map(rows.map((row) => [`${row.era}|${row.province ?? row.name}`, { value: row[name], state: row.state }]));
  }
  function classesOf(spec, state) {
    const found = chosen(spec, state);
    const downward = state.measure === "rank" && spec.focus;
    const values = unique([...found.values()].map((row) => row.value).filter((value) => value !== undefined && value !== null)).sort((a, b) => (downward ? b - a : a - b));
    const count = Math.min(5, values.length);
    const classes = Array.from({ length: count }, (_, at) => {
      const part = values.slice(Math.floor((at * values.length) / count), Math.floor(((at + 1) * values.length) / count));
      return [part[0], part[part.length - 1]];
    });
    const step = (value) => 1 + classes.findIndex(([a, b]) => value >= Math.min(a, b) && value <= Math.max(a, b));
    return { found, classes, step };
  }
  function coloured(spec, state) {
    const { found, step } = classesOf(spec, state);
    const strip = (era, name, names) => {
      const row = names.map((each) => found.get(`${era}|${each}`)).find((each) => each) ?? {};
      const known = row.value !== undefined && row.value !== null;
      return { name, ...row, step: known ? step(row.value) : 0, colour: row.state ? stateColour(row.state) : known ? `var(--seq-${step(row.value)})` : "var(--blank)" };
    };
    return spec.grids[state.grid].map((tile) => {
      const own = strip(Number(state.grid), tile.name, tile.names);
      const bare = own.value === undefined && own.state === undefined;
      const strips = bare && tile.parts ? tile.parts.map((part) => strip(63, part.name, part.names)) : [own];
      return { ...tile, strips };
    });
  }

  // A figure: its controls, its drawing, its legend, and saving.
  function select(control, state, redraw) {
    const label = document.createElement("label");
    label.append(control.label);
    const box = document.createElement("select");
    for (const [value, text] of control.choices) box.add(new Option(text, value));
    box.value = control.first ?? control.choices[0][0];
    box.dataset.name = control.name;
    state[control.name] = box.value;
    box.addEventListener("change", () => {
      state[control.name] = box.value;
      redraw();
    });
    label.append(box);
    return label;
  }
  function legend(keys) {
    const list = document.createElement("ul");
    list.className = "keys";
    for (const key of keys) {
      const item = document.createElement("li");
      const sign = document.createElement("i");
      if (key.shape) sign.className = key.shape;
      if (key.shape === "line") sign.style.borderTopColor = key.colour;
      else if (key.hollow) sign.style.borderColor = key.colour;
      else sign.style.background = key.colour;
      item.append(sign, key.text);
      list.append(item);
    }
    return list;
  }
  // A picture is one thing to a screen reader; its links are in the table, and here for the pointer only.
  function unwrap(link) {
    const mark = link.firstElementChild;
    const address = link.getAttribute("href") ?? link.getAttribute("xlink:href");
    mark.classList.add("leads");
    mark.addEventListener("click", () => location.assign(address));
    link.replaceWith(mark);
  }
  function start(figure) {
    const own = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const spec = own.from ? { ...JSON.parse(document.getElementById(own.from).textContent), ...own } : own;
    const kind = KINDS[spec.kind];
    const place = figure.querySelector("[data-drawing]");
    const state = {};
    function redraw() {
      const width = Math.floor(place.clientWidth);
      if (!width) return;
      const drawing = kind.draw(spec, width, state);
      place.replaceChildren();
      if (!drawing) {
        place.append(words.empty);
        return;
      }
      const svg = drawing.tagName === "svg" ? drawing : drawing.querySelector("svg");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", place.dataset.label);
      for (const part of svg.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
      for (const link of svg.querySelectorAll("a")) unwrap(link);
      place.append(drawing);
      if (kind.keys) place.append(legend(kind.keys(spec, state)));
      figure.dataset.drawn = "yes";
    }
    const controls = kind.controls(spec).filter((control) => control.choices.length > 1 || !(state[control.name] = control.first ?? control.choices[0]?.[0]));
    figure.querySelector("[data-controls]").append(...controls.map((control) => select(control, state, redraw)));
    const tools = figure.querySelector("[data-tools]");
    for (const [text, save] of [[words.svg, saveSvg], [words.png, savePng]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.addEventListener("click", () => save(place.querySelector("svg"), figure.id, place.dataset.label));
      tools.append(button);
    }
    redraw();
    let width = place.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(place.clientWidth - width) < 2) return;
      width = place.clientWidth;
      redraw();
    }).observe(place);
  }

  // A picture by itself: its styles written into it, on the page's paper.
  const STYLES = "fill stroke stroke-width stroke-dasharray stroke-linecap fill-opacity stroke-opacity opacity font-size font-weight font-family text-anchor paint-order".split(" ");
  function standalone(svg, title) {
    const copy = svg.cloneNode(true);
    const from = svg.querySelectorAll("*"), to = copy.querySelectorAll("*");
    from.forEach((node, at) => {
      const style = getComputedStyle(node);
      for (const name of STYLES) to[at].setAttribute(name, style.getPropertyValue(name));
      to[at].removeAttribute("style");
    });
    for (const style of copy.querySelectorAll("style")) style.remove();
    copy.removeAttribute("style");
    const box = svg.viewBox.baseVal;
    const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x: box.x, y: box.y, width: box.width, height: box.height, fill: getComputedStyle(document.body).backgroundColor })) paper.setAttribute(name, value);
    const heading = document.createElementNS("http://www.w3.org/2000/svg", "title");
    heading.textContent = title;
    copy.prepend(heading, paper);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    return new XMLSerializer().serializeToString(copy);
  }
  function download(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  function saveSvg(svg, name, title) {
    if (svg) download(new Blob([standalone(svg, title)], { type: "image/svg+xml" }), `${name}.svg`);
  }
  function savePng(svg, name, title) {
    if (!svg) return;
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = document.createElement("canvas");
      canvas.width = svg.viewBox.baseVal.width * 2;
      canvas.height = svg.viewBox.baseVal.height * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => download(blob, `${name}.png`), "image/png");
    });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg, title))}`;
  }

  for (const figure of document.querySelectorAll("[data-chart]")) start(figure);
})();
