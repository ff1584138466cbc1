// Show what a package would change without leaving the page, so that the file stays chosen.
const form = document.getElementById("import-form");
const PARTS = ["import-errors", "import-decision", "import-outcome"];

async function look(button) {
  const sent = new FormData(form, button);
  button.disabled = true;
  try {
    const response = await fetch(form.action || location.href, { method: "POST", body: sent });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!page.getElementById("import-outcome")) throw new Error("another page");
    for (const id of PARTS) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
    form.querySelector(".choose-again")?.remove();
    document.getElementById("import-outcome").focus();
  } catch {
    // The plain way: send the form, and show the page that comes.
    button.disabled = false;
    form.removeEventListener("submit", submitted);
    form.requestSubmit(button);
  }
}

function submitted(event) {
  const button = event.submitter;
  if (button?.name !== "look" || !form.elements.package.files.length) return;
  event.preventDefault();
  look(button);
}

form.addEventListener("submit", submitted);
// Another file is another decision.
form.elements.package.addEventListener("change", () => {
  form.querySelector("[name=import]")?.remove();
  document.getElementById("import-outcome").replaceChildren();
});
