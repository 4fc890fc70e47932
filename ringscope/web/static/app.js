// Keys and lists. Text from strangers is only ever moved as text.
"use strict";
(() => {
  const find = document.getElementById("find");
  const keys = document.getElementById("keys");
  const pages = { t: "/", h: "/hubs", j: "/journal" };
  let going = false;

  function rows() {
    return [...document.querySelectorAll(".walk tbody tr[data-href]")];
  }

  function walk(step) {
    const list = rows();
    if (!list.length) return;
    const here = list.indexOf(document.activeElement.closest(".walk tr"));
    const next = list[Math.min(Math.max(here + step, 0), list.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea, select");
    if (event.key === "Escape" && typing) { event.target.blur(); return; }
    if (typing || keys.open) return;
    if (going && pages[event.key]) { location.assign(pages[event.key]); return; }
    going = event.key === "g";
    if (event.key === "/") { event.preventDefault(); find.focus(); find.select(); }
    if (event.key === "?") keys.showModal();
    if (event.key === "j") walk(1);
    if (event.key === "k") walk(-1);
    if (event.key === "d") decide(event);
    if (event.key === "Enter" && event.target.matches("tr[data-href]")) location.assign(event.target.dataset.href);
  }

  function decide(event) {
    const first = document.querySelector("#decision input");
    if (first) { event.preventDefault(); first.focus(); document.getElementById("decide").scrollIntoView({ block: "nearest" }); }
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("dblclick", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (row && !event.target.closest("a, input, button")) location.assign(row.dataset.href);
  });
})();
