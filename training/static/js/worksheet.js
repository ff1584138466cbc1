/* Warns before a page with answers that were not sent yet is left. The browser words the warning. */
for (const form of document.querySelectorAll("form[data-unsent]")) {
  let isUnsent = false;
  form.addEventListener("input", () => (isUnsent = true));
  form.addEventListener("submit", () => (isUnsent = false));
  window.addEventListener("beforeunload", (event) => {
    if (isUnsent) event.preventDefault();
  });
}
