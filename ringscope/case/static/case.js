// Draws the ring; everything else on the page needs no script.
"use strict";
document.querySelectorAll(".drawing").forEach((figure) => ringGraph.draw(figure));
