// A small, safe reader of Discord's markdown: it makes nodes, never HTML.
import { h } from "./dom.js";
import { channel, person, state } from "./state.js";

const INLINE = [
  [/^\\([^0-9A-Za-z\s])/, (m) => m[1]],
  [/^``([^]+?)``(?!`)/, (m) => h("code", {}, m[1].trim())],
  [/^`([^`]+?)`/, (m) => h("code", {}, m[1])],
  [/^\*\*\*([^]+?)\*\*\*/, (m) => h("strong", {}, h("em", {}, inline(m[1])))],
  [/^\*\*([^]+?)\*\*(?!\*)/, (m) => h("strong", {}, inline(m[1]))],
  [/^__([^]+?)__(?!_)/, (m) => h("u", {}, inline(m[1]))],
  [/^\*(?!\s)([^*]+?)(?<!\s)\*(?!\*)/, (m) => h("em", {}, inline(m[1]))],
  [/^_(?!\s)([^_]+?)_(?!\w)/, (m) => h("em", {}, inline(m[1]))],
  [/^~~([^]+?)~~/, (m) => h("s", {}, inline(m[1]))],
  [/^\|\|([^]+?)\|\|/, (m) => spoiler(inline(m[1]))],
  [/^\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/, (m) => link(m[2], inline(m[1]))],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => link(m[1], m[1])],
  [/^https?:\/\/[^\s<>"]+[^\s<>".,:;!?)\]'*_~|]/, (m) => link(m[0], m[0])],
  [/^<@!?(\d+)>/, (m) => mention(`@${person(m[1]).name}`, m[1] === state.me)],
  [/^<@&(\d+)>/, (m) => mention(`@${state.roles.get(m[1])?.name ?? "role"}`)],
  [/^<#(\d+)>/, (m) => mention(`#${channel(m[1])?.name ?? "unknown"}`)],
  [/^<\/([^:>]+):\d+>/, (m) => mention(`/${m[1]}`)],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (m) => time(Number(m[1]), m[2])],
  [/^<a?:(\w+):\d+>/, (m) => `:${m[1]}:`],
  [/^@(everyone|here)\b/, (m) => mention(m[0])],
];
const PLAIN = /^[^\\`*_~|[<@h]+/;

/** Inline text as a list of nodes and strings. */
export function inline(text) {
  const found = [];
  let rest = text;
  while (rest) {
    const [length, made] = next(rest);
    found.push(made);
    rest = rest.slice(length);
  }
  return found.flat();
}

function next(rest) {
  const plain = PLAIN.exec(rest)?.[0];
  if (plain) return [plain.length, plain];
  for (const [pattern, make] of INLINE) {
    const match = pattern.exec(rest);
    if (match) return [match[0].length, make(match)];
  }
  return [1, rest[0]];
}

/** A whole text: code blocks, quotes, headings, lists and lines. */
export function markdown(text, limit = 6000) {
  const block = h("div", { class: "text" });
  const pieces = String(text).slice(0, limit).split(/```(?:[\w+-]*\n)?([^]*?)```/);
  pieces.forEach((piece, index) => {
    if (index % 2) block.append(h("pre", {}, h("code", {}, piece.replace(/\n$/, ""))));
    else if (piece) block.append(...lines(piece));
  });
  return block;
}

function lines(text) {
  const made = [];
  let list = null;
  const rows = text.split("\n");
  rows.forEach((row, index) => {
    const item = /^\s*(?:[-*]|\d+\.)\s+(.+)/.exec(row);
    if (item) {
      if (!list) made.push((list = h(/^\s*\d/.test(row) ? "ol" : "ul")));
      list.append(h("li", {}, inline(item[1])));
      return;
    }
    list = null;
    const heading = /^(#{1,3})\s+(.+)/.exec(row);
    const quote = /^>\s(.*)/.exec(row);
    const small = /^-#\s+(.+)/.exec(row);
    if (heading) made.push(h("p", { class: `heading size-${heading[1].length}` }, inline(heading[2])));
    else if (quote) made.push(h("blockquote", {}, inline(quote[1])));
    else if (small) made.push(h("p", { class: "small" }, inline(small[1])));
    else if (row.trim()) made.push(h("p", {}, inline(row)));
    else if (index && index < rows.length - 1) made.push(h("p", { class: "gap" }));
  });
  return made;
}

function link(address, content) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, content);
}

function mention(text, mine = false) {
  return h("span", { class: mine ? "mention mine" : "mention" }, text);
}

function spoiler(content) {
  return h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text", data: { reveal: "" } }, content);
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

function time(seconds, style = "f") {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `<t:${seconds}>`;
  const shown = style === "R" ? relative(seconds) : new Intl.DateTimeFormat(undefined, STYLES[style]).format(date);
  return h("time", { datetime: date.toISOString(), title: date.toLocaleString(), data: style === "R" ? { since: seconds } : {} }, shown);
}

const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** "in 2 minutes", "3 hours ago". */
export function relative(seconds) {
  const left = seconds - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(left) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(left / size), unit);
}
