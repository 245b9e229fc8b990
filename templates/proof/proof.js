"use strict";
// The live preview. What is known comes as server-sent events; elements are kept and changed in place, so that scroll and zoom stay.
const element = id => document.getElementById(id), body = document.body, board = element("board"), code = element("code");
const head = { order: [], sources: [], messages: [], canvases: [], locales: [] }, pictures = new Map(), figures = new Map();
const state = { zoom: 1, canvas: "", locale: "", current: "", alone: false, file: "", line: 0, box: null, find: "", baselines: false, margins: false, regions: false, source: innerWidth > 720 };
const NEAREST = 0.25, FARTHEST = 8, STORE = "layoutgen-proof";
let stream, linked = false, failures = 0;

// Small things

function make(kind, classes, text) {
  const made = document.createElement(kind);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  return made;
}
function button(classes, text, act) {
  const made = make("button", classes, text);
  made.type = "button";
  made.addEventListener("click", event => { event.stopPropagation(); act(event); });
  return made;
}
function later(act, wait) { let timer; return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), wait); }; }
function send(path, value) { return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) }).catch(() => {}); }
function many(count, word) { return `${count} ${word}${count === 1 ? "" : "s"}`; }
function keep() {
  try { sessionStorage.setItem(STORE, JSON.stringify({ ...state, box: null, find: "" })); } catch { /* kept in memory alone */ }
}
try { Object.assign(state, JSON.parse(sessionStorage.getItem(STORE) || "{}")); } catch { /* as at first */ }

// What comes from the server

function connect() {
  if (stream) return;
  stream = new EventSource("events");
  stream.onopen = () => { linked = true; failures = 0; };
  stream.onmessage = event => receive(JSON.parse(event.data));
  stream.onerror = () => { linked = false; failures += 1; showStatus(); };
}
function disconnect() { if (stream) stream.close(); stream = undefined; }
function receive(news) {
  linked = true;
  for (const picture of news.pictures) pictures.set(picture.id, picture);
  if (news.head) {
    const before = head.messages.filter(message => message.severity === "error").length;
    Object.assign(head, news.head);
    for (const id of pictures.keys()) if (!head.order.includes(id)) pictures.delete(id);
    if (!head.sources.some(source => source.name === state.file)) state.file = head.sources.length ? head.sources[0].name : "";
    document.title = element("title").textContent = head.title;
    showChoices();
    showMessages(before);
    showRows();
    arrange();
    showSource();
  }
  for (const picture of news.pictures) if (pictures.has(picture.id)) showPicture(picture);
  if (news.pictures.length) mark();
  showStatus();
}
// A page that is not looked at needs no connection: browsers open only a few to one server.
document.addEventListener("visibilitychange", () => document.hidden ? disconnect() : connect());

function showStatus() {
  const status = element("status"), errors = head.messages.filter(message => message.severity === "error").length;
  const old = head.messages.length - errors;
  const gone = !linked && failures > 1;
  status.className = "status " + (gone ? "" : errors ? "bad" : old ? "doubt" : "good");
  status.textContent = gone ? "not connected: is layoutgen still running?" : errors ? many(errors, "error") : old ? `${old === 1 ? "a note" : old + " notes"}` : "no mistakes";
}
function showChoices() {
  for (const [name, every] of [["canvas", "all canvases"], ["locale", "all languages"]]) {
    const choice = element(name), values = head[name === "canvas" ? "canvases" : "locales"];
    if (!values.includes(state[name])) state[name] = "";
    choice.hidden = values.length < 2;
    choice.replaceChildren(new Option(every, ""), ...values.map(value => new Option(value, value)));
    choice.value = state[name];
  }
}

// Pictures

function figure(picture) {
  const item = make("figure"), caption = make("figcaption"), frame = make("div", "frame");
  item.dataset.id = picture.id;
  item.tabIndex = 0;
  item.append(caption, frame);
  caption.append(make("b"), make("span", "tongue"), make("span", "size"), make("span", "old", "last good"), button("alone", "⤢", () => choose(picture.id, !state.alone)));
  caption.lastChild.title = "Alone (Enter)";
  frame.append(make("div", "none", "not drawn yet"), document.createElementNS("http://www.w3.org/2000/svg", "svg"), make("div", "boxes"));
  frame.children[1].setAttribute("class", "guides");
  item.addEventListener("focus", () => choose(picture.id));
  item.addEventListener("pointerdown", () => choose(picture.id));
  item.addEventListener("dblclick", event => { event.preventDefault(); choose(picture.id, !state.alone); });
  watcher.observe(item);
  return { item, caption, frame, key: "", wanted: "" };
}
async function showPicture(picture) {
  const shown = figures.get(picture.id);
  if (!shown) return;
  const [name, tongue, size, , alone] = shown.caption.children;
  name.textContent = picture.canvas;
  tongue.textContent = head.locales.length > 1 ? picture.locale : "";
  size.textContent = `${picture.width}×${picture.height}`;
  alone.setAttribute("aria-label", `${picture.canvas} ${picture.locale} alone`);
  shown.item.setAttribute("aria-label", [picture.canvas, picture.locale, picture.row].filter(Boolean).join(", "));
  shown.frame.style.aspectRatio = `${picture.width} / ${picture.height}`;
  shown.item.classList.toggle("drawing", !picture.fresh);
  if (!picture.good) { shown.item.classList.add("old"); if (!picture.key) shown.frame.firstChild.textContent = "nothing to show yet"; }
  if (picture.key === shown.key) { shown.item.classList.toggle("old", !picture.good); showBoxes(shown, picture); return; }
  shown.wanted = picture.key;
  if (!picture.key) return;
  const image = make("img");
  image.alt = "";
  image.src = `pictures/${picture.key}.jpg`;
  // Decoded before it is put in the old one's place, so that nothing flickers.
  try { await image.decode(); } catch { return; }
  if (shown.wanted !== picture.key) return;
  shown.key = picture.key;
  shown.item.classList.toggle("old", !(pictures.get(picture.id) || picture).good);
  shown.frame.firstElementChild.replaceWith(image);
  shown.item.dataset.key = picture.key;
  shown.item.dataset.swapped = String(performance.timeOrigin + performance.now());
  showBoxes(shown, pictures.get(picture.id) || picture);
}
function showBoxes(shown, picture) {
  const overlay = JSON.stringify([picture.boxes, picture.guides]);
  if (shown.overlay === overlay) return;
  shown.overlay = overlay;
  const part = (value, whole) => `${(100 * value / whole).toFixed(4)}%`;
  const bySize = [...picture.boxes].sort((one, other) => other.box[2] * other.box[3] - one.box[2] * one.box[3]);
  shown.frame.lastChild.replaceChildren(...bySize.map(box => {
    const [left, top, width, height] = box.box, made = button("box " + box.kind + (left + width / 2 > 0.6 * picture.width ? " end" : ""), undefined, () => choseBox(picture.id, box)), label = make("span");
    made.dataset.box = box.id;
    made.tabIndex = -1;
    made.setAttribute("aria-label", `${box.kind} ${box.id}`);
    made.style.cssText = `left:${part(left, picture.width)};top:${part(top, picture.height)};width:${part(width, picture.width)};height:${part(height, picture.height)}` + (box.rotation % 360 && box.kind === "object" ? `;transform:rotate(${box.rotation}deg)` : "");
    label.append(make("b", "", box.id));
    made.append(label);
    return made;
  }));
  const svg = shown.frame.children[1], guides = picture.guides, paths = [];
  svg.setAttribute("viewBox", `0 0 ${picture.width} ${picture.height}`);
  const path = (kind, d) => paths.push(...["under", kind].map(classes => { const made = document.createElementNS(svg.namespaceURI, "path"); made.setAttribute("class", `${classes} of-${kind === "bleed" ? "margins" : kind}`); made.setAttribute("d", d); return made; }));
  if (guides) {
    const [left, top, width, height] = guides.margin, edge = guides.bleed;
    if (width < picture.width || height < picture.height) path("margins", `M${left} ${top}h${width}v${height}h${-width}z`);
    if (edge) path("bleed", `M${edge} ${edge}h${picture.width - 2 * edge}v${picture.height - 2 * edge}h${2 * edge - picture.width}z`);
    for (const [x, y, x2, y2] of guides.baselines) path("baselines", `M${x} ${y}L${x2} ${y2}`);
  }
  svg.replaceChildren(...paths);
}
function listed() {
  const chosen = head.order.filter(id => { const picture = pictures.get(id); return picture && (!state.canvas || picture.canvas === state.canvas) && (!state.locale || picture.locale === state.locale); });
  if (!chosen.includes(state.current)) { state.current = chosen[0] || ""; }
  return chosen;
}
// Puts figures in order, and moves none that is in its place.
function arrange() {
  const shown = listed(), wanted = [];
  let row;
  for (const id of head.order) {
    const picture = pictures.get(id);
    if (!picture) continue;
    if (!figures.has(id)) { figures.set(id, figure(picture)); showPicture(picture); }
    const item = figures.get(id).item;
    item.hidden = !shown.includes(id) || (state.alone && id !== state.current);
    if (picture.row && picture.row !== row && !item.hidden) {
      row = picture.row;
      const title = board.querySelector(`h2[data-row="${CSS.escape(row)}"]`) || make("h2", "", row);
      title.dataset.row = row;
      wanted.push(title);
    }
    wanted.push(item);
  }
  for (const [id, one] of figures) if (!head.order.includes(id)) { watcher.unobserve(one.item); figures.delete(id); }
  if (wanted.length !== board.children.length || wanted.some((item, at) => board.children[at] !== item)) board.replaceChildren(...wanted);
  for (const [id, one] of figures) one.item.classList.toggle("current", id === state.current);
  measure();
}
// At 100 % all canvases of one language stand in one line, where they are not too small for that; alone, the picture fits.
function measure() {
  const style = getComputedStyle(board), gap = parseFloat(style.columnGap), inside = board.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const shown = listed().map(id => pictures.get(id)), line = shown.filter(picture => picture.locale === shown[0].locale && picture.row === shown[0].row);
  const stretch = picture => Math.sqrt(picture.width / picture.height), sum = line.reduce((total, picture) => total + stretch(picture), 0) || 1;
  const side = Math.min(460, Math.max(190, (inside - gap * (line.length - 1) - 2) / sum)), tall = board.clientHeight - 76;
  for (const picture of shown) {
    const own = state.alone ? Math.min(inside, tall * picture.width / picture.height) : Math.min(inside, inside < 480 ? inside : side * stretch(picture));
    figures.get(picture.id)?.item.style.setProperty("--width", `${Math.floor(own * state.zoom)}px`);
  }
  element("zoom").textContent = `${Math.round(100 * state.zoom)} %`;
}
function zoom(factor, at) {
  const before = state.zoom, around = board.getBoundingClientRect(), x = at ? at.x - around.left : around.width / 2, y = at ? at.y - around.top : 0;
  state.zoom = factor ? Math.min(FARTHEST, Math.max(NEAREST, state.zoom * factor)) : 1;
  const share = state.zoom / before, left = (board.scrollLeft + x) * share - x, top = (board.scrollTop + y) * share - y;
  measure();
  board.scrollTo(left, top);
  keep();
}
function choose(id, alone = state.alone) {
  if (state.current === id && state.alone === alone) return;
  const other = state.alone !== alone;
  Object.assign(state, { current: id, alone });
  arrange();
  if (other) figures.get(id)?.item.scrollIntoView({ block: "nearest" });
  keep();
}
function step(by) {
  const shown = listed(), next = shown[(shown.indexOf(state.current) + by + shown.length) % shown.length];
  if (!next) return;
  choose(next);
  figures.get(next).item.focus({ preventScroll: true });
  figures.get(next).item.scrollIntoView({ block: "nearest", inline: "nearest" });
}
const seen = new Set(), tellSeen = later(() => send("visible", [...seen]), 60);
const watcher = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.dataset.id);
  tellSeen();
}, { root: board });
new ResizeObserver(measure).observe(board);

// Boxes and lines

function choseBox(id, box) {
  state.box = { picture: id, id: box.id };
  choose(id);
  if (!state.source) toggle("source");
  const own = box.lines[0];
  if (own) go(own.file, own.first, false);
  mark();
}
function go(file, line, forget = true) {
  if (forget) state.box = null;
  const other = state.file !== file;
  Object.assign(state, { file, line });
  if (other) showSource(); else mark();
  code.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: "nearest" });
  keep();
}
// Boxes of the line: the innermost statement around it; else, what uses the param, style, colour or translation that stands there.
function boxesAt(file, line) {
  const own = [], uses = [];
  let smallest = Infinity;
  for (const picture of pictures.values()) for (const box of picture.boxes) for (const lines of box.lines) {
    if (lines.file !== file || line < lines.first || line > lines.last) continue;
    if (lines.how === "uses") { uses.push([picture.id, box]); continue; }
    const size = lines.last - lines.first;
    smallest = Math.min(smallest, size);
    own.push([picture.id, box, size]);
  }
  return own.length ? own.filter(([, , size]) => size === smallest) : uses;
}
function mark() {
  const hit = new Set(boxesAt(state.file, state.line).map(([id, box]) => id + "\n\n" + box.id)), words = state.find.toLowerCase();
  for (const [id, one] of figures) {
    const known = new Map((pictures.get(id)?.boxes || []).map(box => [box.id, box]));
    for (const made of one.frame.lastChild.children) {
      const box = known.get(made.dataset.box);
      made.classList.toggle("on", hit.has(id + "\n\n" + made.dataset.box));
      made.classList.toggle("found", Boolean(words && box && `${box.id}\n${box.text}`.toLowerCase().includes(words)));
      made.classList.toggle("chosen", state.box?.picture === id && state.box?.id === made.dataset.box);
    }
  }
  const chosen = state.box && pictures.get(state.box.picture)?.boxes.find(box => box.id === state.box.id), parts = chosen ? chosen.lines.filter(lines => lines.file === state.file) : [];
  for (const row of code.querySelectorAll(".row")) {
    const line = Number(row.dataset.line);
    row.classList.toggle("at", line === state.line);
    row.setAttribute("aria-selected", String(line === state.line));
    row.classList.toggle("part", parts.some(lines => lines.first <= line && line <= lines.last));
    row.classList.toggle("hit", Boolean(words) && row.dataset.text.includes(words));
    if (line === state.line) code.setAttribute("aria-activedescendant", row.id);
  }
  showWhy(chosen);
}
function showWhy(box) {
  const why = element("why");
  why.hidden = !box;
  if (!box) return;
  const picture = pictures.get(state.box.picture), list = make("ul"), [left, top, width, height] = box.box, facts = make("div");
  list.append(...box.why.map(reason => { const item = make("li"); item.append(...reason.split("`").map((part, at) => at % 2 ? make("code", "", part) : part)); return item; }));
  facts.append(make("b", "", box.id), make("small", "", ` ${box.kind} on ${picture.canvas}, ${picture.locale}: ${width} × ${height} px at ${left}, ${top}`));
  const others = box.lines.slice(1).filter((lines, at, all) => all.findIndex(other => other.file === lines.file && other.first === lines.first) === at);
  const places = make("div");
  if (others.length) places.append(make("small", "", "also from "));
  others.forEach((lines, at) => places.append(...(at ? [", "] : []), button("place", (lines.file === box.lines[0].file ? "line " : lines.file.split(/[\\/]/).pop() + ":") + lines.first, () => { const same = state.box; go(lines.file, lines.first); state.box = same; mark(); })));
  why.replaceChildren(facts, list, places);
}
function stepBox(by) {
  const boxes = pictures.get(state.current)?.boxes || [], at = boxes.findIndex(box => state.box?.picture === state.current && box.id === state.box.id);
  if (boxes.length) choseBox(state.current, boxes[at < 0 ? (by > 0 ? 0 : boxes.length - 1) : (at + by + boxes.length) % boxes.length]);
}

// Source

const KINDS = new Set("poster kit use param canvas language backdrop look palette font style region slogan object image qr reference group for on require verify".split(" ")), LINKS = new Set(["as", "when", "extends"]);
const TOKEN = /(\/\/[^\n]*)|("""[\s\S]*?(?:"""|$)|"(?:\{\{.*?\}\}|\\.|[^"\\\n])*"?)|(#[0-9A-Fa-f]{3,8}\b)|(-?\b\d+(?:\.\d+)?(?:[x×]\d+|%|[a-zA-Z]+)?)|([\p{L}_][\p{L}\p{N}_-]*)/gu;
function painted(text, plain) {
  const kinds = new Array(text.length).fill("");
  if (!plain) for (const found of text.matchAll(TOKEN)) {
    const kind = found[1] ? "t-note" : found[2] ? "t-text" : found[3] || found[4] ? "t-number" : LINKS.has(found[5]) || (KINDS.has(found[5]) && /(?:^|[{};\n])[ \t]*$/.test(text.slice(Math.max(0, found.index - 200), found.index)) && !/^\s*:/.test(text.slice(found.index + found[0].length, found.index + found[0].length + 20))) ? "t-word" : "";
    if (kind) kinds.fill(kind, found.index, found.index + found[0].length);
  }
  return kinds;
}
function showSource() {
  const source = head.sources.find(one => one.name === state.file), top = code.scrollTop, left = code.scrollLeft;
  element("files").replaceChildren(...head.sources.map(one => {
    const tab = button(head.messages.some(message => message.severity === "error" && message.file === one.name) ? "wrong" : "", one.name.split(/[\\/]/).pop(), () => go(one.name, 1));
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(one.name === state.file));
    tab.title = one.path;
    return tab;
  }));
  if (!source) { code.replaceChildren(); return; }
  const kinds = painted(source.text, !/\.(poster|kit)$/.test(source.name)), rows = [], place = `vscode://file${source.path.startsWith("/") ? "" : "/"}${encodeURI(source.path)}`;
  let start = 0;
  source.text.split("\n").forEach((text, at) => {
    const number = at + 1, row = make("div", "row"), shown = make("code"), here = head.messages.filter(message => message.file === source.name && message.line === number);
    row.id = `line-${number}`;
    row.dataset.line = number;
    row.dataset.text = text.toLowerCase();
    row.setAttribute("role", "option");
    const wrong = new Map();
    for (const message of here) {
      const from = [...text].slice(0, message.column - 1).join("").length, to = message.end_line > number ? text.length : [...text].slice(0, message.end_column - 1).join("").length;
      for (let each = from; each < Math.max(to, from + 1); each++) wrong.set(each, message.severity);
    }
    for (let from = 0; from < text.length;) {
      let to = from + 1;
      while (to < text.length && kinds[start + to] === kinds[start + from] && wrong.get(to) === wrong.get(from)) to++;
      const word = text.slice(from, to), piece = make("span", [kinds[start + from], wrong.has(from) ? "wavy " + wrong.get(from) : ""].join(" ").trim(), word);
      if (/^#[0-9A-Fa-f]{6}$/.test(word)) { const swatch = make("span", "swatch"); swatch.style.background = word; shown.append(swatch); }
      shown.append(piece);
      from = to;
    }
    const link = make("a", "", "edit ↗");
    link.href = `${place}:${number}`;
    link.title = "Open in the editor (o)";
    link.tabIndex = -1;
    row.append(make("i", "", String(number)), shown, link);
    row.addEventListener("click", () => { if (getSelection().isCollapsed) go(source.name, number); });
    rows.push(row, ...here.map(message => { const line = make("div", "inline " + message.severity); line.append(button("code-link", message.code, () => explain(message.code)), make("span", "", message.short)); return line; }));
    start += text.length + 1;
  });
  code.replaceChildren(...rows);
  code.scrollTo(left, top);
  mark();
}

// Messages

function showMessages(before) {
  const panel = element("messages"), errors = head.messages.filter(message => message.severity === "error").length, others = head.messages.length - errors;
  panel.hidden = !head.messages.length;
  panel.className = errors ? "bad" : "doubt";
  if (!errors) panel.open = false;
  else if (!before) panel.open = true;
  panel.firstElementChild.textContent = [errors && many(errors, "error"), others && many(others, "note")].filter(Boolean).join(", ");
  panel.lastElementChild.replaceChildren(...head.messages.map(message => {
    const item = make("div", "message " + message.severity), text = make("pre"), [first, ...rest] = message.text.split("\n"), lead = make("span", "head");
    lead.append(`${message.severity}[`, button("code-link", message.code, () => explain(message.code)), first.slice(message.severity.length + message.code.length + 1) + "\n");
    text.append(lead);
    for (const line of rest) {
      const place = /^(\s*(?:-->|:::) )(.*?):(\d+):(\d+)$/.exec(line), carets = /^(\s*\| *)(\^+.*)$/.exec(line);
      if (place && head.sources.some(source => source.name === place[2])) text.append(place[1], button("place", line.slice(place[1].length), () => { if (!state.source) toggle("source"); go(place[2], Number(place[3])); }), "\n");
      else if (carets) text.append(carets[1], make("span", "carets", carets[2]), "\n");
      else text.append(line + "\n");
    }
    item.append(text);
    return item;
  }));
}
let at = -1;
function stepMessage() {
  const placed = head.messages.filter(message => message.line);
  if (!placed.length) return;
  at = (at + 1) % placed.length;
  element("messages").open = true;
  if (!state.source) toggle("source");
  go(placed[at].file, placed[at].line);
}
async function explain(which) {
  const answer = await fetch(`explain/${encodeURIComponent(which)}`).catch(() => null);
  if (!answer?.ok) return;
  element("explain").querySelector("pre").textContent = await answer.text();
  element("explain").showModal();
}

// Rows

function showRows() {
  const rows = head.rows;
  element("rows").hidden = !rows;
  if (!rows) return;
  element("data").textContent = rows.name;
  const last = Math.min(rows.offset + rows.size, rows.found), total = rows.query ? `${rows.found} found of ${rows.total}` : `of ${rows.total}`;
  element("where").textContent = rows.found ? `${rows.offset + 1}–${last} ${total}` : "no matching rows";
  document.querySelector("[data-do=rows-back]").disabled = rows.offset === 0;
  document.querySelector("[data-do=rows-next]").disabled = last >= rows.found;
}
function turn(by) {
  if (head.rows) send("rows", { offset: Math.max(0, head.rows.offset + by * head.rows.size), query: element("search").value });
}
element("search").addEventListener("input", later(() => send("rows", { offset: 0, query: element("search").value }), 150));
element("rows").addEventListener("submit", event => event.preventDefault());

// Finding

function find(next) {
  const words = state.find.toLowerCase();
  mark();
  if (!words || !next) return;
  const rows = [...code.querySelectorAll(".row.hit")], row = rows.find(one => Number(one.dataset.line) > state.line) || rows[0];
  if (row) go(state.file, Number(row.dataset.line));
  board.querySelector(".box.found")?.closest("figure").scrollIntoView({ block: "nearest" });
}
element("find").addEventListener("input", () => { state.find = element("find").value.trim(); find(false); });
element("find").addEventListener("keydown", event => { if (event.key === "Enter") { event.preventDefault(); find(true); } });

// Doing

function toggle(name) { state[name] = !state[name]; showToggles(); keep(); }
function showToggles() {
  for (const name of ["baselines", "margins", "regions", "source"]) {
    body.classList.toggle(name, state[name]);
    document.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(state[name]));
  }
}
function pick(name, value) { state[name] = value; element(name).value = value; arrange(); keep(); }
function cycle(name) {
  const values = ["", ...head[name === "canvas" ? "canvases" : "locales"]];
  if (values.length > 2) pick(name, values[(values.indexOf(state[name]) + 1) % values.length]);
}
const acts = {
  smaller: () => zoom(1 / 1.25), larger: () => zoom(1.25), fit: () => zoom(0), help: () => element("help").showModal(), "rows-back": () => turn(-1), "rows-next": () => turn(1),
  baselines: () => toggle("baselines"), margins: () => toggle("margins"), regions: () => toggle("regions"), source: () => toggle("source"),
};
for (const one of document.querySelectorAll("[data-do]")) one.addEventListener("click", () => acts[one.dataset.do]());
for (const name of ["canvas", "locale"]) element(name).addEventListener("change", event => pick(name, event.target.value));
const keys = {
  "?": acts.help, "+": acts.larger, "=": acts.larger, "-": acts.smaller, "−": acts.smaller, 0: acts.fit, b: acts.baselines, m: acts.margins, r: acts.regions, s: acts.source,
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), c: () => cycle("canvas"), l: () => cycle("locale"), n: () => stepBox(1), p: () => stepBox(-1), e: stepMessage,
  "[": () => turn(-1), "]": () => turn(1), "/": () => element("find").focus(), d: () => element("search").focus(),
  o: () => code.querySelector(".row.at a")?.click(), f: () => choose(state.current, !state.alone), Enter: () => choose(state.current, !state.alone),
  Escape: () => { state.box = null; state.line = 0; choose(state.current, false); mark(); },
};
document.addEventListener("keydown", event => {
  const into = event.target, writing = into.matches("input, select"), dialog = document.querySelector("dialog[open]");
  if (event.ctrlKey || event.metaKey || event.altKey || dialog) return;
  if (writing) { if (event.key === "Escape") { if (into.value) { into.value = ""; into.dispatchEvent(new Event("input")); } into.blur(); } return; }
  if (event.key === "Enter" && into.matches("button, summary, a")) return;
  if (into === code && ["ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"].includes(event.key)) {
    const last = code.querySelectorAll(".row").length, by = { ArrowUp: -1, ArrowDown: 1, PageUp: -15, PageDown: 15 }[event.key];
    event.preventDefault();
    go(state.file, Math.min(last, Math.max(1, event.key === "Home" ? 1 : event.key === "End" ? last : state.line + by)));
    return;
  }
  if (into === code && event.key === "Enter") return;
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
});
board.addEventListener("wheel", event => { if (event.ctrlKey) { event.preventDefault(); zoom(Math.exp(-event.deltaY / 300), { x: event.clientX, y: event.clientY }); } }, { passive: false });
for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
showToggles();
if (!document.hidden) connect();
