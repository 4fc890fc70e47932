// The drawing of a ring's page: until when, and hubs that unfold one by one.
"use strict";
(() => {
  const figure = document.querySelector(".drawing");
  if (!figure) return;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const times = read("graph-times");
  const hubs = read("graph-hubs");
  const kinds = read("data-kinds");
  ringGraph.draw(figure);
  const cy = ringGraph.get(figure);
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  function slide() {
    const known = [...times.accounts, ...times.identifiers].filter((time) => time !== null);
    if (known.length < 2) return;
    const first = Math.min(...known);
    const last = Math.max(...known);
    const slider = document.getElementById("when");
    const until = document.getElementById("until");
    const show = () => {
      const moment = first + ((last - first) * slider.value) / slider.max;
      const there = (list) => list.reduce((sum, time) => sum + (time === null || time <= moment), 0);
      cy.batch(() => {
        cy.elements().removeClass("later");
        for (const [letter, list] of [["a", times.accounts], ["i", times.identifiers]]) {
          list.forEach((time, place) => {
            if (time !== null && time > moment) cy.$id(letter + place).addClass("later").connectedEdges().addClass("later");
          });
        }
      });
      until.textContent = day.format(new Date(moment * 1000)) + ": " + there(times.accounts) + " of " + times.accounts.length + " accounts";
    };
    slider.addEventListener("input", show);
    figure.parentNode.querySelector(".slider").hidden = false;
    show();
  }

  function unfold(place) {
    const [kind, value, sharing, total, accounts] = hubs[place];
    const look = kinds[kind] || { colour: "#7a8290", shape: "tag" };
    const box = cy.elements(":visible").boundingBox();
    cy.add({
      data: { id: "u" + place, text: value.length > 24 ? value.slice(0, 23) + "…" : value, kind, value, sharing, total, colour: look.colour, shape: look.shape, wide: 20 },
      classes: "identifier open", position: { x: box.x1 + 70 + 110 * (place % 8), y: box.y2 + 50 },
    });
    cy.add((accounts || []).map((account) => ({ data: { source: "a" + account, target: "u" + place, colour: look.colour }, classes: "hubline folded" })));
    cy.$id("u" + place).style("label", cy.$id("u" + place).data("text"));
  }

  function offer() {
    if (!hubs.length) return;
    const list = figure.parentNode.querySelector(".unfold");
    hubs.forEach(([kind, value, sharing, total], place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = (kinds[kind] ? kinds[kind].one : kind) + " " + value + " (" + sharing + ")";
      button.title = total + " accounts in all";
      button.dir = "auto";
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const open = button.getAttribute("aria-pressed") === "true";
        button.setAttribute("aria-pressed", String(!open));
        if (open) cy.remove("#u" + place); else unfold(place);
        cy.fit(cy.elements(":visible"), 26);
      });
      list.append(button);
    });
    list.hidden = false;
  }

  slide();
  offer();
})();
