// Maps: a still picture stands in their place until they come into view, or somebody asks for them.
(function () {
  "use strict";
  var saving = navigator.connection && navigator.connection.saveData;

  function load(figure, asked) {
    var stage = figure.querySelector("[data-map-stage]"), button = figure.querySelector("[data-map-open]");
    if (stage.querySelector("iframe")) { stage.querySelector("iframe").focus(); return; }
    var frame = document.createElement("iframe");
    frame.className = "map-frame";
    frame.title = figure.dataset.mapTitle;
    frame.addEventListener("load", function () {
      stage.classList.add("live");  // from here on the map is seen, and the picture is not
      if (asked) { frame.focus(); }
    });
    frame.src = figure.dataset.mapFigure;
    stage.appendChild(frame);
    // Not under the finger of somebody who has just come to it: the keyboard would have to start again from the top.
    function away() { button.hidden = document.activeElement !== button; }
    button.addEventListener("blur", function () { window.setTimeout(away); });
    if (asked) { frame.addEventListener("load", away); } else { away(); }
  }

  document.querySelectorAll("[data-map-figure]").forEach(function (figure) {
    var button = figure.querySelector("[data-map-open]");
    button.hidden = false;
    button.addEventListener("click", function () { load(figure, true); });
    // Where the map is for wide screens only, a phone asks first: it is much to load.
    var wide = figure.dataset.mapLoad !== "wide" || window.matchMedia("(min-width: 48rem)").matches;
    if (saving || !wide || !window.IntersectionObserver) { return; }
    new IntersectionObserver(function (entries, observer) {
      if (entries.some(function (entry) { return entry.isIntersecting; })) { observer.disconnect(); load(figure, false); }
    }).observe(figure.querySelector("[data-map-stage]"));
  });
}());
