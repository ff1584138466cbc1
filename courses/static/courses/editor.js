// The editor of lessons in the admin: everything that content-editor offers to a mouse, for the
// keyboard and for screen readers too. Runs before the modules of the editor.
(() => {
  "use strict";

  // Both libraries add style elements, which our Content-Security-Policy refuses. Their rules are
  // in editor.css; so that the browser has nothing to refuse, the elements are not added at all.
  // (Of no namespace, the first is no style to a browser, but Tiptap finds it and adds none.)
  const standIn = document.createElementNS(null, "style");
  standIn.setAttribute("data-tiptap-style", "");
  document.head.append(standIn);
  const append = document.head.append;
  document.head.append = function (...nodes) {
    append.apply(this, nodes.filter((node) => !(node instanceof HTMLStyleElement)));
  };

  const words = JSON.parse(document.getElementById("editor-words").textContent);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const EDITOR = "textarea[data-django-prose-editor-configurable]";
  const BLOCKS = ".order-machine .inline-related:not(.empty-form)";
  const FIELDS = "[role=textbox], input:not([type=hidden]), select, textarea";

  function make(tag, properties, attributes = {}) {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function say(text) {
    let status = document.getElementById("editor-status");
    if (!status) {
      status = make("p", { id: "editor-status" }, { role: "status" });
      document.querySelector("#content").append(status);
    }
    status.textContent = text;
  }

  // Focus the first field that can be seen; an editor may take a moment to appear.
  function focusInto(root, tries = 40) {
    const waits = all(EDITOR, root).some((area) => !area.closest(".prose-editor"));
    if (waits && tries) {
      setTimeout(() => focusInto(root, tries - 1), 50);
      return;
    }
    all(FIELDS, root).find((field) => field.offsetParent && !field.closest("h3"))?.focus();
  }

  // --- Blocks -----------------------------------------------------------------------------------

  const place = (block) => Number(block.style.order || 0);
  const inOrder = () => all(BLOCKS).sort((a, b) => place(a) - place(b));

  // Blocks are shown in an order of their own; the Tab key follows that of the page.
  function settle() {
    const machine = document.querySelector(".order-machine");
    const blocks = inOrder();
    const asTheyStand = all(BLOCKS);
    if (blocks.some((block, at) => block !== asTheyStand[at])) {
      const focused = document.activeElement;
      blocks.forEach((block) => machine.append(block));
      focused?.focus({ preventScroll: true });
    }
    machine.append(machine.querySelector(":scope > .last"));
    blocks.forEach(name);
  }

  function name(block, at) {
    const label = block.querySelector(":scope > h3 .inline_label");
    const type = block.querySelector(":scope > h3 > b")?.textContent ?? "";
    const title = `${type} ${label?.textContent ?? ""}`.replace(/\s+/g, " ").trim();
    block.setAttribute("role", "group");
    block.setAttribute("aria-label", `${at + 1}. ${title}`);
  }

  function move(block, by, button) {
    const blocks = inOrder();
    const from = blocks.indexOf(block);
    const to = from + by;
    if (to < 0 || to >= blocks.length) {
      say(by < 0 ? words.top : words.bottom);
      return;
    }
    blocks.splice(from, 1);
    blocks.splice(to, 0, block);
    blocks.forEach((each, at) => {
      each.style.order = 10 * (at + 1);
      each.querySelector(".order-machine-ordering").value = 10 * (at + 1);
    });
    settle();
    button.focus();
    say(words.moved.replace("%(place)s", to + 1).replace("%(count)s", blocks.length));
  }

  function button(text, label, act) {
    const made = make("button", { type: "button", className: "editor-button", textContent: text });
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", (event) => {
      event.stopPropagation();
      act(made);
    });
    return made;
  }

  function equip(block) {
    const heading = block.querySelector(":scope > h3");
    if (!heading || heading.querySelector(".editor-button")) return;
    const toggle = button("", words.show, () => heading.click());
    toggle.classList.add("editor-toggle");
    const tell = () => {
      toggle.setAttribute("aria-expanded", String(!block.classList.contains("collapsed")));
    };
    new MutationObserver(tell).observe(block, { attributeFilter: ["class"] });
    tell();
    const tools = make("span", { className: "editor-tools" });
    tools.append(
      button("↑", words.up, (made) => move(block, -1, made)),
      button("↓", words.down, (made) => move(block, 1, made)),
      toggle,
    );
    heading.append(tools);
    all(".material-icons", heading).forEach((icon) => icon.setAttribute("aria-hidden", "true"));
  }

  // --- Adding a block ---------------------------------------------------------------------------

  let opener = null;

  function press(element, act) {
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      element.click();
      act?.();
    });
  }

  function equipInsertion(target) {
    if (target.hasAttribute("role") || target.closest(".empty-form")) return;
    press(target, () => {
      opener = target;
      document.querySelector(".plugin-buttons-visible .plugin-button")?.focus();
    });
    const isLast = target.classList.contains("last");
    target.setAttribute("aria-label", isLast ? words.insertLast : words.insertHere);
    target.setAttribute("aria-haspopup", "true");
  }

  function equipMenu() {
    const menu = document.querySelector(".plugin-buttons");
    menu.setAttribute("role", "group");
    menu.setAttribute("aria-label", words.kinds);
    all(".plugin-button", menu).forEach((entry) => {
      press(entry);
      entry.querySelector(".plugin-button-icon").setAttribute("aria-hidden", "true");
      const guide = document.querySelector(
        `#${CSS.escape(entry.dataset.pluginPrefix ?? "")}-empty .block-guide p`,
      );
      if (!guide) return;
      // The name of a kind is its name alone; what it is for is told after it.
      const id = `${entry.dataset.pluginPrefix}-what-for`;
      entry.setAttribute("aria-label", entry.querySelector(".plugin-button-title").textContent.trim());
      entry.setAttribute("aria-describedby", id);
      entry.append(make("small", { id, textContent: guide.textContent }));
    });
    menu.addEventListener("keydown", (event) => {
      const entries = all(".plugin-button", menu);
      const at = entries.indexOf(document.activeElement);
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by) {
        event.preventDefault();
        entries[(at + by + entries.length) % entries.length].focus();
      } else if (event.key === "Escape") {
        opener?.focus();
      }
    });
  }

  document.addEventListener("content-editor:activate", (event) => equip(event.detail.inline));
  document.addEventListener("content-editor:ready", () => {
    if (!document.querySelector(".order-machine-readonly")) {
      all(".order-machine-insert-target").forEach(equipInsertion);
      equipMenu();
    }
    const collapse = document.querySelector(".collapse-items input");
    collapse?.setAttribute("aria-label", words.collapse);
    all(".collapse-items .plugin-button").forEach((each) =>
      each.setAttribute("aria-hidden", "true"),
    );
    settle();
  });
  document.addEventListener("formset:added", (event) => {
    const added = event.target;
    if (!added.matches(BLOCKS)) return;
    setTimeout(() => {
      all(".order-machine-insert-target", added).forEach((target) => {
        target.removeAttribute("role");
        equipInsertion(target);
      });
      settle();
      focusInto(added);
      say(words.added);
    });
  });
  document.addEventListener("drop", () => setTimeout(settle));

  // --- Rows inside a block ----------------------------------------------------------------------

  function emptyCopy(row, number) {
    const copy = row.cloneNode(true);
    all(".prose-editor", copy).forEach((editor) =>
      editor.replaceWith(editor.querySelector("textarea")),
    );
    // Copied buttons do nothing; those that pick sources and terms are made anew.
    all(".mark-tools", copy).forEach((tools) => tools.remove());
    all("input, textarea, select", copy).forEach((field) => {
      field.value = "";
      if (field.id) field.id = `${field.id.replace(/--\d+$/, "")}--${number}`;
    });
    return copy;
  }

  let made = 0;

  function nameRows(rows) {
    all(".rows-row", rows).forEach((row, at) =>
      row.setAttribute("aria-label", `${rows.dataset.rowName} ${at + 1}`),
    );
    nameBins(rows);
  }

  // Cards of a sorting exercise name their bin by its number: each card stays with its bin when
  // bins are moved, and the choice says how the bin is called.
  function nameBins(rows) {
    const block = rows.closest(".inline-related");
    const bins = rows.querySelector("[data-bin-name]") && all("[data-bin-name]", rows);
    if (!bins || !block) return;
    const moved = new Map(bins.map((bin, at) => [bin.dataset.number ?? String(at + 1), String(at + 1)]));
    bins.forEach((bin, at) => {
      bin.dataset.number = String(at + 1);
    });
    all("select[data-bin]", block).forEach((select) => {
      const chosen = select.value;
      all("option", select).forEach((option) => {
        const bin = bins[Number(option.value) - 1];
        if (!option.value) return;
        option.textContent = words.bin
          .replace("%(number)s", option.value)
          .replace("%(name)s", bin?.value || "…");
      });
      select.value = moved.get(chosen) ?? chosen;
    });
  }

  function moveRow(row, by, made_by) {
    const rows = row.parentElement;
    const every = all(".rows-row", rows);
    const other = every[every.indexOf(row) + by];
    if (!other) {
      say(by < 0 ? words.top : words.bottom);
      return;
    }
    if (by < 0) other.before(row);
    else other.after(row);
    nameRows(rows);
    made_by.focus();
    const place = every.indexOf(other) + 1;
    say(words.moved.replace("%(place)s", place).replace("%(count)s", every.length));
  }

  function equipRow(row) {
    row.querySelector(".editor-tools")?.remove();
    const tools = make("span", { className: "editor-tools" });
    tools.append(
      button("↑", words.up, (pressed) => moveRow(row, -1, pressed)),
      button("↓", words.down, (pressed) => moveRow(row, 1, pressed)),
    );
    row.prepend(tools);
  }

  function equipRows(rows) {
    if (rows.closest(".empty-form") || rows.querySelector(".editor-tools")) return;
    all(".rows-row", rows).forEach(equipRow);
    nameBins(rows);
    rows.addEventListener("input", (event) => {
      if (event.target.matches("[data-bin-name]")) nameBins(rows);
    });
    const add = make("button", { type: "button", className: "button", textContent: words.addRow });
    add.addEventListener("click", () => {
      const last = all(".rows-row", rows).at(-1);
      const copy = emptyCopy(last, ++made);
      last.after(copy);
      equipRow(copy);
      nameRows(rows);
      // The editor looks for texts in what was added.
      copy.dispatchEvent(
        new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "" } }),
      );
      focusInto(copy);
      say(words.rowAdded);
    });
    rows.append(add);
  }

  // --- Texts ------------------------------------------------------------------------------------

  document.addEventListener("prose-editor:ready", (event) => {
    const { editor, textarea } = event.detail;
    const row = textarea.closest(".form-row");
    const label = textarea.getAttribute("aria-label") ?? row?.querySelector("label")?.textContent;
    const dom = editor.view.dom;
    dom.setAttribute("aria-label", (label ?? words.text).replace(/:\s*$/, ""));
    dom.setAttribute("aria-multiline", "true");
    if (row?.querySelector(".errorlist")) dom.setAttribute("aria-invalid", "true");
  });

  document.addEventListener("DOMContentLoaded", () => {
    all("[data-rows]").forEach(equipRows);
    document.addEventListener("formset:added", (event) =>
      all("[data-rows]", event.target).forEach(equipRows),
    );
  });
})();
