// Sources and terms are picked while a text is written: a button beside it opens a list that is
// searched by typing, and puts [@source] or [[term]] where the cursor stood. Typing them works too.
(() => {
  "use strict";

  const words = JSON.parse(document.getElementById("editor-words").textContent);
  const marks = JSON.parse(document.getElementById("editor-marks").textContent);
  const MOST = 60;
  let put = null;

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // --- The list ---------------------------------------------------------------------------------

  const title = make("h2", { id: "mark-picker-title" });
  const search = make("input", { type: "search", id: "mark-picker-search", autocomplete: "off" });
  const status = make("p", {});
  status.setAttribute("role", "status");
  const list = make("ul", {});
  const close = make("button", {
    type: "button",
    className: "editor-button",
    textContent: words.close,
  });
  const picker = make(
    "dialog",
    { className: "mark-picker" },
    title,
    make("label", { htmlFor: search.id, textContent: words.find }),
    search,
    status,
    list,
    close,
  );
  picker.setAttribute("aria-labelledby", title.id);
  let kind = "cite";

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function fill() {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    const found = marks[kind].filter(([key, label]) => {
      const text = plain(`${key} ${label}`);
      return wanted.every((word) => text.includes(word));
    });
    status.textContent = words.found.replace("%(count)s", found.length);
    list.replaceChildren(
      ...found.slice(0, MOST).map(([key, label]) => {
        const choice = make(
          "button",
          { type: "button", className: "editor-button" },
          `${label} `,
          make("code", { textContent: key }),
        );
        choice.addEventListener("click", () => pick(key));
        return make("li", {}, choice);
      }),
    );
  }

  function pick(key) {
    const act = put;
    picker.close();
    act?.(key);
  }

  function open(which, act) {
    kind = which;
    put = act;
    title.textContent = words[which];
    search.value = "";
    fill();
    picker.showModal();
    search.focus();
  }

  search.addEventListener("input", fill);
  close.addEventListener("click", () => picker.close());
  picker.addEventListener("keydown", (event) => {
    const choices = [...list.querySelectorAll("button")];
    const at = choices.indexOf(document.activeElement);
    if (event.key === "Enter" && event.target === search) {
      event.preventDefault();
      choices[0]?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      (choices[at + 1] ?? choices.at(-1))?.focus();
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      (choices[at - 1] ?? search).focus();
    }
  });

  // --- Beside each text -------------------------------------------------------------------------

  function markOf(which, key, selected) {
    if (which === "cite") return `[@${key}]`;
    const said = selected.replace(/[[\]<>|]/g, "").trim();
    return said ? `[[${key}|${said}]]` : `[[${key}]]`;
  }

  function tools(label, insert) {
    const buttons = ["cite", "mark"].map((which) => {
      const opener = make("button", {
        type: "button",
        className: "editor-button",
        textContent: words[which],
      });
      opener.setAttribute("aria-haspopup", "dialog");
      if (label) opener.setAttribute("aria-label", `${words[which]}: ${label}`);
      opener.addEventListener("click", () => open(which, (key) => insert(which, key)));
      return opener;
    });
    return make("div", { className: "mark-tools" }, ...buttons);
  }

  function intoEditor(editor) {
    return (which, key) => {
      const { from, to } = editor.state.selection;
      const mark = markOf(which, key, editor.state.doc.textBetween(from, to, " "));
      const at = which === "cite" ? to : { from, to };
      editor.chain().focus().insertContentAt(at, mark).run();
    };
  }

  function intoField(field) {
    return (which, key) => {
      const [from, to] = [field.selectionStart, field.selectionEnd];
      const mark = markOf(which, key, field.value.slice(from, to));
      field.setRangeText(mark, which === "cite" ? to : from, to, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    };
  }

  function nameOf(field) {
    const own = field.getAttribute("aria-label");
    const label = field.closest(".form-row")?.querySelector("label");
    return (own ?? label?.textContent ?? "").replace(/:\s*$/, "").trim();
  }

  function equip(root) {
    root.querySelectorAll("[data-marks]").forEach((field) => {
      if (field.closest(".empty-form") || field.previousElementSibling?.matches(".mark-tools")) return;
      field.before(tools(nameOf(field), intoField(field)));
    });
  }

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const around = textarea.closest(".prose-editor");
    if (!around || around.querySelector(".mark-tools")) return;
    around.prepend(tools(nameOf(textarea), intoEditor(editor)));
  });
  document.addEventListener("formset:added", (event) => equip(event.target));
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("#content").append(picker);
    equip(document);
  });
})();
