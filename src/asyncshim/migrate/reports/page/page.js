"use strict";
(() => {
  const files = [...document.querySelectorAll(".file")];
  const chips = [...document.querySelectorAll(".chip")];
  const folder = document.getElementById("folder");
  const search = document.getElementById("search");
  const form = document.getElementById("form");

  const pressed = (filter) =>
    new Set(chips.filter((c) => c.dataset.filter === filter && c.getAttribute("aria-pressed") === "true").map((c) => c.dataset.value));

  // The findings and diffs of a large report are compressed, fifty files in each part.
  const parts = [...document.querySelectorAll(".packed")];
  const opened = new Map();
  let narrowed = false;

  async function unpacked(number) {
    const bytes = Uint8Array.from(atob(parts[number].textContent), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  async function load(file) {
    const index = files.indexOf(file);
    if (!parts.length || file.dataset.loaded) return;
    file.dataset.loaded = "yes";
    const number = Math.floor(index / 50);
    if (!opened.has(number)) opened.set(number, unpacked(number));
    file.insertAdjacentHTML("beforeend", (await opened.get(number))[index % 50]);
    narrowed = true;
    apply();
  }

  if (parts.length) {
    for (const file of files) file.addEventListener("toggle", () => file.open && load(file));
  }

  function apply() {
    const codes = pressed("code");
    const safeties = pressed("safety");
    const narrow = codes.size > 0 || safeties.size > 0;
    const wanted = (code, safety) => (!codes.size || codes.has(code)) && (!safeties.size || safeties.has(safety));
    const text = search.value.trim().toLowerCase();
    let shown = 0;
    for (const file of files) {
      const seen = new Set();
      for (const kind of narrow ? file.dataset.kinds.split(" ") : []) {
        const [code, safety] = kind.split(":");
        if (wanted(code, safety)) seen.add(code);
      }
      if (narrow || narrowed) {
        for (const item of file.querySelectorAll(".findings > li")) item.hidden = !wanted(item.dataset.code, item.dataset.safety);
        for (const hunk of file.querySelectorAll(".diff")) {
          hunk.hidden = narrow && !hunk.dataset.codes.split(" ").some((code) => seen.has(code));
        }
      }
      const fits =
        (!narrow || seen.size > 0) &&
        (!folder.value || file.dataset.folder === folder.value) &&
        file.dataset.path.toLowerCase().includes(text);
      file.hidden = !fits;
      shown += fits;
    }
    narrowed = narrow;
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

  // A closed element would be missing on paper. A large report prints what was opened before.
  addEventListener("beforeprint", () => files.forEach((file) => {
    if (parts.length) file.dataset.loaded ||= "no";
    file.open = true;
  }));

  // A link to a rule opens its explanation.
  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.matches("details")) {
      target.open = true;
      target.querySelector("summary").focus();
    }
  }
  addEventListener("hashchange", reveal);
  reveal();
  apply();
})();
