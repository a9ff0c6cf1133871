// Explore: filters the cards by words and facets. The choice is kept in the address, after the #,
// so that a link shares it. Cards of the first page are in the HTML; later ones are made from the index.
(function () {
  "use strict";
  var box = document.querySelector("[data-explore]");
  var index = window.anchorbookIndex;
  if (!box || !index || !window.MiniSearch) { return; }

  var STEP = 60;
  var ID = 0, TITLE = 1, SUMMARY = 2, ORGANISATIONS = 3, PLACES = 4, PERIODS = 5, FACETS = 6;
  var form = box.querySelector("[data-filters]");
  var input = form.querySelector("#explore-text");
  var list = box.querySelector("[data-cards]");
  var template = box.querySelector("[data-card-template]");
  var status = box.querySelector("[data-status]");
  var empty = box.querySelector("[data-empty]");
  var clear = box.querySelector("[data-clear]");
  var more = box.querySelector("[data-more]");
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[type=checkbox]"));
  var facetNumber = {};
  index.facets.forEach(function (name, number) { facetNumber[name] = number; });

  // ------------------------------------------------------------ the text search

  function words(number) {
    var row = index.cases[number];
    var labels = [];
    index.facets.forEach(function (name, facet) {
      row[FACETS][facet].forEach(function (term) {
        labels.push(index.labels[name][term]);
        var more = (index.synonyms[name] || {})[index.terms[name][term]];
        if (more) { labels.push(more.join(" ")); }
      });
    });
    return { id: number, title: row[TITLE], summary: row[SUMMARY], who: row[ORGANISATIONS].join(" "), where: row[PLACES].join(" "), labels: labels.join(" ") };
  }

  var searcher = null;
  function search(text) {
    if (!searcher) {
      searcher = new window.MiniSearch({
        fields: ["title", "summary", "who", "where", "labels"],
        searchOptions: { boost: { title: 4, where: 2, who: 2 }, prefix: true, fuzzy: function (term) { return term.length > 4 ? 0.2 : false; }, combineWith: "AND" }
      });
      searcher.addAll(index.cases.map(function (_row, number) { return words(number); }));
    }
    return searcher.search(text).map(function (hit) { return hit.id; });
  }

  // ------------------------------------------------------------ the choice and the address

  function chosen() {
    var picked = {};
    boxes.forEach(function (item) {
      if (item.checked) { (picked[item.name] = picked[item.name] || []).push(item.value); }
    });
    return picked;
  }

  function write() {
    var parameters = new URLSearchParams();
    if (input.value.trim()) { parameters.set("q", input.value.trim()); }
    boxes.forEach(function (item) { if (item.checked) { parameters.append(item.name, item.value); } });
    var text = parameters.toString();
    try {
      history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
    } catch (error) {
      location.hash = text;
    }
  }

  function read() {
    var parameters = new URLSearchParams(location.hash.slice(1));
    if (!location.hash) { parameters = new URLSearchParams(location.search); }
    input.value = parameters.get("q") || "";
    boxes.forEach(function (item) {
      item.checked = parameters.getAll(item.name).indexOf(item.value) >= 0;
      if (item.checked) { item.closest("details").open = true; }
    });
  }

  // ------------------------------------------------------------ filtering

  function passing(pool, wanted, except) {
    // Terms of one facet are alternatives; facets narrow each other down.
    var tests = [];
    Object.keys(wanted).forEach(function (name) {
      if (name === except) { return; }
      tests.push({ facet: facetNumber[name], terms: wanted[name].map(function (id) { return index.terms[name].indexOf(id); }) });
    });
    if (!tests.length) { return pool; }
    return pool.filter(function (number) {
      return tests.every(function (test) {
        return index.cases[number][FACETS][test.facet].some(function (term) { return test.terms.indexOf(term) >= 0; });
      });
    });
  }

  function showCounts(pool, wanted) {
    index.facets.forEach(function (name, facet) {
      var numbers = new Array(index.terms[name].length).fill(0);
      passing(pool, wanted, name).forEach(function (number) {
        index.cases[number][FACETS][facet].forEach(function (term) { numbers[term] += 1; });
      });
      boxes.forEach(function (item) {
        if (item.name !== name) { return; }
        var count = numbers[index.terms[name].indexOf(item.value)];
        item.counter.textContent = count.toLocaleString("en-GB");
        item.closest(".option").classList.toggle("none", count === 0);
      });
      var picked = form.querySelector('[data-chosen="' + name + '"]');
      if (picked) { picked.textContent = wanted[name] ? "(" + wanted[name].length + " chosen)" : ""; }
    });
  }

  // ------------------------------------------------------------ the cards

  var cards = {};
  list.querySelectorAll("[data-case]").forEach(function (card) { cards[card.dataset.case] = card; });

  function label(row, name, which) {
    var term = row[FACETS][facetNumber[name]][which || 0];
    return term === undefined ? "" : index.labels[name][term];
  }

  function make(row) {
    var card = template.content.firstElementChild.cloneNode(true);
    var level = row[FACETS][facetNumber.level][0];
    var result = row[FACETS][facetNumber.result][0];
    card.dataset.case = row[ID];
    card.querySelector("[data-eyebrow]").textContent = label(row, "type") + " · " + row[FACETS][facetNumber.domain].map(function (term) { return index.labels.domain[term]; }).join(", ");
    var link = card.querySelector("[data-link]");
    link.textContent = row[TITLE];
    link.href = "cases/" + encodeURIComponent(row[ID]) + ".html";
    card.querySelector("[data-where]").textContent = row[PLACES].join("; ") + (row[PERIODS].length ? " · " + row[PERIODS][0] : "");
    card.querySelector("[data-summary]").textContent = row[SUMMARY];
    card.querySelector("[data-strength]").textContent = level + " of 5: " + label(row, "level");
    card.querySelector("[data-result]").textContent = label(row, "result");
    card.querySelector("[data-result]").classList.add("verdict-" + index.terms.result[result]);
    card.querySelector("[data-cost]").textContent = label(row, "cost");
    return card;
  }

  var found = [];
  var shown = 0;
  function show(upTo) {
    var part = document.createDocumentFragment();
    found.slice(0, upTo).forEach(function (number) {
      var row = index.cases[number];
      cards[row[ID]] = cards[row[ID]] || make(row);
      part.appendChild(cards[row[ID]]);
    });
    list.replaceChildren(part);
    shown = Math.min(upTo, found.length);
    more.hidden = shown >= found.length;
    if (!more.hidden) { more.textContent = "Show more cases (" + (found.length - shown).toLocaleString("en-GB") + " left)"; }
  }

  var all = index.cases.map(function (_row, number) { return number; });
  function say(text) { if (status.textContent !== text) { status.textContent = text; } }

  function update() {
    var text = input.value.trim();
    var wanted = chosen();
    var pool = text ? search(text) : all;
    found = passing(pool, wanted);
    showCounts(pool, wanted);
    show(STEP);
    var filtered = text || Object.keys(wanted).length;
    clear.hidden = !filtered;
    empty.hidden = found.length > 0;
    var number = found.length.toLocaleString("en-GB") + (found.length === 1 ? " case" : " cases");
    say(found.length ? number + (filtered ? " of " + all.length.toLocaleString("en-GB") : "") : "No cases");
  }

  // ------------------------------------------------------------ events

  boxes.forEach(function (item) { item.counter = item.parentElement.querySelector("[data-count]"); });
  var toggle = box.querySelector("[data-show-filters]");
  var facets = box.querySelector("#facets");
  toggle.addEventListener("click", function () {
    var open = facets.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Hide filters" : "Show filters";
  });
  var waiting = 0;
  input.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { update(); write(); }, 60);
  });
  form.addEventListener("change", function (event) { if (event.target !== input) { update(); write(); } });
  form.addEventListener("submit", function (event) { event.preventDefault(); update(); write(); });
  clear.addEventListener("click", function () {
    input.value = "";
    boxes.forEach(function (item) { item.checked = false; });
    update(); write(); input.focus();
  });
  more.addEventListener("click", function () {
    var before = shown;
    show(shown + STEP);
    var next = list.children[before];
    if (next) { next.querySelector("a").focus(); }
  });
  window.addEventListener("hashchange", function () { read(); update(); });

  form.hidden = false;
  read();
  update();
})();
