/* Saves an answer as soon as it changes. The form works without: its button saves too.

   One save at a time, and a submit waits for the one under way, so that an older answer can
   never arrive after a newer one. */
const PATIENCE = 4000;

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  const status = form.querySelector(".saved");
  let underWay = null;
  let changed = false;

  form.addEventListener("change", () => {
    changed = true;
    if (status) status.textContent = "";
    underWay ??= saveAll().finally(() => (underWay = null));
  });

  form.addEventListener("submit", (event) => {
    if (!underWay) return;
    event.preventDefault();
    changed = false; // what is being submitted is the newest
    underWay.finally(() => form.requestSubmit(event.submitter));
  });

  async function saveAll() {
    let saved = false;
    while (changed) {
      changed = false;
      saved = await save(form);
    }
    if (status) status.textContent = saved ? status.dataset.saved : status.dataset.unsaved;
  }
}

async function save(form) {
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "fetch" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    return response.ok && (await response.json()).saved === true;
  } catch {
    return false;
  }
}
