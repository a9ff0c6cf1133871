// The page of case cards: chooses cases, deals them, and lays out cards for the printer. Nothing leaves this browser.
(function () {
  "use strict";
  var page = document.querySelector("[data-card-page]");
  var store = window.anchorbookShortlist;
  if (!page || !store) { return; }
  var root = page.dataset.root, files = Number(page.dataset.files), most = Number(page.dataset.most), mostSeed = Number(page.dataset.mostSeed);
  var form = page.querySelector("[data-card-form]"), place = page.querySelector("[data-card-pairs]"), status = page.querySelector("[data-card-status]");
  var asked = JSON.parse(page.querySelector("[data-card-asked]").textContent);
  var first = Array.prototype.map.call(place.querySelectorAll("[data-card]"), function (item) { return item.dataset.card; });
  var firstSaid = status.textContent;
  var shared = [];  // ids that came with the address, until somebody uses the form
  var drawing = 0;  // only the newest drawing counts
  var changed = false;  // the page comes with the first cards: nothing is loaded until others are asked for

  // ------------------------------------------------------------ files of the book

  var waiting = {};
  function script(source, done) {
    if (waiting[source] === true) { done(); return; }
    if (waiting[source]) { waiting[source].push(done); return; }
    waiting[source] = [done];
    var element = document.createElement("script");
    element.src = source;
    element.onload = element.onerror = function () {
      var those = waiting[source];
      waiting[source] = true;
      those.forEach(function (one) { one(); });
    };
    document.head.appendChild(element);
  }
  function load(ids, done) {
    var sources = ids.map(function (id) { return root + "assets/cases/" + store.fileOf(id, files) + ".js"; });
    sources = sources.filter(function (source, number) { return sources.indexOf(source) === number; });
    var left = sources.length + 1;
    function one() {
      left -= 1;
      if (left) { return; }
      var found = Object.create(null);
      (window.anchorbookBriefs || []).forEach(function (item) { found[item.id] = item; });
      done(ids.map(function (id) { return found[id]; }).filter(Boolean));
    }
    sources.forEach(function (source) { script(source, one); });
    one();
  }
  // The cases of a domain, or of the book, strongest evidence first, from the files that Explore uses.
  function inDomain(domain, done) {
    script(root + "assets/explore-index.js", function () {
      var index = window.anchorbookIndex;
      if (!index) { done([]); return; }
      var left = index.files.length + 1;
      function one() {
        left -= 1;
        if (left) { return; }
        var rows = index.files.reduce(function (before, digest) { return before.concat((window.anchorbookRows || {})[digest] || []); }, index.rows);
        var domains = index.columns.domain, levels = index.columns.level, term = index.terms.domain.indexOf(domain);
        if (rows.length < index.count) { done([]); return; }
        function strength(number) { return Number(index.terms.level[levels.sets[levels.of[number]][0]]); }
        var numbers = rows.map(function (_row, number) { return number; }).filter(function (number) {
          return !domain || domains.sets[domains.of[number]].indexOf(term) >= 0;
        });
        numbers.sort(function (one, other) { return strength(other) - strength(one); });
        done(numbers.map(function (number) { return rows[number][0]; }));
      }
      index.files.forEach(function (_digest, number) { script(root + "assets/explore/" + (number + 1) + ".js", one); });
      one();
    });
  }

  // ------------------------------------------------------------ dealing: the same sums as in anchorbook/training/stories.py

  function dealer(seed) {  // "mulberry32": whole numbers of 32 bits that follow from the seed
    var state = seed >>> 0;
    function number() {
      state = (state + 0x6D2B79F5) >>> 0;
      var mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (mixed ^ (mixed >>> 14)) >>> 0;
    }
    return function (limit) {
      var fair = 4294967296 - 4294967296 % limit, found = number();
      while (found >= fair) { found = number(); }
      return found % limit;
    };
  }
  function deal(ids, count, seed) {
    var left = ids.slice().sort(), below = dealer(seed);
    count = Math.min(count, left.length);
    for (var here = 0; here < count; here += 1) {
      var other = here + below(left.length - here), kept = left[here];
      left[here] = left[other];
      left[other] = kept;
    }
    return left.slice(0, count);
  }
  function anySeed() { return 1 + Math.floor(Math.random() * mostSeed); }

  // ------------------------------------------------------------ cards

  function make(tag, text, className) {
    var element = document.createElement(tag);
    if (text !== undefined) { element.textContent = text; }
    if (className) { element.className = className; }
    return element;
  }
  function prompts(item) {
    return asked.prompts.filter(function (prompt) {
      return Object.keys(prompt.when).every(function (name) {
        return [].concat(item[name]).some(function (label) { return prompt.when[name].indexOf(label) >= 0; });
      });
    }).slice(0, asked.most);
  }
  function foot(address, mark) {
    var element = make("p", undefined, "card-foot");
    element.appendChild(make("span", address));
    element.appendChild(make("span", mark));
    return element;
  }
  function card(item, mark) {
    var element = make("article", undefined, "case-card"), front = make("div", undefined, "card-front"), back = make("div", undefined, "card-back");
    element.dataset.card = item.id;
    element.setAttribute("aria-labelledby", "card-" + item.id);
    var head = make("h3"), link = make("a", item.title);
    head.id = "card-" + item.id;
    link.href = root + "cases/" + encodeURIComponent(item.id) + ".html";
    var address = /^http/.test(link.href) ? link.href : "cases/" + item.id + ".html";
    head.appendChild(link);
    front.appendChild(make("p", item.type + " · " + item.domains.join(", "), "eyebrow"));
    front.appendChild(head);
    front.appendChild(make("p", item.story || item.summary, "card-story"));
    var signals = make("dl", undefined, "card-signals");
    [["How strong is the evidence?", "Level " + item.level + " of 5: " + item.strength], ["What did it show?", item.showed], ["What did it cost?", item.cost]].forEach(function (pair) {
      var group = make("div");
      group.appendChild(make("dt", pair[0]));
      group.appendChild(make("dd", pair[1]));
      signals.appendChild(group);
    });
    front.appendChild(signals);
    front.appendChild(make("p", [item.who, item.where].filter(Boolean).join(" · "), "card-where"));
    front.appendChild(foot(address, mark));
    back.appendChild(make("p", item.title, "card-again"));
    back.appendChild(make("h4", "To talk about"));
    var list = make("ol", undefined, "card-prompts");
    prompts(item).forEach(function (prompt) { list.appendChild(make("li", prompt.ask)); });
    back.appendChild(list);
    back.appendChild(foot(address, mark));
    element.appendChild(front);
    element.appendChild(back);
    return element;
  }
  function draw(ids, said, mark) {
    var mine = drawing += 1;
    var some = ids.slice(0, most);
    load(some, function (items) {
      if (mine !== drawing) { return; }
      changed = true;
      place.textContent = "";
      for (var here = 0; here < items.length; here += 2) {
        var pair = make("div", undefined, "card-pair");
        items.slice(here, here + 2).forEach(function (item) { pair.appendChild(card(item, mark)); });
        place.appendChild(pair);
      }
      var missing = some.length - items.length;
      status.textContent = said + (ids.length > most ? " Only the first " + most + " are shown." : "") +
        (missing ? " " + missing + (missing === 1 ? " case is" : " cases are") + " not in this book, or could not be loaded." : "");
    });
  }

  // ------------------------------------------------------------ the form and the address

  function chosen(name) { return form.querySelector("[name=" + name + "]:checked").value; }
  function field(name) { return form.querySelector("[name=" + name + "]"); }
  function between(text, low, high, otherwise) {
    var number = Math.round(Number(text));
    return text !== "" && isFinite(number) ? Math.min(high, Math.max(low, number)) : otherwise;
  }
  function cards(number) { return number === 1 ? "1 card" : number + " cards"; }
  function label() { var select = field("domain"); return select.value ? select.options[select.selectedIndex].textContent.replace(/ \(\d+\)$/, "") : ""; }
  function keep(parts) {
    if (chosen("backs") === "fold") { parts.push("backs=fold"); }
    history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
  }
  function show() {
    var from = chosen("from"), domain = field("domain").value, mine = drawing += 1;
    form.querySelectorAll("[data-card-for]").forEach(function (item) { item.hidden = item.dataset.cardFor.split(" ").indexOf(from) < 0; });
    field("domain").options[0].hidden = field("domain").options[0].disabled = from === "domain";
    place.dataset.backs = chosen("backs");
    var list = store.read();
    form.querySelector("[data-card-shortlist]").textContent = "(" + list.length + ")";
    if (from === "shortlist") {
      var ids = shared.length ? shared : list;
      keep(ids.length ? ["ids=" + ids.join(",")] : []);
      draw(ids, !ids.length ? "Your shortlist is empty. Choose \"Shortlist\" on any case or in Explore." :
        cards(ids.length) + (shared.length ? " from the list in this address." : " from your shortlist."), "");
    } else if (from === "domain") {
      keep(["domain=" + domain]);
      inDomain(domain, function (ids) {
        if (mine === drawing) { draw(ids, cards(ids.length) + " from " + label() + ", strongest evidence first.", ""); }
      });
    } else if (from === "deal") {
      var count = between(field("count").value, 1, most, 8), seed = between(field("seed").value, 1, mostSeed, anySeed());
      field("count").value = count;
      field("seed").value = seed;
      keep(["deal=" + count, "seed=" + seed].concat(domain ? ["domain=" + domain] : []));
      inDomain(domain, function (ids) {
        if (mine !== drawing) { return; }
        var dealt = deal(ids, count, seed), of = " of " + ids.length + " cases" + (domain ? " from " + label() : "");
        draw(dealt, "Deal " + seed + ": " + dealt.length + of + ".", "Deal " + seed + ": " + dealt.length + of);
      });
    } else {
      keep([]);
      if (changed) { draw(first, firstSaid, ""); }
    }
  }
  function check(name, value) { form.querySelector("[name=" + name + "][value=" + value + "]").checked = true; }
  function fromAddress() {
    var found = new URLSearchParams(location.hash.slice(1));
    shared = (found.get("ids") || "").split(",").filter(function (id, here, all) { return /^[a-z0-9-]{1,100}$/.test(id) && all.indexOf(id) === here; });
    check("from", shared.length ? "shortlist" : found.has("deal") || found.has("seed") ? "deal" : found.has("domain") ? "domain" : "first");
    check("backs", found.get("backs") === "fold" ? "fold" : "next");
    var options = Array.prototype.map.call(field("domain").options, function (option) { return option.value; });
    var start = chosen("from") === "domain" ? options[1] : "";
    field("domain").value = options.indexOf(found.get("domain")) > 0 ? found.get("domain") : start;
    field("count").value = between(found.get("deal") || "", 1, most, 8);
    field("seed").value = between(found.get("seed") || "", 1, mostSeed, anySeed());
    show();
  }

  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
  form.addEventListener("change", function (event) {
    if (event.target.name === "from") {
      shared = [];
      if (event.target.value === "domain" && !field("domain").value) { field("domain").selectedIndex = 1; }
      if (event.target.value === "deal") { field("domain").value = ""; }
    }
    show();
  });
  form.querySelector("[data-card-again]").addEventListener("click", function () { field("seed").value = anySeed(); show(); });
  form.querySelector("[data-card-print]").addEventListener("click", function () { window.print(); });
  document.addEventListener("shortlist", function () { if (chosen("from") !== "shortlist" || !shared.length) { show(); } });
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
}());
