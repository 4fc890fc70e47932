// Search, sort and keys. Text from strangers is compared and set as text, never as HTML.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const index = JSON.parse(one("#data-index").textContent);
  const find = one("#find");
  const rings = all(".ring[data-ring]");
  const HITS = 4;

  // What the search looks through: a ring's own row, its evidence, and every member.
  const text = new Map();
  function words(ring) {
    if (!text.has(ring)) {
      const own = one("summary, .summary", ring).textContent.replace(/\s+/g, " ");
      const values = all(".evidence .value", ring).map((cell) => cell.textContent);
      text.set(ring, { own: own.toLowerCase(), names: [...(index[ring.dataset.ring] || []), ...values] });
    }
    return text.get(ring);
  }

  function searchRing(ring, query) {
    const { own, names } = words(ring);
    const hits = query ? names.filter((name) => name.toLowerCase().includes(query)) : [];
    const place = one(".hits", ring);
    place.hidden = hits.length === 0;
    place.replaceChildren(...hits.slice(0, HITS).map((hit) => {
      const piece = document.createElement("span");
      piece.dir = "auto";
      piece.textContent = hit.length > 60 ? hit.slice(0, 59) + "…" : hit;
      return piece;
    }), hits.length > HITS ? `and ${hits.length - HITS} more` : "");
    ring.hidden = Boolean(query) && hits.length === 0 && !own.includes(query);
    markRows(ring, query);
    return !ring.hidden;
  }

  function markRows(ring, query) {
    all("tr.hit", ring).forEach((row) => row.classList.remove("hit"));
    if (!query || !ring.open) return;
    all("tbody tr", ring).forEach((row) => row.classList.toggle("hit", row.textContent.toLowerCase().includes(query)));
  }

  function search() {
    const query = find.value.trim().toLowerCase();
    const shown = rings.filter((ring) => searchRing(ring, query)).length;
    let rows = 0;
    all("table.search tbody tr").forEach((row) => {
      row.hidden = Boolean(query) && !row.textContent.toLowerCase().includes(query);
      rows += row.hidden ? 0 : 1;
    });
    all(".nothing").forEach((line) => {
      const items = all(".ring[data-ring], table.search tbody tr", line.parentNode);
      const none = items.length > 0 && items.every((item) => item.hidden);
      line.hidden = !none;
      line.parentNode.classList.toggle("none", none);
    });
    one("#found").textContent = query ? `${shown} of ${rings.length} groups, ${rows} rows below` : "";
  }

  function sortRings(button) {
    const list = document.getElementById(button.dataset.list);
    const key = button.dataset.sort;
    const value = (ring) => (key === "first" ? ring.dataset.first : Number(ring.dataset[key]));
    all("button", button.closest(".head")).forEach((other) => other.setAttribute("aria-pressed", other === button));
    const order = all(".ring", list).sort((a, b) => {
      const [x, y] = [value(b), value(a)];
      return x < y ? -1 : x > y ? 1 : Number(b.dataset.worth) - Number(a.dataset.worth);
    });
    list.append(...order);
  }

  function sortTable(button) {
    const head = button.closest("th");
    const place = head.cellIndex;
    const number = head.classList.contains("n");
    const rising = head.getAttribute("aria-sort") === "descending" || (!number && !head.hasAttribute("aria-sort"));
    const value = (row) => (number ? Number(row.cells[place].dataset.v) : row.cells[place].textContent.trim());
    const body = head.closest("table").tBodies[0];
    const order = [...body.rows].sort((a, b) => (number ? value(a) - value(b) : value(a).localeCompare(value(b), "en", { numeric: true })));
    all("th", head.parentNode).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    body.append(...(rising ? order : order.reverse()));
  }

  function makeSortable(table) {
    if (table.dataset.ready) return;
    table.dataset.ready = "yes";
    all("th", table).filter((head) => !/^(Seen|Joined|Signed up)$/.test(head.textContent)).forEach((head) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sortTable(button));
      head.replaceChildren(button);
    });
  }

  function opened(ring) {
    if (!ring.open) return;
    all("table.sortable", ring).forEach(makeSortable);
    const figure = one(".drawing", ring);
    if (figure) ringGraph.draw(figure);
    markRows(ring, find.value.trim().toLowerCase());
    history.replaceState(null, "", "#" + ring.id);
  }

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.matches("details.ring")) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }

  function step(event) {
    const here = document.activeElement.closest("summary");
    if (!here || !here.parentNode.matches(".ring")) return;
    const list = all("details.ring:not([hidden]) > summary");
    const next = list[list.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) { event.preventDefault(); next.focus(); }
  }

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === find) {
      if (event.key === "Escape") { find.value = ""; search(); find.blur(); }
      if (event.key === "Enter" || event.key === "ArrowDown") {
        event.preventDefault();
        const first = one("details.ring:not([hidden]) > summary");
        if (first) { first.focus(); first.parentNode.open ||= event.key === "Enter"; }
      }
    } else if (event.key === "/") {
      event.preventDefault();
      find.select();
      find.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      step(event);
    }
  }

  let waiting = 0;
  find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 90); });
  document.addEventListener("keydown", keys);
  document.addEventListener("toggle", (event) => { if (event.target.matches("details.ring")) opened(event.target); }, true);
  all(".head button").forEach((button) => button.addEventListener("click", () => sortRings(button)));
  all(".block > table.sortable").forEach(makeSortable);
  addEventListener("hashchange", follow);
  follow();
})();
