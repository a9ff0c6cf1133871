// The agenda of a workshop: a start that people choose moves all its clock times. The choice stays in the address,
// after #start=, so that the page can be shared and printed. Folded parts of a page are opened for paper.
(function () {
  "use strict";

  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("main details:not([open])"));
    opened.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
    opened = [];
  });

  var agenda = document.querySelector("[data-agenda]");
  if (!agenda) { return; }
  var input = document.getElementById("start-time"), usual = agenda.dataset.start;
  var CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

  function two(number) { return (number < 10 ? "0" : "") + number; }
  function minutes(clock) { return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)); }
  function chosen() {
    var start = new URLSearchParams(location.hash.slice(1)).get("start");
    return start && CLOCK.test(start) ? start : "";
  }

  function show(start) {
    document.querySelectorAll("time[data-after]").forEach(function (time) {
      var now = (minutes(start) + Number(time.dataset.after)) % (24 * 60);
      time.textContent = time.dateTime = two(Math.floor(now / 60)) + ":" + two(now % 60);
    });
    // The other page of this workshop starts at the same time.
    document.querySelectorAll("[data-keep-start]").forEach(function (link) {
      link.hash = start === usual ? "" : "start=" + start;
    });
  }
  function fromAddress() {
    var start = chosen();
    // A link to a block changes the address too: the start that was chosen before it stays.
    if (!start && location.hash) { start = input.value; }
    input.value = CLOCK.test(start) ? start : usual;
    show(input.value);
  }

  input.addEventListener("input", function () {
    if (!CLOCK.test(input.value)) { return; }  // half typed
    show(input.value);
    history.replaceState(null, "", input.value === usual ? location.pathname + location.search : "#start=" + input.value);
  });
  document.querySelector("[data-agenda-form]").addEventListener("submit", function (event) { event.preventDefault(); });
  document.querySelectorAll(".agenda-table a").forEach(function (link) {
    link.addEventListener("click", function (event) {
      var target = document.getElementById(link.hash.slice(1));
      if (!chosen() || !target) { return; }
      event.preventDefault();  // the address keeps the start
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
      target.scrollIntoView();
    });
  });
  window.addEventListener("hashchange", fromAddress);
  document.querySelector("[data-agenda-form]").hidden = false;
  fromAddress();
}());
