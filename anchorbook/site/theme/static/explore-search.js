// The words of the cases, for Explore: loads the further files and the search library when they are wanted, and finds words
// among what has come so far. window.anchorbookSearch(index, changed) gives what stands at the end; "changed" is called when
// there is a better answer than before.
window.anchorbookSearch = function (index, changed) {
  "use strict";
  var ID = 0, TITLE = 1, SUMMARY = 2, ORGANISATIONS = 3, PLACES = 4;
  var all = Array.from({ length: index.count }, function (_nothing, number) { return number; });
  var rows = index.rows.slice(), waiting = [];
  function fileOf(number) { return number < index.rows.length ? 0 : 1 + Math.floor((number - index.rows.length) / index.size); }
  function startOf(file) { return file ? index.rows.length + (file - 1) * index.size : 0; }
  function script(source, done) {
    var element = document.createElement("script");
    element.src = source;
    element.onload = element.onerror = function () { element.remove(); done(); };
    document.head.appendChild(element);
  }
  // Loads one file; then says whether its rows are there. A file of a newer book has another digest: it is not taken.
  function load(file, done) {
    if (startOf(file) in rows) { done(true); return; }
    if (waiting[file]) { waiting[file].push(done); return; }
    waiting[file] = [done];
    script("assets/explore/" + file + ".js", function () {
      var digest = index.files[file - 1], found = (window.anchorbookRows || {})[digest], those = waiting[file];
      (found || []).forEach(function (row, place) { rows[startOf(file) + place] = row; });
      if (found) { delete window.anchorbookRows[digest]; }
      waiting[file] = null;
      those.forEach(function (one) { one(Boolean(found)); });
    });
  }

  // ------------------------------------------------------------ reading

  var gathering = false, left = index.files.length, lost = false, told = 0, typedAt = -Infinity;
  var AT_A_TIME = 2, SLICE = 25, AT_ONCE = 20, PAUSE = 200;  // files, milliseconds, cases, milliseconds
  function unread() { return left > 0; }

  // Words are wanted: everything comes. The cases in the page give an answer at once; a better one when twice as much is there.
  function gather() {
    if (gathering) { return; }
    gathering = true;
    window.setTimeout(fetchAll, 0);
  }
  function fetchAll() {
    told = index.rows.length;
    script("assets/minisearch.js", function () {
      failed = !window.MiniSearch;
      if (failed) { changed(); } else { start(); }
    });
    for (var next = 1; next <= Math.min(AT_A_TIME, index.files.length); next += 1) { read(next); }
  }
  // Files come a few at a time, and their words are read as they come: a key press waits for one file at most.
  function read(file) {
    load(file, function (there) {
      left -= 1;
      lost = lost || !there;
      if (there) { keepWords(file); }
      var here = index.count - left * index.size;
      if (!left || here >= 2 * told) { told = here; changed(); }
      if (file + AT_A_TIME <= index.files.length) { read(file + AT_A_TIME); }
      if (!left && searcher) { makeIndex(); }
    });
  }

  // ------------------------------------------------------------ the index, by the library

  var searcher = null, names = null, indexed = 0, toldOf = 0, failed = false;
  var OPTIONS = { prefix: true, fuzzy: function (term) { return term.length > 4 ? 0.2 : false; } }, EXACT = { prefix: false, fuzzy: false };
  var SHARED = 0.3;  // a word of a term is shared by many cases: it says less than a word of their own
  function ready() { return searcher && indexed === index.count; }
  function namesOf(name, term) { return [index.labels[name][term]].concat((index.synonyms[name] || {})[index.terms[name][term]] || []).join(" "); }

  // The words of a term stand in an index of their own, once: most words of a case are those of its terms.
  function start() {
    // Capitals go from a whole text at once, not from each word: that leaves much less to be tidied up.
    var cut = window.MiniSearch.getDefault("tokenize");
    searcher = new window.MiniSearch({
      fields: ["title", "summary", "who", "where", "address"], searchOptions: Object.assign({ boost: { title: 4, where: 2, who: 2 } }, OPTIONS),
      tokenize: function (text) { return cut(text.toLowerCase()); }, processTerm: function (term) { return term; }
    });
    names = new window.MiniSearch({ fields: ["words"], searchOptions: OPTIONS });
    index.facets.forEach(function (name) {
      index.terms[name].forEach(function (_id, term) { names.add({ id: name + " " + term, words: namesOf(name, term) }); });
    });
    if (!left) { makeIndex(); }
  }
  // In short slices between key presses, so that typing is never held up.
  function makeIndex() {
    var wait = index.files.length ? typedAt + PAUSE - performance.now() : 0;
    if (wait > 0) { window.setTimeout(makeIndex, wait); return; }
    known.clear();
    for (var end = performance.now() + SLICE; !ready() && performance.now() < end;) {
      for (var last = Math.min(indexed + AT_ONCE, index.count); indexed < last; indexed += 1) {
        var row = rows[indexed];
        if (row) { searcher.add({ id: indexed, title: row[TITLE], summary: row[SUMMARY], who: row[ORGANISATIONS].join(" "), where: row[PLACES].join(" "), address: row[ID].replace(/-/g, " ") }); }
      }
    }
    if (ready() || (unsure && indexed >= 2 * toldOf)) { toldOf = indexed; changed(); }
    if (ready()) { blocks = []; marked.clear(); } else { window.setTimeout(makeIndex, 0); }
  }

  // How well each case fits one word: by its own words, and by those of its terms. Remembered, so that a further word
  // which is typed, or a filter, waits for nothing that was known before.
  var known = new Map(), KEPT = 30;
  function scoresOf(word, exact) {
    return remembered(known, (exact ? "=" : "~") + word, function () { return score(word, exact); });
  }
  function remembered(those, name, make) {
    if (!those.has(name)) {
      if (those.size === KEPT) { those.delete(those.keys().next().value); }
      those.set(name, make());
    }
    return those.get(name);
  }
  function score(word, exact) {
    var scores = new Float32Array(index.count), named = {}, options = exact ? EXACT : undefined;
    searcher.search(word, options).forEach(function (hit) { scores[hit.id] = hit.score; });
    names.search(word, options).forEach(function (hit) { named[hit.id] = SHARED * hit.score; });
    index.facets.forEach(function (name) {
      var column = index.columns[name], some = false;
      var worth = column.sets.map(function (set) {
        var best = set.reduce(function (before, term) { return Math.max(before, named[name + " " + term] || 0); }, 0);
        some = some || best > 0;
        return best;
      });
      if (some) { for (var number = 0; number < scores.length; number += 1) { scores[number] += worth[column.of[number]]; } }
    });
    return scores;
  }
  function both(one, other) { return one.map(function (score, number) { return score && other[number] && score + other[number]; }); }
  function better(one, other) { return one.map(function (score, number) { return Math.max(score, other[number]); }); }

  // Each word must be found, in this or another spelling: ICS also finds integrated care system. Best first.
  function ask(typed) {
    var scores = typed.map(function (item) {
      return [item.parts].concat(item.others).map(function (parts, other) {
        return parts.map(function (part) { return scoresOf(part, other > 0); }).reduce(both);
      }).reduce(better);
    }).reduce(both);
    return all.filter(function (number) { return scores[number] > 0; }).sort(function (one, other) { return scores[other] - scores[one] || one - other; });
  }

  // ------------------------------------------------------------ until the index is made

  // Cases with a word that begins so, those with all of them in the title first. The words of a file stand in two long texts,
  // titles and all else: looking through one long text is many times quicker than through hundreds of short ones.
  var TITLES = 0, OTHERS = 1, blocks = [];
  function split(text) { return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean); }
  function spaced(text) { return " " + split(text).join(" ") + " "; }
  function keepWords(file) {
    var first = startOf(file), end = Math.min(index.count, startOf(file + 1));
    if (!blocks[file] && first in rows) {
      marked.clear();
      var those = rows.slice(first, end);
      blocks[file] = [TITLES, OTHERS].map(function (kind) {
        var starts = [], length = 0;
        var words = those.map(function (row) {
          var text = spaced(kind === TITLES ? row[TITLE] : [row[SUMMARY], row[ID]].concat(row[ORGANISATIONS], row[PLACES]).join(" "));
          starts.push(length);
          length += text.length;
          return text;
        });
        return { first: first, text: words.join(""), starts: starts };
      });
    }
  }
  // Which cases have a word, or words, that begin so, a 1 for each; kept while nothing new comes. The space before is looked
  // for last: it is the commonest of all letters.
  var marked = new Map();
  function marksOf(kind, words) {
    return remembered(marked, kind + words, function () { return mark(kind, words); });
  }
  function mark(kind, words) {
    var marks = new Uint8Array(index.count);
    blocks.forEach(function (block) {
      var text = block[kind].text, starts = block[kind].starts, number = 0;
      for (var at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
        if (text[at - 1] !== " ") { continue; }
        while (number < starts.length && starts[number] <= at) { number += 1; }
        marks[block[kind].first + number - 1] = 1;
        if (number === starts.length) { return; }
        at = starts[number] - 1;
      }
    });
    return marks;
  }
  // Cases of which all of some group of words are there.
  function holding(kind, forms) {
    return forms.map(function (form) {
      return form.map(function (words) { return marksOf(kind, words); }).reduce(function (one, other) { return one.map(function (mark, number) { return mark & other[number]; }); });
    }).reduce(function (one, other) { return one.map(function (mark, number) { return mark | other[number]; }); });
  }
  function scan(typed) {
    for (var file = 0; file <= index.files.length; file += 1) { keepWords(file); }
    var asked = typed.map(function (item) {
      var forms = [item.parts].concat(item.others.map(function (other) { return [other.join(" ") + " "]; }));
      var named = index.facets.map(function (name) {
        var said = index.terms[name].map(function (_id, term) { return holds(spaced(namesOf(name, term)), forms); });
        return said.indexOf(true) >= 0 ? { of: index.columns[name].of, sets: index.columns[name].sets.map(function (set) { return set.some(function (term) { return said[term]; }); }) } : null;
      }).filter(Boolean);
      return { titled: holding(TITLES, forms), other: holding(OTHERS, forms), named: named };
    });
    var first = [], then = [];
    rows.forEach(function (_row, number) {
      var titled = true;
      for (var place = 0; place < asked.length; place += 1) {
        var inTitle = asked[place].titled[number];
        titled = titled && inTitle;
        if (!inTitle && !asked[place].other[number] && !asked[place].named.some(function (facet) { return facet.sets[facet.of[number]]; })) { return; }
      }
      (titled ? first : then).push(number);
    });
    return first.concat(then);
  }
  function holds(text, forms) {
    return forms.some(function (form) { return form.every(function (part) { return text.indexOf(" " + part) >= 0; }); });
  }

  // ------------------------------------------------------------ asking

  function typedWords(text) {
    return text.toLowerCase().split(/\s+/).filter(function (word) { return split(word).length; }).map(function (word) {
      return { parts: split(word), others: (Object.prototype.hasOwnProperty.call(index.expand, word) ? index.expand[word] : []).map(split) };
    });
  }
  var unsure = false, scanned = {};
  function search(text) {
    var typed = typedWords(text);
    unsure = false;
    if (!typed.length) { return all; }
    gather();
    if (ready()) { return ask(typed); }
    if (unread() || scanned.text !== text) { scanned = { text: unread() ? null : text, found: scan(typed) }; }
    unsure = unread() || (!scanned.found.length && !failed);
    return scanned.found.length || !searcher ? scanned.found : ask(typed);  // perhaps it is spelt another way: the index knows
  }

  return {
    all: all, rows: rows, fileOf: fileOf, load: load, gather: gather, search: search,
    lost: function () { return lost; },
    unsure: function () { return unsure; },
    typed: function () { typedAt = performance.now(); }
  };
};
