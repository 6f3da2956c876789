/* What a reader can do with the page beside reading it: find the place in the contents, sort a table, keep a table or a
   figure. The page says everything without this file; nothing is loaded and nothing is sent. */
(() => {
  "use strict";
  const words = document.body.dataset;

  const button = (name, text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  /* ---- contents: follow the reader; on a narrow page they are a menu */
  const nav = document.querySelector("nav");
  const menu = nav.querySelector("details");
  const here = nav.querySelector(".here");
  const links = [...nav.querySelectorAll("a")];
  const targets = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const narrow = matchMedia("(max-width: 75.99rem)");
  const fold = () => { menu.open = !narrow.matches; };

  const place = () => {
    const top = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) + 12;
    const tops = targets.map((target) => target.getBoundingClientRect().top);
    const chosen = links.findIndex((link) => link.hash === location.hash);
    // at the end of the page a short last section never reaches the top: the one asked for, or the last, is meant
    const ended = scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    if (ended) return chosen >= 0 && tops[chosen] >= 0 ? chosen : links.length - 1;
    return tops.filter((one) => one <= top).length - 1;
  };

  const mark = () => {
    const at = place();
    links.forEach((link, i) => (i === at ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current")));
    here.textContent = at < 0 ? "" : links[at].textContent;
    if (at < 0 || narrow.matches) return;
    const box = nav.getBoundingClientRect();
    const own = links[at].getBoundingClientRect();
    if (own.top < box.top || own.bottom > box.bottom) nav.scrollTop += own.top - box.top - box.height / 3;
  };

  let waiting = false;
  const soon = () => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; mark(); });
    waiting = true;
  };
  const close = () => { if (narrow.matches) menu.open = false; };
  document.documentElement.classList.add("script");
  narrow.addEventListener("change", fold);
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  addEventListener("hashchange", soon);
  links.forEach((link) => link.addEventListener("click", close));
  document.addEventListener("click", (event) => { if (!nav.contains(event.target)) close(); });
  nav.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && narrow.matches && menu.open) {
      close();
      menu.querySelector("summary").focus();
    }
  });
  fold();
  mark();

  /* ---- tables: sort by a column; what is hidden (*) or missing (—) stands last, whichever way */
  const NUMBER = /^([<>≤≥]?)[[(]?([+−-]?)(\d[\d,]*(?:\.\d+)?|∞)/;
  const DATE = /^\d{4}-\d{2}/;
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const shown = (cell) => cell.textContent.trim().replaceAll("\u00a0", " ");

  const number = (text) => {
    const [, bound, sign, digits] = NUMBER.exec(text);
    const size = digits === "∞" ? Infinity : Number(digits.replaceAll(",", ""));
    const tie = bound === "<" ? -1e-12 : bound === ">" ? 1e-12 : 0;
    return (sign === "−" || sign === "-" ? -size : size) + tie;
  };
  const key = (text, numbers) => {
    if (text === "" || text === "—" || text === "–") return { rank: 3 };
    if (text === "*") return { rank: 2 };
    return numbers && NUMBER.test(text) ? { rank: 0, value: number(text) } : { rank: 1, value: text };
  };
  const compare = (one, other, direction) => {
    if (one.rank !== other.rank) return one.rank - other.rank;
    if (one.rank > 1) return 0;
    return direction * (one.rank === 0 ? one.value - other.value || 0 : collator.compare(one.value, other.value));
  };

  const sort = (table, rows, head, column) => {
    const order = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] || "ascending";
    table.querySelectorAll("th").forEach((one) => one.removeAttribute("aria-sort"));
    let sorted = rows;
    if (order !== "none") {
      head.setAttribute("aria-sort", order);
      const texts = new Map(rows.map((row) => [row, shown(row.cells[column])]));
      const filled = [...texts.values()].filter((text) => key(text, false).rank === 1);
      const numbers = head.style.textAlign === "right" || filled.every((text) => NUMBER.test(text) && !DATE.test(text));
      const keys = new Map(rows.map((row) => [row, key(texts.get(row), numbers)]));
      sorted = [...rows].sort((one, other) => compare(keys.get(one), keys.get(other), order === "ascending" ? 1 : -1));
    }
    table.tBodies[0].append(...sorted);
  };

  /* ---- keep a table as a file that a spreadsheet opens, or a figure as a picture */
  const save = (name, address) => {
    const link = document.createElement("a");
    link.href = address;
    link.download = name.replace(/[\\/:*?"<>|\s]+/g, " ").trim();
    link.click();
  };
  // a spreadsheet reads no number with the typographic minus
  const field = (cell) => `"${shown(cell).replace(/−(?=\d)/g, "-").replaceAll('"', '""')}"`;
  const saveTable = (table, name) => {
    const lines = [...table.rows].map((row) => [...row.cells].map(field).join(","));
    const address = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
    save(`${name}.csv`, address);
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  const tool = (text, name, act) => {
    const made = button("tool", text, act);
    made.setAttribute("aria-label", `${text} ${name}`);
    return made;
  };

  document.querySelectorAll(".table > table").forEach((table) => {
    const caption = table.caption.textContent;
    const rows = [...table.tBodies[0].rows];
    if (rows.length > 1) {
      table.querySelectorAll("thead th").forEach((head, column) => {
        const made = button("sort", head.textContent, () => sort(table, rows, head, column));
        made.title = words.sort;
        head.replaceChildren(made);
      });
    }
    table.parentNode.after(tool(words.table, caption, () => saveTable(table, caption)));
  });
  document.querySelectorAll("figure").forEach((figure) => {
    const caption = figure.querySelector("figcaption");
    const picture = figure.querySelector("img");
    const name = caption.textContent;
    caption.before(tool(words.figure, name, () => save(`${name}.png`, picture.src)));
  });

  /* a table wider than the page scrolls in its own box, by keys too */
  const boxes = document.querySelectorAll(".table");
  const reachable = () => boxes.forEach((box) => {
    const wide = box.scrollWidth > box.clientWidth + 1;
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", box.querySelector("caption").textContent]]) {
      if (wide) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  });
  addEventListener("resize", reachable);
  addEventListener("load", reachable);
})();
