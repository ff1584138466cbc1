// Says whom an assignment reaches while it is being written; without us a button does.
const place = document.querySelector("[data-reach]");
const form = place?.closest("form");

async function count() {
  const answer = await fetch(place.dataset.reach, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Requested-With": "fetch" },
  });
  if (answer.ok) place.querySelector("[role=status]").textContent = await answer.text();
}

if (form) {
  let waiting;
  place.querySelectorAll("button, .help").forEach((part) => { part.hidden = true; });
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, 400);
  });
  form.addEventListener("formset:removed", count);
  count();
}
