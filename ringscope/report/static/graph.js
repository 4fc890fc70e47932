// The drawing of one ring. Names and values come from strangers: they are drawn as canvas text or
// set with textContent, never as HTML.
"use strict";
const ringGraph = (() => {
  const kinds = JSON.parse(document.getElementById("data-kinds").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map();
  const OTHER = { one: "identifier", many: "identifiers", colour: "#7a8290", shape: "tag" };
  const kindOf = (name) => kinds[name] || { ...OTHER, one: name, many: name };
  const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

  function elements(data) {
    const nodes = data.accounts.map(([id, name, core, risk, label], place) => ({
      data: { id: "a" + place, text: cut(name || id, 18), account: id, name, risk, label },
      classes: "account " + (core ? "core" : "fringe") + (label === 1 ? " spam" : label === 0 ? " honest" : ""),
    }));
    data.identifiers.forEach(([kind, value, sharing, total], place) => {
      const { colour, shape } = kindOf(kind);
      nodes.push({
        data: { id: "i" + place, text: cut(value, 22), kind, value, sharing, total, colour, shape, wide: Math.min(14 + 2.4 * Math.sqrt(sharing), 38) },
        classes: "identifier",
      });
    });
    data.hubs.forEach(([kind, number], place) => {
      const words = number === 1 ? kindOf(kind).one : kindOf(kind).many;
      nodes.push({ data: { id: "h" + place, text: number + " " + words, kind, number }, classes: "hub" });
    });
    const edges = [
      ...data.edges.map(([account, node]) => ({ data: { source: "a" + account, target: "i" + node, colour: kindOf(data.identifiers[node][0]).colour } })),
      ...data.links.map(([a, b, words]) => ({ data: { source: "a" + a, target: "a" + b, colour: "#7a8290", kinds: words }, classes: "direct" })),
      ...data.hubs.flatMap(([, , accounts], place) =>
        accounts.map((account) => ({ data: { source: "a" + account, target: "h" + place }, classes: "hubline" }))),
    ];
    return [...nodes, ...edges];
  }

  function style(data) {
    const css = getComputedStyle(document.documentElement);
    const ink = css.getPropertyValue("--ink").trim();
    const soft = css.getPropertyValue("--soft").trim();
    const ground = css.getPropertyValue("--raised").trim();
    const named = data.accounts.length <= 30;
    const valued = data.identifiers.length <= 14;
    const faint = data.edges.length < 250 ? 0.55 : data.edges.length < 700 ? 0.28 : 0.14;
    const text = { "font-size": 9, color: ink, "text-background-color": ground, "text-background-opacity": 0.75, "min-zoomed-font-size": 7 };
    return [
      { selector: "node", style: { ...text, "text-valign": "bottom", "text-margin-y": 2 } },
      { selector: ".account", style: { width: 13, height: 13, "border-width": 2, "border-color": ink, "background-color": ink, label: named ? "data(text)" : "" } },
      { selector: ".fringe", style: { "background-color": ground, "border-style": "dashed", "border-width": 1.5 } },
      { selector: ".spam", style: { "border-color": css.getPropertyValue("--spam").trim(), "border-width": 3 } },
      { selector: ".honest", style: { "border-color": css.getPropertyValue("--honest").trim(), "border-width": 3 } },
      { selector: ".identifier", style: { shape: "data(shape)", "background-color": "data(colour)", width: "data(wide)", height: "data(wide)", label: valued ? "data(text)" : "", "font-weight": 600 } },
      { selector: ".hub", style: { width: 22, height: 22, "background-color": ground, "border-width": 1.5, "border-style": "dotted", "border-color": soft, color: soft, label: "data(text)", display: "none" } },
      { selector: "edge", style: { width: 1, "line-color": "data(colour)", "line-opacity": faint, "curve-style": "haystack" } },
      { selector: ".direct", style: { "line-style": "dashed" } },
      { selector: ".hubline", style: { "line-style": "dotted", "line-color": soft, "line-opacity": 0.35, display: "none" } },
      { selector: ".folded", style: { display: "element" } },
      { selector: ".dim", style: { opacity: 0.12 } },
      { selector: ".later", style: { visibility: "hidden" } },
      { selector: "edge.lit", style: { "line-opacity": 0.8, width: 1.5 } },
      { selector: "node.lit", style: { label: "data(text)", "z-index": 9 } },
    ];
  }

  // The same data gives the same picture: the start is a spiral by place, nothing is random.
  function start(data) {
    const total = data.accounts.length + data.identifiers.length;
    return (node) => {
      const place = Number(node.id().slice(1)) * (node.hasClass("identifier") ? data.accounts.length / Math.max(data.identifiers.length, 1) : 1);
      const angle = place * 2.399963;
      const far = (node.hasClass("identifier") ? 12 : 20) * Math.sqrt(place + 1) + total / 10;
      return { x: far * Math.cos(angle), y: far * Math.sin(angle) };
    };
  }

  // The layout is about as wide as high; the canvas is wider: use it.
  function stretch(cy, shown) {
    const box = shown.nodes().boundingBox({ includeLabels: false });
    const wish = (cy.width() / cy.height()) * 0.95;
    const factor = Math.min(Math.max(wish / (box.w / box.h), 1), 2.4);
    shown.nodes().positions((node) => ({ x: node.position("x") * factor, y: node.position("y") }));
  }

  function layout(cy, data) {
    const shown = cy.elements().not(".hub, .hubline");
    // Each round compares all pairs: larger drawings get fewer rounds and cool down faster.
    const rounds = Math.round(Math.min(650, 18000 / (shown.nodes().length + 1)));
    shown.layout({ name: "preset", positions: start(data), fit: false }).run();
    shown.layout({
      name: "cose", randomize: false, animate: false, fit: false, numIter: rounds, coolingFactor: Math.pow(0.001, 1 / rounds), gravity: 0.6, nodeOverlap: 12,
      idealEdgeLength: (edge) => (edge.hasClass("direct") ? 46 : 40), componentSpacing: 26,
      nodeRepulsion: (node) => (node.hasClass("identifier") ? 60000 : 9000),
    }).run();
    stretch(cy, shown);
    const box = shown.boundingBox();
    cy.nodes(".hub").forEach((node, place) => node.position({ x: box.x1 + 60 + 130 * place, y: box.y2 + 40 }));
    cy.fit(shown, 26);
    if (cy.zoom() > 1.7) { cy.zoom(1.7); cy.center(shown); }
  }

  function tell(place, node) {
    const words = node.data();
    const parts = [];
    if (node.hasClass("account")) {
      parts.push([words.account, true], [words.name ? " " + words.name : ""], [node.hasClass("core") ? " · core" : " · fringe"]);
      parts.push([words.risk === null ? "" : " · risk " + words.risk.toFixed(2)]);
      parts.push([words.label === 1 ? " · labelled spam" : words.label === 0 ? " · labelled honest" : ""]);
    } else if (node.hasClass("identifier")) {
      parts.push([kindOf(words.kind).one + " "], [words.value, true]);
      parts.push([" · " + words.sharing + " members, " + words.total + " accounts in all"]);
    } else {
      parts.push([words.text, true], [" that too many share to count as evidence"]);
    }
    place.replaceChildren(...parts.filter(([text]) => text).map(([text, strong]) => {
      const piece = document.createElement(strong ? "b" : "span");
      piece.dir = "auto";
      piece.textContent = text;
      return piece;
    }));
  }

  function listen(cy, figure) {
    const told = figure.querySelector(".told");
    cy.on("mouseover tap", "node", ({ target }) => {
      cy.elements().removeClass("lit dim");
      const near = target.closedNeighborhood();
      cy.elements().not(near).addClass("dim");
      near.addClass("lit");
      tell(told, target);
    });
    cy.on("mouseout", "node", () => cy.elements().removeClass("lit dim"));
    cy.on("tap", ({ target }) => { if (target === cy) cy.elements().removeClass("lit dim"); });
    // A wheel that scrolls the page must not zoom the picture by surprise.
    figure.querySelector(".canvas").addEventListener("wheel", (event) => cy.userZoomingEnabled(event.ctrlKey), { capture: true });
    const hubs = figure.querySelector(".hubs");
    if (hubs) hubs.addEventListener("change", () => {
      cy.elements(".hub, .hubline").toggleClass("folded", hubs.checked);
      cy.fit(cy.elements(":visible"), 26);
    });
  }

  // The ground is set with the style: a print then shows the drawing as it was on the screen.
  function dress(cy, data) {
    cy.style(style(data));
    cy.container().style.backgroundColor = getComputedStyle(document.documentElement).getPropertyValue("--raised");
  }

  function draw(figure) {
    if (drawn.has(figure)) return;
    const data = JSON.parse(figure.querySelector(".graph-data").textContent);
    const cy = cytoscape({
      container: figure.querySelector(".canvas"), elements: elements(data),
      layout: { name: "null" }, minZoom: 0.08, maxZoom: 4, boxSelectionEnabled: false, userZoomingEnabled: false,
    });
    drawn.set(figure, [cy, data]);
    dress(cy, data);
    layout(cy, data);
    listen(cy, figure);
  }

  dark.addEventListener("change", () => drawn.forEach(([cy, data]) => dress(cy, data)));
  return { draw, get: (figure) => drawn.get(figure)[0] };
})();
