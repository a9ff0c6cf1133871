// Explore: filters the cards by words and facets. The choice is kept in the address, after the #,
// so that a link shares it. The first cards are in the HTML; others are made from the index. It has the facets of all cases;
// words that are not in the page come in further files, when they are needed.
(function () {
  "use strict";
  var box = document.querySelector("[data-explore]");
  var index = window.anchorbookIndex;
  if (!box || !index || !window.anchorbookSearch) { return; }

  var STEP = index.files.length ? 12 : 60; // among many, fewer cards at a time: laying them out is most of the work
  var ID = 0, TITLE = 1, SUMMARY = 2, PLACES = 4, PERIODS = 5;
  var form = box.querySelector("[data-filters]");
  var input = form.querySelector("#explore-text");
  var list = box.querySelector("[data-cards]");
  var template = box.querySelector("[data-card-template]");
  var status = box.querySelector("[data-status]");
  var working = box.querySelector("[data-working]");
  var empty = box.querySelector("[data-empty]");
  var clear = box.querySelector("[data-clear]");
  var more = box.querySelector("[data-more]");
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[type=checkbox]"));
  // By number of the case. A page that is older than the index goes without: its cards would get the facets of others.
  var cards = Array.from(list.children);
  if (cards.length !== index.rows.length || cards.some(function (card, number) { return card.dataset.case !== index.rows[number][ID]; })) { return; }
  index.rows.forEach(function (row, number) {
    row[TITLE] = cards[number].querySelector("h3").textContent;
    row[SUMMARY] = cards[number].querySelector("p:not([class])").textContent;
  });
  var words = window.anchorbookSearch(index, function () {
    if (input.value.trim()) { update(); }
  });
  var all = words.all;
  function british(number) { return String(number).replace(/\B(?=(\d{3})+$)/g, ","); }  // Intl takes 30 ms to start, four times that on a phone

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

  // Terms of one facet are alternatives; facets narrow each other down. A term's count is what choosing it would give:
  // cases that fit all else. So a case that fails in one facet alone still counts there. One pass over the cases, by sets of terms.
  function sift(pool, wanted) {
    var columns = index.facets.map(function (name) { return index.columns[name].of; });
    var tests = Object.keys(wanted).map(function (name) {
      var terms = wanted[name].map(function (id) { return index.terms[name].indexOf(id); });
      return { facet: index.facets.indexOf(name), fits: index.columns[name].sets.map(function (set) { return set.some(function (term) { return terms.indexOf(term) >= 0; }); }) };
    });
    var fitting = [], held = index.facets.map(function (name) { return new Uint32Array(index.columns[name].sets.length); });
    for (var place = 0; place < pool.length; place += 1) {
      var number = pool[place], failed = 0, where = -1;
      for (var test = 0; test < tests.length && failed < 2; test += 1) {
        var facet = tests[test].facet;
        if (!tests[test].fits[columns[facet][number]]) { failed += 1; where = facet; }
      }
      if (failed === 0) {
        fitting.push(number);
        for (var each = 0; each < held.length; each += 1) { held[each][columns[each][number]] += 1; }
      } else if (failed === 1) { held[where][columns[where][number]] += 1; }
    }
    var counts = {};
    index.facets.forEach(function (name, facet) {
      counts[name] = new Uint32Array(index.terms[name].length);
      index.columns[name].sets.forEach(function (set, which) { set.forEach(function (term) { counts[name][term] += held[facet][which]; }); });
    });
    return { fitting: fitting, counts: counts };
  }

  function showCounts(counts, wanted) {
    boxes.forEach(function (item) {
      var count = counts[item.name][index.terms[item.name].indexOf(item.value)], said = british(count);
      if (item.counter.textContent !== said) { item.counter.textContent = said; item.option.classList.toggle("none", count === 0); }
    });
    index.facets.forEach(function (name) {
      var picked = form.querySelector('[data-chosen="' + name + '"]'), said = wanted[name] ? "(" + wanted[name].length + " chosen)" : "";
      if (picked && picked.textContent !== said) { picked.textContent = said; }
    });
  }

  // ------------------------------------------------------------ the cards

  function labelsOf(number, name) {
    var column = index.columns[name];
    return column.sets[column.of[number]].map(function (term) { return index.labels[name][term]; });
  }
  function termOf(number, name) {
    var column = index.columns[name];
    return index.terms[name][column.sets[column.of[number]][0]];
  }

  function cardOf(number) {
    var row = words.rows[number];
    if (row && !cards[number]) { cards[number] = make(number, row); }
    return row && cards[number];
  }
  function make(number, row) {
    var card = template.content.firstElementChild.cloneNode(true);
    card.dataset.case = row[ID];
    card.querySelector("[data-eyebrow]").textContent = (labelsOf(number, "type")[0] || "") + " · " + labelsOf(number, "domain").join(", ");
    var link = card.querySelector("[data-link]");
    link.textContent = row[TITLE];
    link.href = "cases/" + encodeURIComponent(row[ID]) + ".html";
    card.querySelector("[data-where]").textContent = row[PLACES].join("; ") + (row[PERIODS].length ? " · " + row[PERIODS][0] : "");
    card.querySelector("[data-summary]").textContent = row[SUMMARY];
    card.querySelector("[data-strength]").textContent = termOf(number, "level") + " of 5: " + labelsOf(number, "level")[0];
    card.querySelector("[data-result]").textContent = labelsOf(number, "result")[0] || "";
    card.querySelector("[data-result]").classList.add("verdict-" + termOf(number, "result"));
    card.querySelector("[data-cost]").textContent = labelsOf(number, "cost")[0] || "";
    return card;
  }

  var found = all, shown = list.children.length, focusOn = -1, turn = 0;
  // The first of the cases found. Those whose file is not there yet follow when it is: nothing that stands moves.
  function show(upTo) {
    var mine = turn, part = [], missing = [];
    shown = Math.min(upTo, found.length);
    found.slice(0, shown).forEach(function (number) {
      var card = cardOf(number), file = words.fileOf(number);
      if (!card && missing.indexOf(file) < 0) { missing.push(file); }
      if (!missing.length) { part.push(card); }
    });
    var old = Array.from(list.children);
    if (old.length <= part.length && old.every(function (card, place) { return card === part[place]; })) {
      list.append.apply(list, part.slice(old.length));
    } else {
      list.replaceChildren.apply(list, part);
    }
    missing.forEach(function (file) { words.load(file, function (there) { if (mine === turn && there) { show(shown); } else if (mine === turn) { say(LOST); wait(false); } }); });
    wait(missing.length > 0 || unsure());
    showMore();
    if (focusOn >= 0 && list.children[focusOn]) {
      list.children[focusOn].querySelector("a").focus();
      focusOn = -1;
    }
  }
  function wait(on) {
    list.setAttribute("aria-busy", String(on));
    working.hidden = !on;
  }
  function showMore() {
    more.hidden = list.children.length >= found.length;
    if (!more.hidden) { more.textContent = "Show more cases (" + british(found.length - list.children.length) + " left)"; }
  }

  var LOST = "Some cases could not be loaded. Load the page again.";
  function unsure() { return input.value.trim() !== "" && words.unsure(); }
  function say(text) { if (status.textContent !== text) { status.textContent = text; } }

  function update() {
    var text = input.value.trim(), wanted = chosen();
    var sifted = sift(text ? words.search(text) : all, wanted), filtered = text || Object.keys(wanted).length;
    turn += 1;
    focusOn = -1;
    found = sifted.fitting;
    showCounts(sifted.counts, wanted);
    clear.hidden = !filtered;
    empty.hidden = found.length > 0 || unsure();
    var number = british(found.length) + (found.length === 1 ? " case" : " cases");
    // Said once, when it is sure. Until then people see that something is going on.
    if (unsure()) { say(""); } else if (text && words.lost()) { say(number + ". " + LOST); } else {
      say(found.length ? number + (filtered ? " of " + british(index.count) : "") : "No cases");
    }
    show(STEP);
  }

  // ------------------------------------------------------------ events

  boxes.forEach(function (item) { item.counter = item.parentElement.querySelector("[data-count]"); item.option = item.closest(".option"); });
  var toggle = box.querySelector("[data-show-filters]");
  var facets = box.querySelector("#facets");
  toggle.addEventListener("click", function () {
    var open = facets.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Hide filters" : "Show filters";
  });
  var later = 0;
  input.addEventListener("focus", words.gather);
  input.addEventListener("input", function () {
    words.typed();
    window.clearTimeout(later);
    later = window.setTimeout(function () { update(); write(); }, 0);
  });
  form.addEventListener("change", function (event) { if (event.target !== input) { update(); write(); } });
  form.addEventListener("submit", function (event) { event.preventDefault(); update(); write(); });
  clear.addEventListener("click", function () {
    input.value = "";
    boxes.forEach(function (item) { item.checked = false; });
    update(); write(); input.focus();
  });
  more.addEventListener("click", function () {
    focusOn = list.children.length;
    show(shown + STEP);
  });
  window.addEventListener("hashchange", function () { read(); update(); });

  // Without a choice the page is right as it came.
  read();
  if (input.value.trim() || boxes.some(function (item) { return item.checked; })) { update(); } else { showMore(); }
  form.hidden = false;
})();
