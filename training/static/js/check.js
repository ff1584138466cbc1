/* Answers a check in its place: the server's fragment replaces the section around the form.
   On anything unexpected the form goes its ordinary way. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-check-in-place]")) return;
  event.preventDefault();
  answer(form, event.submitter);
});

async function answer(form, submitter) {
  const fresh = await askForFragment(form, submitter);
  const block = form.closest("section");
  if (!fresh || !block) {
    form.removeAttribute("data-check-in-place");
    form.requestSubmit(submitter);
    return;
  }
  block.replaceWith(fresh);
  const first = fresh.querySelector(".feedback, .error-summary, .field-error") ?? fresh;
  first.tabIndex = -1;
  first.focus();
}

async function askForFragment(form, submitter) {
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form, submitter),
      headers: { "X-Requested-With": "fetch" },
    });
    if (response.redirected || ![200, 422].includes(response.status)) return null;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return template.content.querySelector("section");
  } catch {
    return null;
  }
}
