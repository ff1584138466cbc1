// The preview beside the editor: what is in the form, in the learner's own look. The form is posted
// to an address that stores nothing; without this script the button opens the same page in a tab.
(() => {
  "use strict";

  const PAUSE = 900;
  const panel = document.querySelector(".preview-panel");
  const openers = [...document.querySelectorAll("[data-preview]")];
  if (!panel || !openers.length) return;

  const form = openers[0].form;
  const frame = panel.querySelector("iframe");
  const said = panel.querySelector(".preview-said");
  let waiting = null;
  let asking = null;
  let last = "";

  function held() {
    const fields = new FormData(form);
    fields.delete("csrfmiddlewaretoken");
    return new URLSearchParams([...fields].map(([name, value]) => [name, value.name ?? value])).toString();
  }

  // A page inside the panel runs no script; its links open beside it.
  function follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    event.preventDefault();
    const href = link.getAttribute("href");
    if (href.startsWith("#")) {
      frame.contentDocument.getElementById(href.slice(1))?.scrollIntoView();
    } else {
      window.open(link.href, "_blank", "noopener");
    }
  }

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("script").forEach((script) => script.remove());
    const top = frame.contentWindow?.scrollY ?? 0;
    frame.addEventListener(
      "load",
      () => {
        frame.contentWindow.scrollTo(0, top);
        frame.contentDocument.addEventListener("click", follow);
      },
      { once: true },
    );
    frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
  }

  async function refresh() {
    const now = held();
    if (panel.hidden || now === last) return;
    asking?.abort();
    const mine = (asking = new AbortController());
    const fields = new FormData(form);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    try {
      const answer = await fetch(openers[0].formAction, {
        method: "POST",
        body: fields,
        headers: { "X-Requested-With": "fetch" },
        signal: mine.signal,
      });
      if (answer.redirected) {
        said.textContent = panel.dataset.signedOut;
      } else if (answer.ok) {
        last = now;
        show(await answer.text());
        said.textContent = panel.dataset.shown;
      } else {
        said.textContent = panel.dataset.failed;
      }
    } catch {
      if (!mine.signal.aborted) said.textContent = panel.dataset.failed;
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, PAUSE);
  }

  function setWidth(width) {
    panel.classList.toggle("is-laptop", width === "laptop");
    for (const each of panel.querySelectorAll("[data-width]")) {
      each.setAttribute("aria-pressed", String(each.dataset.width === width));
    }
  }

  function toggle(isOpen) {
    panel.hidden = !isOpen;
    document.body.classList.toggle("has-preview", isOpen);
    if (isOpen) {
      last = "";
      refresh();
      panel.querySelector("[aria-pressed=true]").focus();
    } else {
      openers[0].focus();
    }
  }

  openers.forEach((opener) =>
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      toggle(true);
    }),
  );
  panel.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (pressed?.dataset.width) setWidth(pressed.dataset.width);
    else if (pressed) toggle(false);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") toggle(false);
  });
  for (const kind of ["input", "change", "click", "keyup", "formset:added"]) {
    form.addEventListener(kind, soon);
  }
  document.addEventListener("drop", soon);
})();
