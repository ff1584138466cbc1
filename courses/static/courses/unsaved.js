// Leaving a draft with edits that are not saved asks first. What a form holds is compared with what
// it held before the first key or click, so looking at a page never asks.
(() => {
  "use strict";

  const REWRITTEN = [[/>\s+</g, "><"], [/<(li|td|th|blockquote)><p>/g, "<$1>"], [/<\/p><\/(li|td|th|blockquote)>/g, "</$1>"]];
  let before = null;
  let isLeaving = false;

  const form = () => document.querySelector("#content-main form[method=post]");

  // The editor writes the same text a little differently after a key was pressed and taken back.
  function held() {
    const lines = [];
    for (const [name, value] of new FormData(form())) {
      if (name === "csrfmiddlewaretoken") continue;
      const text = typeof value === "string" ? value : value.name;
      lines.push(`${name}=${REWRITTEN.reduce((said, [from, to]) => said.replace(from, to), text)}`);
    }
    return lines.join("\n");
  }

  function remember() {
    if (before === null && form()) before = form().querySelector("[data-unsaved]") ? "" : held();
  }

  for (const kind of ["keydown", "pointerdown", "drop"]) {
    document.addEventListener(kind, remember, { capture: true });
  }
  document.addEventListener("submit", (event) => {
    if (event.target === form() && !event.submitter?.formTarget) isLeaving = true;
  });
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isLeaving || !form()) return;
    const isDirty = before === null ? form().querySelector("[data-unsaved]") : held() !== before;
    if (isDirty) event.preventDefault();
  });
})();
