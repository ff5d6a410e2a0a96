import { decodeHTML, escapeUTF8 } from "entities";
import { toText, type Value } from "../value.js";
import { declareStep, onText, same } from "./step.js";

export const html = declareStep({
  name: "html",
  version: 1,
  doc: "`entities` reads HTML's entities (`&amp;` is `&`) and leaves the markup; `text` takes the markup away too, with the content of scripts and styles; `escape` writes a plain text as HTML.",
  schema: { enum: ["entities", "text", "escape"] },
  examples: [
    { step: { html: "entities" }, given: "R&amp;D &eacute;", gives: "R&D é" },
    {
      step: { html: "text" },
      given: "<p>Fire &amp; <b>Safety</b></p><p>Part 2</p>",
      gives: "Fire & Safety\nPart 2",
    },
    { step: { html: "text" }, given: "a<script>alert(1)</script>b < c", gives: "ab < c" },
    {
      step: { html: "escape" },
      direction: "outbound",
      given: "R&D <x>",
      gives: "R&amp;D &lt;x&gt;",
      back: "R&D <x>",
    },
  ],
  explain: ({ arg }) =>
    arg === "entities"
      ? "with HTML's entities read"
      : arg === "text"
        ? "without HTML's markup"
        : "escaped as HTML",
  compile: ({ arg }) => {
    if (arg === "escape") {
      return {
        forward: onText(escapeUTF8),
        back: (after: Value) => (after === null ? null : decodeHTML(toText(after) ?? "")),
      };
    }
    return arg === "entities"
      ? {
          forward: onText((text) => (text.includes("&") ? decodeHTML(text) : text)),
          back: same,
          loss: "how characters were written as entities",
        }
      : { forward: onText(plainText), back: same, loss: "markup" };
  },
});

const block = new Set([
  "p",
  "br",
  "div",
  "li",
  "tr",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "ul",
  "ol",
  "table",
  "blockquote",
  "pre",
]);
const silent = new Set(["script", "style", "template", "noscript"]);

/** One pass from left to right; a `<` that opens no tag stands for itself. */
function plainText(source: string): string {
  let text = "";
  let at = 0;
  // Once there is no `>` any more, no later `<` needs to look for one.
  while (at < source.length) {
    const open = source.indexOf("<", at);
    if (open < 0) break;
    const next = source.charCodeAt(open + 1);
    const isTag = next === 47 || next === 33 || next === 63 || ((next | 32) >= 97 && (next | 32) <= 122);
    const comment = source.startsWith("<!--", open);
    const close = isTag ? source.indexOf(comment ? "-->" : ">", open) : -1;
    if (isTag && close < 0) break;
    if (!isTag) {
      text += source.slice(at, open + 1);
      at = open + 1;
      continue;
    }
    text += source.slice(at, open);
    at = close + (comment ? 3 : 1);
    const name = /^<\/?([a-z][a-z0-9]*)/i.exec(source.slice(open, open + 16))?.[1]?.toLowerCase();
    if (name === undefined) continue;
    if (block.has(name)) text += "\n";
    if (silent.has(name) && next !== 47) at = endOf(source, name, at);
  }
  text += source.slice(at);
  return decodeHTML(text)
    .replace(/[^\S\n]+/gu, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

/** Where the element's end tag begins; the end of the text where it is not closed. */
function endOf(source: string, name: string, from: number): number {
  const end = new RegExp(`</${name}`, "gi");
  end.lastIndex = from;
  return end.exec(source)?.index ?? source.length;
}
