// Sets light or dark before the page is drawn. Runs first, so it stays small.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("scripted");
  var chosen = null;
  try { chosen = localStorage.getItem("anchorbook-theme"); } catch (error) { /* storage switched off */ }
  if (chosen === "light" || chosen === "dark") { root.dataset.theme = chosen; }
})();
