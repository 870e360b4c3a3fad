"use strict";
(() => {
  const files = [...document.querySelectorAll(".file")];
  const chips = [...document.querySelectorAll(".chip")];
  const folder = document.getElementById("folder");
  const search = document.getElementById("search");
  const form = document.getElementById("form");

  const pressed = (filter) =>
    new Set(chips.filter((c) => c.dataset.filter === filter && c.getAttribute("aria-pressed") === "true").map((c) => c.dataset.value));

  function apply() {
    const codes = pressed("code");
    const safeties = pressed("safety");
    const narrow = codes.size > 0 || safeties.size > 0;
    const text = search.value.trim().toLowerCase();
    let shown = 0;
    for (const file of files) {
      const seen = new Set();
      for (const item of file.querySelectorAll(".findings li")) {
        const fits = (!codes.size || codes.has(item.dataset.code)) && (!safeties.size || safeties.has(item.dataset.safety));
        item.hidden = !fits;
        if (fits) seen.add(item.dataset.code);
      }
      for (const hunk of file.querySelectorAll(".diff")) {
        hunk.hidden = narrow && !hunk.dataset.codes.split(" ").some((code) => seen.has(code));
      }
      const fits =
        (!narrow || seen.size > 0) &&
        (!folder.value || file.dataset.folder === folder.value) &&
        file.dataset.path.toLowerCase().includes(text);
      file.hidden = !fits;
      shown += fits;
    }
    document.getElementById("none").hidden = shown > 0;
    document.getElementById("shown").textContent = `${shown} of ${files.length} files`;
  }

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  folder.addEventListener("change", apply);
  search.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    setTimeout(apply);
  });

  function go(step) {
    const visible = files.filter((file) => !file.hidden);
    const current = visible.findIndex((file) => file.contains(document.activeElement));
    const next = visible[current < 0 ? (step > 0 ? 0 : visible.length - 1) : current + step];
    if (next) {
      next.querySelector("summary").focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      form.reset();
      return;
    }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    if (event.key === "/") {
      event.preventDefault();
      search.focus();
    } else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
  });

  // A closed element would be missing on paper.
  addEventListener("beforeprint", () => files.forEach((file) => (file.open = true)));
  apply();
})();
