// The claims ledger: choose rows, sort them. Without this script the whole table is there, in order of id.
(function () {
  "use strict";
  var table = document.querySelector("[data-ledger]");
  if (!table) { return; }
  var form = document.querySelector("[data-ledger-form]");
  var count = document.querySelector("[data-ledger-count]");
  var none = document.querySelector("[data-ledger-none]");
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var fields = {status: "ledger-status", kind: "ledger-kind", source: "ledger-source"};
  form.hidden = false;

  var order = "";
  function say(text) { if (count.textContent !== text) { count.textContent = text; } }  // the same again is nothing new to hear

  function filter() {
    var words = document.getElementById("ledger-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; }) &&
        Object.keys(fields).every(function (name) {
          var wanted = document.getElementById(fields[name]).value;
          return !wanted || row.dataset[name] === wanted;
        });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    say((shown === rows.length ? rows.length + " claims" : shown + " of " + rows.length + " claims") + order + ".");
    none.hidden = shown > 0;
  }

  // Rows without a number stand last, whichever way the numbers go.
  function compare(one, other, name, down) {
    var a = one.dataset[name], b = other.dataset[name], order;
    if (name === "value") {
      if (a === "" || b === "") { return (a === "") - (b === "") || compare(one, other, "id", false); }
      order = Number(a) - Number(b);
    } else if (name === "source") {
      order = sourceOf(one).localeCompare(sourceOf(other), "en", { sensitivity: "base", numeric: true });
    } else {
      order = a.localeCompare(b, "en", { sensitivity: "base", numeric: true });
    }
    return (down ? -order : order) || (name === "id" ? 0 : compare(one, other, "id", false));
  }
  function sourceOf(row) { return row.querySelector('[data-label="Source"]').textContent.trim(); }

  table.querySelectorAll("th[data-sort]").forEach(function (head) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    // For paper: buttons are not drawn in heads that are repeated on the next pages.
    var words = document.createElement("span");
    words.className = "print-only";
    words.hidden = true;
    words.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    head.appendChild(words);
    button.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      var name = head.dataset.sort;
      rows.sort(function (one, other) { return compare(one, other, name, down); }).forEach(function (row) { body.appendChild(row); });
      order = ", sorted by " + button.textContent.toLowerCase() + (down ? ", last first" : "");
      filter();
    });
  });

  function toHash() {
    var row = location.hash && document.getElementById(location.hash.slice(1));
    if (row && row.hidden) { form.reset(); filter(); row.scrollIntoView(); }
  }
  form.addEventListener("input", filter);
  form.addEventListener("reset", function () { window.setTimeout(filter); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  none.querySelector("[data-ledger-reset]").addEventListener("click", function () {
    form.reset(); filter(); document.getElementById("ledger-text").focus();
  });
  window.addEventListener("hashchange", toHash);
  // The browser may bring back what was chosen; and a link to the row that the address names already changes no address.
  window.addEventListener("pageshow", function () { filter(); toHash(); });
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) { toHash(); }
  });
}());
