// What a person sees of a page and meets with the keyboard, as far as a program can tell. Tests put this into pages and
// into the frames in them; nothing of it is part of the site.
window.seen = (function () {
  "use strict";
  const EDGE = 2;  // pixels: letters lean over the edges of their boxes
  const TARGET = 24;  // WCAG 2.2, 2.5.8: pixels of a control across and down
  const OVER = ".tip, [role=tooltip], dialog, .leaflet-popup, .leaflet-tooltip, .skip";  // what is meant to lie over the page

  function name(node) {
    const from = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    return from.tagName.toLowerCase() + (from.id ? "#" + from.id : "") + [...from.classList].slice(0, 2).map(one => "." + one).join("") +
      " “" + node.textContent.trim().replace(/\s+/g, " ").slice(0, 50) + "”";
  }
  function visible(node) { return node.checkVisibility({visibilityProperty: true, opacityProperty: true}); }
  // What is asked again and again of each box is worked out once for a look at the page.
  let known = new Map();
  function about(node) {
    if (!known.has(node)) {
      const {display, clip, clipPath, overflowX, overflowY, position} = getComputedStyle(node);
      const ears = node.matches(".skip:not(:focus)") || clipPath.startsWith("inset(50%") || clip !== "auto" || (node.parentElement && about(node.parentElement).ears);
      known.set(node, {overflowX, overflowY, position, ears, frame: node.getBoundingClientRect(), holds: display !== "contents" && display !== "inline"});
    }
    return known.get(node);
  }
  function forEarsOnly(node) { return about(node).ears; }

  // Why not all of a box can be seen; nothing when it can. What scrolls can be reached, so from there on its box counts, not its content.
  // A map is moved, not scrolled.
  function cut(rect, parent) {
    let {left, right, top, bottom} = rect;
    for (let holder = parent; holder && holder !== document.documentElement; holder = holder.parentElement) {
      const look = about(holder), frame = look.frame;
      if (!look.holds) { continue; }
      if (/auto|scroll/.test(look.overflowX + look.overflowY)) {
        if (holder.clientWidth < TARGET || holder.clientHeight < 12) { return "in a box without room: " + name(holder); }
        if (left < frame.left - holder.scrollLeft - EDGE || top < frame.top - holder.scrollTop - EDGE) { return "before the start of what scrolls: " + name(holder); }
        ({left, right, top, bottom} = frame);
      } else if (holder.matches(".leaflet-container")) {
        ({left, right, top, bottom} = frame);
      } else {
        if (/hidden|clip/.test(look.overflowX) && (left < frame.left - EDGE || right > frame.right + EDGE)) { return "cut at a side by " + name(holder); }
        if (/hidden|clip/.test(look.overflowY) && (top < frame.top - EDGE || bottom > frame.bottom + EDGE)) { return "cut above or below by " + name(holder); }
      }
      if (look.position === "fixed") {
        if (top < -EDGE || bottom > innerHeight + EDGE) { return "above or below the window"; }
        break;
      }
    }
    return left < -EDGE || right > document.documentElement.clientWidth + EDGE ? "beside the window" : "";
  }

  // Every line of text that shows, with its box.
  function lines() {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange(), seen = new Map();
    while (walk.nextNode()) {
      const text = walk.currentNode, parent = text.parentElement;
      if (!text.data.trim()) { continue; }
      if (!seen.has(parent)) { seen.set(parent, visible(parent) && !parent.closest("script, style, noscript, option, .slides > [hidden]") && !forEarsOnly(parent)); }
      if (!seen.get(parent)) { continue; }
      range.selectNodeContents(text);
      for (const rect of range.getClientRects()) { if (rect.width > 1 && rect.height > 1) { found.push({text, parent, rect}); } }
    }
    return found;
  }

  function cutOff(all) {
    const said = new Set();
    if (document.documentElement.scrollWidth > innerWidth) { said.add("the page scrolls sideways: " + document.documentElement.scrollWidth + " of " + innerWidth); }
    for (const {text, parent, rect} of all) {
      const why = cut(rect, parent);
      if (why) { said.add(name(text) + ": " + why); }
    }
    for (const node of document.querySelectorAll("button, input, select, textarea, img, iframe, dialog[open]")) {
      if (!visible(node) || forEarsOnly(node)) { continue; }
      const why = cut(node.getBoundingClientRect(), node.parentElement);
      if (why) { said.add(name(node) + ": " + why); }
    }
    return [...said];
  }

  // Lines of text that lie over each other: one of them cannot be read.
  function overlaps(every) {
    const all = every.filter(({parent}) => !parent.closest("svg, .leaflet-container")).sort((one, other) => one.rect.top - other.rect.top), said = new Set();
    all.forEach(({text, parent, rect}, here) => {
      for (let next = here + 1; next < all.length && all[next].rect.top < rect.bottom - EDGE; next += 1) {
        const other = all[next];
        if (text === other.text || !over(rect, other.rect) || parent.closest(OVER) !== other.parent.closest(OVER) || !over(shown(rect, parent), shown(other.rect, other.parent))) { continue; }
        said.add(name(text) + " lies over " + name(other.text));
      }
    });
    return [...said];
  }
  function over(one, other) {
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left), high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return wide > EDGE + 1 && high > 0.45 * Math.min(one.bottom - one.top, other.bottom - other.top);
  }
  function shown(rect, parent) {  // without what is scrolled away within a box
    let {left, right, top, bottom} = rect;
    for (let holder = parent; holder && holder !== document.body; holder = holder.parentElement) {
      const look = about(holder), frame = look.frame;
      if (look.holds && look.overflowX !== "visible") { left = Math.max(left, frame.left); right = Math.min(right, frame.right); }
      if (look.holds && look.overflowY !== "visible") { top = Math.max(top, frame.top); bottom = Math.min(bottom, frame.bottom); }
    }
    return {left, right, top, bottom};
  }

  function look() {
    known = new Map();
    const all = lines();
    return {"cut off": cutOff(all), "over each other": overlaps(all)};
  }

  // Waits until the window is this wide and the page has answered to it: nothing grows, moves or changes its class for some frames.
  async function still(width) {
    let last = "", same = 0;
    for (let frames = 0; frames < 300 && same < 4; frames += 1) {
      await new Promise(done => requestAnimationFrame(done));
      const all = [...document.body.querySelectorAll("*")];
      const now = [document.body.className, all.length, document.documentElement.scrollHeight, ...all.slice(0, 200).map(node => node.getBoundingClientRect().top)].join();
      same = now === last && (!width || innerWidth === width) ? same + 1 : 0;
      last = now;
    }
  }

  // Controls that are hard to hit. The label of a box to tick is part of what can be hit.
  function small() {
    known = new Map();
    return [...document.querySelectorAll("button, input, select, textarea, summary, [role=button]")].filter(node => {
      if (!visible(node) || forEarsOnly(node)) { return false; }
      const {width, height} = node.getBoundingClientRect();
      return width < TARGET || height < TARGET;
    }).map(node => name(node) + ": " + Math.round(node.getBoundingClientRect().width) + " × " + Math.round(node.getBoundingClientRect().height));
  }

  // Where forced colours are not taken on, or do not tell the page that one is on from the others.
  function unforced() {
    const said = [...document.querySelectorAll("body *")].filter(node => getComputedStyle(node).forcedColorAdjust === "none" && node.textContent.trim()).map(node => name(node) + ": keeps its own colours");
    for (const node of document.querySelectorAll("nav a[aria-current]")) {
      const other = [...node.closest("nav").querySelectorAll("li a:not([aria-current])")].find(one => one.parentElement.parentElement === node.parentElement.parentElement && visible(one));
      if (visible(node) && other && !/list-item/.test(getComputedStyle(node).display) && sign(node) === sign(other)) { said.push(name(node) + ": looks as the others do"); }
    }
    return said;
  }
  function sign(node) {
    const look = getComputedStyle(node);
    return [look.borderBottomColor, look.borderLeftColor, look.borderBottomWidth, look.borderLeftWidth, look.textDecorationLine].join();
  }

  // What would move although a person asked for less motion.
  function moves() {
    return [...document.querySelectorAll("*")].filter(node => {
      const look = getComputedStyle(node);
      return visible(node) && (look.animationName !== "none" || look.transitionDuration.split(", ").some(time => parseFloat(time) > 0) || look.scrollBehavior === "smooth");
    }).map(name);
  }

  // ------------------------------------------------------------ the keyboard

  const STOPS = "a[href], button, input, select, textarea, summary, iframe, [tabindex]";
  function stops() {
    const groups = new Set(), modal = document.querySelector("dialog[open]");
    return [...(modal || document).querySelectorAll(STOPS)].filter(node => {
      if (node.tabIndex < 0 || node.disabled || !node.checkVisibility({visibilityProperty: true}) || node.closest("[inert]")) { return false; }
      if (node.type !== "radio") { return true; }
      const chosen = [...document.getElementsByName(node.name)].find(one => one.checked && one.form === node.form), first = !groups.has(node.name);
      groups.add(node.name);
      return chosen ? chosen === node : first;  // the arrow keys lead to the others
    });
  }
  function ring(node) {
    const from = node.closest(".card") || node, style = getComputedStyle(node), around = getComputedStyle(from);
    return [style.outline, style.boxShadow, around.outline, around.boxShadow].join("|");
  }
  // How many sides of the ring around an element are not cut off by a box around it.
  function sides(node, reach) {
    const rect = node.getBoundingClientRect();
    let left = rect.left - reach, right = rect.right + reach, top = rect.top - reach, bottom = rect.bottom + reach;
    const open = {left: true, right: true, top: true, bottom: true};
    if (left < 0) { open.left = false; }
    if (right > document.documentElement.clientWidth) { open.right = false; }
    for (let holder = node.parentElement; holder && holder !== document.documentElement; holder = holder.parentElement) {
      const style = getComputedStyle(holder), frame = holder.getBoundingClientRect();
      if (style.display === "contents" || style.display === "inline") { continue; }
      const spare = style.overflowX === "clip" ? parseFloat(style.overflowClipMargin) || 0 : 0;
      if (style.overflowX !== "visible") { open.left &&= left >= frame.left - spare; open.right &&= right <= frame.right + spare; }
      if (!/visible|auto|scroll/.test(style.overflowY)) { open.top &&= top >= frame.top; open.bottom &&= bottom <= frame.bottom; }
    }
    return Object.values(open).filter(Boolean).length;
  }
  // What takes the focus without showing it. In forced colours shadows and backgrounds are gone: only an outline is sure to be seen.
  function faint() {
    const forced = matchMedia("(forced-colors: active)").matches, said = [];
    document.activeElement.blur();
    const before = new Map(stops().map(node => [node, ring(node)]));
    for (const [node, was] of before) {
      node.focus({preventScroll: true});
      if (document.activeElement !== node) { continue; }
      const style = getComputedStyle(node), width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
      const inside = width > 0 && parseFloat(style.outlineOffset) <= -width;
      if (node.tagName === "IFRAME") { continue; }  // the page in it shows where it is
      if (ring(node) === was || (width < 2 && (forced || style.boxShadow === "none"))) { said.push(name(node) + ": no ring"); continue; }
      if (!inside && !node.closest(".card") && sides(node, 2) < 3) { said.push(name(node) + ": its ring is cut off"); }
    }
    return said;
  }

  // The way of the Tab key: at each press, where the keyboard was and whether that place could be seen.
  let way = [], hidden = new Set();
  function covered(node) {
    const boxes = [...node.getClientRects()].filter(box => box.width > 1 && box.height > 1);
    return !boxes.some(box => {
      const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom), left = Math.max(0, box.left), right = Math.min(innerWidth, box.right);
      if (top >= bottom || left >= right) { return false; }
      return [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].some(([across, down]) => {
        const hit = document.elementFromPoint(left + across * (right - left), top + down * (bottom - top));
        return hit && (hit === node || node.contains(hit) || (hit.contains(node) && !hit.matches("header, footer")) || (node.labels && [...node.labels].some(label => label.contains(hit))));
      });
    });
  }
  function pressed() {
    const node = document.activeElement;
    way.push(node);
    if (expected.includes(node) && covered(node)) { hidden.add(name(node)); }
  }
  addEventListener("keydown", event => { if (event.key === "Tab") { (window.parent.seen || window.seen).pressed(); } }, true);

  // Of parts that are all alike the first few are enough to walk through.
  function prune(most) {
    for (const parent of document.querySelectorAll("main *")) {
      const kinds = {};
      for (const child of parent.children) {
        if (!child.matches("li, tr, article, dt, dd, div, section, details, p, h3")) { continue; }
        const kind = child.tagName + child.className;
        kinds[kind] = (kinds[kind] || 0) + 1;
        if (kinds[kind] > most && !child.matches(":target") && !child.contains(document.activeElement)) { child.hidden = true; }
      }
    }
  }
  let expected = [];
  // Starts at the first stop after this element; says how many presses should do.
  function start(selector) {
    const from = document.querySelector(selector) || document.body.insertBefore(document.createElement("span"), document.body.firstChild);
    if (!document.querySelector(selector)) { from.tabIndex = -1; }
    from.focus();
    way = []; hidden = new Set();
    expected = stops().filter(node => (document.querySelector("dialog[open]") || from.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) && !node.closest(".site-footer"));
    const inside = [...document.querySelectorAll("iframe")].map(frame => frame.contentWindow.seen ? frame.contentWindow.seen.stops().length : 0);
    return expected.length + inside.reduce((sum, one) => sum + one, 0) + 4 * expected.filter(node => node.type === "time").length;  // hours, minutes, and the button in it
  }
  function walked() {
    pressed();
    const met = way.filter((node, place) => expected.includes(node) && way.indexOf(node) === place), missed = expected.filter(node => !met.includes(node) && visible(node));
    const last = document.activeElement, said = missed.slice(0, 5).map(node => "not reached by Tab: " + name(node));
    met.forEach((node, place) => { if (expected.indexOf(node) < expected.indexOf(met[place - 1] || node)) { said.push("out of order: " + name(node)); } });
    if (expected.includes(last) && !document.querySelector("dialog[open]") && way.indexOf(last) < way.length - 1 && way.slice(0, -1).every(node => expected.includes(node) || node.id === "main")) { said.push("a trap at " + name(last)); }
    return [...said, ...[...hidden].map(words => "covered while it has the focus: " + words)];
  }
  return {look, still, small, moves, unforced, faint, stops, pressed, prune, start, walked};
}());

// What is said by itself to those who listen: each change of a live region that leaves words in it.
window.spoken = [];
new MutationObserver(changes => {
  const places = new Set(changes.map(change => (change.target.nodeType === Node.TEXT_NODE ? change.target.parentElement : change.target)).map(node => node && node.closest("[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]")));
  for (const place of places) {
    const words = place ? place.textContent.trim() : "";
    if (words && place.checkVisibility()) { window.spoken.push(words); }
    if (words && document.activeElement === place) { window.spoken.push("again, as it has the focus: " + words); }
  }
}).observe(document, {childList: true, characterData: true, subtree: true});
