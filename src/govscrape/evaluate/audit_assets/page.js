"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { file, words } = data;
  const key = `govscrape-audit:${file.audit.id}`;
  const cards = [...document.querySelectorAll(".item")];
  const by = document.getElementById("by");
  const overview = document.getElementById("overview");
  const actions = document.getElementById("actions");
  const exported = document.getElementById("file");
  const keys = document.getElementById("keys");
  const signs = { right: "✓", wrong: "✗", unsure: "?" };
  const untouched = () => ({ verdict: null, edits: {}, withdrawn: false, note: "", at: null });
  let said = file.items.map(untouched);
  let at = 0;
  let saved = true;
  let keeps = true;
  const past = [];

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, values = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  };
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const told = (value) => (value === null || (Array.isArray(value) && !value.length) ? words.nothing : Array.isArray(value) ? value.join("; ") : String(value));
  const spec = (number) => data.slots[file.items[number].locator.kind];
  const row = (number, slot) => cards[number].querySelector(`tr[data-slot="${slot}"]`);
  const say = (text, alarm = false) => {
    message.textContent = text;
    message.classList.toggle("alarm", alarm);
  };
  const message = make("p", { id: "message" });
  message.setAttribute("role", "status");
  document.querySelector("header").append(message);

  // What is written, and where it is kept.
  const content = () => ({
    ...file,
    by: by.value.trim(),
    items: file.items.map((item, number) => {
      const { verdict, edits, withdrawn, note, at: when } = said[number];
      const listed = Object.entries(edits).map(([slot, value]) => ({ slot, expected: item.record[slot], new: value }));
      return { ...item, verdict, edits: listed, withdrawn, note: note.trim() || null, at: when };
    }),
  });
  const text = () => `${JSON.stringify(content(), null, 1)}\n`;
  const remember = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ by: by.value, said, at }));
      keeps = true;
    } catch {
      keeps = false;
    }
  };
  const recall = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      if (kept && Array.isArray(kept.said) && kept.said.length === said.length) {
        said = kept.said;
        by.value = kept.by;
        at = Math.min(kept.at, said.length - 1);
      }
    } catch {
      keeps = false;
    }
  };
  const changed = () => {
    saved = false;
    remember();
    draw();
  };
  const before = () => past.push({ number: at, was: structuredClone(said[at]) });
  const now = () => new Date().toISOString();

  // What is shown.
  const draw = () => {
    const judged = said.filter((one) => one.verdict).length;
    const counts = Object.keys(signs).map((name) => make("span", {
      className: `state-${name}`, title: words[name], textContent: `${signs[name]} ${said.filter((one) => one.verdict === name).length}`,
    }));
    document.getElementById("progress").replaceChildren(fill(words.progress, { judged, all: said.length }), ...counts);
    cards.forEach((card, number) => card.classList.toggle("current", number === at));
    [...overview.children].forEach((button, number) => {
      const { verdict } = said[number];
      button.className = verdict ? `state-${verdict}` : "";
      button.querySelector("i").textContent = verdict ? signs[verdict] : "";
      button.setAttribute("aria-current", String(number === at));
      button.setAttribute("aria-label", `${number + 1}: ${words[verdict || "open"]}`);
    });
    drawCard(at);
    for (const [name, button] of Object.entries(buttons)) {
      const { verdict, withdrawn } = said[at];
      if (name in signs) button.setAttribute("aria-pressed", String(verdict === name));
      if (name === "withdraw") button.setAttribute("aria-pressed", String(withdrawn));
    }
    if (document.getElementById("export").open) exported.value = text();
    if (!keeps) say(words.not_kept, true);
  };
  const drawCard = (number) => {
    const { verdict, edits, withdrawn, note } = said[number];
    const card = cards[number];
    const line = card.querySelector(".said");
    card.classList.toggle("withdrawn", withdrawn);
    line.className = `said ${verdict ? `state-${verdict}` : ""}`;
    line.replaceChildren(verdict ? `${signs[verdict]} ${words[verdict]}` : words.open);
    if (withdrawn) line.append(make("small", { textContent: words.withdrawn }));
    else if (verdict === "wrong" && !Object.keys(edits).length) line.append(make("small", { textContent: words.wrong_next }));
    const field = card.querySelector(".note textarea");
    if (field.value !== note) field.value = note;
    if (card.classList.contains("editing")) return;
    for (const { name } of spec(number)) {
      const value = file.items[number].record[name];
      const holder = row(number, name);
      holder.classList.toggle("edited", name in edits);
      const cell = holder.querySelector("td");
      if (name in edits) cell.replaceChildren(make("del", { textContent: told(value) }), " ", make("ins", { textContent: told(edits[name]) }));
      else cell.textContent = told(value);
    }
  };
  const show = (number) => {
    if (number < 0 || number >= cards.length) return;
    if (!leaveFields()) return;
    at = number;
    remember();
    draw();
    cards[at].focus({ preventScroll: true });
    const top = cards[at].getBoundingClientRect().top + scrollY - document.querySelector("header").offsetHeight - 12;
    scrollTo({ top: Math.min(scrollY, Math.max(0, top)) });
    overview.children[at].scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const showOpen = () => {
    for (let step = 1; step <= said.length; step += 1) {
      const number = (at + step) % said.length;
      if (!said[number].verdict) return show(number);
    }
    return draw();
  };

  // What a reader does.
  const judge = (verdict) => {
    if (!leaveFields()) return;
    before();
    const kept = verdict === "wrong" ? said[at] : { edits: {}, withdrawn: false };
    said[at] = { ...said[at], edits: kept.edits, withdrawn: kept.withdrawn, verdict, at: now() };
    changed();
    if (verdict !== "wrong") showOpen();
  };
  const withdraw = () => {
    if (!leaveFields()) return;
    before();
    const withdrawn = !said[at].withdrawn;
    said[at] = { ...said[at], withdrawn, edits: {}, verdict: "wrong", at: now() };
    changed();
  };
  const undo = () => {
    if (!leaveFields()) return;
    const last = past.pop();
    if (!last) return;
    said[last.number] = last.was;
    at = last.number;
    changed();
    show(at);
  };
  const parse = (value, { form, optional }) => {
    const plain = value.trim();
    if (form === "list") return value.split("\n").map((line) => line.trim()).filter(Boolean);
    if (!plain) {
      if (!optional) throw words.needed;
      return null;
    }
    if (form === "int" && !/^[+-]?\d+$/.test(plain)) throw words.bad_number;
    if (form === "float" && !/^[+-]?\d+([.,]\d+)?$/.test(plain)) throw words.bad_number;
    if (form === "int" || form === "float") return Number(plain.replace(",", "."));
    if (form !== "date") return plain.normalize("NFC");
    const local = plain.match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/);
    const iso = local ? `${local[3]}-${local[2].padStart(2, "0")}-${local[1].padStart(2, "0")}` : plain;
    const day = new Date(`${iso}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(iso) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== iso) throw words.bad_date;
    return iso;
  };
  const field = (slot, value) => {
    const plain = value === null ? "" : Array.isArray(value) ? value.join("\n") : String(value);
    const named = { name: slot.name, id: `${at}-${slot.name}` };
    if (slot.form === "choice") {
      const values = slot.optional ? ["", ...slot.choices] : slot.choices;
      return make("select", named, ...values.map((one) => make("option", { value: one, textContent: one || "—", selected: one === plain })));
    }
    const isLong = slot.form === "list" || plain.length > 40;
    const made = isLong ? make("textarea", { ...named, value: plain, rows: Math.min(6, Math.max(2, Math.ceil(plain.length / 40), plain.split("\n").length)) }) : make("input", { ...named, value: plain });
    made.autocomplete = "off";
    made.spellcheck = false;
    if (slot.form === "int" || slot.form === "float") made.inputMode = "decimal";
    if (data.choices[slot.name] && !isLong) made.setAttribute("list", `choices-${slot.name}`);
    return made;
  };
  const edit = () => {
    const card = cards[at];
    if (card.classList.contains("editing")) return;
    card.classList.add("editing");
    if (said[at].withdrawn) card.classList.remove("withdrawn");
    const shown = { ...file.items[at].record, ...said[at].edits };
    for (const slot of spec(at)) {
      const cell = row(at, slot.name).querySelector("td");
      const input = field(slot, shown[slot.name]);
      const label = `${slot.name.replaceAll("_", " ")}${data.meanings[slot.name] ? `: ${data.meanings[slot.name]}` : ""}`;
      input.setAttribute("aria-label", label);
      input.title = label;
      cell.replaceChildren(input, make("small", { className: "problem" }));
    }
    const tools = make("p", { className: "edit-tools" });
    tools.append(
      make("button", { type: "button", className: "main", textContent: words.done, onclick: () => finishEditing() }),
      make("button", { type: "button", textContent: words.cancel, onclick: () => cancelEditing() }),
      make("small", { textContent: words.edit_hint }),
    );
    card.querySelector(".slots").after(tools);
    const filled = spec(at).find(({ name }) => told(shown[name]) !== words.nothing) || spec(at)[0];
    row(at, filled.name).querySelector("input, select, textarea").focus();
  };
  // The fields as values, or null when one cannot be read.
  const readFields = () => {
    const edits = {};
    let broken = null;
    for (const slot of spec(at)) {
      const input = row(at, slot.name).querySelector("input, select, textarea");
      const problem = row(at, slot.name).querySelector(".problem");
      try {
        const value = parse(input.value, slot);
        input.removeAttribute("aria-invalid");
        problem.textContent = "";
        if (!same(value, file.items[at].record[slot.name])) edits[slot.name] = value;
      } catch (reason) {
        if (typeof reason !== "string") throw reason;
        input.setAttribute("aria-invalid", "true");
        problem.textContent = reason;
        broken = broken || input;
      }
    }
    if (broken) broken.focus();
    return broken ? null : edits;
  };
  // A province's code goes with its name.
  const withCode = (edits) => {
    const { record } = file.items[at];
    if (!("subject" in edits) || "subject_code" in edits) return edits;
    const level = edits.subject_level || record.subject_level;
    const codes = level === "province" ? data.codes[edits.subject] : null;
    const old = Object.values(data.codes).find((pair) => pair.includes(record.subject_code));
    const place = old && old[0] !== record.subject_code ? 1 : 0;
    const code = codes ? codes[place] || codes[0] : null;
    return code === record.subject_code ? edits : { ...edits, subject_code: code };
  };
  const finishEditing = () => {
    const read = readFields();
    if (!read) return false;
    const edits = withCode(read);
    closeFields();
    if (!same(edits, said[at].edits) || said[at].withdrawn) {
      before();
      const isWrong = Object.keys(edits).length > 0;
      const verdict = isWrong ? "wrong" : said[at].verdict;
      said[at] = { ...said[at], edits, withdrawn: false, verdict, at: verdict ? now() : null };
      changed();
    } else draw();
    cards[at].focus({ preventScroll: true });
    return true;
  };
  const closeFields = () => {
    cards[at].classList.remove("editing");
    cards[at].querySelector(".edit-tools")?.remove();
  };
  // False where a field holds something that cannot be kept.
  const leaveFields = () => !cards[at].classList.contains("editing") || finishEditing();
  const cancelEditing = () => {
    closeFields();
    draw();
    cards[at].focus({ preventScroll: true });
  };
  const note = () => cards[at].querySelector(".note textarea").focus();
  const save = () => {
    if (!leaveFields()) return;
    const name = `audit-${file.audit.id}.json`;
    const url = URL.createObjectURL(new Blob([text()], { type: "application/json" }));
    const link = make("a", { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    saved = true;
    say(by.value.trim() ? fill(words.saved, { name }) : `${fill(words.saved, { name })}. ${words.no_name}`, !by.value.trim());
  };
  const load = async (input) => {
    try {
      const read = JSON.parse(await input.files[0].text());
      if (read.audit.id !== file.audit.id) throw new Error("another page");
      const found = new Map(read.items.map((item) => [item.item, item]));
      said = file.items.map((item) => {
        const known = found.get(item.item);
        const edits = Object.fromEntries(known.edits.map((one) => [one.slot, one.new]));
        return { verdict: known.verdict, edits, withdrawn: known.withdrawn, note: known.note || "", at: known.at };
      });
      by.value = read.by || by.value;
      past.length = 0;
      changed();
      say(fill(words.loaded, { count: said.filter((one) => one.verdict).length }));
    } catch {
      say(words.not_loaded, true);
    }
    input.value = "";
  };

  // Keys and buttons.
  const doing = {
    j: () => show(at + 1), k: () => show(at - 1), g: showOpen,
    y: () => judge("right"), n: () => judge("wrong"), u: () => judge("unsure"),
    e: edit, x: withdraw, c: note, b: () => by.focus(), z: undo, s: save,
    "?": () => (keys.open ? keys.close() : keys.showModal()),
  };
  // Where an input method swallows the letter, the place of the key tells it.
  const named = (event) => (event.key.length === 1 ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { target } = event;
    if (target.matches("input, select, textarea")) {
      const isEditing = target.closest(".slots");
      if (event.key === "Escape") {
        event.preventDefault();
        if (isEditing) cancelEditing();
        else cards[at].focus({ preventScroll: true });
      } else if (event.key === "Enter" && !event.isComposing && (target.tagName !== "TEXTAREA" || event.shiftKey || !isListField(target))) {
        event.preventDefault();
        if (isEditing) finishEditing();
        else cards[at].focus({ preventScroll: true });
      }
      return;
    }
    if (keys.open && event.key !== "?") return;
    const act = doing[named(event)];
    if (!act || event.repeat) return;
    event.preventDefault();
    act();
  });
  const isListField = (target) => spec(at).some(({ name, form }) => name === target.name && form === "list");
  const buttons = {};
  const button = (name, press, letter) => {
    const made = make("button", { type: "button", className: `to-${name}`, onclick: press }, make("kbd", { textContent: letter }), ` ${words[name]}`);
    buttons[name] = made;
    actions.append(made);
  };
  button("previous", doing.k, "k");
  button("right", doing.y, "y");
  button("wrong", doing.n, "n");
  button("unsure", doing.u, "u");
  button("edit", doing.e, "e");
  button("withdraw", doing.x, "x");
  button("next", doing.j, "j");
  document.getElementById("save").onclick = save;
  document.getElementById("show-keys").onclick = doing["?"];
  document.getElementById("load").onchange = (event) => load(event.target);
  document.getElementById("export").ontoggle = draw;
  exported.onfocus = () => exported.select();
  by.oninput = () => {
    saved = false;
    remember();
    if (document.getElementById("export").open) exported.value = text();
  };
  addEventListener("beforeunload", (event) => {
    if (!saved && !keeps) event.preventDefault();
  });

  cards.forEach((card, number) => {
    const area = make("textarea", { rows: 1, placeholder: words.note_hint, oninput: () => {
      said[number] = { ...said[number], note: area.value };
      saved = false;
      remember();
    } });
    const label = make("label", { className: "note" }, make("span", {}, make("kbd", { textContent: "c" }), ` ${words.note}`), area);
    card.querySelector(".said").after(label);
    overview.append(make("button", { type: "button", onclick: () => show(number) }, String(number + 1), make("i")));
  });
  for (const [slot, values] of Object.entries(data.choices)) {
    document.body.append(make("datalist", { id: `choices-${slot}` }, ...values.map((value) => make("option", { value }))));
  }
  document.documentElement.classList.add("js");
  recall();
  if (!cards.length) return;
  draw();
  show(at);
})();
