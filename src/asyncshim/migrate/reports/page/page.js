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

  // RFC 1951. The browser's own DecompressionStream returns after the page has been printed.
  function inflate(bytes) {
    let out = new Uint8Array(bytes.length * 16);
    let size = 0, at = 0, bit = 0;
    const bits = (count) => {
      let value = 0;
      for (let n = 0; n < count; n++) {
        value |= ((bytes[at] >> bit) & 1) << n;
        if (++bit === 8) [bit, at] = [0, at + 1];
      }
      return value;
    };
    // For each length of a code: how many symbols have it, and the symbols in the order of their codes.
    const tree = (lengths) => {
      const counts = new Array(16).fill(0);
      for (const length of lengths) if (length) counts[length]++;
      const symbols = [];
      for (let length = 1; length < 16; length++) lengths.forEach((each, symbol) => each === length && symbols.push(symbol));
      return { counts, symbols };
    };
    const symbol = ({ counts, symbols }) => {
      for (let length = 1, code = 0, first = 0, index = 0; ; length++) {
        code |= (bytes[at] >> bit) & 1;
        if (++bit === 8) [bit, at] = [0, at + 1];
        if (code - first < counts[length]) return symbols[index + code - first];
        index += counts[length];
        first = (first + counts[length]) << 1;
        code <<= 1;
      }
    };
    const repeated = (number, value) => new Array(number).fill(value);
    const fixed = [tree([...repeated(144, 8), ...repeated(112, 9), ...repeated(24, 7), ...repeated(8, 8)]), tree(repeated(30, 5))];
    const described = () => {
      const [literals, distances, count] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
      const own = repeated(19, 0);
      for (const place of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].slice(0, count)) own[place] = bits(3);
      const codes = tree(own);
      const lengths = [];
      while (lengths.length < literals + distances) {
        const found = symbol(codes);
        if (found < 16) lengths.push(found);
        else if (found === 16) lengths.push(...repeated(3 + bits(2), lengths[lengths.length - 1]));
        else lengths.push(...repeated(found === 17 ? 3 + bits(3) : 11 + bits(7), 0));
      }
      return [tree(lengths.slice(0, literals)), tree(lengths.slice(literals))];
    };
    const room = (more) => {
      if (size + more <= out.length) return;
      const larger = new Uint8Array(2 * (size + more));
      larger.set(out);
      out = larger;
    };
    for (let last = 0; !last; ) {
      last = bits(1);
      const kind = bits(2);
      if (kind === 0) {
        if (bit) [bit, at] = [0, at + 1];
        const count = bytes[at] | (bytes[at + 1] << 8);
        room(count);
        out.set(bytes.subarray(at + 4, at + 4 + count), size);
        [size, at] = [size + count, at + 4 + count];
        continue;
      }
      const [literal, distance] = kind === 1 ? fixed : described();
      for (let found; (found = symbol(literal)) !== 256; ) {
        room(258);
        if (found < 256) {
          out[size++] = found;
          continue;
        }
        const step = found - 257;
        const longer = step < 8 ? 0 : (step >> 2) - 1;
        const length = step === 28 ? 258 : step < 8 ? step + 3 : ((4 + (step & 3)) << longer) + 3 + bits(longer);
        const back = symbol(distance);
        const further = back < 4 ? 0 : (back >> 1) - 1;
        const offset = back < 4 ? back + 1 : ((2 + (back & 1)) << further) + 1 + bits(further);
        for (let n = 0; n < length; n++, size++) out[size] = out[size - offset];
      }
    }
    return new TextDecoder().decode(out.subarray(0, size));
  }

  function load(file, index) {
    if (!parts.length || file.dataset.loaded) return;
    file.dataset.loaded = "yes";
    const number = Math.floor(index / 50);
    if (!opened.has(number)) {
      const bytes = Uint8Array.from(atob(parts[number].textContent), (character) => character.charCodeAt(0));
      opened.set(number, JSON.parse(inflate(bytes.subarray(2)))); // after the header of zlib
    }
    file.insertAdjacentHTML("beforeend", opened.get(number)[index % 50]);
    narrowed = true;
  }

  files.forEach((file, index) => file.addEventListener("toggle", () => {
    if (file.open && parts.length && !file.dataset.loaded) {
      load(file, index);
      apply();
    }
  }));

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

  // A closed element would be missing on paper. Files that the filters hide are not printed.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")].filter((each) => !each.hidden);
    files.forEach((file, index) => file.hidden || load(file, index));
    for (const each of closed) each.open = true;
    apply();
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
    closed = [];
  });

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
