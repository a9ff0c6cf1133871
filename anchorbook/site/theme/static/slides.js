// Slides of a workshop. Without this script, and on a narrow screen, the page is read from top to bottom; on a wide screen
// reveal.js shows one slide at a time. Notes stand under the slide, or in a second window that follows it: both windows
// show the same page and talk to each other, which also works from a disk.
(function () {
  "use strict";
  var deck = document.querySelector("[data-deck]");
  if (!deck) { return; }
  var holder = deck.querySelector("[data-slides]");
  var slides = Array.prototype.slice.call(holder.children);
  var panel = document.querySelector("[data-panel]");
  var help = document.querySelector("[data-help-box]");
  var noteButton = document.querySelector("[data-notes]");
  var wide = window.matchMedia("(min-width: 48rem) and (min-height: 20rem)");
  var speaking = /[?&]speaker\b/.test(location.search) && window.opener;
  var SMALLEST = 7, show = null, starting = false, current = 0, other = null;

  function find(name) { return document.querySelector("[data-" + name + "]"); }
  function on(name, act) { find(name).addEventListener("click", act); }

  // ------------------------------------------------------------ notes

  function fillPanel() {
    panel.textContent = "";
    var notes = slides[current].querySelector(".deck-notes");
    var parts = notes ? Array.prototype.slice.call(notes.children, 1) : [];
    parts.forEach(function (part) { panel.appendChild(part.cloneNode(true)); });
    if (!parts.length) { panel.textContent = "No notes for this slide."; }
    panel.scrollTop = 0;
  }
  function toggleNotes() {
    var shown = noteButton.getAttribute("aria-pressed") !== "true";
    noteButton.setAttribute("aria-pressed", String(shown));
    document.body.classList.toggle("with-notes", shown);
    slides.forEach(function (slide) {
      var notes = slide.querySelector(".deck-notes");
      if (notes) { notes.open = shown; }
    });
    panel.hidden = !(shown && show);
    if (show) { show.layout(); }
  }
  function openWindow() {
    other = window.open(location.href.split(/[?#]/)[0] + "?speaker", "anchorbook-notes", "popup,width=760,height=640");
  }

  // ------------------------------------------------------------ one slide at a time

  // A slide with much on it gets smaller letters, and when that does not help, it scrolls.
  function fit(slide) {
    var body = slide.querySelector(".slide"), size = 0;
    if (slide.dataset.fit || !body.clientHeight) { return; }
    do { slide.dataset.fit = String(size++); } while (body.scrollHeight > body.clientHeight + 1 && size <= SMALLEST);
    if (body.scrollHeight > body.clientHeight + 1) { body.tabIndex = 0; body.setAttribute("role", "group"); body.setAttribute("aria-label", "Slide that scrolls"); }
  }
  function fitAll() {
    holder.classList.add("measuring");
    slides.forEach(fit);
    holder.classList.remove("measuring");
  }
  function came() {
    current = show.getIndices().h || 0;
    find("place").textContent = "Slide " + (current + 1) + " of " + slides.length;
    find("previous").disabled = current === 0;
    find("next").disabled = current === slides.length - 1;
    fillPanel();
    tell();
  }
  // Keys that belong to what has the focus, or to an open dialog, are not for the slides.
  function forSlides(event) {
    if (help.open) { return false; }
    var target = event.target.closest ? event.target : document.body;
    if (target.closest("button, a, summary") && (event.key === " " || event.key === "Enter")) { return false; }
    return !(target.closest("[data-panel], .slide[tabindex]") && /^(Arrow(Up|Down)|Page(Up|Down)|Home|End| )$/.test(event.key));
  }
  function start() {
    deck.classList.add("reveal");
    holder.classList.add("slides");
    show = new window.Reveal(deck, {
      embedded: true, width: 1280, height: 720, margin: 0.02, minScale: 0.1, maxScale: 4, center: false,
      controls: false, progress: false, slideNumber: false, hash: true, transition: "none", backgroundTransition: "none",
      scrollActivationWidth: null, postMessage: false, postMessageEvents: false, jumpToSlide: false, navigationMode: "linear",
      keyboardCondition: forSlides, keyboard: { 78: toggleNotes, 83: openWindow, 87: openWindow, 191: openHelp, 112: openHelp, 63: openHelp }
    });
    show.on("slidechanged", came);
    starting = true;
    show.initialize().then(function () {
      starting = false;
      if (!wide.matches) { stop(); return; }
      document.body.classList.add("as-slides");
      panel.hidden = !document.body.classList.contains("with-notes");
      show.layout();
      fitAll();
      came();
    });
  }
  function stop() {
    if (show.isOverview()) { show.toggleOverview(false); }
    show.destroy();
    show = null;
    deck.classList.remove("reveal");
    deck.removeAttribute("role");
    holder.classList.remove("slides");
    document.body.classList.remove("as-slides");
    panel.hidden = true;
  }
  // The library comes when the screen is wide enough for it: a phone never loads it. It cannot be stopped before it has started.
  function suit() {
    if (wide.matches && !window.Reveal) { fetchLibrary(); return; }
    if (wide.matches && !show) { start(); } else if (!wide.matches && show && !starting) { stop(); }
  }
  function fetchLibrary() {
    if (document.querySelector("[data-library]")) { return; }
    var root = deck.dataset.root, look = document.createElement("link"), library = document.createElement("script");
    look.rel = "stylesheet";
    look.href = root + "assets/reveal.css";
    library.src = root + "assets/reveal.js";
    library.dataset.library = "";
    // Our own look comes after that of the library, and slides are made when both are there.
    var left = 2;
    function one() { left -= 1; if (!left) { suit(); } }
    look.onload = library.onload = one;
    var own = document.querySelector("link[href$='slides.css']");
    own.parentNode.insertBefore(look, own);
    document.head.appendChild(library);
  }
  function openHelp() { help.showModal(); }

  // ------------------------------------------------------------ two windows

  function tell() {
    if (other && !other.closed) { other.postMessage({ slide: current }, "*"); }
  }
  function go(by) {
    if (speaking) { window.opener.postMessage({ by: by }, "*"); } else if (show) { if (by > 0) { show.next(); } else { show.prev(); } }
  }
  window.addEventListener("message", function (event) {
    var said = event.data || {};
    if (!speaking && other && event.source === other) {
      if (said.hello) { tell(); } else if (said.by === 1 || said.by === -1) { go(said.by); }
    } else if (speaking && event.source === window.opener && slides[said.slide]) {
      current = said.slide;
      slides.forEach(function (slide, place) { slide.classList.toggle("now", place === current); });
      var heading = slides[current + 1] && slides[current + 1].querySelector("h2");
      find("place").textContent = "Slide " + (current + 1) + " of " + slides.length + (heading ? ". Next: " + heading.textContent : "");
      fillPanel();
    }
  });

  find("tools").hidden = false;
  on("notes", toggleNotes);
  on("help", openHelp);
  on("print", function () { window.print(); });
  on("previous", function () { go(-1); });
  on("next", function () { go(1); });
  on("overview", function () { show.toggleOverview(); });
  on("window", openWindow);

  if (speaking) {
    document.body.classList.add("speaker");
    panel.hidden = false;
    document.addEventListener("keydown", function (event) {
      if (event.key === "ArrowRight" || event.key === "PageDown") { go(1); } else if (event.key === "ArrowLeft" || event.key === "PageUp") { go(-1); }
    });
    window.opener.postMessage({ hello: true }, "*");
    return;
  }
  document.addEventListener("keydown", function (event) {
    if (show || event.ctrlKey || event.altKey || event.metaKey || help.open) { return; }
    if (event.key === "n" || event.key === "N") { toggleNotes(); } else if (event.key === "?") { openHelp(); }
  });
  // The address ?print-pdf, as reveal.js has it, is for printing: the page as it is printed.
  if (!/print-pdf/.test(location.search)) {
    wide.addEventListener("change", suit);
    suit();
  }
}());
