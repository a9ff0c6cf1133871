// What the self-assessment and the group page share: reading a saved file without trusting it, and small tools.
(function () {
  "use strict";
  var KIND = "self-assessment";
  var MOST_BYTES = 100000;
  var PARTS = ["anchorbook", "version", "id", "saved", "organisation", "journey", "answers"];
  var ANSWER = ["now", "wanted", "note"];

  function has(holder, name) { return Object.prototype.hasOwnProperty.call(holder, name); }
  function plain(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }
  function knows(holder, names) { return Object.keys(holder).every(function (name) { return names.indexOf(name) >= 0; }); }
  function whole(value, most) { return value === null || (typeof value === "number" && value % 1 === 0 && value >= 1 && value <= most); }
  function clean(text) { return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, " "); }
  function isDay(text) {
    var parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
    if (!parts) { return false; }
    var day = new Date(Date.UTC(parts[1], parts[2] - 1, parts[3]));
    return day.toISOString().slice(0, 10) === text;
  }

  function blank(scale) {
    var answers = {};
    scale.domains.forEach(function (domain) { answers[domain.id] = { now: null, wanted: null, note: "" }; });
    return { anchorbook: KIND, version: scale.version, id: "", saved: "", organisation: "", journey: null, answers: answers };
  }
  function isEmpty(record) {
    return !record.organisation && !record.journey && Object.keys(record.answers).every(function (id) {
      var answer = record.answers[id];
      return !answer.now && !answer.wanted && !answer.note;
    });
  }

  // What a file says, as a fresh record with known parts only; or why it cannot be used, in words that follow "because".
  function read(text, scale) {
    var found, record = blank(scale), problem = "";
    try { found = JSON.parse(text.replace(/^\ufeff/, "")); } catch (error) { found = null; }
    if (!plain(found) || !has(found, "anchorbook") || found.anchorbook !== KIND) { return { problem: "it is not a file that the self-assessment saved" }; }
    if (!has(found, "version") || found.version !== scale.version) {
      var said = typeof found.version === "string" && /^[\w.-]{1,20}$/.test(found.version) ? "version " + found.version : "an unknown version";
      return { problem: "it is of " + said + ", and this page reads version " + scale.version };
    }
    if (!knows(found, PARTS)) { return { problem: "it holds something that this page does not know" }; }
    if (!PARTS.every(function (name) { return has(found, name); }) || !plain(found.answers)) { return { problem: "a part of it is missing" }; }
    if (typeof found.id !== "string" || !/^([0-9a-f]{16})?$/.test(found.id)) { return { problem: "its number is not one that this page gives" }; }
    if (typeof found.saved !== "string" || (found.saved && !isDay(found.saved))) { return { problem: "its date is not a date" }; }
    if (typeof found.organisation !== "string") { return { problem: "its organisation is not a text" }; }
    if (found.organisation.length > scale.name) { return { problem: "the name of its organisation is too long" }; }
    if (!whole(found.journey, scale.journey.length)) { return { problem: "its answer on the journey is not one of those on the form" }; }
    if (!knows(found.answers, scale.domains.map(function (domain) { return domain.id; }))) { return { problem: "it has a domain that this page does not know" }; }
    scale.domains.forEach(function (domain) {
      if (problem || !has(found.answers, domain.id)) { return; }
      var answer = found.answers[domain.id];
      if (!plain(answer) || !knows(answer, ANSWER) || !ANSWER.every(function (name) { return has(answer, name); })) { problem = "its answers on " + domain.label + " are not complete"; return; }
      if (!whole(answer.now, scale.levels.length) || !whole(answer.wanted, scale.levels.length)) { problem = "a level for " + domain.label + " is not a number from 1 to " + scale.levels.length; return; }
      if (typeof answer.note !== "string") { problem = "the note on " + domain.label + " is not a text"; return; }
      if (answer.note.length > scale.note) { problem = "the note on " + domain.label + " is too long"; return; }
      record.answers[domain.id] = { now: answer.now, wanted: answer.wanted, note: clean(answer.note) };
    });
    if (problem) { return { problem: problem }; }
    record.id = found.id;
    record.saved = found.saved;
    record.organisation = clean(found.organisation).trim();
    record.journey = found.journey;
    return { record: record };
  }

  // Read a file that a person chose. Nothing is fetched.
  function readFile(file, scale, done) {
    if (file.size > MOST_BYTES) { done({ problem: "it is too large to be a file that the self-assessment saved" }); return; }
    var reader = new FileReader();
    reader.onerror = function () { done({ problem: "your browser could not open it" }); };
    reader.onload = function () {
      var found = read(String(reader.result), scale);
      done(found.record && isEmpty(found.record) ? { problem: "it holds no answers" } : found);
    };
    reader.readAsText(file);
  }

  function scaleOf(box) {
    try { return JSON.parse(box.dataset.scale); } catch (error) { return null; }
  }
  function make(tag, text, className) {
    var element = document.createElement(tag);
    if (text !== undefined) { element.textContent = text; }
    if (className) { element.className = className; }
    return element;
  }
  function draw(tag, attributes) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    return element;
  }
  // A text that somebody wrote: its direction of writing does not reach beyond it.
  function theirs(text) { var element = make("bdi", text); element.dir = "auto"; return element; }
  var MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  function sayDay(day) {
    var parts = day.split("-");
    return Number(parts[2]) + " " + MONTHS[Number(parts[1]) - 1] + " " + parts[0];
  }
  function today() {
    var now = new Date();
    function two(number) { return (number < 10 ? "0" : "") + number; }
    return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate());
  }
  function heads(table, names) {
    var row = table.createTHead().insertRow();
    names.forEach(function (name) { var cell = make("th", name); cell.scope = "col"; row.appendChild(cell); });
  }
  function row(body, name, cells) {
    var line = body.insertRow(), head = make("th", name);
    head.scope = "row";
    line.appendChild(head);
    cells.forEach(function (cell) { var place = line.insertCell(); place.textContent = cell[1]; place.dataset.label = cell[0]; });
    return line;
  }

  window.anchorbookAssessment = {
    blank: blank, isEmpty: isEmpty, read: read, readFile: readFile, scaleOf: scaleOf, make: make, draw: draw, theirs: theirs,
    sayDay: sayDay, today: today, heads: heads, row: row
  };
}());
