"use strict";
// Pointing at words shows their records, and at a record its words.
(() => {
  const marks = [...document.querySelectorAll("mark[data-records]")];
  const cards = new Map([...document.querySelectorAll("[data-record]")].map((card) => [card.dataset.record, card]));
  const numbers = (mark) => mark.dataset.records.split(" ");

  function light(wanted) {
    for (const mark of marks) mark.classList.toggle("lit", numbers(mark).some((number) => wanted.includes(number)));
    for (const [number, card] of cards) card.classList.toggle("lit", wanted.includes(number));
  }
  for (const mark of marks) {
    mark.addEventListener("pointerenter", () => light(numbers(mark).slice(-1)));
    mark.addEventListener("pointerleave", () => light([]));
    mark.addEventListener("click", () => show(numbers(mark).at(-1)));
  }
  for (const [number, card] of cards) {
    card.addEventListener("pointerenter", () => light([number]));
    card.addEventListener("pointerleave", () => light([]));
    card.addEventListener("focusin", () => light([number]));
    card.addEventListener("focusout", () => light([]));
  }
  function show(number) {
    const card = cards.get(number);
    if (!card) return;
    card.querySelector("details").open = true;
    card.scrollIntoView({ block: "nearest" });
  }
  function follow() {
    const found = /^#record-(\d+)$/.exec(location.hash);
    if (!found) return;
    show(found[1]);
    light([found[1]]);
    cards.get(found[1])?.focus({ preventScroll: true });
  }
  addEventListener("hashchange", follow);
  follow();
})();
